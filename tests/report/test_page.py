"""The page: what it says and in which order, and that nothing in it comes from elsewhere or runs."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.verdict import BreakingPoint, Criterion, Estimate
from harness.report.causes import causes_of
from harness.report.html import page as writer
from harness.report.html.page import page
from harness.report.view import View
from tests.endpoints.golden import assert_golden
from tests.endpoints.hostile import SAID
from tests.report.parsed import HERE, Page, own, problems
from tests.report.views import made_row, share, view

WHOLE = "".join(SAID)
GO = Criterion(name="gap", estimate=share(0.0, 0.0, 0.01), limit=0.1)
EMPTY = replace(view(criteria=(GO,)), rows=(), pairs=(), findings=(), mix=(), digests={}, versions={}, started="")


@pytest.mark.parametrize("said", ["plain", *SAID, WHOLE])
def test_nothing_that_a_service_said_becomes_a_part_of_the_page(said: str) -> None:
    assert problems(page(view(said, problems=(said,)))) == []


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from("<>\"'&={}%#/\\`-!;: \n\x1b\u202e\ud800scriptonloadstyle"), max_size=40))
def test_no_text_at_all_becomes_a_part_of_the_page(said: str) -> None:
    assert problems(page(view(said))) == []


def test_the_check_of_the_page_finds_what_it_is_for() -> None:
    whole = page(view())
    for bad in ("<script>1</script>", "<b onclick=x>", "<i>", "<b style=x>", '<img src="http://a/">', "<a href='/x'>"):
        assert problems(whole.replace("</main>", f"{bad}</main>")) != []


def test_the_policy_lets_nothing_run_but_our_own_script_and_style() -> None:
    (policy,) = [m["content"] for m in Page(page(view())).all("meta") if m.get("http-equiv")]
    digests = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in own()]
    assert policy == (
        f"default-src 'none'; img-src data:; style-src {digests[0]}; script-src {digests[1]}; "
        "base-uri 'none'; form-action 'none'"
    )
    assert "unsafe" not in policy


def test_templates_escape_everything() -> None:
    for template in HERE.glob("*.j2"):
        assert not re.search(r"\|\s*safe|autoescape|Markup", template.read_text(encoding="utf-8")), template.name


def test_the_page_read_aloud() -> None:
    assert_golden(
        "report-page.txt", "\n".join(line for line in map(str.strip, Page(page(view())).texts) if line) + "\n"
    )


def test_the_verdict_stands_first_then_why_then_what_to_look_at() -> None:
    text = page(view())
    order = [m[1] for m in re.finditer(r'<section id="(\w+)"', text)]
    assert order == ["answer", "why", "look", "where", "when", "unjudged", "cases", "about"]
    links = [a["href"] for a in Page(text).all("a")]
    assert links[0] == "#answer"
    assert [link[1:] for link in links[1:]] == order


def test_every_cause_has_its_command_to_copy() -> None:
    one = view()
    text = Page(page(one)).text
    causes = causes_of(one.verdict.reasons)
    assert len(causes) == 2
    assert all(cause.show in text and cause.words.headline in text for cause in causes)
    assert len(Page(page(one)).all("button")) >= len(causes)


def test_differing_characters_are_marked_on_both_sides() -> None:
    text = page(view(""))
    assert '<bdi class="said">12.<mark>5</mark>0</bdi>' in text
    assert '<bdi class="said">12.<mark>8</mark>0</bdi>' in text


def test_a_heat_map_has_its_figures_in_the_cells() -> None:
    cells = re.findall(r'heat h(\d)"><b>([\d.]+) %</b>', page(view()))
    assert ("5", "100") in cells
    assert ("0", "0") in cells


def test_no_page_is_made_of_numbers_that_are_not_there() -> None:
    nothing = Estimate(value=None, low=0.0, high=1.0, n=0)
    one = view(criteria=(Criterion(name="gap", estimate=nothing, limit=0.1),))
    head = replace(one.verdict.headline, pilot=nothing, projected=nothing, gap=nothing, silent_errors=nothing)
    text = Page(page(replace(one, verdict=replace(one.verdict, headline=head)))).text
    assert "not measured" in text
    assert not re.search(r"\b(nan|None|inf|True|False)\b", text)


@pytest.mark.parametrize(
    "one", [EMPTY, replace(view(criteria=()), rows=(), pairs=()), replace(view(), pairs=())], ids=["go", "no", "few"]
)
def test_a_run_without_rows_or_pairs_has_a_page(one: View) -> None:
    assert problems(page(one)) == []
    assert 'href="#look"' not in page(one)


def test_the_same_run_gives_the_same_bytes() -> None:
    assert page(view("a")) == page(view("a"))


def test_a_run_of_many_cases_lists_those_that_matter_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MAX_ROWS", 3)
    rows = [made_row(f"faxes/a#{k}", "accepted", "right", "", due=1.0 + k) for k in range(4)]
    text = page(replace(view(), rows=(*rows, made_row("faxes/z#9", "accepted", "wrong", "", due=9.0))))
    assert text.index('<th scope="row"><code>faxes/<wbr>z#9</code>') < text.index(
        '<th scope="row"><code>faxes/<wbr>a#0</code>'
    )
    assert "the first 3 are listed, all are in judged.jsonl" in Page(text).text


def test_a_huge_answer_is_cut() -> None:
    assert len(page(view("x" * 200_000))) < 1_500_000


def test_what_was_not_judged_is_said_with_the_reason() -> None:
    text = Page(page(view())).text
    for reason in (
        "Latency: not judged, the run was resumed plain",
        "Breaking points of opplain: the budget had no calls for them",
        "10.0 % of the production traffic that nobody described",
    ):
        assert reason in text.partition("What was not judged, and why")[2].partition("All cases")[0]


def test_a_reply_says_which_faults_it_met() -> None:
    assert "met erp: reset plain" in Page(page(view())).text


def test_ops_that_the_budget_did_not_reach_are_not_called_probed() -> None:
    one = view()
    head = replace(one.verdict.headline, breaking_points=(BreakingPoint(op="a", severity=None, how="not probed"),))
    assert "no op was probed" in Page(page(replace(one, verdict=replace(one.verdict, headline=head)))).text
