"""`[pilot] schema`: read before the first call, told, and what makes cases of limits that somebody wrote down."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.run.setup.configure import RunRequest, configure
from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Heard, serving

ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["order_id", "country", "quantity", "unit_price", "discount", "express", "note"],
    "properties": {
        "country": {"enum": ["DE", "FR", "PL", "SE"]},
        "quantity": {"type": "integer", "minimum": 1, "maximum": 10000},
        "unit_price": {"type": "number", "minimum": 0, "maximum": 100000},
    },
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))


def configured(schema: object, where: str = "order.schema.json") -> None:
    Path("order.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    Path("harness.toml").write_text(f'[pilot]\nschema = "{where}"\n[budget]\nrobustness = []\n', encoding="utf-8")


def checked(*more: str, heard: list[Heard] | None = None) -> CommandResult:
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--out", "run", "--calls", "120", *more)
    with serving(honest, heard=heard) as url:
        return harness("check", url, *asked)


def test_limits_that_are_written_down_are_exceeded_and_the_refusal_is_right() -> None:
    configured(ORDER)
    said = checked()
    assert said.code in (0, 5), said.out
    assert "schema: order.schema.json: 7 fields, all required; categorical: country" in said.err
    lines = [line for line in RunFolder.read(Path("run")).read_cases() if "beyond_limits" in line.address]
    assert lines
    assert {line.expect for line in lines} == {"reject"}
    judged = {row.address: row for row in RunFolder.read(Path("run")).read_judged()}
    mine = [row for address, row in judged.items() if address.startswith("malformed_records/beyond_limits")]
    assert {(row.disposition, row.judgement) for row in mine} == {("rejected", "right")}


def test_without_a_schema_none_is_exceeded_and_what_was_worked_out_is_told() -> None:
    said = checked()
    assert "schema: inferred from 30 records: 7 fields, all required; categorical: country;" in said.err
    addresses = {line.address.partition("#")[0] for line in RunFolder.read(Path("run")).read_cases()}
    assert "malformed_records/other_word" in addresses
    assert not addresses & {"malformed_records/beyond_limits", "malformed_records/beyond_length"}


@pytest.mark.parametrize(
    ("schema", "where", "says"),
    [
        (
            {**ORDER, "required": "country"},
            "order.schema.json",
            "order.schema.json#/required: expected a list of field names",
        ),
        (ORDER, "order.shema.json", 'order.shema.json: no such schema file\n  did you mean "order.schema.json"?'),
        (ORDER, "order.schema.json#/properties/contry", 'there is no "contry"\n  did you mean "country"?'),
        (ORDER, "orders_of_mine:Order", 'cannot import "orders_of_mine" for the schema'),
        ({**ORDER, "properties": {"country": {"enum": ["DE"]}}}, "order.schema.json", 'but none of "DE"'),
    ],
)
def test_what_is_wrong_with_a_schema_is_told_before_the_first_call(schema: object, where: str, says: str) -> None:
    configured(schema, where)
    heard: list[Heard] = []
    said = checked(heard=heard)
    assert (said.code, heard) == (4, [])
    assert says in said.err


def test_the_path_is_meant_from_the_folder_of_the_file_and_a_model_is_no_path() -> None:
    Path("conf").mkdir()
    Path("conf/s.json").write_text(json.dumps(ORDER), encoding="utf-8")
    for written, read in [("s.json#/x", "conf/s.json#/x"), ("s.json", "conf/s.json"), ("models:Order", "models:Order")]:
        Path("conf/h.toml").write_text(f'[pilot]\nschema = "{written}"\nsamples = "p"\n', encoding="utf-8")
        assert configure(RunRequest(config="conf/h.toml", url="http://127.0.0.1:1/x")).pilot.schema == read


def test_a_run_is_not_made_again_with_another_schema() -> None:
    configured(ORDER)
    checked()
    configured({**ORDER, "additionalProperties": False})
    said = harness("show", "malformed_records/missing_field#0", "--run", "run", "--save-bytes", "row.json")
    assert said.code == 4
    assert "samples changed since this run" in said.err


def test_lint_says_what_the_schema_is_and_that_a_sample_does_not_fit_it() -> None:
    configured(ORDER)
    asked = ("packs", "lint", "malformed_records", "--samples", "pilot", "--truth", "total,carrier", "--schema")
    assert "order.schema.json: 7 fields" in harness(*asked, "order.schema.json").err
    configured({**ORDER, "properties": {"quantity": {"maximum": 3}}})
    said = harness(*asked, "order.schema.json")
    assert said.code == 4
    assert "orders.jsonl#" in said.err
    assert "above 3 (order.schema.json)" in said.err
    assert "--schema describes --samples" in harness("packs", "lint", "--schema", "order.schema.json").err
