"""Slices by any column of the samples, of their truth or of their records."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Answer, serving

PROMOTE = ("--as", "v1", "--why", "the first", "--until", "2099-12-31", "--approver", "Ada", "--accept-no-go", "known")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))


def check(answer: Answer, slices: str, critical: str = "", out: str = "run", calls: int = 200) -> CommandResult:
    gate = f"[gate]\ncritical = {critical}\n" if critical else ""
    Path("harness.toml").write_text(
        f"[target]\nrate = 200\n[pilot]\nslice = {slices}\n{gate}[budget]\nrobustness = []\n", encoding="utf-8"
    )
    arguments = ("--samples", "pilot", "--truth", "total,carrier", "--calls", str(calls), "--out", out)
    with serving(answer) as url:
        return harness("check", url, *arguments)


def criteria(out: str = "run") -> list[dict[str, Any]]:
    verdict = json.loads(Path(out, "verdict.json").read_text(encoding="utf-8"))
    return [*verdict["reasons"], *verdict["passed"]]


def wrong_in(country: str) -> Answer:
    """Right, but for the orders of one country."""

    def answer(body: bytes) -> tuple[int, object]:
        status, reply = honest(body)
        if status == 200 and isinstance(reply, dict) and json.loads(body).get("country") == country:
            return status, {**reply, "result": {**reply["result"], "total": 1.5}}
        return status, reply

    return answer


@pytest.mark.parametrize("name", ["DE", "country=DE"])
def test_a_column_of_the_records_is_a_slice_with_its_own_criterion(name: str) -> None:
    assert check(wrong_in("DE"), '["country"]', f'["{name}"]').code == 1
    (own,) = [one for one in criteria() if one["criterion"] == "silent_errors_pack" and one["slice"] == name]
    assert (own["status"], own["value"]) == ("failed", pytest.approx(1.0, abs=0.35))
    cases = [json.loads(line) for line in Path("run/cases.jsonl").read_text(encoding="utf-8").splitlines()]
    tagged = {one["tags"]["country"] for one in cases if "country" in one["tags"]}
    assert "DE" in tagged
    assert len(tagged) > 1


def test_a_column_of_yes_and_no_is_a_slice() -> None:
    assert check(honest, '["express"]', '["express=true", "express=false"]').code in (0, 5)
    named = {one["slice"] for one in criteria() if one["criterion"] == "silent_errors_pack"}
    assert {"express=true", "express=false"} <= named


def test_a_drop_in_one_slice_of_the_records_is_a_regression() -> None:
    check(honest, '["country"]', '["country=DE"]', out="first", calls=300)
    assert harness("promote", "first", *PROMOTE).code == 0
    assert check(wrong_in("DE"), '["country"]', '["country=DE"]', out="second", calls=300).code == 1
    (own,) = [one for one in criteria("second") if one["criterion"] == "regress"]
    assert (own["slice"], own["status"]) == ("country=DE", "failed")


def test_a_slice_by_a_column_that_is_not_there_is_an_error_with_the_nearest_one() -> None:
    said = check(honest, '["contry"]')
    assert (said.code, 'no column "contry"' in said.err, 'did you mean "country"' in said.err) == (4, True, True)
    assert not Path("run").exists()


def test_a_critical_slice_without_a_case_is_an_error_that_lists_the_slices() -> None:
    said = check(honest, '["country"]', '["country=XX"]')
    assert (said.code, "country=DE" in said.err) == (4, True), said.err
