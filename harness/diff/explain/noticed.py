"""Builds a finding over cases: its counts, the first cases, and the command that shows the worst one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict, Unpack

from harness.core.case import Case, Scalar
from harness.core.finding import Circumstance, Count, Example, FailureMode, Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.integration.fault import Fault
from harness.core.reply import Judged
from harness.diff.gate.evidence import Evidence
from harness.diff.gate.worst import show
from harness.diff.scoring.judge import ANSWERED

NAMED = 10
"""Maximum number of addresses in a finding."""

LONGEST = 40
"""Maximum number of characters by which values are compared and shown."""

MAX_TEXT = 200
"""Maximum number of characters of a text in an example."""

NOTHING = "nothing"
"""The text for an empty value."""


class Facts(TypedDict, total=False):
    """Further fields of a `Finding`."""

    test: str
    subject: str
    circumstances: tuple[Circumstance, ...]
    modes: tuple[FailureMode, ...]
    count: Count | None
    control: Count | None
    parts: Mapping[str, Count]
    numbers: Mapping[str, float]
    names: tuple[str, ...]
    causes: Mapping[str, int]
    example: Example | None
    fault: Fault | None
    why: Why | None


def noticed(
    kind: FindingKind, addresses: Sequence[str], run: str, *, n: int, slice: str = "", **facts: Unpack[Facts]
) -> Finding:
    """One finding over cases, the worst first.

    run: label of the run, for the command. n: cases that were looked at. facts: the other fields of the finding; the
    count is the number of different addresses of n if it is not among them.
    """
    named = tuple(dict.fromkeys(addresses))[:NAMED]
    facts.setdefault("count", Count(len(set(addresses)), n))
    return Finding(kind=kind, slice=slice, cases=named, show=show(named, run), **facts)


def example_of(row: Judged, case: Case, field: str = "", *, given: str = "") -> Example:
    """One case with its actual values. field: "" for the whole answer, of which the first wrong value is named."""
    wrong = [one.name for one in row.fields if one.verdict == "wrong"]
    name = field or next((one for one in (*wrong, *row.answer) if value(row.answer.get(one)) != NOTHING), "")
    return Example(
        address=row.address,
        field=name,
        given=given,
        expected=writable(case.truth.get(name)),
        got=writable(row.answer.get(name)),
        confidence=row.confidence,
    )


def writable(one: Scalar) -> Scalar:
    """The value as it can be stored: no lone surrogates, no integers beyond 64 bits, no long text."""
    if isinstance(one, int) and not -(2**63) <= one < 2**64:
        return str(one)[:LONGEST]
    if not isinstance(one, str):
        return one
    text = one.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"


def value(one: Scalar) -> str:
    """A value on one line, cut if it is long; "nothing" for an empty one."""
    text = " ".join(str(one).split()) if one is not None else ""
    text = text.encode("utf-8", "replace").decode("utf-8")  # a reply may hold half of a pair, which no file takes
    return (text if len(text) <= LONGEST else f"{text[:LONGEST]}…") or NOTHING


def answered(evidence: Evidence) -> Iterable[Judged]:
    """Every reply with an answer, accepted or handed over."""
    return (row for rows in evidence.rows.values() for row in rows if row.disposition in ANSWERED)
