"""`check --selftest`: the gate sees what was planted, and the self-test catches each broken gate."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from harness.core.regression.columns import Results
from harness.core.regression.gathering import columns_of
from harness.core.settings import Settings
from harness.core.verdict import Criterion
from harness.diff.gate.worst import RunContext
from harness.diff.regression.mutations import fewest
from harness.run.baseline.status import BaselineStatus, against, side_of
from harness.run.selftest import run_selftest
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import honest, unsteady, write_pilot
from tests.endpoints.server import Answer, serving


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))


def promoted(answer: Answer, calls: int = 120, until: str = "2099-12-31") -> CommandResult:
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", str(calls), "--out", "one")
    with serving(answer) as url:
        harness("check", url, *asked)
    return harness(
        "promote",
        "one",
        "--as",
        "v1",
        "--why",
        "first",
        "--until",
        until,
        "--approver",
        "Ada",
        "--accept-no-go",
        "known",
    )


def criteria(passed: BaselineStatus, after: Results) -> tuple[Criterion, ...]:
    return against(passed, after, Settings(), RunContext(run="broken", samples=0))[0]


def with_itself(passed: BaselineStatus, after: Results) -> Sequence[Criterion]:
    return criteria(passed, side_of(passed.baseline))


def the_wrong_way_round(passed: BaselineStatus, after: Results) -> Sequence[Criterion]:
    return criteria(BaselineStatus(baseline=replace(passed.baseline, cases=after.cases)), side_of(passed.baseline))


def without_the_pilot(passed: BaselineStatus, after: Results) -> Sequence[Criterion]:
    return [one for one in criteria(passed, after) if one.slice != "pilot"]


def blind_to_what_is_missing(passed: BaselineStatus, after: Results) -> Sequence[Criterion]:
    return [replace(one, complete=True) for one in criteria(passed, after)]


def counting_errors_as_quality(passed: BaselineStatus, after: Results) -> Sequence[Criterion]:
    wrong = [
        replace(case, repeats=tuple(replace(one, disposition="accepted", judgement="wrong") for one in case.repeats))
        if any(one.integration_error for one in case.repeats)
        else case
        for case in after.cases
    ]
    return criteria(passed, replace(after, cases=columns_of(wrong)))


def alarming_at_any_case(passed: BaselineStatus, after: Results) -> Sequence[Criterion]:
    return [
        replace(one, q=0.0, limit=-1.0) if (one.estimate.low < 0 and one.q is not None and one.q < 1) else one
        for one in criteria(passed, after)
    ]


def test_the_gate_sees_what_got_worse_and_is_quiet_about_what_did_not() -> None:
    promoted(honest)
    outcome = harness("check", "--selftest")
    assert outcome.code == 0, outcome.out + outcome.err
    assert outcome.out.startswith("SELF-TEST PASSED")
    told = json.loads(harness("check", "--selftest", "--json").out)
    seen = {(one["slice"], one["expected"]) for one in told["tried"] if one["passed"]}
    assert {("pilot", "no-go"), ("malformed_records", "no-go"), ("pilot", "not go"), ("", "not no-go")} <= seen
    assert harness("check", "--selftest").out == outcome.out


@pytest.mark.parametrize(
    "broken",
    [with_itself, the_wrong_way_round, without_the_pilot, blind_to_what_is_missing, counting_errors_as_quality],
)
def test_a_gate_that_is_broken_on_purpose_is_caught(
    broken: Callable[[BaselineStatus, Results], Sequence[Criterion]],
) -> None:
    promoted(honest, calls=400)
    found = run_selftest(gate=broken)
    assert found.exit_code == 1
    assert found.failed


def test_a_gate_that_alarms_at_any_newly_failing_case_is_caught_over_an_unsteady_service() -> None:
    promoted(unsteady(1, 0.8), calls=400)
    assert run_selftest().exit_code == 0
    assert run_selftest(gate=alarming_at_any_case).exit_code == 1


def test_a_slice_that_is_too_small_to_show_a_drop_is_called_blind() -> None:
    promoted(honest, calls=12)
    outcome = harness("check", "--selftest")
    assert outcome.code == 5
    assert "blind in pilot: only 3 samples of it hold, and a drop shows from 6" in outcome.out


def test_nothing_can_be_planted_where_there_is_no_baseline_or_one_that_counts_no_more() -> None:
    assert "contains no baseline" in harness("check", "--selftest").err
    promoted(honest)
    head = Path("baseline/baseline.json")
    head.write_text(head.read_text(encoding="utf-8").replace("2099", "2098"), encoding="utf-8")
    outcome = harness("check", "--selftest")
    assert (outcome.code, outcome.out) == (4, "")
    assert "was edited by hand since it was promoted, so its criteria are undecided" in outcome.err


@pytest.mark.parametrize(("slices", "cases", "limit", "k"), [(1, 24, 0.05, 5), (2, 24, 0.05, 6), (2, 252, 0.05, 13)])
def test_as_few_cases_fall_as_are_significant_and_beyond_the_limit(
    slices: int, cases: int, limit: float, k: int
) -> None:
    assert fewest(slices, cases, limit) == k
