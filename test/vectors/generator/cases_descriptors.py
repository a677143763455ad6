"""descriptors.json: descriptors of files and directories, good ones and ones with one fault."""

from .notation import H
from .tree import BINARY, EMPTY_ROOTS, FSVERITY, NUMBERS, fsverity_digest, object_id, raw_descriptor

MAX_SIZE = 2**53 - 1
MAX_PAGE_COUNT = 2**32 - 1
ROOT = H(b"the root of descriptors.json")
NAMES = {number: name for name, number in NUMBERS.items()}


def make(
    version: int = 1,
    profile: int = 1,
    log2: int = 12,
    filler: bytes = bytes(5),
    size: int = 10000,
    root: bytes = ROOT,
) -> bytes:
    return raw_descriptor(version, profile, log2, filler, size, root)


def good(name: str, kind: str = "file", comment: str = "", **fields) -> dict:
    values = {"profile": 1, "log2": 12, "size": 10000, "root": ROOT} | fields
    data, page_size = make(**values), 2 ** values["log2"]
    digest = fsverity_digest(page_size, values["size"], values["root"]).hex()
    return {
        "name": name,
        **({"comment": comment} if comment else {}),
        "type": kind,
        "descriptor": data.hex(),
        "expect": "ok",
        "profile": NAMES[values["profile"]],
        "page_size": page_size,
        "size": values["size"],
        "page_count": -(-values["size"] // page_size),
        "root": values["root"].hex(),
        "object_id": object_id(data).hex(),
        **({"fsverity_digest": digest} if values["profile"] == 2 else {}),
    }


def bad(name: str, data: bytes, kind: str = "file", comment: str = "") -> dict:
    return {
        "name": name,
        **({"comment": comment} if comment else {}),
        "label": "V10",
        "type": kind,
        "descriptor": data.hex(),
        "expect": "ERR_DESCRIPTOR",
    }


def good_cases() -> list[dict]:
    empty = EMPTY_ROOTS
    return [
        good("file"),
        good("file of profile 2", profile=2),
        good("directory", "directory", log2=14),
        good("empty file", size=0, root=empty[BINARY]),
        good("empty file of profile 2", profile=2, size=0, root=empty[FSVERITY]),
        good("empty directory", "directory", log2=13, size=0, root=empty[BINARY]),
        good("least page", log2=10),
        good("greatest page", log2=20),
        good("least page of profile 2", profile=2, log2=10),
        good("greatest page of profile 2", profile=2, log2=16),
        good("least page of a directory", "directory", log2=13),
        good("greatest page of a directory", "directory", log2=20),
        good("one byte", size=1),
        good("size 2^32", size=2**32),
        good("most pages of 1 KiB", log2=10, size=MAX_PAGE_COUNT * 1024),
        good(
            "most pages of 1 MiB", log2=20, size=MAX_PAGE_COUNT * 2**20, comment="the greatest size"
        ),
        good(
            "root of the empty object, size 1",
            size=1,
            root=empty[BINARY],
            comment="a root is any hash",
        ),
    ]


def bad_cases() -> list[dict]:
    whole = make()
    zero_of = {profile: EMPTY_ROOTS[profile] for profile in (BINARY, FSVERITY)}
    limit = "no page size makes this size possible within MAX_PAGE_COUNT"
    cases = [
        bad("version 0", make(version=0)),
        bad("version 2", make(version=2)),
        bad("profile 0", make(profile=0)),
        bad("profile 3", make(profile=3)),
        bad("page below the least", make(log2=9)),
        bad("page above the greatest", make(log2=21)),
        bad("page below the least of profile 2", make(profile=2, log2=9)),
        bad("page above the greatest of profile 2", make(profile=2, log2=17)),
        bad("log2 of the page size 0", make(log2=0)),
        bad("log2 of the page size 32", make(log2=32), comment="1 << 32 is 1 in 32-bit arithmetic"),
        bad(
            "log2 of the page size 44",
            make(log2=44),
            comment="1 << 44 is 4096 in 32-bit arithmetic",
        ),
        bad("log2 of the page size 255", make(log2=255)),
        bad("size above MAX_SIZE", make(log2=20, size=MAX_SIZE + 1), comment=limit),
        bad("size of MAX_SIZE", make(log2=20, size=MAX_SIZE), comment=limit),
        bad("size 2^63", make(log2=20, size=2**63)),
        bad("size 2^64 - 1", make(log2=20, size=2**64 - 1)),
        bad("a page too many of 1 KiB", make(log2=10, size=MAX_PAGE_COUNT * 1024 + 1)),
        bad("a page too many of 1 MiB", make(log2=20, size=MAX_PAGE_COUNT * 2**20 + 1)),
        bad(
            "a page too many of profile 2",
            make(profile=2, log2=16, size=MAX_PAGE_COUNT * 2**16 + 1),
        ),
        bad("size 0 with another root", make(size=0)),
        bad("size 0 with the root of profile 2", make(size=0, root=zero_of[FSVERITY])),
        bad(
            "size 0 of profile 2 with the root of profile 1",
            make(profile=2, size=0, root=zero_of[BINARY]),
        ),
        bad("size 0 with the leaf hash of an empty page", make(size=0, root=H(b"\0"))),
        bad(
            "size 0 of profile 2 with the leaf hash of zeros",
            make(profile=2, size=0, root=H(bytes(4096))),
        ),
        bad("47 bytes", whole[:-1]),
        bad("49 bytes", whole + b"\0"),
        bad("no bytes", b""),
        bad("directory of profile 2", make(profile=2, log2=14), "directory"),
        bad("directory page below the least", make(log2=12), "directory"),
        bad("directory page above the greatest", make(log2=21), "directory"),
        bad(
            "empty directory of profile 2",
            make(profile=2, log2=14, size=0, root=bytes(32)),
            "directory",
        ),
    ]
    for i in range(5):
        filler = bytes(i) + b"\1" + bytes(4 - i)
        cases.append(bad(f"filler byte {i} is 1", make(filler=filler)))
    return cases


def document() -> dict:
    return {"format": "pageseal.v1 descriptors", "cases": good_cases() + bad_cases()}
