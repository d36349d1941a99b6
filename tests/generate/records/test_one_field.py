"""One change of one field: what each makes of a value, which fields it fits, and what a written schema rules out."""

import json
from typing import Any

import pytest

from harness.core.case import Case
from harness.core.errors import PackError
from harness.core.robustness import SENT, UNCHANGED
from harness.core.sample import Samples
from harness.core.schema import Field, JsonType, Schema, Shape
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.coverage import calls_for, covered_fields, draw_coverage
from harness.generate.draw import find_case, make_case
from harness.generate.payloads import Record
from harness.generate.records.changes.one_field import CHANGES, one_field
from harness.generate.records.schema.infer import infer
from harness.generate.samples.read_samples import read_samples
from tests.endpoints.policies import write_policies

ORDER = {
    "order_no": "A0417",
    "amount": 1234.5,
    "count": 2500,
    "price": "12.50",
    "day": "2026-03-04",
    "kind": "express",
    "gift": False,
    "note": "leave it at the back door",
    "lines": [{"sku": "x", "weight": 2}],
}


def record(schema: Schema | None = None) -> Record:
    pairs = tuple((key, _pairs(value)) for key, value in ORDER.items())
    return Record(pairs=pairs, schema=schema or infer([ORDER, {**ORDER, "kind": "normal"}] * 6))


def _pairs(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((key, _pairs(inner)) for key, inner in value.items())
    return [_pairs(one) for one in value] if isinstance(value, list) else value


def after(change: str, path: str, schema: Schema | None = None) -> Any:
    """The value at a top-level path after the change; the string "absent" if it was left out."""
    changed = one_field(record(schema), 10, Stream(1, "a"), f"{change}:{path}")
    return dict(changed.pairs).get(path, "absent")


@pytest.mark.parametrize(
    ("change", "path", "value"),
    [
        ("missing", "amount", "absent"),
        ("null", "amount", None),
        ("empty", "note", ""),
        ("as_text", "amount", "1234.5"),
        ("as_text", "gift", "false"),
        ("in_list", "kind", ["express"]),
        ("in_object", "count", (("value", 2500),)),
        ("unknown_word", "kind", "unlisted"),
        ("other_case", "kind", "EXPRESS"),
        ("yes_or_no", "gift", "no"),
        ("decimal_comma", "amount", "1234,50"),
        ("decimal_comma", "price", "12,50"),
        ("grouped", "count", "2.500"),
        ("grouped", "amount", "1.234,5"),
        ("day_first", "day", "04/03/2026"),
        ("no_such_day", "day", "2026-02-30"),
        ("no_dashes", "day", "20260304"),
        ("padded", "kind", " express "),
        ("long", "note", " " * 8000 + "leave it at the back door"),
    ],
)
def test_a_change_makes_one_other_value(change: str, path: str, value: Any) -> None:
    assert after(change, path) == value


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ("as_number", "order_no"),  # it has a letter
        ("decimal_comma", "count"),  # no decimals
        ("grouped", "gift"),
        ("yes_or_no", "kind"),
        ("unknown_word", "note"),
        ("other_case", "note"),
        ("longer", "order_no"),  # another id, which may exist
        ("other_case", "order_no"),
        ("long", "kind"),
        ("above", "count"),  # nobody wrote a limit
        ("missing", "nothing"),
    ],
)
def test_a_change_that_does_not_fit_leaves_the_record_as_it_is(change: str, path: str) -> None:
    assert one_field(record(), 10, Stream(1, "a"), f"{change}:{path}") == record()


def test_fields_inside_objects_and_arrays_are_changed_alone() -> None:
    changed = one_field(record(), 10, Stream(1, "a"), "null:lines[0].weight")
    assert dict(changed.pairs)["lines"] == [(("sku", "x"), ("weight", None))]


