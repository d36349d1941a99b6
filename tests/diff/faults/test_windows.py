"""Requests inside the windows of faults, before them and after them: simulated loads with a known truth."""

from collections.abc import Callable

import pytest

from harness.core.decide import status_of
from harness.core.finding_kinds import FindingKind
from harness.core.integration.fault import Fault
from harness.core.reply import Judged
from harness.diff.faults.upstream import upstream_criterion
from harness.diff.faults.windows import Request, Windows, measure_faults, trials_of

RATE, UNTIL, CASES = 20, 60.0, 60
Manner = Callable[[float], tuple[bool, bool, float]]
"""Of a moment: whether the answer is right, whether it is accepted, and the latency in seconds."""


def outage(**more: object) -> Fault:
    return Fault(kind="status", where="erp", name="erp.down", **{"window": (20.0, 30.0), **more})  # type: ignore[arg-type]


def load(manner: Manner, met: Callable[[float], bool] = lambda _: False) -> list[Request]:
    """Twenty requests a second for a minute, of sixty cases in turn."""
    found = []
    for k in range(int(RATE * UNTIL)):
        due = k / RATE
        right, accepted, took = manner(due)
        row = Judged(
            address=f"pack/one#{k % CASES}",
            repeat=k // CASES,
            disposition="accepted" if accepted else "error",
            judgement="right" if right else "wrong" if accepted else "unscored",
            latency=took,
        )
        found.append(Request(due=due, sent=due, done=due + took, row=row, met=("erp.down",) if met(due) else ()))
    return found


def in_outage(at: float) -> bool:
    return 20 <= at < 30


def judged(fault: Fault, requests: list[Request]) -> tuple[str, FindingKind]:
    planned = Windows(faults=(fault,), until=UNTIL)
    criterion = upstream_criterion("erp", trials_of(planned, requests, {}), "run", None)
    assert criterion.finding
    return status_of(criterion), criterion.finding.kind


def test_the_parts_of_the_load_and_the_times_to_recover_are_those_that_were_simulated() -> None:
    def manner(at: float) -> tuple[bool, bool, float]:
        if in_outage(at):
            return False, False, 0.5
        if 30 <= at < 33:  # three seconds until it is right again, and each answer takes longer
            return False, False, 1.0
        return True, True, 0.02

    (found,) = measure_faults(Windows(faults=(outage(),), until=UNTIL), load(manner), 2.0, {})
    assert (found.before.n, found.before.right) == (400, 400)
    assert (found.inside.n, found.inside.right, found.inside.errors) == (200, 0, 200)
    assert (found.after.n, found.after.right) == (600, 540)
    assert found.first_right == pytest.approx(3.02)
    assert found.normal == pytest.approx(2.95)  # 19 of 20 are as many as before, within 5 %
    assert found.drained == pytest.approx(3.5, abs=0.6)


def test_a_service_that_never_comes_back_has_no_time_to_recover() -> None:
    (found,) = measure_faults(
        Windows(faults=(outage(),), until=UNTIL), load(lambda at: (at < 20, at < 20, 0.02)), 2.0, {}
    )
    assert (found.first_right, found.normal) == (None, None)


def test_silent_errors_inside_the_window_fail_the_upstream_and_the_same_share_outside_does_not() -> None:
    assert judged(outage(), load(lambda at: (not in_outage(at), True, 0.02)))[0] == "failed"
    always = load(lambda at: (int(at * RATE) % 3 > 0, True, 0.02))
    assert judged(outage(), always)[0] != "failed"


def test_only_the_requests_that_met_the_fault_count_if_they_are_known() -> None:
    """The service is wrong in the window for another reason: no request that met the fault was."""

    def manner(at: float) -> tuple[bool, bool, float]:
        return not in_outage(at) or int(at * RATE) % 2 == 0, True, 0.02

    known = load(manner, met=lambda at: in_outage(at) and int(at * RATE) % 2 == 0)
    assert judged(outage(share=0.5), known) == ("passed", FindingKind.UPSTREAM_PASSED)
    assert judged(outage(share=0.5), load(manner))[0] == "failed"


def test_silent_errors_that_begin_only_after_the_window_are_found() -> None:
    def manner(at: float) -> tuple[bool, bool, float]:
        if in_outage(at):
            return False, False, 0.02
        return at < 30, True, 0.02

    assert judged(outage(), load(manner))[0] == "failed"


def test_a_window_that_comes_again_is_one_fault_with_all_its_windows() -> None:
    (found,) = measure_faults(
        Windows(faults=(outage(window=(5.0, 6.0), every=10.0),), until=UNTIL),
        load(lambda at: (at % 10 < 5 or at % 10 >= 6, True, 0.02)),
        2.0,
        {},
    )
    assert len(found.windows) == 6
    assert (found.before.n, found.inside.silent) == (100, 120)
    assert found.after.right == found.after.n
