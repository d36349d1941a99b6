"""The gate lines of a run, and its headline."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from shlex import quote
from typing import Literal

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.settings import Gate, Mix
from harness.core.verdict import BreakingPoint, Criterion, Estimate, Headline
from harness.diff.gate.latency import percentile, seconds
from harness.diff.gate.rates import FIGURES, GUESSED, PILOT, Evidence, Figure, Rates, rate, vacuous

WORST = 10
"""How many addresses a line names."""

Badness = Callable[[Case, Sequence[Judged]], tuple[float, ...] | None]
"""How bad a case is for a line, larger is worse; None when the line has nothing to say about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """What the lines need to know of a run beside its rates.

    run: its label, for the commands. samples: pilot samples. deadline: longest wait for a reply, in seconds.
    untimed: why latency cannot be judged ("the generator fell behind"), "" when it can. pilot_complete: as in `rate`.
    """

    run: str
    samples: int
    deadline: float = 30.0
    untimed: str = ""
    pilot_complete: bool = False


def gate_lines(
    evidence: Evidence, rates: Rates, gate: Gate, mix: Sequence[Mix], about: RunContext
) -> tuple[Criterion, ...]:
    """Every line that blocks, in the order of `[gate]`; what lies beyond the critical slices is in `listed_lines`."""
    known, line = rates.known, partial(_figure_line, evidence, about)
    critical = gate.critical or tuple(part.pack for part in mix)
    lines = [
        line("straight_through", known.straight_through, gate.straight_through, _lack("straight_through")),
        line("silent_errors", known.silent_errors, gate.silent_errors, _silence),
        *(_slice_line(evidence, rates, gate, mix, about, name) for name in critical),
        line("gap", known.gap, gate.gap, _lack("quality", beside=PILOT)),
        line("errors", known.errors, gate.errors, _excess),
        _exact("unknown", rates.unknown, gate.unknown, "share", about),
        _exact("samples", about.samples, gate.samples, "cases", about),
    ]
    return (*lines, _latency_line(evidence, gate, about)) if gate.p95 else tuple(lines)


def listed_lines(
    evidence: Evidence, rates: Rates, gate: Gate, mix: Sequence[Mix], about: RunContext
) -> tuple[Criterion, ...]:
    """Silent errors in every pack of the mix that is not critical: told, but blocking nothing."""
    names = [part.pack for part in mix if gate.critical and part.pack not in gate.critical]
    return tuple(_slice_line(evidence, rates, gate, mix, about, name) for name in names)


def headline(rates: Rates, breaking_points: Sequence[BreakingPoint] = (), samples: int = 0) -> Headline:
    """The four figures of a run, over the whole mix with its unknown part."""
    return Headline(
        pilot=rates.pilot,
        projected=rates.whole.quality,
        gap=rates.whole.gap,
        silent_errors=rates.whole.silent_errors,
        straight_through=rates.whole.straight_through,
        handed_over=rates.whole.handed_over,
        breaking_points=tuple(breaking_points),
        mix="assumed" if rates.guessed > GUESSED else "declared",
        samples=samples,
    )


def _figure_line(
    evidence: Evidence, about: RunContext, name: str, estimate: Estimate, limit: float, badness: Badness
) -> Criterion:
    worst = worst_cases(evidence, evidence.cases.values(), badness)
    at_least = name == "straight_through"
    return Criterion(
        name=name, estimate=estimate, limit=limit, at_least=at_least, worst=worst, show=show(worst, about.run)
    )


def _slice_line(
    evidence: Evidence, rates: Rates, gate: Gate, mix: Sequence[Mix], about: RunContext, name: str
) -> Criterion:
    """Silent errors in one critical slice: a pack by its name, or cases by a tag's value or by `column=value`."""
    inside = [case for case in evidence.cases.values() if in_slice(case, name)]
    if name in rates.packs:
        estimate = rates.packs[name].silent_errors.estimate
    else:
        estimate = _over_slice(evidence, inside, mix, about)
    worst = worst_cases(evidence, inside, _silence)
    return Criterion(
        name="silent_errors_pack",
        slice=name,
        estimate=estimate,
        limit=gate.silent_errors_pack,
        scalable=not (name == PILOT and about.pilot_complete),
        worst=worst,
        note=_where(evidence, inside) if inside else "no case of the run is in it",
        show=show(worst, about.run),
    )


