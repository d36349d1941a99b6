import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.decide import decide, first_line, judge_line, more_cases
from harness.core.statistics.intervals import Tally, tally_of
from harness.core.statistics.shares import share_bounds
from harness.core.verdict import Criterion, Decision, Estimate, Headline

NOTHING = Estimate(value=None, low=0.0, high=1.0, n=0)
HEADLINE = Headline(pilot=NOTHING, projected=NOTHING, gap=NOTHING, silent_errors=NOTHING, straight_through=NOTHING)


def share(value: float, low: float, high: float, n: int = 100) -> Estimate:
    return Estimate(value=value, low=low, high=high, n=n)


def silent(estimate: Estimate, limit: float = 0.10, **more: str) -> Criterion:
    return Criterion(
        name="silent_errors_pack", slice="faxes", estimate=estimate, limit=limit, note=more.get("note", "")
    )


GO, NO_GO, OPEN = (
    silent(share(0.02, 0.01, 0.05)),
    silent(share(0.184, 0.121, 0.25)),
    silent(share(0.08, 0.04, 0.14)),
)


@pytest.mark.parametrize(
    ("lines", "verdict", "exit_code"),
    [
        ([GO], "go", 0),
        ([GO, NO_GO], "no-go", 1),
        ([OPEN, NO_GO], "no-go", 1),
        ([GO, OPEN], "undecided", 5),
        ([silent(NOTHING)], "undecided", 5),
    ],
)
def test_the_verdict_is_that_of_the_worst_line(lines: list[Criterion], verdict: Decision, exit_code: int) -> None:
    decided = decide(lines, HEADLINE)
    assert (decided.verdict, decided.exit_code, decided.valid) == (verdict, exit_code, True)


def test_a_run_that_is_not_valid_decides_nothing_and_says_why_first() -> None:
    decided = decide([GO, NO_GO], HEADLINE, ["the target stopped answering after 120 of 400 calls"])
    assert (decided.verdict, decided.exit_code, decided.valid) == ("undecided", 5, False)
    assert decided.problems == ("the target stopped answering after 120 of 400 calls",)
    assert [reason.verdict for reason in decided.reasons] == ["no-go"]


def test_a_run_without_a_line_is_never_go() -> None:
    decided = decide([], HEADLINE)
    assert (decided.verdict, decided.problems) == ("undecided", ("no gate line was judged",))


def test_reasons_come_no_go_first_then_by_how_far_they_are_off() -> None:
    lines = [OPEN, silent(share(0.3, 0.2, 0.4), 0.1), GO, NO_GO, silent(NOTHING)]
    reasons = decide(lines, HEADLINE).reasons
    assert [(reason.verdict, reason.value) for reason in reasons] == [
        ("no-go", 0.3),
        ("no-go", 0.184),
        ("undecided", None),
        ("undecided", 0.08),
    ]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_at_least_is_the_mirror_of_at_most(a: float, b: float, c: float, limit: float) -> None:
    low, value, high = sorted([a, b, c])
    most = Criterion(name="x", estimate=share(value, low, high), limit=limit)
    least = Criterion(name="x", estimate=share(1 - value, 1 - high, 1 - low), limit=1 - limit, at_least=True)
    assert judge_line(most) == judge_line(least)


@given(st.floats(0, 1), st.booleans(), st.lists(st.sampled_from([GO, NO_GO, OPEN]), max_size=4))
def test_missing_evidence_is_never_go(limit: float, at_least: bool, others: list[Criterion]) -> None:
    missing = Criterion(name="errors", estimate=NOTHING, limit=limit, at_least=at_least)
    assert decide([*others, missing], HEADLINE).verdict != "go"


def test_figures_that_are_not_numbers_are_never_go() -> None:
    assert judge_line(silent(share(math.nan, math.nan, math.nan))) == "undecided"


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 50), st.floats(0.01, 0.99))
def test_unjudged_cases_never_decide_a_line(good: int, bad: int, unjudged: int, limit: float) -> None:
    before = judge_line(silent(tally_of(good, bad, unjudged).estimate, limit))
    judged = {judge_line(silent(tally_of(good + i, bad + unjudged - i).estimate, limit)) for i in range(unjudged + 1)}
    assert before == "undecided" or judged == {before}


