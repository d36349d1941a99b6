"""Runs of services whose true rates are known, as the objects that the gate judges: cases, judged replies, criteria."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from harness.core.case import Case, Plan
from harness.core.reply import Disposition, Judged
from harness.core.settings import Gate, Mix
from harness.core.verdict import Criterion, Estimate
from harness.diff.gate.criteria import gate_criteria
from harness.diff.gate.evidence import PILOT
from harness.diff.gate.rates import Rates, measure
from harness.diff.gate.worst import RunContext
from harness.run.setup.budget import allot

FIELDS = 5
SLICE = "language=fr"
EVERY = 4
"""Every fourth case of each pack is in the slice."""

Draw = np.random.Generator
Integers = NDArray[np.int64]
Kind = Literal["right", "silent", "handed_over", "timeout"]
KINDS: tuple[Kind, ...] = ("right", "silent", "handed_over", "timeout")
SILENT = KINDS.index("silent")

WORST_UNKNOWN = {"silent_errors": (0.0, 1.0), "straight_through": (0.0, 1.0), "quality": (0.0, 1.0), "gap": (1.0, 0.0)}
"""What the undescribed part of the mix may truly be: hardest for the low bound, and for the high one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One pack of the mix and the true chances of its cases. asks: every case asks for an answer, else every other."""

    name: str
    share: float
    silent: float = 0.0
    handed: float = 0.0
    errors: float = 0.0
    asks: bool = True

    @property
    def chances(self) -> tuple[float, ...]:
        return (1.0 - self.silent - self.handed - self.errors, self.silent, self.handed, self.errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One setting. unscored: chance that a right answer cannot be scored (a wrong one: three times that).

    unknown: share of the mix that nobody described. steady: the pilot's samples come out the same in every run; else
    every reply is drawn. samples: of the pilot; with more than a quarter of the calls a part of them is drawn. beyond:
    criteria and figures whose bounds claim nothing about such a service; printed and not counted.
    """

    name: str
    packs: tuple[Pack, ...]
    samples: int = 24
    calls: int = 400
    unscored: float = 0.0
    unknown: float = 0.0
    steady: bool = True
    beyond: tuple[str, ...] = ()

    @property
    def mix(self) -> tuple[Mix, ...]:
        return tuple(Mix(pack=one.name, share=one.share * (1 - self.unknown), source="log") for one in self.packs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What became of a pack's cases: the kind of each, and fields that would be wrong in it if any were (1 to 5)."""

    kinds: Integers
    wrong: Integers

    @classmethod
    def drawn(cls, draw: Draw, pack: Pack, n: int) -> "Outcomes":
        kinds = draw.choice(len(KINDS), size=n, p=pack.chances)
        return cls(kinds=kinds, wrong=draw.integers(1, FIELDS + 1, size=n))

    @classmethod
    def fixed(cls, pack: Pack, n: int) -> "Outcomes":
        """So many of each kind as its chance says, rounded, in one random order."""
        counts = [round(chance * n) for chance in pack.chances[1:]]
        draw = np.random.default_rng(0)
        kinds = draw.permutation(np.repeat(np.arange(len(KINDS)), [n - sum(counts), *counts]))
        return cls(kinds=kinds, wrong=draw.integers(1, FIELDS + 1, size=n))


@dataclass(slots=True, kw_only=True)
class Simulation:
    """A service with everything about it that is the same in every run."""

    service: Service
    cases: dict[str, Case] = field(default_factory=dict)
    truth: dict[str, tuple[float, float]] = field(default_factory=dict)
    repeats: int = 1
    once_more: int = 0
    complete: bool = True
    sizes: dict[str, int] = field(default_factory=dict)
    pilot: "Outcomes | None" = None

    def runs(self, draw: Draw, count: int) -> Iterator[tuple[Rates, tuple[Criterion, ...]]]:
        """That many independent runs: their rates and criteria, by the functions of the product."""
        service, mix = self.service, self.service.mix
        gate = Gate(critical=(*(one.name for one in service.packs if one.name != PILOT), SLICE))
        about = RunContext(run="sim", samples=service.samples, pilot_complete=self.complete)
        for _ in range(count):
            evidence, rates = measure(self.cases, self._rows(draw), mix, pilot_complete=self.complete)
            yield rates, gate_criteria(evidence, rates, gate, mix, about)

    def _rows(self, draw: Draw) -> list[Judged]:
        rows = []
        for pack in self.service.packs:
            sends = self.repeats + bool(self.once_more) if pack.name == PILOT else 1
            for repeat in range(sends):
                fixed = self.pilot if pack.name == PILOT else None
                came = fixed or Outcomes.drawn(draw, pack, self.sizes[pack.name])
                hidden = draw.random(len(came.kinds)) < self.service.unscored * np.where(came.kinds == SILENT, 3, 1)
                rows += [
                    _row(pack.name, k, repeat, KINDS[kind], int(w), bool(h) and kind <= SILENT, _asks(pack, k))
                    for k, (kind, w, h) in enumerate(zip(came.kinds, came.wrong, hidden, strict=True))
                    if repeat < self.repeats or k < self.once_more
                ]
        return rows


def simulation(service: Service) -> Simulation:
    """The cases that a budget draws, and the true rates."""
    spent = allot(service.calls, service.samples, service.mix, probing=True)
    sizes = {PILOT: spent.pilot, **spent.packs}
    cases = {}
    for pack in service.packs:
        for k in range(sizes[pack.name]):
            address = _address(pack.name, k)
            cases[address] = Case(
                address=address,
                plan=Plan(base=f"sample:{k}"),
                content=b"",
                media_type="application/json",
                filename="a.json",
                expect="answer" if _asks(pack, k) else "reject",
                truth={f"f{i}": i for i in range(FIELDS)},
                tags={"language": "fr" if k % EVERY == 0 else "de"},
            )
    complete = spent.pilot == service.samples
    made = Simulation(
        service=service, cases=cases, repeats=spent.repeats, once_more=spent.once_more, complete=complete, sizes=sizes
    )
    if complete and service.steady:
        made.pilot = Outcomes.fixed(service.packs[0], spent.pilot)
    made.truth = _truth(made)
    return made


def _address(pack: str, k: int) -> str:
    return f"{pack}/simulated#{k}"


def _asks(pack: Pack, k: int) -> bool:
    return pack.asks or k % 2 == 0


@cache
def _row(pack: str, k: int, repeat: int, kind: Kind, wrong: int, unscored: bool, asks: bool) -> Judged:
    """One judged reply; where a refusal is asked, what is not accepted is refused."""
    if not asks and kind in ("right", "handed_over"):
        return Judged(address=_address(pack, k), repeat=repeat, disposition="rejected", judgement="right")
    did: dict[Kind, Disposition] = {"handed_over": "handed_over", "timeout": "timeout"}
    lacking = _lacking(kind, wrong)
    known: Literal["right", "wrong"] = "wrong" if lacking else "right"
    return Judged(
        address=_address(pack, k),
        repeat=repeat,
        disposition=did.get(kind, "accepted"),
        judgement="unscored" if unscored or kind == "timeout" else known,
        quality=None if unscored else 1.0 - lacking / FIELDS,
    )


def _lacking(kind: Kind, wrong: int) -> int:
    """How many of the fields are not right."""
    return {"right": 0, "silent": wrong, "handed_over": wrong - 1, "timeout": FIELDS}[kind]


def _rates(pack: Pack, fixed: Outcomes | None) -> dict[str, float]:
    """A pack's true rates; those of fixed samples where there are any."""
    if fixed is None:
        chances = dict(zip(KINDS, pack.chances, strict=True))
        drawn = [[1 - _lacking(kind, wrong) / FIELDS for wrong in range(1, FIELDS + 1)] for kind in KINDS]
        quality = sum(chances[kind] * sum(one) / FIELDS for kind, one in zip(KINDS, drawn, strict=True))
    else:
        kinds = [KINDS[kind] for kind in fixed.kinds]
        chances = {kind: kinds.count(kind) / len(kinds) for kind in KINDS}
        lacking = sum(_lacking(kind, int(wrong)) for kind, wrong in zip(kinds, fixed.wrong, strict=True))
        quality = 1 - lacking / FIELDS / len(kinds)
    return {
        "silent_errors": chances["silent"],
        "straight_through": chances["right"],
        "quality": quality,
        "errors": chances["timeout"],
    }


def _truth(made: Simulation) -> dict[str, tuple[float, float]]:
    """True value of each criterion and figure, twice: the hardest for the low bound, and for the high bound."""
    service, truth = made.service, {}
    fixed = made.pilot
    rates = {one.name: _rates(one, fixed if one.name == PILOT else None) for one in service.packs}
    asking = {
        one.name: sum(_asks(one, k) for k in range(made.sizes[one.name])) / made.sizes[one.name]
        for one in service.packs
    }
    total = sum(one.share * asking[one.name] for one in service.packs)
    for figure in ("silent_errors", "straight_through", "quality", "errors"):
        weighted = (one.share * asking[one.name] / total * rates[one.name][figure] for one in service.packs)
        truth[figure] = (sum(weighted),) * 2
    others = (one.share * (1 - asking[one.name]) * rates[one.name]["silent_errors"] for one in service.packs)
    truth["silent_errors_other"] = (sum(others),) * 2
    truth["gap"] = (rates[PILOT]["quality"] - truth["quality"][0],) * 2
    for one in service.packs:
        truth[one.name] = (rates[one.name]["silent_errors"],) * 2
    inside = Outcomes(kinds=fixed.kinds[::EVERY], wrong=fixed.wrong[::EVERY]) if fixed else None
    sliced = {**rates, PILOT: _rates(service.packs[0], inside)}
    truth[SLICE] = (sum(one.share * sliced[one.name]["silent_errors"] for one in service.packs),) * 2
    for figure, ends in WORST_UNKNOWN.items():
        truth[f"{figure} of all"] = _with_unknown(figure, truth, rates[PILOT]["quality"], service.unknown, ends)
    return truth


def _with_unknown(
    figure: str, truth: Mapping[str, tuple[float, float]], pilot: float, unknown: float, ends: tuple[float, float]
) -> tuple[float, float]:
    if figure == "gap":
        least, most = (pilot - ((1 - unknown) * truth["quality"][0] + unknown * end) for end in ends)
    else:
        least, most = ((1 - unknown) * truth[figure][0] + unknown * end for end in ends)
    return least, most


def estimates(rates: Rates, criteria: tuple[Criterion, ...]) -> dict[str, Estimate | Criterion]:
    """The results of a run, by the names that `truth` has: criteria, and the figures of the headline."""
    results: dict[str, Estimate | Criterion] = {one.slice or one.name: one for one in criteria}
    results |= {"quality": rates.known.quality}
    if rates.unknown:
        whole = rates.whole
        results |= {
            "silent_errors of all": whole.silent_errors,
            "straight_through of all": whole.straight_through,
            "quality of all": whole.quality,
            "gap of all": whole.gap,
        }
    return results
