"""Words for the comparison with another run: the baseline, another service, and how the cases changed."""

from collections.abc import Iterator, Mapping

from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.report.findings.phrases import listed, of, plural, value
from harness.report.findings.registry import Words, words

MIN_Q = 1e-20
"""The smallest q-value that is shown; smaller ones are shown as below it."""

CHANGES: Mapping[str, str] = {
    "newly_failing": "Newly failing",
    "newly_silent": "Newly accepted and wrong",
    "newly_handed_over": "Newly handed over",
    "newly_passing": "Newly passing",
    "flaky": "Different between repeats",
    "regressed": "More fields wrong than before",
    "improved": "Fewer fields wrong than before",
    "unanswered": "Without a result on one side",
    "missing": "Cases of the baseline that were not sent again",
}
"""Labels of the changes of cases, in the order in which they are listed."""


@words(FindingKind.BASELINE)
def baseline(finding: Finding) -> Words:
    """The outcome, who approved the baseline and until when, and cases that cannot be compared."""
    approver, until = (*finding.names, "", "")[:2]
    evidence = [f"Approved by {value(approver)}, valid until {value(until)}."]
    return Words(
        _outcome(finding, f'baseline "{value(finding.subject)}"'),
        (*evidence, *_open(finding), *_other_bytes(finding)),
    )


@words(FindingKind.REFERENCE)
def reference(finding: Finding) -> Words:
    """The outcome of the comparison with another service."""
    evidence = [f"{value(finding.subject)} got the same cases at the same times."]
    return Words(_outcome(finding, "the other service"), (*evidence, *_open(finding)))


def _outcome(finding: Finding, other: str) -> str:
    failed, undecided = (finding.parts.get(name, Count(0, 0)) for name in ("failed", "undecided"))
    if failed.hits:
        return f"{of(failed)} slices {'is' if failed.hits == 1 else 'are'} worse than {other}"
    if undecided.hits:
        return f"The comparison with {other} is undecided in {of(undecided)} slices"
    return f"No regression against {other}" if failed.n else f"No slice was compared with {other}"


def _open(finding: Finding) -> Iterator[str]:
    undecided = finding.parts.get("undecided", Count(0, 0))
    if undecided.hits and finding.parts.get("failed", Count(0, 0)).hits:
        yield f"{of(undecided)} slices {'is' if undecided.hits == 1 else 'are'} undecided."


def _other_bytes(finding: Finding) -> Iterator[str]:
    if finding.count and finding.count.hits:
        yield f"{of(finding.count)} cases of the baseline have other bytes now: {listed(map(value, finding.cases))}."


@words(FindingKind.BASELINE_UNUSABLE)
def baseline_unusable(finding: Finding) -> Words:
    """subject: what is wrong with it."""
    name, approver, until = (*finding.names, "", "", "")[:3]
    evidence = [f"It {' '.join(finding.subject.split())}."]
    if approver:
        evidence.append(f"Approved by {value(approver)}, valid until {value(until)}.")
    return Words(
        f'Nothing can be compared with baseline "{value(name)}"',
        (*evidence, *_other_bytes(finding)),
        ("Promote a run again: harness promote RUN.",),
    )


@words(FindingKind.DROP)
def drop(finding: Finding) -> Words:
    """How many cases no longer pass, and how the others changed."""
    where, fell = value(finding.slice), finding.count or Count(0, 0)
    lines = (*_changes(finding), *_figures(finding, "Passed", "passed"))
    headline = f"{fell.hits} of {plural(fell.n, 'case')} of {where} no longer {'passes' if fell.hits == 1 else 'pass'}"
    return Words(headline if fell.hits else f"No case of {where} stopped passing", lines)


@words(FindingKind.SILENT_RISE)
def silent_rise(finding: Finding) -> Words:
    """In how many cases silent errors became more frequent, and how the cases changed."""
    where, rose = value(finding.slice), finding.count or Count(0, 0)
    lines = (*_changes(finding), *_figures(finding, "Silent errors", "silent errors"))
    return Words(f"Silent errors rose in {rose.hits} of {plural(rose.n, 'case')} of {where}", lines)


def _figures(finding: Finding, first: str, then: str) -> Iterator[str]:
    """The share on both sides, and the significance of the change."""
    before, after = (finding.numbers.get(name) for name in ("before", "after"))
    if before is not None and after is not None:
        yield f"{first} before: {100 * before:.1f} %; {then} now: {100 * after:.1f} %."
    if (q := finding.numbers.get("q")) is not None:
        yield f"Corrected p-value: {f'below {MIN_Q:g}' if q < MIN_Q else f'{q:.2g}'}."


def _changes(finding: Finding) -> Iterator[str]:
    """How the cases changed, without a change that the headline already has."""
    for name, label in CHANGES.items():
        count = finding.parts.get(name)
        if count and not (name in ("newly_failing", "newly_silent") and count == finding.count):
            yield f"{label}: {of(count)}."
