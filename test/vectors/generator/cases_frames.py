"""frames.json: frames in both directions, and messages that are none."""

from .notation import H, short_hex
from .note import Key, note, statement
from .protobuf import BYTES, SERVER, VARINT, field, frame, message, shown, tag, varint
from .tree import BINARY, Tree

TREE = Tree(BINARY, 4096, "digits", 16384)
OBJECT = H(b"an object")
DIGEST = H(b"a digest")
SIBLINGS = b"".join(TREE.at(TREE.proof(0, 3, 1, 2)))
MAX_UINT32 = 2**32 - 1
MAX_FRAME_LENGTH, MAX_CLIENT_FRAME_LENGTH = 1_572_864, 4096
TEXT = statement()
NOTE = note(TEXT, Key("example").line(TEXT)).encode()
LIMITS = {
    "max_frame_bytes": 1572864,
    "max_outstanding_bytes": 8388608,
    "max_outstanding_requests": 64,
}


def u32(value: int) -> bytes:
    return value.to_bytes(4, "big")


def good(
    name: str,
    request_id: int,
    body: str,
    encoded: bytes | None = None,
    /,
    *,
    comment: str = "",
    **fields: object,
) -> dict:
    encoded = frame(request_id, body, fields) if encoded is None else encoded
    return {
        "name": name,
        **({"comment": comment} if comment else {}),
        "direction": "server" if body in SERVER else "client",
        "hex": short_hex(encoded),
        "expect": "ok",
        "frame": {"request_id": request_id, "body": body, "fields": shown(body, fields)},
    }


def bad(
    name: str, direction: str, encoded: bytes, label: str, expect: str, comment: str = ""
) -> dict:
    return {
        "name": name,
        **({"comment": comment} if comment else {}),
        "label": label,
        "direction": direction,
        "hex": short_hex(encoded),
        "expect": expect,
    }


def client_cases() -> list[dict]:
    read = {"object": OBJECT, "first": 3, "count": 1, "anchor_level": 2}
    return [
        good("Hello", 1, "hello"),
        good("ReadPages", 3, "read_pages", **read),
        good("ReadPages of the first pages", 4, "read_pages", object=OBJECT, count=256),
        good(
            "ReadPages with the greatest numbers",
            MAX_UINT32,
            "read_pages",
            object=OBJECT,
            first=MAX_UINT32 - 1,
            count=1,
            anchor_level=32,
        ),
        good(
            "ReadNodes", 5, "read_nodes", object=OBJECT, level=1, first=2, count=3, anchor_level=4
        ),
        good("ReadNodes of leaf hashes", 128, "read_nodes", object=OBJECT, count=1, anchor_level=1),
        good("Describe an object", 6, "describe", object=OBJECT),
        good("Describe an fs-verity digest", 300, "describe", fsverity_digest=DIGEST),
        good("Walk", 7, "walk", object=OBJECT, path="lab/\u00e9t\u00e9/..".encode(), room=50000),
        good("Walk to a name of 255 bytes", 7, "walk", object=OBJECT, path=b"n" * 255, room=1028),
        good(
            "Walk down 64 names",
            7,
            "walk",
            object=OBJECT,
            path=b"/".join([b"name"] * 64),
            room=MAX_UINT32,
        ),
        good("GetStatement, the newest", 8, "get_statement"),
        good("GetStatement of a version", 9, "get_statement", version="9007199254740991"),
        good("Watch", 10, "watch"),
        good("Cancel", 10, "cancel"),
        good("Ping", 11, "ping"),
        good(
            "unknown field of a client frame",
            11,
            "ping",
            frame(11, "ping", {}) + field(1000, b"new"),
            comment="unknown fields are ignored",
        ),
        good(
            "unknown fields of a client body",
            3,
            "read_pages",
            field(1, 3) + field(3, message("read_pages", read) + field(15, 7) + field(16, b"new")),
            **read,
        ),
        good(
            "client fields in another order",
            3,
            "read_pages",
            field(3, field(4, 2) + field(3, 1) + field(2, 3) + field(1, OBJECT)) + field(1, 3),
            **read,
        ),
        good(
            "defaults spelled out",
            4,
            "read_pages",
            field(1, 4) + field(3, field(1, OBJECT) + field(2, 0) + field(3, 256) + field(4, 0)),
            object=OBJECT,
            count=256,
        ),
    ]


