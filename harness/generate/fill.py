"""The request body from the team's template: each "{column}" is replaced by the sample's value."""

import re
from collections.abc import Mapping
from typing import Any

from harness.generate.payloads import Record

_LONE = re.compile(r"\{(.+)\}", re.DOTALL)


def fill(template: Any, columns: Mapping[str, Any]) -> Any:
    """The template with each "{column}" replaced. A lone "{column}" keeps the type of the column."""
    if isinstance(template, dict):
        return {key: fill(value, columns) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(value, columns) for value in template]
    if not isinstance(template, str):
        return template
    if _lone(template) in columns:
        return columns[_lone(template)]
    for name, value in columns.items():
        template = template.replace(f"{{{name}}}", str(value))
    return template


def fill_record(template: Mapping[str, Any], record: Record) -> tuple[tuple[str, Any], ...]:
    """The template as an object's pairs. A key with a lone "{column}" appears as often as the column does."""
    return tuple((key, one) for key, value in template.items() for one in _values(value, record))


def _values(template: Any, record: Record) -> list[Any]:
    if isinstance(template, dict):
        return [fill_record(template, record)]
    if isinstance(template, list):
        return [[_values(value, record)[-1] for value in template]]
    name = _lone(template)
    return [v for k, v in record.pairs if k == name] or [fill(template, dict(record.pairs))]


def _lone(template: Any) -> str:
    """The column if the template is exactly one column, else ""."""
    found = _LONE.fullmatch(template) if isinstance(template, str) else None
    return found[1] if found else ""
