"""Cases are pure functions of their address: whatever is drawn beside them, and however often."""

import json
from dataclasses import replace
from hashlib import sha256
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Plan, Step
from harness.core.errors import PackError
from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.draw import draw_case, draw_pack, draw_pilot, draw_probe, find_case, in_turn, make_case
from harness.generate.draw_robustness import draw_unanswerable
from harness.generate.drawn import Drawn
from harness.generate.fill import Wrapping
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.payloads import Document
from harness.generate.recipes.packs import read_pack
from harness.generate.render import render
from harness.generate.unanswerable import unanswerable_inputs

RECORDS = read_pack("malformed_records")


def record(k: int) -> Sample:
    body = {"id": k, "name": f"customer {k}", "city": "Köln", "note": "leave it at the back door", "n": None}
    return Sample(
        key=f"r.jsonl#{k}",
        kind="record",
        content=json.dumps(body, ensure_ascii=False).encode(),
        media_type="application/json",
        filename="r.json",
        truth={"ok": True},
    )


def records(count: int) -> Samples:
    return Samples(kind="record", items=tuple(record(k) for k in range(count)), columns=("ok",))


def drawn(samples: Samples, count: int, seed: int = 1) -> list[Drawn]:
    return list(draw_pack(RECORDS, RECORDS.scenarios, samples, count, seed))


@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(1, 30))
def test_drawing_more_cases_leaves_the_first_ones_as_they_are(seed: int, few: int, more: int) -> None:
    samples = records(7)
    assert drawn(samples, few + more, seed)[:few] == drawn(samples, few, seed)


@given(st.integers(0, 2**32), st.sampled_from(RECORDS.scenarios), st.integers(0, 200))
def test_a_case_is_found_again_by_its_address(seed: int, scenario: object, index: int) -> None:
    samples = records(5)
    one = draw_case(RECORDS, scenario, index, samples, seed)  # type: ignore[arg-type]
    assert find_case(one.address, samples, seed, [RECORDS]) == one


def test_probes_and_pilot_cases_are_found_again_too() -> None:
    samples = records(5)
    some = [*draw_pilot(samples, 3, 1), draw_probe("record.drop", 4, "r.jsonl#2", 2, "as_is")]
    assert [find_case(one.address, samples, 1) for one in some] == some


def test_another_sample_in_the_folder_moves_few_cases() -> None:
    before, after = drawn(records(20), 200), drawn(records(21), 200)
    moved = sum(a != b for a, b in zip(before, after, strict=True))
    assert 0 < moved < 30  # 1 of 21 on the average: each case is won by the newcomer with that chance


def test_another_scenario_in_the_pack_moves_no_case() -> None:
    samples, scenario = records(5), RECORDS.scenarios[2]
    shorter = replace(RECORDS, scenarios=(scenario,))
    assert [draw_case(shorter, scenario, k, samples, 1) for k in range(20)] == [
        draw_case(RECORDS, scenario, k, samples, 1) for k in range(20)
    ]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 4))
def test_scenarios_come_as_often_as_their_weights_say_and_evenly(weights: list[int], rounds: int) -> None:
    scenarios = [replace(RECORDS.scenarios[0], id=str(k), weight=weight) for k, weight in enumerate(weights)]
    drawn = [one.id for one in islice(in_turn(scenarios), rounds * sum(weights))]
    assert [drawn.count(str(k)) for k in range(len(weights))] == [rounds * weight for weight in weights]
    for at in range(1, len(drawn)):
        due = [at * weight / sum(weights) for weight in weights]
        assert all(abs(drawn[:at].count(str(k)) - due[k]) < len(weights) for k in range(len(weights)))


def test_without_weights_they_come_in_their_order() -> None:
    scenarios = [replace(one, weight=1) for one in RECORDS.scenarios]
    assert list(islice(in_turn(scenarios), 2 * len(scenarios))) == [*scenarios, *scenarios]


