"""Words for what a robustness test could not test: the part, the reason, and what makes it possible."""

from collections.abc import Callable, Mapping

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.report.findings import state
from harness.report.findings.circumstances import phrase_of
from harness.report.findings.phrases import causes, listed, plural, value
from harness.report.findings.registry import Words, words

TESTS: Mapping[str, str] = {
    "concurrency": "parallel requests",
    "state": "dependence on earlier requests",
    "round_trip": "values that the reply repeats",
    "unanswerable": "unanswerable inputs",
    "coverage": "changes of single fields",
    "upstream": "faults behind the service",
}

LISTED = 3
"""Names in a headline."""

SUBJECTS: Mapping[str, str] = {"page.torn_field": "pages with a torn-off field"}
"""Names for parts of a test that have no circumstance."""

NO_FIELD: Mapping[str, tuple[str, str]] = {
    "round_trip": (
        "replies repeat no field of the request, so swapped answers cannot be detected",
        "Return an id of the request in the reply to make it testable.",
    ),
    "unanswerable": ("the records have no number with a range and no field with few different words", ""),
    "page.torn_field": ("generated pages have no field {names}", ""),
}
"""Reason and advice if no field is suitable, by the subject or the test."""


@words(FindingKind.NOT_TESTED)
def not_tested(finding: Finding) -> Words:
    """What was not tested, why, and what to do about it."""
    if finding.circumstances and finding.circumstances[0].where in state.PHRASES:
        return state.not_tested(finding)
    if finding.why is Why.NOT_CONFIGURED:
        return Words(f"Not tested: {_part(finding)} (set {finding.subject} to test it)")
    reason, advice = REASONS[finding.why](finding) if finding.why in REASONS else ("", "")
    return Words(
        f"Not tested: {_part(finding)}",
        (f"Reason: {reason}.",) if reason else (),
        (advice,) if advice else (),
    )


@words(FindingKind.PACKS_NOT_APPLICABLE, FindingKind.PACKS_NOT_DRAWN)
def packs_left_out(finding: Finding) -> Words:
    """The packs that took no part in the run."""
    names = listed(finding.names, LISTED)
    why = "no scenario fits the samples" if finding.kind is FindingKind.PACKS_NOT_APPLICABLE else "not in the mix"
    whole = (f"All of them: {', '.join(finding.names)}.",) if len(finding.names) > LISTED else ()
    advice = ("Add them to [[mix]] to test them.",) if finding.kind is FindingKind.PACKS_NOT_DRAWN else ()
    return Words(f"Not tested: {names} ({why})", whole, advice)


def _part(finding: Finding) -> str:
    if finding.circumstances:
        return phrase_of(finding.circumstances[0]).part
    return SUBJECTS.get(finding.subject) or TESTS.get(finding.test) or finding.test.replace("_", " ")


Reason = Callable[[Finding], tuple[str, str]]
"""A function that returns the reason and the advice."""


def _too_few_calls(finding: Finding) -> tuple[str, str]:
    return _short_of(finding, "call"), "Raise --calls to test it."


def _too_few_samples(finding: Finding) -> tuple[str, str]:
    return _short_of(finding, "sample", " with an answer"), "Add pilot samples that the service answers."


def _short_of(finding: Finding, noun: str, more: str = "") -> str:
    """As "6 calls, 9 needed"."""
    had, needed = finding.numbers.get(f"{noun}s"), finding.numbers.get("needed")
    if had is None:
        return f"too few {noun}s{more}"
    counted = f"{plural(int(had), noun)}{more}"
    return f"{counted}, {needed:.0f} needed" if needed is not None else f"{counted}, which is too few"


def _no_answers(finding: Finding) -> tuple[str, str]:
    lost = f" ({causes(finding.causes)})" if finding.causes else ""
    return f"no request got an answer{lost}", ""


def _switched_off(finding: Finding) -> tuple[str, str]:
    allowed = finding.numbers.get("in_flight")
    if allowed is None:
        return f"{finding.subject or 'the setting'} switches it off", ""
    return f"{finding.subject} is {allowed:.0f}", f"Raise {finding.subject} if production sends requests in parallel."


def _no_field(finding: Finding) -> tuple[str, str]:
    reason, advice = NO_FIELD.get(finding.subject) or NO_FIELD.get(finding.test) or ("no field suits", "")
    return reason.format(names=listed(map(value, finding.names))), advice


def _no_control(_: Finding) -> tuple[str, str]:
    return "no clean made invoice was sent and answered right", ""


def _not_readable(finding: Finding) -> tuple[str, str]:
    lost = f" ({', '.join(finding.causes)})" if finding.causes else ""
    return f"no batch was answered row by row{lost}", f"Check url, items and results of {finding.subject}."


def _nothing_refused(finding: Finding) -> tuple[str, str]:
    damaged = finding.numbers.get("damaged", 0)
    if not damaged:
        return "no record could be damaged", ""
    return f"the service answered each of {plural(int(damaged), 'damaged record')}", ""


def _interrupted(_: Finding) -> tuple[str, str]:
    return "the run was interrupted", "Run the check again."


REASONS: Mapping[Why | None, Reason] = {
    Why.TOO_FEW_CALLS: _too_few_calls,
    Why.TOO_FEW_SAMPLES: _too_few_samples,
    Why.NO_ANSWERS: _no_answers,
    Why.SWITCHED_OFF: _switched_off,
    Why.NO_FIELD: _no_field,
    Why.NO_CONTROL: _no_control,
    Why.NOT_READABLE: _not_readable,
    Why.NOTHING_REFUSED: _nothing_refused,
    Why.INTERRUPTED: _interrupted,
}
