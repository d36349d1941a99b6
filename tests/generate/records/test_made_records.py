"""Made records: the shipped files are what the code draws and show every kind of value; other people are others."""

import importlib.util
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.core.errors import PackError
from harness.core.loading.shipped import shipped
from harness.core.sample import Sample, Samples
from harness.generate.bases import Bases, made_kind, shifted_base
from harness.generate.draw import draw_pack, find_case, make_case
from harness.generate.recipes.packs import read_pack
from harness.generate.records.made.kinds import MADE_KINDS, draw_record, made_samples
from harness.generate.records.made.population import SHIFTED, Population
from harness.generate.records.schema.conform import fits
from harness.generate.samples.read_samples import read_samples
from harness.generate.usable import usable
from harness.run.setup.strata import lint_samples
from harness.run.tools.draw_out import draw_out
from tests.endpoints.claims import checked, features, loose

KINDS = sorted(MADE_KINDS)
FOLDER = shipped("fixtures") / "records"


def test_the_shipped_files_are_what_the_code_draws(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_records", FOLDER / "make.py")
    assert spec is not None
    assert spec.loader is not None
    made: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    made.main(tmp_path)
    for kind in MADE_KINDS.values():
        name = f"{kind.name}{kind.form}"
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_kind_of_value_is_shown_and_every_record_is_as_its_schema_says(kind: str) -> None:
    told, schema = lint_samples(*made_samples(kind))
    assert told == "the pilot has every kind of value that its truth columns allow"
    assert schema.startswith(str(FOLDER / f"{kind}.schema.json"))
    samples = read_samples(*made_samples(kind))
    records = [json.loads(item.content) for item in samples.items]
    amounts = [record.get("amount", record.get("net")) for record in records]
    assert min(amounts) < 0 < 1_000 < max(amounts)
    assert len({record["currency"] for record in records}) == 2
    days = [str(value) for item in samples.items for value in item.truth.values() if str(value)[:2] == "20"]
    assert min(int(day[8:]) for day in days if len(day) == 10) <= 12
    classes = Counter(str(item.truth[samples.columns[0 if kind != "orders" else 1]]) for item in samples.items)
    assert min(classes.values()) <= 0.02 * len(records)


def test_other_people_have_the_same_form_and_other_values(kind: str) -> None:
    root = read_samples(*made_samples(kind)).schema
    assert root is not None
    usual: tuple[Population, ...] = ("usual", *SHIFTED)
    drawn = {one: [draw_record(kind, 3, k, one) for k in range(150)] for one in usual}
    assert all(fits(record, root.root) for some in drawn.values() for record, _ in some)

    def amount(population: Population) -> float:
        some = [record["amount"] if "amount" in record else record["net"] for record, _ in drawn[population]]
        return float(np.mean([abs(one) for one in some]))

    def second(population: Population) -> float:
        codes = Counter(record["currency"] for record, _ in drawn[population])
        return 1 - codes["EUR"] / 150

    assert amount("larger_amounts") > 2 * amount("usual")
    assert second("other_mix") > 2 * second("usual")
    assert amount("both") > 2 * amount("usual")


def test_a_service_that_has_learnt_its_claims_by_heart_is_worse_on_other_people() -> None:
    known = [draw_record("claims", 1, k) for k in range(400)]
    seen = np.array([features(claim) for claim, _ in known])

    def right(population: Population, seed: int) -> float:
        asked = [draw_record("claims", seed, k, population) for k in range(300)]
        near = [int(np.abs(seen - features(claim)).sum(axis=1).argmin()) for claim, _ in asked]
        pairs = zip(near, asked, strict=True)
        return sum(known[i][1]["decision"] == truth["decision"] for i, (_, truth) in pairs) / len(asked)

    assert right("usual", 1) == 1.0, "these are the ones that it knows"
    assert right("usual", 2) - right("both", 2) > 0.1


def test_a_case_of_other_people_is_drawn_again_by_its_address_and_tells_which_people() -> None:
    samples = read_samples(*made_samples("claims"))
    pack = read_pack("population_shift")
    bases = Bases(seed=4, samples=samples)
    cases = [make_case(one, bases) for one in draw_pack(pack, pack.scenarios, samples, 9, 4)]
    assert Counter(case.tags["population"] for case in cases) == dict.fromkeys(SHIFTED, 3)
    assert len({case.content for case in cases}) == 9
    assert all(case.changed and case.truth["decision"] for case in cases)
    again = make_case(find_case(cases[5].address, samples, 4), bases)
    assert (again.content, again.truth) == (cases[5].content, cases[5].truth)
    assert all(checked(case.content)[0] == 200 for case in cases)


def test_made_records_serve_only_samples_of_their_form() -> None:
    (scenario,) = read_pack("population_shift").scenarios
    content = json.dumps({"claim_id": "K-1", "amount": 3}).encode()
    one = Sample(key="a", kind="record", content=content, media_type="application/json", filename="a.json")
    other = Samples(kind="record", items=(one,), columns=("decision",))
    assert made_kind(other) == ""
    assert (
        usable(scenario, other, ()) == "no made records have the fields of these (available: claims, orders, payments)"
    )
    with pytest.raises(PackError, match="no made records have the fields of these"):
        shifted_base(other, 0)
    assert {kind: made_kind(read_samples(*made_samples(kind))) for kind in KINDS} == {kind: kind for kind in KINDS}


@pytest.mark.parametrize("pack", ["malformed_records", "doubtful_records", "population_shift"])
def test_packs_of_records_can_be_drawn_without_any_samples(pack: str, tmp_path: Path) -> None:
    list(draw_out(pack, 24, 1, tmp_path / "out", "", ""))
    lines = [json.loads(line) for line in (tmp_path / "out/cases.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 24
    assert all(set(line["truth"]) == {"decision", "payout", "due"} for line in lines)


def test_a_scenario_without_a_place_in_the_samples_is_left_out() -> None:
    claims, orders = (read_samples(*made_samples(kind)) for kind in ("claims", "orders"))

    def left_out(samples: Samples, pack: str) -> set[str]:
        return {one.id for one in read_pack(pack).scenarios if usable(one, samples, ())}

    assert left_out(claims, "doubtful_records") == {"wrong_sum", "other_items"}
    assert left_out(orders, "doubtful_records") == {"exchanged_fields"}
    assert left_out(claims, "malformed_records") == set()
    worked_out = read_samples(*made_samples("claims")[:2])
    assert left_out(worked_out, "malformed_records") == {"beyond_limits", "beyond_length"}, "nobody stated any"


def test_a_service_that_checks_what_it_gets_is_never_silently_wrong_and_one_that_does_not_often_is() -> None:
    samples = read_samples(*made_samples("claims"))
    pack, bases = read_pack("malformed_records"), Bases(seed=1, samples=samples)
    silent = Counter[str]()
    for case in (make_case(one, bases) for one in draw_pack(pack, pack.scenarios, samples, 180, 1)):
        for name, service in (("checked", checked), ("loose", loose)):
            status, reply = service(case.content)
            assert isinstance(reply, dict)
            answered = status == 200 and reply["confidence"] >= 0.8
            wrong = case.expect == "reject" or any(reply.get(field) != truth for field, truth in case.truth.items())
            silent[name] += answered and wrong
    assert silent["checked"] == 0
    assert silent["loose"] > 40
