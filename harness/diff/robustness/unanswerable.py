"""Whether the service invents values: it gets inputs without an answer, so each value that it returns is invented.

A model that is asked for a field returns one, even for a blank page, and nothing in its reply shows it. Ordinary test
data never check this, since each of them has an answer.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.core.case import Case, Scalar
from harness.core.finding import Count, Example, FailureMode, Finding, How
from harness.core.finding_kinds import FindingKind, Why
from harness.core.reply import Judged
from harness.core.robustness import MIN_CASES, RobustnessResult, RobustnessTest, Round, robustness_criterion
from harness.core.settings import RobustnessName
from harness.core.verdict import Criterion
from harness.diff.explain.contrast import answered
from harness.diff.gate.worst import WORST, show
from harness.diff.scoring.field_types import empty

UNANSWERABLE: RobustnessName = "unanswerable"

MAX_MORE = 4
"""Maximum number of further samples to try an input on, if it is the only one that was answered."""

NO_INFORMATION = frozenset(
    ("unknown", "other", "others", "none", "n/a", "na", "nan", "null", "unclear", "undefined", "unclassified", "-")
)
"""Answers that mean "unknown"; a class of that name is right for a text without a subject."""


def unanswerable(
    cases: Sequence[Case],
    more: Callable[[Case, int], Sequence[Case]],
    *,
    calls: int,
    spare: int,
    damaged: Count,
    run: str,
    not_torn: Sequence[str] = (),
    unread: bool = False,
) -> RobustnessTest:
    """The test: yields what to send, is sent the judged replies, ends with its criterion and findings.

    cases: the unanswerable inputs, the most telling first; as many are sent as the calls allow. more: the same input on
    so many other samples; sent from the spare calls if one input alone was answered. damaged: silent errors of the
    ordinary damaged cases of the run. run: its label. not_torn: fields because of which no page with a field torn off
    was made. unread: none was made because no clean made invoice was answered right.
    """
    chosen = list(cases[:calls])
    if not chosen:
        finding = Finding(kind=FindingKind.NOT_TESTED, numbers={"calls": calls}, why=Why.TOO_FEW_CALLS)
        return RobustnessResult(criteria=(_not_tested(finding, run),))
    rows = yield from _send("inputs without an answer", chosen)
    results = _Results(cases=chosen, rows=rows)
    if len(alone := results.invented()) == 1 and (again := more(alone[0], min(MAX_MORE, spare))):
        rows |= yield from _send("the same input on other samples", again)
        results = _Results(cases=[*chosen, *again], rows=rows)
    findings = (*_failed(results, run), *_left_out(not_torn, unread, run))
    return RobustnessResult(criteria=(_criterion(results, damaged, run),), findings=findings)


def _send(name: str, cases: Sequence[Case]) -> Generator[Round, Sequence[Judged | None], dict[str, Judged]]:
    rows = yield Round(name=name, asks=tuple((case, 0) for case in cases))
    return {row.address: row for row in rows if row is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Results:
    """The inputs that were sent, and their judged replies by address."""

    cases: Sequence[Case]
    rows: Mapping[str, Judged]

    def answered(self) -> list[Case]:
        """The inputs that the service answered, refused or handed over."""
        return [case for case in self.cases if case.address in self.rows and answered(self.rows[case.address])]

    def failed(self) -> list[Case]:
        """The inputs that got an error or no reply."""
        return [case for case in self.cases if case.address in self.rows and not answered(self.rows[case.address])]

    def values(self, case: Case) -> dict[str, Scalar]:
        """The invented values of that input, field by field."""
        return invented(case, self.rows[case.address])

    def invented(self) -> list[Case]:
        """The inputs with invented values: the most confident first, then those with the most values."""
        found = [case for case in self.answered() if self.values(case)]
        return sorted(found, key=lambda case: (-self.confidence(case), -len(self.values(case))))

    def confidence(self, case: Case) -> float:
        """The confidence of the reply; 0.0 without one."""
        return self.rows[case.address].confidence or 0.0


def invented(case: Case, row: Judged) -> dict[str, Scalar]:
    """The values of an accepted answer that the input does not contain; empty if the input was refused or handed over.

    If the case asks for an answer, a field counts only if it was destroyed and its value is not right by chance.
    """
    if row.disposition != "accepted":
        return {}
    given = {name: value for name, value in row.answer.items() if not _no_information(value)}
    if case.expect == "hand_over":
        return given
    wrong = {scored.name for scored in row.fields if scored.verdict != "right"}
    return {name: value for name, value in given.items() if name in wrong and case.effect(name) == "destroyed"}


def _no_information(value: Scalar) -> bool:
    return empty(value) or (isinstance(value, str) and value.strip().casefold() in NO_INFORMATION)


def _criterion(results: _Results, damaged: Count, run: str) -> Criterion:
    looked_at, worst = results.answered(), results.invented()
    n = len(looked_at)
    if not n:
        finding = Finding(kind=FindingKind.NOT_TESTED, causes=_causes(results.failed(), results), why=Why.NO_ANSWERS)
        return _not_tested(finding, run)
    if not worst:
        finding = Finding(kind=FindingKind.NOTHING_INVENTED, count=Count(0, n), names=_inputs(looked_at))
        return robustness_criterion(UNANSWERABLE, finding, "passed", value=0.0, n=n, run=show((), run))
    several = len(worst) >= MIN_CASES
    finding = _invented_values(results, damaged, run)
    return robustness_criterion(
        UNANSWERABLE,
        finding,
        "failed" if several else "undecided",
        value=len(worst) / n,
        high=None if several else 1.0,
        n=n,
        worst=finding.cases,
        run=finding.show,
    )


def _invented_values(results: _Results, damaged: Count, run: str) -> Finding:
    worst = results.invented()
    fields = Counter(name for case in worst for name in results.values(case))
    addresses = tuple(case.address for case in worst)[:WORST]
    return Finding(
        kind=FindingKind.INVENTED_VALUES,
        modes=tuple(FailureMode(name, How.INVENTED) for name, _ in fields.most_common()),
        count=Count(len(worst), len(results.answered())),
        parts={"damaged": damaged} if damaged.n else {},
        names=_inputs(worst),
        example=_example(worst[0], results),
        why=None if len(worst) >= MIN_CASES else Why.ONE_CASE,
        cases=addresses,
        show=show(addresses, run),
    )


def _example(case: Case, results: _Results) -> Example:
    name, value = next(iter(results.values(case).items()))
    confidence = results.rows[case.address].confidence
    given = case.tags["unanswerable"]
    return Example(address=case.address, field=name, given=given, got=value, confidence=confidence)


def _inputs(cases: Iterable[Case]) -> tuple[str, ...]:
    """The kinds of inputs, each once."""
    return tuple(dict.fromkeys(case.tags["unanswerable"] for case in cases))


def _failed(results: _Results, run: str) -> Iterable[Finding]:
    """Inputs that got no answer: no value is invented, but they are not refused either."""
    if failed := results.failed():
        addresses = tuple(case.address for case in failed)[:WORST]
        yield Finding(
            kind=FindingKind.UNANSWERABLE_FAILED,
            test=UNANSWERABLE,
            count=Count(len(failed), len(results.cases)),
            names=_inputs(failed),
            causes=_causes(failed, results),
            cases=addresses,
            show=show(addresses, run),
        )


def _left_out(not_torn: Sequence[str], unread: bool, run: str) -> Iterable[Finding]:
    if not_torn or unread:
        yield Finding(
            kind=FindingKind.NOT_TESTED,
            test=UNANSWERABLE,
            subject="page.torn_field",
            names=tuple(not_torn),
            why=Why.NO_FIELD if not_torn else Why.NO_CONTROL,
            show=show((), run),
        )


def _causes(failed: Iterable[Case], results: _Results) -> dict[str, int]:
    rows = (results.rows[case.address] for case in failed)
    return dict(Counter(row.cause or row.disposition for row in rows).most_common())


def _not_tested(finding: Finding, run: str) -> Criterion:
    return robustness_criterion(UNANSWERABLE, finding, "undecided", run=show((), run))
