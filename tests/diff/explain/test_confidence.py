from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.diff.explain.confidence import (
    Stated,
    best_threshold,
    calibration_error,
    confidence_figures,
    reliability,
    risk_coverage,
)

answers = st.builds(
    Stated,
    confidence=st.floats(0, 1),
    right=st.booleans(),
    weight=st.sampled_from([0.1, 0.5, 1.0]),
    accepted=st.booleans(),
)


def service(*answers: tuple[float, bool], weight: float = 1.0) -> list[Stated]:
    return [Stated(confidence=sure, right=right, weight=weight / len(answers)) for sure, right in answers]


def test_a_service_that_is_as_right_as_it_says_has_no_calibration_error() -> None:
    honest = service(*[(0.75, k < 75) for k in range(100)])
    (only,) = reliability(honest)
    assert (only.confidence, only.right) == pytest.approx((0.75, 0.75))
    assert calibration_error(reliability(honest)) == pytest.approx(0.0)


def test_a_service_that_is_always_sure_and_half_right_is_off_by_half() -> None:
    boaster = service(*[(1.0, k % 2 == 0) for k in range(100)])
    assert calibration_error(reliability(boaster)) == pytest.approx(0.5)


def test_cases_count_by_their_part_of_the_mix() -> None:
    common, rare = service(*[(0.9, True)] * 10, weight=0.9), service(*[(0.9, False)] * 50, weight=0.1)
    (only,) = reliability([*common, *rare])
    assert only.right == pytest.approx(0.9)


@given(st.lists(answers, min_size=1, max_size=60))
def test_curve_and_error_are_those_of_shares(given_answers: list[Stated]) -> None:
    curve = reliability(given_answers)
    assert sum(one.weight for one in curve) == pytest.approx(sum(a.weight for a in given_answers))
    assert all(0 <= one.right <= 1 + 1e-9 for one in curve)
    assert 0 <= calibration_error(curve) <= 1


@given(st.lists(answers, min_size=1, max_size=60))
@example([Stated(confidence=0.043, right=False, weight=0.1, accepted=True)])
def test_a_higher_threshold_never_lets_more_through_and_each_is_what_it_says(given_answers: list[Stated]) -> None:
    thresholds = risk_coverage(given_answers)
    for lower, higher in pairwise(thresholds):
        assert lower.flag_below < higher.flag_below
        assert lower.silent_errors >= higher.silent_errors - 1e-9
        assert lower.straight_through >= higher.straight_through - 1e-9
    for one in thresholds:
        left = [a for a in given_answers if a.accepted and a.confidence >= one.flag_below]
        assert one.silent_errors == pytest.approx(sum(a.weight for a in left if not a.right), abs=1e-9)
        assert one.straight_through == pytest.approx(sum(a.weight for a in left if a.right), abs=1e-9)
    assert thresholds[-1].straight_through == pytest.approx(0.0, abs=1e-9)


def test_the_best_threshold_lets_through_what_it_can_and_no_more_silent_errors_than_allowed() -> None:
    sorted_out = service(*[(0.99, True)] * 80, *[(0.85, False)] * 15, *[(0.84, True)] * 5)
    best = best_threshold(risk_coverage(sorted_out), 0.02)
    assert best is not None
    assert best.flag_below == pytest.approx(0.8501)
    assert (best.silent_errors, best.straight_through) == pytest.approx((0.0, 0.80))


def test_a_threshold_is_proposed_if_one_helps_and_only_then() -> None:
    helped = service(*[(0.99, True)] * 80, *[(0.85, False)] * 20)
    confused = service(*[(0.99, k % 5 > 0) for k in range(100)])
    fine = service(*[(0.99, True)] * 100)
    assert confidence_figures(helped, 0.02) == pytest.approx(
        {
            "mean": 0.8 * 0.99 + 0.2 * 0.85,
            "right": 0.8,
            "calibration_error": 0.8 * 0.01 + 0.2 * 0.85,
            "silent_errors": 0.2,
            "limit": 0.02,
            "flag_below": 0.8501,
            "silent_errors_left": 0.0,
            "straight_through_left": 0.8,
        }
    )
    confused_figures = confidence_figures(confused, 0.02)
    assert confused_figures["silent_errors"] == pytest.approx(0.2)
    assert not confused_figures.keys() & {"flag_below", "silent_errors_left", "straight_through_left"}
    assert confidence_figures(fine, 0.02) == pytest.approx(
        {"mean": 0.99, "right": 1.0, "calibration_error": 0.01, "silent_errors": 0.0, "limit": 0.02}
    )
    assert confidence_figures(fine[:19], 0.02) == {}
