"""Whether answers depend on what came before: the first cases again at the end of the run, after many of one answer.

A cache that kept a wrong answer, or a state that grows with what is asked, gives another answer to the same request
later; a batch that is not emptied gives the answers of the round before (triton-inference-server/server#8550).
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

from harness.core.case import Case
from harness.core.decide import judge_line
from harness.core.reply import Judged
from harness.core.robustness import Round, robustness_criterion
from harness.diff.explain.contrast import Contrast, Observation, answered
from harness.diff.gate.criteria import show
from harness.diff.robustness.look_again import AGAIN, MIN_REPEATS, verdict_on
from harness.diff.robustness.state_parts import NAME, Asking, CallBudget, StatePart, by_answer, filled, mixed

MIN_CALLS = 8
"""Calls: four requests of one answer, and four cases after them."""

MAX_LATER_CASES, MAX_BURST_REQUESTS = 20, 300
"""Cases that are asked again, and requests of one answer before them."""

BURST, EACH = 8, 4
"""Where something was odd: so many requests of one answer, then one other for each four of them, again and again."""

PAIRS = 20
"""Cases that are asked twice in a row where something was odd; a cache that spoilt seven of them is seen."""

LATER = "asked again at the end of the run"
TWICE = "asked twice in a row"
AFTER_BURST = "{} requests with another answer came before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was answered earlier in the run, by the pilot's addresses.

    clean: the pilot's cases. alone: of the first look, asked one at a time. first: of each sample, the first time.
    """

    clean: Sequence[Case]
    alone: Mapping[str, Judged]
    first: Mapping[str, Judged]

    def asked_alone(self) -> list[Case]:
        """The cases of the first look that were answered."""
        return [case for case in self.clean if case.address in self.alone and answered(self.alone[case.address])]

    def of(self, address: str) -> Judged:
        """The earliest answer to that case."""
        return self.alone.get(address) or self.first[address]

    def pool(self) -> list[Case]:
        """Every answered case; those that were asked one at a time stand first."""
        alone = self.asked_alone()
        known = {case.address for case in alone}
        return alone + [
            case
            for case in self.clean
            if case.address not in known and case.address in self.first and answered(self.first[case.address])
        ]


@dataclass(slots=True, kw_only=True)
class _Afterwards:
    before: Before
    purse: CallBudget
    run: str

    def screen(self, calls: int, most: int) -> Generator[Round, Sequence[Judged | None], tuple[Contrast, int]]:
        """A burst of the commonest answer and then the other cases, each held against what it said at the start.

        With the length of the burst.
        """
        groups = by_answer(self.before.asked_alone(), self.before.alone)
        others = [case for group in groups[1:] for case in group] or groups[0]
        count = min(len(others), calls // 2, MAX_LATER_CASES)
        burst = filled(groups[0], max(1, min(calls - count, most, MAX_BURST_REQUESTS)))
        seen = yield from self._asked(Round(name="many of one answer", asks=self.purse.asks("burst", burst)), burst)
        again = others[:count]
        asks = self.purse.asks("later", again)
        seen += yield from self._asked(Round(name="the first cases again", asks=asks, fresh=True), again)
        return seen, len(burst)

    def _asked(self, asked: Round, cases: Sequence[Case]) -> Generator[Round, Sequence[Judged | None], Contrast]:
        rows = yield asked
        return Contrast(
            tuple(
                Observation(before=self.before.of(case.address), now=row) for case, row in zip(cases, rows, strict=True)
            )
        )

    def twice(self, cases: Sequence[Case]) -> Generator[Round, Sequence[Judged | None], tuple[Contrast, Contrast]]:
        """Each case twice in a row: the first held against what it said before, the second against the first."""
        twice = [case for case in cases for _ in range(2)]
        rows = yield Round(name="the same case twice in a row", asks=self.purse.asks("later", twice), fresh=True)
        odd = tuple(
            Observation(before=self.before.of(c.address), now=row) for c, row in zip(cases, rows[::2], strict=True)
        )
        usual = tuple(
            Observation(before=first, now=second)
            for first, second in zip(rows[::2], rows[1::2], strict=True)
            if first is not None and answered(first)
        )
        self.purse.noise += Contrast(usual)
        return Contrast(odd), Contrast(usual)

    def after_bursts(
        self, burst: Sequence[Case], others: Sequence[Case]
    ) -> Generator[Round, Sequence[Judged | None], Contrast]:
        """The others, a few at a time, each time after the burst."""
        few = len(burst) // EACH
        asks: list[tuple[Case, int]] = []
        after: list[int] = []
        for begin in range(0, len(others), few):
            asks += self.purse.asks("burst", burst)
            asks += self.purse.asks("after_a_burst", others[begin : begin + few])
            after += range(len(asks) - len(others[begin : begin + few]), len(asks))
        rows = yield Round(name="others after many of one answer", asks=tuple(asks), fresh=True)
        return Contrast(tuple(Observation(before=self.before.of(asks[k][0].twin), now=rows[k]) for k in after))

    def looked_into(self, noticed: Contrast, burst: int, spare: int) -> Asking:
        """Whether what was noticed holds: later in the run, else after a burst. burst: of how many it was noticed."""
        pool = self.before.pool()
        known = {case.address: self.before.of(case.address) for case in pool}
        # Neighbours with other answers: many of one answer are a burst of their own.
        again = mixed(pool[: min(PAIRS, spare // 2)] if spare >= 2 * MIN_REPEATS else [], known)
        later, usual = yield from self.twice(again)
        line, found = verdict_on(NAME, LATER, TWICE, noticed, later, usual, self.run)
        groups = by_answer(pool, known)
        if judge_line(line) == "no-go" or len(groups) < 2:
            return StatePart(line=line, findings=found)
        others, spare = [case for group in groups[1:] for case in group], spare - 2 * len(later.sendings)
        for size in sorted({BURST, max(BURST, burst)}):
            count = min(2 * AGAIN, spare // (1 + EACH))
            count -= count % (size // EACH)  # a burst before fewer cases than it can serve would cost more
            if count < MIN_REPEATS:
                break
            after = yield from self.after_bursts(filled(groups[0], size), filled(others, count))
            line, found = verdict_on(NAME, AFTER_BURST.format(size), TWICE, noticed, after, usual, self.run)
            spare -= count * (1 + EACH)
            if after.changed:
                break
        return StatePart(line=line, findings=found)


def afterwards(before: Before, purse: CallBudget, *, calls: int, most: int, spare: int, run: str) -> Asking:
    """The part: yields what to send, is sent the judged replies.

    calls: while nothing differs. most: requests of one answer, at most. spare: more calls, where something does.
    """
    if calls < MIN_CALLS or len(before.asked_alone()) < 2:
        why = f"{calls} calls are too few" if calls < MIN_CALLS else "fewer than 2 samples were answered at the start"
        says = f"history: not asked, {why}; answers may depend on what was asked before"
        return StatePart(line=robustness_criterion(NAME, says, run=show((), run)))
    here = _Afterwards(before=before, purse=purse, run=run)
    seen, burst = yield from here.screen(calls, most)
    if seen.changed:
        return (yield from here.looked_into(seen, burst, spare))
    says = f"history: {seen.short()} when {LATER}"
    value = 0.0 if seen.compared else None
    return StatePart(line=robustness_criterion(NAME, says, value=value, n=seen.compared, run=show((), run)))
