"""Two similar requests in both orders: does the second get the cached answer to the first?

The contrast is one sender second against the same one first, each time with bytes that nobody sent before. So the
effect that new bytes have by themselves is on both sides.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.case import Case
from harness.core.finding import Circumstance, Count, Finding
from harness.core.finding_kinds import Why
from harness.core.reply import Judged
from harness.core.robustness import ALPHA, Round
from harness.diff.explain.contrast import Contrast, Observation, answered, differs
from harness.diff.robustness.look_again import LOOKS, looks_again, verdict_on
from harness.diff.robustness.state_parts import NAME, CallBudget, PartTest, StatePart, unchanged, untested

Make = Callable[[str, str], Case]
"""Makes the case of a sample in a part of the test, from the part (such as `opening_3`) and the sample's key."""

Order = tuple[str, str]
"""Names of two senders in the order in which they send."""

Answers = Generator[Round, Sequence[Judged | None], list[tuple[Judged | None, Judged | None]]]
"""For each order, the replies to the first and to the second sender."""

EACH = 4
"""Number of calls for a couple: two senders in both orders."""

REPEATED = "repeated"
"""The kind of change in which most changed answers are the answer to the previous request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    names: Order
    first: Judged | None
    second: Judged | None


@dataclass(slots=True, kw_only=True)
class BothOrders:
    """send: sends each order with bytes of its own. usual: the answer to each sender when it is first.

    alone: the answers to the senders' own bytes. A sender whose answer changes with the new bytes shows nothing.
    """

    send: Callable[[Sequence[Order]], Answers]
    alone: Mapping[str, Judged] = field(default_factory=dict)
    usual: dict[str, Judged] = field(default_factory=dict)

    def turns(self, couples: Sequence[Order]) -> Generator[Round, Sequence[Judged | None], list[_Turn]]:
        """Each couple in both orders."""
        orders = [order for a, b in couples for order in ((a, b), (b, a))]
        answers = yield from self.send(orders)
        return [
            _Turn(names=order, first=first, second=second)
            for order, (first, second) in zip(orders, answers, strict=True)
        ]

    def learn(self, turns: Sequence[_Turn]) -> None:
        """Store the answers to the senders that were first."""
        for turn in turns:
            if turn.first is not None and answered(turn.first):
                self.usual.setdefault(turn.names[0], turn.first)

    def known(self, couples: Sequence[Order]) -> list[Order]:
        """Couples of which both senders were answered when they were first."""
        return [pair for pair in couples if all(name in self.usual for name in pair)]

    def distinct(self, couples: Sequence[Order]) -> list[Order]:
        """Couples whose senders get different answers when they are first, and those of their own bytes."""
        kept = [pair for pair in self.known(couples) if not any(map(self.varies, pair))]
        return [(a, b) for a, b in kept if differs(self.usual[a], self.usual[b])]

    def varies(self, name: str) -> bool:
        """Whether the new bytes change the answer to the sender by themselves."""
        return name in self.alone and name in self.usual and differs(self.alone[name], self.usual[name])

    def seconds(self, turns: Sequence[_Turn]) -> Contrast:
        """The sendings in second place, with the answer to the one before."""
        known = [turn for turn in turns if turn.names[1] in self.usual]
        return Contrast(
            tuple(
                Observation(
                    before=self.usual[turn.names[1]], now=turn.second, beside=(turn.first,) if turn.first else ()
                )
                for turn in known
            )
        )

    def firsts(self, turns: Sequence[_Turn]) -> Contrast:
        """The sendings in first place, once more."""
        known = [turn for turn in turns if turn.names[0] in self.usual]
        return Contrast(tuple(Observation(before=self.usual[turn.names[0]], now=turn.first) for turn in known))

    def look(
        self, couples: Sequence[Order], spare: int
    ) -> Generator[Round, Sequence[Judged | None], tuple[Contrast, Contrast]]:
        """The same couples with fresh bytes, as often as the spare calls allow."""
        turns: list[_Turn] = []

        def seconds(size: int) -> Generator[Round, Sequence[Judged | None], Contrast]:
            turns[:] = yield from self.turns([couples[k % len(couples)] for k in range(size // 2)])
            return self.seconds(turns)

        def firsts(size: int) -> Generator[Round, Sequence[Judged | None], Contrast]:
            yield from ()  # they were sent with the seconds
            return self.firsts(turns)

        return (yield from looks_again(seconds, firsts, spare))


def in_both_orders(
    orders: BothOrders,
    couples: Sequence[Order],
    where: Circumstance,
    budget: CallBudget,
    *,
    at_once: int,
    why_not: Callable[[], Finding],
    spare: int,
    run: str,
) -> PartTest:
    """The part: yields what to send, is sent the judged replies.

    where: what sets the second sender apart. at_once: couples that are sent; as many further `couples` if none of these
    get different answers. why_not: why nothing is known if that is true of all couples. spare: more calls, for further
    couples and to confirm a change.
    """
    for begin in range(0, len(couples), at_once):
        if begin and spare < EACH * at_once:
            break
        spare -= EACH * at_once if begin else 0
        turns = yield from orders.turns(couples[begin : begin + at_once])
        orders.learn(turns)
        if distinct := orders.distinct(couples[begin : begin + at_once]):
            break
    else:
        distinct = []
    if not distinct:
        return StatePart(untested=why_not())
    seen = orders.seconds([turn for turn in turns if turn.names in distinct or turn.names[::-1] in distinct])
    if not seen.changed:
        return unchanged(seen, where, run)
    again, usual = yield from orders.look(distinct, spare)
    if usual.changed and again.chance(usual) > ALPHA / LOOKS:
        # Each sending has bytes of its own. If answers to the first sender differ as well, they may follow from these.
        return StatePart(untested=untested(where, Why.ANSWERS_VARY))
    budget.noise += usual
    repeats = Count(sum(one.neighbour() is not None for one in again.changes()), again.changed)
    change = REPEATED if 2 * repeats.hits > repeats.n else ""
    criterion, findings = verdict_on(NAME, where, seen, again, usual, run, change=change)
    if change and criterion.finding:
        criterion = replace(criterion, finding=replace(criterion.finding, parts={change: repeats}))
    criterion = budget.allow_for_noise(criterion, again if again.compared else seen, where, run)
    return StatePart(criterion=criterion, findings=findings)
