"""What a budget can see, in words, before the first call."""

import pytest

from harness.core.statistics.power import DropPowerEstimate, PowerEstimate
from harness.report.price import describe_drop_power, describe_power

FAXES = PowerEstimate(
    slice="faxes", cases=70, limit=0.1, shows=0.0419, bad=0.2, power=0.774, found=0.206, good=0.01, passes=0.968
)


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (
            PowerEstimate(slice="pilot", cases=50, limit=0.1, shows=0.0, bad=0.2, power=1.0, found=0.1),
            "pilot: all 50 samples are sent, so only differences between repeats are uncertain",
        ),
        (
            FAXES,
            "faxes: 70 cases without a silent error show at most 4.2 %; a rate of 1 % passes with chance 0.97; "
            "20 % fails with chance 0.77; rates from 20.6 % fail with chance 0.8",
        ),
        (
            PowerEstimate(slice="phones", cases=20, limit=0.1, shows=0.139, bad=0.2, power=0.1, good=0.01, passes=0.0),
            "phones: 20 cases without a silent error show at most 13.9 %; a go is out of reach (limit 10 %); "
            "20 % fails with chance 0.10; no rate fails with chance 0.8",
        ),
        (
            PowerEstimate(slice="", cases=140, limit=0.02, shows=0.016),
            "the mix: 140 cases without a silent error show at most 1.6 %",
        ),
        (PowerEstimate(slice="faxes", cases=0, limit=0.1, shows=1.0), "faxes: no case planned, nothing can be seen"),
    ],
)
def test_what_a_budget_sees_of_silent_errors_is_one_line(estimate: PowerEstimate, text: str) -> None:
    assert describe_power(estimate) == text


@pytest.mark.parametrize(
    ("cases", "falls", "found", "go_possible", "text"),
    [
        (84, 7, 0.12, True, "a drop is shown if 7 of 84 cases fall; a drop of 12 points fails with chance 0.8"),
        (
            24,
            7,
            0.39,
            False,
            "a drop is shown if 7 of 24 cases fall; a drop of 39 points fails with chance 0.8; a go is out of reach",
        ),
        (3, None, None, False, "no drop can be shown; a go is out of reach"),
        (0, None, None, False, "the baseline has no case of it"),
    ],
)
def test_what_a_budget_sees_of_a_drop_is_one_clause(
    cases: int, falls: int | None, found: float | None, go_possible: bool, text: str
) -> None:
    estimate = DropPowerEstimate(slice="faxes", cases=cases, falls=falls, found=found, go_possible=go_possible)
    assert describe_drop_power(estimate) == f"faxes: {text}"
