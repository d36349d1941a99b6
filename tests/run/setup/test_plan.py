"""Cases or repeats before a run, and the budget that would decide after it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.core.decide import status_of
from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.settings import Budget, Mix, RobustnessName, Settings
from harness.core.verdict import Criterion, Estimate
from harness.run.setup.budget import Allotment, allot
from harness.run.setup.plan import describe_plan, more_calls
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import serving

WHOLE: dict[RobustnessName, int] = {"coverage": 110, "state": 30}
MIX = (Mix(pack="pilot", share=0.7), Mix(pack="faxes", share=0.3))


def of(calls: int) -> Allotment:
    return allot(calls, 24, MIX, probing=True)


def criterion(name: str, value: float, low: float, high: float, limit: float, n: int, slice_: str = "") -> Criterion:
    return Criterion(name=name, slice=slice_, limit=limit, estimate=Estimate(value=value, low=low, high=high, n=n))


def test_an_undecided_pack_names_the_budget_that_decides_it() -> None:
    now = of(200).packs["faxes"]
    open_ = criterion("silent_errors_pack", 0.04, 0.01, 0.12, 0.10, now, "faxes")
    (more,) = more_calls([open_], {"pilot": 24, "faxes": now}, 200, of)
    assert (more.kind, more.names) == (FindingKind.MORE_CALLS, ("silent_errors_pack in faxes",))
    assert more.numbers["calls"] > more.numbers["now"] == 200
    assert of(int(more.numbers["calls"])).packs["faxes"] > now


def test_a_test_that_had_too_few_calls_names_the_budget_with_which_it_runs_whole() -> None:
    def with_tests(calls: int) -> Allotment:
        return allot(calls, 24, MIX, probing=True, robustness=("state", "coverage"), coverage=110)

    lacking: tuple[tuple[RobustnessName, FindingKind, Why | None], ...] = (
        ("coverage", FindingKind.NOT_TESTED, Why.TOO_FEW_CALLS),
        ("coverage", FindingKind.FIELDS_NOT_COVERED, None),
        ("state", FindingKind.NOT_TESTED, Why.TOO_FEW_CALLS),
    )
    for name, kind, why in lacking:
        estimate = Estimate(value=None, low=0.0, high=1.0, n=0)
        open_ = Criterion(name=name, limit=0.0, estimate=estimate, unit="cases", finding=Finding(kind=kind, why=why))
        assert status_of(open_) == "undecided"
        (more,) = more_calls([open_], {"pilot": 24}, 60, with_tests, tests=WHOLE)
        assert with_tests(int(more.numbers["calls"])).robustness[name] >= WHOLE[name]
        enough = int(more.numbers["calls"])
        assert more_calls([open_], {"pilot": 24}, enough, with_tests, tests=WHOLE) == ()


def test_an_upstream_whose_fault_may_have_made_answers_wrong_gets_calls_for_four_times_as_many() -> None:
    finding = Finding(kind=FindingKind.UPSTREAM_UNCONFIRMED, subject="erp.hang")
    open_ = replace(criterion("upstream", 0.4, 0.0, 0.7, 0.0, 12, "erp"), finding=finding)
    (more,) = more_calls([open_], {"pilot": 24, "faxes": 60}, 200, of)
    assert more.numbers["calls"] >= 200 + 12 * 12


def test_criteria_that_no_number_of_cases_decides_are_not_promised_anything() -> None:
    on_the_limit = criterion("silent_errors", 0.02, 0.01, 0.04, 0.02, 100)
    whole = Criterion(name="regress", slice="pilot", limit=0.05, scalable=False, estimate=on_the_limit.estimate)
    settled = criterion("silent_errors", 0.0, 0.0, 0.01, 0.02, 100)
    assert more_calls([on_the_limit, whole, settled], {"pilot": 24, "faxes": 60}, 200, of) == ()


def test_a_regression_criterion_is_named_so_that_its_baseline_can_grow_too() -> None:
    drop = criterion("regress", 0.02, -0.03, 0.07, 0.05, 60, "faxes")
    (more,) = more_calls([drop], {"pilot": 24, "faxes": 60}, 200, of)
    assert more.names == ("regress in faxes",)


def test_repeats_are_as_configured_and_never_more_than_the_calls_allow() -> None:
    asked = Settings(budget=Budget(calls=400, repeats=9), mix=MIX)
    got = allot(400, 24, MIX, probing=True, repeats=9)
    assert (got.repeats, got.once_more, got.calls) == (7, 0, 400)
    assert describe_plan(asked, got, 24).endswith(
        "each of the 24 pilot samples 7 times ([budget] repeats = 9, but the calls allow no more)"
    )
    assert allot(400, 24, MIX, probing=True, repeats=2).repeats == 2


def test_the_plan_says_why_cases_and_not_repeats() -> None:
    assert describe_plan(Settings(mix=MIX), of(400), 24) == (
        "each case of a pack once, since a new case shows more than a repeat;"
        " each of the 24 pilot samples 7 times, 12 of them once more"
    )
    assert describe_plan(Settings(mix=MIX), of(40), 24).endswith(
        "10 of the 24 pilot samples once, as the calls allow no more"
    )


def check(url: str, out: str, *more: str) -> CommandResult:
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "400")
    return harness("check", url, *asked, "--out", out, *more)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))


def test_an_undecided_check_says_how_many_calls_decide_and_with_them_it_is_decided() -> None:
    with serving(honest) as url:
        short = harness("check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", "60", "--out", "a")
        assert short.code == 5
        findings = json.loads(Path("a/findings.json").read_text(encoding="utf-8"))
        (more_calls,) = [finding for finding in findings if finding["kind"] == "more_calls"]
        assert more_calls["numbers"]["now"] == 60
        enough = f"{more_calls['numbers']['calls']:.0f}"
        assert f"Run the check again with --calls {enough}." in short.out
        assert f"About {enough} calls would decide" in short.out
        more = harness("check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", enough, "--out", "b")
    assert more.code == 0
