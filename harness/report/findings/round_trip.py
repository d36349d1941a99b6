"""The words of the findings about values that the reply repeats."""

from unicodedata import combining

from harness.core.finding import Circumstance, Example, Finding, Where
from harness.core.finding_kinds import FindingKind, Why
from harness.report.findings.phrases import MAX_VALUE, listed, of, value
from harness.report.findings.registry import Words, words

NO_ECHO = "If the reply does not repeat this field, correct [answer] echoes."
AS_TEXT = "Keep the value as text from the request to the reply; a number loses zeros and digits."
LETTERS = "Look for a step or a cache key that normalises letters or removes accents."
SHARED = "Look for a variable, buffer or cache that several requests share."
ADVICE = {"with decomposed letters": LETTERS, "with accents": LETTERS, "in_flight": SHARED}
"""Advice by the circumstance of the changed values; AS_TEXT for all others."""


@words(FindingKind.ROUND_TRIP_KEPT)
def kept(finding: Finding) -> Words:
    """That values came back as sent, and how many unusual ids were accepted."""
    paths = listed(map(value, finding.names))
    counted = [f"{of(finding.count)} repeated values came back as sent ({paths})."] if finding.count else []
    ids = finding.parts.get("odd_ids")
    accepted = f"{of(ids)} unusual ids were accepted." if ids else "No unusual ids were sent."
    return Words("Repeated values come back as sent", evidence=(*counted, accepted))


@words(FindingKind.ROUND_TRIP_CHANGED)
def changed(finding: Finding) -> Words:
    """Which values came back changed, compared with the others of the same field."""
    about = _about(finding)
    return Words(
        f"Values {about} come back changed" if about else "Values come back changed",
        evidence=(
            *_counted(finding, about),
            *(_example(finding.example) if finding.example else ()),
            *_further(finding),
            *_doubt(finding),
        ),
        advice=(NO_ECHO,) if finding.why else (_advice(finding),),
    )


@words(FindingKind.ROUND_TRIP_SWAPPED)
def swapped(finding: Finding) -> Words:
    """Whose value came back, and in how many replies."""
    return Words(
        "Replies carry the value of another request",
        evidence=(
            *_swaps(finding),
            *(_example(finding.example) if finding.example else ()),
            *([f"Request {value(finding.example.other)} sent that value."] if finding.example else []),
            *_further(finding),
            *_doubt(finding),
        ),
        advice=(SHARED,),
    )


@words(FindingKind.ROUND_TRIP_TRIMMED)
def trimmed(finding: Finding) -> Words:
    """That blanks around a value are lost, and what follows from it."""
    return Words(
        "Values with blanks around them come back changed",
        evidence=(
            *_counted(finding, _about(finding)),
            *(_example(finding.example) if finding.example else ()),
        ),
        advice=("Nothing to do if two values that differ only in such blanks are the same for you.",),
    )


def _about(finding: Finding) -> str:
    """What sets the changed values apart, as what follows the noun."""
    return next(map(_of_values, finding.circumstances), "")


def _of_values(about: Circumstance) -> str:
    return "sent with other requests in flight" if about.where is Where.IN_FLIGHT else about.value


def _counted(finding: Finding, about: str) -> tuple[str, ...]:
    """As "meta.id repeats order_id: 5 of 6 values with leading zeros came back changed (0 of 48 others)."."""
    if not finding.count:
        return ()
    others = f" ({of(finding.control)} others)" if finding.control else ""
    field = f"{value(finding.example.field)} repeats {value(finding.subject)}: " if finding.example else ""
    values = f"values {about}" if about else "values" if not finding.control else "ordinary values"
    return (f"{field}{of(finding.count)} {values} came back changed{others}.",)


def _swaps(finding: Finding) -> tuple[str, ...]:
    if not finding.count:
        return ()
    where = f" in {value(finding.example.field)}" if finding.example else ""
    return (f"{of(finding.count)} replies carry the {value(finding.subject)} of another request{where}.",)


def _advice(finding: Finding) -> str:
    return next((ADVICE.get(about.value or about.where, AS_TEXT) for about in finding.circumstances), AS_TEXT)


def _example(example: Example) -> tuple[str, ...]:
    given, got = _exact(example.given), _exact(example.got)
    if given == got:  # only the type changed
        got = f"the {'text' if isinstance(example.got, str) else 'number'} {got}"
    return (f"The request sent {given}; the reply returned {got}.",)


def _further(finding: Finding) -> tuple[str, ...]:
    known = {Where.IN_FLIGHT.value: "sent with other requests in flight"}
    names = [known.get(name, name) for name in finding.names]
    return (f"Also changed: values {listed(names)}.",) if names else ()


def _doubt(finding: Finding) -> tuple[str, ...]:
    if finding.why == Why.ONE_CASE:
        return ("One such reply alone decides nothing.",)
    if finding.why == Why.MAY_BE_CHANCE:
        return (
            ("Not enough evidence: other values changed as well.",)
            if finding.circumstances
            else ("Not enough evidence: the changed values share no known property.",)
        )
    return ()


def _exact(one: object) -> str:
    """The value with invisible characters and separate accents as numbers, and in quotes if blanks are around it."""
    seen = (char if char.isprintable() and not combining(char) else f"\\u{ord(char):04x}" for char in str(one))
    text = "".join(seen)
    if len(text) > MAX_VALUE:
        return f"{text[:MAX_VALUE]}… ({len(str(one))} characters)"
    return f'"{text}"' if text != text.strip() or not text else text
