"""SPEC.md, "Tree profiles", "Range proofs", "Descriptor and object id"."""

from .notation import H, content, u

BINARY, FSVERITY = "rfc9162-sha256", "fsverity-sha256"
NUMBERS = {BINARY: 1, FSVERITY: 2}
EMPTY_ROOTS = {BINARY: H(b""), FSVERITY: bytes(32)}

Position = tuple[int, int]  # level, index


class Tree:
    """All nodes of an object, level 0 first."""

    def __init__(self, profile: str, page_size: int, rule: str, size: int):
        self.profile, self.page_size, self.rule, self.size = profile, page_size, rule, size
        self.arity = 2 if profile == BINARY else page_size // 32
        data = content(rule, size)
        self.pages = [data[i : i + page_size] for i in range(0, size, page_size)]
        self.levels = build([self._leaf(page) for page in self.pages], self._node, self.arity)
        self.widths = [len(level) for level in self.levels]
        self.height = len(self.levels) - 1
        self.root = self.levels[-1][0] if self.pages else EMPTY_ROOTS[profile]

    def _leaf(self, page: bytes) -> bytes:
        if self.profile == BINARY:
            return H(b"\0", page)
        return H(page.ljust(self.page_size, b"\0"))

    def _node(self, children: list[bytes]) -> bytes:
        if self.profile == BINARY:
            return binary_node(children)
        return H(b"".join(children).ljust(self.page_size, b"\0"))

    @property
    def descriptor(self) -> bytes:
        return descriptor(self.profile, self.page_size, self.size, self.root)

    @property
    def fsverity_digest(self) -> bytes:
        return fsverity_digest(self.page_size, self.size, self.root)

    def at(self, positions: list[Position]) -> list[bytes]:
        return [self.levels[level][index] for level, index in positions]

    def anchors(self, level: int, first: int, count: int, anchor_level: int) -> list[Position]:
        """The positions of the anchors above the nodes [first, first + count) of `level`."""
        span = self.arity ** (anchor_level - level)
        return [(anchor_level, i) for i in range(first // span, (first + count - 1) // span + 1)]

    def proof(self, level: int, first: int, count: int, anchor_level: int) -> list[Position]:
        """The positions of the siblings, in the order in which they travel."""
        k, lo, hi, positions = self.arity, first, first + count - 1, []
        for at in range(level, anchor_level):
            positions += [(at, i) for i in range(k * (lo // k), lo)]
            end = min(k * (hi // k) + k, self.widths[at])
            positions += [(at, i) for i in range(hi + 1, end)]
            lo, hi = lo // k, hi // k
        return positions

    def implied(
        self, nodes: list[bytes], level: int, first: int, anchor_level: int, siblings: list[bytes]
    ) -> list[bytes]:
        """The anchors that follow from `nodes` and as many siblings as the proof has."""
        k, lo, rest = self.arity, first, list(siblings)
        for at in range(level, anchor_level):
            hi = lo + len(nodes) - 1
            left, rest = rest[: lo % k], rest[lo % k :]
            missing = min(k * (hi // k) + k, self.widths[at]) - hi - 1
            right, rest = rest[:missing], rest[missing:]
            nodes = parents(left + nodes + right, self._node, k)
            lo //= k
        return nodes


def binary_node(children: list[bytes]) -> bytes:
    return H(b"\1", *children) if len(children) == 2 else children[0]


def parents(nodes: list[bytes], node, arity: int) -> list[bytes]:
    return [node(nodes[i : i + arity]) for i in range(0, len(nodes), arity)]


def build(leaves: list[bytes], node, arity: int) -> list[list[bytes]]:
    levels = [leaves]
    while len(levels[-1]) > 1:
        levels.append(parents(levels[-1], node, arity))
    return levels


def raw_descriptor(
    version: int, profile: int, log2: int, filler: bytes, size: int, root: bytes
) -> bytes:
    return bytes([version, profile, log2]) + filler + u(8, size) + root


def descriptor(profile: str, page_size: int, size: int, root: bytes) -> bytes:
    log2 = page_size.bit_length() - 1
    return raw_descriptor(1, NUMBERS[profile], log2, bytes(5), size, root)


def object_id(descriptor_bytes: bytes) -> bytes:
    return H(b"pageseal.v1 object\n", descriptor_bytes)


def fsverity_digest(page_size: int, size: int, root: bytes) -> bytes:
    log2 = page_size.bit_length() - 1
    return H(bytes([1, 1, log2]), bytes(5), size.to_bytes(8, "little"), root, bytes(208))
