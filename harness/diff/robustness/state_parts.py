"""What the parts of the history robustness test have in common: the calls that are left, and what a part comes to."""

from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest

from harness.core.case import Case
from harness.core.decide import judge_line
from harness.core.reply import Judged
from harness.core.robustness import ALPHA, Round, in_robustness_test, robustness_criterion
from harness.core.settings import RobustnessName
from harness.core.verdict import Criterion, Finding
from harness.diff.explain.contrast import Contrast, told
from harness.diff.gate.criteria import show

NAME: RobustnessName = "state"
WORST_FIRST = ("no-go", "undecided", "go")

Asks = tuple[tuple[Case, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePart:
    """What one part of the test comes to. line: None where nothing was asked. unasked: what was not, in a clause."""

    line: Criterion | None = None
    findings: tuple[Finding, ...] = ()
    unasked: str = ""


Asking = Generator[Round, Sequence[Judged | None], StatePart]


@dataclass(slots=True, kw_only=True)
class CallBudget:
    """The calls of the robustness test, and what they have taught about chance.

    left: those that are not spent yet. sent: how often each address was sent. noise: sendings in usual circumstances.
    """

    left: int
    sent: Counter[str] = field(default_factory=Counter)
    noise: Contrast = field(default_factory=Contrast)

    def weighed(self, line: Criterion, seen: Contrast, odd: str, run: str) -> Criterion:
        """The line, go where it is undecided and answers are known to change by themselves, as often as in `seen`."""
        if judge_line(line) != "undecided" or not self.noise.changed or seen.chance(self.noise) <= ALPHA:
            return line
        says = f"history: no more answers change when {odd} than do by themselves"
        return robustness_criterion(NAME, says, value=0.0, n=seen.compared, run=show((), run))

    def pay(self, part: Asking) -> Asking:
        """Carry a part out, and count what it sends."""
        try:
            asked = next(part)
            while True:
                self.left -= len(asked.asks)
                asked = part.send((yield asked))
        except StopIteration as stop:
            result: StatePart = stop.value
            return result

    def asks(self, part: str, cases: Iterable[Case]) -> Asks:
        """The samples of these cases as they are; each sending is a repeat of its own."""
        return self.repeats(in_robustness_test(clean, NAME, part) for clean in cases)

    def repeats(self, cases: Iterable[Case]) -> Asks:
        """Cases of the robustness test, each with the number of times that it was sent before."""
        asks = []
        for case in cases:
            asks.append((case, self.sent[case.address]))
            self.sent[case.address] += 1
        return tuple(asks)


def by_answer(cases: Iterable[Case], before: Mapping[str, Judged]) -> list[list[Case]]:
    """The cases that are answered alike, the largest group first."""
    groups: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[told(before[case.address])].append(case)
    return sorted(groups.values(), key=lambda group: (-len(group), group[0].address))


def mixed(cases: Iterable[Case], before: Mapping[str, Judged]) -> list[Case]:
    """The cases in an order in which neighbours are answered otherwise, as far as there are any."""
    turns = chain.from_iterable(zip_longest(*by_answer(cases, before)))
    return [case for case in turns if case is not None]


def filled(cases: Sequence[Case], size: int) -> list[Case]:
    """`size` sendings of the cases in turn."""
    return [cases[k % len(cases)] for k in range(size)]


def worst_of(parts: Sequence[StatePart]) -> tuple[tuple[Criterion, ...], tuple[Finding, ...]]:
    """One line for all parts: the worst speaks, and those that are no-go or undecided as well are findings."""
    lines = [part.line for part in parts if part.line]
    findings = tuple(finding for part in parts for finding in part.findings)
    if not lines:
        return (), findings
    ranked = sorted(lines, key=lambda line: WORST_FIRST.index(judge_line(line)))
    first, others = ranked[0], [line for line in ranked[1:] if judge_line(line) != "go"]
    more = tuple(
        Finding(kind=NAME, text=line.says, count=len(line.worst), cases=line.worst, show=line.show) for line in others
    )
    return (first,), (*more, *findings)
