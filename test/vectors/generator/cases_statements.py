"""statements.json: notes that a client accepts, and notes with one fault for each of V1 to V10 and
V26 to V28."""

from collections.abc import Iterator

from . import cases_notes, cases_signatures, cases_texts
from .note import example_series, statement
from .statement_case import (
    KEY,
    NOW,
    ROOT,
    SECOND,
    SIZE_LIMIT,
    TEXT,
    THIRD,
    UNKNOWN,
    case,
    long_note,
    long_text,
    signed,
)
from .tree import BINARY, EMPTY_ROOTS, FSVERITY


def good_cases() -> Iterator[dict]:
    example = example_series(42)
    yield case("example", signed(example[41]), comment='SPEC.md, "Statement"')
    yield case("example after version 41", signed(example[41]), remembered=(41, example[40]))
    yield case("first version", signed(TEXT))
    yield case("ECDSA", signed(TEXT, THIRD), trusted=[THIRD.verifier_key])
    yield case("greatest version", signed(statement(SIZE_LIMIT - 1, previous="0" * 64)))
    yield case(
        "single file", signed(statement(object_=f"object file rfc9162-sha256 4096 16384 {ROOT}"))
    )
    yield case(
        "single file of fsverity-sha256",
        signed(statement(object_=f"object file fsverity-sha256 65536 16384 {ROOT}")),
    )
    for profile in (BINARY, FSVERITY):
        empty = f"object file {profile} 4096 0 {EMPTY_ROOTS[profile].hex()}"
        yield case(f"empty file of {profile}", signed(statement(object_=empty)))
    empty = f"object directory {BINARY} 8192 0 {EMPTY_ROOTS[BINARY].hex()}"
    yield case("empty directory", signed(statement(object_=empty)))
    for origin in ("a", "-", "_", "...", "..a", "a.", "a/b/c/d", "0", "a" * 200, "a/" * 99 + "bc"):
        yield case(
            f"origin {origin[:12]}, {len(origin)} bytes",
            signed(statement(origin=origin)),
            origin=origin,
        )
    for date in (
        "2024-02-29T00:00:00Z",
        "2000-02-29T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ):
        yield case(
            f"issued {date}",
            signed(statement(issued=date)),
            now=max(date, NOW),
        )
    for name, extra in (
        ("two x- lines", ("x-a 1", "x-b 2")),
        ("an x- line twice", ("x-a 1", "x-a 1")),
        ("x- lines in any order", ("x-b 2", "x-a 1")),
        ("x- line of dashes and digits", ("x---0 z",)),
        ("x- line that is not ASCII", ("x-a \u00e9\u2028\U0001f600",)),
        ("x- line with an em dash", ("x-a \u2014 b",)),
        ("x- line like another line", ("x-origin lab.example/images",)),
    ):
        yield case(name, signed(statement(extra=extra)))
    yield case("text of MAX_TEXT_LENGTH", signed(long_text(8192)))
    yield case("note of MAX_NOTE_LENGTH", long_note(16384))


def acceptance_cases() -> Iterator[dict]:
    """V5 to V9."""
    example = example_series(42)

    def bad(label: str, name: str, text: str, code: str, **options) -> dict:
        return case(name, signed(text), code, label, **options)

    for origin in ("lab.example/other", "lab.example", "lab.example/images/a", "b.example/images"):
        yield bad("V5", f"asked for {origin}", TEXT, "ERR_ORIGIN", origin=origin)
    brief = statement(expires="2026-11-22T00:00:00Z")
    yield bad("V6", "now is when it expires", brief, "ERR_EXPIRED")
    yield bad("V6", "now is a second later", brief, "ERR_EXPIRED", now="2026-11-22T00:00:01Z")
    yield bad("V6", "years later", brief, "ERR_EXPIRED", now="2036-01-01T00:00:00Z")
    yield case("now is a second before it expires", signed(brief), now="2026-11-21T23:59:59Z")
    yield case("never expires", signed(TEXT), now="2999-01-01T00:00:00Z")
    yield bad(
        "V7",
        "version below the remembered one",
        example[40],
        "ERR_ROLLBACK",
        remembered=(42, example[41]),
    )
    yield bad(
        "V7",
        "version 1, greatest remembered",
        TEXT,
        "ERR_ROLLBACK",
        remembered=(SIZE_LIMIT - 1, ""),
    )
    yield case("version remembered", signed(example[40]), remembered=(41, example[40]))
    yield case(
        "version remembered, signed by another key",
        signed(example[40], SECOND),
        remembered=(41, example[40]),
        trusted=[SECOND.verifier_key],
        comment="the text is the same",
    )
    other = cases_texts.replaced("nightly", "daily", example[40])
    yield bad(
        "V8",
        "another text of the remembered version",
        other,
        "ERR_EQUIVOCATION",
        remembered=(41, example[40]),
    )
    yield bad(
        "V8", "another text of version 1", TEXT, "ERR_EQUIVOCATION", remembered=(1, example[0])
    )
    yield bad(
        "V9",
        "version that follows another text",
        example[41],
        "ERR_PREVIOUS",
        remembered=(41, other),
    )
    yield bad(
        "V9",
        "version 2 that follows another text",
        example[1],
        "ERR_PREVIOUS",
        remembered=(1, TEXT),
        now="2026-10-13T00:00:00Z",
    )
    yield case(
        "version after the next",
        signed(example[41]),
        remembered=(40, other),
        comment="previous names a version that the client has not seen",
    )
    yield bad(
        "V8",
        "another text of the remembered version, expired",
        statement(expires=NOW),
        "ERR_EQUIVOCATION",
        remembered=(1, TEXT),
    )


def policy_cases() -> Iterator[dict]:
    """V26 to V28; issued is 2026-11-21T10:00:00Z."""

    def bad(label: str, name: str, code: str, **options) -> dict:
        return case(name, signed(TEXT), code, label, **options)

    yield case("issued CLOCK_SKEW from now", signed(TEXT), now="2026-11-21T09:55:00Z")
    yield bad(
        "V26", "issued a second later than that", "ERR_NOT_YET_VALID", now="2026-11-21T09:54:59Z"
    )
    yield bad("V26", "issued years from now", "ERR_NOT_YET_VALID", now="1970-01-01T00:00:00Z")
    yield case("of the greatest age", signed(TEXT), now="2026-11-21T11:00:00Z", max_age=3600)
    yield bad("V27", "a second older", "ERR_TOO_OLD", now="2026-11-21T11:00:01Z", max_age=3600)
    yield bad(
        "V27",
        "too old, remembered",
        "ERR_TOO_OLD",
        max_age=3600,
        remembered=(1, TEXT),
    )
    yield case("of the minimum version", signed(example_series(42)[41]), min_version=42)
    yield bad("V28", "below the minimum version", "ERR_MIN_VERSION", min_version=2)


def document() -> dict:
    keys = [
        {"label": key.label, "seed": key.secret.seed.hex(), "verifier_key": key.verifier_key}
        for key in (KEY, SECOND, THIRD, UNKNOWN)
    ]
    parts = [
        good_cases,
        cases_notes.syntax_cases,
        cases_signatures.signature_cases,
        cases_signatures.public_key_cases,
        cases_signatures.threshold_cases,
        cases_texts.statement_cases,
        acceptance_cases,
        policy_cases,
        cases_texts.descriptor_cases,
    ]
    cases = [case for part in parts for case in part()]
    return {"format": "pageseal.v1 statements", "keys": keys, "cases": cases}
