"""One value of a field, wherever it comes from: a truth table, a record, a reply."""

import json
from typing import Any

from harness.core.case import Scalar


def as_scalar(value: Any) -> Scalar:
    """A plain value as it is; a list or an object as canonical JSON, so that it can be compared, stored and shown.

    Canonical: keys in order, no blanks to choose, characters as they are. NaN and infinities stand as the bare words
    that JSON does not know, since replies hold them.
    """
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def as_structure(value: Scalar) -> list[Any] | dict[str, Any] | None:
    """The list or object that the text spells out, in a cell of a CSV as in a reply; None for anything else."""
    if not isinstance(value, str) or value.strip()[:1] not in ("[", "{"):
        return None
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list | dict) else None
