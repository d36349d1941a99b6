"""What the ops on records write: numbers as people do, none at all, and one key with two values."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Plan, Step
from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.fill import Wrapping
from harness.generate.ops import get_op
from harness.generate.payloads import Record
from harness.generate.records.changes.not_numbers import SPELT
from harness.generate.records.schema.numbers import forms, write_as, written_numbers
from harness.generate.render import render

BY_NAME = {form.form: form for form in forms()}


@pytest.mark.parametrize(
    ("form", "number", "written"),
    [
        ("json", "1200.5", "1200.5"),
        ("json", "-3", "-3"),
        ("spaces", "1200", "1 200"),
        ("narrow_spaces", "1234567.25", "1\u202f234\u202f567,25"),
        ("continental", "1200.5", "1.200,50"),
        ("continental", "1200", "1.200,00"),
        ("english", "-1200", "-1,200.00"),
        ("swiss", "1200.5", "1'200.5"),
        ("comma", "12.5", "12,5"),
        ("comma", "41", "41,0"),
        ("comma", "12.345", "12,3450"),
        ("exponent", "1000", "1e3"),
        ("exponent", "-12.5", "-1.25e1"),
        ("currency", "12.5", "12.5 EUR"),
        ("empty", "12.5", ""),
        ("not_available", "12.5", "n/a"),
    ],
)
def test_a_number_is_written_as_its_form_says(form: str, number: str, written: str) -> None:
    assert write_as(BY_NAME[form], Decimal(number)) == written


def read(text: str, group: str, mark: str) -> Decimal:
    return Decimal(text.removesuffix(" EUR").replace(group or "_", "").replace(mark, "."))


@given(st.integers(-(10**9), 10**9) | st.floats(-1e12, 1e12), st.sampled_from(forms()))
def test_whoever_knows_the_form_reads_the_number_back(number: float, form: object) -> None:
    assert hasattr(form, "written")
    text = write_as(form, Decimal(repr(number)))  # type: ignore[arg-type]
    if "{}" in form.written:
        mark = "." if form.mark == "exponent" else form.mark  # type: ignore[attr-defined]
        assert read(text, form.group, mark) == Decimal(repr(number))  # type: ignore[attr-defined]


def test_every_form_is_drawn_and_none_depends_on_the_field_beside_it() -> None:
    record = Record(pairs=tuple((f"n{k}", 1200.5) for k in range(200)))
    written = dict(get_op("record.retype").run(record, 10, Stream(1, "forms")).pairs)
    assert set(written.values()) == {write_as(form, Decimal("1200.5")) for form in forms()}
    fewer = Record(pairs=record.pairs[:50])
    assert dict(get_op("record.retype").run(fewer, 10, Stream(1, "forms")).pairs).items() <= written.items()


def test_a_number_without_decimals_of_its_own_keeps_its_name() -> None:
    assert [written_numbers(value) for value in (float("inf"), float("nan"))] == [["inf"], ["nan"]]


def sample(k: int, **columns: Any) -> Sample:
    return Sample(
        key=f"r.jsonl#{k}",
        kind="record",
        content=json.dumps(columns).encode(),
        media_type="application/json",
        filename="r.json",
        truth={"ok": True},
    )


def bases(*items: Sample, request: dict[str, object] | None = None) -> Bases:
    samples = Samples(kind="record", items=items, columns=("ok",))
    return Bases(seed=1, samples=samples, wrapping=Wrapping(request=request))


def rendered(op: str, severity: int, own: Bases) -> tuple[bytes, bool]:
    plan = Plan(base=f"sample:{own.samples.items[0].key}", steps=(Step(op=op, severity=severity),), stream="s")
    made = render(plan, own)
    return made.file.content, made.changed


def test_what_is_no_number_travels_as_its_bare_word() -> None:
    content, changed = rendered("record.not_a_number", 10, bases(sample(1, a=1, b="x", c=2.5, d=True)))
    spelt = {raw: content.count(f": {raw}".encode()) for raw in SPELT}
    assert changed
    assert sum(spelt.values()) == 2
    assert b'"b": "x"' in content
    assert b'"d": true' in content


def test_a_record_without_numbers_has_nothing_that_could_be_none() -> None:
    content, changed = rendered("record.not_a_number", 10, bases(sample(1, b="x", d=True)))
    assert (json.loads(content), changed) == ({"b": "x", "d": True}, False)


THREE = (
    sample(1, age=41, channel="web", country="GB", vip=None),
    sample(2, age=41, channel="web", country="GB", vip=True),
    sample(3, age="41", channel="broker", country="GB", vip=True),
)


def pairs_of(content: bytes) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = json.loads(content, object_pairs_hook=list)
    return pairs


def test_a_conflicting_value_comes_from_another_sample_and_the_own_one_stands_last() -> None:
    content, changed = rendered("record.conflicting_key", 10, bases(*THREE))
    pairs = pairs_of(content)
    assert changed
    assert pairs == [("age", 41), ("channel", "broker"), ("country", "GB"), ("vip", None), ("channel", "web")]
    assert dict(pairs) == json.loads(THREE[0].content), "whoever takes the last value has the sample's own record"


def test_a_field_that_has_no_other_value_of_its_type_conflicts_with_nothing() -> None:
    assert rendered("record.conflicting_key", 10, bases(THREE[0])) == (THREE[0].content, False)
    assert rendered("record.conflicting_key", 10, bases(*THREE[:2])) == (THREE[0].content, False)


def test_the_samples_beside_a_case_are_its_own_and_move_little_with_one_more() -> None:
    many = [sample(k, n=k) for k in range(60)]
    before = {s: bases(*many).beside(many[0], s) for s in "abcdefgh"}
    after = {s: bases(*many, sample(99, n=99)).beside(many[0], s) for s in "abcdefgh"}
    assert len(set(before.values())) == 8
    assert all(len(set(before[s]) - set(after[s])) <= 1 for s in before)
    assert all(len(found) == 16 and Record(pairs=(("n", 0),)) not in found for found in before.values())


@pytest.mark.parametrize("op", ["record.duplicate_key", "record.conflicting_key"])
def test_a_key_stands_twice_in_a_template_too(op: str) -> None:
    request: dict[str, object] = {"inputs": [{"who": {"how": "{channel}", "old": "{age}"}, "text": "by {channel}"}]}
    content, changed = rendered(op, 10, bases(*THREE, request=request))
    assert changed
    assert content.count(b'"how"') == 2
    assert content.endswith(b'"text": "by web"}]}')


def test_no_number_travels_through_a_template_as_it_stands() -> None:
    content, _ = rendered("record.not_a_number", 10, bases(sample(1, a=1), request={"x": {"y": "{a}"}}))
    assert content in [f'{{"x": {{"y": {spelt}}}}}'.encode() for spelt in SPELT]
