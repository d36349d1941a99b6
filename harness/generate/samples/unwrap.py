"""Records that arrive with the body around them: the record itself, and that body as a template."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from harness.core.sample import Samples
from harness.generate.fill import KEYS, VALUES, WHOLE
from harness.generate.records.json_text.numbers import read_value
from harness.generate.records.json_text.write import write_value

Body = dict[str, Any]


def unwrap(samples: Samples) -> Samples:
    """The samples with their bare records and the template around them, if all have the same one.

    Three bodies are known: a key with one record, a key with a list of one record, and a table with its columns and one
    row. Other keys must hold the same value in every sample, and there must be more than one sample to tell.
    """
    if samples.kind != "record" or len(samples.items) < 2:
        return samples
    bodies = [read_value(item.content) for item in samples.items]
    first = _template(bodies[0]) if isinstance(bodies[0], dict) else None
    if first is None or not all(isinstance(body, dict) and _template(body) == first for body in bodies):
        return samples
    records = [_record(body) for body in bodies]
    items = tuple(
        replace(item, content=write_value(record).encode("utf-8", "surrogatepass"))
        for item, record in zip(samples.items, records, strict=True)
    )
    names = list(dict.fromkeys(name for record in records for name in record))
    shown = ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
    note = f"each record stands in a body {json.dumps(first)}; its fields are changed: {shown}"
    return replace(samples, items=items, wrapper=first, notes=(*samples.notes, note))


def _template(body: Body) -> Body | None:
    """The body with a placeholder for its record; None if no single record stands in it."""
    if table := _table(body):
        columns, rows = table
        return {**body, columns: f"{{{KEYS}}}", rows: [f"{{{VALUES}}}"]}
    inside = [key for key, value in body.items() if isinstance(value, dict | list)]
    if len(inside) != 1:
        return None
    key, value = inside[0], body[inside[0]]
    if _is_record(value):
        return {**body, key: f"{{{WHOLE}}}"}
    if isinstance(value, list) and len(value) == 1 and _is_record(value[0]):
        return {**body, key: [f"{{{WHOLE}}}"]}
    return None


def _record(body: Body) -> Mapping[str, Any]:
    """The one record of a body that has a template."""
    if table := _table(body):
        columns, rows = table
        return dict(zip(body[columns], body[rows][0], strict=True))
    (value,) = (value for value in body.values() if isinstance(value, dict | list))
    found: Mapping[str, Any] = value[0] if isinstance(value, list) else value
    return found


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and len(value) > 1


def _table(body: Body) -> tuple[str, str] | None:
    """The keys of the columns and of the rows, if the body is a table with one row."""
    lists = [key for key, value in body.items() if isinstance(value, list)]
    if len(lists) != 2 or any(isinstance(value, dict) for value in body.values()):
        return None
    for columns, rows in (lists, reversed(lists)):
        if _fit(body[columns], body[rows]):
            return columns, rows
    return None


def _fit(columns: Sequence[Any], rows: Sequence[Any]) -> bool:
    named = bool(columns) and all(isinstance(name, str) for name in columns) and len({*columns}) == len(columns)
    return named and len(rows) == 1 and isinstance(rows[0], list) and len(rows[0]) == len(columns)
