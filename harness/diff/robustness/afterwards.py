"""Whether answers depend on earlier requests: the first cases again at the end, after many requests with one answer.

A cache that kept a wrong answer, or a state that grows with the requests, gives another answer to the same request
later; a batch that is not emptied gives the answers of the round before (triton-inference-server/server#8550).
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

from harness.core.case import Case
from harness.core.decide import status_of
from harness.core.finding import Circumstance, Where
from harness.core.finding_kinds import Why
from harness.core.reply import Judged
from harness.core.robustness import Round
from harness.diff.explain.contrast import Contrast, Observation, answered, mixed
from harness.diff.robustness.look_again import AGAIN, MIN_REPEATS, verdict_on
from harness.diff.robustness.state_parts import (
    NAME,
    CallBudget,
    PartTest,
    StatePart,
    by_answer,
    filled,
    unchanged,
    undecided,
    untested,
)

MIN_CALLS = 8
"""Minimum number of calls: four requests with one answer, and four cases after them."""

MIN_SAMPLES = 2
"""Minimum number of samples that were answered at the start; one has nothing to be compared with."""

MAX_LATER_CASES, MAX_BURST_REQUESTS = 20, 300
"""Maximum number of cases sent again, and of requests with one answer before them."""

BURST, EACH = 8, 4
"""To confirm a change: minimum length of each burst of one answer, and its number of requests per case after it."""

PAIRS = 20
"""Maximum number of cases sent twice in a row to confirm a change; 7 changed ones of 20 are significant."""

LATER = Circumstance(Where.LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The answers from earlier in the run, by the pilot's addresses.

    clean: the pilot's cases. alone: answers at the start, when samples were sent one at a time. first: of each sample,
    the answer to its first request.
    """

    clean: Sequence[Case]
    alone: Mapping[str, Judged]
    first: Mapping[str, Judged]

    def answered_alone(self) -> list[Case]:
        """The cases that were answered when they were sent one at a time."""
        return [case for case in self.clean if case.address in self.alone and answered(self.alone[case.address])]

    def by_sample(self) -> dict[str, Judged]:
        """The answers to the samples that were sent one at a time, by their keys."""
        return {case.tags["sample"]: self.alone[case.address] for case in self.answered_alone()}

    def of(self, address: str) -> Judged:
        """The earliest answer to that case."""
        return self.alone.get(address) or self.first[address]

    def pool(self) -> list[Case]:
        """Every answered case; those that were sent one at a time come first."""
        alone = self.answered_alone()
        known = {case.address for case in alone}
        return alone + [
            case
            for case in self.clean
            if case.address not in known and case.address in self.first and answered(self.first[case.address])
        ]


