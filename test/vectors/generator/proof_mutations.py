"""The ways in which range-proofs.json spoils an answer."""

from collections.abc import Callable
from typing import Any

from .notation import concat
from .tree import Tree

Mutation = Callable[[dict, Tree], Any]  # spoils the case, or returns False where it does not apply


def on_hashes(field: str, change: Callable[[list[str]], Any], minimum: int = 1) -> Mutation:
    def mutation(case: dict, _tree: Tree) -> Any:
        text = case.get(field, "")
        hashes = [text[i : i + 64] for i in range(0, len(text), 64)]
        if len(hashes) < minimum or change(hashes) is False:
            return False
        case[field] = "".join(hashes)

    return mutation


def flip(index: int, bit: int) -> Callable[[list[str]], Any]:
    def change(hashes: list[str]) -> None:
        raw = bytearray.fromhex(hashes[index])
        raw[bit // 8] ^= 1 << (bit % 8)
        hashes[index] = raw.hex()

    return change


def swap(hashes: list[str]) -> None:
    hashes[0], hashes[-1] = hashes[-1], hashes[0]


def zero(hashes: list[str]) -> None:
    hashes[0] = "00" * 32


def proof_of(step: int) -> Mutation:
    """The siblings of an anchor level that is lower or higher than the one asked for."""

    def mutation(case: dict, tree: Tree) -> Any:
        top = case["anchor_level"] + step
        if not case["level"] <= top <= tree.height:
            return False
        run = (case["level"], case["first"], case["count"])
        if len(tree.proof(*run, top)) == len(tree.proof(*run, case["anchor_level"])):
            return False
        case["siblings"] = concat(tree.at(tree.proof(*run, top)))

    return mutation


def neighbour_anchor(case: dict, tree: Tree) -> Any:
    level, run = case["anchor_level"], (case["level"], case["first"], case["count"])
    index = tree.anchors(*run, level)[0][1]
    if tree.widths[level] == 1:
        return False
    other = tree.levels[level][index - 1 if index else index + 1]
    case["anchors"] = other.hex() + case["anchors"][64:]


def data_edit(edit: Callable[[dict, Tree], dict | None]) -> Mutation:
    def mutation(case: dict, tree: Tree) -> Any:
        change = edit(case, tree) if case["request"] == "pages" else None
        if change is None:
            return False
        case["data_edit"] = change

    return mutation


def data_length(case: dict, tree: Tree) -> int:
    return sum(len(page) for page in tree.pages[case["first"] : case["first"] + case["count"]])


def to_whole_page(case: dict, tree: Tree) -> dict | None:
    missing = -data_length(case, tree) % tree.page_size
    return {"zeros": missing} if missing > 1 else None


def other_page(case: dict, tree: Tree) -> dict | None:
    """As many pages from elsewhere in the object, as long as those asked for."""
    for first in range(len(tree.pages)):
        moved = {**case, "first": first}
        fits = first + case["count"] <= len(tree.pages)
        if fits and first != case["first"] and data_length(moved, tree) == data_length(case, tree):
            return {"first": first}
    return None


MUTATIONS: list[tuple[str, str, Mutation]] = [
    ("truncated-page", "ERR_DATA_LENGTH", data_edit(lambda c, t: {"cut": 1})),
    ("extended-page", "ERR_DATA_LENGTH", data_edit(lambda c, t: {"zeros": 1})),
    ("zero-extended-page", "ERR_DATA_LENGTH", data_edit(to_whole_page)),
    ("no-data", "ERR_DATA_LENGTH", data_edit(lambda c, t: {"cut": data_length(c, t)})),
    ("missing-node", "ERR_DATA_LENGTH", on_hashes("nodes", lambda h: h.pop())),
    ("trailing-node", "ERR_DATA_LENGTH", on_hashes("nodes", lambda h: h.append(h[-1]))),
    ("missing-sibling", "ERR_PROOF_LENGTH", on_hashes("siblings", lambda h: h.pop())),
    (
        "trailing-sibling",
        "ERR_PROOF_LENGTH",
        on_hashes("siblings", lambda h: h.append("5a" * 32), 0),
    ),
    (
        "trailing-zero-sibling",
        "ERR_PROOF_LENGTH",
        on_hashes("siblings", lambda h: h.append("00" * 32), 0),
    ),
    ("lower-proof", "ERR_PROOF_LENGTH", proof_of(-1)),
    ("higher-proof", "ERR_PROOF_LENGTH", proof_of(+1)),
    ("swapped-siblings", "ERR_PROOF_MISMATCH", on_hashes("siblings", swap, 2)),
    ("flipped-sibling", "ERR_PROOF_MISMATCH", on_hashes("siblings", flip(-1, 255))),
    ("zero-sibling", "ERR_PROOF_MISMATCH", on_hashes("siblings", zero)),
    ("flipped-first-page", "ERR_PROOF_MISMATCH", data_edit(lambda c, t: {"flip": 0})),
    (
        "flipped-last-page",
        "ERR_PROOF_MISMATCH",
        data_edit(lambda c, t: {"flip": 8 * data_length(c, t) - 1}),
    ),
    ("other-page", "ERR_PROOF_MISMATCH", data_edit(other_page)),
    ("flipped-node", "ERR_PROOF_MISMATCH", on_hashes("nodes", flip(0, 100))),
    ("zero-node", "ERR_PROOF_MISMATCH", on_hashes("nodes", zero)),
    ("swapped-nodes", "ERR_PROOF_MISMATCH", on_hashes("nodes", swap, 2)),
    ("flipped-anchor", "ERR_PROOF_MISMATCH", on_hashes("anchors", flip(-1, 7))),
    ("neighbour-anchor", "ERR_PROOF_MISMATCH", neighbour_anchor),
    ("swapped-anchors", "ERR_PROOF_MISMATCH", on_hashes("anchors", swap, 2)),
]
LABELS = {"ERR_DATA_LENGTH": "V16", "ERR_PROOF_LENGTH": "V17", "ERR_PROOF_MISMATCH": "V18"}
