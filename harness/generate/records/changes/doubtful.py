"""Records that fit the schema but cannot be right: other units, wrong sums, dates in the wrong order."""

import datetime
import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.records.changes.placing import named_as_id
from harness.generate.records.changes.sites import (
    Site,
    Sites,
    changed,
    derived,
    put_one,
    set_all,
    sites_of,
    sites_where,
)
from harness.generate.records.schema.conform import has_format
from harness.generate.records.schema.numbers import is_number
from harness.generate.registry import op

FACTORS = (100, 1000, 0.01, 0.001, 2.54, 0.45359237, -1)
"""Unit mistakes: cents for euros, grams for kilograms, and back; inches to cm, pounds to kg; inverted sign."""

YEARS = (-100, -30, -5, 5, 10, 75)
NEAR = 0.005
"""Tolerance of a sum: half a cent."""

MAX_FIELDS = 24
"""Maximum number of fields in which sums are looked for, because every pair of fields is tried."""


@op("record.other_unit", layer="structure", kind="nested", effect="destroyed")
def other_unit(record: Record, severity: int, draw: Stream) -> Record:
    """Write numbers in another unit: a hundred or a thousand times larger or smaller, inches, pounds, negative.

    Ids, 0 and 1 stay unchanged. The factor is drawn for each field.
    severity: share of the fields with such a number, inner ones too, that change: one at 1, then 20 to 100 % in nine
    steps, rounded up; nested.
    Source: cents for euros and metres for kilometres are the scaling of Jenga and of half the outlier issues; our
    own range.
    """
    return put_one(record, "unit", _in_other_units, severity, draw)


@op("record.swapped", layer="structure", kind="binary", effect="destroyed")
def swapped(record: Record, severity: int, draw: Stream) -> Record:
    """Exchange the values of two fields of one type, as columns under wrong headers do.

    Both values are valid in the other field, as far as a schema says.
    severity: binary, 0 or 10.
    Source: columns exchanged, names kept: the operator Swapped of Jenga; our own choice of the two.
    """
    pairs = derived(record, "swapped", lambda one: [two for two in combinations(sites_of(one), 2) if _alike(*two)])
    if not pairs:
        return record
    one, other = draw.choice(pairs)
    return changed(record, set_all({one.path: other.value, other.path: one.value}))


@op("record.wrong_sum", layer="structure", kind="binary", effect="destroyed")
def wrong_sum(record: Record, severity: int, draw: Stream) -> Record:
    """Change a total so that it is no longer the sum of two other fields or of the items of an array.

    The record shows which field is a sum. A record without a sum stays unchanged.
    severity: binary, 0 or 10: off by 1 to 50 %.
    Source: a sum of several columns is an expectation of Great Expectations (multicolumn sum); our own range.
    """
    sums = derived(record, "wrong_sum", lambda one: list(_sums(sites_of(one))))
    if not sums:
        return record
    site = draw.choice(sums)
    off = site.value * draw.between(1, 50) / 100
    after = site.value + (max(1, math.ceil(abs(off))) if isinstance(site.value, int) else round(off, 2) or 0.01)
    return changed(record, set_all({site.path: after}))


@op("record.date_order", layer="structure", kind="binary", effect="destroyed")
def date_order(record: Record, severity: int, draw: Stream) -> Record:
    """Exchange two dates, so that a period ends before it begins.

    severity: binary, 0 or 10.
    Source: one column greater than another is an expectation of Great Expectations (pair A > B); our own choice.
    """
    pairs = derived(record, "date_order", lambda one: [two for two in combinations(_dated(one), 2) if _in_order(*two)])
    if not pairs:
        return record
    one, other = draw.choice(pairs)
    return changed(record, set_all({one.path: other.value, other.path: one.value}))


@op("record.far_date", layer="structure", kind="nested", effect="destroyed")
def far_date(record: Record, severity: int, draw: Stream) -> Record:
    """Move dates by years: 5, 30 or 100 back, as in an old record or a wrongly guessed century; 5 to 75 ahead.

    severity: share of the fields with a date, inner ones too, that change: one at 1, then 20 to 100 % in nine steps,
    rounded up; nested.
    Source: two-digit years and the pivot (POSIX strptime: 69 is 1969, 68 is 2068); our own range.
    """
    return put_one(record, "years", _in_other_years, severity, draw)


def _in_other_units(site: Site) -> list[float]:
    return [_times(site.value, factor) for factor in FACTORS] if _has_unit(site) else []


def _in_other_years(site: Site) -> list[str]:
    return [_moved(site.value, years) for years in YEARS] if _is_date(site.value) else []


def _has_unit(site: Site) -> bool:
    value = site.value
    return (
        is_number(value)
        and not named_as_id(site.name)
        and value not in (0, 1)
        and math.isfinite(value)
        and abs(value) < 1e12
    )


def _times(value: float, factor: float) -> float:
    """The product: whole if the number and the product are, with at most two digits more than the number."""
    product = value * factor
    if isinstance(value, int) and isinstance(factor, int):
        return product
    return round(product, 6) or factor


def _dated(record: Record) -> Sites:
    return sites_where(record, "dated", lambda site: _is_date(site.value))


def _in_order(one: Site, other: Site) -> bool:
    """Whether both are days in the same notation."""
    return bool(one.value[:10] != other.value[:10] and len(one.value) == len(other.value))


def _alike(one: Site, other: Site) -> bool:
    """Whether both have one type, differ, are no words of an enumeration, and each is allowed in the other field."""
    if not all(is_number(site.value) or isinstance(site.value, str) for site in (one, other)):
        return False
    if is_number(one.value) != is_number(other.value) or one.value == other.value or one.path[:-1] != other.path[:-1]:
        return False
    if one.shape.words or other.shape.words or _is_date(one.value) or _is_date(other.value):
        return False
    return not (one.known and one.breaks(other.value)) and not (other.known and other.breaks(one.value))


def _sums(sites: Sequence[Site]) -> Iterator[Site]:
    """The numbers that are the sum of two other fields or of the items of an array."""
    numbers = [site for site in sites if is_number(site.value) and math.isfinite(site.value) and site.value]
    flat = [site for site in numbers if not any(isinstance(step, int) for step in site.path)]
    totals = list(_totals(sites))
    for site in flat if len(flat) <= MAX_FIELDS else []:
        beside = [other for other in flat if other is not site and other.path[:-1] == site.path[:-1]]
        two = any(_near(one.value + other.value, site.value) for one, other in combinations(beside, 2))
        if two or any(_near(total, site.value) for total in totals):
            yield site


def _totals(sites: Sequence[Site]) -> Iterator[float]:
    """The sums over each array of two or more objects: of a number that all have, or of a product of two."""
    for site in sites:
        items = [dict(item) for item in site.value if isinstance(item, tuple)] if isinstance(site.value, list) else []
        if len(items) > 1:
            names = [name for name in items[0] if all(is_number(item.get(name)) for item in items)]
            yield from (sum(item[name] for item in items) for name in names)
            yield from (sum(item[one] * item[two] for item in items) for one, two in combinations(names, 2))


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= NEAR


def _is_date(value: Any) -> bool:
    return isinstance(value, str) and (has_format(value, "date") or has_format(value, "date-time"))


def _moved(text: str, years: int) -> str:
    day = datetime.date.fromisoformat(text[:10])
    year = min(9999, max(1, day.year + years))
    leap = (day.month, day.day) == (2, 29)
    return f"{year:04d}-{day.month:02d}-{28 if leap else day.day:02d}{text[10:]}"
