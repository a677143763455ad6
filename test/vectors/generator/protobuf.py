"""The protobuf encoding, by hand: fields in ascending order, defaults left out."""

from .notation import short_hex

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

# Messages of proto/pageseal.proto: field name -> (number, kind).
FIELDS = {
    "hello": {},
    "read_pages": {
        "object": (1, "bytes"),
        "first": (2, "uint32"),
        "count": (3, "uint32"),
        "anchor_level": (4, "uint32"),
    },
    "read_nodes": {
        "object": (1, "bytes"),
        "level": (2, "uint32"),
        "first": (3, "uint32"),
        "count": (4, "uint32"),
        "anchor_level": (5, "uint32"),
    },
    "describe": {"object": (1, "bytes"), "fsverity_digest": (2, "bytes")},
    "walk": {"object": (1, "bytes"), "path": (2, "bytes"), "room": (3, "uint32")},
    "get_statement": {"version": (1, "string")},
    "watch": {},
    "cancel": {},
    "ping": {},
    "welcome": {
        "max_frame_bytes": (1, "uint32"),
        "max_outstanding_bytes": (2, "uint32"),
        "max_outstanding_requests": (3, "uint32"),
        "statement": (4, "bytes"),
    },
    "pages": {"siblings": (1, "bytes"), "data": (2, "bytes")},
    "nodes": {"siblings": (1, "bytes"), "nodes": (2, "bytes")},
    "descriptor": {"descriptor": (1, "bytes")},
    "steps": {"pages": (1, "bytes"), "siblings": (2, "bytes"), "data": (3, "bytes")},
    "statement": {"statement": (1, "bytes")},
    "pong": {},
    "error": {"code": (1, "uint32"), "message": (2, "string"), "retry_after_ms": (3, "uint32")},
    "go_away": {},
}
CLIENT = [
    "hello",
    "read_pages",
    "read_nodes",
    "describe",
    "walk",
    "get_statement",
    "watch",
    "cancel",
    "ping",
]
SERVER = [
    "welcome",
    "pages",
    "nodes",
    "descriptor",
    "steps",
    "statement",
    "pong",
    "error",
    "go_away",
]


def varint(value: int) -> bytes:
    result = b""
    while value >= 0x80:
        result += bytes([value & 0x7F | 0x80])
        value >>= 7
    return result + bytes([value])


def tag(number: int, wire_type: int) -> bytes:
    return varint(number << 3 | wire_type)


def field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return tag(number, VARINT) + varint(value)
    return tag(number, BYTES) + varint(len(value)) + value


def message(body: str, fields: dict) -> bytes:
    """The encoding of a body; an unset field of a oneof is left out of `fields`."""
    encoded = b""
    for name, (number, kind) in FIELDS[body].items():
        value = fields.get(name)
        value = value.encode() if kind == "string" and value is not None else value
        if value or (body == "describe" and value is not None):
            encoded += field(number, value)
    return encoded


def body_number(body: str) -> int:
    return (CLIENT if body in CLIENT else SERVER).index(body) + 2


def frame(request_id: int, body: str, fields: dict) -> bytes:
    head = field(1, request_id) if request_id else b""
    return head + field(body_number(body), message(body, fields))


def shown(body: str, fields: dict) -> dict:
    """The fields as the JSON files show them: bytes in hexadecimal, every field there."""
    result = {}
    for name, (_, kind) in FIELDS[body].items():
        default = {"bytes": b"", "string": "", "uint32": 0}[kind]
        value = fields.get(name, None if body == "describe" else default)
        if value is not None:
            result[name] = short_hex(value) if isinstance(value, bytes) else value
    return result
