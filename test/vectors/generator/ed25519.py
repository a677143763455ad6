"""Ed25519, slow: signatures, and the arithmetic to make wrong ones. RFC 8032."""

from hashlib import sha512

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493  # order of the base point
D = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]  # extended coordinates: x = X/Z, y = Y/Z, x y = T/Z
IDENTITY: Point = (0, 1, 1, 0)


def add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar: int, p: Point) -> Point:
    result = IDENTITY
    while scalar > 0:
        if scalar & 1:
            result = add(result, p)
        p, scalar = add(p, p), scalar >> 1
    return result


def encode(p: Point) -> bytes:
    inverse = pow(p[2], -1, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def point(y: int, sign: int = 0) -> Point:
    """The point of ordinate `y`; RFC 8032 section 5.1.3."""
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_MINUS_1 % P
    assert (x * x - x2) % P == 0, "no point has this ordinate"
    if x & 1 != sign:
        x = -x % P
    return x, y, 1, x * y % P


BASE = point(4 * pow(5, -1, P) % P)


def torsion() -> Point:
    """A point of order 8."""
    y = 2
    while True:
        y += 1
        try:
            candidate = multiply(L, point(y))
        except AssertionError:
            continue
        if encode(multiply(4, candidate)) != encode(IDENTITY):
            return candidate


def challenge(r: bytes, public: bytes, message: bytes) -> int:
    return int.from_bytes(sha512(r + public + message).digest(), "little") % L


def signature(r: bytes, s: int) -> bytes:
    return r + s.to_bytes(32, "little")


class Secret:
    def __init__(self, seed: bytes):
        digest = sha512(seed).digest()
        clamped = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
        self.seed, self.prefix = seed, digest[32:]
        self.scalar = clamped % L
        self.public = encode(multiply(clamped, BASE))

    def nonce(self, message: bytes) -> int:
        return int.from_bytes(sha512(self.prefix + message).digest(), "little") % L

    def sign(self, message: bytes) -> bytes:
        r = self.nonce(message)
        r_bytes = encode(multiply(r, BASE))
        return signature(r_bytes, (r + challenge(r_bytes, self.public, message) * self.scalar) % L)
