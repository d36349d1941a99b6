"""The words of findings about faults: the whole of one for each kind, and that none is too long or trusts a value."""

from dataclasses import replace

import pytest

from harness.core.finding import Count, FailureMode, Finding, How
from harness.core.finding_kinds import FindingKind, Why
from harness.core.integration.fault import Fault
from harness.core.integration.kinds import KINDS
from harness.report.findings.behind import faults
from harness.report.findings.registry import WRITERS, Words
from tests.report.findings.described_faults import EXAMPLE, EXPECTED, SHOWN, SILENT


def words_of(finding: Finding) -> Words:
    return WRITERS[finding.kind](finding)


@pytest.mark.parametrize("kind", EXPECTED)
def test_each_kind_has_a_headline_evidence_and_advice(kind: FindingKind) -> None:
    finding, expected = EXPECTED[kind]
    assert words_of(finding) == expected


def test_every_kind_of_this_family_has_words_here() -> None:
    assert {kind for kind in FindingKind if kind.name.startswith(("FAULT_", "UPSTREAM_"))} == set(EXPECTED)
    assert {WRITERS[kind].__module__ for kind in EXPECTED} == {faults.__name__}


@pytest.mark.parametrize("where", ["erp", "target"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [Count(7, 7), Count(11, 12), Count(3, 12)])
def test_every_fault_fits_its_headline_and_its_lines(kind: str, where: str, count: Count) -> None:
    fault = Fault(kind=kind, where=where, name=f"{where}.{kind}", field="vendor_id", at="response", seconds=0.25)
    for finding, _ in EXPECTED.values():
        about = replace(finding, fault=fault, count=count) if finding.fault else finding
        got = words_of(about)
        assert len(got.headline.split()) <= 12, got.headline
        assert [line for line in (got.headline, *got.evidence, *got.advice) if len(line) > 100] == []


@pytest.mark.parametrize(
    ("modes", "parts", "headline"),
    [
        ((), {}, "erp.status (erp answers 503) causes silent errors"),
        (
            (FailureMode("vendor_id", How.LEFT_EMPTY),),
            {"field:vendor_id": Count(7, 7)},
            "When erp fails, vendor_id is left empty",
        ),
        (
            (FailureMode("vendor_id", How.CONSTANT, "V-00000"),),
            {"field:vendor_id": Count(5, 7)},
            "erp.status (erp answers 503) causes silent errors",
        ),
        (
            (FailureMode("vendor_id", How.CONSTANT, "V-00000"), FailureMode("total", How.OTHER_VALUE)),
            {"field:vendor_id": Count(7, 7), "field:total": Count(7, 7)},
            "erp.status (erp answers 503) causes silent errors",
        ),
        (
            (FailureMode("vendor_id", How.CONSTANT, "a b c d e f g h i j"),),
            {"field:vendor_id": Count(7, 7)},
            "erp.status (erp answers 503) causes silent errors",
        ),
    ],
)
def test_the_headline_names_the_answer_only_if_all_wrong_answers_are_alike(
    modes: tuple[FailureMode, ...], parts: dict[str, Count], headline: str
) -> None:
    assert words_of(replace(SILENT, modes=modes, parts=parts)).headline == headline


def test_a_fault_that_shows_only_afterwards_is_not_described_as_if_it_showed_at_once() -> None:
    finding, _ = EXPECTED[FindingKind.UPSTREAM_FAILS_SILENTLY]
    got = words_of(replace(finding, names=(), parts={"during": Count(0, 7), "after": Count(7, 7)}))
    assert got.headline == "erp.status (erp answers 503) causes silent errors later"
    assert got.evidence == (
        "Once the fault is over, 7 of 7 cases were silently wrong (0 of 7 without the fault).",
        SHOWN,
    )


@pytest.mark.parametrize(
    ("why", "names", "evidence"),
    [
        (Why.TOO_FEW_CALLS, (), "None of its faults was tried: the budget has too few calls."),
        (
            Why.NOT_RECOVERED,
            (),
            "None of its faults was tried: too few samples came right again after the faults before.",
        ),
        (
            Why.NO_REQUESTS,
            ("127.0.0.1:9100",),
            "No request came through its relay at 127.0.0.1:9100, so no case could meet its faults.",
        ),
    ],
)
def test_an_upstream_that_was_not_judged_says_why(why: Why, names: tuple[str, ...], evidence: str) -> None:
    finding = Finding(kind=FindingKind.UPSTREAM_NOT_JUDGED, slice="erp", why=why, names=names)
    assert words_of(finding).evidence == (evidence,)


def test_a_value_of_the_service_stays_on_one_line_and_is_cut() -> None:
    hostile = f"1\n\nPASSED {'x' * 500}"
    mode = FailureMode("vendor_id", How.CONSTANT, hostile)
    got = words_of(replace(SILENT, modes=(mode,), example=replace(EXAMPLE, got=hostile)))
    for line in (got.headline, *got.evidence):
        assert "\n" not in line
        assert len(line) < 150
