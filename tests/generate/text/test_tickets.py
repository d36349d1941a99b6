"""Made tickets, and tables of texts: what they hold, and that they are texts to every pack."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from harness.core.sample import Samples
from harness.generate.bases import Bases, first_ranked, rank
from harness.generate.draw import draw_pack, make_case
from harness.generate.recipes.packs import Pack, read_pack
from harness.generate.samples.read_samples import read_samples
from harness.generate.text.tickets import LABELS, LANGUAGES, RARE, made_samples, ticket_of
from harness.generate.usable import usable
from tests.endpoints.command import harness

MANY = [ticket_of(1, f"made:tickets#{k}") for k in range(1500)]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def table(rows: list[dict[str, object]], name: str = "tickets.jsonl") -> Samples:
    Path(name).write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    return read_samples(name, "label")


def pack_of_tickets() -> Pack:
    Path("own").mkdir()
    Path("own/pack.toml").write_text(
        'pack = "own"\nversion = "1.0.0"\n[[scenario]]\nid = "typed"\nbase = "tickets"\n'
        'ops = [{ op = "text.typos", severity = 3 }]\n',
        encoding="utf-8",
    )
    return read_pack("own")


def test_tickets_have_six_labels_one_of_them_rare_and_seven_languages() -> None:
    labels, languages = (Counter(getattr(one, name) for one in MANY) for name in ("label", "language"))
    assert set(labels) == {*LABELS, RARE}
    assert 0 < labels[RARE] < 0.02 * len(MANY) * 1.5
    assert min(labels[name] for name in LABELS) > 0.15 * len(MANY)
    assert set(languages) == {"en", *LANGUAGES}
    assert 0.4 < languages["en"] / len(MANY) < 0.6


def test_tickets_differ_and_no_place_of_a_template_is_left_open() -> None:
    assert len({one.text for one in MANY}) > 0.99 * len(MANY)
    assert not any("{" in one.text for one in MANY)


def test_a_ticket_is_the_same_for_its_seed_and_number_alone() -> None:
    assert ticket_of(1, "made:tickets#7") == MANY[7] != ticket_of(2, "made:tickets#7")


def test_a_table_of_texts_is_texts_and_keeps_its_body() -> None:
    samples = table([{"text": "Grüße, wo ist mein Paket?", "label": "delivery"}, {"text": "Hi", "label": "other"}])
    assert (samples.kind, samples.columns) == ("text", ("label",))
    first = samples.items[0]
    assert (first.key, first.content.decode()) == ("tickets.jsonl#1", "Grüße, wo ist mein Paket?")


@pytest.mark.parametrize("row", [{"text": "a b", "id": 1, "label": "x"}, {"mail": "a b", "label": "x"}])
def test_a_table_with_more_than_texts_is_records(row: dict[str, object]) -> None:
    assert table([row, row]).kind == "record"


def test_one_value_that_is_no_text_leaves_all_of_them_records() -> None:
    assert table([{"text": "a b", "label": "x"}, {"text": 5, "label": "x"}]).kind == "record"


def test_made_tickets_serve_who_has_their_labels() -> None:
    (scenario,) = pack_of_tickets().scenarios
    own = table([{"text": f"about {label}", "label": label} for label in (*LABELS, RARE)])
    assert usable(scenario, own, ("label",)) == ""
    others = table([{"text": "hello there", "label": "spam"}], "others.jsonl")
    assert "made tickets have one field, label" in usable(scenario, others, ("label",))
    assert "made tickets have one field" in usable(scenario, own, ("label", "queue"))


def test_cases_of_made_tickets_carry_label_and_language_and_have_no_twin() -> None:
    pack, samples = pack_of_tickets(), made_samples(6, 1)
    bases = Bases(seed=1, samples=samples)
    cases = [make_case(one, bases) for one in draw_pack(pack, pack.scenarios, samples, 20, 1)]
    assert {case.tags["language"] for case in cases} <= {"en", *LANGUAGES}
    assert all(case.truth["label"] in (*LABELS, RARE) and case.clean_twin == "" and case.changed for case in cases)
    assert cases == [make_case(one, bases) for one in draw_pack(pack, pack.scenarios, samples, 20, 1)]


def test_the_sample_of_a_case_is_that_of_the_greatest_rank() -> None:
    samples = made_samples(30, 1)
    for k in range(40):
        by_rank = max(samples.items, key=lambda item: rank(3, f"a/b#{k}", item.key))
        assert first_ranked(3, f"a/b#{k}", samples) is by_rank


def test_a_pack_of_texts_is_drawn_without_samples_as_one_document() -> None:
    said = harness("packs", "draw", "noisy_text", "-n", "30", "--json")
    cases = json.loads(said.out)
    assert (said.code, len(cases)) == (0, 30)
    assert all(case["truth"]["label"] in (*LABELS, RARE) and ("text" in case) != ("base64" in case) for case in cases)
    assert list(Path().iterdir()) == []
    assert harness("packs", "draw", "noisy_text", "-n", "30", "--json").out == said.out


@pytest.mark.parametrize("options", [(), ("--json", "--out", "x")])
def test_files_or_a_document_is_one_or_the_other(options: tuple[str, ...]) -> None:
    said = harness("packs", "draw", "noisy_text", *options)
    assert said.code == 4
    assert "give one of them" in said.err


def test_cases_are_the_same_in_any_order_and_under_any_hash_seed() -> None:
    pack, samples = read_pack("noisy_text"), made_samples(12, 1)
    bases = Bases(seed=1, samples=samples)
    drawn = list(draw_pack(pack, pack.scenarios, samples, 66, 1))
    forward = {one.address: make_case(one, bases).sha256 for one in drawn}
    backward = {one.address: make_case(one, bases).sha256 for one in reversed(drawn)}
    assert forward == backward
    elsewhere = [digests(seed) for seed in ("1", "2")]
    assert elsewhere[0] == elsewhere[1]
    assert set(elsewhere[0]) == set(forward)


def digests(hash_seed: str) -> dict[str, str]:
    code = "from harness.cli.main import run; run(['packs', 'draw', 'noisy_text', '-n', '66', '--json'])"
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    return {case["address"]: case["sha256"] for case in json.loads(done.stdout)}
