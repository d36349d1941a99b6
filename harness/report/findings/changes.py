"""Words for answers that change, stay the same or are not repeatable, and for what could not be tested."""

from collections.abc import Iterator, Mapping

from harness.core.finding import Count, Example, Finding, Where
from harness.core.finding_kinds import FindingKind
from harness.report.findings import untested  # noqa: F401  registers its kind
from harness.report.findings.circumstances import MAX_LINE, ROWS, contrast, phrase_of
from harness.report.findings.phrases import causes, of, share, sure, value
from harness.report.findings.registry import Words, words
from harness.report.findings.state import Phrase

HAPPENS: Mapping[str, str] = {
    "swapped": "Answers are swapped",
    "constant": "Answers become one value",
    "handed_over": "Cases are handed over",
    "refused": "Cases are refused",
    "empty": "Answers become empty",
}
"""Headlines by the subject of the finding; `Answers change` for any other subject."""

OF_THESE: Mapping[str, str] = {
    "swapped": "are the answer of another request in flight",
    "constant": "became {name}",
    "handed_over": "were handed over",
    "refused": "were refused",
    "empty": "were empty",
    "repeated": "are the answer to the request before",
}
"""The text after "8 of 9 changed answers", by the subject of the finding."""

ANSWERED = Phrase(
    part="",
    headline="A row that is refused alone is answered in a batch",
    when="in a batch",
    usual="when sent alone",
    advice="Check each row of a batch as strictly as a single record.",
)
"""The phrase for the subject `answered`, which is about the bad row itself."""

CONFIRM = "Raise --calls to confirm it or to rule out chance."


@words(FindingKind.ANSWERS_CHANGED)
def answers_changed(finding: Finding) -> Words:
    """What happens to the answers and when, with the contrast and one example."""
    phrase = phrase_of(finding.circumstances[0])
    if finding.subject == "answered":
        counted = contrast(finding, "refused rows were answered", ANSWERED)
        return Words(ANSWERED.headline, (*counted, *_example(finding.example)), (ANSWERED.advice,))
    headline = f"{HAPPENS.get(finding.subject, 'Answers change')} {phrase.headline}"
    if finding.subject == "repeated" and phrase.repeated:
        headline = phrase.repeated
    counted = contrast(finding, "answers changed", phrase)
    return Words(headline, (*counted, *_example(finding.example), *_of_these(finding)), (phrase.advice,))


@words(FindingKind.CHANGE_UNCONFIRMED)
def change_unconfirmed(finding: Finding) -> Words:
    """The suspected change, and the result of sending the cases again."""
    phrase, again = phrase_of(finding.circumstances[0]), finding.parts.get("again")
    evidence = [*_noticed(finding, phrase)]
    if finding.numbers.get("batches") == 1:
        evidence.append("All of these are in one batch.")
    if again:
        control = f" ({of(finding.control)} {phrase.usual})" if finding.control else ""
        evidence.append(f"Sent again, {of(again)} changed{control}.")
    evidence += [*_example(finding.example), *_of_these(finding)]
    return Words(f"Answers may change {phrase.headline}", tuple(evidence), (CONFIRM,))


def _noticed(finding: Finding, phrase: Phrase) -> tuple[str, ...]:
    """The count that raised the suspicion; the control belongs to it only if nothing was sent again."""
    if finding.count and "again" in finding.parts:
        return (f"{of(finding.count)} answers changed {phrase.when}.",)
    return contrast(finding, "answers changed", phrase)


@words(FindingKind.ANSWERS_STABLE)
def answers_stable(finding: Finding) -> Words:
    """How many answers were compared, under which circumstances."""
    lost = [f"Without an answer: {causes(finding.causes)}."] if finding.causes else []
    if finding.test == "concurrency" and not finding.control:
        return Words(_stable_headline(finding), (*_stable(finding), *lost))
    phrase, noise = phrase_of(finding.circumstances[0]), finding.parts.get("noise")
    usual = [f"For comparison: {of(noise)} answers changed without it."] if noise else []
    return Words(f"{_stay(finding)} {phrase.headline}", (*contrast(finding, "answers changed", phrase), *usual, *lost))


def _stay(finding: Finding) -> str:
    """What the headline may claim: answers that change without the circumstance as well do not stay the same."""
    return "No more answers change" if finding.count and finding.count.hits else "Answers stay the same"


def _stable_headline(finding: Finding) -> str:
    wheres = {one.where for one in finding.circumstances}
    rows, requests = wheres & {*ROWS}, wheres - {*ROWS}
    if requests and finding.count and not finding.count.n:
        return "No request is answered while others are in flight"
    where = [*(["with parallel requests"] if requests else []), *(["in batches"] if rows else [])]
    return f"{_stay(finding)} {' and '.join(where)}"


