"""ECDSA P-256 with SHA-256 and the deterministic nonce of RFC 6979. FIPS 186-5."""

import hmac

from .notation import H

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
BASE = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
# SubjectPublicKeyInfo of id-ecPublicKey, prime256v1, up to the uncompressed point's 0x04.
SPKI_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")

Point = tuple[int, int] | None  # None is the point at infinity


def add(p: Point, q: Point) -> Point:
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % P == 0:
            return None
        slope = 3 * (p[0] * p[0] - 1) * pow(2 * p[1], -1, P)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, P)
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def multiply(scalar: int, p: Point) -> Point:
    result = None
    while scalar > 0:
        if scalar & 1:
            result = add(result, p)
        p, scalar = add(p, p), scalar >> 1
    return result


def integer(value: int) -> bytes:
    """A DER INTEGER."""
    content = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return bytes([2, len(content)]) + content


def sequence(content: bytes) -> bytes:
    return bytes([0x30, len(content)]) + content


def der(r: int, s: int) -> bytes:
    return sequence(integer(r) + integer(s))


def nonce(secret: int, digest: bytes) -> int:
    """RFC 6979 section 3.2; the first candidate is always in range here."""

    def mac(key: bytes, *parts: bytes) -> bytes:
        return hmac.digest(key, b"".join(parts), "sha256")

    seed = secret.to_bytes(32, "big") + (int.from_bytes(digest, "big") % N).to_bytes(32, "big")
    key, value = bytes(32), b"\1" * 32
    for separator in (b"\0", b"\1"):
        key = mac(key, value, separator, seed)
        value = mac(key, value)
    candidate = int.from_bytes(mac(key, value), "big")
    assert 0 < candidate < N
    return candidate


class Secret:
    def __init__(self, seed: bytes):
        self.seed = seed
        self.scalar = int.from_bytes(seed, "big")
        assert 0 < self.scalar < N
        x, y = multiply(self.scalar, BASE)
        self.public = SPKI_PREFIX + x.to_bytes(32, "big") + y.to_bytes(32, "big")

    def sign_numbers(self, message: bytes) -> tuple[int, int]:
        """r and the s of the lower half."""
        digest = H(message)
        k = nonce(self.scalar, digest)
        r = multiply(k, BASE)[0] % N
        s = pow(k, -1, N) * (int.from_bytes(digest, "big") + r * self.scalar) % N
        return r, min(s, N - s)

    def sign(self, message: bytes) -> bytes:
        return der(*self.sign_numbers(message))
