"""Cases of directories.json for V10, V20 and V21: pages that are no directory."""

from .cases_descriptors import make
from .directory import DIRECTORY, NOT_RECORDED, directory_descriptor, entry, symlink
from .notation import short_hex

PAGE = 8192
LONG = b"t" * 4095  # a symlink with this target and a name of 1 byte has 4,114 bytes


def bad(
    name: str,
    pages: bytes | list[bytes],
    label: str = "V20",
    code: str = "ERR_DIRECTORY",
    comment: str = "",
    seen: list[int] | None = None,
) -> dict:
    pages = [pages] if isinstance(pages, bytes) else pages
    assert all(len(page) == PAGE for page in pages[:-1]) and 0 < len(pages[-1]) <= PAGE, name
    return {
        "name": name,
        **({"comment": comment} if comment else {}),
        "label": label,
        "descriptor": directory_descriptor(pages, PAGE).hex(),
        "pages": [short_hex(page) for page in pages],
        **({"seen": seen} if seen else {}),
        "expect": code,
    }


def entry_cases() -> list[dict]:
    """One entry that is wrong."""
    utf8 = {
        "a lone continuation byte": b"a\x80",
        "a surrogate": b"\xed\xa0\x80",
        "an overlong slash": b"\xc0\xaf",
        "beyond U+10FFFF": b"\xf4\x90\x80\x80",
        "a cut character": b"a\xe2\x82",
        "byte FF": b"\xff",
    }
    cases = [
        bad("type 0", entry(b"f", 0)),
        bad("type 4", entry(b"f", 4)),
        bad("type 255", entry(b"f", 255)),
        bad("empty name", entry(b"")),
        bad("empty name of a symlink", symlink(b"", b"t")),
        bad("name .", entry(b".")),
        bad("name ..", entry(b"..")),
        bad("name .. of a symlink", symlink(b"..", b"t")),
        bad("name /", entry(b"/")),
        bad("name with /", entry(b"a/b")),
        bad("name with NUL", entry(b"a\0b")),
        bad("mode 0o1000", entry(b"f", mode=0o1000)),
        bad("mode with set-user-id", entry(b"f", mode=0o4755)),
        bad("mode with the bits of a type", entry(b"f", mode=0o100644)),
        bad("symlink of mode 0o755", symlink(b"l", b"t", mode=0o755)),
        bad("symlink of mode 0", symlink(b"l", b"t", mode=0)),
        bad("symlink of mode 0o1777", symlink(b"l", b"t", mode=0o1777)),
        bad("nanoseconds 10^9", entry(b"f", nanoseconds=10**9)),
        bad("nanoseconds 0xFFFFFFFE", entry(b"f", nanoseconds=NOT_RECORDED - 1)),
        bad("seconds 1, not recorded", entry(b"f", seconds=1)),
        bad("seconds -1, not recorded", entry(b"f", seconds=-1)),
        bad("seconds 2^53", entry(b"f", seconds=2**53, nanoseconds=0)),
        bad("seconds -2^53", entry(b"f", seconds=-(2**53), nanoseconds=0)),
        bad("seconds -2^63", entry(b"f", seconds=-(2**63), nanoseconds=0)),
        bad("empty target", symlink(b"l", b"")),
        bad("target of 4096 bytes", symlink(b"l", b"t" * 4096)),
        bad("target with NUL", symlink(b"l", b"a\0b")),
    ]
    cases += [bad(f"name: {what}", entry(name)) for what, name in utf8.items()]
    cases += [bad(f"target: {what}", symlink(b"l", target)) for what, target in utf8.items()]
    return cases


def descriptor_cases() -> list[dict]:
    """One entry whose descriptor is wrong."""
    descriptor_cases = {
        "version 2": entry(b"f", child=make(version=2)),
        "profile 3": entry(b"f", child=make(profile=3)),
        "page size": entry(b"f", child=make(log2=21)),
        "filler": entry(b"f", child=make(filler=b"\0\0\0\0\1")),
        "size": entry(b"f", child=make(log2=20, size=2**53)),
        "page count": entry(b"f", child=make(log2=10, size=(2**32 - 1) * 1024 + 1)),
        "root of an empty object": entry(b"f", child=make(size=0)),
        "directory of profile 2": entry(b"d", DIRECTORY, child=make(profile=2, log2=14)),
        "directory with small pages": entry(b"d", DIRECTORY, child=make(log2=12)),
    }
    return [
        bad(f"descriptor: {what}", data, "V10", "ERR_DESCRIPTOR")
        for what, data in descriptor_cases.items()
    ]


