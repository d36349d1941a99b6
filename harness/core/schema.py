"""The schema of a record: its fields, their types and limits. Read from a file, or inferred."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

from harness.core.case import Scalar

JsonType = Literal["object", "array", "string", "number", "integer", "boolean", "null"]
TYPES: tuple[JsonType, ...] = get_args(JsonType)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The allowed values in one place.

    types: of JSON; empty for any. words: the only values; empty for any. low, high: of numbers, and
    open_low, open_high whether these are exclusive. shortest, longest: characters of a text. pattern: a regular
    expression that the text must contain. format: of a text, for example `date`. fewest, most: items of an array.
    closed: whether an object has no other fields. item: of an array. either: alternatives, one of which must also fit.
    """

    types: frozenset[JsonType] = frozenset()
    words: tuple[Scalar, ...] = ()
    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False
    shortest: int | None = None
    longest: int | None = None
    pattern: str = ""
    format: str = ""
    fewest: int | None = None
    most: int | None = None
    fields: tuple["Field", ...] = ()
    closed: bool = False
    item: "Shape | None" = None
    either: tuple["Shape", ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, "Field"]:
        """The fields by name, looked up for every field of every record."""
        return {one.name: one for one in self.fields}

    def takes(self, kind: JsonType) -> bool:
        """Whether a value of this type is allowed here."""
        return not self.types or kind in self.types or (kind == "integer" and "number" in self.types)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an object."""

    name: str
    shape: Shape
    required: bool


ANY = Shape()
"""Any JSON value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The shape of a record, and where it was read; "" if it was inferred from the samples.

    names_only: only the names of the fields were given; the rest was inferred. notes: ignored parts of the
    schema.
    """

    root: Shape
    where: str = ""
    names_only: bool = False
    notes: tuple[str, ...] = ()

    @property
    def stated(self) -> bool:
        """Whether limits were written down. Otherwise a value beyond those of the samples breaks no limit."""
        return bool(self.where) and not self.names_only

    def canonical(self) -> str:
        """The shape as a text that is the same in every process."""
        return _canonical(self.root)


def _canonical(value: Any) -> str:
    if dataclasses.is_dataclass(value):
        return "(" + ",".join(_canonical(getattr(value, one.name)) for one in dataclasses.fields(value)) + ")"
    if isinstance(value, tuple):
        return "[" + ",".join(map(_canonical, value)) + "]"
    return repr(sorted(value)) if isinstance(value, frozenset) else repr(value)
