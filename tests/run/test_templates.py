"""`[target] request`: the same verdict with and without a template, and templates that cannot be meant."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.filling import write_pages
from tests.endpoints.orders import honest, liar, write_pilot
from tests.endpoints.server import Answer, Heard, serving

NAMES = ("order_id", "quantity", "unit_price", "discount", "country", "express", "note")
ORDER = ", ".join(f'{name} = "{{{name}}}"' for name in NAMES)
EACH = f"{{ version = 2, order = {{ {ORDER} }} }}"
WHOLE = '{ version = 2, order = "{*}" }'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))


def check(answer: Answer, request: str = "", out: str = "run", heard: list[Heard] | None = None) -> CommandResult:
    template = f"request = {request}\n" if request else ""
    Path("harness.toml").write_text(
        f"[target]\nrate = 200\n{template}[budget]\nrobustness = []\n[gate]\nsilent_errors = 0.1\nerrors = 0.1\n",
        encoding="utf-8",
    )
    arguments = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "200", "--out", out)
    with serving(answer, heard=heard) as url:
        return harness("check", url, *arguments)


def inside(answer: Answer) -> Answer:
    """The service, with the order under a key of the body. A body without one is refused."""

    def unwrapping(body: bytes) -> tuple[int, object]:
        try:
            order = dict(json.loads(body, object_pairs_hook=tuple))["order"]
        except (ValueError, KeyError, TypeError):
            return 422, {"detail": "no order"}
        return answer(written(order).encode())

    return unwrapping


def written(value: Any) -> str:
    """The JSON of a value whose objects are pairs."""
    if isinstance(value, tuple):
        return "{" + ", ".join(f"{json.dumps(key)}: {written(one)}" for key, one in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value)


def numbers(run: str) -> Any:
    headline = json.loads(Path(run, "verdict.json").read_text(encoding="utf-8"))["headline"]
    return {name: figure for name, figure in headline.items() if name != "breaking_points"}


@pytest.mark.parametrize("request_", [EACH, WHOLE], ids=["each column", "the whole record"])
def test_a_template_changes_neither_the_verdict_nor_its_figures(request_: str) -> None:
    assert check(honest).code == 0
    assert check(inside(honest), request_, "wrapped").code == 0
    assert numbers("run") == numbers("wrapped")


@pytest.mark.parametrize("request_", [EACH, WHOLE], ids=["each column", "the whole record"])
def test_a_service_that_fills_in_every_missing_field_is_found_through_a_template(request_: str) -> None:
    assert check(inside(liar), request_).code == 1
    judged = RunFolder.read(Path("run")).read_judged()
    silent = {row.address.partition("#")[0] for row in judged if row.silent_error}
    assert {"malformed_records/missing_field", "malformed_records/in_an_envelope"} <= silent


def test_a_pilot_whose_records_arrive_wrapped_gets_the_verdict_of_the_bare_ones() -> None:
    assert check(honest).code == 0
    path = Path("pilot/orders.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    truth = ("total", "carrier")
    wrapped = [
        {"version": 2, "order": {k: v for k, v in row.items() if k not in truth}, **{k: row[k] for k in truth}}
        for row in rows
    ]
    path.write_text("\n".join(map(json.dumps, wrapped)), encoding="utf-8")
    said = check(inside(honest), out="wrapped")
    assert said.code == 0
    assert "samples: each record stands in a body" in said.err
    assert numbers("run") == numbers("wrapped")
    assert check(inside(liar), out="liar").code == 1
    address = next(row.address for row in RunFolder.read(Path("liar")).read_judged() if row.silent_error)
    assert harness("show", address, "--run", "liar", "--save-bytes", "case.json").code == 0
    assert b'"version": 2' in Path("case.json").read_bytes()


def test_no_body_ever_holds_a_placeholder() -> None:
    heard: list[Heard] = []
    check(inside(honest), EACH, heard=heard)
    assert len(heard) > 100
    assert [one.body for one in heard if b'"{' in one.body] == []


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ('{ order = { total = "{unit_prise}" } }', 'request: "{unit_prise}" is no column of the samples'),
        ('{ order = { total = "{unit_prise}" } }', 'did you mean "unit_price"'),
        ('{ text = "Order {order_id} by {custmer}" }', '"{custmer}" is no column'),
        ('{ text = "{*.names}" }', '"{*.names}" is no column'),
        ("{ order = { version = 2 } }", "has no placeholder, so all requests would be the same"),
    ],
)
def test_a_template_that_cannot_be_meant_is_an_error_before_the_first_call(request_: str, message: str) -> None:
    heard: list[Heard] = []
    said = check(honest, request_, heard=heard)
    assert (said.code, message in said.err) == (4, True), said.err
    assert [one for one in heard if one.body] == []
    assert not Path("run").exists()


def test_a_template_of_pages_is_an_error() -> None:
    samples, truth, answer = write_pages(Path("pages"), "png", ("total",))
    Path("harness.toml").write_text('[target]\nrequest = { image = "{file}" }\n', encoding="utf-8")
    with serving(answer) as url:
        said = harness("check", url, "--samples", str(samples), "--truth", str(truth), "--out", "run")
    assert (said.code, "the samples are pages" in said.err) == (4, True), said.err
