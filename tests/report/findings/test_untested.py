"""The words of what could not be tested, for the tests of every family."""

import pytest

from harness.core.finding import Circumstance, Finding, Where
from harness.core.finding_kinds import FindingKind, Why
from harness.report.findings.registry import Words
from harness.report.findings.untested import not_tested, packs_left_out


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (
            Finding(
                kind=FindingKind.NOT_TESTED,
                test="concurrency",
                circumstances=(Circumstance(Where.IN_FLIGHT),),
                numbers={"calls": 6},
                why=Why.TOO_FEW_CALLS,
            ),
            Words(
                "Not tested: parallel requests", ("Reason: 6 calls, which is too few.",), ("Raise --calls to test it.",)
            ),
        ),
        (
            Finding(
                kind=FindingKind.NOT_TESTED,
                test="concurrency",
                subject="[target] in_flight",
                circumstances=(Circumstance(Where.IN_FLIGHT),),
                numbers={"in_flight": 1},
                why=Why.SWITCHED_OFF,
            ),
            Words(
                "Not tested: parallel requests",
                ("Reason: [target] in_flight is 1.",),
                ("Raise [target] in_flight if production sends requests in parallel.",),
            ),
        ),
        (
            Finding(
                kind=FindingKind.NOT_TESTED,
                test="concurrency",
                circumstances=(Circumstance(Where.IN_BATCH),),
                numbers={"samples": 2, "needed": 4},
                why=Why.TOO_FEW_SAMPLES,
            ),
            Words(
                "Not tested: batches",
                ("Reason: 2 samples with an answer, 4 needed.",),
                ("Add pilot samples that the service answers.",),
            ),
        ),
        (
            Finding(
                kind=FindingKind.NOT_TESTED,
                test="concurrency",
                subject="[target] batch",
                circumstances=(Circumstance(Where.IN_BATCH),),
                causes={"no_list": 1},
                why=Why.NOT_READABLE,
            ),
            Words(
                "Not tested: batches",
                ("Reason: no batch was answered row by row (no_list).",),
                ("Check url, items and results of [target] batch.",),
            ),
        ),
        (
            Finding(
                kind=FindingKind.NOT_TESTED,
                test="concurrency",
                circumstances=(Circumstance(Where.BAD_ROW),),
                numbers={"damaged": 4},
                why=Why.NOTHING_REFUSED,
            ),
            Words(
                "Not tested: batches with a row that cannot be read",
                ("Reason: the service answered each of 4 damaged records.",),
            ),
        ),
        (
            Finding(
                kind=FindingKind.NOT_TESTED,
                test="state",
                subject="[target] start",
                circumstances=(Circumstance(Where.AFTER_START),),
                why=Why.NOT_CONFIGURED,
            ),
            Words("Not tested: cold start (set [target] start to test it)"),
        ),
        (
            Finding(kind=FindingKind.NOT_TESTED, test="round_trip", why=Why.NO_FIELD),
            Words(
                "Not tested: values that the reply repeats",
                ("Reason: replies repeat no field of the request, so swapped answers cannot be detected.",),
                ("Return an id of the request in the reply to make it testable.",),
            ),
        ),
        (
            Finding(
                kind=FindingKind.NOT_TESTED,
                test="unanswerable",
                subject="page.torn_field",
                names=("colour",),
                why=Why.NO_FIELD,
            ),
            Words("Not tested: pages with a torn-off field", ("Reason: generated pages have no field colour.",)),
        ),
        (
            Finding(kind=FindingKind.NOT_TESTED, test="unanswerable", subject="page.torn_field", why=Why.NO_CONTROL),
            Words(
                "Not tested: pages with a torn-off field",
                ("Reason: no clean made invoice was sent and answered right.",),
            ),
        ),
        (
            Finding(kind=FindingKind.NOT_TESTED, test="unanswerable", causes={"timeout": 3}, why=Why.NO_ANSWERS),
            Words("Not tested: unanswerable inputs", ("Reason: no request got an answer (timeout 3).",)),
        ),
    ],
    ids=[
        "calls",
        "one in flight",
        "samples",
        "unreadable",
        "no bad row",
        "cold start",
        "round trip",
        "torn",
        "unread",
        "none",
    ],
)
def test_what_was_not_tested_has_the_reason_and_what_makes_it_possible(finding: Finding, words: Words) -> None:
    assert not_tested(finding) == words


def test_packs_that_took_no_part_are_named_with_the_reason() -> None:
    other = Finding(kind=FindingKind.PACKS_NOT_APPLICABLE, names=("a", "b", "c", "d", "e"))
    found = packs_left_out(other)
    assert found.headline == "Not tested: a, b, c and 2 more (no scenario fits the samples)"
    assert found.evidence == ("All of them: a, b, c, d, e.",)
    fitting = Finding(kind=FindingKind.PACKS_NOT_DRAWN, names=("a",))
    assert packs_left_out(fitting) == Words(
        "Not tested: a (not in the mix)", (), ("Add them to [[mix]] to test them.",)
    )
