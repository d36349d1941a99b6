"""The scalar values of a JSON value, each with its JMESPath."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
