"""Words for what the evidence lacks: cases without a reply, without an effect, without a judgement, too few cases."""

from collections.abc import Iterator

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.report.findings.phrases import causes, circumstances, listed, of, others, value
from harness.report.findings.registry import Words, words
from harness.report.words import count, criterion_name, duration


@words(FindingKind.NO_REPLY)
def no_reply(finding: Finding) -> Words:
    """Planned cases that have no reply."""
    evidence = [f"{of(finding.count)} planned cases have no reply; they widen every interval."] if finding.count else []
    return Words("Some planned cases have no reply on record", tuple(evidence), ("Continue the run with --resume.",))


@words(FindingKind.CASES_UNCHANGED)
def cases_unchanged(finding: Finding) -> Words:
    """Cases that are equal to their clean twin."""
    name = value(finding.slice)
    evidence = [f"{of(finding.count)} drawn cases are not sent, because they test nothing."] if finding.count else []
    return Words(f"Cases of {name} leave the input unchanged", tuple(evidence))


@words(FindingKind.REFUSALS_ALLOWED)
def refusals_allowed(finding: Finding) -> Words:
    """Refusals that count as right, because the service says so."""
    counted = f" ({of(finding.count)} inputs were)" if finding.count else ""
    return Words(
        f"Assumed: what /openapi.json forbids may be refused{counted}",
        (),
        ("Check that its request schema forbids nothing that production sends.",),
    )


@words(FindingKind.CRASHED_ON_INPUT)
def crashed_on_input(finding: Finding) -> Words:
    """An op that crashes the service, with the cases without it as control."""
    evidence = []
    if finding.count:
        about, control = circumstances(finding.circumstances), ""
        if finding.control:
            control = f" ({of(finding.control)} {others(finding.circumstances)})"
        evidence.append(f"{of(finding.count)} cases {about} end in a 5xx or a lost connection{control}.")
    if finding.causes:
        evidence.append(f"Causes: {causes(finding.causes)}.")
    evidence.append("The same inputs without damage were answered.")
    return Words(
        f"Damage by {value(finding.subject)} crashes the service",
        tuple(evidence),
        ("Refuse such inputs with a status of [target] rejects.",),
    )


@words(FindingKind.ERRORS)
def errors(finding: Finding) -> Words:
    """Cases without an answer, for one cause."""
    evidence = []
    if finding.count:
        replies = f" ({sum(finding.causes.values())} replies)" if finding.causes else ""
        evidence.append(f"{of(finding.count)} cases got no answer{replies}.")
    return Words(
        f"Requests fail: {value(finding.subject)}",
        tuple(evidence),
        ("Check the logs of the service for these requests.",),
    )


@words(FindingKind.INVALID_REPLIES)
def invalid_replies(finding: Finding) -> Words:
    """Replies that only a lenient client reads."""
    evidence = [f"{of(finding.count)} replies are not valid JSON: {causes(finding.causes)}."] if finding.count else []
    return Words(
        "A strict JSON client cannot read some replies",
        tuple(evidence),
        ("Set [gate] invalid_replies = 0 if such a reply must block the release.",),
    )


@words(FindingKind.NOT_JUDGED)
def not_judged(finding: Finding) -> Words:
    """Answers that could not be compared with the truth, for one reason."""
    evidence = []
    if finding.count:
        evidence.append(f"{of(finding.count)} answered cases were not judged. Reason: {value(finding.subject)}.")
    if finding.example and finding.example.field:
        name, got = value(finding.example.field), value(finding.example.got)
        evidence.append(f"Example: {name} should be {value(finding.example.expected)}; the service returned {got}.")
    return Words(
        "Some answers could not be compared with the truth",
        tuple(evidence),
        ("Set the type of the field in [answer.fields], or return one that can be read.",),
    )


@words(FindingKind.SLICE_FAILED)
def slice_failed(finding: Finding) -> Words:
    """A slice beyond its limit."""
    return Words(f"{value(finding.slice)} is beyond its limit and does not block", tuple(_figures(finding)))


@words(FindingKind.SLICE_UNDECIDED)
def slice_undecided(finding: Finding) -> Words:
    """A slice with too few cases."""
    return Words(f"{value(finding.slice)} is undecided and does not block", tuple(_figures(finding)))


def _figures(finding: Finding) -> Iterator[str]:
    """The rate with its interval and limit, and the cases behind it."""
    figures = finding.numbers
    limit = f"limit {100 * figures.get('limit', 0.0):g} %"
    if "value" not in figures:
        yield f"Silent errors were not measured, {limit}."
        return
    low, high = (100 * figures.get(name, 0.0) for name in ("low", "high"))
    yield f"Silent errors are {100 * figures['value']:.1f} % (90 % interval {low:.1f} - {high:.1f}), {limit}."
    if finding.count:
        yield f"{of(finding.count)} cases had a silent error."


@words(FindingKind.EMPTY_SLICE)
def empty_slice(finding: Finding) -> Words:
    """No case in the slice; subject: the side that has none."""
    side = "baseline" if finding.subject == "baseline" else "run"
    return Words(
        f"No case of the {side} is in {value(finding.slice)}",
        advice=("Check the name in [gate] critical: a pack, a tag's value or column=value.",),
    )


@words(FindingKind.NO_ANSWERS)
def no_answers(finding: Finding) -> Words:
    """No case was answered."""
    evidence = []
    if finding.count:
        caused = f" ({causes(finding.causes)})" if finding.causes else ""
        evidence.append(f"{of(finding.count)} cases got no answer{caused}.")
    return Words(
        f"No case of {value(finding.slice)} got an answer",
        tuple(evidence),
        ("Check that the service runs, and the timeout in [target] deadline.",),
    )


@words(FindingKind.LATENCY_NOT_JUDGED)
def latency_not_judged(finding: Finding) -> Words:
    """subject: why."""
    return Words("Latency was not judged", (f"Reason: {' '.join(finding.subject.split())}.",))


@words(FindingKind.MORE_CALLS)
def more_calls(finding: Finding) -> Words:
    """The budget that decides."""
    calls, now = (f"{finding.numbers.get(name, 0):.0f}" for name in ("calls", "now"))
    seconds = finding.numbers.get("seconds", 0.0)
    took = f", about {duration(seconds)}" if seconds else ""
    parts = [name.partition(" in ") for name in finding.names]
    names = [criterion_name(name, value(slice_) if slice_ else "") for name, _, slice_ in parts]
    evidence = [f"They are {listed(names)}; this run had {now} calls."]
    evidence.append("This assumes that the rates stay as they are.")
    if any(name.partition(" ")[0] == "regress" for name in finding.names):
        evidence.append("For a regression, the baseline needs as many calls; promote such a run first.")
    return Words(
        f"About {calls} calls would decide {count(len(names), 'undecided criterion', 'undecided criteria')}",
        tuple(evidence),
        (f"Run the check again with --calls {calls}{took}.",),
    )
