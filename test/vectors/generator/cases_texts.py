"""Cases of statements.json for V4 and V10: texts that are no statement of an object."""

from collections.abc import Iterator

from . import published
from .note import statement
from .statement_case import ROOT, SIZE_LIMIT, TEXT, case, long_text, signed
from .tree import BINARY, EMPTY_ROOTS, FSVERITY


def replaced(old: str, new: str, text: str = TEXT) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def text_faults() -> Iterator[tuple[str, str]]:
    """Texts that are no statements; V4."""
    full = statement(2, expires="2026-12-21T10:00:00Z", previous="ab" * 32, extra=("x-a b",))
    lines = full.splitlines(keepends=True)
    words = ["header", "origin", "version", "issued", "expires", "previous", "object", "x-a"]
    for i, word in enumerate(words):
        if word not in ("expires", "x-a"):
            yield f"no {word}", "".join(lines[:i] + lines[i + 1 :])
        if word != "x-a":
            yield f"{word} twice", "".join(lines[: i + 1] + lines[i:])
            yield (
                f"{word} after the line that follows",
                "".join([*lines[:i], lines[i + 1], lines[i], *lines[i + 2 :]]),
            )
        for fault, spoilt in (
            ("space at the end", lines[i][:-1] + " \n"),
            ("space at the start", " " + lines[i]),
        ):
            if (word, fault) != ("x-a", "space at the end"):
                yield f"{word}: {fault}", "".join([*lines[:i], spoilt, *lines[i + 1 :]])
        if word not in ("header", "x-a"):
            yield (
                f"{word}: two spaces",
                "".join([*lines[:i], lines[i].replace(" ", "  ", 1), *lines[i + 1 :]]),
            )
            yield f"{word}: no value", "".join([*lines[:i], word + "\n", *lines[i + 1 :]])
            yield (
                f"{word} in upper case",
                "".join([*lines[:i], lines[i].replace(word, word.upper(), 1), *lines[i + 1 :]]),
            )
    yield "no text but an empty line", "\n"
    yield "unknown line", TEXT + "comment a\n"
    yield "unknown line in the middle", replaced("version 1\n", "version 1\ncomment a\n")
    yield "empty line in the text", replaced("version 1\n", "version 1\n\n")
    yield "empty line at the end", TEXT + "\n"
    yield "empty line at the start", "\n" + TEXT
    yield "byte order mark", "\ufeff" + TEXT
    yield "version 2 of the format", replaced("pageseal.v1/", "pageseal.v2/")
    yield "another kind of text", replaced("v1/statement", "v1/object")
    yield "longer than MAX_TEXT_LENGTH", long_text(8193)


def value_faults() -> Iterator[tuple[str, str]]:
    """Statements with a value that is none; V4."""
    for version in ("0", "01", "-1", "+1", "1.0", "1e0", "0x1", "\u0661", "1 1"):
        yield f"version {version!a}", statement(version)
    for version in (SIZE_LIMIT, 2**64 + 2, 10**100):
        yield f"version {version}"[:30], statement(version, previous="0" * 64)
    yield "version 1 with previous", statement(1, previous="0" * 64)
    yield "version 2 without previous", statement(2)
    for what, value in (
        ("63 digits", "0" * 63),
        ("65 digits", "0" * 65),
        ("62 digits", "0" * 62),
        ("upper case", "AB" * 32),
        ("no digits of base 16", "0g" * 32),
    ):
        yield f"previous: {what}", statement(2, previous=value)
        yield f"root: {what}", replaced(ROOT, value)
    for date in (
        "2026-02-30T00:00:00Z",
        "2027-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-00-10T00:00:00Z",
        "2026-13-10T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2016-12-31T23:59:60Z",
        "2026-06-30T23:59:61Z",
        "2026-11-21T10:00:00+00:00",
        "2026-11-21T10:00:00+01:00",
        "2026-11-21T10:00:00",
        "2026-11-21T10:00:00z",
        "2026-11-21t10:00:00Z",
        "2026-11-21 10:00:00Z",
        "2026-11-21T10:00:00.0Z",
        "2026-11-21T10:00Z",
        "2026-11-21",
        "20261121T100000Z",
        "2026-11-21T1:00:00Z",
        "+02026-11-21T10:00:00Z",
        "12026-11-21T10:00:00Z",
        "1795255200",
    ):
        yield f"issued {date}", statement(issued=date)
    for date in (
        "2026-12-32T00:00:00Z",
        "2026-12-31T23:59:60Z",
        "2026-12-21T10:00:00+00:00",
        "never",
    ):
        yield f"expires {date}", statement(expires=date)
    yield "expires when issued", statement(expires="2026-11-21T10:00:00Z")
    yield "expires before issued", statement(expires="2026-11-21T09:59:59Z")
    for extra in (
        "x-",
        "x- a",
        "x-a",
        "x-a ",
        "x-A b",
        "x-a_b c",
        "X-a b",
        "x-\u00e9 b",
        "x_a b",
        "x-a:b c",
    ):
        yield f"line {extra!a}", statement(extra=(extra,))
    yield "x- line before object", replaced("object ", "x-a b\nobject ")
    yield "x- line before origin", replaced("origin ", "x-a b\norigin ")


