"""Words for the coverage test: which change of which field leads to a wrong answer."""

from collections.abc import Mapping

from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.robustness import TWO_ORDERS
from harness.report.findings.phrases import listed, of, sure, value
from harness.report.findings.registry import Words, words

LISTED = 3
"""Fields in a headline."""

SIZES: Mapping[str, str] = {
    "long_before": "at the end of a long text",
    "long_after": "at the beginning of a long text",
    "long_around": "in the middle of a long text",
    "longer_before": "at the end of a longer text",
    "longer_after": "at the beginning of a longer text",
}
"""Where a text is after each change of its size."""

CHANGES: Mapping[str, str] = {
    **SIZES,
    "new_id": "made up",
    "missing": "missing",
    "null": "null",
    "empty": "empty",
    "as_text": "sent as text",
    "as_number": "sent as a number",
    "in_list": "sent as a list",
    "in_object": "sent as an object",
    "unknown_word": "an unknown word",
    "other_case": "in other case",
    "yes_or_no": "sent as yes or no",
    "decimal_comma": "written with a decimal comma",
    "grouped": "written with thousands separators",
    "day_first": "written day first",
    "no_such_day": "30 February",
    "no_dashes": "written without dashes",
    "padded": "padded with blanks",
    "above": "above its limit",
    "below": "below its limit",
    "longer": "one character longer",
    "shorter": "one character shorter",
    "long": "preceded by 8,000 blanks",
    "too_long": "longer than its limit",
    **{"field.date_value": "another day", "field.date_form": "a date in another form"},
    **{"field.amount_size": "an amount of another size", "field.amount_form": "an amount in another form"},
    **{"field.code_form": "a number of another form", "field.name_form": "another name"},
    **{"field.label": "behind a label in another language"},
}
"""What a field is after each change, as in "amount is missing"."""


def _two_orders(finding: Finding) -> Words:
    """The list, how many long ones got two answers, and an example of both."""
    name = value(finding.subject)
    evidence = []
    if finding.count and finding.control:
        evidence.append(f"Two orders of one long list got two answers: {of(finding.count)} lists.")
        evidence.append(f"In lists of the usual length the order made no difference; unchanged: {of(finding.control)}.")
    if (example := finding.example) is not None:
        sent = example.given.partition(" -> ")[2]
        both = f"{value(example.expected)} and {value(example.got)}"
        evidence.append(f"{value(example.field)} was {both} for the same {sent}.")
    return Words(
        f"A part of a long list in {name} is ignored",
        tuple(evidence),
        ("Read the whole list, or refuse one that is too long.",),
    )


@words(FindingKind.FIELD_ANSWERED_WRONG)
def field_answered_wrong(finding: Finding) -> Words:
    """The field, its first change with the counts and the control, an example, and its other changes."""
    if finding.names[0] == TWO_ORDERS:
        return _two_orders(finding)
    name, first = value(finding.subject), _change(finding.names[0])
    noun = _noun(finding.names[0])
    evidence = []
    if finding.count and finding.control:
        evidence.append(f"Wrong: {of(finding.count)} {noun} with this change, {of(finding.control)} unchanged ones.")
    if (example := finding.example) is not None:
        before, _, after = example.given.partition(" -> ")
        confidence = "" if example.confidence is None else f" with confidence {sure(example.confidence)}"
        evidence.append(f"{name} before: {value(before)}; sent: {value(after)}.")
        evidence.append(
            f"{value(example.field)} returned: {value(example.got)}{confidence}; right: {value(example.expected)}."
        )
    if others := [one for one in dict.fromkeys(map(_change, finding.names[1:])) if one != first]:
        evidence.append(f"Also wrong if it is {listed(others, len(others))}.")
    if finding.why is Why.MAY_BE_CHANCE:
        evidence.append(f"Too few such {noun} to rule out chance.")
    return Words(
        f"{name} is {first}: accepted with a wrong answer",
        tuple(evidence),
        (_advice(finding.names[0]),),
    )


def _change(name: str) -> str:
    """The change in words. Those of pages have a severity behind their op."""
    return CHANGES.get(name.partition("@")[0], name)


def _noun(change: str) -> str:
    return "texts" if change in SIZES else "pages" if change.startswith("field.") else "records"


def _advice(change: str) -> str:
    if change.startswith("field."):
        return "Read it right, or hand such a page over."
    return (
        "Read the whole text, or refuse what is too long." if change in SIZES else "Refuse such a record, or flag it."
    )


@words(FindingKind.FIELDS_COVERED)
def fields_covered(finding: Finding) -> Words:
    """How many changes of which fields."""
    counted = [f"{of(finding.count)} changes were accepted with a wrong answer."] if finding.count else []
    return Words("No change of a single field led to a wrong answer", (*counted, f"Fields: {listed(finding.names)}."))


@words(FindingKind.FIELDS_NOT_COVERED)
def fields_not_covered(finding: Finding) -> Words:
    """Which fields lack changes, and how many calls are missing."""
    calls = int(finding.numbers.get("calls", 0))
    return Words(
        f"Not enough calls: {of(finding.count or Count(0, 0))} fields were not changed enough",
        (f"Fields: {listed(finding.names)}.",),
        (f"Raise --calls by {calls}.",) if calls else (),
    )


@words(FindingKind.FIELDS_WITHOUT_EFFECT)
def fields_without_effect(finding: Finding) -> Words:
    """Which fields are not tested, because no answer depends on them."""
    names = [value(one) for one in finding.names]
    whole = (f"All of them: {', '.join(names)}.",) if len(names) > LISTED else ()
    return Words(f"Not tested: changes of {listed(names, LISTED)} (no answer depends on them)", whole)


@words(FindingKind.ANY_ID_ACCEPTED)
def any_id_accepted(finding: Finding) -> Words:
    """Which ids could not be tested in other forms."""
    return Words(f"Not tested: other forms of {listed(map(value, finding.names), LISTED)} (a made-up id is accepted)")


@words(FindingKind.UNSEEN_VALUES)
def unseen_values(finding: Finding) -> Words:
    """Which accepted values no sample has."""
    names = listed(map(value, finding.names), LISTED)
    return Words(
        f"Not tested: {names} (accepted, but no sample has it)",
        ("No truth says what the answers to these values should be.",),
        ("Add samples with these values to the pilot, with their right answers.",),
    )
