"""What the parts of the state robustness test share: the calls that are left, and the result of a part."""

from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.core.case import Case
from harness.core.decide import status_of
from harness.core.finding import Circumstance, Count, Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.reply import Judged
from harness.core.robustness import ALPHA, Round, in_robustness_test, robustness_criterion
from harness.core.settings import RobustnessName
from harness.core.verdict import Criterion, Status
from harness.diff.explain.contrast import Contrast, answer_text
from harness.diff.gate.worst import show

NAME: RobustnessName = "state"
WORST_FIRST: tuple[Status, ...] = ("failed", "undecided", "passed")

Sendings = tuple[tuple[Case, int], ...]
"""Cases in the order of sending, each with the number of times that it was sent before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePart:
    """Result of one part of the test.

    criterion: None if the part was not run. untested: what is not known for that reason.
    """

    criterion: Criterion | None = None
    findings: tuple[Finding, ...] = ()
    untested: Finding | None = None


PartTest = Generator[Round, Sequence[Judged | None], StatePart]
"""Yields rounds to send, receives the judged replies, returns the result of the part."""


@dataclass(slots=True, kw_only=True)
class CallBudget:
    """The calls of the robustness test, and the changes by chance that they have shown.

    left: calls that are not spent yet. sent: how often each address was sent. noise: replies in usual circumstances.
    """

    left: int
    sent: Counter[str] = field(default_factory=Counter)
    noise: Contrast = field(default_factory=Contrast)

    def allow_for_noise(self, criterion: Criterion, seen: Contrast, where: Circumstance, run: str) -> Criterion:
        """The criterion; passed instead of undecided if answers change by themselves as often as in `seen`."""
        if status_of(criterion) != "undecided" or not self.noise.changed or seen.chance(self.noise) <= ALPHA:
            return criterion
        return _stable(seen, where, run, {"noise": self.noise.count})

    def spend_on(self, part: PartTest) -> PartTest:
        """Run a part, and count the calls that it makes."""
        try:
            sent = next(part)
            while True:
                self.left -= len(sent.asks)
                sent = part.send((yield sent))
        except StopIteration as stop:
            result: StatePart = stop.value
            return result

    def samples(self, part: str, cases: Iterable[Case]) -> Sendings:
        """The samples of these cases as they are, sent in that part; sending one again is a further repeat."""
        return self.repeats(in_robustness_test(clean, NAME, part) for clean in cases)

    def repeats(self, cases: Iterable[Case]) -> Sendings:
        """Cases of the robustness test, each with the number of times that it was sent before."""
        sendings = []
        for case in cases:
            sendings.append((case, self.sent[case.address]))
            self.sent[case.address] += 1
        return tuple(sendings)


def untested(
    where: Circumstance,
    why: Why,
    *,
    subject: str = "",
    names: Sequence[str] = (),
    causes: Mapping[str, int] | None = None,
    numbers: Mapping[str, float] | None = None,
) -> Finding:
    """The finding that a circumstance was not tested, and why.

    subject: the setting that would make the test possible. names: what else is known of the reason. causes: of missing
    answers. numbers: `calls` that there were and `needed` ones, or `samples` likewise.
    """
    return Finding(
        kind=FindingKind.NOT_TESTED,
        test=NAME,
        subject=subject,
        circumstances=(where,),
        numbers=numbers or {},
        names=tuple(names),
        causes=causes or {},
        why=why,
    )


def undecided(finding: Finding, run: str) -> StatePart:
    """A part that should have been tested but was not: its criterion is undecided."""
    return StatePart(criterion=robustness_criterion(NAME, finding, "undecided", run=show((), run)))


def unchanged(seen: Contrast, where: Circumstance, run: str) -> StatePart:
    """A part without a change: passed, or undecided if no reply could be compared."""
    if not seen.compared:
        return undecided(untested(where, Why.NO_ANSWERS, causes=dict(seen.lost().most_common())), run)
    return StatePart(criterion=_stable(seen, where, run))


def _stable(seen: Contrast, where: Circumstance, run: str, parts: Mapping[str, Count] | None = None) -> Criterion:
    """parts: `noise`, the changes in usual circumstances, if that is why the criterion passed."""
    finding = Finding(
        kind=FindingKind.ANSWERS_STABLE,
        circumstances=(where,),
        count=seen.count,
        parts=parts or {},
        causes=dict(seen.lost().most_common()),
        show=show((), run),
    )
    return robustness_criterion(NAME, finding, "passed", value=0.0, n=seen.compared, run=finding.show)


def by_answer(cases: Iterable[Case], before: Mapping[str, Judged]) -> list[list[Case]]:
    """The cases that get the same answer, the largest group first."""
    groups: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[answer_text(before[case.address])].append(case)
    return sorted(groups.values(), key=lambda group: (-len(group), group[0].address))


def filled(cases: Sequence[Case], size: int) -> list[Case]:
    """`size` cases, by taking these in turn."""
    return [cases[k % len(cases)] for k in range(size)]


def worst_of(parts: Sequence[StatePart]) -> tuple[tuple[Criterion, ...], tuple[Finding, ...]]:
    """The worst criterion of all parts, and the findings of the other parts that did not pass."""
    findings = tuple(finding for part in parts for finding in part.findings)
    ranked = sorted(
        (part.criterion for part in parts if part.criterion),
        key=lambda criterion: WORST_FIRST.index(status_of(criterion)),
    )
    others = tuple(one.finding for one in ranked[1:] if one.finding and status_of(one) != "passed")
    return tuple(ranked[:1]), (*others, *findings)
