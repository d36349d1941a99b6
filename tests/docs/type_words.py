"""Types, defaults and limits of fields in words: those of TOML, where no value is null, or those of JSON."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Meta

from harness.core import settings
from harness.core.case import Scalar

PLAIN: Mapping[Any, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    NoneType: "null",
    object: "value",
    Scalar: "value",
}


def type_words(hint: Any, *, toml: bool, many: bool = False) -> str:
    """What may stand in a field of that type. many: in the plural."""
    origin, args = get_origin(hint), get_args(hint)
    if hint in PLAIN:
        return PLAIN[hint] + "s" * many
    if origin is Annotated:
        return type_words(args[0], toml=toml, many=many)
    if origin is Literal:
        return _listed([f"`{word}`" for word in args if word])
    if origin in (Union, UnionType):
        return _listed([type_words(part, toml=toml, many=many) for part in args if part is not NoneType or not toml])
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return f"[word{'s' * many}](findings.md)"
    if origin is None:
        return _record(hint, toml=toml, many=many)
    inner = type_words(args[-1 if issubclass(origin, Mapping) else 0], toml=toml, many=True)
    if issubclass(origin, Mapping):
        return f"{'table' if toml else 'object'}{'s' * many} of {inner}"
    length = "" if args[-1] is Ellipsis else f"{len(args)} "
    return f"list{'s' * many} of {length}{inner}"


def _record(schema: type, *, toml: bool, many: bool) -> str:
    """A dataclass: a table of TOML, or the section of the page that describes it."""
    if toml:
        return "tables" if many else "table"
    page = "settings.md" if schema.__module__ == settings.__name__ else f"#{schema.__name__.lower()}"
    return f"[{schema.__name__}]({page})"


def _listed(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def default_words(field: dataclasses.Field[Any], *, toml: bool) -> str:
    """What the field is if it is not written."""
    value = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
    if value is dataclasses.MISSING:
        return "required"
    if dataclasses.is_dataclass(value):
        return ""
    plain = int(value) if isinstance(value, float) and value.is_integer() else msgspec.to_builtins(value)
    return "not set" if value is None and toml else f"`{json.dumps(plain)}`"


def limit_words(hint: Any) -> str:
    """The unit and the range of a field."""
    found = next(_metas(hint), Meta())
    unit = (found.extra or {}).get("unit", "")
    low = f"{found.ge} or more" if found.ge is not None else f"above {found.gt}" if found.gt is not None else ""
    high = f"at most {found.le}" if found.le is not None else ""
    both = f"{found.ge} to {found.le}" if found.ge is not None and high else ", ".join(filter(None, (low, high)))
    return ", ".join(filter(None, (unit, both)))


def _metas(hint: Any) -> Iterator[Meta]:
    """Each constraint on the field itself, or on one of its alternatives."""
    if get_origin(hint) is Annotated:
        yield from (part for part in hint.__metadata__ if isinstance(part, Meta))
    if get_origin(hint) in (Union, UnionType):
        yield from (found for part in get_args(hint) for found in _metas(part))
