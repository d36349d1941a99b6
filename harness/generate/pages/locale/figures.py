"""Numbers, money and dates as a country prints them."""

import datetime
from dataclasses import dataclass
from types import MappingProxyType

from harness.core.seed import Stream
from harness.generate.pages.locale.locales import Locale, texts

DIGITS = MappingProxyType({"latn": "0123456789", "arab": "٠١٢٣٤٥٦٧٨٩", "thai": "๐๑๒๓๔๕๖๗๘๙", "deva": "०१२३४५६७८९"})
ARAB_MARKS = MappingProxyType({",": "٬", ".": "٫", "%": "٪"})
"""Separators and percent sign used with Arabic digits (CLDR, ar-u-nu-arab)."""

BUDDHIST, REIWA = 543, -2018
"""Years to add to the Gregorian year: Thai calendar, and the Japanese Reiwa era since May 2019."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How one paper writes its figures. digits: the numbering system. long_date: months are written out."""

    locale: Locale
    digits: str
    long_date: bool

    def number(self, cents: int, decimals: int | None = None) -> str:
        """Hundredths with the currency's decimals, grouped: 1.234,50, 12,34,567.00 or ١٬٢٣٤٫٥٠."""
        places = self.locale.decimals if decimals is None else decimals
        whole, part = divmod(abs(cents), 100)
        written = _grouped(str(whole), self.locale.grouping, self._mark(self.locale.group))
        written += f"{self._mark(self.locale.decimal)}{part:02d}" if places else ""
        return f"{'-' if cents < 0 else ''}{self.plain(written)}"

    def money(self, cents: int) -> str:
        """The number with its currency sign."""
        return self.locale.money.replace("{}", self.number(cents))

    def percent(self, rate: int) -> str:
        """A whole percentage: 19%."""
        return self.plain(f"{rate}{self._mark('%')}")

    def date(self, day: datetime.date) -> str:
        """The day in the country's calendar, short or with the month's name."""
        pattern = self.locale.long_date if self.long_date else self.locale.short_date
        month = texts(self.locale.language, "month")[day.month - 1]
        parts = {"d": day.day, "dd": f"{day.day:02d}", "m": day.month, "mm": f"{day.month:02d}", "month": month}
        years = {"yyyy": day.year, "buddhist": day.year + BUDDHIST, "reiwa": day.year + REIWA}
        return self.plain(pattern.format(**parts, **years))

    def plain(self, text: str) -> str:
        """The text with its digits in the paper's numbering system."""
        return text.translate(str.maketrans(DIGITS["latn"], DIGITS[self.digits]))

    def _mark(self, mark: str) -> str:
        return ARAB_MARKS.get(mark, mark) if self.digits == "arab" else mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How one paper is written. second: the language below each label, "" for none."""

    figures: Figures
    second: str = ""


def draw_form(locale: Locale, draw: Stream) -> Form:
    """Half of the papers use the country's own digits if it has any, half of the dates the month's name.

    One paper in three has English below its labels, as forms for foreign customers do.
    """
    figures = Figures(locale=locale, digits=draw.choice(locale.digits), long_date=draw.below(2) == 1)
    return Form(figures=figures, second="en" if draw.below(3) == 0 and locale.language != "en" else "")


def _grouped(whole: str, sizes: tuple[int, ...], mark: str) -> str:
    """Groups of the first size, then of the next ones; the last size repeats."""
    groups: list[str] = []
    while len(whole) > (size := sizes[min(len(groups), len(sizes) - 1)]):
        groups.insert(0, whole[-size:])
        whole = whole[:-size]
    return mark.join([whole, *groups])
