"""What is said of a JSON body holds for five readers, and what is expected of a service follows from it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case, Expect, Plan, Step
from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.body import fair_expectation
from harness.generate.draw import draw_pack, make_case
from harness.generate.drawn import Drawn, pilot_case
from harness.generate.fill import Wrapping
from harness.generate.payloads import Record
from harness.generate.recipes.packs import read_pack
from harness.generate.records.json_text.decodes import Decodes, read_again, same_value
from harness.generate.records.json_text.situations import drawn_names, names, write_situation
from harness.generate.records.json_text.write import write_json
from tests.generate.readers import held

KINDS = ("number", "string", "key", "structure", "cut", "encoding", "blank")
RECORD = Record(
    pairs=(
        *(("id", "00417"), ("name", 'Müller & "Pike"'), ("amount", -12.5), ("count", 41), ("note", None)),
        *(("vip", True), ("tags", ["a", {"b": "c d"}]), ("in", (("a", 1), ("b", "zwei")))),
    )
)
BODY = write_json(RECORD)
SPLINTERS = (
    *(b'"', b"\\", b",", b":", b"{", b"}", b"[", b"]", b"0", b"-", b".", b"e", b"E+", b"'", b"/", b" ", b"1", b"01"),
    *(b"\x00", b"\t", b"\n", b"\x0c", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\\u", b"\\ud800"),
    *(b"NaN", b"Infinity", b"Inf", b"null", b"true", b"-0", b"9" * 25),
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_situation_is_what_five_readers_make_of_it(kind: str) -> None:
    for name in names(kind):
        for noise in range(3):
            content = write_situation(BODY, kind, Stream(1, kind, name, noise), name)
            assert content != BODY, name
            assert held(read_again(content), content), (name, content[:200])


@pytest.mark.parametrize("part", range(4))
def test_thousands_of_splintered_bodies_are_what_five_readers_make_of_them(part: int) -> None:
    told = set()
    for k in range(1500):
        content = splintered(Stream(1, "splinters", part, k))
        decoded = read_again(content)
        told.add(decoded.decodes)
        assert held(decoded, content), content
    assert told == {"valid", "invalid", "depends"}


def splintered(draw: Stream) -> bytes:
    """A body with one to three splinters put in, put over a byte, or bytes taken out."""
    body = bytearray(draw.choice((BODY, b'{"a":-1.5e3,"b":[0,"x\\n",true],"c":{"d":null}}')))
    for _ in range(draw.between(1, 3)):
        at, how, splinter = draw.below(len(body) + 1), draw.below(3), draw.choice(SPLINTERS)
        body[at : at + (0, 1, draw.between(1, 3))[how]] = b"" if how == 2 else splinter
    return bytes(body)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_what_a_writer_of_json_writes_is_valid_and_holds_what_was_written(value: Any) -> None:
    content = json.dumps(value).encode()
    decoded = read_again(content)
    assert held(decoded, content)
    assert decoded.decodes == "depends" if has_large(value) else same_value(decoded.value, value)


def has_large(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(has_large, value.values() if isinstance(value, dict) else value))
    return isinstance(value, int) and not -(2**63) <= value < 2**64


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"a": 1e2}', "valid"),
        (b' \r\n\t{"a": "\\u00e9"} ', "valid"),
        (b"null", "valid"),
        (b'{"a": 012}', "depends"),
        (b'{"a": +12}', "invalid"),
        (b'{"a": NaN}', "depends"),
        (b'{"a": 1e999}', "depends"),
        (b'{"a": 18446744073709551616}', "depends"),
        (b'{"a": 1, "a": 1.0}', "depends"),
        (b'{"a": 1, "a": true}', "depends"),
        (b'{"a": "\\ud800"}', "depends"),
        (b'{"a": "\xff"}', "invalid"),
        (b'\xef\xbb\xbf{"a": 1}', "depends"),
        ('{"a": 1}'.encode("utf-16"), "depends"),
        (b'{"a": 1', "invalid"),
        (b'{"a": 1}\x00', "depends"),
        (b"[" * 64 + b"]" * 64, "valid"),
        (b"[" * 65 + b"]" * 65, "depends"),
        (b"[" * 100_000, "invalid"),
        (b"", "invalid"),
    ],
)
def test_a_body_is_told(content: bytes, told: Decodes) -> None:
    assert read_again(content).decodes == told


def test_one_and_true_are_two_values_and_one_and_one_point_zero_are_one() -> None:
    assert same_value({"a": [1, None]}, {"a": [1.0, None]})
    assert not same_value({"a": 1}, {"a": True})
    assert not same_value([0], [])


def sample(kind: Any = "record", media_type: str = "application/json", **columns: Any) -> Sample:
    content = json.dumps(columns).encode() if kind == "record" else b"please pay"
    return Sample(key="s", kind=kind, content=content, media_type=media_type, filename="s.json", truth={"ok": True})


def case(
    op: str = "", site: str = "", expect: Expect = "answer", encode: str = "as_is", severity: int = 10, **columns: Any
) -> Case:
    own = sample(**(columns or {"a": 12, "b": "xyz"}))
    steps = (Step(op=op, severity=severity, site=site),) if op else ()
    plan = Plan(base="sample:s", steps=steps, encode=encode, stream="s")
    return made(Drawn(address="p/s#0", plan=plan, expect=expect), own)


def made(drawn: Drawn, own: Sample, *, as_json: bool = False) -> Case:
    samples, wrapping = Samples(kind=own.kind, items=(own,), columns=()), Wrapping(text_as_json=as_json)
    return make_case(drawn, Bases(seed=1, samples=samples, wrapping=wrapping))


@pytest.mark.parametrize(
    ("op", "site", "expect", "effects", "told"),
    [
        ("record.json_number", "plus", "reject", {"ok": "destroyed"}, "invalid"),
        ("record.json_number", "leading_zero", "answer", {"ok": "destroyed"}, "depends"),
        ("record.json_number", "exponent_zero", "answer", {}, "valid"),
        ("record.json_number", "fifteen_digits", "answer", {"ok": "destroyed"}, "valid"),
        ("record.json_string", "all_escaped", "answer", {}, "valid"),
        ("record.json_key", "twice_same_value", "answer", {"ok": "destroyed"}, "depends"),
        ("record.json_key", "twice_other_value_first", "answer", {"ok": "destroyed"}, "depends"),
        ("record.json_blank", "lines_behind", "answer", {}, "valid"),
        ("record.json_encoding", "utf_16_with_mark", "answer", {"ok": "destroyed"}, "depends"),
        ("file.truncate", "", "reject", {"ok": "destroyed"}, "invalid"),
        ("file.empty", "", "reject", {"ok": "destroyed"}, "invalid"),
        ("record.not_a_number", "", "answer", {"ok": "destroyed"}, "depends"),
    ],
)
def test_a_refusal_is_demanded_only_where_no_reader_takes_the_body(
    op: str, site: str, expect: Expect, effects: dict[str, str], told: str
) -> None:
    one = case(op, site, "reject")
    assert (one.expect, one.effects, one.tags["decodes"]) == (expect, effects, told)


def test_a_scenario_about_what_a_record_says_keeps_its_word() -> None:
    one = case("record.retype", "", "reject", severity=5)
    assert (one.tags["decodes"], one.expect) == ("valid", "reject")
    assert fair_expectation("reject", (), "valid") == "reject"
    assert fair_expectation("hand_over", (Step(op="record.json_blank", severity=10),), "depends") == "hand_over"


def test_where_readers_differ_about_the_sample_a_step_is_not_blamed_for_it() -> None:
    plain = case("record.json_blank", "lines_behind", big=2**70)
    assert (plain.tags["decodes"], plain.effects) == ("depends", {"ok": "destroyed"})
    shuffled = case("record.duplicate_key", severity=1, big=2**70)
    assert (shuffled.tags["decodes"], shuffled.effects) == ("depends", {})


def test_only_bodies_of_json_are_told() -> None:
    text = sample("text", "text/plain; charset=utf-8")
    assert made(pilot_case(sample(a=1)), sample(a=1)).tags["decodes"] == "valid"
    assert "decodes" not in made(pilot_case(text), text).tags
    assert made(pilot_case(text), text, as_json=True).tags["decodes"] == "valid"
    assert "decodes" not in case(encode="csv").tags


def test_a_drawn_case_names_its_situation_and_nothing_of_which_no_answer_is_known() -> None:
    pack, samples = read_pack("malformed_json"), Samples(kind="record", items=(sample(a=12, b="xyz"),), columns=())
    drawn = list(draw_pack(pack, pack.scenarios, samples, 600, 1))
    numbers = {one.plan.steps[0].site for one in drawn if one.plan.steps[0].op == "record.json_number"}
    assert len(numbers) > 40
    assert numbers <= set(drawn_names("number")) < set(names("number"))
    one = next(one for one in drawn if one.plan.steps[0].site == "plus")
    assert b"+12" in make_case(one, Bases(seed=1, samples=samples)).content


@pytest.mark.parametrize("kind", ["number", "string"])
def test_what_is_not_drawn_is_a_number_or_a_text_like_any_other(kind: str) -> None:
    for name in set(names(kind)) - set(drawn_names(kind)):
        content = write_situation(b'{"a": 12, "b": "xyz"}', kind, Stream(1, name), name)
        decoded = read_again(content)
        assert decoded.decodes != "invalid"
        assert decoded.value != {"a": 12, "b": "xyz"}