def test_other_seeds_draw_other_cases() -> None:
    samples = records(10)
    assert [one.plan for one in drawn(samples, 40, 1)] != [one.plan for one in drawn(samples, 40, 2)]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("malformed_records", "is not an address\n  write pack/scenario#index"),
        ("malformed_record/truncated#0", 'unknown pack "malformed_record"'),
        ("malformed_records/truncatd#0", 'has no scenario "truncatd"\n  did you mean "truncated"?'),
        ("malformed_records/truncated#x", '"x" in "malformed_records/truncated#x" is not an index'),
        ("pilot/samples#r.jsonl#9", 'no sample "r.jsonl#9" in this run'),
        ("probe/record.drop#r.jsonl#1", "is not the address of a probe\n  write probe/op@severity#sample"),
        ("probe/record.dorp@3#r.jsonl#1", 'unknown op "record.dorp"\n  did you mean "record.drop"?'),
    ],
)
def test_an_address_that_names_nothing_is_told_with_the_nearest(address: str, says: str) -> None:
    with pytest.raises(PackError) as raised:
        find_case(address, records(3), 1)
    assert says in str(raised.value)


def bases(*items: Sample, **wrapping: object) -> Bases:
    kind = items[0].kind
    samples = Samples(kind=kind, items=items, columns=("ok",))
    return Bases(seed=1, samples=samples, wrapping=Wrapping(**wrapping))  # type: ignore[arg-type]


def test_a_record_without_steps_is_sent_as_the_team_has_it() -> None:
    made = render(Plan(base="sample:r.jsonl#1"), bases(record(1)))
    assert json.loads(made.file.content) == json.loads(record(1).content)
    assert (made.changed, made.effects, made.file.media_type) == (False, {}, "application/json")


def test_a_template_keeps_the_types_of_columns_and_fills_texts() -> None:
    request = {"inputs": [{"id": "{id}", "who": "{name} in {city}", "n": "{n}", "fixed": 3}]}
    made = render(Plan(base="sample:r.jsonl#1"), bases(record(1), request=request))
    assert json.loads(made.file.content) == {"inputs": [{"id": 1, "who": "customer 1 in Köln", "n": None, "fixed": 3}]}


def text(content: str) -> Sample:
    return Sample(
        key="a.txt",
        kind="text",
        content=content.encode(),
        media_type="text/plain; charset=utf-8",
        filename="a.txt",
        truth={"ok": "yes"},
    )


def test_a_text_travels_as_a_file_as_json_or_in_a_template() -> None:
    plan, sample = Plan(base="sample:a.txt"), text('say "hi"')
    assert render(plan, bases(sample)).file.content == b'say "hi"'
    assert json.loads(render(plan, bases(sample, text_as_json=True)).file.content) == {"text": 'say "hi"'}
    filled = render(plan, bases(sample, request={"q": {"body": "<{text}>"}})).file
    assert json.loads(filled.content) == {"q": {"body": '<say "hi">'}}


def test_ops_on_texts_reach_the_free_text_of_records_and_leave_codes_alone() -> None:
    steps = (Step(op="text.ocr_confuse", severity=10),)
    made = render(Plan(base="sample:r.jsonl#1", steps=steps, stream="s"), bases(record(1)))
    before, after = json.loads(record(1).content), json.loads(made.file.content)
    assert made.changed
    assert {key for key in before if before[key] != after[key]} == {"note"}


def page(name: str, encoder: str, pages: int = 1) -> Sample:
    file = encode(
        Document(pages=tuple(render_invoice(draw_invoice(Stream(3, k))) for k in range(pages))), encoder, "scan"
    )
    return Sample(
        key=name,
        kind="page",
        content=file.content,
        media_type=file.media_type,
        filename=name,
        truth={"ok": "yes"},
    )


@pytest.mark.parametrize(
    ("encoder", "name"), [("png", "a.png"), ("jpeg", "a.jpg"), ("tiff-g4", "a.tiff"), ("pdf", "a.pdf")]
)
def test_a_page_without_steps_keeps_its_bytes_and_with_steps_its_format(encoder: str, name: str) -> None:
    sample = page(name, encoder)
    own = bases(sample)
    as_is = render(Plan(base=f"sample:{name}"), own).file
    skewed = render(Plan(base=f"sample:{name}", steps=(Step(op="page.skew", severity=4),), stream="s"), own)
    assert as_is.content == sample.content
    assert (skewed.file.media_type, skewed.changed) == (sample.media_type, True)
    assert skewed.file.content != sample.content


def test_every_page_of_a_document_is_changed_with_noise_of_its_own() -> None:
    from harness.generate.pages.codecs.decode import decode

    sample = page("two.pdf", "pdf", pages=2)
    plan = Plan(base="sample:two.pdf", steps=(Step(op="page.speckle", severity=4),), encode="tiff-g4", stream="s")
    after = decode(render(plan, bases(sample)).file).pages
    assert len(after) == 2
    assert (after[0].pixels != after[1].pixels).any()


