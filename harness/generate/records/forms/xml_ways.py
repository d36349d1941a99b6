"""Variants of an XML document, one function for each row of the table: the same content, or other content."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from harness.core.seed import Stream

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
ROOT = "record"

_LEAF = re.compile(r"<([A-Za-z_][\w.-]*)( name=\"[^\"]*\")?>([^<]*)</\1>")
"""An element that contains only text: its tag, its optional name attribute, its text."""

ENTITIES = 4
"""Levels of nested entities. With ten references per level the text has 10,000 characters, which is harmless."""

NOWHERE = "urn:golive-harness:nowhere"
"""Target of an external entity: a URN that cannot be read or called."""

Way = Callable[[str, Stream], bytes | None]
"""Maps the document without its XML declaration to the file."""


def _whole(body: str, head: str = HEAD) -> bytes:
    return f"{head}{body}".encode()


def _in_leaf(make: Callable[[str, str, str], str | None]) -> Way:
    """A change of one element with text, made from its name, attribute and text."""

    def write(body: str, draw: Stream) -> bytes | None:
        leaves = [leaf for leaf in _LEAF.finditer(body) if leaf[3].strip()]
        if not leaves:
            return None
        leaf = draw.choice(leaves)
        made = make(leaf[1], leaf[2] or "", leaf[3])
        return None if made is None else _whole(body[: leaf.start()] + made + body[leaf.end() :])

    return write


def _in_every_leaf(make: Callable[[str], str]) -> Way:
    """A change of the text of all elements."""

    def again(leaf: re.Match[str]) -> str:
        return f"<{leaf[1]}{leaf[2] or ''}>{make(leaf[3])}</{leaf[1]}>"

    return lambda body, draw: _whole(_LEAF.sub(again, body))


def _sections(text: str) -> str:
    """The text as CDATA, in two sections if it is long enough. `&amp;` needs no reference there."""
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("]]>", "]] >")
    half = len(plain) // 2
    pieces = [piece for piece in (plain[:half], plain[half:]) if piece]
    return "".join(f"<![CDATA[{piece}]]>" for piece in pieces)


def _references(text: str) -> str:
    """Every letter and digit as a numeric reference. Existing references stay."""
    parts = re.split(r"(&\w+;)", text)
    return "".join(
        part if k % 2 else "".join(f"&#{ord(char)};" if char.isalnum() else char for char in part)
        for k, part in enumerate(parts)
    )


def _prefixed(body: str, draw: Stream) -> bytes:
    tagged = re.sub(r"<(/?)([A-Za-z_])", r"<\1r:\2", body)
    return _whole(tagged.replace(f"<r:{ROOT}>", f'<r:{ROOT} xmlns:r="urn:golive-harness:record">', 1))


def _default_namespace(body: str, draw: Stream) -> bytes:
    return _whole(body.replace(f"<{ROOT}>", f'<{ROOT} xmlns="urn:golive-harness:record">', 1))


def _attributes(body: str, draw: Stream) -> bytes | None:
    """All fields as attributes of one element; None if a field is nested or duplicate."""
    inside = body.strip().removeprefix(f"<{ROOT}>").removesuffix(f"</{ROOT}>")
    leaves = list(_LEAF.finditer(inside))
    if _LEAF.sub("", inside).strip() or len({leaf[1] for leaf in leaves}) < len(leaves) or not leaves:
        return None
    pairs = " ".join(f'{leaf[1]}="{leaf[3].replace(chr(34), "&quot;")}"' for leaf in leaves)
    return _whole(f"<{ROOT} {pairs}/>\n")


def _turned(body: str, draw: Stream) -> bytes | None:
    lines = body.strip().splitlines()
    ordered = [lines[0], *reversed(lines[1:-1]), lines[-1]]
    whole = all(re.fullmatch(r"  <([\w.-]+)[^>]*>.*</\1>", line) for line in lines[1:-1])
    return _whole("\n".join(ordered) + "\n") if whole and len(lines) > 3 else None


def _doctype(declared: Sequence[str], used: str = "") -> Way:
    """A DOCTYPE with these declarations, and more text after that of the last field."""

    def write(body: str, draw: Stream) -> bytes | None:
        inner = "".join(f"  {one}\n" for one in declared)
        subset = f" [\n{inner}]" if declared else ""
        leaves = [leaf for leaf in _LEAF.finditer(body) if leaf[3].strip()]
        if used and not leaves:
            return None
        if used:
            end = leaves[-1].end(3)
            body = body[:end] + used + body[end:]
        return _whole(body, f"{HEAD}<!DOCTYPE {ROOT}{subset}>\n")

    return write


def _tower() -> list[str]:
    """Entities of entities, ten in each."""
    names = [f"e{level}" for level in range(ENTITIES + 1)]
    return [
        f'<!ENTITY {names[0]} "x">',
        *(f'<!ENTITY {name} "{f"&{below};" * 10}">' for below, name in pairwise(names)),
    ]


def _without_end(body: str, draw: Stream) -> bytes:
    return _whole(body.rstrip().removesuffix(f"</{ROOT}>"))


def _other_bytes(codec: str, head: str = HEAD) -> Way:
    """The document in another encoding than declared; None if that changes no byte."""

    def write(body: str, draw: Stream) -> bytes | None:
        written = f"{head}{body}".encode(codec, "replace")
        return None if written == _whole(body, head) and head == HEAD else written

    return write


def _in_latin_1(body: str, draw: Stream) -> bytes:
    return f"{_declared('ISO-8859-1')}{body}".encode("latin-1", "xmlcharrefreplace")


def _declared(encoding: str) -> str:
    return HEAD.replace("UTF-8", encoding)


ROWS: Mapping[str, Way] = MappingProxyType(
    {
        "cdata": _in_leaf(lambda name, more, text: f"<{name}{more}>{_sections(text)}</{name}>"),
        "references": _in_every_leaf(_references),
        "prefix": _prefixed,
        "default_namespace": _default_namespace,
        "comments": lambda body, draw: _whole(body.replace("\n  <", "\n  <!-- exported --><", 1)),
        "instruction": lambda body, draw: _whole('<?xml-stylesheet type="text/css" href="#none"?>\n' + body),
        "one_line": lambda body, draw: _whole(re.sub(r">\n *<", "><", body)),
        "return_line_feeds": lambda body, draw: _whole(f"{HEAD}{body}".replace("\n", "\r\n"), ""),
        "no_declaration": lambda body, draw: _whole(body, ""),
        "version_1_1": lambda body, draw: _whole(body, HEAD.replace("1.0", "1.1")),
        "apostrophes": lambda body, draw: _whole(body, HEAD.replace('"', "'")),
        "mark": lambda body, draw: _whole(body, "\ufeff" + HEAD),
        "latin_1_declared": _in_latin_1,
        "utf_16_declared": lambda body, draw: f"\ufeff{_declared('UTF-16')}{body}".encode("utf-16-le"),
        "turned": _turned,
        "extra_attribute": _in_leaf(lambda name, more, text: f'<{name}{more} source="erp">{text}</{name}>'),
        "doctype": _doctype(()),
        "attributes": _attributes,
        "no_end": _without_end,
        "field_without_end": _in_leaf(lambda name, more, text: f"<{name}{more}>{text}"),
        "ends_crossed": _in_leaf(lambda name, more, text: f"<{name}{more}><b>{text}</{name}></b>"),
        "end_in_capitals": _in_leaf(lambda name, more, text: f"<{name}{more}>{text}</{name.swapcase()}>"),
        "bare_ampersand": _in_leaf(lambda name, more, text: f"<{name}{more}>{text} & Co</{name}>"),
        "bare_less": _in_leaf(lambda name, more, text: f"<{name}{more}>{text} < 5</{name}>"),
        "entity_of_html": _in_leaf(lambda name, more, text: f"<{name}{more}>{text}&nbsp;</{name}>"),
        "control": _in_leaf(lambda name, more, text: f"<{name}{more}>{text}\x0b</{name}>"),
        "control_by_reference": _in_leaf(lambda name, more, text: f"<{name}{more}>{text}&#0;</{name}>"),
        "name_with_blank": _in_leaf(lambda name, more, text: f"<{name} no{more}>{text}</{name} no>"),
        "prefix_not_declared": _in_leaf(lambda name, more, text: f"<x:{name}{more}>{text}</x:{name}>"),
        "two_roots": lambda body, draw: _whole(body + body),
        "text_behind": lambda body, draw: _whole(body + "end of export\n"),
        "blank_before_declaration": lambda body, draw: _whole(body, "\n" + HEAD),
        "cut": lambda body, draw: _whole(body[: 2 * len(body) // 3]),
        "latin_1_not_declared": _other_bytes("latin-1"),
        "utf_16_not_declared": _other_bytes("utf-16-le"),
        "utf_16_declared_alone": lambda body, draw: _whole(body, _declared("UTF-16")),
        "field_twice": _in_leaf(lambda name, more, text: f"<{name}{more}>0</{name}><{name}{more}>{text}</{name}>"),
        "internal_entity": _doctype(['<!ENTITY add "9">'], "&add;"),
        "entity_in_entity": _doctype(_tower(), f"&e{ENTITIES};"),
        "entity_of_itself": _doctype(['<!ENTITY a "&b;">', '<!ENTITY b "&a;">'], "&a;"),
        "external_entity": _doctype([f'<!ENTITY ext SYSTEM "{NOWHERE}">'], "&ext;"),
        "external_subset": lambda body, draw: _whole(body, f'{HEAD}<!DOCTYPE {ROOT} SYSTEM "{NOWHERE}">\n'),
    }
)
"""Writers by row name of the table; a writer returns None if it does not apply to the document."""
