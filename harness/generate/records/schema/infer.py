"""A schema inferred from the samples, for teams without a written one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from harness.core.schema import Field, JsonType, Schema, Shape
from harness.generate.records.schema.conform import has_format, types_of
from harness.generate.records.schema.numbers import is_number

FEW = 3
"""A field is an enumeration if it has at most 1/3 as many distinct words as samples."""

WORKED_OUT = ("date", "date-time", "email", "uuid")
"""Formats that are inferred if every value matches."""

MAX_WORDS = 200
"""Maximum number of distinct words of an enumeration, however many samples there are."""

MAX_NAMES = 3


def infer(records: Iterable[Any]) -> Schema:
    """The narrowest schema that fits every record. The records are read one at a time."""
    seen = _Seen()
    for record in records:
        seen.add(record)
    return Schema(root=seen.shape())


@dataclass(slots=True)
class _Seen:
    """The values seen in one place so far. count: number of values. words: the texts, None if there are too many.

    texts: the possible kinds of the texts. objects: number of objects; fields: their fields. items: items of all
    arrays.
    """

    count: int = 0
    types: set[JsonType] = field(default_factory=set)
    words: set[str] | None = field(default_factory=set)
    low: float | None = None
    high: float | None = None
    formats: tuple[str, ...] | None = None
    objects: int = 0
    fields: dict[str, "_Seen"] = field(default_factory=dict)
    items: "_Seen | None" = None

    def add(self, value: Any) -> None:
        """Add one value."""
        self.count += 1
        self.types.add(_type(value))
        if isinstance(value, str):
            self._add_text(value)
        elif is_number(value):
            self.low = value if self.low is None else min(self.low, value)
            self.high = value if self.high is None else max(self.high, value)
        elif isinstance(value, dict):
            self.objects += 1
            for name, inner in value.items():
                self.fields.setdefault(name, _Seen()).add(inner)
        elif isinstance(value, list) and value:
            self.items = self.items or _Seen()
            for item in value:
                self.items.add(item)

    def _add_text(self, text: str) -> None:
        known = WORKED_OUT if self.formats is None else self.formats
        self.formats = tuple(name for name in known if has_format(text, name))
        if self.words is not None:
            self.words.add(text)
            plain = bool(text) and not re.search(r"[\s\d]", text)
            self.words = self.words if plain and len(self.words) <= MAX_WORDS else None

    def shape(self) -> Shape:
        """The shape that fits all values seen."""
        words = self.words or set()
        few = 2 <= len(words) <= self.count / FEW
        return Shape(
            types=frozenset(self.types - {"integer"} if "number" in self.types else self.types),
            words=tuple(sorted(words)) if few else (),
            low=self.low,
            high=self.high,
            format=self.formats[0] if self.formats else "",
            fields=tuple(
                Field(name=name, shape=seen.shape(), required=seen.count == self.objects)
                for name, seen in self.fields.items()
            ),
            item=self.items.shape() if self.items else None,
        )


def describe_schema(schema: Schema, count: int) -> str:
    """The schema of the records in one line: read from a file or inferred; "" if there is nothing to report."""
    fields = schema.root.fields
    if not fields:
        return ""
    missing = [one.name for one in fields if not one.required]
    parts = [f"{len(fields)} fields, " + (f"optional: {_named(missing)}" if missing else "all required")]
    for words, names in (
        ("may be null", [one.name for one in fields if "null" in one.shape.types]),
        ("categorical", [one.name for one in fields if one.shape.words]),
        ("dates", [one.name for one in fields if one.shape.format.startswith("date")]),
    ):
        parts += [f"{words}: {_named(names)}"] if names else []
    if schema.stated:
        return f"{schema.where}: {'; '.join(parts)}"
    header = f" and the names of {schema.where}" if schema.where else ""
    return f"inferred from {count} records{header}: {'; '.join(parts)}; set [pilot] schema to use yours"


def _named(names: list[str]) -> str:
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return ", ".join(names[:MAX_NAMES]) + more


def _type(value: Any) -> JsonType:
    """The type of a number as written: 1.0 is not an integer."""
    return "integer" if isinstance(value, int) and not isinstance(value, bool) else types_of(value)[-1]