def length_cases() -> list[dict]:
    """An entry whose length is not that of its fields, or that leaves its page."""
    one = entry(b"disk.img")
    cut = symlink(b"b", LONG)
    return [
        bad("length a byte too great, then a zero", entry(b"f", length=68) + b"\0"),
        bad("length a byte too great, page ends", entry(b"f", length=68)),
        bad(
            "length a byte too small",
            entry(b"f", length=66),
            comment="the name would cross the entry's end",
        ),
        bad("length 0xFFFF", entry(b"f", length=0xFFFF)),
        bad("length 1", entry(b"f", length=1)),
        bad("length 17", entry(b"f", length=17)),
        bad("length of the fixed fields alone", entry(b"f", length=18)),
        bad(
            "length beyond the name of a file",
            entry(b"f", name_length=1, target=b"x"),
            comment="a file has no target",
        ),
        bad(
            "length 0 at the start, then bytes",
            entry(b"f", length=0),
            comment="fill that is not zero, and no entry",
        ),
        bad("name length beyond the entry", entry(b"f", name_length=2)),
        bad("name length beyond a symlink", symlink(b"l", b"t", name_length=3)),
        bad("page of 1 byte", one[:1]),
        bad("page of 17 bytes", one[:17]),
        bad("entry cut at the end", one[:-1]),
        bad(
            "entry crosses the page boundary",
            [(symlink(b"a", LONG) + cut)[:PAGE], (symlink(b"a", LONG) + cut)[PAGE:]],
        ),
    ]


def page_cases() -> list[dict]:
    """One page that is wrong, though each entry is right."""
    a, b, c = entry(b"a"), entry(b"b"), entry(b"c")
    full, rest = symlink(b"a", LONG), symlink(b"b", LONG)
    room = PAGE - len(full)
    return [
        bad("descending names", b + a),
        bad("descending names, later", a + c + b),
        bad("order of UTF-16", entry("\U0001f600".encode()) + entry("\uff5e".encode())),
        bad("a name before its own beginning", entry(b"ab") + entry(b"a")),
        bad("a name twice", a + a),
        bad("a name twice, as file and symlink", a + symlink(b"a", b"t")),
        bad("zero after the last entry", a + b"\0", comment="the last page has no fill"),
        bad("zeros after the last entry", a.ljust(PAGE, b"\0")),
        bad("byte after the last entry", a + b"\1"),
        bad("page of zeros alone", bytes(100)),
        bad("first page of zeros alone", [bytes(PAGE), a]),
        bad("last byte of the fill is 1", [full + bytes(room - 1) + b"\1", rest]),
        bad("first byte of the fill is 1", [full + b"\1" + bytes(room - 1), rest]),
        bad("second byte of the fill is 1", [full + b"\0\1" + bytes(room - 2), rest]),
        bad("entry within the fill", [full + bytes(2) + b + bytes(room - 2 - len(b)), rest]),
        bad(
            "fill of one byte is 1",
            [symlink(b"a", LONG) + symlink(b"b", b"t" * (room - 20)) + b"\1", c],
        ),
    ]


def order_cases() -> list[dict]:
    """Pages that are right by themselves, but not together."""

    def page(*entries: bytes) -> bytes:
        return b"".join(entries).ljust(PAGE, b"\0")

    def pages(first: bytes, second: bytes) -> list[bytes]:
        return [page(symlink(first, LONG)), symlink(second, LONG)]

    room = PAGE - 4114
    fits = symlink(b"b", b"t" * (room - 19))
    three = [page(symlink(name, LONG)) for name in (b"b", b"d")] + [symlink(b"c", LONG)]
    cases = [
        bad("second page below the first", pages(b"b", b"a"), "V21"),
        bad("a name on two pages", pages(b"a", b"a"), "V21"),
        bad(
            "second page overlaps the first",
            [page(symlink(b"a", LONG), entry(b"c")), symlink(b"b", LONG)],
            "V21",
        ),
        bad("third page below the second", three, "V21"),
        bad("loose packing", [page(symlink(b"a", LONG)), entry(b"b")], "V21"),
        bad("loose packing, exact fit", [page(symlink(b"a", LONG)), fits], "V21"),
        bad(
            "loose packing of the first entry alone",
            [page(symlink(b"a", LONG)), symlink(b"b", b"t") + symlink(b"c", LONG)],
            "V21",
        ),
    ]
    seen = "the later page is seen first"
    cases += [
        bad(
            "second page below the first, seen backwards",
            pages(b"b", b"a"),
            "V21",
            comment=seen,
            seen=[1, 0],
        ),
        bad(
            "a name on two pages, seen backwards",
            pages(b"a", b"a"),
            "V21",
            comment=seen,
            seen=[1, 0],
        ),
        bad(
            "loose packing, seen backwards",
            [page(symlink(b"a", LONG)), entry(b"b")],
            "V21",
            comment=seen,
            seen=[1, 0],
        ),
        bad(
            "second page above the fourth",
            [page(symlink(name, LONG)) for name in (b"a", b"x", b"y", b"d")]
            + [symlink(b"e", LONG)],
            "V21",
            comment="the page between them is not seen",
            seen=[4, 3, 1],
        ),
    ]
    return cases
