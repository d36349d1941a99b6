"""The criterion of an upstream: what makes it fail, what does not, and what leaves it undecided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.decide import status_of
from harness.core.finding import Count, Example, FailureMode, Finding, How
from harness.core.finding_kinds import FindingKind, Why
from harness.core.integration.kinds import KINDS
from harness.core.seed import Stream
from harness.core.verdict import Criterion
from harness.diff.faults.trials import Trial
from harness.diff.faults.under_fault import fault_findings, unused_upstreams
from harness.diff.faults.upstream import upstream_criterion
from tests.diff.faults.trials import RIGHT, Outcome, trial

OUTCOME = st.sampled_from(("right", "silent", "handed over", "error"))


def criterion(*trials: Trial, why: Why | None = None, relay: str = "") -> Criterion:
    return upstream_criterion("erp", trials, "run", why, relay)


def finding(*trials: Trial, why: Why | None = None, relay: str = "") -> Finding:
    found = criterion(*trials, why=why, relay=relay).finding
    assert found
    return found


def test_all_wrong_under_one_of_five_faults_fails_and_names_the_fault_and_its_cases() -> None:
    harmless = [trial(["right"] * 4, RIGHT, kind=kind) for kind in ("reset", "latency", "hang", "corrupt")]
    silent = trial(["silent"] * 4, RIGHT)
    got = criterion(*harmless, silent)
    cases = tuple(f"fault/erp.status#{k}" for k in range(4))
    assert (status_of(got), got.slice, got.estimate.value, got.limit) == ("failed", "erp", 1.0, 0.0)
    assert got.estimate.low == pytest.approx(0.473, abs=5e-4)
    assert got.finding == Finding(
        kind=FindingKind.UPSTREAM_FAILS_SILENTLY,
        test="upstream",
        slice="erp",
        subject="erp.status",
        fault=silent.fault,
        modes=(FailureMode("total", How.CONSTANT, "0"),),
        count=Count(4, 4),
        control=Count(0, 9),
        parts={"during": Count(4, 4), "field:total": Count(4, 4)},
        example=Example(address=cases[0], field="total", given="0", expected=7, got=0, confidence=0.99),
        cases=cases,
        show="harness show fault/erp.status#0 --run run",
    )
    assert got.worst == cases


def test_further_faults_with_silent_errors_are_named_with_their_counts() -> None:
    got = finding(trial(["silent"] * 4, RIGHT, kind="reset"), trial(["silent"] * 6, RIGHT))
    assert (got.subject, got.names) == ("erp.status", ("erp.reset",))
    assert got.parts["erp.reset"] == Count(4, 4)


@given(
    st.lists(
        st.tuples(st.lists(OUTCOME, min_size=1, max_size=12), st.lists(OUTCOME, min_size=1, max_size=12)), min_size=1
    )
)
def test_a_pass_means_that_no_case_was_silent_and_right_without_the_fault(
    given: list[tuple[list[Outcome], list[Outcome]]],
) -> None:
    trials = [trial(under, clean) for under, clean in given]
    got = criterion(*trials)
    right = [{k for k, what in enumerate(clean) if what == "right"} for _, clean in given]
    blamed = [k for (under, _), ok in zip(given, right, strict=True) for k in ok if under[k : k + 1] == ["silent"]]
    assert bool(got.worst) == bool(blamed)
    assert status_of(got) == "passed" or blamed
    assert status_of(got) != "failed" or len(blamed) >= 2


@pytest.mark.parametrize("n", [4, 12, 200])
def test_a_single_case_decides_nothing(n: int) -> None:
    got = criterion(trial(["silent", *["right"] * (n - 1)], ["right"] * 300))
    assert status_of(got) == "undecided"
    assert got.finding
    assert (got.finding.kind, got.finding.count) == (FindingKind.UPSTREAM_UNCONFIRMED, Count(1, n))


def test_a_fault_is_not_blamed_for_silent_errors_that_come_as_often_without_it() -> None:
    mixed = ["silent", "right"] * 6
    got = criterion(trial(mixed[::-1], mixed))
    assert status_of(got) == "passed"
    assert got.finding
    assert (got.finding.kind, got.finding.control) == (FindingKind.UPSTREAM_PASSED, Count(6, 12))
    assert got.finding.count == Count(6, 12)


def test_silent_errors_that_last_after_the_fault_count_even_if_the_fault_itself_was_handed_over() -> None:
    got = criterion(trial(["handed over"] * 4, RIGHT, after=["silent"] * 4))
    assert status_of(got) == "failed"
    assert got.finding
    assert (got.finding.kind, got.finding.subject) == (FindingKind.UPSTREAM_FAILS_SILENTLY, "erp.status")
    assert (got.finding.parts["during"], got.finding.parts["after"]) == (Count(0, 4), Count(4, 4))


def test_further_faults_from_which_the_service_does_not_recover_are_counted() -> None:
    worst = trial(["silent"] * 6, RIGHT, kind="reset")
    got = finding(worst, trial(["silent"] * 4, RIGHT, after=["silent"] * 3 + ["right"]))
    assert (got.subject, got.parts["after:erp.status"]) == ("erp.reset", Count(3, 4))
    assert "after" not in got.parts


def test_errors_and_hand_overs_during_and_after_are_no_silent_errors() -> None:
    got = criterion(trial(["error"] * 4, RIGHT, after=["error"] * 4))
    assert status_of(got) == "passed"
    assert got.finding
    assert got.finding.kind is FindingKind.UPSTREAM_PASSED
    assert (got.finding.count, got.finding.control, got.finding.names) == (Count(0, 4), Count(0, 9), ("erp.status",))


@pytest.mark.parametrize("trials", [(), (trial(["silent"] * 12, RIGHT, met=False),)])
def test_what_was_not_tried_or_not_met_is_undecided_and_says_why(trials: tuple[Trial, ...]) -> None:
    got = criterion(*trials, why=Why.TOO_FEW_CALLS)
    assert status_of(got) == "undecided"
    assert got.finding
    assert (got.finding.kind, got.finding.why) == (FindingKind.UPSTREAM_NOT_JUDGED, Why.TOO_FEW_CALLS)


def test_an_upstream_without_requests_names_the_address_of_its_relay() -> None:
    got = finding(why=Why.NO_REQUESTS, relay="127.0.0.1:9100")
    assert (got.kind, got.why, got.names) == (
        FindingKind.UPSTREAM_NOT_JUDGED,
        Why.NO_REQUESTS,
        ("127.0.0.1:9100",),
    )
    (unused,) = unused_upstreams([("erp", "127.0.0.1:9100")], "run")
    assert (unused.kind, unused.slice, unused.names) == (FindingKind.UPSTREAM_UNUSED, "erp", ("127.0.0.1:9100",))


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if not kind.noticeable])
def test_a_fault_that_no_reply_shows_is_reported_and_never_fails(kind: str) -> None:
    blind = trial(["silent"] * 12, ["right"] * 12, kind=kind)
    assert status_of(criterion(blind, trial(["right"] * 4, RIGHT))) == "passed"
    (found,) = fault_findings([blind], "run")
    assert (found.kind, found.count, found.control) == (FindingKind.FAULT_UNNOTICEABLE, Count(12, 12), Count(0, 12))


def test_a_service_that_faults_do_not_change_fails_in_at_most_one_of_a_hundred_runs() -> None:
    """Twelve samples, of which each is wrong with a chance of its own, under seven faults that change nothing."""
    failed, runs = 0, 400
    for run in range(runs):
        draw = Stream(5, "unsteady", run)
        chances = [draw.uniform(0, 0.6) for _ in range(12)]

        def sent(chances: list[float] = chances, draw: Stream = draw) -> list[Outcome]:
            return ["silent" if draw.uniform() < chance else "right" for chance in chances]

        clean = sent()
        failed += status_of(criterion(*(trial(sent(), clean) for _ in range(7)))) == "failed"
    assert failed <= 0.01 * runs
