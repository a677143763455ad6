"""Signatures that only some verifiers accept. SPEC.md, "Signatures"."""

from collections.abc import Callable, Iterator
from hashlib import sha512

from . import ed25519, p256
from .ed25519 import BASE, IDENTITY, L, add, challenge, encode, multiply, signature
from .notation import H

T = ed25519.torsion()
SMALL_ORDER = {order: encode(multiply(8 // order, T)) for order in (1, 2, 4, 8)}
# Other encodings of the points of order 1 and 2: y not below p, or x = 0 with its sign bit set.
NOT_CANONICAL = {
    "identity, y = p + 1": (ed25519.P + 1).to_bytes(32, "little"),
    "identity, sign bit set": (1 | 1 << 255).to_bytes(32, "little"),
    "identity, y = p + 1, sign bit set": (ed25519.P + 1 | 1 << 255).to_bytes(32, "little"),
    "order 2, sign bit set": (ed25519.P - 1 | 1 << 255).to_bytes(32, "little"),
}


def nonces(label: str) -> Iterator[int]:
    for counter in range(1000):
        yield (
            int.from_bytes(H(label.encode(), bytes([counter // 256, counter % 256])), "little") % L
        )


def residues(r: bytes, public: bytes, message: bytes) -> set[int]:
    """The challenge mod 8, which is what a point of order 8 sees of it, reduced mod L and not."""
    whole = int.from_bytes(sha512(r + public + message).digest(), "little")
    return {whole % 8, whole % L % 8}


def by_small_order_key(public: bytes, message: bytes) -> bytes:
    """[S]B = R + [k]A holds without a secret, since [k]A is the identity."""
    for s in nonces("small order"):
        r = encode(multiply(s, BASE))
        if residues(r, public, message) == {0}:
            return signature(r, s)
    raise AssertionError


def with_r(r: bytes) -> Callable[[ed25519.Secret, bytes], bytes]:
    """R is the identity in some encoding: S = k a."""
    return lambda key, message: signature(r, challenge(r, key.public, message) * key.scalar % L)


def with_s(change: Callable[[int], int]) -> Callable[[ed25519.Secret, bytes], bytes]:
    def sign(key: ed25519.Secret, message: bytes) -> bytes:
        valid = key.sign(message)
        return signature(valid[:32], change(int.from_bytes(valid[32:], "little")))

    return sign


def with_torsion_in_r(key: ed25519.Secret, message: bytes) -> bytes:
    """Holds only after a multiplication by the cofactor."""
    r = key.nonce(message)
    r_bytes = encode(add(multiply(r, BASE), T))
    return signature(r_bytes, (r + challenge(r_bytes, key.public, message) * key.scalar) % L)


def mixed_order_public(key: ed25519.Secret) -> bytes:
    return encode(add(multiply(key.scalar, BASE), T))


def by_mixed_order_key(key: ed25519.Secret, message: bytes) -> bytes:
    """A signature for A + T that holds only after a multiplication by the cofactor."""
    public = mixed_order_public(key)
    for r in nonces("mixed order"):
        r_bytes = encode(multiply(r, BASE))
        if 0 not in residues(r_bytes, public, message):
            k = challenge(r_bytes, public, message)
            return signature(r_bytes, (r + k * key.scalar) % L)
    raise AssertionError


# Only the owner of the key can make it, and the equation of RFC 8032 holds.
R_IDENTITY = with_r(encode(IDENTITY))

ED25519_REFUSED: dict[str, Callable[[ed25519.Secret, bytes], bytes]] = {
    "S + L": with_s(lambda s: s + L),
    "S + 8 L": with_s(lambda s: s + 8 * L),
    "R the identity, y = p + 1": with_r(NOT_CANONICAL["identity, y = p + 1"]),
    "R the identity, sign bit set": with_r(NOT_CANONICAL["identity, sign bit set"]),
    "R with a part of order 8, so that only the cofactored equation holds": with_torsion_in_r,
    "63 bytes": lambda key, message: key.sign(message)[:-1],
    "65 bytes": lambda key, message: key.sign(message) + b"\0",
    "1 byte": lambda key, message: key.sign(message)[:1],
    "R and S swapped": lambda key, message: key.sign(message)[32:] + key.sign(message)[:32],
    "of the hash of the text": lambda key, message: key.sign(H(message)),
}


def numbers(encode_numbers: Callable[[int, int], bytes]) -> Callable[[p256.Secret, bytes], bytes]:
    return lambda key, message: encode_numbers(*key.sign_numbers(message))


def padded(value: int) -> bytes:
    """A DER INTEGER with a superfluous leading zero byte."""
    content = p256.integer(value)[2:]
    return bytes([2, len(content) + 1, 0]) + content


def negative(value: int) -> bytes:
    """32 bytes without the zero byte that a high first bit needs."""
    return b"\2\x20" + value.to_bytes(32, "big")


def long_form(r: int, s: int) -> bytes:
    content = p256.der(r, s)[2:]
    return bytes([0x30, 0x81, len(content)]) + content


def indefinite(r: int, s: int) -> bytes:
    return b"\x30\x80" + p256.der(r, s)[2:] + b"\0\0"


ECDSA_REFUSED: dict[str, Callable[[p256.Secret, bytes], bytes]] = {
    "r padded with a zero byte": numbers(lambda r, s: p256.sequence(padded(r) + p256.integer(s))),
    "s padded with a zero byte": numbers(lambda r, s: p256.sequence(p256.integer(r) + padded(s))),
    "s without its leading zero byte": numbers(
        lambda r, s: p256.sequence(p256.integer(r) + negative(p256.N - s))
    ),
    "length in long form": numbers(long_form),
    "indefinite length": numbers(indefinite),
    "byte after the sequence": numbers(lambda r, s: p256.der(r, s) + b"\0"),
    "byte within the sequence": numbers(
        lambda r, s: p256.sequence(p256.integer(r) + p256.integer(s) + b"\0")
    ),
    "third integer": numbers(
        lambda r, s: p256.sequence(p256.integer(r) + p256.integer(s) + p256.integer(1))
    ),
    "cut": numbers(lambda r, s: p256.der(r, s)[:-1]),
    "not DER but r and s": numbers(lambda r, s: r.to_bytes(32, "big") + s.to_bytes(32, "big")),
    "s + n": numbers(lambda r, s: p256.der(r, s + p256.N)),
    "r = 0": numbers(lambda r, s: p256.der(0, s)),
    "s = 0": numbers(lambda r, s: p256.der(r, 0)),
    "r and s swapped": numbers(lambda r, s: p256.der(s, r)),
}
