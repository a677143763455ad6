#!/usr/bin/env python3
"""Writes the test vectors of PageSeal: generate.py [FOLDER], by default the folder of this file.

Needs Python 3.11 or later and `openssl`; reads nothing. The same files result on any machine.
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True

from generator import (  # noqa: E402
    cases_bundles,
    cases_descriptors,
    cases_directories,
    cases_frames,
    cases_range_proofs,
    cases_statements,
    cases_trees,
    openssl,
    published,
    recipe,
)
from generator.notation import to_json  # noqa: E402

DOCUMENTS = {
    "trees.json": cases_trees.document,
    "range-proofs.json": cases_range_proofs.document,
    "descriptors.json": cases_descriptors.document,
    "directories.json": cases_directories.document,
    "statements.json": cases_statements.document,
    "frames.json": cases_frames.document,
    "bundles.json": cases_bundles.document,
}


def main(folder: Path) -> None:
    published.check()
    openssl.check()
    for name, document in DOCUMENTS.items():
        made = document()
        names = [case["name"] for case in made["cases"]]
        assert len(names) == len(set(names)), f"{name}: two cases have one name"
        (folder / name).write_text(to_json(made) + "\n")
        failing = sum(case["expect"] != "ok" for case in made["cases"])
        print(f"{name}: {len(names)} cases, {failing} of them must fail")
    recipe.write(folder / "recipe")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
