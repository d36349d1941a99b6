"""What ops do to a record in the light of its schema: what is called malformed breaks it, and nothing else does."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.schema import ANY, Field, JsonType, Schema, Shape
from harness.core.seed import Stream
from harness.generate.ops import get_op
from harness.generate.payloads import Record
from harness.generate.records.changes.names import MORE, RENAMED
from harness.generate.records.changes.sites import Site, hit_sites, sites_of
from harness.generate.records.changes.values import LONG
from harness.generate.records.json_text.write import write_json
from harness.generate.records.schema.conform import breaches, fits
from harness.generate.records.schema.infer import infer

MALFORMING = ("drop", "null", "retype", "rename", "reshape", "other_word", "bad_format")
ONLY_STATED = ("beyond_limits", "beyond_length")
HARMLESS = ("extra", "key_order")


def as_pairs(value: Any) -> Any:
    """As a sample's record is read: objects are tuples of pairs."""
    return json.loads(json.dumps(value), object_pairs_hook=tuple)


def record_of(value: Mapping[str, Any], schema: Schema | None = None) -> Record:
    return Record(pairs=as_pairs(value), schema=schema)


def after(op: str, record: Record, severity: int = 10, seed: int = 1) -> dict[str, Any]:
    one = get_op(f"record.{op}")
    severity = 10 if one.kind == "binary" else severity
    result: dict[str, Any] = json.loads(write_json(one.run(record, severity, Stream(seed, "t"))))
    return result


def of(*types: JsonType, **more: Any) -> Shape:
    return Shape(types=frozenset[JsonType](types), **more)


LEAVES: tuple[tuple[Shape, tuple[Any, ...]], ...] = (
    (of("string"), ("x", "a text of words", "00417")),
    (of("string", "null"), ("x", None)),
    (of("string", words=("web", "broker")), ("web", "broker")),
    (of("string", "number"), ("x", 2.5)),
    (of("string", shortest=2, longest=6), ("ab", "abcdef")),
    (of("string", pattern="^[A-Z]-[0-9]+$"), ("A-1", "B-22")),
    (of("string", format="date"), ("2024-02-29", "1999-12-31")),
    (of("string", format="email"), ("a@b.org",)),
    (of("number", low=0, high=10), (0, 10, 2.5)),
    (of("integer", low=1, open_low=True), (2, 70)),
    (of("integer", "null"), (3, None)),
    (of("boolean"), (True, False)),
    (of("array", item=of("string"), fewest=1, most=2), (["a"], ["a", "b"])),
    (ANY, (1, "x", None)),
)


@st.composite
def objects(draw: st.DrawFn, depth: int = 1) -> tuple[Shape, dict[str, Any]]:
    """A shape of an object and a value that it fits."""
    fields, value = [], {}
    for name in draw(
        st.lists(st.sampled_from(["id", "unitPrice", "start_date", "n", "Kind"]), unique=True, max_size=4)
    ):
        if depth and draw(st.booleans()):
            shape, inner = draw(objects(depth - 1))
        else:
            shape, known = draw(st.sampled_from(LEAVES))
            inner = draw(st.sampled_from(known))
        required = draw(st.booleans())
        fields.append(Field(name=name, shape=shape, required=required))
        if required or draw(st.booleans()):
            value[name] = inner
    return of("object", fields=tuple(fields), closed=draw(st.booleans())), value


@settings(max_examples=30)
@given(objects(), st.integers(1, 10), st.integers(0, 1 << 32))
def test_what_changes_under_a_stated_schema_breaks_it(
    made: tuple[Shape, dict[str, Any]], severity: int, seed: int
) -> None:
    root, value = made
    assert fits(value, root)
    for op in (*MALFORMING, *ONLY_STATED):
        changed = after(op, record_of(value, Schema(root=root, where="s.json")), severity, seed)
        assert changed == value or not fits(changed, root), op


@settings(max_examples=25)
@given(objects(), st.integers(0, 1 << 32))
def test_what_is_harmless_breaks_no_schema_and_leaves_every_value(
    made: tuple[Shape, dict[str, Any]], seed: int
) -> None:
    root, value = made
    for op in HARMLESS:
        changed = after(op, record_of(value, Schema(root=root, where="s.json")), 5, seed)
        assert fits(changed, root)
        assert {name: changed[name] for name in value} == value


@settings(max_examples=25)
@given(st.lists(objects(), min_size=1, max_size=4), st.integers(0, 1 << 32))
def test_what_changes_under_a_schema_that_was_worked_out_is_other_than_every_sample(
    made: list[tuple[Shape, dict[str, Any]]], seed: int
) -> None:
    records = [value for _, value in made]
    schema = infer(records)
    for op in MALFORMING:
        changed = after(op, record_of(records[0], schema), 10, seed)
        assert changed == records[0] or not fits(changed, schema.root), op
    for op in ONLY_STATED:
        assert after(op, record_of(records[0], schema), 10, seed) == records[0], "nobody wrote a limit down"


