"""The concurrency test: the same cases alone and together."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.core.finding_kinds import FindingKind
from harness.store.folder import RunFolder
from tests.dose import most_in_full
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.crowded import default_when_busy, keeping, one_at_a_time, shared_variable
from tests.endpoints.orders import honest, unsteady, write_pilot
from tests.endpoints.server import Answer, serving


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))


def checked(answer: Answer, *more: str) -> CommandResult:
    arguments = ("--samples", "pilot", "--truth", "total,carrier", "--out", "run")
    with serving(answer) as url:
        return harness("check", url, *arguments, *more)


def reasons(test: str = "concurrency") -> list[dict[str, Any]]:
    verdict = json.loads(Path("run", "verdict.json").read_text(encoding="utf-8"))
    return [reason for reason in verdict["reasons"] if reason["criterion"] == test]


def findings(kind: FindingKind) -> list[dict[str, Any]]:
    found = json.loads(Path("run", "findings.json").read_text(encoding="utf-8"))
    return [finding for finding in found if finding["kind"] == kind]


def where(finding: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["where"], one.get("value", "")) for one in finding["circumstances"]]


def test_a_shared_variable_is_found_as_answers_that_are_swapped_when_two_are_in_flight() -> None:
    assert checked(shared_variable(honest)).code == 1
    (reason,) = reasons()
    found = reason["finding"]
    assert reason["status"] == "failed"
    assert (found["kind"], found["subject"]) == ("answers_changed", "swapped")
    assert where(found) == [("in_flight", "2")]
    assert found["control"]["hits"] == 0
    assert found["control"]["n"] >= 8
    assert found["count"]["hits"] == found["parts"]["swapped"]["n"]
    assert 2 * found["parts"]["swapped"]["hits"] > found["count"]["hits"]
    assert found["example"]["expected"] != found["example"]["got"]
    assert found["example"]["other"].startswith("pilot/samples#")
    assert all(case.startswith("concurrency/in_flight_2#") for case in reason["cases"])


def test_a_shared_variable_behind_kept_answers_is_found_by_requests_that_were_never_sent_before() -> None:
    assert checked(keeping(shared_variable(honest))).code == 1
    (reason,) = reasons()
    found = reason["finding"]
    assert (found["kind"], found["subject"], where(found)) == ("answers_changed", "swapped", [("in_flight", "2")])
    assert found["control"]["hits"] == 0
    assert all(case.startswith("concurrency/variant_") for case in reason["cases"])


@pytest.mark.full_dose
def test_a_service_that_keeps_its_answers_and_is_right_passes() -> None:
    assert checked(keeping(honest)).code == 0


@pytest.mark.full_dose
def test_a_service_that_refuses_what_the_test_has_to_change_is_not_blamed() -> None:
    known = {line.split('"note"')[0] for line in Path("pilot", "orders.jsonl").read_text().splitlines()}

    def strict(body: bytes) -> tuple[int, object]:
        return honest(body) if body.decode().split('"note"')[0] in known else (422, {"detail": "unknown"})

    checked(strict)
    assert reasons() == []
    assert findings(FindingKind.UNANSWERED_IN_CIRCUMSTANCE) == []


@pytest.mark.full_dose
def test_a_default_for_everybody_when_many_are_in_flight_is_found_with_the_default_and_the_depth() -> None:
    default = {"result": {"total": 0.0, "carrier": "parcel"}, "needs_review": False}
    assert checked(default_when_busy(honest, default, most=4)).code == 1
    (reason,) = reasons()
    found = reason["finding"]
    assert (found["kind"], found["subject"], found["names"]) == ("answers_changed", "constant", ["0.0 / parcel"])
    assert where(found) == [("in_flight", "8")]


@pytest.mark.parametrize("status", most_in_full([429, 503]))
def test_a_service_that_takes_one_request_at_a_time_is_named_and_not_blamed(status: int) -> None:
    checked(one_at_a_time(honest, status))
    assert reasons() == []
    (found,) = findings(FindingKind.UNANSWERED_IN_CIRCUMSTANCE)
    assert (found["subject"], where(found)) == ("request", [("in_flight", "2")])
    assert 0 < found["count"]["hits"] <= found["count"]["n"]
    assert sum(found["causes"].values()) == found["count"]["hits"]


def test_an_honest_service_passes_and_is_sent_requests_alone_and_together() -> None:
    assert checked(honest).code == 0
    assert reasons() == []
    parts = {address.partition("#")[0] for address, _ in RunFolder.read(Path("run")).replies}
    assert {"concurrency/in_flight_2", "concurrency/a_a_b", "concurrency/in_flight_8"} <= parts


@pytest.mark.parametrize("number", most_in_full(range(4)))
def test_a_service_that_differs_in_one_of_fifty_is_noise_and_not_blamed_on_company(number: int) -> None:
    checked(unsteady(number, 0.98))
    assert [reason["status"] for reason in reasons()] in ([], ["undecided"])


def test_too_few_calls_leave_the_criterion_undecided_and_the_switch_takes_it_away() -> None:
    checked(honest, "--calls", "40")
    (reason,) = reasons()
    found = reason["finding"]
    assert reason["status"] == "undecided"
    assert (found["kind"], found["why"], where(found)) == ("not_tested", "too_few_calls", [("in_flight", "")])
    assert found["numbers"]["calls"] < 40
    Path("harness.toml").write_text("[budget]\nrobustness = []\n", encoding="utf-8")
    checked(honest, "--calls", "40", "--out", "without", "--config", "harness.toml")
    verdict = json.loads(Path("without", "verdict.json").read_text(encoding="utf-8"))
    assert verdict["reasons"]
    assert "concurrency" not in {result["criterion"] for result in (*verdict["reasons"], *verdict["passed"])}


def test_the_price_names_the_test_before_the_first_call() -> None:
    assert "; concurrency " in checked(honest).err


@pytest.mark.full_dose
def test_a_case_of_the_test_can_be_shown_by_its_address() -> None:
    checked(shared_variable(honest))
    result = harness("show", reasons()[0]["cases"][0], "--run", "run")
    assert result.code == 0


def left_out() -> dict[str, dict[str, Any]]:
    """The findings on arrangements that were not sent, by circumstance."""
    return {where(one)[0][0]: one for one in findings(FindingKind.NOT_TESTED) if one["test"] == "concurrency"}


def test_an_arrangement_that_the_budget_does_not_hold_is_named_with_the_calls_that_it_needs() -> None:
    checked(honest, "--calls", "110")
    assert left_out()["repeated_in_flight"]["numbers"] == {"calls": 12, "needed": 26}


def test_an_arrangement_that_the_settings_forbid_is_named_beside_the_verdict() -> None:
    Path("harness.toml").write_text("[target]\nin_flight = 4\n", encoding="utf-8")
    said = checked(honest, "--calls", "400")
    assert "Not tested: 8 parallel requests\n" in said.out
    assert set(left_out()) == {"in_flight"}


def test_a_budget_of_400_sends_every_arrangement() -> None:
    checked(honest, "--calls", "400")
    sent = {row.address.split("#")[0] for row in RunFolder.read(Path("run")).read_judged()}
    assert {"concurrency/in_flight_2", "concurrency/a_a_b", "concurrency/in_flight_8", "concurrency/variant_1"} <= sent
    assert left_out() == {}
