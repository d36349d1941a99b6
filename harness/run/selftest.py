"""`check --selftest`: known regressions and non-changes planted into the baseline, and what the gate says to them.

Nothing is sent. The gate is the one of `check`, from the baseline's files to the lines.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from harness.core.decide import judge_line
from harness.core.errors import BaselineError
from harness.core.regression.baseline import CaseResult
from harness.core.regression.columns import Promoted, Results
from harness.core.regression.gathering import columns_of
from harness.core.regression.selftest import SelfTest, Tried
from harness.core.settings import Settings
from harness.core.verdict import Criterion
from harness.diff.gate.criteria import RunContext
from harness.diff.regression.mutations import MAX_ALARMS, REDRAWN, Plant, non_changes, redrawn, regressions, too_few
from harness.run.baseline.results import slices_of
from harness.run.baseline.status import BaselineStatus, against, described, hold
from harness.run.setup.configure import written
from harness.store.baseline import read_baseline

Gate = Callable[[BaselineStatus, Results], Sequence[Criterion]]
"""From the baseline and the side after to the regression lines."""


def run_selftest(config: str = "", gate: Gate | None = None) -> SelfTest:
    """Plant into the baseline of the configuration and ask the gate.

    gate: another one, to see whether a broken one would be caught. BaselineError when there is no baseline, or none
    that anything could be held against.
    """
    settings = written(config)
    baseline = read_baseline(Path(settings.baseline.path or "."))
    held = hold(baseline, baseline.head.digests)
    if held.flaws:
        raise BaselineError(f"{baseline.path}: {held.trouble}, so its lines are undecided\n  promote a run anew")
    return tried_out(held, settings, gate or _gate(settings))


def _gate(settings: Settings) -> Gate:
    about = RunContext(run="selftest", samples=0)
    return lambda held, after: against(held, after, settings, about)[0]


def tried_out(held: BaselineStatus, settings: Settings, gate: Gate) -> SelfTest:
    """Every change planted, one at a time."""
    baseline, limit = held.baseline, settings.gate.regress
    cases = list(baseline.cases)
    critical = _critical(settings, baseline)
    blind = ((name, too_few(name, cases, len(critical), limit)) for name in critical)
    plants = [plant for name in critical for plant in regressions(name, cases, len(critical), limit)]
    plants += non_changes(cases, baseline.head.seed)
    return SelfTest(
        baseline=described(baseline),
        cases=len(cases),
        limit=limit,
        tried=(*(_tried(plant, held, gate) for plant in plants), _redrawn(held, cases, gate)),
        blind=tuple(f"{name}: {why}" for name, why in blind if why),
    )


def _critical(settings: Settings, baseline: Promoted) -> tuple[str, ...]:
    return slices_of(settings, baseline.head.digests)[0]


def _tried(plant: Plant, held: BaselineStatus, gate: Gate) -> Tried:
    said = list(_said(gate(held, _side(plant.cases)), plant.slice))
    worst = next((word for word in ("no-go", "undecided") if word in said), "go" if said else "nothing")
    right = {"no-go": worst == "no-go", "not go": worst in ("no-go", "undecided"), "not no-go": worst != "no-go"}
    return Tried(slice=plant.slice, what=plant.what, must=plant.must, said=worst, held=right[plant.must] and bool(said))


def _said(lines: Sequence[Criterion], name: str) -> Iterator[str]:
    """The answers of the lines of that slice; of all where it is ""."""
    return (judge_line(line) for line in lines if name in ("", line.slice))


def _redrawn(held: BaselineStatus, cases: Sequence[CaseResult], gate: Gate) -> Tried:
    """The service as it is, asked again and again: how often that is called a regression."""
    alarms = sum("no-go" in _said(gate(held, _side(again)), "") for again in redrawn(cases, held.baseline.head.seed))
    return Tried(
        slice="",
        what=f"nothing: {REDRAWN} times the replies that it had, drawn anew",
        must=f"no-go in {MAX_ALARMS} at most",
        said=f"no-go in {alarms}",
        held=alarms <= MAX_ALARMS,
    )


def _side(cases: Sequence[CaseResult]) -> Results:
    return Results(label="planted", cases=columns_of(cases), complete=True)
