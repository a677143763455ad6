"""range-proofs.json: every proof of small trees, some of larger ones, and proofs that must fail."""

from collections.abc import Iterator
from copy import deepcopy

from .notation import concat
from .proof_mutations import LABELS, MUTATIONS, data_length
from .tree import BINARY, FSVERITY, Tree

Request = tuple[str, int, int, int, int]  # tree, level, first, count, anchor level

EXHAUSTIVE = {f"binary-{n}": Tree(BINARY, 1024, "pattern", n * 1024 - 24) for n in range(1, 14)}
LARGE = {
    f"{name}-{n}": Tree(profile, page, "pattern", n * page - 24)
    for name, profile, page, counts in (
        ("binary", BINARY, 1024, (32, 33, 127, 128, 129, 130)),
        ("fsverity-1k", FSVERITY, 1024, (1, 2, 31, 32, 33, 34, 1024, 1025)),
        ("fsverity-4k", FSVERITY, 4096, (127, 128, 129, 130)),
    )
    for n in counts
}
ZEROS = {
    "binary-zeros": Tree(BINARY, 1024, "zeros", 5000),
    "fsverity-zeros": Tree(FSVERITY, 1024, "zeros", 5000),
}
TREES = EXHAUSTIVE | LARGE | ZEROS


def tree_row(name: str, tree: Tree) -> dict:
    """The parameters of a tree, with its nodes where the rows of "proofs" refer to them."""
    row = {
        "profile": tree.profile,
        "page_size": tree.page_size,
        "content": tree.rule,
        "size": tree.size,
        "root": tree.root.hex(),
    }
    if name in EXHAUSTIVE:
        row["levels"] = [[node.hex() for node in level] for level in tree.levels]
    return row


def exhaustive_rows() -> Iterator[dict]:
    """Every run of every level of the small trees; a proof to a lower anchor level is a prefix."""
    for name, tree in EXHAUSTIVE.items():
        for level, width in enumerate(tree.widths):
            for first in range(width):
                for count in range(1, width - first + 1):
                    run = (level, first, count)
                    proofs = [tree.proof(*run, top) for top in range(level, tree.height + 1)]
                    assert all(proofs[-1][: len(proof)] == proof for proof in proofs)
                    yield {
                        "tree": name,
                        "level": level,
                        "first": first,
                        "count": count,
                        "lengths": [len(proof) for proof in proofs],
                        "siblings": concat(tree.at(proofs[-1])),
                    }


def request_case(kind: str, request: Request) -> dict:
    name, level, first, count, top = request
    tree = TREES[name]
    return {
        "name": f"{kind} of {name}, level {level}, [{first}, {first + count}), up to level {top}",
        "request": kind,
        "tree": name,
        "level": level,
        "first": first,
        "count": count,
        "anchor_level": top,
        **({"nodes": concat(tree.levels[level][first : first + count])} if kind == "nodes" else {}),
        "siblings": concat(tree.at(tree.proof(level, first, count, top))),
        "anchors": concat(tree.at(tree.anchors(level, first, count, top))),
        "expect": "ok",
    }


