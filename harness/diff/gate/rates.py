"""Rates per pack and over the mix, with their bounds.

The figures of a run are about one population: the cases that were sent and ask for an answer. Each ends in one of six
classes, whose shares add up to 1. A case is one unit, however often it was sent. A pack weighs its share of the traffic
times the part of its cases that ask for an answer. Accepted answers to other inputs have a rate of their own.
An accepted answer that cannot be scored counts as neither right nor wrong, and the bounds allow for both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.settings import Mix, Source
from harness.core.statistics.intervals import Tally, project, project_bounds, tally_of, tally_up
from harness.core.verdict import EndClass, Estimate
from harness.diff.gate.evidence import (
    CLASSES,
    FIGURES,
    PILOT,
    Evidence,
    Inputs,
    Measure,
    distinct,
    gather,
    is_of,
    vacuous,
)
from harness.diff.gate.papers import NO_PAPERS, Papers, papers_of

UNKNOWN = "unknown"
"""The share of the mix that no pack describes; no pack may have this name."""

GUESSED = 0.2
"""If guessed shares carry more than this part of the gap, the mix counts as assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRates:
    """One pack's tallies. share: of the known mix. asking: the part of its cases that ask for an answer.

    classes, quality, errors: of the cases that ask for an answer. silent_errors: of all cases. other_silent: cases that
    were accepted and wrong though they ask for no answer, of all cases.
    """

    pack: str
    share: float
    source: Source
    cases: int
    vacuous: int
    asking: float
    classes: Mapping[EndClass, Tally]
    quality: Tally
    errors: Tally
    silent_errors: Tally
    other_silent: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """The figures over a mix.

    classes, quality, gap, errors: of the cases that ask for an answer. all_silent: accepted and wrong, of all cases.
    other_silent: those of them that ask for no answer, of all cases.
    """

    classes: Mapping[EndClass, Estimate]
    quality: Estimate
    gap: Estimate
    errors: Estimate
    all_silent: Estimate
    other_silent: Estimate

    @property
    def silent_errors(self) -> Estimate:
        """Accepted and wrong."""
        return self.classes["accepted_wrong"]

    @property
    def straight_through(self) -> Estimate:
        """Accepted and right."""
        return self.classes["accepted_right"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Everything that is estimated in a run.

    pilot: quality on the pilot samples. new_documents: the share of distinct pilot samples that were ever accepted and
    wrong, with bounds for documents like them that were not sent. known: over the described part of the mix; the
    criteria use it. whole: with the unknown part at its full range; the headline uses it. vacuous: addresses of cases
    that changed nothing and are in no rate. guessed: the share of the gap that guessed shares carry. papers: the clean
    made papers. not_judged: the part of `unknown` whose packs could not be judged because of them.
    """

    packs: Mapping[str, PackRates]
    pilot: Estimate
    new_documents: Estimate
    known: Projection
    whole: Projection
    unknown: float
    vacuous: tuple[str, ...] = field(default_factory=tuple)
    guessed: float = 1.0
    papers: Papers = NO_PAPERS
    not_judged: float = 0.0


def measure(
    cases: Mapping[str, Case], judged: Iterable[Judged], mix: Sequence[Mix], *, pilot_complete: bool = False
) -> tuple[Evidence, Rates]:
    """The evidence and the rates of the packs of the mix (and of pack `pilot`); probes and other cases are left out.

    Cases on made papers that the service does not read are left out, and a pack of such cases is part of the unknown.
    pilot_complete: pack `pilot` sent every sample, so that its rates vary only as far as its repeats differ.
    """
    names, rows = {part.pack for part in mix} | {PILOT}, list(judged)
    of_mix = {address: case for address, case in cases.items() if case.pack in names}
    papers = papers_of(tuple(of_mix.values()), rows)
    evidence = gather({address: case for address, case in of_mix.items() if papers.counts(case)}, rows)
    known = [part for part in mix if part.pack not in papers.not_judged]
    rates = rate(evidence, known, pilot_complete=pilot_complete)
    return evidence, replace(rates, papers=papers, not_judged=sum(part.share for part in mix if part not in known))


def rate(evidence: Evidence, mix: Sequence[Mix], *, pilot_complete: bool = False) -> Rates:
    """The rates of `evidence`; its cases may be those of one slice."""
    unknown = max(0.0, round(1.0 - sum(part.share for part in mix), 9))
    packs = _packs(evidence, mix, pilot_complete)
    known = _project(packs, 0.0)
    return Rates(
        packs=packs,
        pilot=packs[PILOT].quality.estimate,
        new_documents=_new_documents(evidence),
        known=known,
        whole=_project(packs, unknown) if unknown else known,
        unknown=unknown,
        vacuous=tuple(address for address, case in evidence.cases.items() if vacuous(case)),
        guessed=_guessed(packs),
    )


def _new_documents(evidence: Evidence) -> Estimate:
    """Repeated inputs are one sample, and a sample is silently wrong if any of its answers was."""
    silent: dict[str, bool] = {}
    for case in evidence.cases.values():
        if case.pack == PILOT and (rows := evidence.of(case)):
            silent[case.sha256] = silent.get(case.sha256, False) or any(row.silent_error for row in rows)
    return tally_of(len(silent) - sum(silent.values()), sum(silent.values())).estimate


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


def _pack(
    name: str, cases: Sequence[Case], evidence: Evidence, share: float, source: Source, complete: bool
) -> PackRates:
    real = distinct(case for case in cases if not vacuous(case))
    asking = [inputs for inputs in real if inputs[0].asks_for_answer()]

    def tally(figure: Measure, chosen: Iterable[Inputs]) -> Tally:
        return tally_up(([figure(row) for row in evidence.of_all(inputs)] for inputs in chosen), complete=complete)

    def ended(one: EndClass, chosen: Iterable[Inputs], *, other: bool = False) -> Tally:
        """The part that ended so; an input that asks for an answer is none of the `other` ones."""
        ends = (
            [0.0 if other and inputs[0].asks_for_answer() else is_of(one, row) for row in evidence.of_all(inputs)]
            for inputs in chosen
        )
        return tally_up(ends, complete=complete, unjudged_is_none=True)

    return PackRates(
        pack=name,
        share=share,
        source=source,
        cases=len(real),
        vacuous=sum(map(vacuous, cases)),
        asking=len(asking) / len(real) if real else 1.0,
        classes={one: ended(one, asking) for one in CLASSES},
        quality=tally(FIGURES["quality"], asking),
        errors=tally(FIGURES["errors"], asking),
        silent_errors=ended("accepted_wrong", real),
        other_silent=ended("accepted_wrong", real, other=True),
    )


def _project(packs: Mapping[str, PackRates], unknown: float) -> Projection:
    everywhere = _shares({name: pack.share for name, pack in packs.items()}, unknown)
    asking = _shares({name: pack.share * pack.asking for name, pack in packs.items()}, unknown)
    quality = {name: pack.quality for name, pack in packs.items()}
    projected = project(asking, quality)
    return Projection(
        classes={one: project(asking, {name: pack.classes[one] for name, pack in packs.items()}) for one in CLASSES},
        quality=projected,
        gap=_gap(asking, quality, projected),
        errors=project(asking, {name: pack.errors for name, pack in packs.items()}),
        all_silent=project(everywhere, {name: pack.silent_errors for name, pack in packs.items()}),
        other_silent=project(everywhere, {name: pack.other_silent for name, pack in packs.items()}),
    )


def _shares(weights: Mapping[str, float], unknown: float) -> dict[str, float]:
    """Shares that add up to 1: in proportion to the weights, and that of the unknown part, which may be anything."""
    total = sum(weights.values())
    shares = {name: weight / total * (1.0 - unknown) for name, weight in weights.items() if weight}
    return {**shares, UNKNOWN: unknown} if unknown else shares


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
        if pack.asking
    }
    if sum(carried.values()) <= 1e-9:
        carried = {name: pack.share for name, pack in packs.items()}
    total = sum(carried.values())
    guesses = sum(value for name, value in carried.items() if packs[name].source == "guess")
    return guesses / total if total else 1.0
