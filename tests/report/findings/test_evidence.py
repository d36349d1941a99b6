"""The words for what the evidence lacks: how many of how many, why, what to do about it."""

from dataclasses import replace

import pytest

from harness.core.finding import Circumstance, Count, Example, Finding, Where
from harness.core.finding_kinds import FindingKind
from harness.report.findings import evidence
from harness.report.findings.registry import WRITERS, Words

SLICE = Finding(
    kind=FindingKind.SLICE_FAILED,
    test="silent_errors_pack",
    slice="faxes",
    count=Count(30, 60),
    numbers={"value": 0.5, "low": 0.387, "high": 0.613, "limit": 0.1},
)
MORE = Finding(
    kind=FindingKind.MORE_CALLS,
    numbers={"calls": 330, "now": 60, "seconds": 240},
    names=("silent_errors_pack in faxes", "gap"),
    show="harness check ... --calls 330",
)
SAID = {
    FindingKind.NO_REPLY: (
        Finding(kind=FindingKind.NO_REPLY, count=Count(3, 181)),
        Words(
            "Some planned cases have no reply on record",
            ("3 of 181 planned cases have no reply; they widen every interval.",),
            ("Continue the run with --resume.",),
        ),
    ),
    FindingKind.CASES_UNCHANGED: (
        Finding(kind=FindingKind.CASES_UNCHANGED, slice="faxes", count=Count(1, 61)),
        Words(
            "Cases of faxes leave the input unchanged",
            ("1 of 61 drawn cases are not sent, because they test nothing.",),
        ),
    ),
    FindingKind.REFUSALS_ALLOWED: (
        Finding(kind=FindingKind.REFUSALS_ALLOWED, count=Count(14, 20)),
        Words(
            "Assumed: what /openapi.json forbids may be refused (14 of 20 inputs were)",
            (),
            ("Check that its request schema forbids nothing that production sends.",),
        ),
    ),
    FindingKind.INVALID_REPLIES: (
        Finding(
            kind=FindingKind.INVALID_REPLIES,
            count=Count(5, 61),
            causes={"not_a_number": 3, "duplicate_key": 2},
        ),
        Words(
            "A strict JSON client cannot read some replies",
            ("5 of 61 replies are not valid JSON: not_a_number 3, duplicate_key 2.",),
            ("Set [gate] invalid_replies = 0 if such a reply must block the release.",),
        ),
    ),
    FindingKind.CRASHED_ON_INPUT: (
        Finding(
            kind=FindingKind.CRASHED_ON_INPUT,
            subject="fax.line_loss",
            circumstances=(Circumstance(Where.OP, "fax.line_loss"),),
            count=Count(3, 60),
            control=Count(0, 120),
            causes={"server_error": 2, "dropped": 1},
        ),
        Words(
            "Damage by fax.line_loss crashes the service",
            (
                "3 of 60 cases with op fax.line_loss end in a 5xx or a lost connection (0 of 120 other cases).",
                "Causes: server_error 2, dropped 1.",
                "The same inputs without damage were answered.",
            ),
            ("Refuse such inputs with a status of [target] rejects.",),
        ),
    ),
    FindingKind.ERRORS: (
        Finding(kind=FindingKind.ERRORS, subject="server_error", count=Count(2, 180), causes={"server_error": 4}),
        Words(
            "Requests fail: server_error",
            ("2 of 180 cases got no answer (4 replies).",),
            ("Check the logs of the service for these requests.",),
        ),
    ),
    FindingKind.NOT_JUDGED: (
        Finding(
            kind=FindingKind.NOT_JUDGED,
            subject="due: ambiguous date",
            count=Count(2, 180),
            example=Example(address="faxes/a#1", field="due", expected="2024-04-03", got="03/04/2024"),
        ),
        Words(
            "Some answers could not be compared with the truth",
            (
                "2 of 180 answered cases were not judged. Reason: due: ambiguous date.",
                "Example: due should be 2024-04-03; the service returned 03/04/2024.",
            ),
            ("Set the type of the field in [answer.fields], or return one that can be read.",),
        ),
    ),
    FindingKind.SLICE_FAILED: (
        SLICE,
        Words(
            "faxes is beyond its limit and does not block",
            (
                "Silent errors are 50.0 % (90 % interval 38.7 - 61.3), limit 10 %.",
                "30 of 60 cases had a silent error.",
            ),
        ),
    ),
    FindingKind.SLICE_UNDECIDED: (
        replace(
            SLICE, kind=FindingKind.SLICE_UNDECIDED, count=Count(0, 0), numbers={"low": 0, "high": 1, "limit": 0.1}
        ),
        Words("faxes is undecided and does not block", ("Silent errors were not measured, limit 10 %.",)),
    ),
    FindingKind.EMPTY_SLICE: (
        Finding(kind=FindingKind.EMPTY_SLICE, slice="language=fr"),
        Words(
            "No case of the run is in language=fr",
            (),
            ("Check the name in [gate] critical: a pack, a tag's value or column=value.",),
        ),
    ),
    FindingKind.NO_ANSWERS: (
        Finding(kind=FindingKind.NO_ANSWERS, slice="faxes/fine", count=Count(12, 12), causes={"timeout": 12}),
        Words(
            "No case of faxes/fine got an answer",
            ("12 of 12 cases got no answer (timeout 12).",),
            ("Check that the service runs, and the timeout in [target] deadline.",),
        ),
    ),
    FindingKind.LATENCY_NOT_JUDGED: (
        Finding(kind=FindingKind.LATENCY_NOT_JUDGED, subject="the generator fell behind its schedule"),
        Words("Latency was not judged", ("Reason: the generator fell behind its schedule.",)),
    ),
    FindingKind.MORE_CALLS: (
        MORE,
        Words(
            "About 330 calls would decide 2 undecided criteria",
            (
                "They are silent errors in faxes, pilot-to-production gap; this run had 60 calls.",
                "This assumes that the rates stay as they are.",
            ),
            ("Run the check again with --calls 330, about 4 min.",),
        ),
    ),
}


@pytest.mark.parametrize("kind", SAID)
def test_each_kind_has_its_headline_its_evidence_and_its_advice(kind: FindingKind) -> None:
    finding, expected = SAID[kind]
    found = WRITERS[kind](finding)
    assert found == expected
    assert len(found.headline.split()) <= 12
    assert max(map(len, (*found.evidence, *found.advice))) <= 100


def test_every_kind_of_these_words_is_tested() -> None:
    assert SAID.keys() == {kind for kind, writer in WRITERS.items() if writer.__module__ == evidence.__name__}


def test_a_slice_that_the_baseline_lacks_is_told_from_one_that_the_run_lacks() -> None:
    finding = Finding(kind=FindingKind.EMPTY_SLICE, slice="faxes", subject="baseline")
    assert evidence.empty_slice(finding).headline == "No case of the baseline is in faxes"


def test_a_drop_that_more_calls_decide_needs_a_larger_baseline_as_well() -> None:
    found = evidence.more_calls(replace(MORE, names=("regress in faxes",)))
    assert found.evidence[-1] == "For a regression, the baseline needs as many calls; promote such a run first."
