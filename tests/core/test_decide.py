import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.decide import decide, more_cases, status_of
from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.statistics.intervals import Tally, tally_of
from harness.core.statistics.shares import share_bounds
from harness.core.verdict import Criterion, Decision, Estimate, Headline, Status

NOTHING = Estimate(value=None, low=0.0, high=1.0, n=0)
HEADLINE = Headline(pilot=NOTHING, projected=NOTHING, gap=NOTHING, silent_errors=NOTHING, straight_through=NOTHING)


def share(value: float, low: float, high: float, n: int = 100) -> Estimate:
    return Estimate(value=value, low=low, high=high, n=n)


def silent(estimate: Estimate, limit: float = 0.10) -> Criterion:
    return Criterion(name="silent_errors_pack", slice="faxes", estimate=estimate, limit=limit)


PASSED, FAILED, OPEN = (
    silent(share(0.02, 0.01, 0.05)),
    silent(share(0.184, 0.121, 0.25)),
    silent(share(0.08, 0.04, 0.14)),
)


@pytest.mark.parametrize(
    ("criteria", "verdict", "exit_code"),
    [
        ([PASSED], "go", 0),
        ([PASSED, FAILED], "no-go", 1),
        ([OPEN, FAILED], "no-go", 1),
        ([PASSED, OPEN], "undecided", 5),
        ([silent(NOTHING)], "undecided", 5),
    ],
)
def test_the_verdict_is_that_of_the_worst_criterion(
    criteria: list[Criterion], verdict: Decision, exit_code: int
) -> None:
    decided = decide(criteria, HEADLINE)
    assert (decided.verdict, decided.exit_code, decided.valid) == (verdict, exit_code, True)


def test_a_run_that_is_not_valid_decides_nothing_and_says_why_first() -> None:
    decided = decide([PASSED, FAILED], HEADLINE, ["the target stopped answering after 120 of 400 calls"])
    assert (decided.verdict, decided.exit_code, decided.valid) == ("undecided", 5, False)
    assert decided.problems == ("the target stopped answering after 120 of 400 calls",)
    assert [(one.status, one.value) for one in (*decided.reasons, *decided.passed)] == [
        ("failed", 0.184),
        ("passed", 0.02),
    ]


def test_a_run_without_a_criterion_is_never_go() -> None:
    decided = decide([], HEADLINE)
    assert (decided.verdict, decided.problems) == ("undecided", ("no criterion was judged",))


def test_reasons_come_failed_first_then_by_how_far_they_are_off() -> None:
    criteria = [OPEN, silent(share(0.3, 0.2, 0.4), 0.1), PASSED, FAILED, silent(NOTHING)]
    reasons = decide(criteria, HEADLINE).reasons
    assert [(reason.status, reason.value) for reason in reasons] == [
        ("failed", 0.3),
        ("failed", 0.184),
        ("undecided", None),
        ("undecided", 0.08),
    ]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_at_least_is_the_mirror_of_at_most(a: float, b: float, c: float, limit: float) -> None:
    low, value, high = sorted([a, b, c])
    most = Criterion(name="x", estimate=share(value, low, high), limit=limit)
    least = Criterion(name="x", estimate=share(1 - value, 1 - high, 1 - low), limit=1 - limit, at_least=True)
    assert status_of(most) == status_of(least)


@given(st.floats(0, 1), st.booleans(), st.lists(st.sampled_from([PASSED, FAILED, OPEN]), max_size=4))
def test_missing_evidence_is_never_go(limit: float, at_least: bool, others: list[Criterion]) -> None:
    missing = Criterion(name="errors", estimate=NOTHING, limit=limit, at_least=at_least)
    assert decide([*others, missing], HEADLINE).verdict != "go"


def test_figures_that_are_not_numbers_are_never_go() -> None:
    assert status_of(silent(share(math.nan, math.nan, math.nan))) == "undecided"


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 50), st.floats(0.01, 0.99))
def test_unjudged_cases_never_decide_a_criterion(good: int, bad: int, unjudged: int, limit: float) -> None:
    before = status_of(silent(tally_of(good, bad, unjudged).estimate, limit))
    judged = {status_of(silent(tally_of(good + i, bad + unjudged - i).estimate, limit)) for i in range(unjudged + 1)}
    assert before == "undecided" or judged == {before}


def test_too_few_samples_are_undecided_and_not_failed() -> None:
    samples = Criterion(name="samples", estimate=share(7, 7, 7, 7), limit=10, at_least=True, unit="cases")
    reason = decide([samples], HEADLINE).reasons[0]
    assert (reason.status, reason.more_cases) == ("undecided", 3)
    assert (reason.value, reason.limit, reason.at_least, reason.unit) == (7, 10, True, "cases")


def test_a_figure_exactly_on_its_limit_is_inside() -> None:
    assert status_of(Criterion(name="unknown", estimate=share(1 - 0.95, 1 - 0.95, 1 - 0.95), limit=0.05)) == "passed"


@given(st.integers(0, 30), st.integers(20, 300), st.sampled_from([0.02, 0.05, 0.1, 0.3]))
def test_the_cases_that_are_said_to_decide_do_decide(k: int, n: int, limit: float) -> None:
    k = min(k, n)
    criterion = silent(tally_of(n - k, k).estimate, limit)
    more = more_cases(criterion)
    if status_of(criterion) != "undecided" or more is None:
        return

    def bounds(cases: int) -> Criterion:
        total = k * cases / n
        return silent(Tally(n=cases, known=cases, total=total, least=total, most=total).estimate, limit)

    assert status_of(bounds(n + more)) != "undecided"
    assert status_of(bounds(n + math.floor(0.98 * more) - 2)) == "undecided"


