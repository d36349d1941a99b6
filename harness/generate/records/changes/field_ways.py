"""What each change of a single field makes of its value; SKIP if the change does not fit the field."""

import datetime
from decimal import Decimal
from typing import Any

from harness.generate.records.changes.placing import named_as_id
from harness.generate.records.changes.sites import Site
from harness.generate.records.changes.unanswerable import strange_word
from harness.generate.records.changes.values import LONG
from harness.generate.records.json_text.write import write_value
from harness.generate.records.schema.conform import has_format
from harness.generate.records.schema.numbers import is_number

SKIP, GONE = object(), object()
"""Results of a way: the change does not fit this field, or the field is left out."""

BLANKS = 8_000
"""Blanks before a text: its meaning stays, and a service that reads only its beginning loses it."""


def gone(site: Site) -> Any:
    """The field is left out."""
    return GONE


def null(site: Site) -> Any:
    return None if site.value is not None and site.breaks(None) else SKIP


def empty(site: Site) -> Any:
    return "" if isinstance(site.value, str) else [] if isinstance(site.value, list) else SKIP


def as_text(site: Site) -> Any:
    return write_value(site.value) if is_number(site.value) or isinstance(site.value, bool) else SKIP


def as_number(site: Site) -> Any:
    text = site.value
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 16 else SKIP


def in_list(site: Site) -> Any:
    return [site.value] if _is_scalar(site.value) else SKIP


def in_object(site: Site) -> Any:
    return (("value", site.value),) if _is_scalar(site.value) else SKIP


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | bool) or is_number(value)


def decimal_comma(site: Site) -> Any:
    """12.5 as "12,50": 1250 to a parser that drops commas."""
    number = _number(site)
    if number is None or number == number.to_integral_value():
        return SKIP
    text = f"{number:f}"
    return (text if len(text.partition(".")[2]) > 1 else f"{text}0").replace(".", ",")


def grouped(site: Site) -> Any:
    """1250 as "1.250": 1.25 to a parser that takes the dot for a decimal point."""
    number = _number(site)
    if number is None or named_as_id(site.name) or abs(number) < 1000:
        return SKIP
    whole, _, decimals = f"{number:f}".partition(".")
    return f"{int(whole):,}".replace(",", ".") + (f",{decimals}" if decimals.strip("0") else "")


def _number(site: Site) -> Decimal | None:
    """The number in the field, also one that is written as a text with decimals."""
    value = site.value
    if not is_number(value) and not (isinstance(value, str) and value.count(".") == 1 and _digits(value)):
        return None
    number = Decimal(str(value))
    return number if number.is_finite() and abs(number) < 10**15 else None


def _digits(text: str) -> bool:
    return text.isascii() and text.replace(".", "").removeprefix("-").isdigit()


def day_first(site: Site) -> Any:
    """A date with day and month exchanged, where both readings are days."""
    day = _day(site)
    return f"{day:%d/%m/%Y}" if day and day.day <= 12 and day.day != day.month else SKIP


def no_such_day(site: Site) -> Any:
    day = _day(site)
    return f"{day:%Y}-02-30{site.value[10:]}" if day else SKIP


def no_dashes(site: Site) -> Any:
    day = _day(site)
    return f"{day:%Y%m%d}" if day and len(site.value) == len("2026-01-31") else SKIP


def _day(site: Site) -> datetime.date | None:
    text = site.value
    dated = isinstance(text, str) and has_format(text[:10], "date")
    return datetime.date.fromisoformat(text[:10]) if dated else None


def unknown_word(site: Site) -> Any:
    words = tuple(word for word in site.shape.words if isinstance(word, str))
    return strange_word(words) if words and isinstance(site.value, str) else SKIP


def other_case(site: Site) -> Any:
    value = site.value
    if not isinstance(value, str) or not site.shape.words:
        return SKIP
    return value.lower() if value != value.lower() else value.upper()


def yes_or_no(site: Site) -> Any:
    return ("yes" if site.value else "no") if isinstance(site.value, bool) else SKIP


def padded(site: Site) -> Any:
    text = isinstance(site.value, str) and bool(site.value)
    return f" {site.value} " if text and (site.shape.words or named_as_id(site.name)) else SKIP


def longer(site: Site) -> Any:
    return f"{site.value}{site.value[-1]}" if _is_stated_id(site) else SKIP


def shorter(site: Site) -> Any:
    return site.value[:-1] if _is_stated_id(site) else SKIP


def new_id(site: Site) -> Any:
    """An id of the same form with other digits."""
    known = isinstance(site.value, str) and named_as_id(site.name)
    return site.value.translate(_OTHER_DIGITS) if known else SKIP


_OTHER_DIGITS = str.maketrans("0123456789", "5678901234")


def _is_stated_id(site: Site) -> bool:
    """Whether it is an id of a form that somebody wrote down. Without one, an id of another length is another id."""
    return site.stated and named_as_id(site.name) and isinstance(site.value, str) and bool(site.value)


def below(site: Site) -> Any:
    return _beyond(site, site.shape.low, -1)


def above(site: Site) -> Any:
    return _beyond(site, site.shape.high, 1)


def _beyond(site: Site, limit: float | None, sign: int) -> Any:
    """One step beyond the limit that a schema states."""
    if not site.stated or limit is None or not is_number(site.value):
        return SKIP
    whole = isinstance(site.value, int) and float(limit).is_integer()
    return int(limit) + sign if whole else limit + sign


def long(site: Site) -> Any:
    plain = isinstance(site.value, str) and bool(site.value) and not site.shape.words and _day(site) is None
    return " " * BLANKS + site.value if plain and not named_as_id(site.name) else SKIP


def too_long(site: Site) -> Any:
    longest = site.shape.longest if site.stated else None
    fits = isinstance(site.value, str) and bool(site.value) and longest is not None and longest < LONG
    return (site.value * (longest + 1))[: longest + 1] if fits and longest is not None else SKIP
