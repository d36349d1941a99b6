"""Records that arrive with a body around them: which bodies are known, and that only the record is changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Plan, Step
from harness.core.sample import Samples
from harness.generate.bases import Bases
from harness.generate.fill import Wrapping, joined
from harness.generate.render import render
from harness.generate.samples.read_samples import read_samples

RECORDS = [{"id": f"C-{k}", "amount": 10 * k, "country": "DE"} for k in range(1, 4)]


def read(tmp_path: Path, bodies: list[dict[str, Any]]) -> Samples:
    rows = [json.dumps({**body, "ok": "yes"}) for body in bodies]
    (tmp_path / "r.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return read_samples(str(tmp_path / "r.jsonl"), "ok")


BODIES = {
    "a list of one under a key": lambda one: {"instances": [one]},
    "one under a key": lambda one: {"order": one},
    "constants beside it": lambda one: {"model": "m-2", "n": 1, "inputs": [one]},
    "a table": lambda one: {"columns": list(one), "data": [list(one.values())]},
    "a table with its rows first": lambda one: {"rows": [list(one.values())], "names": list(one), "version": 3},
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_the_record_is_found_and_sent_in_the_body_in_which_it_arrived(tmp_path: Path, body: Any) -> None:
    bodies = [body(one) for one in RECORDS]
    samples = read(tmp_path, bodies)
    assert [json.loads(item.content) for item in samples.items] == RECORDS
    assert "its fields are changed: id, amount, country" in samples.notes[-1]
    bases = Bases(seed=1, samples=samples, wrapping=Wrapping(request=samples.wrapper))
    sent = [render(Plan(base=f"sample:{item.key}"), bases).file.content for item in samples.items]
    assert list(map(json.loads, sent)) == bodies
    dropped = render(
        Plan(base=f"sample:{samples.items[0].key}", steps=(Step(op="record.drop", severity=10),), stream="s"), bases
    )
    left = json.loads(dropped.file.content)
    assert dropped.changed
    assert left.keys() == bodies[0].keys()
    assert left != bodies[0]


@pytest.mark.parametrize(
    "bodies",
    [
        [{"id": one["id"], "items": [one]} for one in RECORDS],
        [{"instances": [one, one]} for one in RECORDS],
        [{"instances": [one]} for one in RECORDS[:2]] + [{"inputs": [RECORDS[2]]}],
        [{"a": one, "b": one} for one in RECORDS],
        [{"columns": ["id"], "data": [["C-1", 2]]} for _ in RECORDS],
        [{"tags": [["x"]], "names": ["x", "y"], "id": one["id"]} for one in RECORDS],
        [{"instances": [RECORDS[0]]}],
    ],
    ids=["an own id beside", "two records", "other keys", "two objects", "rows that do not fit", "lists", "one sample"],
)
def test_any_other_body_is_the_record(tmp_path: Path, bodies: list[dict[str, Any]]) -> None:
    samples = read(tmp_path, bodies)
    assert samples.wrapper is None
    assert [json.loads(item.content) for item in samples.items] == bodies


@pytest.mark.parametrize(
    ("request_", "whole"),
    [
        (None, {"instances": ["{*}"]}),
        ({"body": "{*}"}, {"body": {"instances": ["{*}"]}}),
        ({"inputs": "{instances}", "v": 2}, {"inputs": ["{*}"], "v": 2}),
        ({"amount": "{amount}"}, {"amount": "{amount}"}),
    ],
)
def test_a_template_of_the_team_stands_around_or_in_the_place_of_that_body(request_: Any, whole: Any) -> None:
    assert joined(request_, {"instances": ["{*}"]}) == whole
