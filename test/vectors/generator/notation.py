"""Bytes, contents and JSON as the vector files write them; see README.md, "Conventions"."""

import json
from functools import cache
from hashlib import sha256
from itertools import groupby

WIDTH = 100  # columns of a JSON file


def H(*parts: bytes) -> bytes:
    """SHA-256 of the concatenation of `parts`."""
    return sha256(b"".join(parts)).digest()


def u(length: int, value: int) -> bytes:
    """An unsigned big-endian integer of `length` bytes."""
    return value.to_bytes(length, "big")


def i64(value: int) -> bytes:
    return value.to_bytes(8, "big", signed=True)


@cache
def pattern(size: int) -> bytes:
    return bytes(((i % 11) + (i % 439) + (i % 1103)) & 0xFF for i in range(size))


def content(rule: str, size: int) -> bytes:
    """The bytes of a content rule."""
    if rule == "pattern":
        return pattern(size)
    if rule == "zeros":
        return bytes(size)
    assert rule == "digits" and size <= 10 * 4096
    return bytes(ord("0") + i // 4096 for i in range(size))


def short_hex(data: bytes) -> str:
    """Hexadecimal in which a byte that repeats 16 times or more is written `xx*count`."""
    parts: list[str] = []
    joins = False  # whether the last part may be continued
    for byte, run in groupby(data):
        count = len(list(run))
        if count >= 16:
            parts.append(f"{byte:02x}*{count}")
        elif joins:
            parts[-1] += f"{byte:02x}" * count
        else:
            parts.append(f"{byte:02x}" * count)
        joins = count < 16
    return " ".join(parts)


def concat(hashes: list[bytes]) -> str:
    return b"".join(hashes).hex()


def to_json(value: object, indent: int = 0) -> str:
    """JSON in ASCII; whatever fits into a line stands on one line."""
    line = json.dumps(value)
    if indent + len(line) <= WIDTH - 20 or not isinstance(value, (dict, list)) or not value:
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        items = [f"{json.dumps(k)}: {to_json(v, indent + 2)}" for k, v in value.items()]
        opening, closing = "{", "}"
    else:
        items = [to_json(v, indent + 2) for v in value]
        opening, closing = "[", "]"
    joined = f",\n{inner}".join(items)
    return f"{opening}\n{inner}{joined}\n{' ' * indent}{closing}"
