"""A record as XML, one element per field, and variants by other programs with the same or another meaning."""

import re
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from harness.core.seed import Stream
from harness.generate.payloads import File, Record
from harness.generate.records.forms.flat import text_of
from harness.generate.records.forms.rows import register_ops
from harness.generate.records.forms.xml_ways import HEAD, ROOT, ROWS
from harness.generate.registry import op

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NO_CHARACTER = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xml(record: Record) -> bytes:
    """The record as an XML document in UTF-8: `record`, with an element for each field.

    A name that XML does not allow becomes a `field` with an attribute `name`. Objects are nested elements, an item of a
    list is an `item`, null is an empty element. A control character that XML 1.0 cannot hold becomes U+FFFD.
    """
    lines = "".join(f"  {one}\n" for key, value in record.pairs for one in _elements(key, value))
    return f"{HEAD}<{ROOT}>\n{lines}</{ROOT}>\n".encode("utf-8", "replace")


def _elements(key: str, value: Any) -> list[str]:
    name, attribute = (key, "") if _NAME.fullmatch(key) else ("field", f" name={quoteattr(_held(key))}")
    if value is None:
        return [f"<{name}{attribute}></{name}>"]
    return [f"<{name}{attribute}>{_content(value)}</{name}>"]


def _content(value: Any) -> str:
    if isinstance(value, dict | tuple):
        pairs = value.items() if isinstance(value, dict) else value
        return "".join(one for key, inner in pairs for one in _elements(key, inner))
    if isinstance(value, list):
        return "".join(f"<item>{_content(item)}</item>" for item in value)
    return escape(_held(text_of(value)))


def _held(text: str) -> str:
    return _NO_CHARACTER.sub("\ufffd", text)


@op("record.charset", layer="envelope", kind="binary", effect="destroyed", form="xml")
def charset(file: File, severity: int, draw: Stream) -> File:
    """Give an XML document a charset in its media type that contradicts its declaration and its bytes.

    severity: binary, 0 or 10.
    Source: RFC 7303, section 3: the media type has precedence over the declaration.
    """
    declared = draw.choice(("utf-16", "iso-8859-1", "us-ascii"))
    plain = file.media_type == "application/xml" and file.content.startswith(HEAD.encode())
    return replace(file, media_type=f"application/xml; charset={declared}") if plain else file


def _document(content: bytes) -> str | None:
    """The document below its head; None if it is not one of ours."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text.removeprefix(HEAD) if text.startswith(f"{HEAD}<{ROOT}>") else None


# Entities stay small and point nowhere: the largest expands to 10,000 letters, an external one names a URN.
register_ops(
    "xml",
    _document,
    ROWS,
    {
        "form": (
            "kept",
            "Write an XML document as other programs do, with the same content: sections, references, "
            "prefixes, comments.",
            "XML 1.0 (fifth edition); fixtures/tables/record_forms.tsv, each row with its source.",
        ),
        "broken": (
            "destroyed",
            "Write an XML document that is not well formed, contradicts its declaration, or asks for "
            "forbidden expansion.",
            "XML 1.0 (fifth edition); OWASP, XML security; fixtures/tables/record_forms.tsv, each row with its source.",
        ),
    },
)
