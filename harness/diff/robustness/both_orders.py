"""Two askers of nearly the same, in one order and in the other: does the second get what was kept for the first?

What is held against each other is one asker asked second and the same one asked first, each time with bytes that
nobody sent before: what new bytes do to an answer by themselves is no contrast.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.robustness import Round, robustness_criterion
from harness.diff.explain.contrast import Contrast, Observation, answered, differs
from harness.diff.gate.criteria import show
from harness.diff.robustness.look_again import looks_again, verdict_on
from harness.diff.robustness.state_parts import NAME, Asking, CallBudget, StatePart

Make = Callable[[str, str], Case]
"""The case of a sample in one of the robustness test's parts: `opening_3` and the sample's key."""

Order = tuple[str, str]
"""Names of two askers, in the order in which they ask."""

Answers = Generator[Round, Sequence[Judged | None], list[tuple[Judged | None, Judged | None]]]
"""What the first and the second of each order were answered."""

EACH = 4
"""Calls: two askers in both orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """odd: when the second is asked. says: what happens to its answer then, where it gets that of the first."""

    odd: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    names: Order
    first: Judged | None
    second: Judged | None


@dataclass(slots=True, kw_only=True)
class BothOrders:
    """ask: sends each order with bytes of its own. usual: what each asker is answered when it asks first."""

    ask: Callable[[Sequence[Order]], Answers]
    usual: dict[str, Judged] = field(default_factory=dict)

    def turns(self, couples: Sequence[Order]) -> Generator[Round, Sequence[Judged | None], list[_Turn]]:
        """Each couple in both orders."""
        orders = [order for a, b in couples for order in ((a, b), (b, a))]
        answers = yield from self.ask(orders)
        return [
            _Turn(names=order, first=first, second=second)
            for order, (first, second) in zip(orders, answers, strict=True)
        ]

    def learn(self, turns: Sequence[_Turn]) -> None:
        """What the askers are answered when they ask first."""
        for turn in turns:
            if turn.first is not None and answered(turn.first):
                self.usual.setdefault(turn.names[0], turn.first)

    def tell_apart(self, couples: Sequence[Order]) -> list[Order]:
        """Those of whom each is answered otherwise than the other when it asks first."""
        known = [pair for pair in couples if all(name in self.usual for name in pair)]
        return [(a, b) for a, b in known if differs(self.usual[a], self.usual[b])]

    def seconds(self, turns: Sequence[_Turn]) -> Contrast:
        """RunRequest second, beside what the one before was answered."""
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
        """RunRequest first, once more."""
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
            yield from ()  # they were asked with the seconds
            return self.firsts(turns)

        return (yield from looks_again(seconds, firsts, spare))


def in_both_orders(
    orders: BothOrders,
    couples: Sequence[Order],
    words: Words,
    purse: CallBudget,
    *,
    at_once: int,
    unasked: Callable[[], str],
    spare: int,
    run: str,
) -> Asking:
    """The part: yields what to send, is sent the judged replies.

    at_once: couples that are asked; as many others of `couples` where none of these can be told apart. unasked: says
    what is not known where that holds for all. spare: more calls, for further couples and where something differs.
    """
    for begin in range(0, len(couples), at_once):
        if begin and spare < EACH * at_once:
            break
        spare -= EACH * at_once if begin else 0
        turns = yield from orders.turns(couples[begin : begin + at_once])
        orders.learn(turns)
        if apart := orders.tell_apart(couples[begin : begin + at_once]):
            break
    else:
        apart = []
    if not apart:
        return StatePart(unasked=unasked())
    seen = orders.seconds([turn for turn in turns if turn.names in apart or turn.names[::-1] in apart])
    if not seen.changed:
        says = f"history: {seen.short()} when {words.odd}"
        value = 0.0 if seen.compared else None
        return StatePart(line=robustness_criterion(NAME, says, value=value, n=seen.compared, run=show((), run)))
    again, usual = yield from orders.look(apart, spare)
    purse.noise += usual
    theirs = sum(one.neighbour() is not None for one in again.changes())
    head = words.says if 2 * theirs > again.changed else ""
    line, found = verdict_on(NAME, words.odd, "asked first", seen, again, usual, run, head=head)
    return StatePart(line=purse.weighed(line, again if again.compared else seen, words.odd, run), findings=found)
