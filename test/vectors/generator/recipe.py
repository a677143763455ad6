"""The files of SPEC.md, "Pure-data recipe"."""

from base64 import encodebytes
from pathlib import Path

from .directory import entry
from .notation import content
from .note import Key, example_series, note

ED25519_SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")


def spki_pem(public: bytes) -> str:
    encoded = encodebytes(ED25519_SPKI_PREFIX + public).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{encoded}-----END PUBLIC KEY-----\n"


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    key, text = Key("example"), example_series(42)[-1]
    (folder / "statement").write_bytes(note(text, key.line(text)).encode())
    (folder / "publisher.pem").write_text(spki_pem(key.secret.public))
    (folder / "directory").write_bytes(entry(b"disk.img"))
    (folder / "disk.img").write_bytes(content("digits", 16384))
