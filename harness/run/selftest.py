"""`check --selftest`: known regressions and non-changes are planted into the baseline, and the gate must judge them.

Nothing is sent. The gate is that of `check`, from the files of the baseline to the criteria.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from harness.core.decide import status_of
from harness.core.errors import BaselineError
from harness.core.regression.baseline import CaseResult
from harness.core.regression.columns import Promoted, Results
from harness.core.regression.gathering import columns_of
from harness.core.regression.selftest import SelfTest, Tried
from harness.core.settings import Settings
from harness.core.verdict import Criterion, Decision, Status
from harness.diff.gate.worst import RunContext
from harness.diff.regression.mutations import MAX_ALARMS, REDRAWN, Mutation, non_changes, redrawn, regressions, too_few
from harness.run.baseline.results import slices_of
from harness.run.baseline.status import BaselineStatus, against, described, hold
from harness.run.setup.configure import written
from harness.store.baseline import read_baseline

Gate = Callable[[BaselineStatus, Results], Sequence[Criterion]]
"""Returns the regression criteria for a baseline and the results of a new run."""

DECISIONS: Mapping[Status, Decision] = {"failed": "no-go", "undecided": "undecided", "passed": "go"}
"""The gate's decision if a criterion were the only one, by status of the criterion, the worst first."""


def run_selftest(config: str = "", gate: Gate | None = None) -> SelfTest:
    """Plant changes into the baseline of the configuration and let the gate judge them.

    gate: another gate, to see whether a broken one would be caught. BaselineError if there is no usable baseline.
    """
    settings = written(config)
    baseline = read_baseline(Path(settings.baseline.path or "."))
    baseline_status = hold(baseline, baseline.head.digests)
    if baseline_status.flaws:
        raise BaselineError(
            f"{baseline.path}: {baseline_status.trouble}, so its criteria are undecided\n  promote a run again"
        )
    return tried_out(baseline_status, settings, gate or _gate(settings))


def _gate(settings: Settings) -> Gate:
    about = RunContext(run="selftest", samples=0)
    return lambda baseline_status, after: against(baseline_status, after, settings, about)[0]


def tried_out(baseline_status: BaselineStatus, settings: Settings, gate: Gate) -> SelfTest:
    """Plant every change, one at a time, and record what the gate decides."""
    baseline, limit = baseline_status.baseline, settings.gate.regress
    cases = list(baseline.cases)
    critical = _critical(settings, baseline)
    blind = ((name, too_few(name, cases, len(critical), limit)) for name in critical)
    mutations = [mutation for name in critical for mutation in regressions(name, cases, len(critical), limit)]
    mutations += non_changes(cases, baseline.head.seed)
    return SelfTest(
        baseline=described(baseline),
        cases=len(cases),
        limit=limit,
        tried=(
            *(_tried(mutation, baseline_status, gate) for mutation in mutations),
            _redrawn(baseline_status, cases, gate),
        ),
        blind=tuple(f"{name}: {why}" for name, why in blind if why),
    )


def _critical(settings: Settings, baseline: Promoted) -> tuple[str, ...]:
    return slices_of(settings, baseline.head.digests)[0]


def _tried(mutation: Mutation, baseline_status: BaselineStatus, gate: Gate) -> Tried:
    decided = list(_decided(gate(baseline_status, _side(mutation.cases)), mutation.slice))
    worst = next((decision for decision in DECISIONS.values() if decision in decided), "nothing")
    right = {"no-go": worst == "no-go", "not go": worst in ("no-go", "undecided"), "not no-go": worst != "no-go"}
    passed = right[mutation.expected] and bool(decided)
    return Tried(slice=mutation.slice, what=mutation.what, expected=mutation.expected, outcome=worst, passed=passed)


def _decided(criteria: Sequence[Criterion], name: str) -> Iterator[Decision]:
    """What the criteria of that slice would decide; "": all criteria."""
    return (DECISIONS[status_of(criterion)] for criterion in criteria if name in ("", criterion.slice))


def _redrawn(baseline_status: BaselineStatus, cases: Sequence[CaseResult], gate: Gate) -> Tried:
    """Draw the replies of the unchanged service again and again, and count how often the gate sees a regression."""
    alarms = sum(
        "no-go" in _decided(gate(baseline_status, _side(again)), "")
        for again in redrawn(cases, baseline_status.baseline.head.seed)
    )
    return Tried(
        slice="",
        what=f"nothing: {REDRAWN} times the replies that it had, drawn again",
        expected=f"no-go in {MAX_ALARMS} at most",
        outcome=f"no-go in {alarms}",
        passed=alarms <= MAX_ALARMS,
    )


def _side(cases: Sequence[CaseResult]) -> Results:
    return Results(label="planted", cases=columns_of(cases), complete=True)
