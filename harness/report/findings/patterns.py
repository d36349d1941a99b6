"""Words for what failing cases have in common: patterns, default answers, the worst scenario, the first breaking op."""

from collections.abc import Iterator, Mapping

from harness.core.finding import Count, Example, FailureMode, Finding, How, Where
from harness.core.finding_kinds import FindingKind
from harness.report.findings.phrases import circumstances, failure, listed, of, others, plural, sure, value
from harness.report.findings.registry import Words, words

MAX_HEADLINE_WORDS = 12

ADVICE: Mapping[How, str] = {
    How.OTHER_VALUE: "Hand such cases over, or correct how this field is read.",
    How.CONSTANT: "Look for a default or a fallback value of this field.",
    How.LEFT_EMPTY: "Hand a case over if a field that it needs is empty.",
    How.FILLED: "Leave the field empty if the input does not have it.",
    How.INVENTED: "Leave the field empty, or hand the case over, if the input does not show it.",
    How.DAY_MONTH_SWAPPED: "Fix the order of day and month for the source of these dates.",
    How.OTHER_YEAR: "Check how years of two digits are read.",
    How.OTHER_CURRENCY: "Check where the currency is taken from.",
    How.SIGN_LOST: "Check how negative amounts are written and read.",
    How.SIGN_ADDED: "Check how negative amounts are written and read.",
    How.TIMES: "Check how decimal and thousands separators are read.",
    How.DIVIDED: "Check how decimal and thousands separators are read.",
    How.DECIMALS_LOST: "Check for a conversion of this amount to a whole number.",
    How.LEADING_ZEROS_LOST: "Keep the value as text; a number has no leading zeros.",
    How.OTHER_FORM: "Look for a step that removes accents or changes capitals.",
    How.CUT_OFF: "Check the maximum length of this field at each step.",
    How.NOT_REFUSED: "Refuse such inputs, or hand them over.",
    How.HANDED_OVER: "Check the rule or the confidence threshold that hands cases over.",
    How.REFUSED: "Check why the service refuses these inputs; each one can be answered.",
    How.NO_ANSWER: "Check the logs of the service for these requests.",
}
"""The advice by the first failure mode."""

LOAD_ADVICE = "Check the service for timeouts and load shedding in this part of the run."


@words(FindingKind.FAILURE_PATTERN)
def failure_pattern(finding: Finding) -> Words:
    """How the cases fail, in how many cases with the circumstance and without it, one example."""
    first = finding.modes[0]
    evidence = [*_happens(finding, first)]
    if finding.example:
        evidence += _example(finding.example, first)
    if len(finding.modes) > 1:
        evidence.append(f"Also seen in such cases: {listed(map(failure, finding.modes[1:]), 2)}.")
    return Words(_headline(finding, first), tuple(evidence), (ADVICE[first.how],))


def _headline(finding: Finding, first: FailureMode) -> str:
    """The failure, with the circumstance if it is short enough."""
    text = _clause(first)
    full = f"{text} in cases {circumstances(finding.circumstances)}"
    return full if finding.circumstances and len(full.split()) <= MAX_HEADLINE_WORDS else text


def _clause(mode: FailureMode) -> str:
    text = failure(mode)
    return f"Field {text}" if mode.field else f"{text[:1].upper()}{text[1:]}"


def _happens(finding: Finding, first: FailureMode) -> Iterator[str]:
    if finding.count is None:
        return
    about = circumstances(finding.circumstances) or _able(first)
    control = f" ({of(finding.control)} {others(finding.circumstances)})" if finding.control else ""
    yield f"This happens in {of(finding.count)} cases {about}{control}."


def _able(mode: FailureMode) -> str:
    """The cases that can fail in this way."""
    if mode.how is How.NOT_REFUSED:
        return "that ask for no answer"
    if not mode.field:
        return "that ask for an answer"
    return f"{'without' if mode.how is How.INVENTED else 'with'} a readable {value(mode.field)}"


def _example(example: Example, mode: FailureMode) -> Iterator[str]:
    """The expected and the returned value, on lines of their own if they are long."""
    if mode.how in (How.HANDED_OVER, How.REFUSED, How.NO_ANSWER):
        yield f"Example: {value(example.address)}."
        return
    got = f"the service returned {value(example.got)}{_confidence(example)}."
    if mode.how is How.NOT_REFUSED:
        yield f"Example: the service returned {value(example.field)} {value(example.got)}{_confidence(example)}."
    elif mode.how is How.INVENTED:
        yield f"Example: {value(example.field)} cannot be determined; {got}"
    else:
        yield f"Example: {value(example.field)} is {value(example.expected)}; {got}"


def _confidence(example: Example) -> str:
    return "" if example.confidence is None else f" with confidence {sure(example.confidence)}"


@words(FindingKind.ONE_ANSWER)
def one_answer(finding: Finding) -> Words:
    """The answer, how many replies have it here and elsewhere, one example."""
    evidence = [f"The answer is {_answer(finding)}."]
    about = circumstances(finding.circumstances)
    timed = any(one.where in (Where.WINDOW, Where.BURST) for one in finding.circumstances)
    noun = "replies" if timed else "inputs"
    if finding.count:
        control = f" ({of(finding.control)} {others(finding.circumstances, noun)})" if finding.control else ""
        evidence.append(f"{of(finding.count)} {noun} {about} have it{control}.")
    once = "" if timed else "; each sample counts once in a scenario"
    evidence.append(f"Only answers that do not follow from the input are counted{once}.")
    if finding.example:
        evidence += _example(finding.example, finding.modes[0])
    return Words(
        "Many inputs get one and the same answer", tuple(evidence), (LOAD_ADVICE if timed else ADVICE[How.CONSTANT],)
    )


def _answer(finding: Finding) -> str:
    """As "total 49.0, carrier parcel and confidence 0.91"."""
    fields = listed(f"{value(mode.field)} {value(mode.value)}" for mode in finding.modes)
    confidence = finding.numbers.get("confidence")
    return fields if confidence is None else f"{fields}, with confidence {confidence:g}"


@words(FindingKind.WORST_SCENARIO)
def worst_scenario(finding: Finding) -> Words:
    """Where the silent errors of a slice are; "most" only if it is more than half of them."""
    count = finding.count or Count(0, 0)
    cases = finding.parts.get("cases")
    name = value(finding.slice)
    amount = "most" if 2 * count.hits > count.n else "some"
    evidence = [f"{of(count)} silent errors are in this scenario."]
    if cases:
        control = f" ({of(finding.control)} in the others)" if finding.control else ""
        evidence.append(f"{of(cases)} cases of the scenario are silent errors{control}.")
    return Words(f"Scenario {name} has {amount} of the silent errors", tuple(evidence))


@words(FindingKind.FIRST_BREAKING_OP)
def first_breaking_op(finding: Finding) -> Words:
    """The op that causes silent errors at the lowest severity."""
    severity, op = finding.numbers.get("severity", 0), value(finding.subject)
    return Words(
        f"{op} causes silent errors from severity {severity:g}",
        (*_breaking_share(finding), f"No probed op of {value(finding.slice)} causes them at a lower severity."),
    )


def _breaking_share(finding: Finding) -> Iterator[str]:
    low, n = finding.numbers.get("low", 0.0), finding.numbers.get("n", 0)
    if n:
        yield f"At least {100 * low:.0f} % of inputs fail there (95 % lower bound, {plural(int(n), 'probe')})."
