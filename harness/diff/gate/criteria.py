"""The criteria of a run, and its headline."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from harness.core.case import Case
from harness.core.decide import status_of
from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.core.settings import Gate, Mix
from harness.core.statistics.fisher import by_chance
from harness.core.statistics.intervals import tally_of
from harness.core.verdict import BreakingPoint, Criterion, Estimate, Headline
from harness.diff.gate.counted import invalid_criterion, latency_criterion, samples_criterion, unknown_criterion
from harness.diff.gate.evidence import FIGURES, PILOT, Evidence, Figure, vacuous
from harness.diff.gate.rates import GUESSED, Rates, rate
from harness.diff.gate.worst import Badness, RunContext, show, worst_cases

ALPHA = 0.01
"""Maximum p-value at which a scenario is named as the one with most silent errors, times the number of scenarios."""


def gate_criteria(
    evidence: Evidence, rates: Rates, gate: Gate, mix: Sequence[Mix], about: RunContext
) -> tuple[Criterion, ...]:
    """Every criterion that can block, in the order of `[gate]`; slices that are not critical: `listed_criteria`."""
    known, figure = rates.known, partial(_figure_criterion, evidence, about)
    critical = () if about.under_load else gate.critical or _judged_packs(rates, mix)
    criteria = [
        figure("straight_through", known.straight_through, gate.straight_through, _lack("accepted_right")),
        figure("silent_errors", known.silent_errors, gate.silent_errors, _only(_silence, asking=True)),
        figure("silent_errors_other", known.other_silent, gate.silent_errors, _only(_silence, asking=False)),
        *(_slice_criterion(evidence, rates, gate, mix, about, name) for name in critical),
        figure("gap", known.gap, gate.gap, _lack("quality", without=PILOT)),
        _errors_criterion(evidence, known.errors, gate, about),
        unknown_criterion(rates, gate, about),
        samples_criterion(rates, gate, about),
    ]
    if gate.p95 or about.p95:
        criteria.append(latency_criterion(evidence, gate, about))
    if gate.invalid_replies is not None:
        criteria.append(invalid_criterion(evidence, gate.invalid_replies, about))
    return tuple(criteria)


def listed_criteria(
    evidence: Evidence, rates: Rates, gate: Gate, mix: Sequence[Mix], about: RunContext
) -> tuple[Criterion, ...]:
    """Silent errors in every pack of the mix that is not critical: they are listed and do not block.

    Under load no pack is critical, as each gets only its share of the arrivals. Those beyond their limit are listed.
    """
    others = _judged_packs(rates, mix)
    names = [pack for pack in others if about.under_load or (gate.critical and pack not in gate.critical)]
    criteria = (_slice_criterion(evidence, rates, gate, mix, about, name) for name in names)
    return tuple(one for one in criteria if not about.under_load or status_of(one) == "failed")


def _judged_packs(rates: Rates, mix: Sequence[Mix]) -> tuple[str, ...]:
    return tuple(part.pack for part in mix if part.pack not in rates.papers.not_judged)


def headline(rates: Rates, breaking_points: Sequence[BreakingPoint] = (), samples: int = 0) -> Headline:
    """The figures of a run, over the whole mix with its unknown part."""
    return Headline(
        pilot=rates.pilot,
        projected=rates.whole.quality,
        gap=rates.whole.gap,
        silent_errors=rates.whole.silent_errors,
        straight_through=rates.whole.straight_through,
        classes=rates.whole.classes,
        breaking_points=tuple(breaking_points),
        mix="assumed" if rates.guessed > GUESSED else "declared",
        samples=samples,
        silent_errors_other=rates.whole.other_silent,
        new_documents=rates.new_documents,
    )


def _figure_criterion(
    evidence: Evidence, about: RunContext, name: str, estimate: Estimate, limit: float, badness: Badness
) -> Criterion:
    worst = worst_cases(evidence, evidence.cases.values(), badness)
    at_least = name == "straight_through"
    return Criterion(
        name=name, estimate=estimate, limit=limit, at_least=at_least, worst=worst, show=show(worst, about.run)
    )


def _errors_criterion(evidence: Evidence, over_the_mix: Estimate, gate: Gate, about: RunContext) -> Criterion:
    """Errors on inputs that ask for an answer.

    Under load a request fails because of its moment rather than its input, and arrivals are drawn by the shares of the
    mix: each request counts, with the same weight.
    """
    criterion = partial(_figure_criterion, evidence, about, "errors", limit=gate.errors)
    badness = _only(_excess, asking=True)
    if not about.under_load:
        return criterion(over_the_mix, badness=badness)
    rows = evidence.of_all(case for case in evidence.cases.values() if case.asks_for_answer())
    failed = sum(bool(FIGURES["errors"](row)) for row in rows)
    return replace(criterion(tally_of(len(rows) - failed, failed).estimate, badness=badness), per_request=True)


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
    """The scenario with more than half of the silent errors of a slice, if chance does not put them there.

    The others of the slice are the control: a scenario with more cases, or half of two, has half of them by itself.
    """
    sent = [case for case in inside if "scenario" in case.tags and not vacuous(case) and evidence.of(case)]
    silent = [case for case in sent if any(row.silent_error for row in evidence.of(case))]
    per_scenario = Counter(case.tags["scenario"] for case in sent)
    name, hits = next(iter(Counter(case.tags["scenario"] for case in silent).most_common(1)), ("", 0))
    if len(per_scenario) < 2 or 2 * hits <= len(silent):
        return ()
    others = Count(len(silent) - hits, len(sent) - per_scenario[name])
    if by_chance(hits, per_scenario[name], others.hits, others.n) * len(per_scenario) > ALPHA:
        return ()
    worst = worst_cases(evidence, [case for case in silent if case.tags["scenario"] == name], _silence)
    note = Finding(
        kind=FindingKind.WORST_SCENARIO,
        test="silent_errors_pack",
        slice=name,
        count=Count(hits, len(silent)),
        parts={"cases": Count(hits, per_scenario[name])},
        control=others,
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
    return rate(chosen, parts, pilot_complete=about.pilot_complete).known.all_silent


def _silence(case: Case, rows: Sequence[Judged]) -> tuple[float, ...] | None:
    """Silent errors: the largest share of repeats first, then the highest confidence."""
    silent = [row for row in rows if row.silent_error]
    confidence = max((row.confidence or 0.0 for row in silent), default=0.0)
    return (len(silent) / len(rows), confidence) if silent else None


def _excess(case: Case, rows: Sequence[Judged]) -> tuple[float, ...] | None:
    mean = _mean("errors", rows)
    return (mean,) if mean else None


def _only(badness: Badness, *, asking: bool) -> Badness:
    """The badness of the cases that ask for an answer, or of the other ones."""
    return lambda case, rows: badness(case, rows) if case.asks_for_answer() is asking else None


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
