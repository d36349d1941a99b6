"""Each value of a page alone: a reader's weakness in one kind of value is found, and a right reader passes."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.endpoints.command import harness
from tests.endpoints.office_papers import write_papers
from tests.endpoints.office_reader import RIGHT, WEAK, Reader, lines_of_text, read_amount
from tests.endpoints.server import serving

MIX = "".join(
    f'[[mix]]\npack = "{name}"\nshare = {share}\n' for name, share in (("pilot", 0.9), ("changed_values", 0.1))
)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def checked(reader: Reader, *options: str) -> dict[str, Any]:
    """The verdict on a reader of the text of PDFs."""
    samples, truth = write_papers(Path("papers"), 30, 0)
    Path("harness.toml").write_text(MIX, encoding="utf-8")
    with serving(replace(reader, lines=lines_of_text), "/extract") as url:
        said = harness(
            *("check", url, "--samples", samples, "--truth", truth, "--calls", "460", "--out", "run"),
            *options,
        )
    assert said.code in (0, 1, 5), said.err
    found: dict[str, Any] = json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))
    return found


def test_a_right_reader_passes() -> None:
    verdict = checked(RIGHT)
    assert verdict["verdict"] == "go", verdict["reasons"]
    coverage = next(one for one in verdict["passed"] if one["criterion"] == "coverage")
    assert coverage["n"] >= 25


@pytest.mark.parametrize(
    "what", [pytest.param(what, marks=[pytest.mark.full_dose] if k > 1 else []) for k, what in enumerate(WEAK)]
)
def test_a_weak_reader_does_not_go_and_the_first_reason_names_the_field(what: str) -> None:
    field, reader = WEAK[what]
    verdict = checked(reader)
    assert verdict["verdict"] != "go"
    assert field in json.dumps(verdict["reasons"][0])


def test_a_weakness_on_the_papers_of_one_company_in_five_is_no_misread_letter() -> None:
    field, weak = WEAK["digits of amounts from 100,000 on are lost"]
    verdict = checked(replace(RIGHT, papers="grand total", weak=weak))
    assert verdict["verdict"] == "undecided"
    assert (verdict["reasons"][0]["criterion"], field in json.dumps(verdict["reasons"][0])) == ("coverage", True)


def test_one_value_that_is_misread_on_one_paper_does_not_keep_a_reader_from_going() -> None:
    verdict = checked(replace(RIGHT, papers="grand total", weak=replace(RIGHT, total=_not_in_millions)))
    assert verdict["verdict"] == "go", verdict["reasons"]
    findings = json.loads(Path("run/findings.json").read_text(encoding="utf-8"))
    wrong = [one for one in findings if one["kind"] == "field_answered_wrong"]
    assert {(one["why"], one["count"]["hits"]) for one in wrong} == {("may_be_chance", 1)}
    assert "total" in {one["subject"] for one in wrong}


def _not_in_millions(text: str) -> str | None:
    amount = read_amount(text)
    return "1.00" if amount and len(amount) == len("1234567.89") else amount


def test_a_case_of_one_value_is_shown_by_its_address() -> None:
    checked(RIGHT)
    cases = [json.loads(line)["address"] for line in Path("run/cases.jsonl").read_text(encoding="utf-8").splitlines()]
    address = next(one for one in cases if one.startswith("coverage/field.amount_size"))
    said = harness("show", address, "--run", "run")
    assert said.code == 0, said.err
    assert "total" in said.out