def server_cases() -> list[dict]:
    errors = [
        good(f"Error {code}", 3, "error", code=code, message="no such thing")
        for code in range(1, 9)
    ]
    pages = {"siblings": SIBLINGS, "data": TREE.pages[3][:100]}
    return [
        good("Welcome", 1, "welcome", statement=NOTE, **LIMITS),
        good("Welcome without statement", 1, "welcome", **LIMITS),
        good(
            "Pages", 3, "pages", comment="the data is cut to 100 bytes, to be short here", **pages
        ),
        good("Pages of MAX_FRAME_LENGTH", 3, "pages", data=bytes(MAX_FRAME_LENGTH - 10)),
        good("Pages without siblings", 3, "pages", data=b"0123"),
        good("Pages without anything", 3, "pages", comment="V16 refuses it, not the decoder"),
        good("Nodes", 5, "nodes", siblings=SIBLINGS, nodes=b"".join(TREE.levels[1])),
        good("Nodes without siblings", MAX_UINT32, "nodes", nodes=TREE.root),
        good("Descriptor", 6, "descriptor", descriptor=TREE.descriptor),
        good(
            "Steps",
            7,
            "steps",
            pages=u32(0) + u32(3) + u32(12),
            comment="the data is cut to 100 bytes, to be short here",
            siblings=SIBLINGS,
            data=TREE.pages[3][:100],
        ),
        good("Steps to the last page", 7, "steps", pages=u32(MAX_UINT32), data=b"0123"),
        good("Steps without anything", 7, "steps", comment="V39 refuses it, not the decoder"),
        good("Statement", 8, "statement", statement=NOTE),
        good("Pong", 11, "pong"),
        *errors,
        good("Error with a time to wait", 3, "error", code=4, message="busy", retry_after_ms=1500),
        good("Error 99", 3, "error", code=99, comment="not listed: INTERNAL"),
        good("Error 0", 3, "error", comment="INTERNAL, the default"),
        good("GoAway", 0, "go_away"),
        good(
            "unknown field of a server frame",
            11,
            "pong",
            frame(11, "pong", {}) + field(1000, b"new"),
        ),
        good(
            "unknown fields of a server body",
            3,
            "pages",
            field(1, 3) + field(3, message("pages", pages) + field(3, 7) + field(4, b"new")),
            **pages,
        ),
        good(
            "server fields in another order",
            3,
            "pages",
            field(3, field(2, pages["data"]) + field(1, SIBLINGS)) + field(1, 3),
            **pages,
        ),
    ]


def undecodable() -> dict[str, bytes]:
    """Messages that are no protobuf encoding of anything."""
    return {
        "tag alone": tag(1, VARINT),
        "varint cut": tag(1, VARINT) + b"\x80",
        "varint of 11 bytes": tag(1, VARINT) + b"\x80" * 10 + b"\1",
        "body cut": frame(3, "pages", {"data": b"0123"})[:-1],
        "body longer than the frame": field(1, 3) + tag(3, BYTES) + varint(100) + b"\0\0",
        "body of 2^32 - 1 bytes": field(1, 3) + tag(3, BYTES) + varint(MAX_UINT32),
        "field longer than its body": field(1, 3) + field(3, tag(2, BYTES) + varint(5) + b"0123"),
        "wire type 7": field(1, 3) + bytes([15 << 3 | 7]),
        "wire type 6": field(1, 3) + bytes([15 << 3 | 6]),
    }


def server_faults() -> list[dict]:
    def wrong(name: str, encoded: bytes, comment: str = "") -> dict:
        return bad(f"server: {name}", "server", encoded, "V13", "ERR_FRAME", comment)

    cases = [wrong(name, encoded) for name, encoded in undecodable().items()]
    whole, leaf = b"".join(TREE.levels[1]), TREE.levels[0][0]
    for count, what in ((1, "1 byte"), (31, "31 bytes"), (33, "33 bytes"), (63, "63 bytes")):
        siblings = (whole + leaf)[:count]
        cases += [
            wrong(
                f"Pages, siblings of {what}",
                frame(3, "pages", {"siblings": siblings, "data": b"0123"}),
            ),
            wrong(
                f"Nodes, siblings of {what}",
                frame(3, "nodes", {"siblings": siblings, "nodes": leaf}),
            ),
            wrong(
                f"Nodes, nodes of {what}", frame(3, "nodes", {"siblings": leaf, "nodes": siblings})
            ),
        ]
        cases.append(
            wrong(
                f"Steps, siblings of {what}",
                frame(7, "steps", {"pages": u32(0), "siblings": siblings, "data": b"0123"}),
            )
        )
    cases += [
        wrong(
            f"Steps, page indices of {count} bytes",
            frame(7, "steps", {"pages": bytes(count), "siblings": leaf, "data": b"0123"}),
        )
        for count in (1, 3, 5, 7)
    ]
    return cases + [
        wrong("empty message", b"", "a frame without body"),
        wrong(
            "longer than MAX_FRAME_LENGTH", frame(3, "pages", {"data": bytes(MAX_FRAME_LENGTH - 9)})
        ),
        wrong("no body", field(1, 3)),
        wrong("unknown body", field(1, 3) + field(11, b"")),
        wrong("unknown body, far", field(1, 3) + field(536870911, b"abc")),
    ]


