"""The faults of a load run: begun with the load, matched with its requests, and what they did to the answers."""

from collections.abc import Mapping, Sequence

from harness.core.case import Case
from harness.core.finding_kinds import Why
from harness.core.integration.fault import TARGET
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult
from harness.core.under_load.results import UnderFault
from harness.core.verdict import Criterion
from harness.diff.faults.under_fault import fault_findings, unused_upstreams
from harness.diff.faults.upstream import upstream_criterion
from harness.diff.faults.windows import Windows, measure_faults, trials_of
from harness.replay.pace import parse_seconds
from harness.run.outcome.judge import Judge
from harness.run.phases.load_quality import requests_of
from harness.run.setup.prepare import Run
from harness.store.folder import read_start
from harness.store.rows import Key


def begin_faults(run: Run, start: float) -> None:
    """Put the faults behind the service in force; their windows count from `start`, on the clock of the run."""
    if injection := run.sender.injection:
        injection.active.begin(injection.faults, start + run.sender.clock.zero - injection.clock.zero)


def end_faults(run: Run) -> None:
    """No fault is in force any more. Write down which request met which fault behind the service."""
    folder, injection = run.sender.folder, run.sender.injection
    if injection:
        injection.active.begin((), 0.0)
    if injection and any(one.fault for one in injection.exchanges):
        shift = run.sender.clock.zero - injection.clock.zero
        folder.note_faults(injection.gather((one for one in folder.replies.values() if one.worker), shift))


def in_windows(run: Run, planned: Windows) -> frozenset[Key]:
    """The requests that were under way while a fault was in force."""
    start = read_start(run.sender.folder.path) or 0.0
    replies = run.sender.folder.replies.items()
    return frozenset(
        key for key, one in replies if one.worker and not planned.outside(one.due - start, one.done - start, one.faults)
    )


def result_of_faults(
    run: Run, judge: Judge, planned: Windows, rows: Sequence[Judged], cases: Mapping[str, Case]
) -> tuple[tuple[UnderFault, ...], RobustnessResult]:
    """The figures of each fault; their findings, and a criterion for each upstream that has one.

    rows: of the whole load. Only good input counts: what asks for an answer.
    """
    if not planned.faults:
        return (), RobustnessResult()
    deadline = parse_seconds(run.settings.target.deadline)
    requests = requests_of(run, rows, cases)
    trials = trials_of(planned, requests, {address: case.truth for address, case in cases.items()})
    label = str(run.sender.folder.path)
    unused = _unused(run)
    criteria: list[Criterion] = []
    for name in dict.fromkeys(fault.where for fault in planned.faults if fault.where != TARGET):
        own = [trial for trial in trials if trial.fault.where == name]
        why = Why.NO_REQUESTS if name in unused else None
        criteria.append(upstream_criterion(name, () if why else own, label, why, unused.get(name, "")))
    findings = (*fault_findings(trials, label), *unused_upstreams(unused.items(), label))
    figures = measure_faults(planned, requests, deadline, _approved(run))
    return figures, RobustnessResult(criteria=tuple(criteria), findings=findings)


def _approved(run: Run) -> dict[str, float]:
    """The share of repeats that passed in the baseline, of each of its cases."""
    if run.baseline_status is None or run.baseline_status.flaws:
        return {}
    known = ((case.address, case.known()) for case in run.baseline_status.baseline.cases)
    return {address: sum(passed) / len(passed) for address, passed in known if passed}


def _unused(run: Run) -> dict[str, str]:
    """The upstreams that got no request, with the address of their relay."""
    listen = {one.name: one.listen for one in run.settings.upstream}
    injection = run.sender.injection
    return {name: listen[name] for name in injection.unused_upstreams(run.settings)} if injection else {}
