"""Values that others have published, against which the generator checks itself before it writes."""

from .notation import H
from .tree import BINARY, FSVERITY, Tree, binary_node, build, fsverity_digest, object_id

# transparency-dev/merkle, testonly/constants.go: root of the first n of these leaves.
RFC6962_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
RFC6962_ROOTS = """
    6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
    fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
    aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
    d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
    4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
    76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
    ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
    5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
""".split()

# fsverity-utils 1.7, programs/test_compute_digest.c: content rule, size, page size, digest.
FSVERITY_SOURCE = "fsverity-utils 1.7, programs/test_compute_digest.c"
FSVERITY_DIGESTS = [
    ("pattern", 1000000, 4096, "48df0c462329cd879661bd05b39aa81b05cc16afd27a7196a559da83531d39d9"),
    ("pattern", 100000, 4096, "f2096a36c5cdca4fa33ee8852833150bb324992e5417a9d571f1bffff73b9efc"),
    ("pattern", 4096, 4096, "6ac39979016e3ddf3d39fff6cb984f7c118acdf1852919f5c100c4b142c1818e"),
    ("pattern", 1, 4096, "b803429503d95915829b29fdbc8bbad142f3abfd11b1cadf5526582e685c0551"),
    ("pattern", 0, 4096, "3d248ca542a24fc62d1c43b916eae5016878e2533c88238480b26128a1f1af95"),
    ("pattern", 1000000, 1024, "e9df927c14fcb961d5f51c666d8ae4c14fe4ff98a374c733e898d00c9e74a8e3"),
    ("pattern", 1000000, 65536, "f3b6418f26d4d0e74728193bae76f15cb4bb2ce9777448d76bd8138b69ec61c2"),
    ("zeros", 100000, 1024, "09cbbaeed2a04c2da242c10e1568d96f358a16aa1ebe8cf0286120c13c9366d1"),
]

# A signed note and the verifier key for it.
NOTE_SOURCE = "golang.org/x/mod, sumdb/note"
NOTE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN"
    "1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

# SPEC.md, "Example: one page of four".
EXAMPLE_ROOT = "bb8d1ea60e1cf985b764f30886dab9b3ef700d12b6e8f7a603a5a48fb44afcbd"
EXAMPLE_NODES = (
    "2fde76011bb6da5615ca793dda98bb02a242557dcad721794c3dc5f29d36ca92",
    "4a4ae3f9b60cff82515e300225b23928d9936b27a291b64fb12c26a02b4f25c9",
)
EXAMPLE_ID = "323d8a52c4a11bb38950b4a2b80f68bec1dbcb3b4540ea24b7ed5291b62e5933"
EXAMPLE_FSVERITY_ROOT = "69286f30ce62557d38146ea1503ce0aacf86b2e6ddd759dc8ec57d5427f834e5"
EXAMPLE_DIGEST = "0d66b79695661425f88742ed0e7cd39f5a21755962734aa37c756aaf54cf7cd0"
EXAMPLE_DIRECTORY_ROOT = "bc58317fe4f858bb733d1867953270b5b407104ec6b2d9e9e4fcbda841510ab2"


def check() -> None:
    """Fails unless the trees of this program are the published ones."""
    leaves = [H(b"\0", leaf) for leaf in RFC6962_LEAVES]
    for count, root in enumerate(RFC6962_ROOTS, 1):
        assert build(leaves[:count], binary_node, 2)[-1][0].hex() == root, (
            f"RFC 6962, {count} leaves"
        )
    for rule, size, page_size, digest in FSVERITY_DIGESTS:
        tree = Tree(FSVERITY, page_size, rule, size)
        assert tree.fsverity_digest.hex() == digest, f"fs-verity digest of {rule}, {size}"
    example = Tree(BINARY, 4096, "digits", 16384)
    assert example.root.hex() == EXAMPLE_ROOT
    assert tuple(node.hex() for node in example.levels[1]) == EXAMPLE_NODES
    assert object_id(example.descriptor).hex() == EXAMPLE_ID
    example = Tree(FSVERITY, 4096, "digits", 16384)
    assert example.root.hex() == EXAMPLE_FSVERITY_ROOT
    assert fsverity_digest(4096, 16384, example.root).hex() == EXAMPLE_DIGEST
