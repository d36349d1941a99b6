"""The findings of a run, whether or not a criterion depends on them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.core.decide import status_of
from harness.core.finding import Circumstance, Count, Example, Finding, Where
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.core.settings import Gate
from harness.core.verdict import Criterion
from harness.diff.explain.concentration import concentration_findings
from harness.diff.explain.confidence import confidence_figures, stated
from harness.diff.explain.confidence_sanity import confidence_findings
from harness.diff.explain.noticed import answered, example_of, noticed
from harness.diff.explain.places import NO_MOMENTS, Moments
from harness.diff.explain.taken_less import taken_less_findings
from harness.diff.explain.unsteady import unsteady_findings
from harness.diff.gate.criteria import in_slice
from harness.diff.gate.evidence import Evidence, vacuous
from harness.diff.gate.rates import Rates
from harness.diff.gate.scenarios import scenario_of
from harness.diff.scoring.crashes import broke, crashes_by_op, made_by, proven_crashes
from harness.diff.scoring.judge import ANSWERED

_NO_REPLY = ("error", "timeout", "dropped")


def findings(
    evidence: Evidence,
    rates: Rates,
    gate: Gate,
    *,
    can_hand_over: bool,
    run: str,
    listed: Sequence[Criterion] = (),
    moments: Moments = NO_MOMENTS,
    unsteady: bool = False,
    under_load: bool = False,
) -> tuple[Finding, ...]:
    """The findings of a run.

    can_hand_over: the target has a flag or a confidence. listed: criteria that do not block. moments: when each reply
    was due, in seconds of the run. unsteady: it is already known that answers change, or why. under_load: the cases
    were sent by a load run.
    """
    groups = (
        _hand_over(can_hand_over, evidence, run),
        _unsent(evidence, run),
        concentration_findings(evidence, moments, run),
        unsteady_findings(evidence, moments, run, known=unsteady),
        confidence_findings(evidence, run),
        _confidence(evidence, rates, gate, run),
        taken_less_findings(evidence, run),
        _unchanged(evidence, run),
        _crashes(evidence, run, under_load),
        _errors(evidence, run),
        _not_judged(evidence, run),
        _invalid(evidence, run),
        _listed(listed, evidence),
    )
    return tuple(finding for group in groups for finding in group)


def _hand_over(can: bool, evidence: Evidence, run: str) -> Iterable[Finding]:
    if not can:
        silent = [row for row in _rows(evidence) if row.silent_error]
        yield noticed(
            FindingKind.NO_HAND_OVER,
            [row.address for row in silent],
            run,
            n=_answered_cases(evidence),
            example=_example(evidence, silent[0]) if silent else None,
        )


def _confidence(evidence: Evidence, rates: Rates, gate: Gate, run: str) -> Iterable[Finding]:
    """The calibration of the confidence, and the wrong answers with the highest confidence."""
    figures = confidence_figures(stated(evidence, rates), gate.silent_errors)
    if figures:
        silent = sorted((row for row in _rows(evidence) if row.silent_error), key=lambda row: -(row.confidence or 0.0))
        yield noticed(
            FindingKind.CONFIDENCE_VALUE,
            [row.address for row in silent],
            run,
            n=_answered_cases(evidence),
            numbers=figures,
            example=_example(evidence, silent[0]) if silent else None,
        )


def _unsent(evidence: Evidence, run: str) -> Iterable[Finding]:
    addresses = [address for address, case in evidence.cases.items() if not evidence.of(case) and not vacuous(case)]
    if addresses:
        yield noticed(FindingKind.NO_REPLY, addresses, run, n=len(evidence.cases))


def _unchanged(evidence: Evidence, run: str) -> Iterable[Finding]:
    """Cases whose steps changed nothing, per scenario. They were not sent."""
    drawn = Counter(scenario_of(address) for address in evidence.cases)
    unchanged = ((scenario_of(address), address) for address, case in evidence.cases.items() if vacuous(case))
    for scenario, addresses in _by(unchanged).items():
        yield noticed(FindingKind.CASES_UNCHANGED, addresses, run, n=drawn[scenario], slice=scenario)


def _crashes(evidence: Evidence, run: str, under_load: bool) -> Iterable[Finding]:
    """One per op, or per pack: damaged input that broke the service instead of being refused."""
    pairs = [(row, evidence.cases[row.address]) for row in _rows(evidence)]
    groups = proven_crashes(pairs) if under_load else crashes_by_op(pairs)
    crashed = {row.address for row, _ in pairs if row.crashed_on_input or (under_load and broke(row))}
    sent = {row.address: (*made_by(case), Circumstance(Where.PACK, case.pack)) for row, case in pairs}
    for one, rows in sorted(groups.items(), key=lambda group: -len(group[1])):
        with_it = {address for address, circumstances in sent.items() if one in circumstances}
        yield noticed(
            FindingKind.CRASHED_ON_INPUT,
            [row.address for row in rows],
            run,
            n=len(with_it),
            subject=one.value,
            circumstances=(one,),
            control=Count(len(crashed - with_it), len(sent.keys() - with_it)),
            causes=Counter(row.cause or row.disposition for row in rows),
        )


def _errors(evidence: Evidence, run: str) -> Iterable[Finding]:
    """One per cause."""
    rows = [row for row in _rows(evidence) if row.disposition in _NO_REPLY and not row.crashed_on_input]
    for cause, addresses in _by((row.cause or row.disposition, row.address) for row in rows).items():
        yield noticed(
            FindingKind.ERRORS, addresses, run, n=_sent_cases(evidence), subject=cause, causes={cause: len(addresses)}
        )


def _not_judged(evidence: Evidence, run: str) -> Iterable[Finding]:
    """Answers that could not be scored, one per reason."""
    rows = [row for row in _rows(evidence) if row.judgement == "unscored" and row.disposition in ANSWERED]
    groups: dict[str, list[Judged]] = {}
    for row in rows:
        groups.setdefault(_kind_of(row.reason), []).append(row)
    for reason, unscored in groups.items():
        yield noticed(
            FindingKind.NOT_JUDGED,
            [row.address for row in unscored],
            run,
            n=_answered_cases(evidence),
            subject=reason,
            example=_unscored_example(evidence, unscored[0]),
        )


def _invalid(evidence: Evidence, run: str) -> Iterable[Finding]:
    """Replies that a lenient reader reads and a strict one does not."""
    rows = list(_rows(evidence))
    invalid = [row for row in rows if row.invalid]
    if invalid:
        yield replace(
            noticed(
                FindingKind.INVALID_REPLIES,
                [row.address for row in invalid],
                run,
                n=_answered_cases(evidence),
                causes=Counter(row.invalid for row in invalid),
            ),
            count=Count(len(invalid), sum(row.disposition in ANSWERED for row in rows)),
        )


def _kind_of(reason: str) -> str:
    """`total: non_finite, date: ambiguous date 03/04/2024` -> `total: non_finite`: one group per first field."""
    first = reason.partition(", ")[0]
    return first.partition(" date ")[0] + " date" if "ambiguous date" in first else first


def _listed(criteria: Sequence[Criterion], evidence: Evidence) -> Iterable[Finding]:
    """Criteria that do not block and that did not pass."""
    for criterion in criteria:
        status, estimate = status_of(criterion), criterion.estimate
        if status == "passed":
            continue
        figures = {"value": estimate.value, "low": estimate.low, "high": estimate.high, "limit": criterion.limit}
        yield Finding(
            kind=FindingKind.SLICE_FAILED if status == "failed" else FindingKind.SLICE_UNDECIDED,
            test=criterion.name,
            slice=criterion.slice,
            count=_silent_cases(evidence, criterion.slice),
            numbers={name: figure for name, figure in figures.items() if figure is not None},
            cases=criterion.worst,
            show=criterion.show,
        )


def _silent_cases(evidence: Evidence, name: str) -> Count:
    """Cases of a slice with a silent error, of those that were sent."""
    inside = [case for case in evidence.cases.values() if in_slice(case, name) and not vacuous(case)]
    sent = [rows for case in inside if (rows := evidence.of(case))]
    return Count(sum(any(row.silent_error for row in rows) for rows in sent), len(sent))


def _rows(evidence: Evidence) -> Iterable[Judged]:
    return (row for rows in evidence.rows.values() for row in rows)


def _sent_cases(evidence: Evidence) -> int:
    return sum(bool(rows) for rows in evidence.rows.values())


def _answered_cases(evidence: Evidence) -> int:
    return len({row.address for row in answered(evidence)})


def _example(evidence: Evidence, row: Judged) -> Example:
    return example_of(row, evidence.cases[row.address])


def _unscored_example(evidence: Evidence, row: Judged) -> Example:
    """The case with the first of its fields that could not be scored."""
    name = next((one.name for one in row.fields if one.verdict == "unscored"), "")
    return example_of(row, evidence.cases[row.address], name)


def _by(pairs: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key, address in pairs:
        groups[key].append(address)
    return groups
