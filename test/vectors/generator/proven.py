"""The tree that the proofs of bundles.json speak of, and their sections. SPEC.md, "Proofs"."""

from .bundle_case import Section
from .directory import DIRECTORY, directory_descriptor, entry, pack, symlink
from .notation import H
from .note import statement
from .statement_case import signed
from .tree import BINARY, FSVERITY, Tree

PAGE = 8192
IMAGE = Tree(BINARY, 4096, "digits", 20000)  # 5 pages
VERITY = Tree(FSVERITY, 1024, "digits", 40000)  # 40 pages, two levels of 32 children
EMPTY = Tree(BINARY, 4096, "zeros", 0)
CONTENTS = "".join(chr(ord("0") + i // 4096) for i in range(40960)).encode()

FAR = b"far/" + b"x" * 4056
# Two pages: the symlinks fill the first.
SUB = pack(
    [
        symlink(b"a", FAR),
        symlink(b"b", FAR),
        entry(b"disk.img", child=IMAGE.descriptor),
        entry(b"empty", child=EMPTY.descriptor),
        entry(b"verity.img", child=VERITY.descriptor),
    ],
    PAGE,
)
NOTHING = directory_descriptor([], PAGE)
ROOT = pack(
    [
        symlink(b"link", b"./sub//disk.img"),
        symlink(b"loop", b"loop"),
        entry(b"nothing", DIRECTORY, child=NOTHING),
        symlink(b"out", b"../x"),
        entry(b"sub", DIRECTORY, child=directory_descriptor(SUB, PAGE)),
    ],
    PAGE,
)

def statement_of(pages: list[bytes], **fields) -> str:
    data = directory_descriptor(pages, PAGE)
    size = sum(map(len, pages))
    return statement(object_=f"object directory {BINARY} {PAGE} {size} {data[16:].hex()}", **fields)


TEXT = statement_of(ROOT, expires="2026-12-21T10:00:00Z")
assert len(SUB) == 2 and len(ROOT) == 1 and SUB[1][66:74] == b"disk.img"


def lookup(pages: list[bytes], first: int, count: int) -> list[Section]:
    """The triple of one lookup in a directory of at most two pages."""
    leaves = [H(b"\0", page) for page in pages]
    siblings = [leaf for i, leaf in enumerate(leaves) if not first <= i < first + count]
    return [
        ("directory", str(first).encode()),
        ("siblings", b"".join(siblings) if count else b""),
        ("pages", b"".join(pages[first : first + count])),
    ]


def run(tree: Tree, first: int, count: int) -> list[Section]:
    """The pages of a file and their proof."""
    if count == 0:
        return [("siblings", b""), ("pages", b"")]
    siblings = tree.at(tree.proof(0, first, count, tree.height))
    return [
        ("siblings", b"".join(siblings)),
        ("pages", b"".join(tree.pages[first : first + count])),
    ]


def claimed(path: str, claim: str, text: str = TEXT) -> list[Section]:
    return [("note", signed(text).encode()), ("path", path.encode()), ("claim", claim.encode())]


IN_ROOT = lookup(ROOT, 0, 1)
IN_SUB = lookup(SUB, 1, 1)


def image(path: str = "sub/disk.img", claim: str = "bytes 5000 12288") -> list[Section]:
    """Pages 1 and 2 of disk.img."""
    return claimed(path, claim) + IN_ROOT + IN_SUB + run(IMAGE, 1, 2)


def changed(sections: list[Section], name: str, nth: int, data: bytes) -> list[Section]:
    """The sections, the `nth` of a name with other data."""
    places = [i for i, section in enumerate(sections) if section[0] == name]
    return [(n, data if i == places[nth] else d) for i, (n, d) in enumerate(sections)]


def flipped(data: bytes, at: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def part(sections: list[Section], name: str, nth: int) -> bytes:
    return [data for found, data in sections if found == name][nth]