def test_too_few_samples_are_undecided_and_not_no_go() -> None:
    line = Criterion(name="samples", estimate=share(7, 7, 7, 7), limit=10, at_least=True, unit="cases")
    reason = decide([line], HEADLINE).reasons[0]
    assert (reason.verdict, reason.more_cases) == ("undecided", 3)
    assert reason.first_line == "pilot samples: 7, needs 10; 3 more would decide"


def test_a_figure_exactly_on_its_limit_is_inside() -> None:
    assert judge_line(Criterion(name="unknown", estimate=share(1 - 0.95, 1 - 0.95, 1 - 0.95), limit=0.05)) == "go"


@given(st.integers(0, 30), st.integers(20, 300), st.sampled_from([0.02, 0.05, 0.1, 0.3]))
def test_the_cases_that_are_said_to_decide_do_decide(k: int, n: int, limit: float) -> None:
    k = min(k, n)
    line = silent(tally_of(n - k, k).estimate, limit)
    more = more_cases(line)
    if judge_line(line) != "undecided" or more is None:
        return

    def bounds(cases: int) -> Criterion:
        total = k * cases / n
        return silent(Tally(n=cases, known=cases, total=total, least=total, most=total).estimate, limit)

    assert judge_line(bounds(n + more)) != "undecided"
    assert judge_line(bounds(n + math.floor(0.98 * more) - 2)) == "undecided"


def test_no_number_of_cases_decides_a_rate_on_its_limit_or_a_line_that_does_not_scale() -> None:
    assert more_cases(silent(share(0.1, 0.05, 0.2))) is None
    assert more_cases(Criterion(name="x", estimate=share(0.05, 0.02, 0.2), limit=0.1, scalable=False)) is None
    assert more_cases(silent(share(0.0999999, 0.05, 0.2))) is None
    assert more_cases(silent(NOTHING)) is None


def test_a_difference_narrows_with_the_root_of_the_cases() -> None:
    line = Criterion(name="gap", estimate=share(0.06, 0.0, 0.12, 200), limit=0.10)
    assert more_cases(line) == pytest.approx(200 * 1.25, abs=1)


@pytest.mark.parametrize("limit", [0.01, 0.05, 0.10])
def test_the_cases_that_show_no_drop_are_named_to_the_last_one(limit: float) -> None:
    def unmoved(n: int) -> Criterion:
        none = share_bounds(0, n)[1]
        return Criterion(name="regress", estimate=share(0.0, -none, none, n), limit=limit, q=1.0)

    for n in range(1, 201):
        if judge_line(unmoved(n)) == "go":
            continue
        more = more_cases(unmoved(n))
        assert more is not None
        assert judge_line(unmoved(n + more)) == "go"
        assert judge_line(unmoved(n + more - 1)) == "undecided"


def test_losses_that_gains_make_up_for_still_narrow_with_the_root_of_the_cases() -> None:
    line = Criterion(name="regress", estimate=share(0.0, -0.1, 0.1, 41), limit=0.05, q=1.0)
    assert more_cases(line) == pytest.approx(3 * 41, abs=1)


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 0.5), st.floats(0, 1))
def test_a_line_that_is_a_test_is_beyond_by_its_value_and_its_q_alone(
    a: float, b: float, c: float, limit: float, q: float
) -> None:
    low, value, high = sorted([a, b, c])
    answer = judge_line(Criterion(name="regress", estimate=share(value, low, high), limit=limit, q=q))
    inside, beyond = high <= limit + 1e-9, value > limit + 1e-9 and q <= 0.05
    assert answer == ("go" if inside else "no-go" if beyond else "undecided")


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.none() | st.floats(0, 1))
def test_a_line_with_missing_cases_is_never_go(a: float, b: float, limit: float, q: float | None) -> None:
    low, high = sorted([a, b])
    assert judge_line(Criterion(name="x", estimate=share(low, low, high), limit=limit, q=q, complete=False)) != "go"