CLAIM: dict[str, Any] = {
    "id": "C-1",
    "holder": {"name": "Ada", "address": {"city": "Derby", "zip": "DE1"}},
    "items": [{"sku": "A", "cents": 100}, {"sku": "B", "cents": 250}],
    "net": 350,
    "vat": 70,
    "total": 420,
    "opened": "2024-02-29",
    "closed": "2024-03-14",
}


def names(severity: int, seed: int) -> list[str]:
    """Which fields are dropped first: those of one path stand together."""
    sites = sites_of(record_of(CLAIM))
    return [".".join(map(str, site.path)) for site in hit_sites(sites, severity, Stream(seed, "t"))]


def test_severity_goes_from_one_field_over_its_path_to_all() -> None:
    inner = [seed for seed in range(40) if names(1, seed)[0] == "holder.address.city"]
    assert inner
    for seed in inner:
        assert len(names(1, seed)) == 1
        assert set(names(2, seed)) <= {"holder", "holder.address", "holder.address.city", "holder.address.zip"}
        assert len(names(10, seed)) == len(sites_of(record_of(CLAIM)))


def test_fields_inside_objects_and_arrays_are_hit_too() -> None:
    dropped = [after("drop", record_of(CLAIM), 1, seed) for seed in range(200)]
    assert any("address" in one.get("holder", {}) and len(one["holder"]["address"]) < 2 for one in dropped)
    assert any(len(item) < 2 for one in dropped for item in one.get("items", []))


def forms(op: str, value: Any, schema: Shape = ANY, count: int = 120) -> set[str]:
    """What becomes of the only field of a record."""
    root = of("object", fields=(Field(name="f", shape=schema, required=True),))
    record = record_of({"f": value}, Schema(root=root, where="s.json"))
    return {json.dumps(after(op, record, 10, seed)) for seed in range(count)}


def test_a_name_comes_in_every_way_another_system_writes_it() -> None:
    renamed = {next(iter(after("rename", record_of({"unit_price": 1}), 10, seed))) for seed in range(200)}
    assert renamed == {
        *("UNIT_PRICE", "Unit_price", "unitPrice", "unit-price", "unitp_rice", "x_unit_price"),
        *("unit_price_v2", "uni", "unit_price "),
    }
    assert len(renamed) == len(RENAMED) - 1, "it is in snake case already"


def test_a_name_is_never_one_that_stands_beside_it() -> None:
    record = record_of({"a": 1, "A": 2, "a ": 3, "x_a": 4, "a_v2": 5, "aa": 6})
    assert all(len(after("rename", record, 1, seed)) == 6 for seed in range(60))


@pytest.mark.parametrize(
    ("op", "value", "shape", "expected"),
    [
        ("other_word", "web", of("string", words=("web", "app")), {"unlisted", "WEB", " web", "web ", "web/web", ""}),
        ("beyond_limits", 5, of("integer", low=1, high=9), {0, -9, -(10**15), 10, 99, 10**15, -5}),
        ("beyond_limits", 5, of("integer", high=9), {10, 99, 10**15}),
        (
            "beyond_length",
            "abc",
            of("string", shortest=2, longest=4),
            {"abcab", "abcabcabca", "a", "", "abc" * 21845 + "a"},
        ),
        ("beyond_length", ["a"], of("array", most=2), {("a",) * 3, ("a",) * 6}),
        ("retype", "00417", of("string"), {("00417",), '{"value": "00417"}', 417}),
        ("retype", True, of("boolean"), {"true", 1}),
    ],
)
def test_every_way_that_breaks_the_schema_is_drawn_and_no_other(
    op: str, value: Any, shape: Shape, expected: set[Any]
) -> None:
    def plain(found: Any) -> Any:
        return tuple(found) if isinstance(found, list) else json.dumps(found) if isinstance(found, dict) else found

    assert {plain(json.loads(text)["f"]) for text in forms(op, value, shape)} == expected


def test_dates_come_in_forms_that_are_no_date_or_another_notation() -> None:
    written = {json.loads(text)["f"] for text in forms("bad_format", "2024-03-14", of("string", format="date"))}
    assert written == {"2024-02-30", "2024-13-14", "14.03.2024", "03/14/24", "20240314", "0000-00-00", ""}


def test_a_long_text_is_the_text_again_and_again() -> None:
    record = record_of({"note": "back door", "at": "2024-02-29", "n": 3})
    long = after("long_text", record)
    assert (len(long["note"]), long["at"], long["n"]) == (LONG, "2024-02-29", 3)
    assert long["note"].startswith("back doorback door")


def test_an_object_moves_up_and_a_plain_field_moves_down() -> None:
    seen = [after("reshape", record_of({"a": {"b": 1}, "c": 2}), 10, seed) for seed in range(40)]
    assert {tuple(one) for one in seen} == {(f"a{mark}b", "c") for mark in (".", "_", "__")}
    assert all(one["c"] == {"c": 2} for one in seen)


