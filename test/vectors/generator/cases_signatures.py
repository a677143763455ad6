"""Cases of statements.json for V2 and V3: signatures, keys, thresholds."""

from collections.abc import Iterator

from . import hostile_signatures as hostile
from . import p256
from .note import ECDSA, ED25519, ORIGIN, Key, key_id, line, note, statement, verifier_key
from .statement_case import KEY, ROOT, SECOND, TEXT, THIRD, UNKNOWN, case, signed


def signature_cases() -> Iterator[dict]:
    """V2."""

    def bad(name: str, data: str, **options) -> dict:
        return case(name, data, "ERR_SIGNATURE", "V2", **options)

    mine = KEY.line(TEXT)
    both = {"trusted": [KEY.verifier_key, SECOND.verifier_key]}
    forged = line(ORIGIN, KEY.id, UNKNOWN.secret.sign(TEXT.encode()))
    yield bad("signature by another key under this key id", note(TEXT, forged))
    yield bad("signature of another text", note(TEXT, KEY.line(statement(2, previous="0" * 64))))
    yield bad("signature of the text without its last LF", note(TEXT, KEY.line(TEXT[:-1])))
    yield bad("signature of text and empty line", note(TEXT, KEY.line(TEXT + "\n")))
    for what, old, new in (
        ("version", "n 1\n", "n 3\n"),
        ("root", ROOT, "a" + ROOT[1:]),
        ("origin", "lab", "lac"),
    ):
        yield bad(f"flipped bit in the {what}", note(TEXT.replace(old, new), mine))
    flipped = bytearray(KEY.secret.sign(TEXT.encode()))
    for byte in (0, 31, 32, 63):
        data = bytes(b ^ 1 if i == byte else b for i, b in enumerate(flipped))
        yield bad(
            f"flipped bit in byte {byte} of the signature", note(TEXT, line(ORIGIN, KEY.id, data))
        )
    yield bad("a good and a bad line of one key", note(TEXT, mine, forged))
    yield bad("a bad and a good line of one key", note(TEXT, forged, mine))
    yield bad(
        "a good line, and a bad one of another trusted key",
        note(TEXT, mine, line(SECOND.name, SECOND.id, KEY.secret.sign(TEXT.encode()))),
        **both,
    )
    for what, sign in hostile.ED25519_REFUSED.items():
        yield bad(
            f"Ed25519: {what}", note(TEXT, line(ORIGIN, KEY.id, sign(KEY.secret, TEXT.encode())))
        )
    identity = hostile.R_IDENTITY(KEY.secret, TEXT.encode())
    yield case("Ed25519: R the identity", note(TEXT, line(ORIGIN, KEY.id, identity)))
    for what, sign in hostile.ECDSA_REFUSED.items():
        data = sign(THIRD.secret, TEXT.encode())
        yield bad(
            f"ECDSA: {what}",
            note(TEXT, line(THIRD.name, THIRD.id, data)),
            trusted=[THIRD.verifier_key],
        )
    forged = line(THIRD.name, THIRD.id, Key("unknown", "", ECDSA).secret.sign(TEXT.encode()))
    yield bad("ECDSA: by another key", note(TEXT, forged), trusted=[THIRD.verifier_key])
    r, s = THIRD.secret.sign_numbers(TEXT.encode())
    for what, value in (("lower", s), ("upper", p256.N - s)):
        yield case(
            f"ECDSA: s in the {what} half",
            note(TEXT, line(THIRD.name, THIRD.id, p256.der(r, value))),
            trusted=[THIRD.verifier_key],
        )


def public_key_cases() -> Iterator[dict]:
    """V2, for trusted Ed25519 keys that no verifier accepts."""
    message = TEXT.encode()

    def by(public: bytes, signature: bytes) -> tuple[str, list[str]]:
        made = note(TEXT, line(ORIGIN, key_id(ORIGIN, ED25519, public), signature))
        return made, [verifier_key(ORIGIN, ED25519, public)]

    keys = {f"of order {order}": public for order, public in hostile.SMALL_ORDER.items()}
    keys |= {f"not canonical: {what}": public for what, public in hostile.NOT_CANONICAL.items()}
    for what, public in keys.items():
        made, trusted = by(public, hostile.by_small_order_key(public, message))
        bad = case(f"public key {what}", made, "ERR_SIGNATURE", "V2", trusted=trusted)
        yield bad | {"weak_key": True}
    made, trusted = by(
        hostile.mixed_order_public(KEY.secret), hostile.by_mixed_order_key(KEY.secret, message)
    )
    name = "public key of mixed order, only the cofactored equation holds"
    yield case(name, made, "ERR_SIGNATURE", "V2", trusted=trusted) | {"weak_key": True}


def threshold_cases() -> Iterator[dict]:
    """V3."""

    def bad(name: str, data: str, **options) -> dict:
        return case(name, data, "ERR_THRESHOLD", "V3", **options)

    mine = KEY.line(TEXT)
    keys = [key.verifier_key for key in (KEY, SECOND, THIRD)]
    yield bad("unknown key alone", signed(TEXT, UNKNOWN))
    yield bad(
        "name of the key with another key id",
        note(TEXT, line(ORIGIN, UNKNOWN.id, UNKNOWN.secret.sign(TEXT.encode()))),
    )
    yield bad(
        "key id of the key with another name",
        note(TEXT, line("other", KEY.id, KEY.secret.sign(TEXT.encode()))),
    )
    yield bad("key name in upper case", note(TEXT, mine.replace("lab", "Lab", 1)))
    yield case(
        "unknown keys beside a trusted one",
        note(TEXT, UNKNOWN.line(TEXT), mine, UNKNOWN.line("forged")),
        comment="a signature by an unknown key is not verified",
    )
    yield case(
        "ECDSA key id does not depend on the name",
        signed(TEXT, THIRD.named("other")),
        trusted=[THIRD.named("other").verifier_key],
    )
    yield bad("1 of 2", signed(TEXT, KEY), trusted=keys[:2], threshold=2)
    yield case("2 of 2", signed(TEXT, SECOND, KEY), trusted=keys[:2], threshold=2)
    yield bad("1 of 3, 2 wanted", signed(TEXT, SECOND, UNKNOWN), trusted=keys, threshold=2)
    yield case("2 of 3, 2 wanted", signed(TEXT, SECOND, THIRD), trusted=keys, threshold=2)
    yield bad("2 of 3, 3 wanted", signed(TEXT, KEY, THIRD), trusted=keys, threshold=3)
    yield case("3 of 3", signed(TEXT, KEY, SECOND, THIRD), trusted=keys, threshold=3)
    yield case("one line twice, 1 wanted", note(TEXT, mine, mine))
    yield bad("one line twice, 2 wanted", note(TEXT, mine, mine), trusted=keys, threshold=2)
    r, s = THIRD.secret.sign_numbers(TEXT.encode())
    twins = [line(THIRD.name, THIRD.id, p256.der(r, value)) for value in (s, p256.N - s)]
    yield bad(
        "two ECDSA signatures by one key, 2 wanted", note(TEXT, *twins), trusted=keys, threshold=2
    )
    for key in (KEY, THIRD):
        alias = key.named("alias.example")
        options = {"trusted": [key.verifier_key, alias.verifier_key]}
        twice = signed(TEXT, key, alias)
        yield bad(
            f"one public key of type {key.type} under two names", twice, threshold=2, **options
        )
        yield case(f"one public key of type {key.type} under two names, 1 wanted", twice, **options)
