"""What a regression criterion sees of a drop: its estimates against the criterion itself, and by simulation."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.core.regression.baseline import CaseResult, Repeat
from harness.core.statistics.power import SURE
from harness.core.verdict import SIGNIFICANT
from harness.diff.regression.drop_bounds import drop_estimate
from harness.diff.regression.drop_power import (
    chance_found,
    estimate_drop_power,
    found_drop,
    planned,
)
from harness.diff.regression.exact import p_worse
from harness.diff.regression.kinds import Paired

LIMIT = 0.05


def steady(before: int, after: int) -> Paired:
    return Paired(before=before, before_passed=before, after=after, after_passed=0)


def unsteady(cases: int, before: int, after: int, draw: np.random.Generator, variants: int = 1) -> list[Paired]:
    """A baseline as of a real service: most cases steady, some flaky, some hard."""
    chance = draw.choice([0.995, 0.70, 0.15], size=-(-cases // variants), p=[0.75, 0.15, 0.10])
    return [
        Paired(
            before=before,
            before_passed=int(draw.binomial(before, chance[k // variants])),
            after=after,
            after_passed=0,
            base=str(k // variants) if variants > 1 else "",
        )
        for k in range(cases)
    ]


@pytest.mark.parametrize(
    ("repeats", "slices", "exact", "falls", "go_possible"),
    [
        ([(1, 1)] * 84, 1, False, 5, True),
        ([(1, 1)] * 84, 4, False, 7, True),
        ([(5, 3)] * 84, 1, False, 5, True),  # two would be enough evidence, and are less than the limit
        ([(2, 2)] * 24, 4, True, 3, False),
        ([(3, 3)] * 24, 4, True, 2, True),
        ([(1, 1)] * 24, 1, False, 5, False),
        ([(1, 1)] * 4, 1, False, None, False),
        ([], 1, False, None, False),
    ],
)
def test_the_fewest_cases_that_show_a_drop_are_those_of_the_criterion_itself(
    repeats: list[tuple[int, int]], slices: int, exact: bool, falls: int | None, go_possible: bool
) -> None:
    power = estimate_drop_power("faxes", [steady(*each) for each in repeats], slices, 0.05, exact=exact)
    assert (power.falls, power.go_possible) == (falls, go_possible)


def test_fewer_cases_see_larger_drops_only() -> None:
    power = [estimate_drop_power("faxes", [steady(1, 1)] * n, 4, 0.05) for n in (84, 24, 3, 0)]
    assert [(one.cases, one.falls, one.go_possible) for one in power] == [
        (84, 7, True),
        (24, 7, False),
        (3, None, False),
        (0, None, False),
    ]
    assert [one.found and round(one.found, 2) for one in power] == [0.12, 0.39, None, None]


def failed_share(before: list[Paired], lost: float, slices: int, draw: np.random.Generator, runs: int = 300) -> float:
    """The share of simulated releases in which the criterion fails if every case loses that part of its chance."""
    hits = 0
    for _ in range(runs):
        chances = [pair.before_passed / pair.before * (1 - lost) for pair in before]
        after = [replace(p, after_passed=int(draw.binomial(p.after, c))) for p, c in zip(before, chances, strict=True)]
        beyond = (drop_estimate(after, exact=False).value or 0.0) > LIMIT
        hits += beyond and p_worse(after) * slices <= SIGNIFICANT
    return hits / runs


@pytest.mark.parametrize(("cases", "before", "after"), [(20, 5, 3), (60, 1, 1), (100, 1, 1), (24, 2, 2), (200, 1, 1)])
@pytest.mark.parametrize("slices", [1, 4])
def test_the_drop_that_is_estimated_beforehand_is_found_about_8_times_in_10(
    cases: int, before: int, after: int, slices: int
) -> None:
    draw = np.random.default_rng(5)
    had = unsteady(cases, before, after, draw)
    drop = found_drop(had, slices, LIMIT)
    assert drop is not None
    passed = sum(pair.before_passed / pair.before for pair in had) / cases
    assert 0.70 <= failed_share(had, drop / passed, slices, draw) <= 0.97


def test_with_variants_of_few_samples_the_figure_errs_on_the_side_of_seeing_less() -> None:
    draw = np.random.default_rng(5)
    had = unsteady(100, 1, 1, draw, variants=4)
    drop = found_drop(had, 4, LIMIT)
    assert drop is not None
    passed = sum(pair.before_passed for pair in had) / 100
    assert failed_share(had, drop / passed, 4, draw) >= 0.78


@given(st.integers(5, 80), st.integers(1, 3), st.integers(1, 3), st.integers(1, 10))
def test_a_larger_drop_is_found_more_often(cases: int, before: int, after: int, slices: int) -> None:
    had = [steady(before, after)] * cases
    chances = [chance_found(had, lost / 20, slices, LIMIT) for lost in range(1, 20)]
    assume(chance_found(had, 1.0, slices, LIMIT) >= SURE)
    below = list(itertools.takewhile(lambda chance: chance < SURE, chances))
    assert all(later >= earlier - 1e-9 for earlier, later in itertools.pairwise(below))
    assert all(chance >= SURE for chance in chances[len(below) :])


def test_more_cases_are_as_good_as_more_repeats_for_the_same_calls() -> None:
    """160 calls on either side; the chance to find a service that lost 12 %, as the gate over ten slices has it."""
    draw = np.random.default_rng(1)
    chances = [
        np.mean([chance_found(unsteady(cases, times, times, draw), 0.12, 10, LIMIT) for _ in range(60)])
        for cases, times in ((160, 1), (80, 2), (40, 4))
    ]
    assert chances[0] >= max(chances) - 0.05


def test_a_case_that_was_never_answered_counts_as_not_passed() -> None:
    lost = CaseResult(address="a/b#1", sha256="", repeats=(Repeat(disposition="timeout", judgement="unscored"),))
    assert planned(lost, 3) == Paired(before=1, before_passed=0, after=3, after_passed=0)
