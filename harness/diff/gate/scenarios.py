"""Silent errors in each pack and in each of its scenarios, as criteria of their own."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.core.case import CLEAN_PAPERS, Case
from harness.core.decide import status_of
from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.core.settings import Gate, Mix
from harness.core.verdict import Criterion, Estimate
from harness.diff.gate.criteria import listed_criteria
from harness.diff.gate.evidence import Evidence, gather, vacuous
from harness.diff.gate.papers import not_judged_finding, papers_of
from harness.diff.gate.rates import rate
from harness.diff.gate.worst import RunContext

_NO_REPLY = ("error", "timeout", "dropped")


def scenario_of(address: str) -> str:
    """The scenario of an address, as `pack/scenario`."""
    return address.partition("#")[0]


def part_lines(
    cases: Mapping[str, Case], judged: Sequence[Judged], gate: Gate, about: RunContext
) -> dict[str, Criterion]:
    """The criterion of silent errors with the limit `silent_errors_pack`, by `pack` and by `pack/scenario`."""
    papers = papers_of(tuple(cases.values()), judged)
    parts: dict[str, dict[str, Case]] = {}
    for address, case in cases.items():
        for name in (case.pack, scenario_of(address)):
            if case.pack != CLEAN_PAPERS:
                parts.setdefault(name, {}).update({address: case} if papers.counts(case) else {})
    lines = {name: _criterion(name, gather(inside, judged), gate, about) for name, inside in parts.items()}
    unread = not_judged_finding(papers, about.run)
    return {
        name: replace(line, notes=(unread,)) if name.partition("/")[0] in papers.not_judged else line
        for name, line in lines.items()
    }


def _criterion(name: str, evidence: Evidence, gate: Gate, about: RunContext) -> Criterion:
    pack = name.partition("/")[0]
    mix = [Mix(pack=pack, share=1.0)]
    rates = rate(evidence, mix, pilot_complete=about.pilot_complete)
    # Only another slice is critical, so the pack is one of those that are listed.
    (criterion,) = listed_criteria(evidence, rates, replace(gate, critical=("",)), mix, about)
    unanswered = _unanswered(name, evidence)
    if unanswered:
        nothing = Estimate(value=None, low=0.0, high=1.0, n=0)
        criterion = replace(criterion, estimate=nothing, notes=(unanswered,))
    return replace(criterion, slice=name)


def _unanswered(name: str, evidence: Evidence) -> Finding | None:
    """The finding that no case got an answer, so that no silent errors is no reason to pass; None if a case got one."""
    real = [case for case in evidence.cases.values() if not vacuous(case)]
    rows = [row for case in real for row in evidence.of(case)]
    if not rows or any(row.disposition not in _NO_REPLY for row in rows):
        return None
    return Finding(
        kind=FindingKind.NO_ANSWERS,
        test="silent_errors_pack",
        slice=name,
        count=Count(len(real), len(real)),
        causes=Counter(row.cause or row.disposition for row in rows),
    )


def speaking(own: Criterion, pack: Criterion | None) -> Criterion:
    """The criterion that counts for a scenario: its own, or that of its pack if only the pack has enough cases.

    A scenario that fails by itself is never excused by its pack, and one without any measured case is not either.
    pack: None if the pack was not sent as a whole.
    """
    if pack is None or status_of(own) != "undecided" or not own.estimate.n:
        return own
    return pack if status_of(pack) == "passed" else own
