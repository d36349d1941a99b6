"""Two runs of a service before and after a change whose true drop is known, as the two sides that the gate compares."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.core.regression.baseline import CaseResult, Repeat
from harness.core.regression.columns import Results
from harness.core.regression.gathering import columns_of
from harness.core.verdict import Criterion
from harness.diff.gate.evidence import PILOT
from harness.diff.regression.regress import regression_criteria, slice_drops

PACK = "faxes"
LIMIT = 0.05
CHANCES = ((0.995, 0.75), (0.70, 0.15), (0.15, 0.10))
"""How surely a sample holds before the change, and the part of the samples that are so."""

RIGHT = Repeat(disposition="accepted", judgement="right")
WRONG = Repeat(disposition="accepted", judgement="wrong")
SILENCE = Repeat(disposition="timeout", judgement="unscored")

Draw = np.random.Generator
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One setting. drop: about the true one, 0 for a service that did not change.

    variants: the pack's cases are made of the pilot's samples, so that several cases share one; else each case has a
    sample of its own. broken: the drop comes from samples that fail altogether; else every sample fails more often.
    unanswered: chance that a reply of the new side never comes.
    """

    name: str
    drop: float
    variants: bool = False
    broken: bool = False
    unanswered: float = 0.0
    samples: int = 24
    cases: int = 84
    repeats: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Each sample's chance to hold before and after."""

    before: Floats
    after: Floats

    @property
    def drop(self) -> float:
        return float((self.before - self.after).mean())


def population(release: Release) -> Population:
    """The samples that all runs of this setting are drawn from: the pilot's own, or very many."""
    draw, n = np.random.default_rng(2), release.samples if release.variants else 20_000
    values, parts = zip(*CHANCES, strict=True)
    before = draw.permutation(np.repeat(values, np.diff(np.round(np.cumsum([0.0, *parts]) * n)).astype(int)))
    return Population(before=before, after=_fallen(before, release))


def _fallen(before: Floats, release: Release) -> Floats:
    if not release.broken:
        return before * (1 - release.drop / float(before.mean()))
    after, lost = before.copy(), round(release.drop * len(before) / before.max())
    after[np.argsort(-before, kind="stable")[:lost]] = 0.0
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The regression criteria of one comparison by slice, and the true drop behind each."""

    criteria: dict[str, Criterion]
    truth: dict[str, float]


def comparisons(release: Release, draw: Draw, count: int) -> Iterator[Compared]:
    """So many independent pairs of runs, compared by the product's own functions."""
    pack = population(release)
    pilot = pack if release.variants else population_of_pilot(release)
    truth = {PILOT: pilot.drop, PACK: pack.drop}
    keys = np.arange(release.samples)
    for _ in range(count):
        drawn = draw.integers(len(pack.before), size=release.cases)
        before = {**_side(draw, PILOT, keys, pilot.before, release.repeats), **_side(draw, PACK, drawn, pack.before, 1)}
        after = {
            **_side(draw, PILOT, keys, pilot.after, release.repeats, release.unanswered),
            **_side(draw, PACK, drawn, pack.after, 1, release.unanswered),
        }
        sides = (
            Results(label="before", cases=columns_of(before.values())),
            Results(label="after", cases=columns_of(after.values()), complete=True),
        )
        _, drops = slice_drops(*sides, (PILOT, PACK))
        criteria = {one.slice: one for one in regression_criteria(drops, LIMIT, "sim")}
        yield Compared(criteria=criteria, truth=truth)


def population_of_pilot(release: Release) -> Population:
    """The same chances over the pilot's few samples."""
    small = Release(name=release.name, drop=release.drop, variants=True, broken=release.broken, samples=release.samples)
    return population(small)


def _side(
    draw: Draw, pack: str, keys: Integers, chances: Floats, repeats: int, unanswered: float = 0.0
) -> dict[str, CaseResult]:
    passed = draw.random((len(keys), repeats)) < chances[keys][:, None]
    lost = draw.random((len(keys), repeats)) < unanswered
    results = {}
    for k, key in enumerate(keys):
        address = f"{pack}/simulated#{k}"
        replies = tuple(
            SILENCE if gone else RIGHT if ok else WRONG for ok, gone in zip(passed[k], lost[k], strict=True)
        )
        results[address] = CaseResult(address=address, sha256="", tags={"sample": str(key)}, repeats=replies)
    return results
