"""Whether the first answers after a start are the usual ones: a new instance is used as soon as it listens."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.case import Case
from harness.core.finding import Circumstance, Where
from harness.core.finding_kinds import FindingKind, Why
from harness.core.reply import Judged
from harness.core.robustness import ALPHA, MIN_CASES, Round, robustness_criterion
from harness.diff.explain.contrast import Contrast, Observation
from harness.diff.robustness.look_again import AGAIN, change_finding, verdict_on
from harness.diff.robustness.state_parts import (
    NAME,
    CallBudget,
    PartTest,
    StatePart,
    filled,
    unchanged,
    undecided,
    untested,
)

FIRST = 8
"""Requests per round after a start; a start is over after this many right answers in a row."""

MAX_REQUESTS = 40
"""Maximum number of requests after the first start."""

FRESH = 10
"""Maximum number of compared requests right after a further start, and the number after it is over."""

STARTS = 2
"""Maximum number of further starts to confirm a change."""

START = "[target] start"
"""The setting that this test needs."""

AFTER_START = Circumstance(Where.AFTER_START)
OTHER_INSTANCE = Circumstance(Where.OTHER_INSTANCE)

Asks = Generator[Round, Sequence[Judged | None], Contrast]

WhyNotStarted = Callable[[int], str]
"""Returns why the instance with this number could not be reached, "" if it could."""


@dataclass(slots=True, kw_only=True)
class _ColdStart:
    """usual: the target's own answers to these cases. starts: the sendings to each instance, in order."""

    usual: Mapping[str, Judged]
    budget: CallBudget
    starts: dict[int, Contrast] = field(default_factory=dict)

    def send(self, number: int, cases: Sequence[Case], count: int) -> Asks:
        """The next requests to that instance, each compared with the target's answer."""
        before = self.starts.get(number, Contrast())
        begin = len(before.sendings)
        # Each start begins with another case, so a fault of the first request alone shows on several cases.
        wanted = filled(cases, number + begin + count)[number + begin :]
        name = "later after the start" if begin else "right after a start"
        rows = yield Round(name=name, asks=self.budget.samples(f"start_{number}", wanted), instance=number)
        seen = self._compared(wanted, rows)
        self.starts[number] = before + seen
        return seen

    def _compared(self, cases: Sequence[Case], rows: Sequence[Judged | None]) -> Contrast:
        pairs = zip(cases, rows, strict=True)
        return Contrast(tuple(Observation(before=self.usual[case.address], now=row) for case, row in pairs))

    def until_right(self, cases: Sequence[Case], spare: int) -> Asks:
        """All sendings after the first start, until the answers are right or the calls are used up."""
        more = yield from self.send(1, cases, FIRST)
        while more.compared and self.starts[1].changed and not _over(self.starts[1]):
            if len(self.starts[1].sendings) + FIRST > min(MAX_REQUESTS, spare):
                break
            more = yield from self.send(1, cases, FIRST)
        return self.starts[1]

    def target_again(self, cases: Sequence[Case], count: int) -> Asks:
        """The target's answers again; an answer that differs from before is chance."""
        wanted = filled(cases, count)
        rows = yield Round(name="the target again", asks=self.budget.samples("later", wanted), fresh=True)
        return self._compared(wanted, rows)

    def again(
        self, cases: Sequence[Case], until: int, spare: int
    ) -> Generator[Round, Sequence[Judged | None], tuple[Contrast, Contrast]]:
        """Further starts: the answers up to that request, and those after it."""
        early, late = Contrast(), Contrast()
        for number in range(2, 2 + STARTS):
            cost = max(until, FRESH) + FRESH
            if spare < cost or len(early.sendings) >= FRESH:
                break
            early += yield from self.send(number, cases, min(until, FRESH))
            if until > FRESH:
                yield from self.send(number, cases, until - FRESH)
            late += yield from self.send(number, cases, FRESH)
            spare -= cost
        return early, late


def _last(seen: Contrast) -> int:
    """The number of the last request that got another answer, from 1."""
    return max((k for k, one in enumerate(seen.sendings, start=1) if one.changed), default=0)


def _telling(seen: Contrast) -> set[str]:
    """The cases that can show a change: those with a changed answer."""
    return {one.before.address for one in seen.changes()}


def _right_again(seen: Contrast) -> int:
    """The number of the first request after the last change whose case can show one; 0 if there is none."""
    last, telling = _last(seen), _telling(seen)
    after = enumerate(seen.sendings[last:], start=last + 1)
    return next((k for k, one in after if one.before.address in telling and one.compared), 0)


def _over(seen: Contrast) -> bool:
    after = seen.sendings[_last(seen) :]
    return len(after) >= FIRST and all(one.compared for one in after) and _right_again(seen) > 0


def cold_start(
    cases: Sequence[Case], usual: Mapping[str, Judged], budget: CallBudget, why: WhyNotStarted, *, spare: int, run: str
) -> PartTest:
    """The part: yields what to send, is sent the judged replies.

    cases: in the order in which they are sent. usual: the target's answer to each, by address. spare: calls.
    """
    if spare < FIRST or not cases:
        numbers = {"calls": max(0, spare), "needed": FIRST}
        few = untested(AFTER_START, Why.TOO_FEW_CALLS, subject=START, numbers=numbers)
        return StatePart(untested=few if cases else untested(AFTER_START, Why.NO_ANSWERS, subject=START))
    here = _ColdStart(usual=usual, budget=budget)
    seen = yield from here.until_right(cases, spare)
    if why(1) or not seen.changed or any(one.now is None for one in seen.sendings):
        return _not_cold(seen, why(1), run)
    if not _over(seen):
        control = yield from here.target_again(cases, max(0, min(AGAIN, spare - len(seen.sendings))))
        return _never_right(seen, control + budget.noise, run)
    until = _right_again(seen) - 1
    where = Circumstance(Where.AFTER_START, value=str(until))
    telling = [case for case in cases if case.address in _telling(seen)]
    early, late = yield from here.again(telling, until, spare - len(seen.sendings))
    budget.noise += late
    criterion, findings = verdict_on(NAME, where, seen, early, late, run)
    criterion = budget.allow_for_noise(criterion, early if early.compared else seen, where, run)
    return StatePart(criterion=criterion, findings=findings)


def _not_cold(seen: Contrast, why: str, run: str) -> StatePart:
    """Passed if no answer changed; undecided if the instance could not be reached until the end."""
    if why:
        return undecided(untested(AFTER_START, Why.FAILED_TO_START, subject=START, names=(why,)), run)
    if any(one.now is None for one in seen.sendings):
        return undecided(untested(AFTER_START, Why.INTERRUPTED, subject=START), run)
    return unchanged(seen, AFTER_START, run)


def _never_right(seen: Contrast, target: Contrast, run: str) -> StatePart:
    """An instance of another release, unless the target itself changes its answers as often."""
    late = Contrast(seen.sendings[len(seen.sendings) // 2 :])
    if target.compared and (target.changed or late.samples() < MIN_CASES) and late.chance(target) > ALPHA:
        criterion, findings = verdict_on(NAME, OTHER_INSTANCE, seen, late, target, run)
        return StatePart(criterion=criterion, findings=findings)
    finding = replace(
        change_finding(FindingKind.INSTANCE_DIFFERS, OTHER_INSTANCE, seen, run, control=target),
        numbers={"requests": len(seen.sendings)},
    )
    criterion = robustness_criterion(
        NAME, finding, "undecided", value=seen.share, high=1.0, n=seen.compared, worst=finding.cases, run=finding.show
    )
    return StatePart(criterion=criterion)
