"""The screen as text: every verdict, figures that are missing, and text that a model made up."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Step
from harness.core.reply import FieldScore, Judged
from harness.core.verdict import EXIT_CODES, BreakingPoint, Decision, Estimate, Finding, Headline, Reason, Verdict
from harness.report.one_case import LONGEST, case_screen
from harness.report.terminal import MAX_CAUSES, screen
from harness.report.words import broken, duration, percent, points, printable, span

SURE = Estimate(value=0.9, low=0.85, high=0.95, n=40)
NOTHING = Estimate(value=None, low=0.0, high=1.0, n=0)
ESCAPE = "\x1b[31m\x07\u202e\ud800"


def head(one: Estimate = SURE, breaking: tuple[BreakingPoint, ...] = ()) -> Headline:
    return Headline(
        pilot=one, projected=one, gap=one, silent_errors=one, straight_through=one, breaking_points=breaking, samples=24
    )


def shown(
    says: Decision = "go",
    headline: Headline | None = None,
    reasons: int = 0,
    findings: int = 0,
    problems: tuple[str, ...] = (),
) -> str:
    reason = Reason(
        line="gap",
        verdict="no-go",
        first_line=f"gap {ESCAPE}",
        value=0.2,
        low=0.1,
        high=0.3,
        limit=0.1,
        show="harness show run",
    )
    verdict = Verdict(
        format=1,
        verdict=says,
        exit_code=EXIT_CODES[says],
        valid=not problems,
        problems=problems,
        headline=headline or head(),
        reasons=(reason,) * reasons,
    )
    return screen(verdict, [Finding(kind="errors", text=f"noticed {ESCAPE}")] * findings, Path("run"), 40, 3.2)


@pytest.mark.parametrize(
    ("says", "reasons", "first"),
    [
        ("go", 0, "GO: every line is inside its limit   (exit 0)"),
        ("no-go", 1, "NO-GO: 1 line beyond the limit, 0 undecided   (exit 1)"),
        ("no-go", 2, "NO-GO: 2 lines beyond the limit, 0 undecided   (exit 1)"),
    ],
)
def test_the_first_line_is_the_answer(says: Decision, reasons: int, first: str) -> None:
    assert shown(says, reasons=reasons).splitlines()[0] == first


def test_a_run_that_cannot_be_trusted_says_why_before_its_figures() -> None:
    lines = shown("undecided", problems=("the target went away",)).splitlines()
    assert lines[1] == "  this run cannot be trusted: the target went away"


def test_the_screen_holds_so_many_reasons_and_findings_and_says_where_the_rest_is() -> None:
    text = shown("no-go", reasons=MAX_CAUSES + 2, findings=MAX_CAUSES + 3)
    assert text.count("no-go: gap") == text.count("  noticed") == MAX_CAUSES
    assert "and 2 more in verdict.json" in text
    assert "and 3 more in findings.json" in text


def test_what_was_not_measured_is_a_dash() -> None:
    text = shown(headline=head(NOTHING))
    assert "nan" not in text.lower()
    assert "None" not in text
    assert "quality on the pilot" in text


def test_what_is_handed_over_stands_below_what_goes_straight_through() -> None:
    lines = shown(headline=replace(head(), handed_over=SURE)).splitlines()
    place = next(k for k, line in enumerate(lines) if line.startswith("straight through"))
    assert lines[place + 1].split() == ["handed", "over", "90.0", "%", "to", "a", "person;", "85.0", "to", "95.0"]


def test_a_run_from_before_the_hand_over_rate_was_told_says_nothing_of_it() -> None:
    assert "handed over" not in shown()


def test_breaking_points_stand_the_earliest_first() -> None:
    found = (
        BreakingPoint(op="b", severity=7, how="silent", low=0.2, n=6),
        BreakingPoint(op="c", severity=None, how="holds"),
        BreakingPoint(op="a", severity=2, how="rejected", low=0.5, n=6),
        BreakingPoint(op="d", severity=None, how="not probed"),
    )
    text = shown(headline=head(breaking=found))
    places = [
        text.index(part) for part in ("a from 2 (refused)", "b from 7 (silent)", "hold up to 10: c", "not probed: d")
    ]
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
    for text in (case, shown("no-go", reasons=1, findings=1)):
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


def test_lines_of_one_cause_stand_under_it_with_one_command() -> None:
    cause = "total becomes 0 in 9 of 12 with fax.refax, in 0 of 72 others"
    lines = [
        Reason(
            line=f"l{k}",
            verdict="no-go" if k < 5 else "undecided",
            first_line=f"line {k}",
            value=0.2,
            low=0.1,
            high=0.3,
            limit=0.1,
            show=f"harness show {k}",
            cause=cause if k != 1 else "",
        )
        for k in range(6)
    ]
    verdict = Verdict(
        format=1, verdict="no-go", exit_code=1, valid=True, problems=(), headline=head(), reasons=tuple(lines)
    )
    text = screen(verdict, [], Path("run"), 40, 3.2).splitlines()
    at = text.index(f"1. no-go: {cause}")
    assert text[at : at + 8] == [
        f"1. no-go: {cause}",
        "   no-go: line 0",
        "   no-go: line 2",
        "   no-go: line 3",
        "   and 2 more lines of the same cause in verdict.json",
        "   harness show 0",
        "2. no-go: line 1",
        "   harness show 1",
    ]


def test_a_stage_that_is_the_cause_of_other_lines_is_said_once() -> None:
    says = "answers are exchanged when 2 requests are in flight"
    test, silent = (
        Reason(
            line=name,
            verdict="no-go",
            first_line=first,
            value=0.2,
            low=0.1,
            high=0.3,
            limit=0.0,
            show="harness show run",
            cause=says,
        )
        for name, first in (("concurrency", says), ("silent_errors", "silent errors over the mix: 20 %"))
    )
    verdict = Verdict(
        format=1, verdict="no-go", exit_code=1, valid=True, problems=(), headline=head(), reasons=(test, silent)
    )
    text = screen(verdict, [], Path("run"), 40, 3.2)
    assert text.count(says) == 1
    assert "   no-go: silent errors over the mix: 20 %" in text
