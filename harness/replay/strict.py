"""Why a strict JSON client cannot read a reply that a lenient one reads (RFC 8259, and I-JSON in RFC 7493)."""

import json
import math
import re
from typing import Any

_LONE = re.compile(r"[\ud800-\udfff]")
"""Half of a surrogate pair: JSON can escape it, but it is no character."""


class _InvalidError(ValueError):
    """What a strict client does not accept, in one word."""


def why_invalid(body: str) -> str:
    """One word for what a strict client refuses; "" if it reads the reply.

    >>> why_invalid('{"total": NaN}'), why_invalid('{"a": 1, "a": 2}'), why_invalid('{"a": 1}')
    ('not_a_number', 'duplicate_key', '')
    """
    if body.startswith("\ufeff"):
        return "byte_order_mark"
    try:
        _STRICT.decode(body)
    except _InvalidError as found:
        return str(found)
    except (ValueError, RecursionError):
        return ""  # no client reads it: the reply is an error anyway
    return ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _InvalidError("duplicate_key")
    for name, value in pairs:
        if _LONE.search(name) or (isinstance(value, str) and _LONE.search(value)):
            raise _InvalidError("no_character")
    return found


def _constant(_: str) -> float:
    raise _InvalidError("not_a_number")


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _InvalidError("too_large_a_number")
    return number


_STRICT = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
