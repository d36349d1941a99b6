"""Values of fields, from a truth table, a record or a reply; and the scalars of a JSON value with their JMESPaths."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.core.case import Scalar

MAX_ITEMS = 2
"""Maximum number of items read from each list; two show the structure of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A scalar value. path: JMESPath. name: the last name on it."""

    path: str
    name: str
    value: Any


def leaves_of(value: Any, path: str = "", name: str = "") -> Iterator[Leaf]:
    """Every scalar value below `path`; only the first items of a list."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves_of(inner, f"{path}.{quoted(key)}" if path else quoted(key), key)
    elif isinstance(value, list):
        for i, inner in enumerate(value[:MAX_ITEMS]):
            yield from leaves_of(inner, f"{path}[{i}]", name)
    else:
        yield Leaf(path=path or "@", name=name, value=value)


def lengths_of(value: Any, path: str = "", name: str = "") -> Iterator[Leaf]:
    """The number of items of each list that is not inside another list, as `length(path)`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from lengths_of(inner, f"{path}.{quoted(key)}" if path else quoted(key), key)
    elif isinstance(value, list):
        yield Leaf(path=f"length({path or '@'})", name=name, value=len(value))


def quoted(name: str) -> str:
    """A key in JMESPath syntax: quoted as JSON, unless it is a plain word."""
    return name if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else json.dumps(name, ensure_ascii=False)


def plain_name(name: str) -> str:
    """A normalised name: invoiceNumber, Invoice-Number and invoice_number are equal."""
    return re.sub(r"[\W_]+", "", name).casefold()


def as_scalar(value: Any) -> Scalar:
    """A scalar unchanged; a list or an object as canonical JSON, so that it can be compared, stored and shown.

    Canonical: sorted keys, fixed blanks, characters unescaped. NaN and infinities are written as bare words, which JSON
    does not have, because replies contain them.
    """
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def as_structure(value: Scalar) -> list[Any] | dict[str, Any] | None:
    """The list or object that the text contains as JSON, in a cell of a CSV or in a reply; None for anything else."""
    if not isinstance(value, str) or value.strip()[:1] not in ("[", "{"):
        return None
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list | dict) else None
