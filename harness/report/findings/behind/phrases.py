"""Phrases about faults: what a fault does, and the lines of evidence that its findings share."""

from collections.abc import Iterator

from harness.core.finding import Count, Finding
from harness.core.integration.fault import TARGET, Fault
from harness.core.integration.kinds import KINDS
from harness.report.findings.phrases import failure, of, plural, value
from harness.report.findings.phrases import sure as sure_of

WIDTH = 97
"""Maximum number of columns in a line of evidence; the screen indents it by three."""

MAX_HEADLINE = 12
"""Maximum number of words in a headline."""

MAX_FIELDS = 2
"""Maximum number of fields that a finding names; the others are only counted."""

WRONG = "accepted with a wrong answer"


def clause(fault: Fault) -> str:
    """What the fault does, in at most six words: as "erp answers 503"."""
    side, field = place(fault), value(fault.field) if fault.field else ""
    does = {
        "latency": f"answers {fault.seconds:g} s late",
        "hang": "hangs",
        "bandwidth": "replies slowly",
        "slicing": "replies in small pieces",
        "reset": "resets the connection",
        "status": f"answers {fault.status}",
        "too_many_requests": "answers 429",
        "truncated": "sends half its reply",
        "corrupt": "sends a damaged reply",
        "wrong_type": "sends another body" if fault.body else "sends a sign-in page",
        "error_in_200": "answers errors with 200",
        "field_missing": f"omits {field or 'a field'}",
        "field_renamed": f"renames {field or 'a field'}",
        "field_stale": f"sends an outdated {field or 'field'}",
        "field_null": f"sends null as {field or 'a field'}",
        "field_retyped": f"retypes {field or 'a field'}",
        "field_unknown": f"sends an unknown {field or 'value'}",
        "field_scaled": f"sends {field or 'a number'} times 1000",
        "field_negated": f"sends a negated {field or 'number'}",
        "list_shortened": "sends half a list",
        "list_repeated": "sends a list twice",
        "list_failed": "fails half a list",
        "record_swapped": "sends another request's record",
        "token_expired": "answers 401: token expired",
        "quota_spent": "answers 403: quota spent",
        "version_retired": "answers 410: version retired",
    }[fault.kind]
    return f"{side} {does}"


def named(fault: Fault) -> str:
    """The name of the fault and what it does: as "erp.status (erp answers 503)"."""
    return f"{fault.name} ({clause(fault)})"


def place(fault: Fault) -> str:
    """The system that fails."""
    return "the target" if fault.where == TARGET else fault.where


def failing(fault: Fault) -> str:
    """The clause for a headline: as "erp fails", or what it does if it answers all the same."""
    answers = fault.kind in ("latency", "bandwidth", "slicing") or KINDS[fault.kind].edits
    return clause(fault) if answers else f"{place(fault)} fails"


def count_of(finding: Finding) -> Count:
    """The count of the finding; 0 of 0 if it has none."""
    return finding.count or Count(0, 0)


def fault_of(finding: Finding) -> Fault:
    """The fault of the finding; a fault of kind `status` if it has none."""
    return finding.fault or Fault(kind="status", where=finding.slice, name=finding.subject)


def cases(count: Count, what: str = "") -> str:
    """As "7 of 8 cases were handed over"; what: "handed over"."""
    noun = "case" if count.n == 1 else "cases"
    return f"{of(count)} {noun}" + (f" {'was' if count.hits == 1 else 'were'} {what}" if what else "")


def contrast(finding: Finding, what: str = WRONG, start: str = "") -> str:
    """The count beside the control: as "When erp answers 503, 7 of 7 cases were right (7 of 7 without the fault).".

    A line that would be too long has a shorter wording, or the name of the fault instead of what it does.
    """
    fault, count = fault_of(finding), count_of(finding)
    without = f" ({of(finding.control)} without the fault)" if finding.control else ""
    starts = [start] if start else [f"When {clause(fault)},", f"Under {fault.name},"]
    wordings = [what, "silently wrong"] if what == WRONG else [what]
    lines = [f"{first} {cases(count, wording)}{without}." for first in starts for wording in wordings]
    return next((line for line in lines if len(line) <= WIDTH), lines[-1])


def example(finding: Finding) -> Iterator[str]:
    """As "Example: invoice_04.png: vendor_id V-00000 instead of V-10023, confidence 0.99."."""
    if one := finding.example:
        sure = f", confidence {sure_of(one.confidence)}" if one.confidence is not None else ""
        got = f"{value(one.field)} {value(one.got)} instead of {value(one.expected)}"
        yield f"Example: {value(one.given or one.address)}: {got}{sure}."


def fields(finding: Finding) -> Iterator[str]:
    """How the answers fail, field by field."""
    for mode in finding.modes[:MAX_FIELDS]:
        if count := finding.parts.get(f"field:{mode.field}"):
            yield f"{failure(mode)} in {cases(count)}."
    if (more := len(finding.modes) - MAX_FIELDS) > 0:
        yield f"{plural(more, 'more field')} {'is' if more == 1 else 'are'} wrong."


def silent_headline(finding: Finding) -> str:
    """As "When erp fails, vendor_id becomes V-00000" if most cases get that answer, else what the fault causes."""
    fault, modes, count = fault_of(finding), finding.modes, count_of(finding)
    plain = f"{named(fault)} causes silent errors"
    if len(modes) != 1 or finding.parts.get(f"field:{modes[0].field}") != count or count.share <= 0.5:
        return plain
    headline = f"When {failing(fault)}, {failure(modes[0])}"
    return headline if len(headline.split()) <= MAX_HEADLINE else plain


def other_outcomes(finding: Finding, own: str) -> Iterator[str]:
    """The outcomes of the other cases, and of all cases after the fault. own: the outcome that is described already."""
    parts, silent = finding.parts, finding.parts.get("silent")
    if silent and own != "silent":
        without = f" ({of(parts['silent_without'])} without the fault)" if "silent_without" in parts else ""
        yield f"{cases(silent, WRONG)}{without}, which may be chance."
    for name, what in (
        ("no_answer", "without an answer"),
        ("handed_over", "handed over"),
        ("not_judged", "not judged"),
    ):
        if name in parts and name != own:
            yield f"{cases(parts[name], what)}."
    yield from _recovery(finding)
    yield from possibly_met(finding)
    if fault_of(finding).at == "response":
        yield f"The fault came after {place(fault_of(finding))} had done its work."


def _recovery(finding: Finding) -> Iterator[str]:
    if "seconds_after" in finding.numbers:
        seconds = finding.numbers["seconds_after"]
        again = f"{seconds:.1f} s after the fault" if seconds else "as soon as the fault was over"
        yield f"All cases were right again {again}."


def possibly_met(finding: Finding) -> Iterator[str]:
    """How many more cases may have met the fault."""
    if possibly := finding.parts.get("possibly_met"):
        verb = "is" if possibly.hits == 1 else "are"
        yield f"{plural(possibly.hits, 'more case')} may have met the fault and {verb} not counted."
