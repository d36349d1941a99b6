"""A schema worked out from the samples, where nobody wrote one down."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from harness.core.schema import ANY, Field, JsonType, Schema, Shape
from harness.generate.records.conform import has_format, types_of
from harness.generate.records.numbers import is_number

FEW = 3
"""A field with a third as many words as samples, or fewer, is one of few words."""

WORKED_OUT = ("date", "date-time", "email", "uuid")
"""Formats that are taken for one when every value has it."""

MOST_NAMED = 3


def infer(records: Sequence[Any]) -> Schema:
    """The schema that fits every record, and no more than they show."""
    return Schema(root=shape_of(records))


def shape_of(values: Sequence[Any]) -> Shape:
    """The shape of values that stand in the same place of several records."""
    if not values:
        return ANY
    texts = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if is_number(value)]
    items = [item for value in values if isinstance(value, list) for item in value]
    objects = [value for value in values if isinstance(value, dict)]
    return Shape(
        types=_types(values),
        words=_words(texts, len(values)),
        low=min(numbers, default=None),
        high=max(numbers, default=None),
        format=_format(texts),
        fields=_fields(objects),
        item=shape_of(items) if items else None,
    )


def tell(schema: Schema, count: int) -> str:
    """What the records look like, in one line: read from where, or worked out; "" where there is nothing to tell."""
    fields = schema.root.fields
    if not fields:
        return ""
    missing = [one.name for one in fields if not one.required]
    told = [f"{len(fields)} fields, " + (f"not always there: {_named(missing)}" if missing else "always there")]
    for words, names in (
        ("may be null", [one.name for one in fields if "null" in one.shape.types]),
        ("of few words", [one.name for one in fields if one.shape.words]),
        ("dates", [one.name for one in fields if one.shape.format.startswith("date")]),
    ):
        told += [f"{words}: {_named(names)}"] if names else []
    if schema.stated:
        return f"{schema.where}: {'; '.join(told)}"
    header = f" and the names of {schema.where}" if schema.where else ""
    return f"worked out from {count} records{header}: {'; '.join(told)}; [pilot] schema names yours"


def _named(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _types(values: Iterable[Any]) -> frozenset[JsonType]:
    found: set[JsonType] = {_type(value) for value in values}
    return frozenset(found - {"integer"} if "number" in found else found)


def _type(value: Any) -> JsonType:
    """Of numbers as they are written: 1.0 is no integer."""
    return "integer" if isinstance(value, int) and not isinstance(value, bool) else types_of(value)[-1]


def _words(texts: Sequence[str], count: int) -> tuple[str, ...]:
    """The words of a field that has few of them; none for ids, dates and sentences."""
    words = sorted(set(texts))
    few = 2 <= len(words) <= count / FEW
    return tuple(words) if few and all(word and not re.search(r"[\s\d]", word) for word in words) else ()


def _format(texts: Sequence[str]) -> str:
    if not texts:
        return ""
    return next((name for name in WORKED_OUT if all(has_format(text, name) for text in texts)), "")


def _fields(objects: Sequence[dict[str, Any]]) -> tuple[Field, ...]:
    values: dict[str, list[Any]] = {}
    for one in objects:
        for name, value in one.items():
            values.setdefault(name, []).append(value)
    return tuple(
        Field(name=name, shape=shape_of(found), required=len(found) == len(objects)) for name, found in values.items()
    )


def records_in(contents: Iterable[bytes]) -> list[Any]:
    """The records of the samples' bytes."""
    return [json.loads(content) for content in contents]
