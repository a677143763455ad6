"""What the cases of statements.json have in common."""

from .note import ECDSA, EXAMPLE_OBJECT, ORIGIN, Key, line, note, statement, text_hash

NOW = "2026-11-22T00:00:00Z"
KEY = Key("example")
SECOND = Key("second", "lab.example/second")
THIRD = Key("third", "lab.example/third", ECDSA)
UNKNOWN = Key("unknown", "nobody.example")
TEXT = statement()
ROOT = EXAMPLE_OBJECT[-64:]
SIZE_LIMIT = 2**53


def case(
    name: str,
    signed: str | bytes,
    expect: str = "ok",
    label: str = "",
    *,
    trusted: list[str] | None = None,
    threshold: int = 1,
    origin: str = ORIGIN,
    now: str = NOW,
    remembered: tuple[int, str] | None = None,
    max_age: int | None = None,
    min_version: int | None = None,
    comment: str = "",
) -> dict:
    text = signed.rpartition("\n\n")[0] + "\n" if isinstance(signed, str) else ""
    return {
        "name": name,
        **({"comment": comment} if comment else {}),
        **({"label": label} if label else {}),
        **({"note": signed} if isinstance(signed, str) else {"note_hex": signed.hex()}),
        "trusted": [KEY.verifier_key] if trusted is None else trusted,
        "threshold": threshold,
        "origin": origin,
        "now": now,
        "remembered": remembered
        and {"version": remembered[0], "text_hash": text_hash(remembered[1])},
        **({} if max_age is None else {"max_age": max_age}),
        **({} if min_version is None else {"min_version": min_version}),
        "expect": expect,
        **({"text_hash": text_hash(text)} if expect == "ok" else {}),
    }


def signed(text: str, *keys: Key) -> str:
    return note(text, *(key.line(text) for key in keys or (KEY,)))


def long_note(length: int) -> str:
    """A good note of this length: 15 long lines of an unknown key, the rest is text."""
    filler = [line(f"{UNKNOWN.name}/{i}", b"\0\0\0\0", bytes(536)) for i in range(15)]
    text = statement(extra=("x-fill " + "f",))
    missing = length - len(note(text, *filler, KEY.line(text)).encode())
    text = statement(extra=("x-fill " + "f" * (missing + 1),))
    result = note(text, *filler, KEY.line(text))
    assert len(result.encode()) == length
    return result


def long_text(length: int) -> str:
    text = statement(extra=("x-fill f",))
    return statement(extra=("x-fill f" + "f" * (length - len(text)),))