def object_faults() -> Iterator[tuple[str, str]]:
    """Object lines that are none; V4."""
    for what, old, new in (
        ("type symlink", "directory", "symlink"),
        ("type in upper case", "directory", "Directory"),
        ("unknown profile", "rfc9162", "rfc6962"),
        ("profile by number", "rfc9162-sha256", "1"),
        ("page size with leading zero", " 16384 ", " 016384 "),
        ("page size with sign", " 16384 ", " +16384 "),
        ("page size in base 16", " 16384 ", " 0x4000 "),
        ("page size with exponent", " 16384 ", " 16384e0 "),
        ("page size with unit", " 16384 ", " 16k "),
        ("size with leading zero", " 74 ", " 074 "),
        ("size with sign", " 74 ", " -74 "),
        ("size with fraction", " 74 ", " 74.0 "),
        ("size missing", " 74 ", " "),
        ("root missing", f" {ROOT}", ""),
        ("a seventh word", ROOT, f"{ROOT} 1"),
    ):
        yield f"object: {what}", replaced(old, new)


def statement_cases() -> Iterator[dict]:
    for faults in (text_faults, value_faults, object_faults):
        for what, text in faults():
            yield case(what, signed(text), "ERR_STATEMENT", "V4")
    for origin in (
        "",
        ".",
        "..",
        "a/..",
        "../a",
        "a/./b",
        "a//b",
        "/a",
        "a/",
        "A",
        "a b",
        "a\u00e9",
        "a%2fb",
        "a\\b",
        "a:1",
        "a+b",
        "a" * 201,
    ):
        text = statement(origin=origin)
        yield case(
            f"origin {origin[:12]!a}, {len(origin)} characters",
            signed(text),
            "ERR_STATEMENT",
            "V4",
            origin=origin,
        )
    yield case(
        "published note that is no statement",
        published.NOTE,
        "ERR_STATEMENT",
        "V4",
        trusted=[published.NOTE_KEY],
        comment=f"published: {published.NOTE_SOURCE}; its signature is good, so V1 to V3 hold",
    )


def descriptor_cases() -> Iterator[dict]:
    """V10."""
    wrong_root = EMPTY_ROOTS[FSVERITY].hex()
    for what, type_, profile, page_size, size, root in (
        ("page size 0", "file", BINARY, 0, 74, ROOT),
        ("page size below the least", "file", BINARY, 512, 74, ROOT),
        ("page size above the greatest", "file", BINARY, 2**21, 74, ROOT),
        ("page size that is no power of two", "file", BINARY, 5000, 74, ROOT),
        ("page size 2^32 + 4096", "file", BINARY, 2**32 + 4096, 74, ROOT),
        ("page size above the greatest of profile 2", "file", FSVERITY, 2**17, 74, ROOT),
        ("page size below the least of a directory", "directory", BINARY, 4096, 74, ROOT),
        ("directory of profile 2", "directory", FSVERITY, 16384, 74, ROOT),
        ("size 2^53", "file", BINARY, 2**20, 2**53, ROOT),
        ("size 2^64 + 74", "file", BINARY, 4096, 2**64 + 74, ROOT),
        ("a page too many", "file", BINARY, 1024, (2**32 - 1) * 1024 + 1, ROOT),
        ("size 0 with the root of profile 2", "file", BINARY, 4096, 0, wrong_root),
        ("size 0 with another root", "directory", BINARY, 16384, 0, ROOT),
    ):
        line_ = f"object {type_} {profile} {page_size} {size} {root}"
        yield case(what, signed(statement(object_=line_)), "ERR_DESCRIPTOR", "V10")
