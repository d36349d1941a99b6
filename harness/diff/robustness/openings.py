"""Whether a sample gets the answer of a similar one, because a cache key covers only a part of the input.

Two texts get one opening, two pages one file name and one comment in the file, two records one id; and then two that
differ by an accent alone, which a key without accents takes for the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.core.case import Case, Kind
from harness.core.finding import Circumstance, Finding, Where
from harness.core.finding_kinds import Why
from harness.core.reply import Judged
from harness.core.robustness import Round
from harness.diff.explain.contrast import differs, mixed
from harness.diff.robustness.both_orders import EACH, Answers, BothOrders, Make, Order, in_both_orders
from harness.diff.robustness.state_parts import CallBudget, PartTest, untested

MAX_COUPLES = 4
"""Maximum number of couples of similar samples."""

IN_COMMON: Mapping[Kind, tuple[Where, str]] = {
    "text": (Where.SAME_OPENING, "opening"),
    "page": (Where.SAME_FILE_NAME, "file name"),
    "record": (Where.SAME_ID, "id"),
}
"""What two samples of this kind have in common; ACCENT names the same thing if they differ by an accent."""


@dataclass(frozen=True, slots=True)
class Alike:
    """How two samples are made similar. first, second: parts of the test. accent: they differ by an accent."""

    first: str
    second: str
    accent: bool = False


SAME = Alike("opening_", "opening_")
BUT_FOR_AN_ACCENT = Alike("plain_", "accented_", accent=True)


def in_common(kind: Kind, alike: Alike) -> Circumstance:
    """The circumstance of the second of two similar samples."""
    where, name = IN_COMMON[kind]
    return Circumstance(Where.ACCENT, value=name) if alike.accent else Circumstance(where)


def couples_of(cases: Sequence[Case], alone: Mapping[str, Judged]) -> list[Order]:
    """Keys of samples with different answers, in pairs."""
    turn = mixed(cases, alone)
    pairs = [
        (a.tags["sample"], b.tags["sample"])
        for a, b in zip(turn[::2], turn[1::2], strict=False)
        if differs(alone[a.address], alone[b.address])
    ]
    return pairs[:MAX_COUPLES]


@dataclass(slots=True, kw_only=True)
class _Openings:
    """used: openings or names so far; each order of each couple gets an unused one.

    part: of the robustness test, by the sample's key; a sample has an accent in both orders, or in none. name: of the
    round.
    """

    make: Make
    budget: CallBudget
    part: Mapping[str, str]
    name: str
    used: int = 0

    def send(self, orders: Sequence[Order]) -> Answers:
        """All of them one after another; the two samples of an order are made similar."""
        cases = []
        for order in orders:
            self.used += 1
            cases += [self.make(f"{self.part[key]}{self.used}", key) for key in order]
        rows = yield Round(name=self.name, asks=self.budget.repeats(cases))
        answers = [_answer_alone(row) for row in rows]
        return list(zip(answers[::2], answers[1::2], strict=True))


def _as_accepted(alone: Mapping[str, Judged]) -> dict[str, Judged]:
    return {key: found for key, row in alone.items() if (found := _answer_alone(row))}


def _answer_alone(row: Judged | None) -> Judged | None:
    """The reply as accepted: any opening may make a service less confident."""
    return replace(row, disposition="accepted") if row and row.disposition == "handed_over" else row


def openings(
    couples: Sequence[Order],
    kind: Kind,
    alike: Alike,
    make: Make,
    budget: CallBudget,
    *,
    alone: Mapping[str, Judged],
    calls: int,
    spare: int,
    run: str,
) -> PartTest:
    """The part: pairs of samples (their keys) with different answers, made similar.

    alone: the answers to the samples as they are, by key. calls: while nothing differs. spare: more calls, for other
    couples and to confirm a change.
    """
    part = {key: name for couple in couples for key, name in zip(couple, (alike.first, alike.second), strict=True)}
    name = f"two that look alike{' but for an accent' if alike.accent else ''}"
    orders = BothOrders(send=_Openings(make=make, budget=budget, part=part, name=name).send, alone=_as_accepted(alone))
    where = in_common(kind, alike)

    def why_not() -> Finding:
        if any(orders.varies(key) for couple in couples for key in couple):
            return untested(where, Why.ANSWERS_VARY)
        return untested(where, Why.SAME_ANSWERS if orders.known(couples) else Why.NO_ANSWERS)

    return in_both_orders(orders, couples, where, budget, at_once=calls // EACH, why_not=why_not, spare=spare, run=run)
