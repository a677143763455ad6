"""Cases of statements.json for V1: the syntax of notes."""

from collections.abc import Iterator

from .note import ORIGIN, line, note, raw_line, statement
from .statement_case import KEY, TEXT, UNKNOWN, case, long_note, signed


def syntax_cases() -> Iterator[dict]:
    """V1, and notes that are just within it."""

    def bad(
        name: str, data: str | bytes, comment: str = "", trusted: list[str] | None = None
    ) -> dict:
        return case(name, data, "ERR_NOTE", "V1", comment=comment, trusted=trusted)

    whole, mine = signed(TEXT), KEY.line(TEXT)
    unknown = UNKNOWN.line(TEXT)
    encoded = mine.split(" ")[2].strip()
    yield bad("no bytes", "")
    yield bad("lines end in CR LF", signed(TEXT.replace("\n", "\r\n")))
    for name, character in (
        ("CR", "\r"),
        ("tab", "\t"),
        ("NUL", "\0"),
        ("ESC", "\x1b"),
        ("VT", "\v"),
    ):
        yield bad(f"{name} in the text", signed(statement(extra=(f"x-a b{character}c",))))
    yield bad(
        "DEL in the text", signed(statement(extra=("x-a b\x7fc",))), "U+007F is a control character"
    )
    yield bad(
        "U+0085 in the text",
        signed(statement(extra=("x-a b\x85c",))),
        "U+0085 is a control character",
    )
    yield bad("CR after the signature", whole[:-1] + "\r\n")
    for name, wrong in (
        ("a lone byte FF", b"\xff"),
        ("a surrogate", b"\xed\xa0\x80"),
        ("an overlong A", b"\xc1\x81"),
    ):
        text = statement(extra=("x-a ",)).encode()[:-1] + wrong + b"\n"
        yield bad(f"{name} in the text", text + b"\n" + KEY.line(text).encode())
    yield bad("no empty line", TEXT + mine)
    yield bad("text alone", TEXT)
    yield bad("no signature line", TEXT + "\n")
    yield bad("no final LF", whole[:-1])
    yield bad("no text", note("", KEY.line("")))
    yield bad("LF after the signatures", whole + "\n")
    yield bad("text after the signatures", whole + "\nmore\n")
    yield bad("another line among the signatures", whole + "more\n")
    yield bad("17 signatures", note(TEXT, mine, *[unknown] * 16))
    yield case("16 signatures", note(TEXT, *[unknown] * 15, mine))
    yield bad("note longer than MAX_NOTE_LENGTH", long_note(16385))
    for name, dash in (
        ("a hyphen", "-"),
        ("an en dash", "\u2013"),
        ("two em dashes", "\u2014\u2014"),
        ("nothing", ""),
    ):
        yield bad(f"{name} for the em dash", whole.replace("\u2014", dash))
    for name, spoilt in (
        ("no space after the em dash", mine.replace("\u2014 ", "\u2014")),
        ("two spaces before the key name", mine.replace("\u2014 ", "\u2014  ")),
        ("two spaces after the key name", mine.replace(f"{ORIGIN} ", f"{ORIGIN}  ")),
        ("space at the end", mine.replace("\n", " \n")),
        ("space at the start", " " + mine),
        ("a third word", mine.replace("\n", " more\n")),
        ("no signature", f"\u2014 {ORIGIN}\n"),
        ("no key name", f"\u2014 {encoded}\n"),
    ):
        yield bad(f"signature line: {name}", note(TEXT, spoilt))
    for name, base64 in (
        ("no padding", encoded.rstrip("=")),
        ("padding too long", encoded + "="),
        ("padding alone", "===="),
        ("character outside the alphabet", encoded[:20] + "*" + encoded[21:]),
        ("alphabet of URLs", encoded.replace("/", "_").replace("+", "-")),
        ("not a multiple of 4", encoded[:-4] + "A"),
        ("bits after the end", encoded[:-2] + chr(ord(encoded[-2]) + 1) + "="),
        ("key id without signature", "AAAAAA=="),
        ("3 bytes", "AAAA"),
        ("no characters", ""),
    ):
        assert base64 != encoded
        yield bad(f"base64: {name}", note(TEXT, raw_line(ORIGIN, base64)))
        yield bad(
            f"base64 of an unknown key: {name}",
            note(TEXT, mine, raw_line(UNKNOWN.name, base64)),
            "lines that are ignored are well formed nevertheless",
        )
    names = {
        "with +": "a+b",
        "with U+00A0": "a\u00a0b",
        "with U+2003": "a\u2003b",
        "with U+3000": "a\u3000b",
        "with U+1680": "a\u1680b",
        "with U+2028": "a\u2028b",
        "of 201 bytes": "k" * 201,
        "of 202 bytes, 101 characters": "\u00e9" * 101,
        "of no bytes": "",
    }
    for what, name in names.items():
        yield bad(f"key name {what}", note(TEXT, mine, line(name, b"\1\2\3\4", bytes(64))))
    fine = {
        "of 200 bytes": "k" * 200,
        "of 200 bytes, 100 characters": "\u00e9" * 100,
        "with U+200B and U+FEFF": "a\u200bb\ufeffc",
        "of symbols": "!\"#$%&'()*,-./:;<=>?@[\\]^_`{|}~",
    }
    for what, name in fine.items():
        yield case(
            f"key name {what}",
            signed(TEXT, KEY.named(name)),
            trusted=[KEY.named(name).verifier_key],
        )
    yield case(
        "signature of 1 byte by an unknown key", note(TEXT, line("a", b"\0\0\0\0", b"\0"), mine)
    )