@dataclass(slots=True, kw_only=True)
class _Afterwards:
    before: Before
    budget: CallBudget
    run: str

    def screen(self, calls: int, most: int) -> Generator[Round, Sequence[Judged | None], tuple[Contrast, int]]:
        """A burst of the most frequent answer and then the other cases, each compared with its answer at the start.

        Returns the length of the burst as well.
        """
        groups = by_answer(self.before.answered_alone(), self.before.alone)
        others = [case for group in groups[1:] for case in group] or groups[0]
        count = min(len(others), calls // 2, MAX_LATER_CASES)
        burst = filled(groups[0], max(1, min(calls - count, most, MAX_BURST_REQUESTS)))
        asks = self.budget.samples("burst", burst)
        seen = yield from self._compared(Round(name="many of one answer", asks=asks), burst)
        again = others[:count]
        asks = self.budget.samples("later", again)
        seen += yield from self._compared(Round(name="the first cases again", asks=asks, fresh=True), again)
        return seen, len(burst)

    def _compared(self, sent: Round, cases: Sequence[Case]) -> Generator[Round, Sequence[Judged | None], Contrast]:
        rows = yield sent
        return Contrast(
            tuple(
                Observation(before=self.before.of(case.address), now=row) for case, row in zip(cases, rows, strict=True)
            )
        )

    def twice(self, cases: Sequence[Case]) -> Generator[Round, Sequence[Judged | None], tuple[Contrast, Contrast]]:
        """Each case twice in a row: the first compared with its answer at the start, the second with the first."""
        asks = self.budget.samples("later", [case for case in cases for _ in range(2)])
        rows = yield Round(name="the same case twice in a row", asks=asks, fresh=True)
        later = tuple(
            Observation(before=self.before.of(c.address), now=row) for c, row in zip(cases, rows[::2], strict=True)
        )
        repeated = tuple(
            Observation(before=first, now=second)
            for first, second in zip(rows[::2], rows[1::2], strict=True)
            if first is not None and answered(first)
        )
        self.budget.noise += Contrast(repeated)
        return Contrast(later), Contrast(repeated)

    def after_bursts(
        self, burst: Sequence[Case], others: Sequence[Case]
    ) -> Generator[Round, Sequence[Judged | None], Contrast]:
        """The others, a few at a time, each time after the burst."""
        few = len(burst) // EACH
        asks: list[tuple[Case, int]] = []
        after: list[int] = []
        for begin in range(0, len(others), few):
            asks += self.budget.samples("burst", burst)
            asks += self.budget.samples("after_a_burst", others[begin : begin + few])
            after += range(len(asks) - len(others[begin : begin + few]), len(asks))
        rows = yield Round(name="others after many of one answer", asks=tuple(asks), fresh=True)
        return Contrast(tuple(Observation(before=self.before.of(asks[k][0].clean_twin), now=rows[k]) for k in after))

    def confirm(self, noticed: Contrast, burst: int, spare: int) -> PartTest:
        """Whether the change that was noticed is confirmed: later in the run, else after a burst.

        burst: the length of the burst before it was noticed.
        """
        pool = self.before.pool()
        known = {case.address: self.before.of(case.address) for case in pool}
        # Neighbours with different answers: many with the same answer are a burst of their own.
        again = mixed(pool[: min(PAIRS, spare // 2)] if spare >= 2 * MIN_REPEATS else [], known)
        later, repeated = yield from self.twice(again)
        criterion, findings = verdict_on(NAME, LATER, noticed, later, repeated, self.run)
        groups = by_answer(pool, known)
        if status_of(criterion) == "failed" or len(groups) < 2:
            return StatePart(criterion=criterion, findings=findings)
        others, spare = [case for group in groups[1:] for case in group], spare - 2 * len(later.sendings)
        for size in sorted({BURST, max(BURST, burst)}):
            count = min(2 * AGAIN, spare // (1 + EACH))
            count -= count % (size // EACH)  # a burst before fewer cases than it can serve would cost more
            if count < MIN_REPEATS:
                break
            after = yield from self.after_bursts(filled(groups[0], size), filled(others, count))
            where = Circumstance(Where.AFTER_SAME_ANSWER, value=str(size))
            criterion, findings = verdict_on(NAME, where, noticed, after, repeated, self.run)
            spare -= count * (1 + EACH)
            if after.changed:
                break
        return StatePart(criterion=criterion, findings=findings)


def afterwards(before: Before, budget: CallBudget, *, calls: int, most: int, spare: int, run: str) -> PartTest:
    """The part: yields what to send, is sent the judged replies.

    calls: while nothing differs. most: requests with one answer, at most. spare: more calls, to confirm a change.
    """
    if calls < MIN_CALLS:
        return undecided(untested(LATER, Why.TOO_FEW_CALLS, numbers={"calls": calls, "needed": MIN_CALLS}), run)
    if (samples := len(before.answered_alone())) < MIN_SAMPLES:
        numbers = {"samples": samples, "needed": MIN_SAMPLES}
        return undecided(untested(LATER, Why.TOO_FEW_SAMPLES, numbers=numbers), run)
    here = _Afterwards(before=before, budget=budget, run=run)
    seen, burst = yield from here.screen(calls, most)
    if seen.changed:
        return (yield from here.confirm(seen, burst, spare))
    return unchanged(seen, LATER, run)