def test_no_number_of_cases_decides_a_rate_on_its_limit_or_a_criterion_that_does_not_scale() -> None:
    assert more_cases(silent(share(0.1, 0.05, 0.2))) is None
    assert more_cases(Criterion(name="x", estimate=share(0.05, 0.02, 0.2), limit=0.1, scalable=False)) is None
    assert more_cases(silent(share(0.0999999, 0.05, 0.2))) is None
    assert more_cases(silent(NOTHING)) is None


def test_a_difference_narrows_with_the_root_of_the_cases() -> None:
    gap = Criterion(name="gap", estimate=share(0.06, 0.0, 0.12, 200), limit=0.10)
    assert more_cases(gap) == pytest.approx(200 * 1.25, abs=1)


@pytest.mark.parametrize("limit", [0.01, 0.05, 0.10])
def test_the_cases_that_show_no_drop_are_named_to_the_last_one(limit: float) -> None:
    def unmoved(n: int) -> Criterion:
        none = share_bounds(0, n)[1]
        return Criterion(name="regress", estimate=share(0.0, -none, none, n), limit=limit, q=1.0)

    for n in range(1, 201):
        if status_of(unmoved(n)) == "passed":
            continue
        more = more_cases(unmoved(n))
        assert more is not None
        assert status_of(unmoved(n + more)) == "passed"
        assert status_of(unmoved(n + more - 1)) == "undecided"


def test_losses_that_gains_make_up_for_still_narrow_with_the_root_of_the_cases() -> None:
    drop = Criterion(name="regress", estimate=share(0.0, -0.1, 0.1, 41), limit=0.05, q=1.0)
    assert more_cases(drop) == pytest.approx(3 * 41, abs=1)


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 0.5), st.floats(0, 1))
def test_a_criterion_that_compares_two_sides_fails_by_its_value_and_its_q_alone(
    a: float, b: float, c: float, limit: float, q: float
) -> None:
    low, value, high = sorted([a, b, c])
    status = status_of(Criterion(name="regress", estimate=share(value, low, high), limit=limit, q=q))
    inside, beyond = high <= limit + 1e-9, value > limit + 1e-9 and q <= 0.05
    assert status == ("passed" if inside else "failed" if beyond else "undecided")


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.none() | st.floats(0, 1))
def test_a_criterion_with_missing_cases_never_passes(a: float, b: float, limit: float, q: float | None) -> None:
    low, high = sorted([a, b])
    short = Criterion(name="x", estimate=share(low, low, high), limit=limit, q=q, complete=False)
    assert status_of(short) != "passed"


def test_a_test_may_ask_for_more_evidence_than_one_in_twenty() -> None:
    upstream = Criterion(name="upstream", estimate=share(0.5, 0.1, 0.9, 8), limit=0.0, q=0.02)
    assert status_of(upstream) == "failed"
    assert status_of(replace(upstream, alpha=0.01)) == "undecided"
    more, less = more_cases(replace(upstream, alpha=0.01)), more_cases(replace(upstream, alpha=0.015))
    assert more is not None
    assert less is not None
    assert 0 < less < more


def test_the_cases_that_a_test_needs_follow_from_its_q() -> None:
    open_ = Criterion(name="regress", estimate=share(0.10, 0.01, 0.19, 40), limit=0.05, q=0.125)
    # z grows with the root of the cases: from 1.150 to 1.645 takes twice as many.
    assert more_cases(open_) == pytest.approx(40 * ((1.6449 / 1.1503) ** 2 - 1), abs=1)
    assert more_cases(Criterion(name="regress", estimate=share(0.10, -0.1, 0.3, 40), limit=0.05, q=0.7)) is None


@pytest.mark.parametrize("status", ["passed", "failed", "undecided"])
def test_a_test_that_decided_a_criterion_is_not_overruled_by_its_interval(status: Status) -> None:
    beyond = Criterion(name="state", estimate=share(0.5, 0.4, 0.6), limit=0.0, outcome=status)
    assert status_of(beyond) == status
    decided = decide([beyond], HEADLINE)
    assert [one.status for one in (*decided.reasons, *decided.passed)] == [status]


def test_a_result_carries_the_criterion_its_command_and_its_findings() -> None:
    found = Finding(kind=FindingKind.ERRORS, subject="timeout")
    note = Finding(kind=FindingKind.WORST_SCENARIO, slice="fine")
    errors = Criterion(
        name="errors",
        estimate=share(0.2, 0.1, 0.3),
        limit=0.02,
        worst=("a/b#1",),
        show="harness show a/b#1 --run r",
        finding=found,
        notes=(note,),
        cause=found,
    )
    reason = decide([errors], HEADLINE).reasons[0]
    assert (reason.criterion, reason.low, reason.cases, reason.show) == ("errors", 0.1, ("a/b#1",), errors.show)
    assert (reason.finding, reason.notes, reason.cause) == (found, (note,), found)


def test_seventy_clean_cases_leave_the_exact_bound() -> None:
    assert share_bounds(0, 70)[1] == pytest.approx(1 - 0.05 ** (1 / 70))
