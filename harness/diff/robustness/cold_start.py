"""Whether the first answers after a start are those of later: an instance of its own, asked as soon as it listens."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.robustness import ALPHA, MIN_CASES, Round, robustness_criterion
from harness.diff.explain.contrast import Contrast, Observation, told
from harness.diff.gate.criteria import WORST, show
from harness.diff.robustness.look_again import AGAIN, verdict_on
from harness.diff.robustness.state_parts import NAME, Asking, CallBudget, StatePart, filled

FIRST = 8
"""Requests right after a start; and so many right ones in a row say that a start is over."""

MAX_REQUESTS = 40
"""Requests after one start, until it is over."""

FRESH = 10
"""Requests right after a further start, and as many after it is over."""

STARTS = 2
"""Further starts, where the first answers were others."""

AT_ONCE = "asked right after a start"

Asks = Generator[Round, Sequence[Judged | None], Contrast]

Why = Callable[[int], str]
"""Why the instance of that number could not be asked, "" where it could."""


@dataclass(slots=True, kw_only=True)
class _ColdStart:
    """usual: what the target itself answers to these cases. starts: what each instance answered, in order."""

    usual: Mapping[str, Judged]
    purse: CallBudget
    starts: dict[int, Contrast] = field(default_factory=dict)

    def ask(self, number: int, cases: Sequence[Case], count: int) -> Asks:
        """The next requests to that instance, each held against what the target answers."""
        before = self.starts.get(number, Contrast())
        begin = len(before.sendings)
        # Each start begins with another case: what only the first request gets is then seen on several.
        wanted = filled(cases, number + begin + count)[number + begin :]
        name = "later after the start" if begin else "right after a start"
        rows = yield Round(name=name, asks=self.purse.asks(f"start_{number}", wanted), instance=number)
        seen = Contrast(
            tuple(Observation(before=self.usual[c.address], now=row) for c, row in zip(wanted, rows, strict=True))
        )
        self.starts[number] = before + seen
        return seen

    def until_right(self, cases: Sequence[Case], spare: int) -> Asks:
        """All answers of the first start, until they are right or no more may be asked."""
        more = yield from self.ask(1, cases, FIRST)
        while more.compared and self.starts[1].changed and not _over(self.starts[1]):
            if len(self.starts[1].sendings) + FIRST > min(MAX_REQUESTS, spare):
                break
            more = yield from self.ask(1, cases, FIRST)
        return self.starts[1]

    def target_again(self, cases: Sequence[Case], count: int) -> Asks:
        """What the target itself says now; how often that is another answer is chance."""
        wanted = filled(cases, count)
        rows = yield Round(name="the target again", asks=self.purse.asks("later", wanted), fresh=True)
        pairs = zip(wanted, rows, strict=True)
        return Contrast(tuple(Observation(before=self.usual[case.address], now=row) for case, row in pairs))

    def again(
        self, cases: Sequence[Case], until: int, spare: int
    ) -> Generator[Round, Sequence[Judged | None], tuple[Contrast, Contrast]]:
        """Further starts: the answers up to that request, and those after it."""
        early, late = Contrast(), Contrast()
        for number in range(2, 2 + STARTS):
            cost = max(until, FRESH) + FRESH
            if spare < cost or len(early.sendings) >= FRESH:
                break
            early += yield from self.ask(number, cases, min(until, FRESH))
            if until > FRESH:
                yield from self.ask(number, cases, until - FRESH)
            late += yield from self.ask(number, cases, FRESH)
            spare -= cost
        return early, late

    def first_answers(self, until: int) -> str:
        """How many there are and what they say, as the beginning of a sentence."""
        seen = self.starts.get(2) or self.starts[1]
        count = _last(seen) or until
        answers = {told(one.now) for one in seen.sendings[:count] if one.now is not None}
        same = len(answers) == 1
        if count == 1:
            return f"the first answer after a start is {answers.pop() if same else 'another one than later'}"
        return f"the first {count} answers after a start are {answers.pop() if same else 'others than later'}"


def _last(seen: Contrast) -> int:
    """The number of the last request that was answered otherwise, from 1."""
    return max((k for k, one in enumerate(seen.sendings, start=1) if one.changed), default=0)


def _telling(seen: Contrast) -> set[str]:
    """The cases that show it: those of which some answer was another one."""
    return {one.before.address for one in seen.changes()}


def _right_again(seen: Contrast) -> int:
    """The first request after the last change whose case would have shown one; 0 where there is none."""
    last, telling = _last(seen), _telling(seen)
    after = enumerate(seen.sendings[last:], start=last + 1)
    return next((k for k, one in after if one.before.address in telling and one.compared), 0)


def _over(seen: Contrast) -> bool:
    after = seen.sendings[_last(seen) :]
    return len(after) >= FIRST and all(one.compared for one in after) and _right_again(seen) > 0


def cold_start(
    cases: Sequence[Case], usual: Mapping[str, Judged], purse: CallBudget, why: Why, *, spare: int, run: str
) -> Asking:
    """The part: yields what to send, is sent the judged replies.

    cases: in the order in which they are asked. usual: what the target answers to each, by address. spare: calls.
    """
    if spare < FIRST or not cases:
        return StatePart(unasked="answers right after a start (too few calls)")
    here = _ColdStart(usual=usual, purse=purse)
    seen = yield from here.until_right(cases, spare)
    if why(1) or not seen.changed or any(one.now is None for one in seen.sendings):
        return _not_cold(seen, why(1), run)
    if not _over(seen):
        control = yield from here.target_again(cases, max(0, min(AGAIN, spare - len(seen.sendings))))
        return _never_right(seen, control + purse.noise, run)
    until = _right_again(seen) - 1
    telling = [case for case in cases if case.address in _telling(seen)]
    early, late = yield from here.again(telling, until, spare - len(seen.sendings))
    head, usually = here.first_answers(until), f"from the {_th(until + 1)} request on"
    purse.noise += late
    line, found = verdict_on(NAME, AT_ONCE, usually, seen, early, late, run, head=head)
    return StatePart(line=purse.weighed(line, early if early.compared else seen, AT_ONCE, run), findings=found)


def _not_cold(seen: Contrast, why: str, run: str) -> StatePart:
    """Go where nothing was answered otherwise, undecided where the instance was not asked, or not to the end."""
    if not why and any(one.now is None for one in seen.sendings):
        says = "history: stopped while an instance was asked after its start, and another start is another; begin anew"
        return StatePart(line=robustness_criterion(NAME, says, run=show((), run)))
    lost = ", ".join(f"{cause} {n}" for cause, n in seen.lost().most_common(3))
    if not seen.compared:
        says = f"history: nothing was answered right after a start: {why or lost}"
        return StatePart(line=robustness_criterion(NAME, says, run=show((), run)))
    without = f", and {sum(seen.lost().values())} got no answer ({lost})" if lost else ""
    says = f"history: {seen.short()} right after a start{without}"
    return StatePart(line=robustness_criterion(NAME, says, value=0.0, n=seen.compared, run=show((), run)))


def _never_right(seen: Contrast, target: Contrast, run: str) -> StatePart:
    """Another release, unless the target itself changes its answers as often."""
    late = Contrast(seen.sendings[len(seen.sendings) // 2 :])
    if target.compared and (target.changed or late.samples() < MIN_CASES) and late.chance(target) > ALPHA:
        line, found = verdict_on(NAME, AT_ONCE, "asked otherwise", seen, late, target, run)
        return StatePart(line=line, findings=found)
    says = (
        f"history: an instance of its own answers otherwise than the target, {seen.short()}, and still does "
        f"after {len(seen.sendings)} requests; is [target] start the same release?"
    )
    worst, n = seen.cases()[:WORST], seen.compared
    line = robustness_criterion(NAME, says, value=seen.share, high=1.0, n=n, worst=worst, run=show(worst, run), q=1.0)
    return StatePart(line=line)


def _th(number: int) -> str:
    """As "21st".

    >>> [_th(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 113)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '22nd', '113th']
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
