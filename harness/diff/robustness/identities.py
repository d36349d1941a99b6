"""Whether one customer gets the answer of another: the same bytes sent with two credentials, in both orders.

A cache that is keyed without the customer gives the second the first one's reply (BerriAI/litellm#29955). If the reply
holds a value that is always the same for one customer and another for the other, only that value is compared; else
the answers are, if the two customers get different ones.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.case import Case, Scalar
from harness.core.finding import Circumstance, Finding, Where
from harness.core.finding_kinds import Why
from harness.core.reply import Judged
from harness.core.robustness import OTHER, Round, of_second_identity
from harness.diff.explain.contrast import answered
from harness.diff.robustness.both_orders import EACH, Answers, BothOrders, Make, Order, in_both_orders
from harness.diff.robustness.state_parts import CallBudget, PartTest, StatePart, untested

SAMPLES = 3
"""Number of samples that both customers send in both orders; a value constant over three replies is rarely chance."""

CALLS = EACH * SAMPLES

ReplyValues = Callable[[Judged], Mapping[str, Scalar]]
"""Returns every value of the reply behind a judged row, by its path."""

OTHER_CUSTOMER = Circumstance(Where.OTHER_CUSTOMER)

OTHER_HEADERS = "[target] other_headers"
"""The setting that this test needs."""


@dataclass(slots=True, kw_only=True)
class _Identities:
    """marks: paths at which the replies to the two customers differ and are constant for each; None until known."""

    make: Make
    values: ReplyValues
    budget: CallBudget
    marks: tuple[str, ...] | None = None
    rows: list[Judged | None] = field(default_factory=list)
    used: int = 0

    def send(self, orders: Sequence[Order]) -> Answers:
        """All requests of one identity, then the same of the other, and the other way round."""
        variants = {k: self.used + 1 + k for k in range(len(orders))}
        self.used += len(orders)
        found: dict[tuple[int, int], Judged | None] = {}
        for other_first in (False, True):
            turns = [k for k, order in enumerate(orders) if order[0].endswith(OTHER) is other_first]
            for place in (0, 1):
                names = [(k, orders[k][place]) for k in turns]
                asks = self.budget.repeats(self._case(name, variants[k]) for k, name in names)
                if asks:
                    who = "the second identity" if other_first is (place == 0) else "the first identity"
                    rows = yield Round(name=who, asks=asks, other=other_first is (place == 0))
                    found |= {(k, place): row for k, row in zip(turns, rows, strict=True)}
        self.rows += found.values()
        if self.marks is None:
            firsts = [(orders[k][0], found[k, 0]) for k in range(len(orders))]
            self.marks = self._marks(
                [row for name, row in firsts if not name.endswith(OTHER)],
                [row for name, row in firsts if name.endswith(OTHER)],
            )
        return [(self._marked(found[k, 0]), self._marked(found[k, 1])) for k in range(len(orders))]

    def _case(self, name: str, variant: int) -> Case:
        other = OTHER if name.endswith(OTHER) else ""
        return self.make(f"variant_{variant}{other}", name.removesuffix(OTHER))

    def _marks(self, ours: Sequence[Judged | None], theirs: Sequence[Judged | None]) -> tuple[str, ...]:
        one, other = self._constant(ours), self._constant(theirs)
        return tuple(path for path in one if path in other and one[path] != other[path])

    def _constant(self, rows: Sequence[Judged | None]) -> dict[str, Scalar]:
        """The values that are present and equal in all of the replies."""
        replies = [self.values(row) for row in rows if row is not None and answered(row)]
        if len(replies) < 2:
            return {}
        first = replies[0]
        return {
            path: value
            for path, value in first.items()
            if all(path in reply and reply[path] == value for reply in replies)
        }

    def _marked(self, row: Judged | None) -> Judged | None:
        """The reply with the marks instead of the answer, if there are any."""
        if row is None or not self.marks or not answered(row):
            return row
        values = self.values(row)
        return replace(row, disposition="accepted", answer={path: values.get(path) for path in self.marks})

    def why_not(self) -> Finding:
        """Why leaks could not be tested: the second identity got no answer, or both get the same answers."""
        theirs = [row for row in self.rows if row and of_second_identity(row.address)]
        if any(answered(row) for row in theirs):
            return untested(OTHER_CUSTOMER, Why.SAME_ANSWERS, subject=OTHER_HEADERS)
        causes = Counter(row.cause or row.disposition for row in theirs)
        why = Why.NO_ANSWERS if theirs else Why.INTERRUPTED
        return untested(OTHER_CUSTOMER, why, subject=OTHER_HEADERS, causes=causes)


def identities(
    cases: Sequence[Case], make: Make, values: ReplyValues, budget: CallBudget, *, spare: int, run: str
) -> PartTest:
    """The part: the same bytes from two customers. cases: of samples with different answers. spare: calls."""
    keys = [case.tags["sample"] for case in cases[: max(0, min(SAMPLES, spare // EACH))]]
    if not keys:
        return StatePart(untested=_nothing_to_send(cases, spare))
    here = _Identities(make=make, values=values, budget=budget)
    couples = [(key, f"{key}{OTHER}") for key in keys]
    part = in_both_orders(
        BothOrders(send=here.send),
        couples,
        OTHER_CUSTOMER,
        budget,
        at_once=len(couples),
        why_not=here.why_not,
        spare=spare - EACH * len(couples),
        run=run,
    )
    return (yield from part)


def _nothing_to_send(cases: Sequence[Case], spare: int) -> Finding:
    """Not tested: no calls for a couple, or no sample that was answered at the start."""
    if cases:
        numbers = {"calls": max(0, spare), "needed": EACH}
        return untested(OTHER_CUSTOMER, Why.TOO_FEW_CALLS, subject=OTHER_HEADERS, numbers=numbers)
    return untested(OTHER_CUSTOMER, Why.NO_ANSWERS, subject=OTHER_HEADERS)