def client_faults() -> list[dict]:
    """What a server does: 1007 and 1009 are codes with which it closes."""
    ping = frame(11, "ping", {})
    filler = MAX_CLIENT_FRAME_LENGTH - len(ping) - 4
    cases = [
        bad(f"client: {name}", "client", encoded, "S3", "1007")
        for name, encoded in undecodable().items()
    ]
    long, too_long = (ping + field(15, bytes(filler + more)) for more in (1, 2))
    assert len(long) == MAX_CLIENT_FRAME_LENGTH
    cases.append(good("client frame of MAX_CLIENT_FRAME_LENGTH", 11, "ping", long))
    cases.append(
        bad("client: longer than MAX_CLIENT_FRAME_LENGTH", "client", too_long, "S3", "1009")
    )
    for name, encoded in (
        ("no body", field(1, 3)),
        ("unknown body", field(1, 3) + field(11, b"")),
        ("body of a later version", field(1, 3) + field(15, field(1, OBJECT))),
    ):
        cases.append(bad(f"client: {name}", "client", encoded, "S4", "BAD_REQUEST"))
    for name, body, fields in (
        ("object of 31 bytes", "read_pages", {"object": OBJECT[:31], "count": 1}),
        ("object of 33 bytes", "read_pages", {"object": OBJECT + b"\0", "count": 1}),
        ("no object", "read_pages", {"count": 1}),
        ("count 0", "read_pages", {"object": OBJECT, "first": 3}),
        (
            "object of 31 bytes",
            "read_nodes",
            {"object": OBJECT[:31], "count": 1, "anchor_level": 1},
        ),
        ("count 0", "read_nodes", {"object": OBJECT, "anchor_level": 1}),
        (
            "level not below the anchor level",
            "read_nodes",
            {"object": OBJECT, "level": 2, "count": 1, "anchor_level": 2},
        ),
        ("nothing to describe", "describe", {}),
        ("object of 31 bytes", "describe", {"object": OBJECT[:31]}),
        ("empty object", "describe", {"object": b""}),
        ("digest of 33 bytes", "describe", {"fsverity_digest": DIGEST + b"\0"}),
        ("no name", "walk", {"object": OBJECT, "room": 50000}),
        ("name of 256 bytes", "walk", {"object": OBJECT, "path": b"n" * 256, "room": 50000}),
        ("empty first name", "walk", {"object": OBJECT, "path": b"/n", "room": 50000}),
        ("empty last name", "walk", {"object": OBJECT, "path": b"n/", "room": 50000}),
        (
            "65 names",
            "walk",
            {"object": OBJECT, "path": b"/".join([b"name"] * 65), "room": 50000},
        ),
        ("no room", "walk", {"object": OBJECT, "path": b"n"}),
        (
            "room for a page, its index and one sibling of two",
            "walk",
            {"object": OBJECT, "path": b"n", "room": 8192 + 4 + 2 * 32 - 1},
        ),
        ("object of 31 bytes", "walk", {"object": OBJECT[:31], "path": b"n", "room": 50000}),
        ("version 0", "get_statement", {"version": "0"}),
        ("version with leading zero", "get_statement", {"version": "042"}),
        ("version with sign", "get_statement", {"version": "+1"}),
        ("version 2^53", "get_statement", {"version": "9007199254740992"}),
        ("version that is no number", "get_statement", {"version": "newest"}),
    ):
        cases.append(
            bad(f"client: {body}, {name}", "client", frame(3, body, fields), "S5", "BAD_REQUEST")
        )
    return cases


def document() -> dict:
    cases = client_cases() + server_cases() + server_faults() + client_faults()
    return {"format": "pageseal.v1 frames", "cases": cases}
