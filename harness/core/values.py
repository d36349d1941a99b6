"""One value of a field, from a truth table, a record or a reply."""

import json
from typing import Any

from harness.core.case import Scalar


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
