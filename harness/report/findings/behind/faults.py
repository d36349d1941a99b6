"""Words for faults on the way to the service and behind it: what the service did under each one."""

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.integration.fault import TARGET, Fault
from harness.report.findings.behind.phrases import (
    WRONG,
    cases,
    contrast,
    count_of,
    example,
    failing,
    fault_of,
    fields,
    named,
    other_outcomes,
    place,
    possibly_met,
    silent_headline,
)
from harness.report.findings.phrases import causes, listed, of, plural
from harness.report.findings.registry import Words, words

MAX_NAMES = 3
"""Maximum number of faults named in one line; the others are only counted."""

MAX_FURTHER = 3
"""Maximum number of further faults of an upstream with a line of their own."""

CHANCE = "This may be chance: too few cases were wrong."

MORE_CALLS = "Raise --calls, so that more cases meet the fault."

WHY: dict[Why, tuple[str, str]] = {
    Why.TOO_FEW_CALLS: ("the budget has too few calls", "Raise --calls."),
    Why.TOO_FEW_SAMPLES: (
        "the service answered too few samples correctly",
        "Add pilot samples that the service answers correctly.",
    ),
    Why.NOT_RECOVERED: (
        "too few samples came right again after the faults before",
        "Test these faults alone, in a faults file of their own.",
    ),
    Why.INTERRUPTED: ("the run was stopped", "Run the check again."),
}
"""Why faults were not tested, and the advice."""


@words(FindingKind.FAULT_SILENT)
def silent(finding: Finding) -> Words:
    """Wrong answers as if nothing had happened."""
    evidence = (contrast(finding), *example(finding), *fields(finding), *other_outcomes(finding, "silent"))
    return Words(silent_headline(finding), evidence, (_repair(fault_of(finding)),))


@words(FindingKind.FAULT_UNNOTICEABLE)
def unnoticeable(finding: Finding) -> Words:
    """Wrong answers that the service could not avoid."""
    fault, blocks = fault_of(finding), "No reply shows this fault, so it does not block the release."
    more = (*fields(finding), *other_outcomes(finding, "silent"))
    return Words(
        f"{named(fault)} causes wrong answers",
        (contrast(finding), blocks, *example(finding), *more),
        (f"Let {place(fault)} state when, or for which request, it made each reply.",),
    )


@words(FindingKind.FAULT_LASTING)
def lasting(finding: Finding) -> Words:
    """Cases that stay wrong after the fault."""
    start = f"{finding.numbers.get('seconds_after', 0.0):.1f} s after the fault,"
    wrong = finding.parts.get("silent")
    accepted = (f"{wrong.hits} of these {wrong.n} {'was' if wrong.hits == 1 else 'were'} {WRONG}.",) if wrong else ()
    return Words(
        f"Cases do not recover after {named(fault_of(finding))}",
        (contrast(finding, "still not right", start), *accepted, *example(finding), *fields(finding)),
        ("Check what the service keeps from the time of the fault, such as a cached fallback value.",),
    )


@words(FindingKind.FAULT_NO_ANSWER)
def no_answer(finding: Finding) -> Words:
    """Errors, which callers can see."""
    why = (f"Causes: {causes(finding.causes)}.",) if finding.causes else ()
    return Words(
        f"{named(fault_of(finding))} causes errors",
        (contrast(finding, "without an answer"), *why, *other_outcomes(finding, "no_answer")),
        ("Callers can see these errors. Check that each caller handles them.",),
    )


@words(FindingKind.FAULT_HANDED_OVER)
def handed_over(finding: Finding) -> Words:
    """Cases for a person."""
    return Words(
        f"{named(fault_of(finding))} causes hand-overs",
        (contrast(finding, "handed over"), *other_outcomes(finding, "handed_over")),
        ("Check that enough people can take these cases while the fault lasts.",),
    )


@words(FindingKind.FAULT_UNCONFIRMED)
def unconfirmed(finding: Finding) -> Words:
    """Wrong answers that may be chance."""
    return Words(
        f"{named(fault_of(finding))} may cause silent errors",
        (contrast(finding), CHANCE, *example(finding), *other_outcomes(finding, "silent")),
        (MORE_CALLS,),
    )


@words(FindingKind.FAULT_NOT_JUDGED)
def not_judged(finding: Finding) -> Words:
    """Answers that cannot be compared with the truth."""
    return Words(
        f"Answers under {named(fault_of(finding))} cannot be judged",
        (contrast(finding, "not judged"), *other_outcomes(finding, "not_judged")),
        ("Check that the answers hold the fields of the truth file.",),
    )