def test_an_envelope_holds_the_whole_record() -> None:
    assert {next(iter(after("envelope", record_of(CLAIM), seed=seed).items()))[0] for seed in range(40)} == {
        *("data", "payload", "record", "body")
    }
    assert next(iter(after("envelope", record_of(CLAIM)).values())) == CLAIM


def test_items_are_emptied_doubled_turned_and_holed() -> None:
    seen = {tuple(after("items", record_of({"f": [1, 2]}), 10, seed)["f"]) for seed in range(80)}
    assert seen == {(), (1, 2, 1, 2), (1, 1, 2), (1,), (2, 1), (1, 2, None)}


def test_a_sum_is_found_wherever_it_is_one_and_is_one_no_longer() -> None:
    changed = [after("wrong_sum", record_of(CLAIM), seed=seed) for seed in range(40)]
    assert {name for one in changed for name in CLAIM if one[name] != CLAIM[name]} == {"net", "total"}
    assert all(one["net"] != 350 or one["net"] + one["vat"] != one["total"] for one in changed)
    no_sum = {"a": 3, "b": 4, "c": 9}
    assert after("wrong_sum", record_of(no_sum)) == no_sum


def test_dates_are_exchanged_and_moved_by_years_and_stay_dates() -> None:
    swapped = after("date_order", record_of(CLAIM))
    assert (swapped["opened"], swapped["closed"]) == ("2024-03-14", "2024-02-29")
    moved = {after("far_date", record_of({"f": "2024-02-29"}), 10, seed)["f"] for seed in range(80)}
    assert moved == {f"{2024 + years}-02-28" for years in (-100, -30, -5, 5, 10, 75)}


def test_two_values_are_exchanged_only_where_both_may_stand() -> None:
    record = {"a": 3, "b": 40, "c": "x"}
    assert after("swapped", record_of(record)) == {"a": 40, "b": 3, "c": "x"}
    fields = (Field(name="a", shape=of("integer", high=9), required=True), Field(name="b", shape=ANY, required=True))
    narrow = Schema(root=of("object", fields=fields), where="s.json")
    assert after("swapped", record_of(record, narrow)) == record


def test_units_are_mistaken_and_ids_are_not() -> None:
    seen = {
        json.dumps(after("other_unit", record_of({"net": 250, "customer_id": 77, "n": 1}), 10, s)) for s in range(99)
    }
    values = {json.loads(text)["net"] for text in seen}
    assert {25_000, 250_000, 2.5, 0.25, 635.0, -250} <= values
    assert all(json.loads(text)["customer_id"] == 77 and json.loads(text)["n"] == 1 for text in seen)


def test_more_fields_are_added_one_by_one_and_none_where_none_may_be() -> None:
    assert [len(after("extra", record_of({"a": 1}), s)) for s in range(1, 11)] == list(range(2, 12))
    assert len(MORE) == 10
    closed = Schema(root=of("object", fields=(Field(name="a", shape=ANY, required=True),), closed=True), where="s.json")
    assert after("extra", record_of({"a": 1}, closed)) == {"a": 1}


def test_what_the_schema_does_not_ask_for_is_not_called_malformed() -> None:
    fields = (Field(name="a", shape=of("string", "null", "integer"), required=False),)
    loose = Schema(root=of("object", fields=fields), where="s.json")
    assert after("retype", record_of({"a": 3, "unknown": 3}, loose)) == {"a": 3, "unknown": 3}, "a text is allowed"
    for op in set(MALFORMING) - {"retype"}:
        assert after(op, record_of({"a": "x", "unknown": 3}, loose)) == {"a": "x", "unknown": 3}, op
    assert after("null", record_of({"a": "x"}, replace(loose, where=""))) == {"a": "x"}


def test_an_alternative_of_the_schema_says_what_its_object_needs() -> None:
    person = of("object", fields=(Field(name="name", shape=of("string"), required=True),))
    company = of("object", fields=(Field(name="vat", shape=of("string"), required=True),))
    party = of("object", either=(person, company))
    root = of("object", fields=(Field(name="party", shape=party, required=False),))
    record = record_of({"party": {"vat": "DE1", "name": None}}, Schema(root=root, where="s.json"))
    assert [site.name for site in sites_of(record) if site.required] == ["vat"]
    dropped = after("drop", record)
    assert dropped == {"party": {"name": None}}
    assert next(breaches(dropped, root)).path == "party"


def test_what_no_schema_speaks_of_may_be_anything() -> None:
    fields = (Field(name="a", shape=of("string"), required=True),)
    stated = Schema(root=of("object", fields=fields), where="s.json")
    known, unknown = sites_of(record_of({"a": "x", "b": 1}, stated))
    assert (known.known, known.stated, known.breaks(1), known.breaks("y")) == (True, True, True, False)
    assert (unknown.breaks(None), unknown.required) == (False, False)
    assert isinstance(known, Site)
