"""Read and replace one value of a record by its path."""

import json
import re
from typing import Any

from harness.core.values import plain_name, quoted
from harness.generate.payloads import Record

IS = " = "
"""Separates path and value in a site that names both, as in `quantity = 80000`."""

ID_NAMES = ("id", "no", "nr", "number", "key", "ref", "reference", "code", "uuid", "customer", "account", "iban", "sku")
"""A field whose name ends with one of these words is an id."""


def put(record: Record, path: str, value: Any) -> Record:
    """The record with this value at the path; unchanged if the path does not exist."""
    return record.with_pairs(_put(record.pairs, path, value))


def value_at(record: Record, path: str) -> Any:
    """The value at the path (the last one of a duplicate key); None if there is none."""
    found = None
    for key, value in record.pairs:
        name = quoted(key)
        if name == path:
            found = value
        elif path.startswith(f"{name}.") and isinstance(value, tuple):
            found = value_at(Record(pairs=value), path.removeprefix(f"{name}."))
    return found


def place(record: Record, site: str) -> Record:
    """The record with the site's value at the site's path; unchanged if the path does not exist."""
    path, _, text = site.partition(IS)
    return put(record, path, json.loads(text))


def named_as_id(path: str) -> bool:
    """Whether the last name of the path is that of an id: customer_id, orderNo, ref."""
    words = re.findall(r"[A-Z]?[^\W_A-Z]+|[A-Z]+", path.rpartition(".")[2])
    return bool(words) and plain_name(words[-1]) in ID_NAMES


def _put(pairs: tuple[tuple[str, Any], ...], path: str, value: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((key, _put_below(quoted(key), before, path, value)) for key, before in pairs)


def _put_below(name: str, before: Any, path: str, value: Any) -> Any:
    if name == path:
        return value
    inside = path.startswith(f"{name}.") and isinstance(before, tuple)
    return _put(before, path.removeprefix(f"{name}."), value) if inside else before