def _stable(finding: Finding) -> Iterator[str]:
    """One line for single requests and one for rows, each with its own counts."""
    wheres = {one.where for one in finding.circumstances}
    requests = finding.parts.get("requests") or (finding.count if wheres - {*ROWS} else None)
    rows = finding.parts.get("rows") or (finding.count if wheres <= {*ROWS} else None)
    if requests:
        yield f"{of(requests)} answers changed{_depth(finding)}{_without(finding, 'requests')}."
    if rows:
        batches = finding.numbers.get("batches", 0)
        within = f" in {batches:.0f} batches" if batches else " in batches"
        yield f"{of(rows)} rows changed{within}{_without(finding, 'rows')}."


def _without(finding: Finding, name: str) -> str:
    control = finding.parts.get(f"{name}_without")
    return f" ({of(control)} without the circumstance)" if control else ""


def _depth(finding: Finding) -> str:
    """As " with 2 to 8 requests in flight"."""
    values = [one.value for one in finding.circumstances if one.where is Where.IN_FLIGHT]
    depths = sorted(map(int, filter(str.isdecimal, values)))
    if not depths:
        return ""
    return f" with {depths[0]}{f' to {depths[-1]}' if len(depths) > 1 else ''} requests in flight"


@words(FindingKind.NOT_REPEATABLE)
def not_repeatable(finding: Finding) -> Words:
    """How often the same input gets another answer, and which rate so many sendings reveal."""
    count = finding.count or Count(0, 0)
    usual = "first" if finding.subject == "first" else "most frequent"
    lines = [f"{share(count)} answers differ from the {usual} answer to the same input."]
    lines += [f"They are no more frequent {phrase_of(one).when}." for one in finding.circumstances]
    lines += _example(finding.example)
    if rate := finding.numbers.get("detectable_share"):
        lines.append(f"{count.n} answers reveal a rate of {100 * rate:.2g} % or more with a probability of 95 %.")
    advice = "Remove randomness from the service, for example temperature 0 or a fixed seed."
    return Words("The service answers the same input differently", tuple(lines), (advice,))


@words(FindingKind.INSTANCES_DISAGREE)
def instances_disagree(finding: Finding) -> Words:
    """In how many inputs the two versions differ, and how often the rarer one comes."""
    times = finding.numbers.get("sendings", 0)
    lines = [f"{of(finding.count)} inputs sent {times:.0f} times or more got two versions."] if finding.count else []
    if answers := finding.parts.get("other_answer"):
        lines.append(f"In {of(answers)} the answers differ{'' if answers.all else ', else only the confidence'}.")
    if rarer := finding.parts.get("rarer_version"):
        lines.append(f"The rarer version came in {share(rarer)} sendings.")
    advice = "Check that all instances behind the address run the same release."
    return Words("Answers come in two versions, as from two instances", (*lines, *_example(finding.example)), (advice,))


@words(FindingKind.UNANSWERED_IN_CIRCUMSTANCE)
def unanswered(finding: Finding) -> Words:
    """How many requests or batches got no answer, and why."""
    one = finding.circumstances[0]
    phrase, why = phrase_of(one), (f"Causes: {causes(finding.causes)}.",) if finding.causes else ()
    if finding.subject != "batch":
        counted = contrast(finding, "requests got no answer", phrase)
        advice = "Check that callers wait and retry, and set [target] in_flight to what the service allows."
        return Words(f"Requests get no answer {phrase.headline}", (*counted, *why), (advice,))
    counted = contrast(finding, "batches were refused or not answered", phrase)
    bad = one.where in (Where.BAD_ROW, Where.AFTER_BAD_ROW)
    headline = (
        "Batches with a row that cannot be read get no answer" if bad else f"Batches get no answer {phrase.headline}"
    )
    return Words(
        headline, (*counted, *why), ("Check that callers can find the row and send the others again.",) if bad else ()
    )


def _of_these(finding: Finding) -> Iterator[str]:
    """As "8 of 9 changed answers are the answer of another request in flight."."""
    part, text = finding.parts.get(finding.subject), OF_THESE.get(finding.subject)
    if not part or not text:
        return
    if finding.subject == "swapped" and finding.circumstances[0].where in ROWS:
        text = "are the answer of another row"
    name = value(finding.names[0]) if finding.names else "one value"
    yield f"{of(part)} changed answers {text.format(name=name)}."


def _example(example: Example | None) -> Iterator[str]:
    """One case with both answers, and whose answer it got."""
    if not example or value(example.got) == value(example.expected):
        return
    sample, other = (value(address.partition("#")[2]) for address in (example.address, example.other))
    name = f"{value(example.field)} " if example.field else ""
    confidence = "" if example.confidence is None else f", with confidence {sure(example.confidence)}"
    got = f"{name}{value(example.got)} instead of {value(example.expected)}{confidence}."
    if not example.other or other == sample:
        yield f"Example: {sample} got {got}"
        return
    together = f"Example: {sample} got the answer of {other}: {got}"
    yield from (
        (together,)
        if len(together) <= MAX_LINE
        else (
            f"Example: {sample} got {got}",
            f"That is the answer of {other}.",
        )
    )
