"""Whether one customer gets what another was answered: the same bytes asked with two credentials, in both orders.

A cache that is keyed without the customer gives the second the first one's reply (BerriAI/litellm#29955). Where the
reply holds a value that is always the same for one customer and another for the other, that alone is looked at; else
the answers are, as far as the two get different ones.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.case import Case, Scalar
from harness.core.reply import Judged
from harness.core.robustness import OTHER, Round
from harness.diff.explain.contrast import answered
from harness.diff.robustness.both_orders import Answers, BothOrders, Make, Order, Words, in_both_orders
from harness.diff.robustness.state_parts import Asking, CallBudget

SAMPLES = 3
"""Samples that both ask in both orders: what is constant over three replies of each is no accident, mostly."""

CALLS = 4 * SAMPLES

Values = Callable[[Judged], Mapping[str, Scalar]]
"""Every value of the reply behind a judged row, by its path."""

WORDS = Words(
    odd="another customer asked the same before",
    says="a customer gets what another one was answered before",
)


@dataclass(slots=True, kw_only=True)
class _Identities:
    """marks: paths at which the replies to the two differ and always say the same to one of them; None until known."""

    make: Make
    values: Values
    purse: CallBudget
    marks: tuple[str, ...] | None = None
    rows: list[Judged | None] = field(default_factory=list)
    used: int = 0

    def ask(self, orders: Sequence[Order]) -> Answers:
        """All that one identity asks first, then the same from the other, and the other way round."""
        variants = {k: self.used + 1 + k for k in range(len(orders))}
        self.used += len(orders)
        found: dict[tuple[int, int], Judged | None] = {}
        for other_first in (False, True):
            turns = [k for k, order in enumerate(orders) if order[0].endswith(OTHER) is other_first]
            for place in (0, 1):
                names = [(k, orders[k][place]) for k in turns]
                asks = self.purse.repeats(self._case(name, variants[k]) for k, name in names)
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
        """What stands in every one of the replies, and is the same in all."""
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
        """With the marks in place of the answer, where there are any."""
        if row is None or not self.marks or not answered(row):
            return row
        values = self.values(row)
        return replace(row, disposition="accepted", answer={path: values.get(path) for path in self.marks})

    def why_not(self) -> str:
        """Why nothing is known of leaks."""
        theirs = [row for row in self.rows if row and row.address.partition("#")[0].endswith(OTHER)]
        if not any(answered(row) for row in theirs):
            cause = next((row.cause or row.disposition for row in theirs), "not sent")
            return f"leaks between customers (the second identity was not answered: {cause})"
        return "leaks between customers (both are answered alike, so an exchange would not show)"


def identities(cases: Sequence[Case], make: Make, values: Values, purse: CallBudget, *, spare: int, run: str) -> Asking:
    """The part: the same bytes from two customers. cases: of samples with other answers. spare: calls."""
    here = _Identities(make=make, values=values, purse=purse)
    keys = [case.tags["sample"] for case in cases[: min(SAMPLES, spare // 4)]]
    couples = [(key, f"{key}{OTHER}") for key in keys]
    orders = BothOrders(ask=here.ask)
    return in_both_orders(
        orders,
        couples,
        WORDS,
        purse,
        at_once=max(1, len(couples)),
        unasked=here.why_not,
        spare=spare - 4 * len(couples),
        run=run,
    )
