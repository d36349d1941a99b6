"""Groups of replies to compare with the others: by slice, by when they were due, by how many were due then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from harness.core.case import USUAL, Case
from harness.core.finding import Circumstance, Where
from harness.core.regression.arrays import Bools, Floats
from harness.diff.gate.evidence import PILOT

MIN_REPLIES = 5
"""Minimum number of equal replies, in a slice from as many samples; fewer may be equal without a default."""

PARTS = (4, 8, 16)
"""Windows are 1/4, 1/8 and 1/16 of the requests; neighbouring windows overlap by half."""

MIN_WINDOW_REQUESTS = 8
"""Minimum number of requests in a window; with fewer, no result is significant after the correction."""

SECOND = 1.0
"""Seconds over which the request rate is counted."""

UNEVEN = 1.5
"""Minimum ratio of the rate in a burst to the median rate; an even rate has no bursts."""

SLICES = (Where.PACK, Where.SCENARIO, Where.TAG)
"""Circumstances that are also slices of the run."""

Moments = Mapping[tuple[str, int], float]
NO_MOMENTS: Moments = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """Replies that are compared with the others. rows: which ones are in it."""

    circumstance: Circumstance
    rows: Bools

    @property
    def slice(self) -> str:
        """The pack, scenario or `tag=value` that it is; "" for a time window."""
        return self.circumstance.value if self.circumstance.where in SLICES else ""


def slices_of(cases: Sequence[Case]) -> list[Place]:
    """Packs first, then scenarios and tags."""
    named: dict[Circumstance, list[int]] = {}
    for k, case in enumerate(cases):
        if case.pack != PILOT:
            named.setdefault(Circumstance(Where.PACK, case.pack), []).append(k)
    for k, case in enumerate(cases):
        for one in _of_tags(case):
            named.setdefault(one, []).append(k)
    return [
        Place(circumstance=one, rows=_mask(inside, len(cases)))
        for one, inside in named.items()
        if MIN_REPLIES <= len(inside) < len(cases)
    ]


def _of_tags(case: Case) -> Iterator[Circumstance]:
    for tag, one in case.tags.items():
        if tag == "scenario":
            yield Circumstance(Where.SCENARIO, case.address.partition("#")[0])
        elif tag != "sample" and (tag, one) != USUAL:
            yield Circumstance(Where.TAG, f"{tag}={one}")


def windows_of(when: Floats) -> list[Place]:
    """Time windows. when: seconds of the run at which each reply was due, in ascending order."""
    places = []
    for size in dict.fromkeys(len(when) // part for part in PARTS if len(when) // part >= MIN_WINDOW_REQUESTS):
        for start in range(0, len(when) - size + 1, max(1, size // 2)):
            begin, end = float(when[start]), float(when[start + size - 1])
            inside = np.zeros(len(when), bool)
            inside[start : start + size] = True
            places.append(Place(circumstance=Circumstance(Where.WINDOW, f"{begin:.1f}-{end:.1f}"), rows=inside))
    return places


def bursts_of(when: Floats, moments: Moments) -> list[Place]:
    """Requests that were due at the highest rates; none if the rate is even. when: as in `windows_of`.

    This detects load shedding at random arrivals, whose bursts are too short for a time window.
    """
    if not len(when):
        return []
    due = np.sort(np.fromiter(moments.values(), np.float64, len(moments)))
    rate = np.searchsorted(due, when, side="right") - np.searchsorted(due, when - SECOND, side="right")
    places: dict[int, Place] = {}
    for part in PARTS:
        least = int(np.quantile(rate, 1 - 1 / part))
        fast = rate >= least
        if (
            least >= UNEVEN * max(2.0, float(np.median(rate)))
            and MIN_WINDOW_REQUESTS <= int(fast.sum()) <= len(when) // 2
        ):
            places[least] = Place(circumstance=Circumstance(Where.BURST, str(least)), rows=fast)
    return list(places.values())


def _mask(inside: Sequence[int], length: int) -> Bools:
    mask = np.zeros(length, bool)
    mask[list(inside)] = True
    return mask
