"""trees.json: what trees are made of which contents."""

from . import published
from .tree import BINARY, FSVERITY, Tree, object_id

PAGE_COUNTS = [3, 5, 7, 8, 11, 13, 32, 33, 127, 128, 129, 130]
LEAVES_SHOWN = 13


def sizes(page: int) -> list[int]:
    edges = [0, 1, page - 1, page, page + 1, 2 * page - 1, 2 * page, 2 * page + 1]
    return edges + [n * page for n in PAGE_COUNTS]


def case(tree: Tree, comment: str | None = None) -> dict:
    name = f"{tree.profile} page {tree.page_size} {tree.rule} {tree.size}"
    shown = 0 < len(tree.pages) <= LEAVES_SHOWN
    return {
        "name": name,
        **({"comment": comment} if comment else {}),
        "profile": tree.profile,
        "page_size": tree.page_size,
        "content": tree.rule,
        "size": tree.size,
        "expect": "ok",
        "page_count": len(tree.pages),
        "height": tree.height,
        "widths": tree.widths,
        **({"leaf_hashes": [leaf.hex() for leaf in tree.levels[0]]} if shown else {}),
        "root": tree.root.hex(),
        "descriptor": tree.descriptor.hex(),
        "object_id": object_id(tree.descriptor).hex(),
        **({"fsverity_digest": tree.fsverity_digest.hex()} if tree.profile == FSVERITY else {}),
    }


def document() -> dict:
    cases = []
    for profile in (BINARY, FSVERITY):
        for page in (1024, 4096):
            cases += [case(Tree(profile, page, "pattern", size)) for size in sizes(page)]
        cases += [case(Tree(profile, 65536, "pattern", size)) for size in (1, 65536, 65537, 200000)]
    cases += [
        case(Tree(BINARY, 1048576, "pattern", 1000000), "the largest page"),
        case(Tree(BINARY, 1048576, "pattern", 1048577)),
        case(Tree(FSVERITY, 1024, "pattern", 1024 * 1024), "32 nodes of 32 leaf hashes: height 2"),
        case(Tree(FSVERITY, 1024, "pattern", 1024 * 1024 + 1), "one leaf hash more: height 3"),
        case(Tree(BINARY, 4096, "digits", 16384), 'SPEC.md, "Example: one page of four"'),
        case(Tree(FSVERITY, 4096, "digits", 16384), 'SPEC.md, "Example: one page of four"'),
    ]
    known = {c["name"] for c in cases}
    for rule, size, page, _ in published.FSVERITY_DIGESTS:
        tree = case(Tree(FSVERITY, page, rule, size), f"published: {published.FSVERITY_SOURCE}")
        if tree["name"] not in known:
            cases.append(tree)
    twins = [Tree(FSVERITY, 1024, "zeros", size) for size in (1000, 1024)]
    assert twins[0].root == twins[1].root
    cases += [case(tree, "zeros 1000 and zeros 1024 have one root, not one id") for tree in twins]
    return {"format": "pageseal.v1 trees", "cases": cases}