def _where(evidence: Evidence, inside: Sequence[Case]) -> str:
    """The scenario with the largest share of silent errors, where the slice has several; "" where there is none."""
    sent = Counter(case.tags["scenario"] for case in inside if "scenario" in case.tags)
    silent = Counter(
        case.tags["scenario"]
        for case in inside
        if "scenario" in case.tags and any(row.silent_error for row in evidence.rows.get(case.address, ()))
    )
    if len(sent) < 2 or not silent:
        return ""
    worst = max(silent, key=lambda name: (silent[name] / sent[name], silent[name], name))
    return f"most of them in {worst}, {silent[worst]} of {sent[worst]} cases"


def in_slice(case: Case, name: str) -> bool:
    """Whether `name` (a pack, a tag's value, or `column=value`) is a slice that the case is in."""
    column, equals, value = name.partition("=")
    return case.pack == name or name in case.tags.values() or (bool(equals) and case.tags.get(column) == value)


def _over_slice(evidence: Evidence, inside: Sequence[Case], mix: Sequence[Mix], about: RunContext) -> Estimate:
    """The rate over the packs that have cases in the slice, at their shares of the mix."""
    packs = {case.pack for case in inside}
    chosen = Evidence(cases={case.address: case for case in inside}, rows=evidence.rows)
    parts = [part for part in mix if part.pack in packs]
    return rate(chosen, parts, pilot_complete=about.pilot_complete).known.silent_errors


def _exact(name: str, value: float, limit: float, unit: Literal["share", "cases"], about: RunContext) -> Criterion:
    return Criterion(
        name=name,
        estimate=Estimate(value=value, low=value, high=value, n=about.samples),
        limit=limit,
        at_least=unit == "cases",
        unit=unit,
        scalable=unit == "cases",
        show=show((), about.run),
    )


def _latency_line(evidence: Evidence, gate: Gate, about: RunContext) -> Criterion:
    estimate = percentile((row for rows in evidence.rows.values() for row in rows), about.deadline)
    if about.untimed:
        estimate = Estimate(value=None, low=0.0, high=about.deadline, n=0)
    worst = worst_cases(evidence, evidence.cases.values(), lambda _, rows: (max(row.latency for row in rows),))
    return Criterion(
        name="p95",
        estimate=estimate,
        limit=seconds(gate.p95),
        unit="seconds",
        scalable=not about.untimed,
        worst=worst,
        note=about.untimed,
        show=show(worst, about.run),
    )


def show(worst: Sequence[str], run: str) -> str:
    """The command that shows it again: the worst case, or the run where no case stands out."""
    return f"harness show {in_shell(worst[0])} --run {in_shell(run)}" if worst else f"harness show {in_shell(run)}"


def in_shell(word: str) -> str:
    """The word as a shell takes it for one; an address without blanks stays as it is."""
    return word if re.fullmatch(r"[\w@%+=:,./#~-]+", word) else quote(word)


def worst_cases(evidence: Evidence, cases: Iterable[Case], badness: Badness) -> tuple[str, ...]:
    """Addresses of the worst cases that were sent and count, worst first, then in order of address."""
    counted = ((case, evidence.of(case)) for case in cases if not vacuous(case))
    rated = [(badness(case, rows), case.address) for case, rows in counted if rows]
    bad = [(tuple(-part for part in how), address) for how, address in rated if how is not None]
    return tuple(address for _, address in sorted(bad)[:WORST])


def _silence(case: Case, rows: Sequence[Judged]) -> tuple[float, ...] | None:
    """Silent errors: the most repeats first, and among those the most confident."""
    silent = [row for row in rows if row.silent_error]
    confidence = max((row.confidence or 0.0 for row in silent), default=0.0)
    return (len(silent) / len(rows), confidence) if silent else None


def _excess(case: Case, rows: Sequence[Judged]) -> tuple[float, ...] | None:
    mean = _mean("errors", rows)
    return (mean,) if mean else None


def _lack(figure: Figure, beside: str = "") -> Badness:
    def bad(case: Case, rows: Sequence[Judged]) -> tuple[float, ...] | None:
        mean = _mean(figure, rows)
        if mean is None or mean >= 1 or case.pack == beside or not case.asks_for_answer():
            return None
        return (1 - mean,)

    return bad


def _mean(figure: Figure, rows: Sequence[Judged]) -> float | None:
    values = [value for row in rows if (value := FIGURES[figure](row)) is not None]
    return sum(values) / len(values) if values else None
