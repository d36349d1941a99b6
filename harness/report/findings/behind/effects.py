"""Words for what the service writes to its upstreams: lost, doubled, altered, or for a case that it did not accept."""

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.report.findings.behind.phrases import cases, count_of, named
from harness.report.findings.phrases import listed, of, value
from harness.report.findings.registry import Words, words

DECLARE = "If these requests change nothing there: [[upstream]] writes = false. Else describe them in [[effect]]."
LOST = "lost, repeated or altered"
KEY = "Send a key with each write by which the upstream recognizes it, such as Idempotency-Key."


@words(FindingKind.EFFECT_DOUBLED)
def doubled(finding: Finding) -> Words:
    """More than one write for a case."""
    return Words(
        f"One case is written to {finding.slice} up to {_most(finding)} times",
        (_counted(finding, "written more than once"), *_requests(finding)),
        (KEY,),
    )


@words(FindingKind.EFFECT_LOST)
def lost(finding: Finding) -> Words:
    """No write for an accepted case."""
    return Words(
        f"Accepted cases are not written to {finding.slice}",
        (_counted(finding, "accepted without a write that succeeded"), *_requests(finding)),
        (f"Let the service accept a case only when {finding.slice} has confirmed the write.",),
    )


@words(FindingKind.EFFECT_ALTERED)
def altered(finding: Finding) -> Words:
    """Another value there than in the answer."""
    one = finding.example
    what = f"The {one.field} written" if one else "A value written"
    shown = (f"Example: {one.given or one.address}: {value(one.got)} instead of {value(one.expected)}.",) if one else ()
    return Words(
        f"{what} to {finding.slice} differs from the answer",
        (_counted(finding, "written with another value"), *shown, *_requests(finding)),
        (f"Compare what the service sends to {finding.slice} with what it answers.",),
    )


@words(FindingKind.EFFECT_ORPHANED)
def orphaned(finding: Finding) -> Words:
    """A write for a case that was not accepted."""
    return Words(
        f"Cases that are not accepted are written to {finding.slice}",
        (_counted(finding, "handed over or refused, and written"), *_requests(finding)),
        ("Decide whether to accept a case before writing it.",),
    )


@words(FindingKind.EFFECT_NOT_SEEN)
def not_seen(finding: Finding) -> Words:
    """A declared effect that no request is about."""
    seen = f"It saw: {listed(finding.names)}." if finding.names else "It saw no write at all."
    return Words(
        f"No request to {finding.slice} matches its [[effect]]",
        (f"The relay saw no {finding.subject} for any case. {seen}",),
        ("Check method and path of the [[effect]], and that the service calls the relay.",),
    )


@words(FindingKind.EFFECT_NOT_ATTRIBUTED)
def not_attributed(finding: Finding) -> Words:
    """Writes that cannot be matched with cases."""
    return Words(
        f"Writes to {finding.slice} cannot be matched with cases",
        (
            "The case of its writes is known for fewer than half of the replies: the service writes after it has",
            "answered, other cases were in flight, or the run was resumed.",
        ),
        ("Let the service forward the header traceparent, or name the column of the case: key in [[effect]].",),
    )


@words(FindingKind.WRITES_REPEATED, FindingKind.WRITES_MAYBE_REPEATED)
def repeated(finding: Finding) -> Words:
    """The same request again for one case."""
    sure = finding.kind is FindingKind.WRITES_REPEATED
    made = "The upstream answered each with 201 or a Location: something new." if sure else "It may be a query."
    return Words(
        f"The same request goes to {finding.slice} up to {_most(finding)} times a case",
        (_counted(finding, "sent more than once"), *_requests(finding), made),
        (KEY, DECLARE) if sure else (DECLARE,),
    )


@words(FindingKind.EFFECTS_PASSED)
def passed(finding: Finding) -> Words:
    """Nothing wrong with the writes."""
    return Words(f"Each case is written to {finding.slice} once", (f"{cases(count_of(finding), LOST)}.",))


def _most(finding: Finding) -> int:
    return int(finding.numbers.get("writes", 0))


def _counted(finding: Finding, what: str) -> str:
    if finding.fault is None:
        return f"{cases(count_of(finding), what)}."
    without = f" ({of(finding.control)} without the fault)" if finding.control else ""
    return f"Under {named(finding.fault)}, {cases(count_of(finding), what)}{without}."


def _requests(finding: Finding) -> tuple[str, ...]:
    return (f"Requests: {listed(finding.names)}.",) if finding.names else ()
