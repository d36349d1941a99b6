"""The short form of tests/shows/22_three_way_lines.py: seeded, the lines that matter most."""

import math

import pytest

from tests.shows.scored import MAX_FALSE_SHARE, MIN_COVERAGE, Scored
from tests.shows.simulated import Service
from tests.shows.simulated_lines import foreseen, rates, releases
from tests.shows.simulated_releases import Release
from tests.shows.simulated_services import RELEASES, SERVICES

RUNS = 120
ERROR = 3 * math.sqrt(MAX_FALSE_SHARE * (1 - MAX_FALSE_SHARE) / RUNS)


def wrong(found: list[Scored]) -> list[str]:
    """The lines whose bounds hold too seldom, or that answer wrongly too often, beyond what chance does in few runs."""
    error = 3 * math.sqrt(MIN_COVERAGE * (1 - MIN_COVERAGE) / RUNS)
    return [
        one.where
        for one in found
        if not one.beyond
        and (
            min(one.covered(0), one.covered(1)) < MIN_COVERAGE - error
            or one.worst_go > MAX_FALSE_SHARE + ERROR
            or (not one.free and one.worst_no_go > MAX_FALSE_SHARE + ERROR)
        )
    ]


@pytest.mark.parametrize("service", SERVICES[1:2] + SERVICES[3:4] + SERVICES[8:9], ids=lambda service: service.name)
def test_no_line_made_of_rates_claims_more_than_its_runs_show(service: Service) -> None:
    found = rates(service, RUNS, seed=1)
    assert len(found) >= 9
    assert not wrong(found)


@pytest.mark.parametrize("release", [RELEASES[1], RELEASES[3]], ids=lambda release: release.name)
def test_no_regression_line_claims_more_than_its_runs_show(release: Release) -> None:
    assert not wrong(releases(release, RUNS, seed=1))


def test_the_plan_promises_what_comes() -> None:
    told, off = foreseen(2000, seed=1)
    assert off <= 3 * math.sqrt(0.25 / 2000), told
