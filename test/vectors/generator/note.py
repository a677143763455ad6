"""Signed notes, verifier keys and statement texts. SPEC.md, "Statement"."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta

from . import ed25519, p256
from .directory import directory_descriptor, entry
from .notation import H

ORIGIN = "lab.example/images"
ED25519, ECDSA = 1, 2

_example = directory_descriptor([entry(b"disk.img")], 16384)
EXAMPLE_OBJECT = f"object directory rfc9162-sha256 16384 74 {_example[16:].hex()}"


class Key:
    """A secret key under a key name; its seed is H("pageseal.v1 test key " ‖ label)."""

    def __init__(self, label: str, name: str = ORIGIN, type_: int = ED25519):
        seed = H(b"pageseal.v1 test key ", label.encode())
        self.label, self.name, self.type = label, name, type_
        self.secret = ed25519.Secret(seed) if type_ == ED25519 else p256.Secret(seed)

    def named(self, name: str) -> "Key":
        return Key(self.label, name, self.type)

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.type, self.secret.public)

    @property
    def verifier_key(self) -> str:
        return verifier_key(self.name, self.type, self.secret.public)

    def line(self, text: str | bytes) -> str:
        message = text if isinstance(text, bytes) else text.encode()
        return line(self.name, self.id, self.secret.sign(message))


def key_id(name: str, type_: int, public: bytes) -> bytes:
    if type_ == ECDSA:
        return H(public)[:4]
    return H(name.encode(), b"\n", bytes([type_]), public)[:4]


def verifier_key(name: str, type_: int, public: bytes) -> str:
    encoded = b64encode(bytes([type_]) + public).decode()
    return f"{name}+{key_id(name, type_, public).hex()}+{encoded}"


def line(name: str, id_: bytes, signature: bytes) -> str:
    return raw_line(name, b64encode(id_ + signature).decode())


def raw_line(name: str, encoded: str) -> str:
    return f"\u2014 {name} {encoded}\n"


def note(text: str, *lines: str) -> str:
    return text + "\n" + "".join(lines)


def statement(
    version: int | str = 1,
    *,
    origin: str = ORIGIN,
    issued: str = "2026-11-21T10:00:00Z",
    expires: str | None = None,
    previous: str | None = None,
    object_: str = EXAMPLE_OBJECT,
    extra: tuple[str, ...] = (),
) -> str:
    """A statement's text, or what results from wrong values."""
    lines = ["pageseal.v1/statement", f"origin {origin}", f"version {version}", f"issued {issued}"]
    lines += [f"expires {expires}"] if expires is not None else []
    lines += [f"previous {previous}"] if previous is not None else []
    lines += [object_, *extra]
    return "".join(f"{one}\n" for one in lines)


def text_hash(text: str) -> str:
    return H(text.encode()).hex()


def example_series(version: int) -> list[str]:
    """The texts of versions 1 to `version` of the example, one a day; SPEC.md shows version 42."""
    texts: list[str] = []
    last = datetime(2026, 11, 21, 10, tzinfo=UTC)
    for number in range(1, version + 1):
        issued = last - timedelta(days=42 - number)
        texts.append(
            statement(
                number,
                issued=timestamp(issued),
                expires=timestamp(issued + timedelta(days=30)),
                previous=text_hash(texts[-1]) if texts else None,
                extra=("x-comment nightly",),
            )
        )
    return texts


def timestamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
