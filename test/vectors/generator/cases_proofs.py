"""The cases of bundles.json that are proofs."""

from collections.abc import Iterator

from .bundle_case import Section, case
from .directory import DIRECTORY, directory_descriptor, entry, pack
from .notation import H
from .note import statement
from .proven import (
    CONTENTS,
    EMPTY,
    FAR,
    IMAGE,
    IN_ROOT,
    IN_SUB,
    PAGE,
    ROOT,
    SUB,
    TEXT,
    VERITY,
    changed,
    claimed,
    flipped,
    image,
    lookup,
    part,
    run,
    statement_of,
)
from .statement_case import UNKNOWN, signed
from .tree import BINARY


def bytes_case(
    name: str, sections: list[Section], start: int, end: int, found: str, **more
) -> dict:
    proven = {"start": start, "end": end, "sha256": H(CONTENTS[start:end]).hex()}
    return case(name, "proof", sections, found=found, **proven, **more)


def below_sub(
    name: str, path: str, start: int, end: int, pages: list[Section], **more
) -> dict:
    """Bytes of a file in `sub`, by the pages under them."""
    sections = claimed(path, f"bytes {start} {end}") + IN_ROOT + IN_SUB + pages
    return bytes_case(name, sections, start, end, path, **more)


def proof_cases() -> Iterator[dict]:
    yield bytes_case("two pages of five", image(), 5000, 12288, "sub/disk.img")
    last, whole = run(IMAGE, 4, 1), run(IMAGE, 0, 5)
    yield below_sub("the last, short page", "sub/disk.img", 16384, 20000, last)
    yield below_sub("all pages", "sub/disk.img", 0, 20000, whole, comment="no siblings")
    yield below_sub(
        "pages under two nodes of fsverity-sha256",
        "sub/verity.img",
        32000,
        33000,
        run(VERITY, 31, 2),
    )
    yield bytes_case(
        "through a symlink",
        claimed("link", "bytes 0 1") + IN_ROOT + IN_ROOT + IN_SUB + run(IMAGE, 0, 1),
        0,
        1,
        "sub/disk.img",
        comment="the lookups are link, sub, disk.img",
    )
    yield below_sub("an empty file", "sub/empty", 0, 0, run(EMPTY, 0, 0))
    size, root = IMAGE.size, IMAGE.root.hex()
    single = statement(object_=f"object file {BINARY} 4096 {size} {root}")
    yield bytes_case(
        "a single sealed file", claimed("", "bytes 1 2", single) + run(IMAGE, 0, 1), 1, 2, ""
    )
    absences = [
        ("absence between two entries", "m", IN_ROOT),
        ("absence before the first entry", "a", IN_ROOT),
        ("absence after the last entry", "sub/z", IN_ROOT + IN_SUB),
        ("absence between two pages", "sub/c", IN_ROOT + lookup(SUB, 0, 2)),
        ("absence in an empty directory", "nothing/x", IN_ROOT + lookup([], 0, 0)),
    ]
    for name, path, steps in absences:
        yield case(name, "proof", claimed(path, "absence") + steps, missing=path)


