"""Amounts, dates and ids of a text as other countries, programs or people write them."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.rows import Row, rows
from harness.generate.text.sites import MAX_WORDS, respell_by

TABLE = "written_otherwise"
# Each pattern begins with the character that finds it and looks back from there, so that `re` skips all others.
_AMOUNT = re.compile(
    r"(\d(?<![\w.,'-]\d)(?:\d{0,2}(?:,\d{3})+\.\d\d|\d{0,2}(?:\.\d{3})+,\d\d|\d*[.,]\d\d))(?![\w'-]|[.,]\d)"
)
_DATE = re.compile(r"(\d(?<![\w.-]\d)(?:\d{3}-\d\d-\d\d|\d?\.\d\d?\.\d{4}))(?![\w-]|\.\d)")
_ID = re.compile(r"([A-Z\d](?<![\w./@-].)(?:(?<=[A-Z])[A-Z]{0,3}-?\d[\d-]*\d|(?<=\d)\d{4,}))(?![\w@/-]|[.,]\d)")


@op("text.amounts", layer="field", kind="nested", effect="renormalised")
def amounts(text: str, severity: int, draw: Stream) -> str:
    """Write amounts with the marks of another country: 1.284,50, 1 284,50, 1'284.50, 1284,50, 12,84,567.89.

    One country per text. Sites are amounts with two decimals, so the marks are never ambiguous, in the new notation
    either.
    severity: share of the amounts, 10 to 100 % in ten steps, rounded up; nested.
    Source: Unicode CLDR number formats; invoice-x/invoice2data#12, frappe/erpnext#59039; table
    fixtures/tables/written_otherwise.tsv; our own range.
    """
    return _by_row(text, _AMOUNT, 10 * severity, draw, "amount")


@op("text.dates", layer="field", kind="nested", effect="renormalised")
def dates(text: str, severity: int, draw: Stream) -> str:
    """Write dates as other countries, calendars and programs do: 3. März 2024, 2024-W09-7, Reiwa 6, year 2567, seconds.

    One notation per text. No notation confuses day and month. Sites are dates such as 2024-03-03 and 3.3.2024. A date
    that does not exist in the calendar stays unchanged.
    severity: share of the dates, 10 to 100 % in ten steps, rounded up; nested.
    Source: ISO 8601, Unicode CLDR calendars, the eras of Japan since 2019; table fixtures/tables/written_otherwise.tsv;
    our own range.
    """
    return _by_row(text, _DATE, 10 * severity, draw, "date")


@op("text.id_forms", layer="field", kind="nested", effect="renormalised")
def id_forms(text: str, severity: int, draw: Stream) -> str:
    """Write ids as people copy them: with blanks, without hyphens, in small letters, in groups, with a longer dash.

    One form per text. Sites are codes such as INV-2024-0017 and numbers of five or more digits. The op changes the
    words that other ops leave unchanged.
    severity: share of the ids, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own; ISO 13616 prints account numbers in groups of four; table fixtures/tables/written_otherwise.tsv;
    our own range.
    """
    return _by_row(text, _ID, 10 * severity, draw, "id")


def _by_row(text: str, pattern: re.Pattern[str], percent: int, draw: Stream, kind: str) -> str:
    """The text with `percent` of the sites in another form, by the first row that fits, starting from a drawn one."""
    known = _writers(kind)
    first = draw.below(len(known))
    return respell_by(text, pattern, percent, draw, (*known[first:], *known[:first]))


@lru_cache(maxsize=16)
def _writers(kind: str) -> tuple[Callable[[str], str], ...]:
    return tuple(_writer(row) for row in rows(TABLE, kind))


def _writer(row: Row) -> Callable[[str], str]:
    write = WRITERS[row.kind]
    return lru_cache(maxsize=MAX_WORDS)(lambda found: write(found, row))


def _amount(found: str, row: Row) -> str:
    group, mark = row.cells
    whole = re.sub(r"\D", "", found[:-3])
    head, tail = whole[:-3], whole[-3:]
    size = 2 if group == "lakh" else 3
    groups = [head[max(0, k - size) : k] for k in range(len(head), 0, -size)][::-1]
    return ("," if group == "lakh" else group).join((*groups, tail)) + mark + found[-2:]


def _date(found: str, row: Row) -> str:
    numbers = [int(part) for part in re.split(r"\D", found)]
    year, month, day = numbers if "-" in found else numbers[::-1]
    try:
        when = date(year, month, day)
    except ValueError:
        return found
    iso = when.isocalendar()
    return row.cells[0].format(
        d=day,
        m=month,
        y=year,
        yy=year % 100,
        month={language: names[month - 1] for language, names in MONTHS.items()},
        week=iso.week,
        week_year=iso.year,
        weekday=iso.weekday,
        day_of_year=when.timetuple().tm_yday,
        buddhist=year + 543,
        roc=year - 1911,
        reiwa=year - 2018,
        seconds=(when - date(1970, 1, 1)).days * 86_400,
        serial=(when - date(1899, 12, 30)).days,
        roman=ROMAN[month - 1],
    )


def _id(found: str, row: Row) -> str:
    old, new = row.cells
    if old == "small letters":
        return found.lower()
    if old != "digits":
        return found.replace(old, new)
    return re.sub(r"(?<=\d)(?=(?:\d{3})+$)", new, found) if found.isdigit() else found


WRITERS: Mapping[str, Callable[[str, Row], str]] = MappingProxyType({"amount": _amount, "date": _date, "id": _id})
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
MONTHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        language: tuple(names.split())
        for language, names in {
            "en": "January February March April May June July August September October November December",
            "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
            "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
            "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
        }.items()
    }
)
