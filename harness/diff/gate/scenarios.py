"""Silent errors in each pack and in each of its scenarios, as lines of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.core.case import Case
from harness.core.decide import judge_line
from harness.core.reply import Judged
from harness.core.settings import Gate, Mix
from harness.core.verdict import Criterion, Estimate
from harness.diff.gate.criteria import RunContext, listed_lines
from harness.diff.gate.rates import Evidence, gather, rate, vacuous

_NO_REPLY = ("error", "timeout", "dropped")


def scenario_of(address: str) -> str:
    """The scenario that an address is of, as `pack/scenario`."""
    return address.partition("#")[0]


def part_lines(
    cases: Mapping[str, Case], judged: Sequence[Judged], gate: Gate, about: RunContext
) -> dict[str, Criterion]:
    """The line of silent errors, held against `silent_errors_pack`, by `pack` and by `pack/scenario`."""
    parts: dict[str, dict[str, Case]] = {}
    for address, case in cases.items():
        for name in (case.pack, scenario_of(address)):
            parts.setdefault(name, {})[address] = case
    return {name: _line(name, gather(inside, judged), gate, about) for name, inside in parts.items()}


def _line(name: str, evidence: Evidence, gate: Gate, about: RunContext) -> Criterion:
    pack = name.partition("/")[0]
    mix = [Mix(pack=pack, share=1.0)]
    rates = rate(evidence, mix, pilot_complete=about.pilot_complete)
    # A critical slice of another name: so the pack is one of those that are listed.
    (line,) = listed_lines(evidence, rates, replace(gate, critical=("",)), mix, about)
    broken = _why_nothing_came(evidence)
    if broken:
        line = replace(line, estimate=Estimate(value=None, low=0.0, high=1.0, n=0), note=broken)
    return replace(line, slice=name)


def _why_nothing_came(evidence: Evidence) -> str:
    """A service that answers and refuses nothing makes no silent error either; that must not read as go."""
    real = [case for case in evidence.cases.values() if not vacuous(case)]
    rows = [row for case in real for row in evidence.of(case)]
    if rows and all(row.disposition in _NO_REPLY for row in rows):
        causes = sorted({row.cause or row.disposition for row in rows})
        return f"none of its {len(real)} cases was answered ({', '.join(causes)})"
    return ""


def speaking(own: Criterion, pack: Criterion | None) -> Criterion:
    """The line that speaks for a scenario: its own, or its pack's where that decides what its own few cases cannot.

    A scenario that is beyond the limit by itself is never excused by its pack, and one of which nothing was measured
    has nothing to be excused. pack: None where the pack was not sent as a whole.
    """
    if pack is None or judge_line(own) != "undecided" or not own.estimate.n:
        return own
    return pack if judge_line(pack) == "go" else own
