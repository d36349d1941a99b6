"""How a house writes its values: amounts, negative amounts and dates, each form told by an example of it."""

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

_AMOUNT = re.compile(r"(?P<before>\D*)1(?P<group>\D?)234(?P<mark>[.,])56(?P<after>\D*)")
_CURRENCY = "EUR"
"""Stands in an example for whatever the currency is."""

_DATES = MappingProxyType(
    {
        "03": "{day:02}", "3": "{day}", "04": "{month:02}", "4": "{month}", "2025": "{year}", "25": "{year2:02}",
        "April": "{name}", "Apr": "{short}",
    }
)  # fmt: skip
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The forms of one house, as the pilot's by default.

    money, credit: 1234.56 EUR and the same owed the other way round. date: 3 April 2025. order: how the paper itself
    names the order of its dates, "" for not at all.
    """

    money: str = "1,234.56"
    credit: str = "-1,234.56"
    date: str = "03.04.2025"
    order: str = ""


@lru_cache(maxsize=64)
def _amount_form(example: str) -> tuple[str, str, str, str]:
    found = _AMOUNT.fullmatch(example)
    if found is None:
        raise ValueError(f'"{example}" is no way to write 1234.56')
    return found["before"], found["group"], found["mark"], found["after"]


@lru_cache(maxsize=64)
def _date_form(example: str) -> str:
    return re.sub(r"\d+|[A-Za-z]+", lambda part: _DATES[part[0]], example)


def write_money(cents: int, written: Written, currency: str) -> str:
    """An amount of so many hundredths as the house writes it; the currency stands only where its form has one."""
    before, group, mark, after = _amount_form(written.credit if cents < 0 else written.money)
    digits = f"{abs(cents) // 100:,}".replace(",", group)
    return f"{before}{digits}{mark}{abs(cents) % 100:02d}{after}".replace(_CURRENCY, currency)


def write_date(day: datetime.date, written: Written) -> str:
    """A date as the house writes it, with English names of months: those of the C library follow the locale."""
    name = _MONTHS[day.month - 1]
    return _date_form(written.date).format(
        day=day.day, month=day.month, year=day.year, year2=day.year % 100, name=name, short=name[:3]
    )
