"""What the cases of bundles.json have in common."""

from .notation import short_hex
from .statement_case import KEY, NOW

Section = tuple[str, bytes]


def shown(section: Section) -> list:
    name, data = section
    try:
        text = data.decode()
        plain = all(c == "\n" or c == "\u2014" or " " <= c <= "~" for c in text)
    except UnicodeDecodeError:
        plain = False
    return [name, text if plain and len(data) <= 1500 else {"hex": short_hex(data)}]


def case(
    name: str,
    kind: str,
    sections: list[Section],
    expect: str = "ok",
    label: str = "",
    *,
    trusted: tuple = (KEY,),
    threshold: int = 1,
    now: str = NOW,
    comment: str = "",
    **result,
) -> dict:
    return {
        "name": name,
        **({"comment": comment} if comment else {}),
        **({"label": label} if label else {}),
        "kind": kind,
        "sections": [shown(section) for section in sections],
        "trusted": [key.verifier_key for key in trusted],
        "threshold": threshold,
        "now": now,
        "expect": expect,
        **result,
    }
