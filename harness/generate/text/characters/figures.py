"""Amounts, percentages, phone numbers, measures and dates as other countries or programs write them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.rows import Row, rows
from harness.generate.text.sites import MAX_WORDS, cut, picked

TABLE = "figures"
_NUMBER = r"\d{1,3}(?:,\d{3})+\.\d\d|\d{1,3}(?:\.\d{3})+,\d\d|\d+[.,]\d\d"
_CURRENCY = "EUR|USD|GBP|CHF|€|£"
_UNIT = "kg|g|km|m|cm|mm|l|ml"
SITE = re.compile(
    rf"(?<![\w.,/@'+-])((?:{_CURRENCY})[ \u00a0]?-?(?:{_NUMBER})"
    rf"|-?(?:{_NUMBER})[ \u00a0]?(?:{_CURRENCY})|-(?:{_NUMBER})"
    r"|\d{1,3}(?:[.,]\d{1,2})?[ \u00a0]?%|\+\d{1,3}(?: \d{2,5}){2,4}"
    rf"|\d{{1,5}}(?:[.,]\d)?[ \u00a0](?:{_UNIT})"
    r"|\d{4}-\d\d-\d\d|\d\d?\.\d\d?\.\d{4})(?![\w@/'%-]|[.,]\d)"
)
"""Matches amounts of money, negative numbers, percentages, telephone numbers with a plus, measures and dates."""

SYMBOLS: Mapping[str, str] = MappingProxyType({"EUR": "€", "GBP": "£"})
"""Currencies with a symbol of their own."""

NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"EUR": ("euros", "cents"), "USD": ("US dollars", "cents"), "GBP": ("pounds", "pence"), "CHF": ("francs", "rappen")}
)
SMALLER: Mapping[str, tuple[str, int]] = MappingProxyType(
    {"kg": ("g", 1000), "km": ("m", 1000), "m": ("cm", 100), "cm": ("mm", 10), "l": ("ml", 1000)}
)
UNIT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **{"kg": "kilograms", "g": "grams", "km": "kilometres", "m": "metres", "cm": "centimetres"},
        **{"mm": "millimetres", "l": "litres", "ml": "millilitres"},
    }
)


@op("text.figures", layer="field", kind="nested", effect="renormalised")
def figures(text: str, severity: int, draw: Stream) -> str:
    """Write figures in one of 29 languages, or as a ledger, a card or a sheet: 1.284,50 €, (12.00), 190 ‰, 0049.

    One notation per text. Sites are amounts with their currency or below zero, percentages, phone numbers, measures and
    dates. The value is the same in every notation.
    severity: share of the figures that the notation changes, 10 to 100 % in ten steps, rounded up; nested.
    Source: Unicode CLDR number, currency and date formats; ITU-T E.123, SI brochure; table
    fixtures/tables/figures.tsv; our own range.
    """
    found = cut(text, SITE)
    known = _writers()
    first = draw.below(len(known))
    for write in (*known[first:], *known[:first]):
        written = {k: new for k, part in enumerate(found) if k % 2 and (new := write(part)) != part}
        if written:
            hit = [list(written)[k] for k in picked(len(written), 10 * severity, draw)]
            return "".join([written[k] if k in hit else part for k, part in enumerate(found)])
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The figure at a site. kind: money, percent, phone, measure or date. unit: a currency's code or a unit."""

    kind: str
    number: Decimal = Decimal(0)
    unit: str = ""
    digits: tuple[str, ...] = ()
    day: date | None = None


def read_figure(found: str) -> Figure | None:
    """The figure that is written there; None if it is not a day of the calendar."""
    if found.startswith("+"):
        return Figure(kind="phone", digits=tuple(found[1:].split(" ")))
    if found.count("-") == 2 or re.fullmatch(r"\d\d?\.\d\d?\.\d{4}", found):
        return _day(found)
    marked = re.search(rf"{_CURRENCY}|%|(?:{_UNIT})$", found)
    unit = marked[0] if marked else ""
    digits = re.sub(r"[^\d.,-]", "", found)
    kind = "percent" if unit == "%" else "measure" if unit in UNIT_NAMES else "money"
    codes = {symbol: code for code, symbol in SYMBOLS.items()}
    return Figure(kind=kind, number=_number(digits, grouped=kind == "money"), unit=codes.get(unit, unit))


