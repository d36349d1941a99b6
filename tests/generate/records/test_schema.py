"""Schemas: read from where teams have them, worked out where they have none, and held against the samples."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.errors import ConfigError, SampleError
from harness.core.schema import Shape
from harness.generate.records.schema.conform import breaches, fits
from harness.generate.records.schema.infer import describe_schema, infer
from harness.generate.records.schema.read_schema import read_schema
from harness.generate.samples.read_samples import read_samples

CLAIM: dict[str, Any] = {
    "type": "object",
    "required": ["claim_id", "amount", "kind"],
    "properties": {
        "claim_id": {"type": "string", "pattern": "^C-\\d{6}$"},
        "amount": {"type": "number", "minimum": 0, "exclusiveMaximum": 10000},
        "kind": {"$ref": "#/$defs/Kind"},
        "opened": {"type": "string", "format": "date"},
        "closed": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
        "note": {"type": "string", "maxLength": 20},
        "items": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["sku"]}},
        "party": {
            "oneOf": [
                {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
                {"type": "object", "required": ["vat"], "properties": {"vat": {"type": "string"}}},
            ]
        },
        "holder": {"allOf": [{"$ref": "#/$defs/Person"}, {"required": ["age"]}]},
    },
    "additionalProperties": False,
    "$defs": {
        "Kind": {"enum": ["water", "fire"]},
        "Person": {
            "type": "object",
            "properties": {"age": {"type": "integer", "minimum": 18}, "boss": {"$ref": "#/$defs/Person"}},
        },
    },
}
GOOD: dict[str, Any] = {"claim_id": "C-000417", "amount": 12.5, "kind": "water"}


def written(folder: Path, document: object, name: str = "claim.json") -> str:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Shape:
    return read_schema(written(tmp_path_factory.mktemp("schema"), CLAIM)).root


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, ""),
        ({"amount": 0}, ""),
        ({"closed": None, "opened": "2024-02-29", "items": [{"sku": 1}], "party": {"vat": "DE1"}}, ""),
        ({"holder": {"age": 18, "boss": {"age": 2}}}, ""),
        ({"claim_id": "C-417"}, 'claim_id is "C-417", but does not match the pattern ^C-\\d{6}$'),
        ({"claim_id": 417}, "claim_id is 417, but not of type string"),
        ({"amount": True}, "amount is true, but not of type number"),
        ({"amount": -0.5}, "amount is -0.5, below 0"),
        ({"amount": 10000}, "amount is 10000, above or at 10000"),
        ({"kind": "Fire"}, 'kind is "Fire", but none of "water", "fire"'),
        ({"opened": "2024-02-30"}, 'opened is "2024-02-30", but not a valid date'),
        ({"closed": "soon"}, 'closed is "soon", but not a valid date'),
        ({"note": "x" * 21}, "note has 21 characters, more than 20"),
        ({"items": []}, "items has 0 items, fewer than 1"),
        ({"items": [{"sku": 1}, {}]}, "items[1].sku is required, but missing"),
        ({"party": {"phone": "1"}}, "party is an object, but fits none of 2 alternatives"),
        ({"holder": {"age": 17}}, "holder.age is 17, below 18"),
        ({"holder": {}}, "holder.age is required, but missing"),
        ({"unit price": 1}, '"unit price" is not a field of the schema, which allows no others'),
    ],
)
def test_a_breach_is_told_with_its_place(root: Shape, more: dict[str, Any], said: str) -> None:
    assert "; ".join(f"{one.path} {one.what}" for one in breaches({**GOOD, **more}, root)) == said


def test_a_field_that_is_missing_is_told(root: Shape) -> None:
    found = list(breaches({"claim_id": "C-000417", "kind": "fire"}, root))
    assert [(one.path, one.what) for one in found] == [("amount", "is required, but missing")]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{", "claim.json:1: is not JSON"),
        ('{"type": "object",\n "properties": }', "claim.json:2: is not JSON"),
        ([1], "#/: expected a schema, an object, got a list"),
        ({"type": "string"}, "#/: is not the schema of a record"),
        ({"properties": {"a": {"type": "strnig"}}}, '#/properties/a/type: "strnig" is not a JSON type'),
        ({"properties": {"a": {"type": "strnig"}}}, 'did you mean "string"?'),
        ({"properties": {"a": 3}}, "#/properties/a: expected a schema, an object, got a number"),
        ({"properties": []}, "#/properties: expected an object of fields, got a list"),
        ({"properties": {}, "required": "a"}, "#/required: expected a list of field names"),
        (
            {"properties": {"a/b": {"enum": []}}},
            "#/properties/a~1b/enum: expected a list of at least one allowed value",
        ),
        ({"properties": {"a": {"minimum": "0"}}}, "#/properties/a/minimum: expected a number, got a text"),
        ({"properties": {"a": {"maxLength": -1}}}, "#/properties/a/maxLength: expected a whole number from 0 on"),
        ({"properties": {"a": {"$ref": "#/$defs/B"}}, "$defs": {"C": {}}}, '#/$defs/B: there is no "B"'),
        ({"properties": {"a": {"$ref": "other.json"}}}, '"other.json" points outside the file'),
        ({"properties": {"a": {"oneOf": []}}}, "#/properties/a/oneOf: expected a list of at least one schema"),
        ({"openapi": "3.1.0", "paths": {}}, "no request has a JSON body"),
    ],
)
def test_what_is_no_schema_is_told_with_file_and_place(tmp_path: Path, document: object, said: str) -> None:
    with pytest.raises(ConfigError) as told:
        read_schema(written(tmp_path, document))
    assert said in str(told.value)


def test_what_is_passed_over_is_noted(tmp_path: Path) -> None:
    document = {"properties": {"a": {"if": {}, "pattern": "\\p{L}+"}, "b": {"tpye": "string"}}}
    notes = " | ".join(read_schema(written(tmp_path, document)).notes)
    assert "if" in notes
    assert "pattern (/properties/a), which Python cannot read" in notes
    assert '"tpye" (/properties/b), not a keyword of JSON Schema - did you mean "type"?' in notes


def openapi(*paths: str) -> dict[str, Any]:
    def body(name: str) -> dict[str, Any]:
        schema = {"$ref": f"#/components/schemas/{name}"}
        return {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}

    own = {"type": "object", "properties": {"n": {"type": "integer", "nullable": True, "enum": [1, 2]}}}
    many = {"type": "array", "items": own}
    return {
        "openapi": "3.0.3",
        "paths": {f"/{name.lower()}": body(name) for name in paths},
        "components": {"schemas": {"Claim": own, "Order": {"type": "object"}, "Batch": many}},
    }


def test_the_one_body_of_an_openapi_file_is_found_and_several_have_to_be_named(tmp_path: Path) -> None:
    one = read_schema(written(tmp_path, openapi("Claim"), "one.json"))
    assert one.where.endswith("one.json#/components/schemas/Claim")
    assert fits({"n": None}, one.root)
    assert not fits({"n": 3}, one.root)
    two = written(tmp_path, openapi("Claim", "Order"), "two.json")
    with pytest.raises(ConfigError, match=r"2 requests have a JSON body\n.*POST /claim: .*schemas/Claim; POST /order"):
        read_schema(two)
    assert read_schema(f"{two}#/components/schemas/Claim").root == one.root
    assert read_schema(f"{two}#/components/schemas/Batch").root == one.root, "a list of records is one of such records"
    with pytest.raises(ConfigError, match=r'there is no "Clam"\n  did you mean "Claim"\?'):
        read_schema(f"{two}#/components/schemas/Clam")


MODULE = """
class Claim:
    @classmethod
    def model_json_schema(cls):
        return {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}

