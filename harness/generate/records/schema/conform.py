"""Check whether a value fits the schema, and report where and why not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from harness.core.schema import JsonType, Shape
from harness.core.values import quoted
from harness.generate.records.schema.numbers import is_number

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One violation of the schema. path: JMESPath, "" for the whole record. what: the reason in words."""

    path: str
    what: str


def breaches(value: Any, shape: Shape, path: str = "") -> Iterator[Breach]:
    """Every violation in a value as `json.loads` returns it. Objects may also be tuples of pairs."""
    if shape.types and not any(shape.takes(kind) for kind in types_of(value)):
        yield Breach(path=path, what=f"is {_shown(value)}, but not of type {_names(shape)}")
        return
    if shape.words and not any(same(value, word) for word in shape.words):
        yield Breach(path=path, what=f"is {_shown(value)}, but none of {_listed(shape.words)}")
    if is_number(value):
        yield from _of_number(value, shape, path)
    elif isinstance(value, str):
        yield from _of_text(value, shape, path)
    elif isinstance(value, list):
        yield from _of_array(value, shape, path)
    elif isinstance(value, dict | tuple):
        yield from _of_object(dict(value), shape, path)
    if shape.either and not any(fits(value, one) for one in shape.either):
        yield Breach(path=path, what=f"is {_shown(value)}, but fits none of {len(shape.either)} alternatives")


def fits(value: Any, shape: Shape) -> bool:
    """Whether the value fits the schema."""
    return next(breaches(value, shape), None) is None


def types_of(value: Any) -> tuple[JsonType, ...]:
    """The JSON types of the value. A whole number is a number too."""
    if isinstance(value, bool):
        return ("boolean",)
    if isinstance(value, int | float):
        return ("integer", "number") if isinstance(value, int) or value.is_integer() else ("number",)
    if isinstance(value, list):
        return ("array",)
    if isinstance(value, dict | tuple):
        return ("object",)
    return ("null",) if value is None else ("string",)


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal in JSON, where true is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Pattern:
    """The pattern of a schema. Raises re.error if Python cannot read it."""
    return re.compile(pattern)


def has_format(text: str, name: str) -> bool:
    """Whether the text has this format; true for unknown formats."""
    if name in ("date", "date-time"):
        return _is_day(text) if name == "date" else _is_moment(text)
    known = _FORMATS.get(name)
    return known is None or known.fullmatch(text) is not None


_FORMATS = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "uuid": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "time": re.compile(r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.IGNORECASE),
    "uri": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+"),
    "ipv4": re.compile(r"((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}"),
}
FORMATS = ("date", "date-time", *_FORMATS)
"""Formats that are checked."""


def _is_day(text: str) -> bool:
    try:
        return re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    form = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?"
    try:
        whole = re.sub(r"\.\d+", "", text).upper().replace("Z", "+00:00")
        return re.fullmatch(form, text, re.ASCII) is not None and bool(datetime.fromisoformat(whole))
    except ValueError:
        return False


def _of_number(value: float, shape: Shape, path: str) -> Iterator[Breach]:
    if shape.low is not None and (value <= shape.low if shape.open_low else value < shape.low):
        yield Breach(path=path, what=f"is {_shown(value)}, below {'or at ' * shape.open_low}{shape.low:g}")
    if shape.high is not None and (value >= shape.high if shape.open_high else value > shape.high):
        yield Breach(path=path, what=f"is {_shown(value)}, above {'or at ' * shape.open_high}{shape.high:g}")


def _of_text(value: str, shape: Shape, path: str) -> Iterator[Breach]:
    if shape.shortest is not None and len(value) < shape.shortest:
        yield Breach(path=path, what=f"has {len(value)} characters, fewer than {shape.shortest}")
    if shape.longest is not None and len(value) > shape.longest:
        yield Breach(path=path, what=f"has {len(value)} characters, more than {shape.longest}")
    if shape.pattern and not compiled(shape.pattern).search(value):
        yield Breach(path=path, what=f"is {_shown(value)}, but does not match the pattern {shape.pattern}")
    if shape.format and not has_format(value, shape.format):
        yield Breach(path=path, what=f"is {_shown(value)}, but not a valid {shape.format}")


def _of_array(value: list[Any], shape: Shape, path: str) -> Iterator[Breach]:
    if shape.fewest is not None and len(value) < shape.fewest:
        yield Breach(path=path, what=f"has {len(value)} items, fewer than {shape.fewest}")
    if shape.most is not None and len(value) > shape.most:
        yield Breach(path=path, what=f"has {len(value)} items, more than {shape.most}")
    if shape.item is not None:
        for number, one in enumerate(value):
            yield from breaches(one, shape.item, f"{path}[{number}]")


def _of_object(value: dict[str, Any], shape: Shape, path: str) -> Iterator[Breach]:
    for one in shape.fields:
        below = f"{path}.{quoted(one.name)}" if path else quoted(one.name)
        if one.name in value:
            yield from breaches(value[one.name], one.shape, below)
        elif one.required:
            yield Breach(path=below, what="is required, but missing")
    if shape.closed:
        for name in (name for name in value if name not in shape.by_name):
            below = f"{path}.{quoted(name)}" if path else quoted(name)
            yield Breach(path=below, what="is not a field of the schema, which allows no others")


def _names(shape: Shape) -> str:
    return " or ".join(sorted(shape.types))


def _listed(words: tuple[Any, ...]) -> str:
    shown = [_shown(word) for word in words[:8]]
    return ", ".join(shown) + (", ..." if len(words) > len(shown) else "")


def _shown(value: Any) -> str:
    if isinstance(value, dict | tuple):
        return "an object"
    text = "an array" if isinstance(value, list) else repr(value)
    text = {"None": "null", "True": "true", "False": "false"}.get(text, text).replace("'", '"')
    return text if len(text) <= 40 else f"{text[:36]}..."
