"""What the fault phase comes to: findings about faults, and a criterion for each upstream."""

from collections import Counter
from collections.abc import Sequence

from harness.core.finding_kinds import Why
from harness.core.integration.fault import TARGET, Fault
from harness.core.robustness import RobustnessResult
from harness.core.verdict import Criterion
from harness.diff.faults.expected import expected_criterion
from harness.diff.faults.trials import Trial
from harness.diff.faults.under_fault import fault_findings, not_tried, unused_upstreams
from harness.diff.faults.upstream import upstream_criterion
from harness.run.sending.injection import Injection
from harness.run.setup.prepare import Run


def concluded(
    run: Run, injection: Injection, trials: Sequence[Trial], missed: dict[Why, list[Fault]]
) -> RobustnessResult:
    """The findings of the trials and the criterion of each upstream. missed: the faults not tried, by reason."""
    label, n = str(run.sender.folder.path), len(injection.faults)
    unused = dict(_unused(run, injection))
    findings = (
        *fault_findings(trials, label),
        *unused_upstreams(unused.items(), label),
        *(finding for why, faults in missed.items() for finding in not_tried(faults, n, why, label)),
    )
    return RobustnessResult(findings=findings, criteria=_criteria(run, injection, trials, missed, unused, label))


def _criteria(
    run: Run,
    injection: Injection,
    trials: Sequence[Trial],
    missed: dict[Why, list[Fault]],
    unused: dict[str, str],
    label: str,
) -> tuple[Criterion, ...]:
    """One criterion for each upstream that has a fault."""
    reasons = {fault.where: why for why, faults in missed.items() for fault in faults}
    criteria = []
    statuses = {address: reply.status for (address, repeat), reply in run.sender.folder.replies.items() if not repeat}
    for name in dict.fromkeys(fault.where for fault in injection.faults if fault.where != TARGET):
        own = [trial for trial in trials if trial.fault.where == name]
        why = Why.NO_REQUESTS if name in unused else None if own else reasons.get(name)
        criteria.append(upstream_criterion(name, own, label, why, unused.get(name, "")))
        written = [fault for fault in injection.faults if fault.where == name and fault.expects]
        if written:
            tried = {trial.fault for trial in own} >= set(written)
            criteria.append(
                expected_criterion(name, own, _requests(run, injection, name), statuses, label, tried=tried)
            )
    return tuple(criteria)


def _requests(run: Run, injection: Injection, name: str) -> Counter[str]:
    """How many requests the service sent to the upstream for each case, in its first sending."""
    shift = run.sender.clock.zero - injection.clock.zero
    asked = injection.asked(run.sender.folder.replies.values(), shift)
    owned = (flights[0] for call, flights in asked if call.upstream == name and len(flights) == 1)
    return Counter(flight.address for flight in owned if not flight.repeat)


def _unused(run: Run, injection: Injection) -> list[tuple[str, str]]:
    """Upstreams that got no request, with the address of their relay; a run that sent nothing cannot know."""
    if not run.sender.sent:
        return []
    listen = {one.name: one.listen for one in run.settings.upstream}
    return [(name, listen[name]) for name in injection.unused_upstreams(run.settings)]
