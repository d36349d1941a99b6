"""A record as a row of texts, for formats without types and nesting."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from harness.generate.payloads import Record, Verbatim
from harness.generate.records.json_text.write import write_json
from harness.generate.records.schema.numbers import is_number

Cells = list[tuple[str, str]]
"""Names and texts in the record's order; names may repeat."""


def cells_of(record: Record) -> Cells:
    """The fields of the record as texts. Objects become names with a dot, lists JSON, null an empty text."""
    return list(_cells("", record.pairs))


def text_of(value: Any) -> str:
    """A scalar in these formats: empty for null, true and false, numbers as in JSON, texts unchanged."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | Verbatim):
        return str(value)
    return json.dumps(value) if is_number(value) else _as_json(value)


def kind_of(text: str) -> Literal["number", "date", "word", "text", "nothing"]:
    """What the text of a cell looks like: number, date, word, text, or nothing."""
    if not text:
        return "nothing"
    bare = text.removeprefix("-").replace(".", "", 1)
    if bare.isascii() and bare.isdigit():
        return "number"
    if text.isascii() and text.replace("-", "").isdigit() and text.count("-") == 2:
        return "date"
    return "text" if " " in text and text[0] not in "[{" else "word"


def _cells(prefix: str, pairs: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    for key, value in pairs:
        inner = tuple(value.items()) if isinstance(value, dict) else value
        if isinstance(inner, tuple) and inner:
            yield from _cells(f"{prefix}{key}.", inner)
        else:
            yield f"{prefix}{key}", text_of(value)


def _as_json(value: Any) -> str:
    """A list, or an object without fields, as JSON without the name of a field."""
    return write_json(Record(pairs=(("", value),)))[len(b'{"": ') : -1].decode()
