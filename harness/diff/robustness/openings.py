"""Whether a sample gets the answer of another one that looks alike: a cache that is keyed by less than all of it.

Two texts get one opening, two pages one file name and one comment in the file, two records one id; and then one that
differs by an accent alone, which a key without accents takes for the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.core.case import Case, Kind
from harness.core.reply import Judged
from harness.core.robustness import Round
from harness.diff.explain.contrast import differs
from harness.diff.robustness.both_orders import EACH, Answers, BothOrders, Make, Order, Words, in_both_orders
from harness.diff.robustness.state_parts import Asking, CallBudget, mixed

MAX_COUPLES = 4
"""Couples of texts."""

COMMON: Mapping[Kind, tuple[str, str]] = {
    "text": ("another text with", "the same opening"),
    "page": ("another page under", "the same file name"),
    "record": ("another record with", "the same id"),
}
"""By the kind of the samples: what came before, and what the two have in common."""


@dataclass(frozen=True, slots=True)
class Alike:
    """How two samples are made alike. first, second: parts of the test, for either of a couple. but: what differs."""

    first: str
    second: str
    but: str = ""


SAME = Alike("opening_", "opening_")
BUT_FOR_AN_ACCENT = Alike("plain_", "accented_", " but for an accent")


def couples_of(cases: Sequence[Case], alone: Mapping[str, Judged]) -> list[Order]:
    """Keys of samples with other answers, two by two."""
    turn = mixed(cases, alone)
    pairs = [
        (a.tags["sample"], b.tags["sample"])
        for a, b in zip(turn[::2], turn[1::2], strict=False)
        if differs(alone[a.address], alone[b.address])
    ]
    return pairs[:MAX_COUPLES]


@dataclass(slots=True, kw_only=True)
class _Openings:
    """used: openings or names so far; each order of each couple gets one that nobody had before.

    part: of the robustness test, by the sample's key; a sample has an accent in both orders, or in none. name: of the
    round.
    """

    make: Make
    purse: CallBudget
    part: Mapping[str, str]
    name: str
    used: int = 0

    def ask(self, orders: Sequence[Order]) -> Answers:
        """All of them one after another, the two of an order alike."""
        cases = []
        for order in orders:
            self.used += 1
            cases += [self.make(f"{self.part[key]}{self.used}", key) for key in order]
        rows = yield Round(name=self.name, asks=self.purse.repeats(cases))
        said = [_answer_alone(row) for row in rows]
        return list(zip(said[::2], said[1::2], strict=True))


def _answer_alone(row: Judged | None) -> Judged | None:
    """Without whether it was handed over: any opening makes a service less sure."""
    return replace(row, disposition="accepted") if row and row.disposition == "handed_over" else row


def openings(
    couples: Sequence[Order],
    kind: Kind,
    alike: Alike,
    make: Make,
    purse: CallBudget,
    *,
    calls: int,
    spare: int,
    run: str,
) -> Asking:
    """The part: samples (their keys) that are answered otherwise, two by two made alike.

    calls: while nothing differs. spare: more of them, to go on with other couples and to ask again.
    """
    part = {key: name for couple in couples for key, name in zip(couple, (alike.first, alike.second), strict=True)}
    name = f"two that look alike{alike.but}"
    here = BothOrders(ask=_Openings(make=make, purse=purse, part=part, name=name).ask)
    before, common = COMMON[kind][0], COMMON[kind][1] + alike.but
    words = Words(
        odd=f"{before} {common} came before", says=f"an answer repeats that of the request before with {common}"
    )
    why = f"{kind}s with {common} (so made alike they are answered alike, or not at all)"
    return in_both_orders(here, couples, words, purse, at_once=calls // EACH, unasked=lambda: why, spare=spare, run=run)