def test_the_same_cases_come_out_whatever_was_made_before_them() -> None:
    own = Bases(seed=1, samples=records(6))
    some = drawn(own.samples, 25)
    forward = {one.address: sha256(make_case(one, own).content).hexdigest() for one in some}
    backward = {one.address: sha256(make_case(one, own).content).hexdigest() for one in reversed(some)}
    assert forward == backward


def test_a_severity_beyond_ten_is_refused() -> None:
    with pytest.raises(PackError, match=r'severity 11 of op "record.drop" is outside 0..10'):
        render(Plan(base="sample:r.jsonl#1", steps=(Step(op="record.drop", severity=11),)), bases(record(1)))


def priced(k: int) -> Sample:
    body = {"id": f"A{k:03d}", "way": "sea" if k % 2 else "road", "sum": 3.5 * k, "day": f"2024-03-{k + 1:02d}"}
    return replace(record(k), content=json.dumps({**body, "to": {"floor": k}, "note": f"at door {k} please"}).encode())


def test_unanswerable_inputs_never_change_ids_and_prose_and_are_found_again_by_their_address() -> None:
    samples = replace(records(0), items=tuple(priced(k) for k in range(12)))
    made = {one.part: one for one in unanswerable_inputs(samples, (), 1)}
    assert {part: one.site for part, one in made.items()} == {
        "unknown:way": 'way = "unlisted"',
        "sentinel:way": 'way = "N/A"',
        "far:sum": "sum = 38500.0",
        "sentinel:sum": "sum = -1",
        "negative:sum": "sum = -38.5",
        "far:to.floor": "to.floor = 11000",
        "sentinel:to.floor": "to.floor = -1",
        "negative:to.floor": "to.floor = -11",
        "sentinel:day": 'day = "9999-12-31"',
    }
    assert [made[part].words for part in ("unknown:way", "far:sum", "sentinel:day", "negative:to.floor")] == [
        "a record with way unlisted (an unknown word)",
        "a record with sum 38500.0 (1000 times the largest)",
        "a record with day 9999-12-31 (a placeholder)",
        "a record with to.floor -11 (below zero)",
    ]
    for kind in made.values():
        drawn_ = draw_unanswerable(kind, "r.jsonl#3")
        assert find_case(drawn_.address, samples, 1) == drawn_
    body = json.loads(
        make_case(draw_unanswerable(made["far:to.floor"], "r.jsonl#3"), Bases(seed=1, samples=samples)).content
    )
    assert body["to"] == {"floor": 11000}


def test_an_unknown_unanswerable_input_is_an_error_with_the_nearest_name() -> None:
    samples = replace(records(0), items=tuple(priced(k) for k in range(12)))
    with pytest.raises(
        PackError, match=r'no unanswerable input "far:summ" for these samples\n  did you mean "far:sum"'
    ):
        find_case("unanswerable/far:summ#r.jsonl#3", samples, 1)


def test_a_torn_page_loses_that_field_alone() -> None:
    pages = Samples(kind="page", items=(), columns=("total", "vendor"))
    (torn,) = (one for one in unanswerable_inputs(pages, ("total",), 1) if one.made)
    case = make_case(draw_unanswerable(torn, "made:invoices#3"), Bases(seed=1, samples=pages))
    assert (case.effects, case.clean_twin) == ({"total": "destroyed"}, "")
    assert case.asks_for_answer()
    assert find_case(case.address, pages, 1).plan == case.plan
    with pytest.raises(PackError, match='the position of "colour" on this page is unknown'):
        make_case(draw_unanswerable(replace(torn, site="colour"), "made:invoices#3"), Bases(seed=1, samples=pages))


def test_the_script_of_a_foreign_text_stands_in_no_sample() -> None:
    text = "Όλοι 안녕 ყველა สวัสดี"
    sample = replace(record(0), kind="text", content=text.encode())
    samples = Samples(kind="text", items=(sample,), columns=("ok",))
    scripts = {one.site for seed in range(30) for one in unanswerable_inputs(samples, (), seed) if one.site}
    assert scripts == {"armenian", "ethiopic", "devanagari", "hebrew"}
