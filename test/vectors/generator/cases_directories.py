"""directories.json: entries and the pages they make, and pages that are not a directory."""

from collections.abc import Callable

from . import cases_bad_directories as bad
from . import published
from .directory import (
    DIRECTORY,
    directory_descriptor,
    entry,
    fields_of,
    pack,
    symlink,
)
from .notation import H, short_hex
from .tree import BINARY, FSVERITY, descriptor, object_id

PAGE = 8192
LONG = b"t" * 4095  # a symlink with this target and a name of 1 byte has 4,114 bytes
MAX_SECONDS = 2**53 - 1
EMPTY_DIRECTORY = descriptor(BINARY, 8192, 0, H(b""))


def good(name: str, entries: list[bytes], page_size: int = PAGE, comment: str = "") -> dict:
    pages = pack(entries, page_size)
    object_descriptor = directory_descriptor(pages, page_size)
    return {
        "name": name,
        **({"comment": comment} if comment else {}),
        "descriptor": object_descriptor.hex(),
        "object_id": object_id(object_descriptor).hex(),
        "pages": [short_hex(page) for page in pages],
        "entries": [fields_of(one) for one in entries],
        "expect": "ok",
    }


def good_cases() -> list[dict]:
    example = good("example", [entry(b"disk.img")], 16384, 'SPEC.md, "Directory"')
    assert example["descriptor"].endswith(published.EXAMPLE_DIRECTORY_ROOT)
    fsverity = descriptor(FSVERITY, 65536, 70000, H(b"some root"))
    empty_file = descriptor(BINARY, 4096, 0, H(b""))
    utf8_order = [name.encode() for name in ("Z", "a", "\u00e9", "\uff5e", "\U0001f600")]
    return [
        good("empty", []),
        example,
        good(
            "each type",
            [
                entry(b"file"),
                entry(b"folder", DIRECTORY, child=EMPTY_DIRECTORY),
                symlink(b"link", b"file"),
            ],
        ),
        good("child of fsverity-sha256", [entry(b"f", child=fsverity)]),
        good("empty child", [entry(b"f", child=empty_file)]),
        good("least mode", [entry(b"f", mode=0)]),
        good("greatest mode", [entry(b"f", mode=0o777)]),
        good("modification time", [entry(b"f", seconds=1795255200, nanoseconds=123456789)]),
        good(
            "modification time 0", [entry(b"f", seconds=0, nanoseconds=0)], comment="recorded: 1970"
        ),
        good("earliest modification time", [entry(b"f", seconds=-MAX_SECONDS, nanoseconds=0)]),
        good("latest modification time", [entry(b"f", seconds=MAX_SECONDS, nanoseconds=999999999)]),
        good("modification time of -1 s", [entry(b"f", seconds=-1, nanoseconds=999999999)]),
        good("longest name", [entry(b"n" * 255)]),
        good("longest target", [symlink(b"l", LONG)]),
        good("longest name and target", [symlink(b"n" * 255, LONG)]),
        good(
            "order of bytes, not of UTF-16",
            [entry(name) for name in utf8_order],
            comment="U+FF5E stands before U+1F600",
        ),
        good(
            "a name that another begins with",
            [entry(b"a"), entry(b"a."), entry(b"a.b"), entry(b"ab")],
        ),
        good("names of dots", [entry(b"..."), entry(b"..a"), entry(b".a")]),
        good("control characters", [entry(b"\x01\n\x7f"), symlink(b"\x1b[2J", b"\x07")]),
        good(
            "name that begins with U+FEFF",
            [entry(b"a"), entry("\ufeffa".encode())],
            comment="a byte order mark is part of the name",
        ),
        good(
            "unnormalised names",
            [entry("e\u0301".encode()), entry("\u00e9".encode())],
            comment="two spellings of one character are two names",
        ),
        good(
            "targets that are not contained",
            [symlink(b"a", b"/etc"), symlink(b"b", b"../x"), symlink(b"c", b"a/../..")],
            comment="well formed; V24 judges them when they are handed out",
        ),
        good("two pages, fill of zeros", [symlink(b"a", LONG), symlink(b"b", LONG), entry(b"c")]),
        good(
            "exact fit",
            [symlink(b"a", LONG), symlink(b"b", b"t" * (PAGE - 4114 - 19))],
            comment="one page, full",
        ),
        good(
            "exact fit, then another page",
            [
                symlink(b"a", LONG),
                symlink(b"b", b"t" * (PAGE - 4114 - 19)),
                entry(b"c"),
            ],
        ),
        good(
            "fill of one byte",
            [
                symlink(b"a", LONG),
                symlink(b"b", b"t" * (PAGE - 4114 - 20)),
                entry(b"c"),
            ],
        ),
        good(
            "an entry a byte too long to fit",
            [
                symlink(b"a", LONG),
                entry(b"b"),
                symlink(b"c", b"t" * (PAGE - 4114 - 67 - 19 + 1)),
            ],
        ),
        good(
            "least symlink",
            [
                symlink(b"a", LONG),
                symlink(b"b", b"t" * (PAGE - 4114 - 19 - 19)),
                symlink(b"c", b"t"),
                entry(b"d"),
            ],
            comment="20 bytes do not fit into 19 bytes of fill",
        ),
    ]


def numbered(count: int, page_size: int, least: int, spread: int, comment: str = "") -> dict:
    """A directory made by rule; README.md, "directories.json"."""
    entries = []
    for i in range(count):
        child = descriptor(BINARY, 4096, i + 1, H(b"%d" % i))
        name = b"%06d" % i
        entries.append(entry(name.ljust(least + i * 7 % spread, b"x"), child=child))
    pages = pack(entries, page_size)
    object_descriptor = directory_descriptor(pages, page_size)
    return {
        "name": f"{count} entries, pages of {page_size}, names of {least} to {least + spread - 1}",
        **({"comment": comment} if comment else {}),
        "descriptor": object_descriptor.hex(),
        "object_id": object_id(object_descriptor).hex(),
        "numbered": {"count": count, "least": least, "spread": spread},
        "page_size": page_size,
        "page_count": len(pages),
        "size": sum(map(len, pages)),
        "expect": "ok",
    }


def numbered_cases() -> list[dict]:
    return [
        numbered(64, PAGE, 62, 1, "64 entries of 128 bytes fill one page"),
        numbered(65, PAGE, 62, 1, "one more starts the next"),
        numbered(1000, PAGE, 62, 1, "every page but the last is full, without fill"),
        numbered(1000, PAGE, 63, 1, "fill of 65 bytes on every page but the last"),
        numbered(1000, PAGE, 6, 50),
        numbered(5000, 16384, 6, 250),
        numbered(5000, 65536, 20, 3),
    ]


def document() -> dict:
    parts: list[Callable[[], list[dict]]] = [
        good_cases,
        numbered_cases,
        bad.entry_cases,
        bad.descriptor_cases,
        bad.length_cases,
        bad.page_cases,
        bad.order_cases,
    ]
    return {
        "format": "pageseal.v1 directories",
        "cases": [case for part in parts for case in part()],
    }
