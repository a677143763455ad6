"""Entries and pages of directories. SPEC.md, "Directory"."""

from .notation import H, i64, u
from .tree import BINARY, Tree, binary_node, build, descriptor

FILE, DIRECTORY, SYMLINK = 1, 2, 3
KINDS = {FILE: "file", DIRECTORY: "directory", SYMLINK: "symlink"}
NOT_RECORDED = 0xFFFFFFFF
EXAMPLE = Tree(BINARY, 4096, "digits", 16384).descriptor


def entry(
    name: bytes,
    kind: int = FILE,
    *,
    child: bytes = EXAMPLE,
    target: bytes = b"",
    mode: int | None = None,
    nanoseconds: int = NOT_RECORDED,
    seconds: int = 0,
    length: int | None = None,
    name_length: int | None = None,
) -> bytes:
    """The bytes of an entry; every field can be made wrong."""
    usual = {FILE: 0o644, DIRECTORY: 0o755}.get(kind, 0o777)
    fields = (
        u(1, kind)
        + u(1, len(name) if name_length is None else name_length)
        + u(2, usual if mode is None else mode)
        + u(4, nanoseconds)
        + i64(seconds)
        + (b"" if kind == SYMLINK else child)
        + name
        + target
    )
    return u(2, len(fields) + 2 if length is None else length) + fields


def symlink(name: bytes, target: bytes, **fields) -> bytes:
    return entry(name, SYMLINK, target=target, **fields)


def pack(entries: list[bytes], page_size: int) -> list[bytes]:
    """The pages of a directory, its last one without fill."""
    pages = [b""]
    for one in entries:
        if len(pages[-1]) + len(one) > page_size:
            pages[-1] = pages[-1].ljust(page_size, b"\0")
            pages.append(b"")
        pages[-1] += one
    return pages if entries else []


def directory_descriptor(pages: list[bytes], page_size: int) -> bytes:
    """The descriptor of whatever bytes stand in `pages`."""
    leaves = [H(b"\0", page) for page in pages]
    root = build(leaves, binary_node, 2)[-1][0] if leaves else H(b"")
    return descriptor(BINARY, page_size, sum(map(len, pages)), root)


def fields_of(data: bytes) -> dict:
    """A well-formed entry as the JSON files show it."""
    kind, name_length = data[2], data[3]
    nanoseconds, seconds = (
        int.from_bytes(data[6:10], "big"),
        int.from_bytes(data[10:18], "big", signed=True),
    )
    start = 18 if kind == SYMLINK else 66
    recorded = nanoseconds != NOT_RECORDED
    return {
        "type": KINDS[kind],
        "name": data[start : start + name_length].decode(),
        "mode": int.from_bytes(data[4:6], "big"),
        "modified": {"seconds": seconds, "nanoseconds": nanoseconds} if recorded else None,
        **({"target": data[18 + name_length :].decode()} if kind == SYMLINK else {}),
        **({} if kind == SYMLINK else {"descriptor": data[18:66].hex()}),
    }