def bad_proof_cases() -> Iterator[dict]:
    good = image()
    pages = part(good, "pages", 2)
    siblings = part(good, "siblings", 2)
    swapped = siblings[32:64] + siblings[:32] + siblings[64:]
    expired = statement_of(ROOT, expires="2026-11-21T11:00:00Z")
    future = statement_of(ROOT, issued="2026-11-23T00:00:00Z")
    steps = IN_ROOT + IN_SUB + run(IMAGE, 1, 2)
    loops = IN_ROOT * 41
    between = lookup(SUB, 0, 2)
    loose = [SUB[0][: 18 + 1 + len(FAR)].ljust(PAGE, b"\0"), SUB[1]]
    loose_root = pack([entry(b"sub", DIRECTORY, child=directory_descriptor(loose, PAGE))], PAGE)
    loose_steps = lookup(loose_root, 0, 1) + lookup(loose, 0, 2)
    loose_claim = claimed("sub/c", "absence", statement_of(loose_root))
    cases = [
        (
            "a forged statement",
            [("note", good[0][1].replace(b"version 1", b"version 2"))] + good[1:],
            "ERR_SIGNATURE",
            "V2",
        ),
        (
            "a statement of an unknown key",
            [("note", signed(TEXT, UNKNOWN).encode())] + good[1:],
            "ERR_THRESHOLD",
            "V3",
        ),
        (
            "an expired statement",
            claimed("sub/disk.img", "bytes 5000 12288", expired) + steps,
            "ERR_EXPIRED",
            "V6",
        ),
        (
            "a statement of the future",
            claimed("sub/disk.img", "bytes 5000 12288", future) + steps,
            "ERR_NOT_YET_VALID",
            "V26",
        ),
        ("no claim", good[:2] + good[3:], "ERR_BUNDLE", "V35"),
        ("a section too many", good + [("pages", b"")], "ERR_BUNDLE", "V35"),
        ("a section too few", good[:-1], "ERR_BUNDLE", "V35"),
        ("sections in another order", good[:-2] + [good[-1], good[-2]], "ERR_BUNDLE", "V35"),
        ("a path that is not UTF-8", changed(good, "path", 0, b"sub/\xff"), "ERR_BUNDLE", "V36"),
        ("a path with an empty component", image("sub//disk.img"), "ERR_BUNDLE", "V36"),
        ("a path with .", image("./sub/disk.img"), "ERR_BUNDLE", "V36"),
        ("a path with ..", image("sub/../sub/disk.img"), "ERR_BUNDLE", "V36"),
        ("another path", image("sub/disk.imh"), "ERR_BUNDLE", "V36"),
        ("a path to a directory", claimed("sub", "bytes 0 1") + IN_ROOT, "ERR_NOT_FILE", "V36"),
        ("a path below a file", image("sub/disk.img/x"), "ERR_NOT_DIRECTORY", "V36"),
        ("a claim with a leading zero", image(claim="bytes 05000 12288"), "ERR_BUNDLE", "V36"),
        ("a claim of no bytes", image(claim="bytes 5000 5000"), "ERR_BUNDLE", "V36"),
        ("a claim beyond the file", image(claim="bytes 5000 20001"), "ERR_BUNDLE", "V36"),
        ("a claim of a page more", image(claim="bytes 5000 12289"), "ERR_DATA_LENGTH", "V16"),
        ("the proof of other pages", image(claim="bytes 8192 16384"), "ERR_PROOF_LENGTH", "V17"),
        (
            "a page with the proof of its neighbour",
            image(claim="bytes 4096 8192")[:-2] + run(IMAGE, 0, 1),
            "ERR_PROOF_MISMATCH",
            "V18",
        ),
        ("a claim of an absence of what is there", image(claim="absence"), "ERR_BUNDLE", "V36"),
        (
            "a claim of bytes of what is absent",
            claimed("m", "bytes 0 1") + IN_ROOT,
            "ERR_BUNDLE",
            "V36",
        ),
        ("a page cut short", changed(good, "pages", 2, pages[:-1]), "ERR_DATA_LENGTH", "V16"),
        (
            "a flipped bit in a page",
            changed(good, "pages", 2, flipped(pages)),
            "ERR_PROOF_MISMATCH",
            "V18",
        ),
        (
            "a sibling too few",
            changed(good, "siblings", 2, siblings[32:]),
            "ERR_PROOF_LENGTH",
            "V17",
        ),
        (
            "a sibling too many",
            changed(good, "siblings", 2, siblings + bytes(32)),
            "ERR_PROOF_LENGTH",
            "V17",
        ),
        ("swapped siblings", changed(good, "siblings", 2, swapped), "ERR_PROOF_MISMATCH", "V18"),
        (
            "a flipped bit in a directory",
            changed(good, "pages", 0, flipped(ROOT[0], 30)),
            "ERR_PROOF_MISMATCH",
            "V18",
        ),
        (
            "another page of the directory",
            image()[:6] + lookup(SUB, 0, 1) + run(IMAGE, 1, 2),
            "ERR_BUNDLE",
            "V36",
        ),
        (
            "two pages where one has the name",
            image()[:6] + between + run(IMAGE, 1, 2),
            "ERR_BUNDLE",
            "V36",
        ),
        ("an index beyond the directory", changed(good, "directory", 0, b"1"), "ERR_BUNDLE", "V36"),
        (
            "an absence proven by one page of two",
            claimed("sub/c", "absence") + IN_ROOT + lookup(SUB, 1, 1),
            "ERR_BUNDLE",
            "V36",
        ),
        (
            "an absence proven by a page too many",
            claimed("sub/aa", "absence") + IN_ROOT + between,
            "ERR_BUNDLE",
            "V36",
        ),
        (
            "an absence in a directory without its pages",
            claimed("sub/c", "absence") + IN_ROOT + lookup([], 0, 0),
            "ERR_BUNDLE",
            "V36",
        ),
        (
            "an absence in a loosely packed directory",
            loose_claim + loose_steps,
            "ERR_DIRECTORY",
            "V21",
        ),
        ("a symlink that leads out", claimed("out", "absence") + IN_ROOT, "ERR_SYMLINK", "V24"),
        ("symlinks in a circle", claimed("loop", "absence") + loops, "ERR_SYMLINK_LOOP", "V24"),
    ]
    for name, sections, expect, label in cases:
        yield case(name, "proof", sections, expect, label)
