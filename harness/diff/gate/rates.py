"""Rates per pack and over the mix, with their bounds.

Each case has five figures: silent error, straight-through, handed over, quality, error. A case is one unit, however
often it was sent.
An answer that was handed over, refused or never came is known to be no silent error and not straight-through. Only an
accepted answer that cannot be scored, and a case without a reply, are unknown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.settings import Mix, Source
from harness.core.statistics.intervals import Tally, project, project_bounds, tally_up
from harness.core.verdict import Estimate

PILOT = "pilot"
UNKNOWN = "unknown"
"""The share of the mix that no pack describes; no pack may have this name."""

GUESSED = 0.2
"""If guessed shares carry more than this part of the gap, the mix counts as assumed."""

Figure = Literal["silent_errors", "straight_through", "handed_over", "quality", "errors"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The cases behind the rates, and their judged replies by address; a case may have none."""

    cases: Mapping[str, Case]
    rows: Mapping[str, Sequence[Judged]]

    def of(self, case: Case) -> Sequence[Judged]:
        """The judged replies of one case, one per repeat."""
        return self.rows.get(case.address, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRates:
    """One pack's tallies. share: of the known mix. asks: whether it asks for an answer at all."""

    pack: str
    share: float
    source: Source
    cases: int
    vacuous: int
    asks: bool
    silent_errors: Tally
    straight_through: Tally
    handed_over: Tally
    quality: Tally
    errors: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """The figures over a mix."""

    silent_errors: Estimate
    straight_through: Estimate
    handed_over: Estimate
    quality: Estimate
    gap: Estimate
    errors: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Everything that is estimated in a run.

    pilot: quality on the pilot samples. known: over the described part of the mix; the criteria use it. whole: with the
    unknown part at its full range; the headline uses it. vacuous: addresses of cases that changed nothing and are in no
    rate. guessed: the share of the gap that guessed shares carry.
    """

    packs: Mapping[str, PackRates]
    pilot: Estimate
    known: Projection
    whole: Projection
    unknown: float
    vacuous: tuple[str, ...] = field(default_factory=tuple)
    guessed: float = 1.0


def measure(
    cases: Mapping[str, Case], judged: Iterable[Judged], mix: Sequence[Mix], *, pilot_complete: bool = False
) -> tuple[Evidence, Rates]:
    """The evidence and the rates of the packs of the mix (and of pack `pilot`); probes and other cases are left out.

    pilot_complete: pack `pilot` sent every sample, so that its rates vary only as far as its repeats differ.
    """
    names = {part.pack for part in mix} | {PILOT}
    evidence = gather({address: case for address, case in cases.items() if case.pack in names}, judged)
    return evidence, rate(evidence, mix, pilot_complete=pilot_complete)


def gather(cases: Mapping[str, Case], judged: Iterable[Judged]) -> Evidence:
    """The cases with their judged replies."""
    rows: dict[str, list[Judged]] = {}
    for row in judged:
        if row.address in cases:
            rows.setdefault(row.address, []).append(row)
    return Evidence(cases=cases, rows=rows)


def rate(evidence: Evidence, mix: Sequence[Mix], *, pilot_complete: bool = False) -> Rates:
    """The rates of `evidence`; its cases may be those of one slice."""
    unknown = max(0.0, round(1.0 - sum(part.share for part in mix), 9))
    packs = _packs(evidence, mix, pilot_complete)
    known = _project(packs, 0.0)
    return Rates(
        packs=packs,
        pilot=packs[PILOT].quality.estimate,
        known=known,
        whole=_project(packs, unknown) if unknown else known,
        unknown=unknown,
        vacuous=tuple(address for address, case in evidence.cases.items() if vacuous(case)),
        guessed=_guessed(packs),
    )


def _packs(evidence: Evidence, mix: Sequence[Mix], pilot_complete: bool) -> dict[str, PackRates]:
    """The packs of the mix with their shares of the described part, and pack `pilot` in any case."""
    described = sum(part.share for part in mix) or 1.0
    shares: dict[str, float] = {PILOT: 0.0}
    for part in mix:
        shares[part.pack] = shares.get(part.pack, 0.0) + part.share / described
    sources: dict[str, Source] = {part.pack: part.source for part in mix}
    cases: dict[str, list[Case]] = {name: [] for name in shares}
    for case in evidence.cases.values():
        cases.setdefault(case.pack, []).append(case)
    return {
        name: _pack(name, cases[name], evidence, share, sources.get(name, "log"), pilot_complete and name == PILOT)
        for name, share in shares.items()
    }


def vacuous(case: Case) -> bool:
    """Whether the case tests nothing: its steps left the base as it was."""
    return not case.changed and case.pack != PILOT


def _pack(name: str, cases: Sequence[Case], evidence: Evidence, share: float, source: Source, exact: bool) -> PackRates:
    real = [case for case in cases if not vacuous(case)]
    asking = [case for case in real if case.asks_for_answer()]

    def tally(figure: Figure, chosen: Sequence[Case]) -> Tally:
        return tally_up(([FIGURES[figure](row) for row in evidence.of(case)] for case in chosen), exact=exact)

    return PackRates(
        pack=name,
        share=share,
        source=source,
        cases=len(real),
        vacuous=len(cases) - len(real),
        asks=bool(asking) or not real,
        silent_errors=tally("silent_errors", real),
        straight_through=tally("straight_through", asking),
        handed_over=tally("handed_over", asking),
        quality=tally("quality", asking),
        errors=tally("errors", real),
    )


def _silent(row: Judged) -> float | None:
    return None if row.disposition == "accepted" and row.judgement == "unscored" else float(row.silent_error)


def _straight(row: Judged) -> float | None:
    return None if row.disposition == "accepted" and row.judgement == "unscored" else float(row.straight_through)


def _error(row: Judged) -> float:
    return float(row.disposition in ("error", "timeout", "dropped") and not row.crashed_on_input)


FIGURES: Mapping[Figure, Callable[[Judged], float | None]] = {
    "silent_errors": _silent,
    "straight_through": _straight,
    "handed_over": lambda row: float(row.disposition == "handed_over"),
    "quality": lambda row: row.quality,
    "errors": _error,
}
"""The value of one reply for each figure; None if it is unknown."""


def _project(packs: Mapping[str, PackRates], unknown: float) -> Projection:
    everywhere = _shares(packs.values(), unknown)
    asking = _shares((pack for pack in packs.values() if pack.asks), unknown)
    quality = {name: pack.quality for name, pack in packs.items()}
    projected = project(asking, quality)
    return Projection(
        silent_errors=project(everywhere, {name: pack.silent_errors for name, pack in packs.items()}),
        straight_through=project(asking, {name: pack.straight_through for name, pack in packs.items()}),
        handed_over=project(asking, {name: pack.handed_over for name, pack in packs.items()}),
        quality=projected,
        gap=_gap(asking, quality, projected),
        errors=project(everywhere, {name: pack.errors for name, pack in packs.items()}),
    )


def _shares(packs: Iterable[PackRates], unknown: float) -> dict[str, float]:
    """Shares that add up to 1: those of `packs`, and that of the unknown part, which may contain anything."""
    shares = {pack.pack: pack.share * (1.0 - unknown) for pack in packs if pack.share}
    if unknown:
        shares[UNKNOWN] = unknown
    total = sum(shares.values())
    return {name: share / total for name, share in shares.items()}


def _gap(shares: Mapping[str, float], quality: Mapping[str, Tally], projected: Estimate) -> Estimate:
    """Quality on the pilot minus projected quality, as one sum in which the pilot has one joint coefficient."""
    pilot = quality[PILOT].value
    if pilot is None or projected.value is None:
        return Estimate(value=None, low=-1.0, high=1.0, n=0)
    coefficients = {name: -share for name, share in shares.items()}
    coefficients[PILOT] = coefficients.get(PILOT, 0.0) + 1.0
    low, high = project_bounds(coefficients, quality)
    value = pilot - projected.value
    return Estimate(value=value, low=max(-1.0, min(low, value)), high=min(1.0, max(high, value)), n=projected.n)


def _guessed(packs: Mapping[str, PackRates]) -> float:
    """The part of the gap that packs with a guessed share carry; without a gap, their part of the mix."""
    pilot = packs[PILOT].quality.value or 0.0
    carried = {
        name: abs(pack.share * (pilot - pack.quality.value)) if pack.quality.value is not None else pack.share
        for name, pack in packs.items()
        if pack.asks
    }
    if sum(carried.values()) <= 1e-9:
        carried = {name: pack.share for name, pack in packs.items()}
    total = sum(carried.values())
    guesses = sum(value for name, value in carried.items() if packs[name].source == "guess")
    return guesses / total if total else 1.0