@words(FindingKind.FAULT_NOT_MET)
def not_met(finding: Finding) -> Words:
    """A fault that no case met."""
    fault, count = fault_of(finding), count_of(finding)
    none = "None of these was right without the fault." if count.hits else "Nothing is known about this fault."
    calls = "" if fault.where == TARGET else f", and that the service calls {fault.where} for each case"
    return Words(
        f"No case tested {named(fault)}",
        (f"{cases(count)} met the fault. {none}", *possibly_met(finding)),
        (f"Check share, window, path and method of the fault{calls}.",),
    )


@words(FindingKind.FAULT_PASSED)
def passed(finding: Finding) -> Words:
    """Right answers despite the fault."""
    return Words(
        f"Answers stay right under {named(fault_of(finding))}",
        (contrast(finding, "right"), *other_outcomes(finding, "passed")),
    )


@words(FindingKind.FAULT_NOT_TRIED)
def not_tried(finding: Finding) -> Words:
    """Faults that were not tested."""
    count, (reason, advice) = count_of(finding), _why(finding)
    return Words(
        f"{of(count)} {'fault' if count.n == 1 else 'faults'} {'was' if count.hits == 1 else 'were'} not tested",
        (f"Not tested: {listed(finding.names, MAX_NAMES)}; {reason}.",),
        (advice,),
    )


@words(FindingKind.UPSTREAM_FAILS_SILENTLY, FindingKind.UPSTREAM_UNCONFIRMED)
def upstream_silent(finding: Finding) -> Words:
    """Silent errors under the worst fault of an upstream, and under further ones."""
    sure = finding.kind is FindingKind.UPSTREAM_FAILS_SILENTLY
    plain = f"{named(fault_of(finding))} {'causes' if sure else 'may cause'} silent errors"
    only_after = not finding.parts["during"].hits if "during" in finding.parts else False
    headline = f"{plain} later" if only_after else silent_headline(finding) if sure else plain
    start = "Once the fault is over," if only_after else ""
    evidence = (contrast(finding, start=start), *example(finding), *(() if sure else (CHANCE,)), *fields(finding))
    advice = _repair(fault_of(finding)) if sure else MORE_CALLS
    return Words(headline, (*evidence, *_after(finding, only_after), *_further(finding)), (advice,))


@words(FindingKind.UPSTREAM_PASSED)
def upstream_passed(finding: Finding) -> Words:
    """No more silent errors than without a fault."""
    return Words(
        f"No fault of {finding.slice} adds silent errors",
        (contrast(finding, start="Under all faults together,"), f"Tested: {listed(finding.names, MAX_NAMES)}."),
    )


@words(FindingKind.UPSTREAM_NOT_JUDGED)
def upstream_not_judged(finding: Finding) -> Words:
    """No case met a fault of the upstream."""
    headline = f"The faults of {finding.slice} were not tested"
    if finding.why is Why.NO_REQUESTS:
        return Words(headline, (_no_requests(finding),), (_point(finding),))
    if finding.why:
        reason, advice = _why(finding)
        return Words(headline, (f"None of its faults was tried: {reason}.",), (advice,))
    advice = f"Check whether the service answers from a cache instead of calling {finding.slice}."
    return Words(headline, ("No case met any of its faults.",), (advice,))


@words(FindingKind.UPSTREAM_UNUSED)
def unused(finding: Finding) -> Words:
    """A relay that got no request."""
    headline = f"The service sends no request to the relay of {finding.slice}"
    return Words(headline, (_no_requests(finding),), (_point(finding),))


def _no_requests(finding: Finding) -> str:
    return f"No request came through its relay at {listed(finding.names)}, so no case could meet its faults."


def _point(finding: Finding) -> str:
    return f"Point the service at http://{listed(finding.names)} instead of the address of {finding.slice}."


def _after(finding: Finding, described: bool) -> tuple[str, ...]:
    count = finding.parts.get("after")
    if described or not count or not count.hits:
        return ()
    return (f"After the fault, {cases(count, WRONG)} again.",)


def _further(finding: Finding) -> tuple[str, ...]:
    counts = [(name, finding.parts[name]) for name in finding.names if name in finding.parts]
    lines = tuple(f"Under {name}, {cases(count, WRONG)} as well." for name, count in counts[:MAX_FURTHER])
    more = len(counts) - len(lines)
    return (*lines, f"{plural(more, 'more fault')} of {finding.slice} did the same.") if more else lines


def _repair(fault: Fault) -> str:
    """What to do against silent errors under this fault."""
    if fault.where == TARGET:
        return "Let each caller check the reply before it uses the answer."
    return f"Let the service return an error, or hand the case over, when {failing(fault)}."


def _why(finding: Finding) -> tuple[str, str]:
    return WHY.get(finding.why or Why.INTERRUPTED, WHY[Why.INTERRUPTED])
