"""Words for answers that depend on earlier requests: phrases for each circumstance, and what could not be tested."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from harness.core.finding import Circumstance, Finding, Where
from harness.core.finding_kinds import FindingKind, Why
from harness.report.findings.phrases import causes, of, plural, value
from harness.report.findings.registry import Words, words

LETTERS_ADVICE = "Build every cache key from the whole input, without changing its letters."
KEY_ADVICE = "Build every cache key from the whole input."
STATE_ADVICE = "Look for a cache, buffer or counter that outlives a request."


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One circumstance in words; `{value}` stands for the value of the circumstance.

    part: its name, as in "Not tested: cold start". headline: follows what happens to the answers. when: clause that
    follows a count. usual: the same for the control. repeated: the headline if the answers are those to the request
    before. advice: what to try.
    """

    part: str
    headline: str
    when: str
    usual: str
    repeated: str = ""
    advice: str = STATE_ADVICE


PHRASES: Mapping[Where, Phrase] = {
    Where.LATER: Phrase(
        part="repeated requests at the end of the run",
        headline="at the end of the run",
        when="at the end of the run",
        usual="when sent twice in a row",
    ),
    Where.AFTER_SAME_ANSWER: Phrase(
        part="requests after many with one answer",
        headline="after many requests with another answer",
        when="after {value} requests with another answer",
        usual="when sent twice in a row",
    ),
    Where.SAME_OPENING: Phrase(
        part="texts that begin and end alike",
        headline="after a text that begins and ends alike",
        when="after another text that begins and ends alike",
        usual="when sent first",
        repeated="A text gets the answer of another that begins and ends alike",
        advice=KEY_ADVICE,
    ),
    Where.SAME_FILE_NAME: Phrase(
        part="pages with the same file name",
        headline="after a page with the same file name",
        when="after another page with the same file name",
        usual="when sent first",
        repeated="A page gets the answer of another page with that name",
        advice="Store and cache uploads under a key of their content, not under their file name.",
    ),
    Where.SAME_ID: Phrase(
        part="records with the same id",
        headline="after a record with the same id",
        when="after another record with the same id",
        usual="when sent first",
        repeated="A record gets the answer of another record with that id",
        advice="Build every cache key from the whole record, not from its id.",
    ),
    Where.ACCENT: Phrase(
        part="inputs whose {value} differs by an accent",
        headline="after an input that differs by an accent",
        when="after an input whose {value} differs by an accent",
        usual="when sent first",
        repeated="An input gets the answer of one that differs by an accent",
        advice=LETTERS_ADVICE,
    ),
    Where.AFTER_START: Phrase(
        part="cold start",
        headline="right after a start",
        when="in the first {value} requests after a start",
        usual="in later requests",
        advice="Let an instance accept traffic only after its warm-up.",
    ),
    Where.OTHER_INSTANCE: Phrase(
        part="an instance of its own",
        headline="on a freshly started instance",
        when="on a freshly started instance",
        usual="on the target",
        advice="Check that [target] start starts the same release as the target.",
    ),
    Where.OTHER_CUSTOMER: Phrase(
        part="leaks between customers",
        headline="after another customer's request",
        when="when another customer sent the same request before",
        usual="when sent first",
        repeated="A customer gets the answer that another customer got",
        advice="Make the customer a part of every cache key.",
    ),
}
"""The phrases for circumstances that only the state test has."""


def phrase_of(circumstance: Circumstance) -> Phrase:
    """The phrase of one of these circumstances, with its value in place."""
    phrase = PHRASES[circumstance.where]
    if circumstance.where is Where.AFTER_START and circumstance.value in ("", "1"):
        when = "in the first request after a start" if circumstance.value else "right after a start"
        return replace(phrase, when=when)
    filled = {name: getattr(phrase, name).format(value=value(circumstance.value)) for name in ("part", "when")}
    return replace(phrase, **filled)


@words(FindingKind.INSTANCE_DIFFERS)
def instance_differs(finding: Finding) -> Words:
    """How many answers of the instance differ, for how long, and how often the target's own answers do."""
    requests = finding.numbers.get("requests", 0)
    counted = f"{of(finding.count)} answers differ from the target's" if finding.count else "Answers differ"
    own = f"The target's own answers changed in {of(finding.control)} replies." if finding.control else ""
    return Words(
        "A freshly started instance answers differently from the target",
        (f"{counted}, and still do after {requests:.0f} requests.", *_example(finding), *filter(None, [own])),
        (PHRASES[Where.OTHER_INSTANCE].advice,),
    )


def _example(finding: Finding) -> tuple[str, ...]:
    """As "Example: text_03 got label billing from the instance and login from the target."."""
    example = finding.example
    if not example or not example.field:
        return ()
    sample = value(example.address.partition("#")[2])
    got, expected = value(example.got), value(example.expected)
    return (f"Example: {sample} got {value(example.field)} {got} from the instance and {expected} from the target.",)


def not_tested(finding: Finding) -> Words:
    """Which part of the state test could not run, why, and what makes it possible."""
    where = finding.circumstances[0]
    headline = f"Not tested: {phrase_of(where).part}"
    if finding.why == Why.NOT_CONFIGURED:
        return Words(f"{headline} (set {finding.subject} to test it)")
    reason, advice = _reason(finding, where)
    return Words(headline, (f"Reason: {reason}.",), (advice,) if advice else ())


def _reason(finding: Finding, where: Circumstance) -> tuple[str, str]:
    """Why it could not run, and what to do about it."""
    lost = f" ({causes(finding.causes)})" if finding.causes else ""
    who = " with [target] other_headers" if where.where is Where.OTHER_CUSTOMER else ""
    same = "both customers get" if who else "the inputs get"
    field = "requests carry no file name" if where.where is Where.SAME_FILE_NAME else "no field is named as an id"
    reasons = {
        Why.TOO_FEW_CALLS: (_short_of(finding, "call"), "Raise --calls to test it."),
        Why.TOO_FEW_SAMPLES: (
            _short_of(finding, "sample", " with an answer"),
            "Add pilot samples that the service answers.",
        ),
        Why.SAME_ANSWERS: (f"{same} the same answers, so a mix-up would not show", ""),
        Why.NO_ANSWERS: (f"requests{who} got no answer{lost}", ""),
        Why.NO_FIELD: (field, ""),
        Why.ANSWERS_VARY: ("answers also change with what the test has to change in each request", ""),
        Why.INTERRUPTED: ("the run was interrupted", "Run the check again, without --resume."),
        Why.FAILED_TO_START: (_failed(finding), f"Check the command in {finding.subject}."),
    }
    return reasons.get(finding.why or Why.NO_ANSWERS, ("unknown", ""))


def _short_of(finding: Finding, noun: str, more: str = "") -> str:
    """As "12 calls, 16 needed"."""
    had, needed = finding.numbers.get(f"{noun}s"), finding.numbers.get("needed", 0)
    return f"too few {noun}s{more}" if had is None else f"{plural(int(had), noun)}{more}, {needed:.0f} needed"


def _failed(finding: Finding) -> str:
    return " ".join(" / ".join(finding.names).split()) or "the instance did not start"
