"""The file for CI: one test case a criterion, well-formed whatever a service said."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.report.junit import junit
from tests.endpoints.golden import assert_golden
from tests.endpoints.hostile import SAID
from tests.report.views import view


def test_the_document() -> None:
    assert_golden("report-junit.xml", junit(view()))


def test_failed_and_undecided_criteria_are_failing_items_whose_first_line_says_which() -> None:
    suite = ElementTree.fromstring(junit(view()))[0]
    failing = [one for case in suite.iter("testcase") for one in case if one.tag in ("failure", "error")]
    assert [(one.tag, (one.text or "").splitlines()[0].partition(":")[0]) for one in failing] == [
        ("failure", "failed"),
        ("error", "undecided"),
        ("error", "undecided"),
    ]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("5", "1", "2")
    assert ["cause: " in str(one.text) for one in failing] == [True, True, False]
    assert all((one.text or "").splitlines()[-1].startswith("harness show ") for one in failing)


def test_a_run_that_cannot_be_trusted_is_a_failing_item_of_its_own() -> None:
    for one in (view(problems=("the target stopped answering",)), view(criteria=())):
        suite = ElementTree.fromstring(junit(one))[0]
        error = suite.find("testcase/error")
        assert error is not None
        assert str(error.get("message")).startswith("undecided: ")
        assert suite.get("errors") == str(len(suite.findall("testcase/error")))


@pytest.mark.parametrize("said", SAID)
def test_it_is_well_formed_and_without_control_characters(said: str) -> None:
    text = junit(view(said, problems=(said,)))
    ElementTree.fromstring(text.encode("utf-8"))
    assert all(c.isprintable() or c == "\n" for c in text)


@settings(max_examples=100)
@given(st.text(max_size=40))
def test_any_text_is_well_formed(said: str) -> None:
    assert len(ElementTree.fromstring(junit(view(said)).encode("utf-8"))[0].findall("testcase")) == 5
