"""Whether a text gets the answer of another one that begins as it does: a cache keyed by less than all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.stage import Round
from harness.diff.both_orders import EACH, Answers, BothOrders, Make, Order, Words, in_both_orders
from harness.diff.contrast import differs
from harness.diff.parts_of_history import Asking, Purse, mixed

MOST = 4
"""Couples of texts."""

WORDS = Words(
    odd="another text with the same opening came before",
    says="an answer repeats that of the request before with the same opening",
)


def couples_of(cases: Sequence[Case], alone: Mapping[str, Judged], calls: int) -> list[Order]:
    """Keys of samples with other answers, two by two, as many as the calls allow."""
    turn = mixed(cases, alone)
    pairs = [
        (a.tags["sample"], b.tags["sample"])
        for a, b in zip(turn[::2], turn[1::2], strict=False)
        if differs(alone[a.address], alone[b.address])
    ]
    return pairs[: min(MOST, calls // EACH)]


@dataclass(slots=True, kw_only=True)
class _Openings:
    """used: openings so far; each order of each couple gets one that no text had before."""

    make: Make
    purse: Purse
    used: int = 0

    def ask(self, orders: Sequence[Order]) -> Answers:
        """All texts one after another, the two of an order with one opening."""
        cases = []
        for order in orders:
            self.used += 1
            cases += [self.make(f"opening_{self.used}", key) for key in order]
        rows = yield Round(name="two texts with one opening", asks=self.purse.repeats(cases))
        return list(zip(rows[::2], rows[1::2], strict=True))


def openings(couples: Sequence[Order], make: Make, purse: Purse, *, spare: int, run: str) -> Asking:
    """The part: texts (keys of samples) that are answered otherwise, two by two behind one opening."""
    here = BothOrders(ask=_Openings(make=make, purse=purse).ask)
    why = "texts that begin alike (behind one opening they are answered alike, or not at all)"
    return in_both_orders(here, couples, WORDS, unasked=why, spare=spare, run=run)
