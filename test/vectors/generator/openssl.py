"""A check of our keys and signatures by `openssl`, before anything is written."""

import subprocess
from base64 import b64decode
from pathlib import Path
from tempfile import TemporaryDirectory

from . import published
from .note import ECDSA, ED25519, Key, verifier_key
from .recipe import spki_pem

ED25519_PKCS8_PREFIX = bytes.fromhex("302e020100300506032b657004220420")
MESSAGE = b"a message\n"


def openssl(*arguments: str | Path) -> bytes:
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True).stdout


def check() -> None:
    with TemporaryDirectory() as folder:
        check_published(Path(folder))
        check_ed25519(Path(folder), Key("example"))
        check_ecdsa(Path(folder), Key("third", "lab.example/third", ECDSA))


def check_published(folder: Path) -> None:
    """The published key's id is the one that we compute, and its note's signature is good."""
    name, _, encoded = published.NOTE_KEY.split("+", 2)
    public = b64decode(encoded)[1:]
    assert verifier_key(name, ED25519, public) == published.NOTE_KEY
    text, _, signature = published.NOTE.partition("\n\n")
    (folder / "message").write_text(text + "\n")
    (folder / "signature").write_bytes(b64decode(signature.split(" ")[2])[4:])
    (folder / "public.pem").write_text(spki_pem(public))
    key = ("-pubin", "-inkey", folder / "public.pem", "-sigfile", folder / "signature")
    openssl("pkeyutl", "-verify", *key, "-rawin", "-in", folder / "message")


def check_ed25519(folder: Path, key: Key) -> None:
    assert key.type == ED25519
    (folder / "key.der").write_bytes(ED25519_PKCS8_PREFIX + key.secret.seed)
    (folder / "message").write_bytes(MESSAGE)
    secret = ("-inkey", folder / "key.der", "-keyform", "DER")
    made = openssl("pkeyutl", "-sign", *secret, "-rawin", "-in", folder / "message")
    assert made == key.secret.sign(MESSAGE), "openssl makes another Ed25519 signature"
    pem = openssl("pkey", "-in", folder / "key.der", "-inform", "DER", "-pubout").decode()
    assert pem == spki_pem(key.secret.public), "openssl derives another public key"


def check_ecdsa(folder: Path, key: Key) -> None:
    (folder / "public.der").write_bytes(key.secret.public)
    (folder / "message").write_bytes(MESSAGE)
    (folder / "signature").write_bytes(key.secret.sign(MESSAGE))
    public = ("-verify", folder / "public.der", "-keyform", "DER")
    openssl("dgst", "-sha256", *public, "-signature", folder / "signature", folder / "message")