class Broken:
    @classmethod
    def model_json_schema(cls):
        raise RuntimeError("no")
"""


def test_a_model_that_knows_its_schema_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    Path("claim_models.py").write_text(MODULE, encoding="utf-8")
    assert fits({"age": 3}, read_schema("claim_models:Claim").root)
    for where, said in [
        ("claim_models:Clam", 'has no model "Clam"\n  did you mean "Claim"?   models there: Claim, Broken; give'),
        ("claim_models:Broken", "model_json_schema() failed: RuntimeError: no"),
        ("claim_model:Claim", 'cannot import "claim_model" for the schema: ModuleNotFoundError'),
        ("claim.json", "claim.json: no such schema file"),
    ]:
        with pytest.raises(ConfigError) as told:
            read_schema(where)
        assert said in str(told.value)


def test_a_header_names_the_fields_and_the_samples_say_the_rest(tmp_path: Path) -> None:
    header = written(tmp_path, "id;amount;note\n", "columns.csv")
    rows = "\n".join(json.dumps(row) for row in [{"id": "a", "amount": 1, "x": 2, "note": None, "ok": 1}] * 3)
    samples = read_samples(written(tmp_path, rows, "rows.jsonl"), "ok", header)
    assert samples.schema is not None
    assert not samples.schema.stated
    assert {one.name: one.required for one in samples.schema.root.fields} == {
        "id": True,
        "amount": True,
        "x": False,
        "note": True,
    }
    assert f"inferred from 3 records and the names of {header}" in describe_schema(samples.schema, 3)
    for text, said in [("id,id\n", 'column "id" appears twice'), ("id,,\n", "column 2 has no name"), ("", "no header")]:
        with pytest.raises(ConfigError, match=said):
            read_schema(written(tmp_path, text, "bad.csv"))


def test_a_sample_that_is_not_as_the_schema_says_is_named_with_line_and_field(tmp_path: Path) -> None:
    schema = written(tmp_path, CLAIM)
    rows = [{**GOOD, "pay": 1}, {**GOOD, "kind": "wind", "pay": 1}]
    samples = written(tmp_path, "\n".join(map(json.dumps, rows)), "rows.jsonl")
    with pytest.raises(
        SampleError, match=r'rows\.jsonl#2: kind is "wind", but none of "water", "fire" \(.*claim\.json'
    ):
        read_samples(samples, "pay", schema)


def test_only_records_have_a_schema(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello", encoding="utf-8")
    truth = written(tmp_path, "file,label\na.txt,x\n", "truth.csv")
    with pytest.raises(ConfigError, match="the samples are texts, but only records have a schema"):
        read_samples(str(tmp_path / "a.txt"), truth, "claim.json")


def test_a_stated_schema_is_part_of_the_samples_digest(tmp_path: Path) -> None:
    rows = written(tmp_path, json.dumps({**GOOD, "pay": 1}), "rows.jsonl")
    plain = read_samples(rows, "pay").digest()
    stated = read_samples(rows, "pay", written(tmp_path, CLAIM)).digest()
    looser = read_samples(
        rows, "pay", written(tmp_path, {**CLAIM, "additionalProperties": True}, "looser.json")
    ).digest()
    assert len({plain, stated, looser}) == 3


values = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.floats(-9, 9) | st.text(max_size=3) | st.just("2024-02-29"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
records = st.lists(st.dictionaries(st.sampled_from("abcd"), values, max_size=4), min_size=1, max_size=6)


def plain(shape: Shape) -> Any:
    """The shape as values that compare whatever the order of its fields."""
    inner = {one.name: (one.required, plain(one.shape)) for one in shape.fields}
    item = plain(shape.item) if shape.item is not None else None
    return sorted(shape.types), shape.words, shape.low, shape.high, shape.format, inner, item


@settings(max_examples=25)
@given(records)
def test_a_schema_that_is_worked_out_fits_every_record_in_whatever_order(found: list[dict[str, Any]]) -> None:
    schema = infer(found)
    assert not schema.stated
    assert [one for record in found for one in breaches(record, schema.root)] == []
    assert plain(infer(found[::-1]).root) == plain(schema.root)


def test_what_was_worked_out_is_told_in_one_line() -> None:
    rows = [{"id": k, "country": "DE" if k % 2 else "FR", "at": "2024-01-01", "x": None} for k in range(8)]
    assert describe_schema(infer([*rows, {"id": 9, "country": "FR", "at": "2024-01-01"}]), 9) == (
        "inferred from 9 records: 4 fields, optional: x; may be null: x; categorical: country; dates: at; "
        "set [pilot] schema to use yours"
    )
