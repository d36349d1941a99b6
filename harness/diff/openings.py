"""Whether a text gets the answer of another one that begins as it does: a cache keyed by less than all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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


def couples_of(cases: Sequence[Case], alone: Mapping[str, Judged]) -> list[Order]:
    """Keys of samples with other answers, two by two."""
    turn = mixed(cases, alone)
    pairs = [
        (a.tags["sample"], b.tags["sample"])
        for a, b in zip(turn[::2], turn[1::2], strict=False)
        if differs(alone[a.address], alone[b.address])
    ]
    return pairs[:MOST]


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
        said = [_answer_alone(row) for row in rows]
        return list(zip(said[::2], said[1::2], strict=True))


def _answer_alone(row: Judged | None) -> Judged | None:
    """Without whether it was handed over: an opening makes a service less sure, and one more than another."""
    return replace(row, disposition="accepted") if row and row.disposition == "handed_over" else row


def openings(couples: Sequence[Order], make: Make, purse: Purse, *, calls: int, spare: int, run: str) -> Asking:
    """The part: texts (keys of samples) that are answered otherwise, two by two behind one opening.

    calls: while nothing differs. spare: more of them, to go on with other couples and to ask again.
    """
    here = BothOrders(ask=_Openings(make=make, purse=purse).ask)
    why = "texts that begin alike (behind one opening they are answered alike, or not at all)"
    return in_both_orders(here, couples, WORDS, purse, at_once=calls // EACH, unasked=lambda: why, spare=spare, run=run)
