"""The screen as text: every verdict, figures that are missing, and text that a model made up."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from harness.core.case import Step
from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.reply import FieldScore, Judged
from harness.core.verdict import EXIT_CODES, BreakingPoint, CriterionResult, Decision, Estimate, Headline, Verdict
from harness.report.causes import causes_of, not_covered
from harness.report.one_case import LONGEST, case_screen
from harness.report.terminal import MAX_CAUSES, MAX_ROWS, WIDTH, screen
from harness.report.words import broken, duration, percent, points, printable, span
from tests.report.views import errors, pattern

SURE = Estimate(value=0.9, low=0.85, high=0.95, n=40)
NOTHING = Estimate(value=None, low=0.0, high=1.0, n=0)
ESCAPE = "\x1b[31m\x07\u202e\ud800"


def head(one: Estimate = SURE, breaking: tuple[BreakingPoint, ...] = ()) -> Headline:
    return Headline(
        pilot=one, projected=one, gap=one, silent_errors=one, straight_through=one, breaking_points=breaking, samples=24
    )


def failed(k: int = 0, cause: Finding | None = None) -> CriterionResult:
    return CriterionResult(
        criterion="gap",
        slice=f"s{k}{ESCAPE}",
        status="failed",
        value=0.2,
        low=0.1,
        high=0.3,
        n=40,
        limit=0.1,
        cases=("faxes/plain#0",),
        show="harness show faxes/plain#0 --run run",
        cause=cause,
    )


def shown(
    decision: Decision = "go",
    headline: Headline | None = None,
    reasons: Sequence[CriterionResult] = (),
    findings: int = 0,
    problems: tuple[str, ...] = (),
    *,
    passed: int = 0,
    verbose: bool = False,
) -> str:
    inside = CriterionResult(criterion="errors", status="passed", value=0.0, low=0.0, high=0.01, n=84, limit=0.02)
    verdict = Verdict(
        format=1,
        verdict=decision,
        exit_code=EXIT_CODES[decision],
        valid=not problems,
        problems=problems,
        headline=headline or head(),
        reasons=tuple(reasons),
        passed=(inside,) * passed,
    )
    return screen(verdict, [errors(ESCAPE)] * findings, Path("run"), 40, 3.2, verbose=verbose)


@pytest.mark.parametrize(
    ("decision", "reasons", "first"),
    [
        ("go", 0, "GO   all 2 criteria passed"),
        ("no-go", 1, "NO-GO   1 criterion failed, 0 undecided, 2 passed"),
        ("no-go", 2, "NO-GO   2 criteria failed, 0 undecided, 2 passed"),
    ],
)
def test_the_first_line_is_the_verdict_with_the_exit_code(decision: Decision, reasons: int, first: str) -> None:
    line = shown(decision, reasons=[failed(k) for k in range(reasons)], passed=2).splitlines()[0]
    assert line.startswith(first)
    assert line.endswith(f"exit code {EXIT_CODES[decision]}")
    assert len(line) == WIDTH


def test_a_run_that_cannot_be_trusted_says_why_before_its_figures() -> None:
    lines = shown("undecided", problems=("the target went away",)).splitlines()
    assert lines[1] == "This run cannot be trusted: the target went away"


def test_the_first_screen_holds_so_many_causes_and_verbose_holds_all() -> None:
    reasons = [failed(k) for k in range(MAX_CAUSES + 2)]
    assert shown("no-go", reasons=reasons).count("$ harness show faxes/plain#0 --run run") == MAX_CAUSES
    assert "and 2 more causes (--verbose)" in shown("no-go", reasons=reasons)
    assert (
        shown("no-go", reasons=reasons, verbose=True).count("$ harness show faxes/plain#0 --run run") == MAX_CAUSES + 2
    )


def test_findings_stand_on_the_first_screen_only_beside_few_causes() -> None:
    reasons = [failed(k) for k in range(MAX_CAUSES)]
    assert "Findings" not in shown("no-go", reasons=reasons, findings=2)
    assert "Findings" in shown("go", findings=2)
    assert "Findings" in shown("no-go", reasons=reasons, findings=2, verbose=True)


def test_criteria_that_passed_give_way_to_those_that_did_not() -> None:
    reasons = [failed(k) for k in range(MAX_ROWS)]
    first = shown("no-go", reasons=reasons, passed=3)
    assert first.count("FAILED") == MAX_ROWS
    assert "passed as well (3): errors on good input" in first
    assert shown("no-go", reasons=reasons, passed=3, verbose=True).count(" passed") >= 3


def test_every_line_of_the_first_screen_fits_its_width() -> None:
    reasons = [failed(k, pattern("x" * 30)) for k in range(MAX_ROWS)]
    lines = shown("no-go", reasons=reasons, findings=3, passed=9).splitlines()
    assert max(map(len, lines)) <= WIDTH


def test_wide_letters_and_large_counts_keep_the_columns_apart() -> None:
    reasons = [replace(failed(0, pattern("漢字" * 20)), criterion="errors", slice="見積書" * 9, n=1_234_567)]
    text = shown("no-go", reasons=reasons)
    assert max(map(cell_len, text.splitlines()[:-1])) <= WIDTH + len("1234567")
    assert "weighted, n 1234567 FAILED" in text


def test_what_was_not_measured_is_a_dash() -> None:
    text = shown(headline=head(NOTHING))
    assert "nan" not in text.lower()
    assert "None" not in text
    assert "not measured" in text


def test_the_ends_of_the_answerable_cases_add_up_to_100_percent() -> None:
    third = replace(SURE, value=1 / 3)
    ended = replace(head(), classes={"accepted_right": third, "accepted_wrong": third, "error": third})
    assert "Answerable cases: 33.4 % right, 33.3 % wrong, 33.3 % errors" in shown(headline=ended)


def test_the_screen_says_what_the_samples_prove_about_new_documents() -> None:
    found = replace(head(), new_documents=Estimate(value=0.0, low=0.0, high=0.117, n=24, hits=0))
    line = "New documents: 0 of 24 samples had a silent error, so up to 11.7 % of such documents may have one"
    assert line in shown(headline=found)


def test_breaking_points_stand_the_earliest_first() -> None:
    found = (
        BreakingPoint(op="b", severity=7, how="silent", low=0.2, n=6),
        BreakingPoint(op="c", severity=None, how="holds"),
        BreakingPoint(op="a", severity=2, how="rejected", low=0.5, n=6),
        BreakingPoint(op="d", severity=None, how="not probed"),
    )
    text = shown(headline=head(breaking=found), verbose=True)
    parts = ("a from 2 (refused)", "b from 7 (silent)", "no breaking point up to severity 10: c", "not fully probed: d")
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_nothing_that_a_model_said_reaches_the_terminal_as_a_command() -> None:
    answer = {"total": f"5{ESCAPE}", "carrier": f"x\n{ESCAPE}"}
    row = Judged(
        address="p/s#0",
        repeat=0,
        disposition="accepted",
        judgement="wrong",
        reason=ESCAPE,
        answer=answer,
        fields=(FieldScore(name="total", verdict="wrong", reason=ESCAPE),),
    )
    case = case_screen(
        f"p/s#{ESCAPE}",
        [Step(op="a", severity=3)],
        {"total": ESCAPE, "carrier": 1},
        {"sample": ESCAPE},
        "answer",
        [row],
    )
    for text in (case, shown("no-go", reasons=[failed(0, pattern(ESCAPE))], findings=1, verbose=True)):
        assert not set(ESCAPE) - set("[31m") & set(text)
        text.encode()


def test_a_long_value_is_cut_and_stays_on_its_line() -> None:
    row = Judged(address="p/s#0", repeat=0, disposition="accepted", judgement="right", answer={"text": "a\n" * 500})
    lines = case_screen("p/s#0", [], {"text": "b" * 500}, {}, "answer", [row]).splitlines()
    assert max(map(len, lines)) < 2 * LONGEST + 40


@given(st.text(st.characters(), max_size=60))
def test_printable_text_keeps_its_lines_and_nothing_else_that_cannot_be_seen(text: str) -> None:
    got = printable(text)
    assert len(got) == len(text)
    assert all(c == "\n" or c.isprintable() for c in got)
    assert printable(got) == got


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (89.4, "89 s"), (90, "2 min"), (5399, "90 min"), (5400, "1.5 h")]
)
def test_durations_are_written_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_figures_are_written_everywhere_the_same() -> None:
    assert (percent(0.1844), percent(None), percent(0.5, 0)) == ("18.4 %", "-", "50 %")
    assert (points(-0.01), points(None)) == ("-1.0 points", "-")
    assert (span(SURE), span(NOTHING)) == ("85.0 to 95.0", "not measured")
    assert span(Estimate(value=1.0, low=1.0, high=1.0, n=3)) == ""
    assert broken(BreakingPoint(op="a", severity=None, how="holds")) == "a holds up to 10"
    assert broken(BreakingPoint(op="a", severity=None, how="not probed")) == "a not probed"


def test_criteria_of_one_cause_are_one_entry_with_one_command() -> None:
    cause = pattern("0")
    reasons = [failed(k, cause if k != 1 else None) for k in range(6)]
    first, second = causes_of(reasons)
    assert [result.slice[:2] for result in first.results] == ["s0", "s2", "s3", "s4", "s5"]
    assert [result.slice[:2] for result in second.results] == ["s1"]
    text = shown("no-go", reasons=reasons, verbose=True)
    assert text.count(first.words.headline) == 1
    assert text.count("$ harness show faxes/plain#0 --run run") == 2


def test_a_finding_that_a_cause_covers_is_not_described_again() -> None:
    cause = pattern("0")
    same = replace(cause, kind=FindingKind.ONE_ANSWER)
    reason = replace(failed(0, cause), cases=cause.cases)
    assert not_covered([same], [reason]) == []
    assert not_covered([replace(same, cases=("other#1",))], [reason]) != []
