"""A record that was never sent before and has the same answer as its sample, or nearly the same."""

import math
from decimal import Decimal
from typing import Any

from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.registry import op

MAX_UNITS = 99
"""Maximum number of units in the last place that are added."""


@op("record.nudge", layer="structure", kind="binary", effect="destroyed")
def nudge(record: Record, severity: int, draw: Stream) -> Record:
    """Raise one number by 1 to 99 units of its last digit: 1250.5 becomes 1252.3.

    The op takes the number with the smallest relative change, a float if there is one. A record without numbers stays
    unchanged. The truth may change with the number, so the op serves to compare two answers to the same record.
    severity: binary, 0 or 10.
    Source: our own; no cache can hold such a record yet.
    """
    numbers = [(i, value) for i, (_, value) in enumerate(record.pairs) if _is_number(value)]
    if not numbers:
        return record
    at, value = max(numbers, key=lambda one: (isinstance(one[1], float), abs(one[1])))
    raised = _raised(value, draw.between(1, MAX_UNITS))
    return Record(pairs=tuple((key, raised if i == at else old) for i, (key, old) in enumerate(record.pairs)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _raised(value: int | float, units: int) -> int | float:
    if isinstance(value, int):
        return value + units
    exact = Decimal(repr(value))
    place = exact.as_tuple().exponent
    return float(exact + units * Decimal(1).scaleb(int(place)))
