"""How a country writes: language, direction, figures, dates and money, from the frozen tables."""

from dataclasses import dataclass
from functools import lru_cache

from harness.generate.pages.locale.tables import notes, read_rows

NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """One country's way of writing.

    digits: the numbering systems in use, "latn" first. group, decimal: separators in a number. grouping: sizes
    of the groups, from the right. money: the amount with its sign, "{}" for the number. decimals: decimal places of the
    currency. rates: value-added tax rates, in percent. price: units of the currency for one unit of the shipped price
    list.
    """

    language: str
    country: str
    script: str
    backwards: bool
    digits: tuple[str, ...]
    group: str
    decimal: str
    grouping: tuple[int, ...]
    money: str
    currency: str
    decimals: int
    rates: tuple[int, ...]
    price: int
    short_date: str
    long_date: str


@lru_cache(maxsize=1)
def all_locales() -> tuple[Locale, ...]:
    """Every country of the table."""
    header, *rows = read_rows("locales")
    return tuple(_locale(dict(zip(header, row, strict=True))) for row in rows)


def locales(language: str) -> tuple[Locale, ...]:
    """The countries whose papers use this language."""
    return tuple(one for one in all_locales() if one.language == language)


def _locale(cells: dict[str, str]) -> Locale:
    return Locale(
        language=cells["language"],
        country=cells["country"],
        script=cells["script"],
        backwards=cells["direction"] == "rtl",
        digits=tuple(cells["digits"].split(",")),
        group=NO_BREAK if cells["group"] == "space" else cells["group"],
        decimal=cells["decimal"],
        grouping=tuple(int(size) for size in cells["grouping"].split(";")),
        money=cells["money"].replace(" ", NO_BREAK),
        currency=cells["currency"],
        decimals=int(cells["decimals"]),
        rates=tuple(int(rate) for rate in cells["rates"].split(",")),
        price=int(cells["price"]),
        short_date=cells["short_date"],
        long_date=cells["long_date"],
    )


@lru_cache(maxsize=1)
def _texts() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for language, block, text, _ in read_rows("paper_texts")[1:]:
        found[language, block] = (*found.get((language, block), ()), text)
    return found


def texts(language: str, block: str) -> tuple[str, ...]:
    """The texts of the tables for a block in a language; KeyError if there are none."""
    found = _texts().get((language, block))
    return found if found is not None else notes(language, block)


def text(language: str, block: str) -> str:
    """The single text of a block; the first one if there are several."""
    return texts(language, block)[0]
