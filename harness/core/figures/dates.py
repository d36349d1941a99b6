"""Dates as people and machines write them."""

import re
from collections.abc import Iterable
from datetime import date

from harness.core.case import Scalar

MONTHS = (
    "jan janv ene enero gen gennaio januar january janvier",
    "feb fev febr fevr febrero febbraio februar february fevrier",
    "mar mrz mars marz marzo maerz march",
    "apr avr abr abril aprile april avril",
    "mai may mayo mag maggio",
    "jun juin junio giu giugno juni june",
    "jul juil juillet julio lug luglio juli july",
    "aug aou aout ago agosto august",
    "sep sept septembre septiembre set settembre september",
    "oct okt oktober octobre octubre ott ottobre october",
    "nov november novembre noviembre",
    "dec dez dezember dic diciembre dicembre decembre december",
)
LONGEST = 64
"""Maximum number of characters of a date; longer texts are not parsed."""

_MONTH = {name: number for number, names in enumerate(MONTHS, start=1) for name in names.split()}
_PLAIN = str.maketrans("éèêûùä", "eeeuua")

_TIME = r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_DAY_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]*(?:de\s+)?([^\W\d_]{3,})\.?,?[\s-]*(?:de\s+)?(\d{4})")
_NAME_DAY = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")


def read_dates(value: Scalar, day_first: bool | None = None) -> frozenset[date]:
    """Every date that `value` may mean: none if it is no date, two for 03/04/2024.

    A date with dots is always day first; with slashes or dashes `day_first` decides, if it is known for the column.
    Two-digit years are 1970 to 2069. A time of day is ignored.
    """
    if not isinstance(value, str) or len(value) > LONGEST:
        return frozenset()
    text = value.strip()
    if found := _YEAR_FIRST.fullmatch(text):
        return _dates([(int(found[1]), int(found[3]), int(found[4]))])
    if found := _YEAR_LAST.fullmatch(text):
        return _dates(_orders(found, day_first))
    if found := _DAY_NAME.fullmatch(text):
        return _dates([(int(found[3]), _month(found[2]), int(found[1]))])
    if found := _NAME_DAY.fullmatch(text):
        return _dates([(int(found[3]), _month(found[1]), int(found[2]))])
    return frozenset()


def _month(name: str) -> int:
    return _MONTH.get(name.casefold().translate(_PLAIN), 0)


def _orders(found: re.Match[str], day_first: bool | None) -> list[tuple[int, int, int]]:
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if len(found[4]) == 2:
        year += 1900 if year >= 70 else 2000
    ways = {True: (year, second, first), False: (year, first, second)}
    if found[2] == ".":
        return [ways[True]]
    if day_first is None or not _dates([ways[day_first]]):
        return list(ways.values())
    return [ways[day_first]]


def _dates(parts: Iterable[tuple[int, int, int]]) -> frozenset[date]:
    dates = set()
    for year, month, day in parts:
        try:
            dates.add(date(year, month, day))
        except ValueError:
            continue
    return frozenset(dates)


def column_day_first(values: Iterable[Scalar]) -> bool | None:
    """Whether dates of the column are day first; None if no value shows it, or if values contradict each other."""
    shown = set()
    for value in values:
        found = _YEAR_LAST.fullmatch(value.strip()) if isinstance(value, str) else None
        if found and found[2] != "." and max(int(found[1]), int(found[3])) > 12:
            shown.add(int(found[1]) > 12)
    return shown.pop() if len(shown) == 1 else None
