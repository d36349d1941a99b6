"""Phrases for the circumstances of the robustness tests: requests in flight, batches, and those of the state test."""

from collections.abc import Mapping
from dataclasses import replace

from harness.core.finding import Circumstance, Finding, Where
from harness.report.findings import state
from harness.report.findings.phrases import of, value
from harness.report.findings.state import Phrase

SHARED = "Look for data that requests share: global variables, reused buffers, one client for all."
ORDER = "Return one result for each row, in the order of the request, or put an id into each result."
BAD_ROW = "Return an error in the place of a bad row instead of dropping it."
ONE_BY_ONE = "Score each row by itself: no padding, sorting or statistics across the rows of a batch."

PHRASES: Mapping[Where, Phrase] = {
    Where.IN_FLIGHT: Phrase(
        part="{value} parallel requests",
        headline="when {value} requests are in flight",
        when="when {value} requests were in flight",
        usual="when sent alone",
        advice=SHARED,
    ),
    Where.REPEATED_IN_FLIGHT: Phrase(
        part="parallel requests with the same input",
        headline="when the same request is in flight twice",
        when="when the same request was in flight twice beside another",
        usual="when sent alone",
        advice=SHARED,
    ),
    Where.IN_BATCH: Phrase(
        part="batches",
        headline="when records are sent in a batch",
        when="when records were sent in one batch",
        usual="when sent alone",
        advice=ONE_BY_ONE,
    ),
    Where.BATCH_ORDER: Phrase(
        part="batches in another order",
        headline="when the rows of a batch change order",
        when="when the rows of a batch came in another order",
        usual="in the first order",
        advice=ORDER,
    ),
    Where.REPEATED_ROW: Phrase(
        part="batches with a repeated row",
        headline="when a batch holds a row twice",
        when="when a batch held a row twice",
        usual="without the second one",
        advice=ORDER,
    ),
    Where.BAD_ROW: Phrase(
        part="batches with a row that cannot be read",
        headline="beside a row that cannot be read",
        when="when a row of the batch could not be read",
        usual="without that row",
        advice=BAD_ROW,
    ),
    Where.AFTER_BAD_ROW: Phrase(
        part="rows after one that cannot be read",
        headline="after a row that cannot be read",
        when="in the rows after one that could not be read",
        usual="without that row",
        advice=BAD_ROW,
    ),
}
"""The phrases for circumstances that only the concurrency test has."""

ROWS = (Where.IN_BATCH, Where.BATCH_ORDER, Where.REPEATED_ROW, Where.BAD_ROW, Where.AFTER_BAD_ROW)
"""Circumstances of rows that are sent in one request."""

MAX_LINE = 100
"""Maximum number of characters in a line of evidence; a longer contrast takes two lines."""


def phrase_of(circumstance: Circumstance) -> Phrase:
    """The phrase of the circumstance, with its value in place."""
    phrase = PHRASES.get(circumstance.where)
    if phrase is None:
        return state.phrase_of(circumstance)
    shown = value(circumstance.value) if circumstance.value else ""
    filled = {name: getattr(phrase, name).format(value=shown).strip() for name in ("part", "headline", "when")}
    return replace(phrase, **filled)


def contrast(finding: Finding, what: str, phrase: Phrase) -> tuple[str, ...]:
    """As "9 of 16 answers changed when 2 requests were in flight (0 of 16 when sent alone).".

    A part with the name of the circumstance is the count under just that one.
    """
    count = finding.parts.get(finding.circumstances[0].where, finding.count)
    if not count:
        return ()
    line = f"{of(count)} {what} {phrase.when}"
    if not finding.control:
        return (f"{line}.",)
    both = f"{line} ({of(finding.control)} {phrase.usual})."
    return (both,) if len(both) <= MAX_LINE else (f"{line}.", f"For comparison: {of(finding.control)} {phrase.usual}.")