def test_a_test_may_ask_for_more_evidence_than_one_in_twenty() -> None:
    line = Criterion(name="upstream", estimate=share(0.5, 0.1, 0.9, 8), limit=0.0, q=0.02)
    assert judge_line(line) == "no-go"
    assert judge_line(replace(line, alpha=0.01)) == "undecided"
    more, less = more_cases(replace(line, alpha=0.01)), more_cases(replace(line, alpha=0.015))
    assert more is not None
    assert less is not None
    assert 0 < less < more


def test_the_cases_that_a_test_needs_follow_from_its_q() -> None:
    open_ = Criterion(name="regress", estimate=share(0.10, 0.01, 0.19, 40), limit=0.05, q=0.125)
    # z grows with the root of the cases: from 1.150 to 1.645 takes twice as many.
    assert more_cases(open_) == pytest.approx(40 * ((1.6449 / 1.1503) ** 2 - 1), abs=1)
    assert more_cases(Criterion(name="regress", estimate=share(0.10, -0.1, 0.3, 40), limit=0.05, q=0.7)) is None


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (NO_GO, "silent errors in faxes: 18.4 % (at least 12.1 %), limit 10 %"),
        (GO, "silent errors in faxes: 2.0 % (at least 1.0 %), limit 10 %"),
        (silent(NOTHING), "silent errors in faxes: not measured, limit 10 %"),
        (
            silent(NOTHING, note="no case of the run is in it"),
            "silent errors in faxes: not measured, limit 10 %; no case of the run is in it",
        ),
        (
            Criterion(name="silent_errors", estimate=share(0.011, 0.004, 0.0217, 300), limit=0.02),
            "silent errors over the mix: 1.1 %, could be as high as 2.2 %, limit 2 %; about 90 more cases would decide",
        ),
        (
            Criterion(name="silent_errors", estimate=share(0.03, 0.0199, 0.05), limit=0.02, scalable=False),
            "silent errors over the mix: 3.0 %, could be as low as 1.99 %, limit 2 %",
        ),
        (
            Criterion(name="straight_through", estimate=share(0.52, 0.45, 0.58), limit=0.7, at_least=True),
            "straight-through over the mix: 52.0 % (at most 58.0 %), needs 70 %",
        ),
        (
            Criterion(
                name="straight_through", estimate=share(0.74, 0.66, 0.8), limit=0.7, at_least=True, scalable=False
            ),
            "straight-through over the mix: 74.0 %, could be as low as 66.0 %, needs 70 %",
        ),
        (
            Criterion(name="p95", estimate=share(1.84, 1.62, 2.2), limit=1.5, unit="seconds"),
            "95th percentile of the latency: 1.84 s (at least 1.62 s), limit 1.5 s",
        ),
        (
            Criterion(name="unknown", estimate=share(0.12, 0.12, 0.12), limit=0.05, scalable=False),
            "share of the mix that nobody described: 12.0 %, limit 5 %",
        ),
        (
            Criterion(name="novel", estimate=share(0.2, 0.1, 0.3), limit=0.0),
            "novel: 20.0 % (at least 10.0 %), limit 0 %",
        ),
    ],
)
def test_the_first_line_can_be_read_by_a_tired_person(line: Criterion, text: str) -> None:
    assert first_line(line, judge_line(line), more_cases(line)) == text


def test_a_reason_carries_the_line_and_its_command() -> None:
    line = Criterion(
        name="errors", estimate=share(0.2, 0.1, 0.3), limit=0.02, worst=("a/b#1",), show="harness show a/b#1 --run r"
    )
    reason = decide([line], HEADLINE).reasons[0]
    assert (reason.line, reason.low, reason.cases, reason.show) == ("errors", 0.1, ("a/b#1",), line.show)


def test_seventy_clean_cases_leave_the_exact_bound() -> None:
    assert share_bounds(0, 70)[1] == pytest.approx(1 - 0.05 ** (1 / 70))


def test_a_sentence_with_half_of_a_pair_can_be_written() -> None:
    estimate = Estimate(value=0.5, low=0.4, high=0.6, n=9)
    line = Criterion(name="concurrency", estimate=estimate, limit=0.0, says="becomes \ud800", cause="becomes \ud800")
    (reason,) = decide([line], HEADLINE).reasons
    assert (reason.first_line, reason.cause) == ("becomes ?", "becomes ?")
