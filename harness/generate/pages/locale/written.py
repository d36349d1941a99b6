"""How a company writes amounts, negative amounts and dates. Each form is given by an example."""

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

_AMOUNT = re.compile(r"(?P<before>\D*)1(?P<group>\D?)234(?P<mark>[.,])56(?P<after>\D*)")
_CURRENCY = "EUR"
"""Placeholder for the currency in an example."""

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
    """The forms of one company, by default those of the pilot.

    money, credit: 1234.56 EUR and the same amount owed to the customer. date: 3 April 2025. order: the paper's own note
    on the order of its dates, "" for none.
    """

    money: str = "1,234.56"
    credit: str = "-1,234.56"
    date: str = "03.04.2025"
    order: str = ""


@lru_cache(maxsize=64)
def _amount_form(example: str) -> tuple[str, str, str, str]:
    found = _AMOUNT.fullmatch(example)
    if found is None:
        raise ValueError(f'"{example}" is not a way to write 1234.56')
    return found["before"], found["group"], found["mark"], found["after"]


@lru_cache(maxsize=64)
def _date_form(example: str) -> str:
    return re.sub(r"\d+|[A-Za-z]+", lambda part: _DATES[part[0]], example)


def write_money(cents: int, written: Written, currency: str) -> str:
    """An amount in hundredths as the company writes it, with the currency only if its form has one."""
    before, group, mark, after = _amount_form(written.credit if cents < 0 else written.money)
    digits = f"{abs(cents) // 100:,}".replace(",", group)
    return f"{before}{digits}{mark}{abs(cents) % 100:02d}{after}".replace(_CURRENCY, currency)


def write_date(day: datetime.date, written: Written) -> str:
    """A date as the company writes it, with English month names. Those of the C library depend on the locale."""
    name = _MONTHS[day.month - 1]
    return _date_form(written.date).format(
        day=day.day, month=day.month, year=day.year, year2=day.year % 100, name=name, short=name[:3]
    )
