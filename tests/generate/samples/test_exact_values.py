"""Values reach the service as they stand in the file: their digits, and one type for each column of a table."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import SampleError
from harness.generate.bases import Bases
from harness.generate.draw import draw_pilot, make_case
from harness.generate.fill import Wrapping
from harness.generate.records.json_text.numbers import WrittenFloat, read_value
from harness.generate.records.json_text.write import write_value
from harness.generate.samples.read_samples import read_samples

NUMBERS = (
    "0.1234567890123456789",
    "12.50",
    "1e400",
    "-1E-400",
    "123456789012345678901234567890",
    "9007199254740993",
    "1.0",
    "100000000000000000000.5",
)


def sent(folder: Path, request: dict[str, object] | None = None, schema: str = "") -> list[str]:
    samples = read_samples(str(folder), "t", schema)
    bases = Bases(seed=1, samples=samples, wrapping=Wrapping(request=request, text_as_json=True))
    return [make_case(drawn, bases).content.decode() for drawn in draw_pilot(samples, 99, 1)]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("request_", [None, {"in": {"all": "{*}"}}, {"v": "{n}"}], ids=["bare", "whole", "one"])
@pytest.mark.parametrize("form", ["jsonl", "json", "list"])
def test_a_number_keeps_its_digits(number: str, request_: dict[str, object] | None, form: str, tmp_path: Path) -> None:
    row = f'{{"n": {number}, "m": [{number}], "t": 1}}'
    text = {"jsonl": f"{row}\n{row}\n", "json": row, "list": f"[{row}]"}[form]
    (tmp_path / f"a.{'jsonl' if form == 'jsonl' else 'json'}").write_text(text, encoding="utf-8")
    for body in sent(tmp_path, request_):
        assert number in body


@given(st.recursive(st.integers() | st.floats(allow_nan=False) | st.text(), lambda inner: st.lists(inner, max_size=4)))
def test_what_json_holds_is_written_as_it_was_read(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert write_value(read_value(text)) == text


def test_a_number_with_its_text_is_a_number() -> None:
    number = read_value("12.50")
    assert isinstance(number, WrittenFloat)
    assert (number, number + 1, write_value({"a": [number]})) == (12.5, 13.5, '{"a": [12.50]}')


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (("00123", "456"), ["00123", "456"]),
        (("1", "2"), [1, 2]),
        (("1", "2.50"), [1, 2.5]),
        (("1", ""), [1, None]),
        (("true", "FALSE"), [True, False]),
        (("true", "1"), ["true", "1"]),
        (("12E5", "34"), ["12E5", "34"]),
        (("+1", "2"), ["+1", "2"]),
        (("1.234,5", "2"), ["1.234,5", "2"]),
    ],
)
def test_a_column_of_a_table_has_one_type(cells: tuple[str, str], values: list[object], tmp_path: Path) -> None:
    rows = "".join(f'"{cell}",1\n' for cell in cells)
    (tmp_path / "a.csv").write_text(f"v,t\n{rows}", encoding="utf-8")
    assert [json.loads(body)["v"] for body in sent(tmp_path)] == values


def test_the_type_of_the_schema_wins(tmp_path: Path) -> None:
    folder = tmp_path / "pilot"
    folder.mkdir()
    (folder / "a.csv").write_text("code,n,t\n123,1,1\n456,2.50,1\n", encoding="utf-8")
    schema = {"type": "object", "properties": {"code": {"type": "string"}, "n": {"type": "number"}}}
    (tmp_path / "s.json").write_text(json.dumps(schema), encoding="utf-8")
    assert sent(folder, schema=str(tmp_path / "s.json")) == ['{"code": "123", "n": 1}', '{"code": "456", "n": 2.50}']


def test_a_key_that_stands_twice_in_a_sample_is_an_error_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": 1, "t": 1}\n{"a": 1, "a": 2, "t": 1}\n', encoding="utf-8")
    with pytest.raises(SampleError, match=r'a\.jsonl:2: "a" appears twice'):
        read_samples(str(tmp_path), "t")
