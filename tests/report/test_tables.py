"""Counts, choices and marks: what the tables of a report stand on."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case, Effect, Expect, Plan, Scalar, Step
from harness.core.reply import Disposition
from harness.core.settings import Mix
from harness.diff.gate.breaking import result_of
from harness.report.html.bars import bar_of
from harness.report.html.chart import BOTTOM, HEIGHT, LEFT, MAX_POINTS, RIGHT, TOP, WIDTH, chart_of, waits_of
from harness.report.html.filters import heat, moment, sure
from harness.report.marks import LONGEST, Fragment, field_pairs, mark, text_of
from harness.report.tables import Cell, by_fault, by_pack, failing_probes, listed, silent_by_severity, worst_silent
from harness.report.view import Row
from harness.report.words import visible
from tests.report.views import made_row, share, view

SCALARS = st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none())


def silent(address: str, *, confidence: float = 0.9, steps: tuple[Step, ...] = (), right: bool = False) -> Row:
    row = made_row(address, "accepted", "right" if right else "wrong", "", due=1.0)
    assert row.judged
    return replace(row, steps=steps, judged=replace(row.judged, confidence=confidence))


def test_a_scenario_has_a_row_for_each_op_that_varies() -> None:
    rows = [
        silent(f"p/s#{k}", steps=(Step(op="a", severity=k % 3), Step(op="b", severity=10)), right=k % 2 == 0)
        for k in range(6)
    ]
    (row,) = silent_by_severity(rows)
    assert (row.name, row.op, row.total) == ("p/s", "a", Cell(hit=3, of=6))
    assert row.cells[:3] == (Cell(hit=1, of=2),) * 3
    assert set(row.cells[3:]) == {None}


def test_an_op_of_one_severity_stands_when_it_is_alone() -> None:
    (row,) = silent_by_severity([silent("p/s#0", steps=(Step(op="a", severity=10),))])
    assert (row.op, row.cells[10]) == ("a", Cell(hit=1, of=1))


def test_probes_vacuous_cases_and_replies_that_say_nothing_are_in_no_rate() -> None:
    one = silent("p/s#0", steps=(Step(op="a", severity=1),))
    assert one.judged
    unscored = replace(one, judged=replace(one.judged, judgement="unscored"))
    none = replace(one, judged=None)
    probe = replace(one, address="probe/a@1#x", tags={"op": "a"})
    assert silent_by_severity([replace(one, changed=False), unscored, none, probe]) == ()
    assert failing_probes([probe, one], "a").total == Cell(hit=1, of=1)


def test_a_probe_that_was_refused_where_that_is_right_did_not_fail() -> None:
    row = made_row("probe/file.cut@1#x", "rejected", "right", "", due=1.0, op="file.cut")
    assert failing_probes([replace(row, expect="reject")], "file.cut").total == Cell(hit=0, of=1)
    assert failing_probes([row], "file.cut").total == Cell(hit=1, of=1)


@pytest.mark.parametrize("lost", [False, True], ids=["readable", "destroyed"])
@pytest.mark.parametrize("expect", get_args(Expect))
@pytest.mark.parametrize("disposition", get_args(Disposition))
@pytest.mark.parametrize("judgement", ["right", "wrong", "unscored"])
def test_a_probe_fails_on_the_page_exactly_where_the_search_says_so(
    lost: bool, expect: Expect, disposition: Disposition, judgement: str
) -> None:
    row = replace(made_row("probe/a@1#x", disposition, judgement, "", due=1.0, op="a"), expect=expect)
    assert row.judged
    judged = replace(row.judged, quality=None if lost else 0.5)
    effects: dict[str, Effect] = dict.fromkeys(row.truth, "destroyed") if lost else {}
    plan = Plan(base="sample:x")
    case = Case(
        address=row.address, plan=plan, content=b"", media_type="", filename="", expect=expect, truth=row.truth,
        effects=effects,
    )  # fmt: skip
    result = result_of(case, judged)
    row = replace(row, judged=judged)
    assert row.counts == (result is not None)
    if row.counts:
        assert row.met == (result == "right")


def test_every_pack_of_the_mix_has_a_row_even_without_replies() -> None:
    packs = by_pack(view().rows, (Mix(pack="faxes", share=0.5), Mix(pack="mail", share=0.5, source="log")))
    assert [(p.pack, p.replies) for p in packs] == [("faxes", 6), ("mail", 0)]
    first = packs[0]
    assert (first.straight, first.silent, first.handed_over, first.refused, first.failed, first.unscored) == (1,) * 6


def test_what_is_besides_the_mix_stands_in_the_table_only_if_it_was_sent_and_with_its_role() -> None:
    sent = [silent("made/invoices#0", right=True), silent("state/burst#x", right=True)]
    unsent = [replace(silent(address), judged=None) for address in ("made/letters#1", "fault/slow#x", "p/s#0")]
    rows = by_pack([*sent, *unsent], (Mix(pack="p", share=1.0),))
    assert [(row.pack, row.replies, row.role) for row in rows] == [
        ("p", 0, ""),
        ("made", 1, "clean papers, a control"),
        ("state", 1, "a robustness test"),
    ]


def test_each_fault_has_a_row_of_the_replies_that_certainly_met_it_and_the_last_one_is_without_a_fault() -> None:
    met = [replace(silent(f"fault/erp.down#{k}", right=k == 0), faults=("erp.down",)) for k in range(3)]
    may_be = replace(silent("p/s#0"), faults=("erp.down?",))
    clean = [silent(f"fault/clean#{k}", right=True) for k in range(2)]
    rows = by_fault([*clean, *met, may_be, silent("p/s#1")])
    assert [(row.pack, row.replies, row.straight, row.silent) for row in rows] == [
        ("erp.down", 3, 1, 2),
        ("clean", 2, 2, 0),
    ]
    assert by_fault([*clean, silent("p/s#1")]) == ()


def test_the_worst_silent_errors_are_of_each_scenario_in_turn() -> None:
    rows = [silent(f"p/often#{k}", confidence=0.5 + k / 100) for k in range(5)]
    rows += [silent("p/rare#0"), silent("p/rare#0"), silent("probe/a@1#x", confidence=1.0)]
    assert [row.address for row in worst_silent(rows, 3)] == ["p/often#4", "p/rare#0", "p/often#3"]
    assert [row.address for row in worst_silent(rows[-1:], 3)] == ["probe/a@1#x"]
    assert worst_silent([], 3) == ()


def test_rows_are_listed_by_what_matters() -> None:
    kinds = [(row.judged.disposition, row.judged.judgement) if row.judged else None for row in listed(view().rows, 99)]
    assert kinds[:2] == [("accepted", "wrong")] * 2
    assert kinds[-2:] == [None, ("accepted", "right")]


@given(SCALARS, SCALARS)
def test_marks_keep_both_texts_and_mark_only_what_differs(truth: Scalar, answer: Scalar) -> None:
    left, right = mark(truth, answer)
    assert "".join(part.text for part in left) == visible(text_of(truth))
    assert "".join(part.text for part in right) == visible(text_of(answer))
    same = [[part.text for part in parts if not part.differs] for parts in (left, right)]
    assert same[0] == same[1]
    assert any(part.differs for part in left + right) == (text_of(truth) != text_of(answer))


def test_a_long_value_is_cut_and_says_by_how_much() -> None:
    assert mark("a" * LONGEST, "a" * (LONGEST + 7))[1][-1] == Fragment(text="… and 7 more characters")


def test_wrong_fields_stand_first() -> None:
    row = made_row("p/s#0", "accepted", "wrong", "x", due=1.0)
    assert row.judged
    assert [pair.verdict for pair in field_pairs(row, row.judged)] == ["wrong", "right", ""]


@given(st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1e3)), min_size=1, max_size=60))
def test_every_reply_lies_within_the_drawing(times: list[tuple[float, float]]) -> None:
    rows = [made_row("p/s#0", "accepted", "right", "", due=due) for due, _ in times]
    rows = [replace(r, judged=replace(r.judged, latency=t[1])) for r, t in zip(rows, times, strict=True) if r.judged]
    chart = chart_of(rows)
    assert chart
    assert len(chart.points) == len(times)
    for point in chart.points:
        assert LEFT <= point.x <= WIDTH - RIGHT
        assert TOP <= point.y <= HEIGHT - BOTTOM
    assert len(chart.across) < 12
    assert len(chart.up) < 12


def test_a_long_run_is_drawn_by_the_median_and_the_slowest_of_each_slice() -> None:
    row = made_row("p/s#0", "accepted", "right", "", due=0.0)
    assert row.judged
    rows = [
        replace(row, due=k / 100, judged=replace(row.judged, latency=9.0 if k == 777 else 0.1)) for k in range(9000)
    ]
    chart = chart_of(rows)
    assert chart
    assert (chart.thinned, len(chart.points) <= MAX_POINTS) == (9000, True)
    assert sum(point.y == TOP for point in chart.points) == 1
    waits = waits_of(rows)
    assert waits
    assert (waits.n, waits.p50, waits.slowest) == (9000, 0.1, 9.0)


def test_without_a_reply_there_is_no_drawing() -> None:
    assert chart_of([Row(address="p/s#0")]) is None
    assert waits_of([]) is None


@pytest.mark.parametrize(("hit", "of", "step"), [(0, 9, 0), (1, 99, 1), (1, 2, 3), (9, 9, 5)])
def test_colour_follows_the_share(hit: int, of: int, step: int) -> None:
    assert heat(Cell(hit=hit, of=of)) == step


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_bar_holds_its_interval_and_its_limit(a: float, b: float, c: float, limit: float) -> None:
    low, value, high = sorted((a, b, c))
    bar = bar_of(share(value, low, high), limit)
    assert bar.value is not None
    assert bar.limit is not None
    assert 0 <= bar.low <= bar.value <= bar.high <= 100
    assert 0 <= bar.limit <= 100


def test_nearly_sure_does_not_read_as_sure() -> None:
    assert (sure(0.99999), sure(1.0), sure(0.9967)) == ("99.999 %", "100.0 %", "99.7 %")


def test_the_moment_of_a_run_is_read_from_its_stamp() -> None:
    assert (moment("20261124-041500"), moment("<b>")) == ("2026-11-24 04:15 UTC", "<b>")
