"""The population of the made records: the usual one or others, with their words and amounts."""

import datetime
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from harness.core.seed import Stream
from harness.generate.pages.locale.tables import read_rows

Population = Literal["usual", "other_mix", "larger_amounts", "both"]
"""usual: as in a pilot. other_mix: the same words with other shares. larger_amounts: three times the amounts. both."""

SHIFTED: tuple[Population, ...] = tuple(one for one in get_args(Population) if one != "usual")
LARGER = 3
FIRST_DAY = datetime.date(2025, 1, 2)
DAYS = 330
NEGATIVE, LARGE = 0.06, 0.30
"""Share of negative amounts, and share of amounts from 1,000 on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What one record is drawn from. base: claims, orders or payments."""

    base: str
    draw: Stream
    population: Population = "usual"

    def word(self, field: str) -> str:
        """One of the field's words, with the frequency of this population."""
        words, shares = _words()[self.base, field, self.population in ("other_mix", "both")]
        place = self.draw.below(shares[-1])
        return next(word for word, up_to in zip(words, shares, strict=True) if place < up_to)

    def amount(self, *, negative: float = NEGATIVE) -> float:
        """An amount with cents: most below 1,000, some above, a few below 0."""
        kind = self.draw.uniform()
        low, high = (1_000, 9_000) if kind < LARGE else (20, 1_000)
        cents = self.draw.between(low * 100, high * 100) * (LARGER if self.larger else 1)
        return -(cents // 4) / 100 if kind > 1 - negative else cents / 100

    @property
    def larger(self) -> bool:
        """Whether amounts are larger than usual."""
        return self.population in ("larger_amounts", "both")

    def day(self) -> datetime.date:
        """A day of the year; one of the first twelve of a month for some."""
        return FIRST_DAY + datetime.timedelta(days=self.draw.below(DAYS))

    def number(self, low: int, high: int, *, falling: int = 1) -> int:
        """A whole number. Larger ones are rarer, because it is the smallest of `falling` draws."""
        return min(self.draw.between(low, high) for _ in range(falling))


def later(day: datetime.date, days: int) -> datetime.date:
    """The day `days` days later."""
    return day + datetime.timedelta(days=days)


@lru_cache(maxsize=1)
def _words() -> dict[tuple[str, str, bool], tuple[list[str], list[int]]]:
    """The words of each field with their cumulative shares, the usual ones and those of another mix."""
    found: dict[tuple[str, str, bool], tuple[list[str], list[int]]] = {}
    for base, field, word, *shares, _ in read_rows("record_words")[1:]:
        for other, share in zip((False, True), shares, strict=True):
            words, sums = found.setdefault((base, field, other), ([], []))
            words.append(word)
            sums.append(int(share) + (sums[-1] if sums else 0))
    return found
