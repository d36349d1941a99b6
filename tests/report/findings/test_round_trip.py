from dataclasses import replace

import pytest

from harness.core.finding import Circumstance, Count, Example, Finding, Where
from harness.core.finding_kinds import FindingKind, Why
from harness.report.findings.registry import Words
from harness.report.findings.round_trip import changed, kept, swapped, trimmed

ZEROS = Finding(
    kind=FindingKind.ROUND_TRIP_CHANGED,
    test="round_trip",
    subject="order_id",
    circumstances=(Circumstance(Where.ID_KIND, "with leading zeros"),),
    count=Count(5, 6),
    control=Count(0, 48),
    names=("above 2^53", "in_flight"),
    example=Example(address="round_trip/zeros:order_id#3", field="meta.id", given="067699", got=67699),
)
SWAPPED = Finding(
    kind=FindingKind.ROUND_TRIP_SWAPPED,
    test="round_trip",
    subject="order_id",
    count=Count(6, 30),
    example=Example(address="a/b#5", field="meta.id", given="104233", got="067699", other="pilot/samples#4"),
)


def test_changed_values_have_the_kind_the_comparison_and_both_values() -> None:
    assert changed(ZEROS) == Words(
        "Values with leading zeros come back changed",
        evidence=(
            "meta.id repeats order_id: 5 of 6 values with leading zeros came back changed (0 of 48 others).",
            "The request sent 067699; the reply returned 67699.",
            "Also changed: values above 2^53, sent with other requests in flight.",
        ),
        advice=("Keep the value as text from the request to the reply; a number loses zeros and digits.",),
    )


def test_a_changed_value_without_a_circumstance_is_not_enough_evidence() -> None:
    finding = replace(ZEROS, circumstances=(), names=(), control=Count(1, 8), why=Why.MAY_BE_CHANCE)
    assert changed(finding) == Words(
        "Values come back changed",
        evidence=(
            "meta.id repeats order_id: 5 of 6 ordinary values came back changed (1 of 8 others).",
            "The request sent 067699; the reply returned 67699.",
            "Not enough evidence: the changed values share no known property.",
        ),
        advice=("If the reply does not repeat this field, correct [answer] echoes.",),
    )


@pytest.mark.parametrize(
    ("why", "line"),
    [
        (Why.ONE_CASE, "One such reply alone decides nothing."),
        (Why.MAY_BE_CHANCE, "Not enough evidence: other values changed as well."),
    ],
)
def test_an_undecided_change_says_what_is_missing(why: Why, line: str) -> None:
    assert changed(replace(ZEROS, why=why)).evidence[-1] == line


@pytest.mark.parametrize(
    ("circumstance", "headline", "advice"),
    [
        (
            Circumstance(Where.IN_FLIGHT),
            "Values sent with other requests in flight come back changed",
            "Look for a variable, buffer or cache that several requests share.",
        ),
        (
            Circumstance(Where.ID_KIND, "with accents"),
            "Values with accents come back changed",
            "Look for a step or a cache key that normalises letters or removes accents.",
        ),
    ],
)
def test_the_advice_follows_what_sets_the_values_apart(circumstance: Circumstance, headline: str, advice: str) -> None:
    described = changed(replace(ZEROS, circumstances=(circumstance,)))
    assert (described.headline, described.advice) == (headline, (advice,))
    assert len(headline.split()) <= 12


@pytest.mark.parametrize(
    ("given", "got", "line"),
    [
        ("E\u030117", "\u00c917", "The request sent E\\u030117; the reply returned \u00c917."),
        ("12", 12, "The request sent 12; the reply returned the number 12."),
        ("a\nb\x1b", "", 'The request sent a\\u000ab\\u001b; the reply returned "".'),
        (
            "1" * 64,
            "1" * 50,
            f"The request sent {'1' * 40}… (64 characters); the reply returned {'1' * 40}… (50 characters).",
        ),
    ],
)
def test_both_values_can_be_told_apart(given: str, got: str | int, line: str) -> None:
    assert changed(replace(ZEROS, example=Example(address="a", field="id", given=given, got=got))).evidence[1] == line


def test_a_swapped_value_names_the_request_that_sent_it() -> None:
    assert swapped(SWAPPED) == Words(
        "Replies carry the value of another request",
        evidence=(
            "6 of 30 replies carry the order_id of another request in meta.id.",
            "The request sent 104233; the reply returned 067699.",
            "Request pilot/samples#4 sent that value.",
        ),
        advice=("Look for a variable, buffer or cache that several requests share.",),
    )
    assert swapped(replace(SWAPPED, why=Why.ONE_CASE)).evidence[-1] == "One such reply alone decides nothing."


def test_removed_blanks_are_shown_in_quotes() -> None:
    finding = replace(
        ZEROS,
        kind=FindingKind.ROUND_TRIP_TRIMMED,
        circumstances=(Circumstance(Where.ID_KIND, "with blanks around them"),),
        count=Count(1, 1),
        control=None,
        names=(),
        example=Example(address="round_trip/blanks:order_id#3", field="meta.id", given=" 067699 ", got="067699"),
    )
    assert trimmed(finding) == Words(
        "Values with blanks around them come back changed",
        evidence=(
            "meta.id repeats order_id: 1 of 1 values with blanks around them came back changed.",
            'The request sent " 067699 "; the reply returned 067699.',
        ),
        advice=("Nothing to do if two values that differ only in such blanks are the same for you.",),
    )


@pytest.mark.parametrize(
    ("parts", "line"),
    [({"odd_ids": Count(7, 8)}, "7 of 8 unusual ids were accepted."), ({}, "No unusual ids were sent.")],
)
def test_kept_values_are_counted_with_the_unusual_ids(parts: dict[str, Count], line: str) -> None:
    finding = Finding(
        kind=FindingKind.ROUND_TRIP_KEPT, count=Count(56, 56), parts=parts, names=("meta.id", "length(pages)")
    )
    assert kept(finding) == Words(
        "Repeated values come back as sent",
        evidence=("56 of 56 repeated values came back as sent (meta.id, length(pages)).", line),
    )
