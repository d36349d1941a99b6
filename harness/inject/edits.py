"""What each fault does to one value of a JSON reply."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harness.core.integration.fault import Fault

Pairs = tuple[tuple[str, Any], ...]

FROM_EARLIER = ("field_stale", "record_swapped")
"""Kinds that need earlier replies."""

FACTOR = 1000
"""Between two units that are mixed up, as grams and kilograms."""

FAILED = {
    "success": False,
    "errors": [{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access"}],
}
"""One result of a call for many records that failed, inside a reply with status 200. Source: Salesforce, composite."""

LISTS: Mapping[str, Callable[[list[Any]], list[Any]]] = {
    "list_shortened": lambda items: items[: len(items) // 2],
    "list_repeated": lambda items: [*items, *items],
    "list_failed": lambda items: [*items[: len(items) // 2], *[FAILED] * (len(items) - len(items) // 2)],
}
"""Kinds that change the longest list, with what becomes of it."""


def number(value: Any) -> float | None:
    """The value as a number, also if it is written as a text; None if it is none."""
    try:
        return None if isinstance(value, bool) or value is None else float(value)
    except (TypeError, ValueError):
        return None


def word(value: Any) -> bool:
    """Whether the value is a text and no number."""
    return isinstance(value, str) and bool(value) and number(value) is None


SUITS: Mapping[str, Callable[[Any], bool]] = {
    "field_scaled": lambda value: bool(number(value)),
    "field_negated": lambda value: bool(number(value)),
    "field_unknown": word,
    "field_null": lambda value: value is not None,
    "field_retyped": lambda value: value is not None,
}
"""Values that a kind can change; the other kinds can change any."""


def changer(fault: Fault, name: str, value: Any, others: list[Any]) -> Callable[[Any], Pairs] | None:
    """What replaces each field of that name; None if nothing can. others: earlier replies."""
    if fault.kind == "field_missing":
        return lambda _: ()
    if fault.kind == "field_renamed":
        return lambda inner: ((fault.to or respelt(name), inner),)
    if fault.kind != "field_stale":
        return lambda inner: ((name, _other(fault, inner)),)
    now = list(values_of(value, name))
    old = next((held for one in reversed(others) if (held := list(values_of(one, name))) and held != now), None)
    if old is None:
        return None
    left = iter(old)
    return lambda _: ((name, next(left, old[-1])),)


def _other(fault: Fault, value: Any) -> Any:
    """Another value for this one; itself if the fault cannot change it."""
    if fault.kind == "field_null":
        return None
    if fault.kind == "field_retyped":
        return _retyped(value)
    if fault.kind == "field_unknown":
        return (fault.to or f"{value}_2") if word(value) else value
    factor = FACTOR if fault.kind == "field_scaled" else -1
    if number(value) is None:
        return value
    return value * factor if isinstance(value, int | float) else f"{factor * float(value):g}"


def _retyped(value: Any) -> Any:
    """As another release of an API may write it: a number as a text, a text as a number or as a list of one."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        found = number(value)
        return [value] if found is None else found
    return value


def pairs_of(value: Any) -> Iterator[tuple[str, Any]]:
    """The keys and values of an object; the elements of a list have no key."""
    yield from value.items() if isinstance(value, dict) else (("", one) for one in value)


def values_of(value: Any, name: str) -> Iterator[Any]:
    """The value of each field of that name, at any depth."""
    if isinstance(value, dict | list):
        for key, inner in pairs_of(value):
            if key == name:
                yield inner
            else:
                yield from values_of(inner, name)


def respelt(name: str) -> str:
    """The name as another version of an API would spell it.

    >>> respelt("risk_points"), respelt("riskPoints"), respelt("total")
    ('riskPoints', 'risk_points', 'total_value')
    """
    first, *more = re.split(r"[_-](?=\w)", name)
    if more:
        return first + "".join(part[:1].upper() + part[1:] for part in more)
    spelt = re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: "_" + found[1].lower(), name)
    return spelt if spelt != name else f"{name}_value"
