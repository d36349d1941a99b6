"""What a standard or the written schema allows a service to refuse asks for no answer, whatever op made it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.core.case import Case
from harness.generate.bases import Bases
from harness.generate.draw import draw_pack, make_case
from harness.generate.fill import Wrapping
from harness.generate.recipes.packs import read_pack
from harness.generate.samples.read_samples import read_samples
from tests.endpoints.orders import write_pilot

PROPERTIES: dict[str, dict[str, object]] = {
    "order_id": {"type": "string"},
    "country": {"type": "string"},
    "quantity": {"type": "integer"},
    "unit_price": {"type": "number"},
    "discount": {"type": "number"},
    "express": {"type": "boolean"},
    "note": {"type": "string"},
}


def drawn(folder: Path, count: int, *, closed: bool | None = None, pack: str = "malformed_records") -> list[Case]:
    """closed: whether the written schema allows no further field; None: no schema is written."""
    schema = ""
    if closed is not None:
        schema = str(folder / "schema.json")
        text = {"type": "object", "properties": PROPERTIES, "additionalProperties": not closed}
        Path(schema).write_text(json.dumps(text), encoding="utf-8")
    samples = read_samples(str(write_pilot(folder / "pilot")), "total,carrier", schema)
    bases = Bases(seed=1, samples=samples, wrapping=Wrapping(text_as_json=True))
    read = read_pack(pack)
    return [make_case(one, bases) for one in draw_pack(read, read.scenarios, samples, count, 1)]


def strict(body: bytes) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs), "a key stands twice"
        return dict(pairs)

    def constant(name: str) -> float:
        raise AssertionError(name)

    msgspec.json.decode(body)
    return json.loads(body.decode("utf-8"), object_pairs_hook=once, parse_constant=constant)


@pytest.mark.parametrize("pack", ["malformed_records", "malformed_json", "doubtful_records"])
def test_each_of_2000_valid_cases_decodes_in_a_strict_reader(pack: str, tmp_path: Path) -> None:
    valid = [case for case in drawn(tmp_path, 2000, pack=pack) if case.tags.get("decodes") == "valid"]
    assert len(valid) > 100
    for case in valid:
        strict(case.content)


@pytest.mark.parametrize("closed", [None, False, True])
def test_unknown_fields_are_sent_and_ask_for_an_answer_unless_the_schema_forbids_them(
    closed: bool | None, tmp_path: Path
) -> None:
    asks = Counter(
        (case.tags["scenario"], case.asks_for_answer()) for case in drawn(tmp_path, 300, closed=closed) if case.changed
    )
    assert (asks["more_fields", True] > 0) is (closed is not True)
    assert asks["more_fields", False] == 0
    assert asks["wrong_type_field", True] == 0
    assert asks["wrong_type_field", False] > 0
    assert asks["other_key_order", True] > 0


@pytest.mark.parametrize("scenario", ["duplicate_key", "conflicting_key", "not_a_number"])
def test_what_readers_may_refuse_by_the_standard_asks_for_no_answer(scenario: str, tmp_path: Path) -> None:
    cases = [case for case in drawn(tmp_path, 300) if case.tags["scenario"] == scenario and case.changed]
    assert cases
    assert not any(case.asks_for_answer() for case in cases)
    assert {case.expect for case in cases} == {"answer"}