def written(required: bool = True, types: tuple[JsonType, ...] = ("integer",), **limits: Any) -> Schema:
    count = Field(name="count", shape=Shape(types=frozenset(types), **limits), required=required)
    return Schema(root=Shape(types=frozenset(("object",)), fields=(count,)), where="schema.json")


def test_what_a_written_schema_allows_is_no_change_to_refuse() -> None:
    assert after("missing", "count", written()) == "absent"
    assert after("missing", "count", written(required=False)) == 2500
    assert after("null", "count", written(types=("integer", "null"))) == 2500
    assert after("above", "count", written(high=3000)) == 3001
    assert after("below", "count", written(low=1)) == 0
    assert after("as_text", "count", written()) == "2500"  # it still means the same
    code = Field(name="order_no", shape=Shape(types=frozenset(("string",)), pattern="^A[0-9]{4}$"), required=True)
    coded = Schema(root=Shape(types=frozenset(("object",)), fields=(code,)), where="schema.json")
    assert (after("longer", "order_no", coded), after("shorter", "order_no", coded)) == ("A04177", "A041")


def test_without_a_site_some_field_is_changed_and_the_same_one_again() -> None:
    first = one_field(record(), 10, Stream(4, "b"))
    assert first != record()
    assert first == one_field(record(), 10, Stream(4, "b"))


@pytest.fixture
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    folder = write_policies(tmp_path_factory.mktemp("policies"))
    return read_samples(str(folder), "premium,class")


def cases(samples: Samples, part: str) -> list[Case]:
    bases = Bases(seed=1, samples=samples)
    fields = covered_fields(samples)
    return [make_case(draw_coverage(part, sample, samples, fields), bases) for sample in samples.items]


def test_every_leaf_of_the_records_is_covered_with_changes_of_its_type(samples: Samples) -> None:
    fields = {field.path: field for field in covered_fields(samples)}
    assert [*fields] == [
        "policy", "amount", "rate", "persons", "start", "product", "holder.region", "holder.vip", "note",
    ]  # fmt: skip
    assert {"missing", "null", "decimal_comma"} <= fields["rate"].changes.keys()
    assert {"as_text", "yes_or_no"} <= fields["holder.vip"].changes.keys()
    assert fields["product"].changes["unknown_word"] == "vocabulary"
    assert calls_for(fields.values(), 12) == 12 + sum(2 + len(one.changes) for one in fields.values())
    assert [*fields["amount"].changes] == [name for name in CHANGES if name in fields["amount"].changes]


def test_a_case_changes_its_field_and_says_what_was_sent(samples: Samples) -> None:
    for case, sample in zip(cases(samples, "null:holder.vip"), samples.items, strict=True):
        sent, before = json.loads(case.content), json.loads(sample.content)
        assert (sent["holder"].pop("vip"), case.tags[SENT]) == (None, "null")
        before["holder"].pop("vip")
        assert sent == before
        assert {*case.effects.values()} == {"destroyed"}


def test_another_valid_value_is_one_of_the_samples(samples: Samples) -> None:
    amounts = [json.loads(sample.content)["amount"] for sample in samples.items]
    for case in cases(samples, "largest:amount"):
        assert json.loads(case.content)["amount"] == max(amounts)


def test_a_case_is_found_again_by_its_address(samples: Samples) -> None:
    bases = Bases(seed=1, samples=samples)
    for part in ("missing:amount", "smallest:start", "day_first:start", UNCHANGED):
        case = cases(samples, part)[3]
        again = make_case(find_case(case.address, samples, 1), bases)
        assert (again.content, again.tags) == (case.content, case.tags)


@pytest.mark.parametrize(
    ("part", "says"),
    [("missing:amuont", 'did you mean "amount"'), ("msising:amount", 'did you mean "missing"')],
)
def test_an_unknown_field_or_change_is_named_with_the_nearest(samples: Samples, part: str, says: str) -> None:
    with pytest.raises(PackError, match=says):
        find_case(f"coverage/{part}#{samples.items[0].key}", samples, 1)
