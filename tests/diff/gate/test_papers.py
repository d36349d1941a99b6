"""Cases on made papers count only if the service reads their clean paper; packs of unread papers are not judged."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from harness.core.case import Case
from harness.core.decide import status_of
from harness.core.reply import Judged
from harness.core.settings import Gate, Mix
from harness.core.verdict import Criterion
from harness.diff.gate.criteria import gate_criteria
from harness.diff.gate.evidence import Evidence
from harness.diff.gate.rates import Rates, measure
from harness.diff.gate.scenarios import part_lines
from harness.diff.gate.worst import RunContext
from tests.diff.made import case_of, row_of

ABOUT = RunContext(run="run", samples=30)
MIX = (Mix(pack="pilot", share=0.7), Mix(pack="faxes", share=0.15), Mix(pack="invoices", share=0.15))
PILOT = [case_of(f"pilot/samples#{k}") for k in range(30)]
FAXES = [case_of(f"faxes/plain#{k}", severity=2) for k in range(30)]
CLEAN = [replace(case_of(f"made/invoices#{k}"), clean_twin=f"made/invoices#{k}") for k in range(12)]
MADE = [replace(case_of(f"invoices/dates#{k}", severity=2), clean_twin=f"made/invoices#{k}") for k in range(12)]


def answered(wrong: Iterable[str], cases: list[Case], handed_over: Iterable[str] = ()) -> list[Judged]:
    wrong, over = set(wrong), set(handed_over)
    return [
        row_of(
            case,
            {"label": "b" if case.address in wrong else "a"},
            disposition="handed_over" if case.address in over else "accepted",
        )
        for case in cases
    ]


def measured(wrong: Iterable[str], handed_over: Iterable[str] = ()) -> tuple[Evidence, Rates]:
    cases = [*PILOT, *FAXES, *CLEAN, *MADE]
    return measure({case.address: case for case in cases}, answered(wrong, cases, handed_over), MIX)


def criteria(of: tuple[Evidence, Rates]) -> dict[str, Criterion]:
    return {f"{one.name} {one.slice}".strip(): one for one in gate_criteria(*of, Gate(), MIX, ABOUT)}


def first(cases: list[Case], count: int) -> list[str]:
    return [case.address for case in cases[:count]]


@pytest.mark.parametrize(("unread", "judged"), [(0, True), (4, True), (5, False), (12, False)])
def test_a_pack_is_judged_if_8_of_12_clean_papers_are_right(unread: int, judged: bool) -> None:
    evidence, rates = measured(first(CLEAN, unread))
    assert ("invoices" in rates.packs) is judged
    assert rates.papers.not_judged == (() if judged else ("invoices",))
    counted = [case for case in evidence.cases.values() if case.pack == "invoices"]
    assert len(counted) == (12 - unread if judged else 0)


def test_wrong_answers_on_papers_that_are_not_read_do_not_fail_and_their_share_is_undecided() -> None:
    found = criteria(measured([*first(CLEAN, 12), *first(MADE, 12)]))
    assert "silent_errors_pack invoices" not in found
    assert {name for name, one in found.items() if status_of(one) == "failed"} == set()
    unknown = found["unknown"]
    assert (unknown.estimate.low, round(unknown.estimate.high, 9)) == (0.0, 0.15)
    assert status_of(unknown) == "undecided"
    assert unknown.finding
    assert unknown.finding.names == ("invoices",)


def test_wrong_answers_on_papers_that_are_read_fail() -> None:
    found = criteria(measured(first(MADE, 6)))
    assert status_of(found["silent_errors_pack invoices"]) == "failed"
    assert found["unknown"].finding is None


def test_a_case_whose_own_clean_paper_was_misread_enters_no_rate() -> None:
    _, rates = measured([*first(CLEAN, 3), *first(MADE, 3)])
    tally = rates.packs["invoices"].silent_errors.estimate
    assert (tally.hits, tally.n) == (0, 9)


def test_a_clean_paper_that_is_handed_over_is_read_if_its_answer_is_right() -> None:
    assert measured((), first(CLEAN, 12))[1].papers.not_judged == ()
    assert measured(first(CLEAN, 12), first(CLEAN, 12))[1].papers.not_judged == ("invoices",)


def test_cases_whose_clean_paper_was_not_sent_count() -> None:
    cases = [*PILOT, *FAXES, *MADE]
    _, rates = measure({case.address: case for case in cases}, answered(first(MADE, 6), cases), MIX)
    assert rates.packs["invoices"].silent_errors.estimate.hits == 6


def test_a_mix_without_the_pack_has_no_unknown_part() -> None:
    cases = {case.address: case for case in (*PILOT, *FAXES)}
    of = measure(cases, answered((), list(cases.values())), (MIX[0], replace(MIX[1], share=0.3)))
    assert of[1].unknown == 0.0


def test_a_paper_without_steps_is_its_own_control() -> None:
    letters = [replace(case_of(f"letters/plain#{k}"), clean_twin=f"letters/plain#{k}") for k in range(12)]
    mix = (Mix(pack="pilot", share=0.8), Mix(pack="letters", share=0.2))
    cases = [*PILOT, *letters]
    for unread, tried in ((3, 9), (12, None)):
        rows = answered(first(letters, unread), cases)
        _, rates = measure({case.address: case for case in cases}, rows, mix)
        assert (rates.packs["letters"].cases if "letters" in rates.packs else None) == tried


def test_a_pack_with_mainly_own_pages_is_judged_by_these() -> None:
    mixed = [replace(case, address=case.address.replace("invoices/", "faxes/")) for case in MADE[:8]]
    cases = [*PILOT, *FAXES, *CLEAN, *mixed]
    rows = answered([*first(CLEAN, 12), *first(mixed, 8)], cases)
    _, rates = measure({case.address: case for case in cases}, rows, (MIX[0], replace(MIX[1], share=0.3)))
    assert rates.packs["faxes"].cases == 30
    assert rates.packs["faxes"].silent_errors.estimate.hits == 0


def test_each_scenario_of_a_pack_that_is_not_judged_is_undecided_with_the_reason() -> None:
    cases = [*PILOT, *FAXES, *CLEAN, *MADE]
    rows = answered([*first(CLEAN, 12), *first(MADE, 12)], cases)
    lines = part_lines({case.address: case for case in cases}, rows, Gate(), ABOUT)
    assert not [name for name in lines if name.startswith("made")]
    for name in ("invoices", "invoices/dates"):
        assert status_of(lines[name]) == "undecided"
        assert [note.kind for note in lines[name].notes] == ["packs_not_judged"]
    assert status_of(lines["faxes/plain"]) == "passed"
