"""A template is filled by structure: what a case did to the record is what the body shows, and nothing else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Plan, Step
from harness.core.sample import Sample, Samples
from harness.generate.bases import Bases
from harness.generate.fill import Wrapping, fill_record, fill_text, placeholders
from harness.generate.ops import all_ops, get_op
from harness.generate.payloads import Record
from harness.generate.render import render

RECORD = Record(pairs=(("a", 1), ("b", None), ("c", "x")))
COLUMNS = {"version": 2, "inputs": [{"A": "{a}", "fixed": 0, "B": "{b}", "C": "{c}"}]}


def filled(template: dict[str, Any], *pairs: tuple[str, Any]) -> Any:
    return fill_record(template, RECORD, Record(pairs=pairs))


def inner(*pairs: tuple[str, Any]) -> Any:
    ((_, version), (_, inputs)) = filled(COLUMNS, *pairs)
    assert version == 2
    return inputs


def test_a_dropped_field_is_absent_and_a_null_is_a_null() -> None:
    assert inner(("b", None), ("c", "x")) == [(("fixed", 0), ("B", None), ("C", "x"))]


def test_a_key_that_stands_twice_stands_twice() -> None:
    assert inner(("a", 1), ("a", 2), ("b", None), ("c", "x"))[0][:2] == (("A", 1), ("A", 2))


def test_fields_in_another_order_are_sent_in_that_order_and_constants_keep_their_place() -> None:
    assert inner(("c", "x"), ("a", 1), ("b", None)) == [(("C", "x"), ("fixed", 0), ("A", 1), ("B", None))]


def test_a_new_field_stands_in_the_object_with_the_most_columns() -> None:
    template = {"who": {"id": "{a}"}, "order": {"b": "{b}", "c": "{c}"}}
    assert filled(template, *RECORD.pairs, ("more", 7)) == (
        ("who", (("id", 1),)),
        ("order", (("b", None), ("c", "x"), ("more", 7))),
    )


def test_an_envelope_around_the_record_is_sent_as_that_envelope() -> None:
    assert inner(("data", RECORD.pairs)) == [(("fixed", 0), ("data", RECORD.pairs))]


def test_a_star_is_the_whole_record_and_its_names_and_values_make_a_table() -> None:
    changed = (("c", "x"), ("a", 1), ("more", [2]))
    assert filled({"instances": ["{*}"], "model": "m"}, *changed) == (("instances", [changed]), ("model", "m"))
    table = filled({"columns": "{*.keys}", "rows": ["{*.values}"]}, *changed)
    assert table == (("columns", ["c", "a", "more"]), ("rows", [["x", 1, [2]]]))


def test_within_other_text_null_and_missing_are_empty_and_values_are_json() -> None:
    template = {"prompt": 'Rate {a} of {c}: {b}. Answer as {"score": 1}.'}
    assert filled(template, ("a", True), ("c", "x")) == (("prompt", 'Rate true of x: . Answer as {"score": 1}.'),)


def test_a_text_may_hold_braces_of_its_own() -> None:
    assert fill_text({"q": ["<{text}>", "{text}"]}, "{text} {a}") == {"q": ["<{text} {a}>", "{text} {a}"]}


def test_braces_around_anything_but_a_name_are_text() -> None:
    assert list(placeholders({"p": 'As {"total": 1}, {} or { x }: {text}'})) == ["text"]


def sample(fields: dict[str, Any], key: str = "r.jsonl#1") -> Sample:
    content = json.dumps(fields).encode()
    return Sample(key=key, kind="record", content=content, media_type="application/json", filename="r.json")


def bases(fields: dict[str, Any], **wrapping: Any) -> Bases:
    others = (sample({**fields, "id": "O-2"}, "r.jsonl#2"), sample(fields))
    return Bases(seed=1, samples=Samples(kind="record", items=others, columns=("ok",)), wrapping=Wrapping(**wrapping))


FIELDS = {"id": "O-1", "amount": 12.5, "currency": "EUR", "note": None}
OPS = [name for name in all_ops() if get_op(name).layer == "structure"]
EACH = {name: f"{{{name}}}" for name in FIELDS}


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize(
    ("template", "path"),
    [({"in": EACH}, ("in",)), ({"in": ["{*}"]}, ("in", 0)), ({"v": 1, "d": {"in": "{*}"}}, ("d", "in"))],
)
def test_an_op_on_the_record_does_the_same_to_the_record_inside_a_template(
    op: str, template: dict[str, Any], path: tuple[Any, ...]
) -> None:
    plan = Plan(base="sample:r.jsonl#1", steps=(Step(op=op, severity=10),), stream="s")
    bare, wrapped = render(plan, bases(FIELDS)), render(plan, bases(FIELDS, request=template))
    body = json.loads(wrapped.file.content, object_pairs_hook=list)
    for part in path:
        body = body[part] if isinstance(part, int) else dict(body)[part]
    assert body == json.loads(bare.file.content, object_pairs_hook=list)
    assert (wrapped.changed, wrapped.effects) == (bare.changed, bare.effects)


def test_a_change_that_the_template_leaves_out_is_no_change() -> None:
    plan = Plan(base="sample:r.jsonl#1", steps=(Step(op="record.null", severity=10),), stream="s")
    assert render(plan, bases({"id": "O-1", "amount": 2})).changed
    assert not render(plan, bases({"id": "O-1", "amount": 2}, request={"constant": 1})).changed


names = st.sampled_from("abcdefgh")


@given(st.lists(st.tuples(names, st.integers() | st.none() | st.text(max_size=3)), max_size=8))
def test_no_placeholder_ever_reaches_a_body(pairs: list[tuple[str, Any]]) -> None:
    before = Record(pairs=tuple((name, 0) for name in "abcd"))
    template = {"x": {name: f"{{{name}}}" for name in "abcd"}, "y": "{a}{e}", "z": ["{b}", "{f}"]}
    clean = [(k, v if v is None or isinstance(v, int) else v.replace("{", "")) for k, v in pairs]
    assert "{" not in repr(fill_record(template, before, Record(pairs=tuple(clean))))