def _number(digits: str, *, grouped: bool) -> Decimal:
    if not grouped:
        return Decimal(digits.replace(",", "."))
    return Decimal(f"{re.sub('[.,]', '', digits[:-3])}.{digits[-2:]}")


def _day(found: str) -> Figure | None:
    numbers = [int(part) for part in re.split(r"\D", found)]
    try:
        return Figure(kind="date", day=date(*(numbers if "-" in found else numbers[::-1])))
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _writers() -> tuple[Callable[[str], str], ...]:
    return tuple(_writer(row) for row in rows(TABLE))


def _writer(row: Row) -> Callable[[str], str]:
    def write(found: str) -> str:
        figure = read_figure(found)
        return (figure and WRITE[row.kind](figure, row)) or found

    return lru_cache(maxsize=MAX_WORDS)(write)


def _as_locale(figure: Figure, row: Row) -> str:
    group, mark, size, money, percent, minus, day, months = row.cells
    if figure.day is not None:
        when = figure.day
        return day.format(d=when.day, m=when.month, y=when.year, month=months.split("|")[when.month - 1])
    if figure.kind == "percent":
        return percent.format(n=str(figure.number).replace(".", mark))
    if figure.kind != "money":
        return ""
    whole, cents = f"{abs(figure.number):.2f}".split(".")
    number = f"{minus if figure.number < 0 else ''}{grouped(whole, group, int(size))}{mark}{cents}"
    return money.format(n=number, c=SYMBOLS.get(figure.unit, figure.unit)).strip(" \u00a0")


def grouped(whole: str, mark: str, size: int) -> str:
    """Digits in groups: three at the end, and `size` in each group before."""
    head, tail = whole[:-3], whole[-3:]
    return mark.join([*[head[max(0, k - size) : k] for k in range(len(head), 0, -size)][::-1], tail])


def _as_money(figure: Figure, row: Row) -> str:
    if figure.kind != "money" or figure.unit not in NAMES:
        return ""
    name, minor_name = NAMES[figure.unit]
    whole = int(figure.number)
    if "{whole}" in row.cells[0] and whole != figure.number:
        return ""
    return row.cells[0].format(
        code=figure.unit,
        plain=f"{figure.number:,.2f}",
        name=name,
        thousandths=f"{figure.number:,.3f}",
        minor=int(figure.number * 100),
        minor_name=minor_name,
        whole=f"{whole:,}",
    )


def _as_minus(figure: Figure, row: Row) -> str:
    if figure.kind != "money" or figure.number >= 0:
        return ""
    return row.cells[0].format(plain=f"{-figure.number:,.2f}", code=figure.unit).strip()


def _as_percent(figure: Figure, row: Row) -> str:
    if figure.kind != "percent":
        return ""
    number = figure.number
    shown = {"per_mille": number * 10, "basis_points": number * 100, "fraction": number / 100, "number": number}
    return row.cells[0].format(**{name: f"{value.normalize():f}" for name, value in shown.items()})


def _as_phone(figure: Figure, row: Row) -> str:
    if figure.kind != "phone":
        return ""
    country, *rest = figure.digits
    return row.cells[0].format(
        digits="".join(figure.digits),
        country=country,
        rest=" ".join(rest),
        dots=".".join(rest),
        slash=f"{rest[0]}/{' '.join(rest[1:])}",
        hyphens="-".join(rest),
    )


def _as_measure(figure: Figure, row: Row) -> str:
    if figure.kind != "measure" or ("{small}" in row.cells[0] and figure.unit not in SMALLER):
        return ""
    unit, times = SMALLER.get(figure.unit, ("", 1))
    return row.cells[0].format(
        number=figure.number,
        unit=figure.unit,
        unit_name=UNIT_NAMES[figure.unit],
        small=f"{(figure.number * times).normalize():f}",
        small_unit=unit,
        comma=f"{figure.number:.1f}".replace(".", ","),
    )


WRITE: Mapping[str, Callable[[Figure, Row], str]] = MappingProxyType(
    {
        "locale": _as_locale,
        "money": _as_money,
        "minus": _as_minus,
        "percent": _as_percent,
        "phone": _as_phone,
        "measure": _as_measure,
    }
)
"""Writers by kind of row; a writer returns "" if it leaves the figure unchanged."""
