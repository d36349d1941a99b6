"""The behaviour of a service under a fault, compared with its behaviour without faults.

Counts of a finding about one fault. count: the cases that show the finding, of those that surely met the fault and
were right without it. control: how many of the clean cases of the same phase show it without any fault. parts, each
left out if there is none: `silent`, `no_answer`, `handed_over`, `not_judged` and `passed` say what became of the
cases; `possibly_met` counts further cases that may have met the fault; `silent_without` is the control of `silent` if
the finding is about something else; `recovered` are the cases that came right again once the fault was over, of those
sent again; `field:NAME` are the cases in which that field fails as its mode says. numbers: `seconds_after` are the
seconds from the end of the fault until all cases were right again, or until the last reply if some never were.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.integration.fault import TARGET, Fault
from harness.core.integration.kinds import KINDS
from harness.core.reply import Judged
from harness.diff.faults.trials import OUTCOMES, Arm, Recovery, Trial, outcome_of
from harness.diff.faults.wrong_answers import example_of, field_counts, modes_of
from harness.diff.gate.worst import show

CHANCE = 0.05
"""Significance level: a fault is not blamed for wrong answers with a p-value above it."""

TEST = "upstream"
"""The robustness test for faults of upstreams."""

ORDER = (
    FindingKind.FAULT_LASTING,
    FindingKind.FAULT_SILENT,
    FindingKind.FAULT_NO_ANSWER,
    FindingKind.FAULT_HANDED_OVER,
    FindingKind.FAULT_UNCONFIRMED,
    FindingKind.FAULT_NOT_JUDGED,
    FindingKind.FAULT_UNNOTICEABLE,
    FindingKind.FAULT_NOT_MET,
    FindingKind.FAULT_PASSED,
)
"""Kinds of findings about a single fault, the worst first."""


def fault_findings(trials: Sequence[Trial], run: str) -> tuple[Finding, ...]:
    """One finding per fault, and one more if the service does not recover from it; the worst first."""
    found = [_finding(trial, run) for trial in trials]
    found += [_lasting(trial, run) for trial in trials if trial.arm.after.still_failing()]
    return tuple(sorted(found, key=lambda finding: (ORDER.index(finding.kind), -len(finding.cases))))


def _lasting(trial: Trial, run: str) -> Finding:
    """Cases that stay wrong once the fault is over."""
    fault, after, clean = trial.fault, trial.arm.after, trial.clean.rows
    still = sorted(after.still_failing(), key=lambda row: not row.silent_error)
    silent = [row for row in still if row.silent_error]
    modes, cases = modes_of(silent), tuple(row.address for row in still)
    return Finding(
        kind=FindingKind.FAULT_LASTING,
        test=_test(fault),
        slice=fault.where,
        subject=fault.name,
        fault=fault,
        modes=modes,
        count=Count(len(still), len(after.rows)),
        control=Count(sum(not row.straight_through for row in clean), len(clean)),
        parts=_silent_parts(silent, len(still)),
        numbers={"seconds_after": after.tried},
        example=example_of(silent, modes, trial.arm.truths),
        cases=cases,
        show=show(cases, run),
    )


def _finding(trial: Trial, run: str) -> Finding:
    """The outcomes of the cases under the fault; the worst one gives the kind of the finding."""
    rows = trial.counted()
    if not rows:
        return _not_met(trial, run)
    groups = {kind: [row for row in rows if outcome_of(row) is kind] for kind in OUTCOMES}
    kind = _kind(trial, groups)
    outcome = kind if kind in groups else FindingKind.FAULT_SILENT
    silent = groups[FindingKind.FAULT_SILENT]
    modes, cases = modes_of(silent), tuple(row.address for group in groups.values() for row in group)
    return Finding(
        kind=kind,
        test=_test(trial.fault),
        slice=trial.fault.where,
        subject=trial.fault.name,
        fault=trial.fault,
        modes=modes,
        count=Count(len(groups[outcome]), len(rows)),
        control=trial.control(outcome),
        parts=_parts(trial, groups, outcome),
        numbers=_seconds_after(trial.arm.after),
        causes=Counter(row.cause or row.disposition for row in groups[FindingKind.FAULT_NO_ANSWER]),
        example=example_of(silent, modes, trial.arm.truths),
        cases=cases,
        show=show(cases, run),
    )


def _not_met(trial: Trial, run: str) -> Finding:
    """A fault without evidence. count: the cases that met it, none of which was right without it."""
    fault, arm = trial.fault, trial.arm
    return Finding(
        kind=FindingKind.FAULT_NOT_MET,
        test=_test(fault),
        slice=fault.where,
        subject=fault.name,
        fault=fault,
        count=Count(len(arm.surely_met()), len(arm.rows)),
        parts=_possibly_met(arm),
        show=show((), run),
    )


def _kind(trial: Trial, groups: Mapping[FindingKind, Sequence[Judged]]) -> FindingKind:
    """The worst outcome; silent errors only if chance does not explain them."""
    worst = next(kind for kind in OUTCOMES if groups[kind])
    if worst is not FindingKind.FAULT_SILENT:
        return worst
    if trial.by_chance(sum(row.silent_error for row in trial.arm.surely_met())) > CHANCE:
        others = (FindingKind.FAULT_NO_ANSWER, FindingKind.FAULT_HANDED_OVER)
        return next((kind for kind in others if groups[kind]), FindingKind.FAULT_UNCONFIRMED)
    return worst if KINDS[trial.fault.kind].noticeable else FindingKind.FAULT_UNNOTICEABLE


def _parts(trial: Trial, groups: Mapping[FindingKind, Sequence[Judged]], outcome: FindingKind) -> dict[str, Count]:
    n, silent, after = sum(map(len, groups.values())), groups[FindingKind.FAULT_SILENT], trial.arm.after
    parts = {name: Count(len(groups[kind]), n) for kind, name in OUTCOMES.items() if groups[kind]}
    if silent and outcome is not FindingKind.FAULT_SILENT:
        parts["silent_without"] = trial.silent_without()
    if after.rows:
        parts["recovered"] = Count(len(after.rows) - len(after.still_failing()), len(after.rows))
    return parts | _silent_parts(silent, n) | _possibly_met(trial.arm)


def _silent_parts(silent: Sequence[Judged], n: int) -> dict[str, Count]:
    return {"silent": Count(len(silent), n), **field_counts(silent, modes_of(silent), n)} if silent else {}


def _possibly_met(arm: Arm) -> dict[str, Count]:
    possibly = arm.possibly_met()
    return {"possibly_met": Count(possibly, len(arm.rows))} if possibly else {}


def _seconds_after(after: Recovery) -> dict[str, float]:
    return {"seconds_after": after.right_after} if after.rows and not after.still_failing() else {}


def _test(fault: Fault) -> str:
    return "" if fault.where == TARGET else TEST


def unused_upstreams(upstreams: Iterable[tuple[str, str]], run: str) -> tuple[Finding, ...]:
    """Upstreams (name and the address of the relay) whose relay got no request."""
    return tuple(
        Finding(kind=FindingKind.UPSTREAM_UNUSED, test=TEST, slice=name, names=(listen,), show=show((), run))
        for name, listen in upstreams
    )


def not_tried(faults: Sequence[Fault], n: int, why: Why, run: str) -> tuple[Finding, ...]:
    """The faults that were not tried, of n faults, in one finding."""
    if not faults:
        return ()
    names = tuple(fault.name for fault in faults)
    found = Finding(
        kind=FindingKind.FAULT_NOT_TRIED,
        test=TEST,
        names=names,
        count=Count(len(faults), n),
        why=why,
        show=show((), run),
    )
    return (found,)


def with_faults(findings: Sequence[Finding], noticed: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings of a run together with those of its faults: failures come first, passed tests last."""
    passed = [finding for finding in noticed if finding.kind is FindingKind.FAULT_PASSED]
    return (*(finding for finding in noticed if finding.kind is not FindingKind.FAULT_PASSED), *findings, *passed)
