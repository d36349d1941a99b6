"""Criteria in columns: figures in as many digits as keep them apart from the limit, and what would decide."""

import pytest

from harness.core.decide import decide
from harness.core.verdict import Criterion, CriterionResult, Estimate, Headline
from harness.report.criteria import counts, interval, limit, measured, name_of, words_of

NOTHING = Estimate(value=None, low=0.0, high=1.0, n=0)
HEADLINE = Headline(pilot=NOTHING, projected=NOTHING, gap=NOTHING, silent_errors=NOTHING, straight_through=NOTHING)


def result_of(criterion: Criterion) -> CriterionResult:
    decided = decide([criterion], HEADLINE)
    return (*decided.reasons, *decided.passed)[0]


def share(value: float, low: float, high: float, n: int = 100) -> Estimate:
    return Estimate(value=value, low=low, high=high, n=n)


def silent(estimate: Estimate) -> Criterion:
    return Criterion(name="silent_errors_pack", slice="faxes", estimate=estimate, limit=0.10)


CASES = [
    (silent(share(0.184, 0.121, 0.25)), "silent errors in faxes", "18.4 %", "12.1 - 25.0", "<= 10 %"),
    (silent(share(0.02, 0.01, 0.05)), "silent errors in faxes", "2.0 %", "1.0 - 5.0", "<= 10 %"),
    (silent(NOTHING), "silent errors in faxes", "-", "-", "<= 10 %"),
    (
        Criterion(name="silent_errors", estimate=share(0.011, 0.004, 0.0217, 300), limit=0.02),
        "silent errors (answerable cases)",
        "1.1 %",
        "0.4 - 2.2",
        "<= 2 %",
    ),
    (
        Criterion(name="silent_errors", estimate=share(0.0199, 0.01, 0.05), limit=0.02, scalable=False),
        "silent errors (answerable cases)",
        "1.99 %",
        "1.0 - 5.0",
        "<= 2 %",
    ),
    (
        Criterion(name="straight_through", estimate=share(0.52, 0.45, 0.58), limit=0.7, at_least=True),
        "straight-through (answerable cases)",
        "52.0 %",
        "45.0 - 58.0",
        ">= 70 %",
    ),
    (
        Criterion(name="p95", estimate=share(1.84, 1.62, 2.2), limit=1.5, unit="seconds"),
        "latency, 95th percentile",
        "1.84 s",
        "1.6 - 2.2",
        "<= 1.5 s",
    ),
    (
        Criterion(name="unknown", estimate=share(0.12, 0.12, 0.12), limit=0.05, scalable=False),
        "undescribed traffic",
        "12.0 %",
        "-",
        "<= 5 %",
    ),
    (
        Criterion(name="samples", estimate=share(7, 7, 7, 7), limit=10, at_least=True, unit="cases"),
        "pilot samples",
        "7",
        "-",
        ">= 10",
    ),
    (Criterion(name="novel", estimate=share(0.2, 0.1, 0.3), limit=0.0), "novel", "20.0 %", "10.0 - 30.0", "<= 0 %"),
]


@pytest.mark.parametrize(("criterion", "name", "value", "span", "bound"), CASES)
def test_a_criterion_is_one_row_of_figures(criterion: Criterion, name: str, value: str, span: str, bound: str) -> None:
    result = result_of(criterion)
    assert (name_of(result), measured(result), interval(result), limit(result)) == (name, value, span, bound)


@pytest.mark.parametrize(
    ("criterion", "advice"),
    [
        (
            Criterion(name="silent_errors", estimate=share(0.011, 0.004, 0.0217, 300), limit=0.02),
            "About 90 more cases would decide this.",
        ),
        (
            Criterion(name="samples", estimate=share(7, 7, 7, 7), limit=10, at_least=True, unit="cases"),
            "3 more would decide this.",
        ),
    ],
)
def test_an_undecided_criterion_says_how_many_more_would_decide_it(criterion: Criterion, advice: str) -> None:
    assert words_of(result_of(criterion)).advice == (advice,)


def test_a_criterion_that_more_cases_do_not_decide_promises_nothing() -> None:
    low = Criterion(name="silent_errors", estimate=share(0.03, 0.0199, 0.05), limit=0.02, scalable=False)
    assert words_of(result_of(low)).advice == ()
    assert words_of(result_of(silent(NOTHING))).headline == "Not measured: silent errors in faxes"


@pytest.mark.parametrize(("value", "figure", "most"), [(0.0042, "4.20 ms", "<= 50 ms"), (1.33, "1.33 s", "<= 0.05 s")])
def test_short_times_are_shown_in_milliseconds_and_long_ones_in_seconds(value: float, figure: str, most: str) -> None:
    one = CriterionResult(
        criterion="p95", status="failed", value=value, low=value, high=value, n=60, limit=0.05, unit="seconds"
    )
    assert (measured(one), limit(one)) == (figure, most)


@pytest.mark.parametrize(("per_request", "told"), [(True, "23 of 180"), (False, "weighted 23/180")])
def test_errors_under_load_are_counted_in_requests(per_request: bool, told: str) -> None:
    share = 23 / 180
    one = CriterionResult(
        criterion="errors",
        status="failed",
        value=share,
        low=share,
        high=share,
        n=180,
        hits=23,
        limit=0.02,
        per_request=per_request,
    )
    assert counts(one) == told
