"""bundles.json: evidence and proofs that hold, and what is wrong with one thing changed.

SPEC.md, "Bundles".
"""

from collections.abc import Iterator

from .bundle_case import Section, case
from .cases_proofs import bad_proof_cases, proof_cases
from .notation import H
from .note import statement
from .statement_case import KEY, SECOND, THIRD, UNKNOWN, signed


def container_cases() -> Iterator[dict]:
    first = "pageseal.v1/bundle evidence\n"
    wrong = {
        "empty file": "",
        "no kind": "pageseal.v1/bundle\n",
        "unknown kind": "pageseal.v1/bundle contract\n",
        "other version of the format": "pageseal.v2/bundle evidence\n",
        "first line with CR": "pageseal.v1/bundle evidence\r\nnote 1\na\n",
        "first line without end": "pageseal.v1/bundle evidence",
        "empty line at the end": first + "note 1\na\n\n",
        "section without length": first + "note\na\n",
        "section without name": first + " 1\na\n",
        "name in capitals": first + "Note 1\na\n",
        "name of 33 bytes": first + "n" * 33 + " 1\na\n",
        "length with leading zero": first + "note 01\na\n",
        "length with sign": first + "note +1\na\n",
        "length in hexadecimal": first + "note 0x1\na\n",
        "length too small": first + "note 1\nab\n",
        "length too great": first + "note 3\nab\n",
        "length beyond every file": first + "note 18446744073709551617\na\n",
        "section without LF": first + "note 1\na",
        "too many sections": first + "n 0\n\n" * 1025,
    }
    for name, file in wrong.items():
        yield {"name": name, "label": "V35", "file": file, "expect": "ERR_BUNDLE"}


def notes(*texts: str, order: int = 1) -> list[Section]:
    """The notes in the order of the hashes of their texts, or in the other."""
    hashed = sorted(texts, key=lambda note: H((note.rpartition("\n\n")[0] + "\n").encode()))
    return [("note", note.encode()) for note in hashed[::order]]


def evidence_cases() -> Iterator[dict]:
    one, two = statement(7, previous="0" * 64), statement(7, previous="1" * 64)
    three = statement(8, previous="0" * 64)
    other = statement(7, previous="1" * 64, origin="lab.example/other")
    proven = {"origin": "lab.example/images", "version": 7}
    yield case("two texts of one version", "evidence", notes(signed(one), signed(two)), **proven)
    yield case(
        "two signers of each text",
        "evidence",
        notes(signed(one, KEY, SECOND), signed(two, SECOND, KEY)),
        trusted=(KEY, SECOND),
        threshold=2,
        **proven,
    )
    yield case(
        "ECDSA",
        "evidence",
        notes(signed(one, THIRD), signed(two, THIRD)),
        trusted=(THIRD,),
        **proven,
    )
    yield case(
        "each text signed by another key",
        "evidence",
        notes(signed(one), signed(two, SECOND)),
        trusted=(KEY, SECOND),
        **proven,
    )
    bad = [
        ("one text twice", notes(signed(one), signed(one)), "ERR_EVIDENCE", "V37"),
        ("one text, two signers", notes(signed(one), signed(one, SECOND)), "ERR_EVIDENCE", "V37"),
        ("two versions", notes(signed(one), signed(three)), "ERR_EVIDENCE", "V37"),
        ("two origins", notes(signed(one), signed(other)), "ERR_EVIDENCE", "V37"),
        ("notes out of order", notes(signed(one), signed(two), order=-1), "ERR_BUNDLE", "V35"),
        ("one note", notes(signed(one)), "ERR_BUNDLE", "V35"),
        ("three notes", notes(signed(one), signed(two), signed(three)), "ERR_BUNDLE", "V35"),
        (
            "a text of an unknown key",
            notes(signed(one), signed(two, UNKNOWN)),
            "ERR_THRESHOLD",
            "V3",
        ),
    ]
    for name, sections, expect, label in bad:
        yield case(name, "evidence", sections, expect, label, trusted=(KEY, SECOND))
    forged = signed(two).replace("previous 1", "previous 2")
    yield case("a forged text", "evidence", notes(signed(one), forged), "ERR_SIGNATURE", "V2")
    yield case(
        "too few signers of one text",
        "evidence",
        notes(signed(one, KEY, SECOND), signed(two)),
        "ERR_THRESHOLD",
        "V3",
        trusted=(KEY, SECOND),
        threshold=2,
    )


def document() -> dict:
    cases = [
        *container_cases(),
        *evidence_cases(),
        *proof_cases(),
        *bad_proof_cases(),
    ]
    return {"format": "pageseal.v1 bundles", "cases": cases}
