"""The criteria of a run, and its headline."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from shlex import quote
from typing import Literal

from harness.core.case import Case
from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.core.settings import Gate, Mix
from harness.core.verdict import BreakingPoint, Criterion, Estimate, Headline
from harness.diff.gate.latency import percentile, seconds
from harness.diff.gate.rates import FIGURES, GUESSED, PILOT, Evidence, Figure, Rates, rate, vacuous

WORST = 10
"""Maximum number of addresses in a criterion."""

Badness = Callable[[Case, Sequence[Judged]], tuple[float, ...] | None]
"""Sort key of a case for a criterion, larger is worse; None if the case does not count against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """What the criteria need from a run besides its rates.

    run: its label, for the commands. samples: number of pilot samples. deadline: longest wait for a reply, in seconds.
    untimed: why latency cannot be judged ("the generator fell behind"), "" if it can. pilot_complete: as in `rate`.
    """

    run: str
    samples: int
    deadline: float = 30.0
    untimed: str = ""
    pilot_complete: bool = False


def gate_criteria(
    evidence: Evidence, rates: Rates, gate: Gate, mix: Sequence[Mix], about: RunContext
) -> tuple[Criterion, ...]:
    """Every criterion that can block, in the order of `[gate]`; slices that are not critical: `listed_criteria`."""
    known, figure = rates.known, partial(_figure_criterion, evidence, about)
    critical = gate.critical or tuple(part.pack for part in mix)
    criteria = [
        figure("straight_through", known.straight_through, gate.straight_through, _lack("straight_through")),
        figure("silent_errors", known.silent_errors, gate.silent_errors, _silence),
        *(_slice_criterion(evidence, rates, gate, mix, about, name) for name in critical),
        figure("gap", known.gap, gate.gap, _lack("quality", without=PILOT)),
        figure("errors", known.errors, gate.errors, _excess),
        _exact("unknown", rates.unknown, gate.unknown, "share", about),
        _exact("samples", about.samples, gate.samples, "cases", about),
    ]
    return (*criteria, _latency_criterion(evidence, gate, about)) if gate.p95 else tuple(criteria)


def listed_criteria(
    evidence: Evidence, rates: Rates, gate: Gate, mix: Sequence[Mix], about: RunContext
) -> tuple[Criterion, ...]:
    """Silent errors in every pack of the mix that is not critical: they are listed and do not block."""
    names = [part.pack for part in mix if gate.critical and part.pack not in gate.critical]
    return tuple(_slice_criterion(evidence, rates, gate, mix, about, name) for name in names)


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


def _figure_criterion(
    evidence: Evidence, about: RunContext, name: str, estimate: Estimate, limit: float, badness: Badness
) -> Criterion:
    worst = worst_cases(evidence, evidence.cases.values(), badness)
    at_least = name == "straight_through"
    return Criterion(
        name=name, estimate=estimate, limit=limit, at_least=at_least, worst=worst, show=show(worst, about.run)
    )


def _slice_criterion(
    evidence: Evidence, rates: Rates, gate: Gate, mix: Sequence[Mix], about: RunContext, name: str
) -> Criterion:
    """Silent errors in one slice: a pack by its name, or cases by the value of a tag or by `column=value`."""
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
        show=show(worst, about.run),
        notes=_worst_scenario(evidence, inside, about) if inside else (_empty(name),),
    )


def _empty(name: str) -> Finding:
    return Finding(kind=FindingKind.EMPTY_SLICE, slice=name, test="silent_errors_pack")


def _worst_scenario(evidence: Evidence, inside: Sequence[Case], about: RunContext) -> tuple[Finding, ...]:
    """The scenario with more than half of the silent errors of a slice that has several scenarios; () if none has."""
    sent = [case for case in inside if "scenario" in case.tags and not vacuous(case) and evidence.of(case)]
    silent = [case for case in sent if any(row.silent_error for row in evidence.of(case))]
    per_scenario = Counter(case.tags["scenario"] for case in sent)
    name, hits = next(iter(Counter(case.tags["scenario"] for case in silent).most_common(1)), ("", 0))
    if len(per_scenario) < 2 or 2 * hits <= len(silent):
        return ()
    worst = worst_cases(evidence, [case for case in silent if case.tags["scenario"] == name], _silence)
    note = Finding(
        kind=FindingKind.WORST_SCENARIO,
        test="silent_errors_pack",
        slice=name,
        count=Count(hits, len(silent)),
        parts={"cases": Count(hits, per_scenario[name])},
        cases=worst,
        show=show(worst, about.run),
    )
    return (note,)


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


def _latency_criterion(evidence: Evidence, gate: Gate, about: RunContext) -> Criterion:
    estimate = percentile((row for rows in evidence.rows.values() for row in rows), about.deadline)
    if about.untimed:
        estimate = Estimate(value=None, low=0.0, high=about.deadline, n=0)
    worst = worst_cases(evidence, evidence.cases.values(), lambda _, rows: (max(row.latency for row in rows),))
    untimed = Finding(kind=FindingKind.LATENCY_NOT_JUDGED, test="p95", subject=about.untimed)
    return Criterion(
        name="p95",
        estimate=estimate,
        limit=seconds(gate.p95),
        unit="seconds",
        scalable=not about.untimed,
        worst=worst,
        show=show(worst, about.run),
        notes=(untimed,) if about.untimed else (),
    )


def show(worst: Sequence[str], run: str) -> str:
    """The command that shows it again: the worst case, or the run if there is no worst case."""
    return f"harness show {in_shell(worst[0])} --run {in_shell(run)}" if worst else f"harness show {in_shell(run)}"


def in_shell(word: str) -> str:
    """The word, quoted for a shell if it needs quotes."""
    return word if re.fullmatch(r"[\w@%+=:,./#~-]+", word) else quote(word)


def worst_cases(evidence: Evidence, cases: Iterable[Case], badness: Badness) -> tuple[str, ...]:
    """Addresses of the worst cases of those that were sent and count, worst first, then in order of address."""
    counted = ((case, evidence.of(case)) for case in cases if not vacuous(case))
    rated = [(badness(case, rows), case.address) for case, rows in counted if rows]
    bad = [(tuple(-part for part in how), address) for how, address in rated if how is not None]
    return tuple(address for _, address in sorted(bad)[:WORST])


def _silence(case: Case, rows: Sequence[Judged]) -> tuple[float, ...] | None:
    """Silent errors: the largest share of repeats first, then the highest confidence."""
    silent = [row for row in rows if row.silent_error]
    confidence = max((row.confidence or 0.0 for row in silent), default=0.0)
    return (len(silent) / len(rows), confidence) if silent else None


def _excess(case: Case, rows: Sequence[Judged]) -> tuple[float, ...] | None:
    mean = _mean("errors", rows)
    return (mean,) if mean else None


def _lack(figure: Figure, without: str = "") -> Badness:
    def bad(case: Case, rows: Sequence[Judged]) -> tuple[float, ...] | None:
        mean = _mean(figure, rows)
        if mean is None or mean >= 1 or case.pack == without or not case.asks_for_answer():
            return None
        return (1 - mean,)

    return bad


def _mean(figure: Figure, rows: Sequence[Judged]) -> float | None:
    values = [value for row in rows if (value := FIGURES[figure](row)) is not None]
    return sum(values) / len(values) if values else None
