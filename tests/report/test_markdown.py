"""The comment for a pull request: short, whole, and only text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.verdict import Criterion
from harness.report.markdown import MAX_COMMENT, code, markdown, text
from tests.endpoints.golden import assert_golden
from tests.endpoints.hostile import SAID
from tests.report.views import pattern, share, view


def test_the_comment() -> None:
    assert_golden("report.md", markdown(view(problems=("the target stopped answering",))))


def test_the_verdict_is_the_first_line() -> None:
    assert markdown(view()).splitlines()[0] == "## NO-GO   1 criterion failed, 2 undecided, 1 passed"
    passed = (Criterion(name="gap", estimate=share(0, 0, 0), limit=0.1),)
    assert markdown(view(criteria=passed)).startswith("## GO   all 1 criteria passed")


@pytest.mark.parametrize("said", SAID)
def test_nothing_that_a_service_said_formats_links_or_mentions(said: str) -> None:
    whole = markdown(view(said, problems=(said,)))
    prose = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)|</?details>|</?summary>", "", whole)
    assert "<" not in prose.replace("<!-- -->", "")
    assert not re.search(r"(?<!\\)[*_]?(?<!\\)\[|https?://|@\w|(?<!\\)!\\?\[", prose)
    assert all(c.isprintable() or c == "\n" for c in whole)


def test_every_row_of_the_table_keeps_its_cells() -> None:
    rows = [line for line in markdown(view("a | b")).splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {7}


@pytest.mark.parametrize("said", ["x" * 100_000, "<" * 100_000, "`" * 100_000])
def test_it_fits_into_a_comment_whatever_was_said(said: str) -> None:
    criteria = tuple(
        Criterion(
            name=f"l{k}",
            slice=said,
            estimate=share(0.5, 0.4, 0.6),
            limit=0.1 if k % 2 else 0.9,
            show=said,
            cause=pattern(f"{k % 12} {said}"),
        )
        for k in range(60)
    )
    whole = markdown(view(said, criteria=criteria))
    assert len(whole) <= MAX_COMMENT
    assert "Again: " in whole


@settings(max_examples=200)
@given(st.text(st.sampled_from("`a '$"), min_size=1, max_size=12))
def test_a_command_in_code_is_the_command(command: str) -> None:
    whole = code(command)
    fence = re.match("`+", whole)
    assert fence
    inside = whole[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall("`+", inside)
    assert inside.strip() == command.strip() or inside == command


def test_a_sentence_stays_on_its_line_and_is_cut_when_it_is_too_long() -> None:
    assert text("a\n# b") == "a↵# b"
    assert (text("# a"), text("12. a"), text("- a")) == ("\\# a", "12\\. a", "\\- a")
    assert len(text("x" * 5_000)) < 700
