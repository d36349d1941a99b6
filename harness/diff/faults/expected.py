"""What faults.toml expects of the service under a fault, compared with what it did.

Counts of a finding about one fault. count: the cases that did otherwise, of those that surely met the fault and were
right without it. parts, each left out if there is none: `silent`, `no_answer`, `handed_over`, `not_judged` and `passed`
are cases whose outcome is none of those expected; `unclear` are those of `no_answer` without a clear error; `requests`
are cases for which the service sent more requests than `max_requests`; `late` are cases that were still wrong when they
were sent again after the fault, if not all were right in time; `still_wrong` are those that never came right. numbers:
`requests` is the most requests for one case, `seconds_after` the seconds until the last case was right again, or until
the last reply if some never were.
"""

from collections.abc import Mapping, Sequence

from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.integration.fault import Expectation
from harness.core.reply import Judged
from harness.core.statistics.shares import share_bounds
from harness.core.verdict import Criterion, Estimate
from harness.diff.faults.trials import OUTCOMES, Trial, outcome_of
from harness.diff.faults.upstream import NOTHING
from harness.diff.gate.worst import WORST, show

TEST = "expected"
MEANT: Mapping[FindingKind, Expectation] = {
    FindingKind.FAULT_PASSED: "masked",
    FindingKind.FAULT_HANDED_OVER: "flagged",
    FindingKind.FAULT_NO_ANSWER: "clear_error",
}
"""The expectation that each outcome meets; a silent error meets none."""


def expected_criterion(
    name: str,
    trials: Sequence[Trial],
    requests: Mapping[str, int],
    statuses: Mapping[str, int],
    run: str,
    *,
    tried: bool,
) -> Criterion:
    """The criterion of one upstream with expectations for its faults.

    trials: of its faults. requests: to the upstream, by address of the case. statuses: of the replies of the service,
    by address. tried: each of its faults was tried.

    Each case either did what was written or not, so one that did not is enough to fail. It is undecided if a fault was
    not tried, or met by no case.
    """
    written = [trial for trial in trials if trial.fault.expects]
    found = [_finding(name, trial, requests, statuses, run) for trial in written]
    unmet = sorted((one for one in found if one.count and one.count.hits), key=lambda one: -(one.count or NONE).share)
    known = [one for one in found if one.count and one.count.n]
    if not known:
        finding = Finding(kind=FindingKind.EXPECTATION_NOT_JUDGED, test=TEST, slice=name, show=show((), run))
        return Criterion(name=TEST, slice=name, estimate=NOTHING, limit=0.0, scalable=False, finding=finding)
    hits, n = (sum(getattr(one.count, key) for one in known) for key in ("hits", "n"))
    low, high = share_bounds(hits, n)
    names = tuple(one.subject for one in known)
    met = Finding(
        kind=FindingKind.EXPECTATION_MET, test=TEST, slice=name, names=names, count=Count(0, n), show=show((), run)
    )
    cases = tuple(address for one in unmet for address in one.cases)[:WORST]
    complete = tried and len(known) == len(written)
    return Criterion(
        name=TEST,
        slice=name,
        estimate=Estimate(value=hits / n, low=low, high=high, n=n),
        limit=0.0,
        worst=cases,
        show=show(cases, run),
        scalable=False,
        outcome="failed" if unmet else "passed" if complete else "undecided",
        finding=unmet[0] if unmet else met,
        notes=tuple(unmet[1:]),
    )


NONE = Count(0, 1)


def _finding(name: str, trial: Trial, requests: Mapping[str, int], statuses: Mapping[str, int], run: str) -> Finding:
    """The cases under one fault that did otherwise than it is written. No case: count is 0 of 0."""
    fault, rows = trial.fault, trial.counted()
    outcomes = {kind: [row for row in rows if outcome_of(row) is kind] for kind in OUTCOMES}
    unclear = [row for row in outcomes[FindingKind.FAULT_NO_ANSWER] if not _clear(row, statuses.get(row.address, 0))]
    other = {kind: some for kind, some in outcomes.items() if fault.expect and MEANT.get(kind) not in fault.expect}
    if fault.expect and FindingKind.FAULT_NO_ANSWER not in other and unclear:
        other[FindingKind.FAULT_NO_ANSWER] = unclear
    many = [row for row in rows if fault.max_requests and requests.get(row.address, 0) > fault.max_requests]
    late, parts, numbers = _late(trial), dict[str, Count](), dict[str, float]()
    parts |= {OUTCOMES[kind]: Count(len(some), len(rows)) for kind, some in other.items() if some}
    if other.get(FindingKind.FAULT_NO_ANSWER) == unclear and unclear:
        parts["unclear"] = Count(len(unclear), len(rows))
    if many:
        parts["requests"] = Count(len(many), len(rows))
        numbers["requests"] = max(requests[row.address] for row in many)
    if late:
        still = sum(not row.straight_through for row in late)
        parts["still_wrong" if still else "late"] = Count(still or len(late), len(rows))
        numbers["seconds_after"] = trial.arm.after.tried if still else trial.arm.after.right_after
    wrong = dict.fromkeys(row.address for row in (*(row for some in other.values() for row in some), *many, *late))
    cases = tuple(wrong)
    return Finding(
        kind=FindingKind.EXPECTATION_UNMET,
        test=TEST,
        slice=name,
        subject=fault.name,
        fault=fault,
        count=Count(len(cases), len(rows)),
        parts=parts,
        numbers=numbers,
        cases=cases,
        show=show(cases, run),
    )


def _clear(row: Judged, status: int) -> bool:
    """An error status other than 500, which only says that something broke, or an error in the body of a 200."""
    return row.disposition == "rejected" or row.cause == "error_in_200" or (status >= 400 and status != 500)


def _late(trial: Trial) -> list[Judged]:
    """The cases that never came right after the fault; if the last one was late, those that were not right at once."""
    fault, after = trial.fault, trial.arm.after
    counted = {row.address for row in trial.counted()}
    if not fault.recovers_within:
        return []
    late = after.right_after > fault.recovers_within
    rows = [row for row in after.rows if not row.straight_through or (late and row.repeat > 1)]
    return [row for row in rows if row.address in counted]