def large_requests() -> Iterator[tuple[str, Request]]:
    for name, tree in LARGE.items():
        n, k, last = len(tree.pages), tree.arity, len(tree.pages) - 1
        runs = {(0, 1), (last, 1), (n // 2, 1), (max(0, last - 1), min(2, n)), (0, n)}
        if k < n and n <= 200:  # around the boundary of the first node
            runs |= {(k - 1, 1), (k, 1), (k - 1, 2), (k - 1, n - k + 1)}
        for first, count in sorted(runs):
            for top in {0, tree.height} | ({1, 2, 5} & set(range(tree.height))):
                yield "pages", (name, 0, first, count, top)
        for level in range(tree.height):
            width = tree.widths[level]
            yield "nodes", (name, level, width - 1, 1, tree.height)
        for level, first, count, top in ((0, 1, 3, 2), (1, 2, 5, 4), (1, 31, 2, 3), (1, 1, 1, 2)):
            if top <= tree.height and first + count <= tree.widths[level]:
                yield "nodes", (name, level, first, count, top)


# Requests whose answers are spoilt; the last page of each of these trees is short.
SPOILT: list[tuple[str, Request]] = [
    ("pages", ("binary-5", 0, 1, 1, 3)),
    ("pages", ("binary-5", 0, 3, 2, 3)),
    ("pages", ("binary-5", 0, 4, 1, 3)),
    ("pages", ("binary-5", 0, 0, 5, 3)),
    ("pages", ("binary-5", 0, 1, 3, 1)),
    ("pages", ("binary-5", 0, 2, 2, 0)),
    ("pages", ("binary-1", 0, 0, 1, 0)),
    ("pages", ("binary-13", 0, 5, 2, 4)),
    ("nodes", ("binary-13", 0, 5, 3, 3)),
    ("nodes", ("binary-13", 1, 2, 3, 4)),
    ("nodes", ("binary-13", 2, 3, 1, 4)),
    ("pages", ("fsverity-1k-34", 0, 32, 1, 2)),
    ("pages", ("fsverity-1k-34", 0, 33, 1, 2)),
    ("pages", ("fsverity-1k-34", 0, 30, 4, 1)),
    ("pages", ("fsverity-1k-34", 0, 32, 2, 0)),
    ("nodes", ("fsverity-1k-1025", 1, 30, 2, 3)),
    ("nodes", ("fsverity-1k-1025", 1, 32, 1, 3)),
]


def failing_cases() -> Iterator[dict]:
    for kind, request in SPOILT:
        for mutation, code, apply in MUTATIONS:
            case = deepcopy(request_case(kind, request))
            if apply(case, TREES[case["tree"]]) is False:
                continue
            yield case | {
                "name": f"{mutation}: {case['name']}",
                "label": LABELS[code],
                "expect": code,
            }
    yield from padding_cases()


def padding_cases() -> Iterator[dict]:
    """Contents whose zeros a leaf hash of fsverity-sha256 does not tell from its padding."""
    for name in ZEROS:
        case = request_case("pages", (name, 0, 4, 1, TREES[name].height))
        comment = "under fsverity-sha256 the leaf hash stays the same"
        for mutation, edit in (("truncated", {"cut": 1}), ("extended", {"zeros": 1})):
            spoilt = {"name": f"{mutation}-zeros: {case['name']}", "comment": comment}
            code = {"label": "V16", "data_edit": edit, "expect": "ERR_DATA_LENGTH"}
            yield case | spoilt | code


def edited(data: bytes, case: dict, tree: Tree) -> bytes:
    edit = case.get("data_edit", {})
    if "first" in edit:
        return b"".join(tree.pages[edit["first"] : edit["first"] + case["count"]])
    raw = bytearray(data[: len(data) - edit.get("cut", 0)] + bytes(edit.get("zeros", 0)))
    if "flip" in edit:
        raw[edit["flip"] // 8] ^= 1 << (edit["flip"] % 8)
    return bytes(raw)


def verdict(case: dict) -> str:
    """What a client says of a case; a check of the cases, not of the mutations' names."""
    tree = TREES[case["tree"]]
    run = (case["level"], case["first"], case["count"])
    siblings, anchors = bytes.fromhex(case["siblings"]), bytes.fromhex(case["anchors"])
    if case["request"] == "pages":
        want = data_length(case, tree)
        asked = b"".join(tree.pages[case["first"] : case["first"] + case["count"]])
        data = edited(asked, case, tree)
    else:
        want, data = 32 * case["count"], bytes.fromhex(case["nodes"])
    if len(data) != want:
        return "ERR_DATA_LENGTH"
    if len(siblings) != 32 * len(tree.proof(*run, case["anchor_level"])):
        return "ERR_PROOF_LENGTH"
    step = tree.page_size if case["request"] == "pages" else 32
    parts = [data[i : i + step] for i in range(0, len(data), step)]
    nodes = [tree._leaf(page) for page in parts] if case["request"] == "pages" else parts
    hashes = [siblings[i : i + 32] for i in range(0, len(siblings), 32)]
    implied = tree.implied(nodes, case["level"], case["first"], case["anchor_level"], hashes)
    return "ok" if b"".join(implied) == anchors else "ERR_PROOF_MISMATCH"


def few_hashes(request: Request) -> bool:
    """Whether a case is worth its length: the proofs of 4,096-byte blocks have up to 254 hashes."""
    name, *run, top = request
    tree = TREES[name]
    if name in ("fsverity-4k-128", "fsverity-4k-130") and top == tree.height:
        return True
    return len(tree.proof(*run, top)) + len(tree.anchors(*run, top)) <= 40


def document() -> dict:
    cases = [request_case(*request) for request in large_requests() if few_hashes(request[1])]
    spec = [
        request_case("pages", (name, 0, first, count, top))
        for name, first, count, top in (
            ("binary-5", 4, 1, 3),
            ("binary-5", 3, 2, 3),
            ("binary-5", 0, 5, 3),
            ("fsverity-4k-130", 129, 1, 2),
            ("fsverity-4k-130", 127, 2, 2),
        )
    ]
    cases += [c | {"comment": 'SPEC.md, "Range proofs"'} for c in spec if c not in cases]
    cases += [request_case(*request) for request in SPOILT if request[1][0] in EXHAUSTIVE]
    cases += list(failing_cases())
    unique = list({case["name"]: case for case in cases}.values())
    for case in unique:
        assert verdict(case) == case["expect"], f"{case['name']}: {verdict(case)}"
    return {
        "format": "pageseal.v1 range proofs",
        "trees": {name: tree_row(name, tree) for name, tree in TREES.items()},
        "proofs": list(exhaustive_rows()),
        "cases": unique,
    }
