"""The company test: the same cases alone and together."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.store.folder import RunFolder
from tests.endpoints.command import Said, harness
from tests.endpoints.crowded import default_when_busy, one_at_a_time, shared_variable
from tests.endpoints.orders import honest, unsteady, write_pilot
from tests.endpoints.server import Answer, serving


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))


def checked(answer: Answer, *more: str) -> Said:
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--out", "run")
    with serving(answer) as url:
        return harness("check", url, *asked, *more)


def reasons(test: str = "concurrency") -> list[dict[str, Any]]:
    told = json.loads(Path("run", "verdict.json").read_text(encoding="utf-8"))
    return [reason for reason in told["reasons"] if reason["line"] == test]


def findings(kind: str) -> list[str]:
    told = json.loads(Path("run", "findings.json").read_text(encoding="utf-8"))
    return [finding["text"] for finding in told if finding["kind"] == kind]


def test_a_shared_variable_is_told_as_answers_that_are_exchanged_when_two_are_in_flight() -> None:
    assert checked(shared_variable(honest)).code == 1
    (reason,) = reasons()
    assert reason["verdict"] == "no-go"
    assert reason["first_line"].startswith("answers are exchanged when 2 requests are in flight: ")
    assert "asked alone, 0 of" in reason["first_line"]
    assert all(case.startswith("concurrency/in_flight_2#") for case in reason["cases"])


def test_a_default_for_everybody_when_many_are_in_flight_is_told_with_the_default_and_the_depth() -> None:
    default = {"result": {"total": 0.0, "carrier": "parcel"}, "needs_review": False}
    assert checked(default_when_busy(honest, default, most=4)).code == 1
    (reason,) = reasons()
    assert reason["first_line"].startswith("answers become 0.0 / parcel when 8 requests are in flight: ")


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_takes_one_request_at_a_time_is_said_and_not_blamed(status: int) -> None:
    checked(one_at_a_time(honest, status))
    assert reasons() == []
    (text,) = findings("company_refused")
    assert "requests got no answer when 2 requests are in flight" in text


def test_an_honest_service_has_no_company_line_and_is_asked_alone_and_together() -> None:
    assert checked(honest).code == 0
    assert reasons() == []
    parts = {address.partition("#")[0] for address, _ in RunFolder.read(Path("run")).replies}
    assert {"concurrency/in_flight_2", "concurrency/a_a_b", "concurrency/in_flight_8"} <= parts


def test_a_service_that_differs_in_one_of_fifty_is_noise_and_not_blamed_on_company() -> None:
    for number in range(4):
        checked(unsteady(number, 0.98), "--out", f"run-{number}")
        told = json.loads(Path(f"run-{number}", "verdict.json").read_text(encoding="utf-8"))
        assert [r["verdict"] for r in told["reasons"] if r["line"] == "concurrency"] in ([], ["undecided"])


def test_too_few_calls_leave_the_line_undecided_and_the_switch_takes_it_away() -> None:
    checked(honest, "--calls", "40")
    (reason,) = reasons()
    assert reason["verdict"] == "undecided"
    assert "calls are too few" in reason["first_line"]
    Path("harness.toml").write_text("[budget]\nrobustness = []\n", encoding="utf-8")
    checked(honest, "--calls", "40", "--out", "without", "--config", "harness.toml")
    told = json.loads(Path("without", "verdict.json").read_text(encoding="utf-8"))
    assert [reason["line"] for reason in told["reasons"] if reason["line"] == "concurrency"] == []


def test_the_price_names_the_stage_before_the_first_call() -> None:
    assert "; concurrency " in checked(honest).err


def test_a_case_of_the_stage_can_be_shown_by_its_address() -> None:
    checked(shared_variable(honest))
    said = harness("show", reasons()[0]["cases"][0], "--run", "run")
    assert said.code == 0
