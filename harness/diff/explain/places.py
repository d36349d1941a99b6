"""Where replies are looked at together: what their cases have in common, when they were due, how many came then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from harness.core.case import USUAL, Case
from harness.core.regression.arrays import Bools, Floats
from harness.diff.gate.rates import PILOT

MIN_REPLIES = 5
"""Replies with the one answer, in a slice to as many samples; fewer may be alike for one reason that is no default."""

PARTS = (4, 8, 16)
"""Windows are a quarter, an eighth and a sixteenth of the requests, each two of them half overlapping."""

MIN_WINDOW_REQUESTS = 8
"""Requests of a window; 5 of fewer are told by no test that looks at so many."""

SECOND = 1.0
"""Requests that were due within so many seconds up to one are the rate that it came at."""

UNEVEN = 1.5
"""Times the middle rate that the fastest sixteenth has to reach: at an even rate there is nothing to tell by it."""

Moments = Mapping[tuple[str, int], float]
NO_MOMENTS: Moments = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """Where replies are set against the others. rows: which ones are in it."""

    words: str
    others: str
    rows: Bools
    slice: str = ""


def slices_of(cases: Sequence[Case]) -> list[Place]:
    """Packs first, then what the tags say."""
    named: dict[str, list[int]] = {}
    for k, case in enumerate(cases):
        if case.pack != PILOT:
            named.setdefault(case.pack, []).append(k)
    for k, case in enumerate(cases):
        for tag, one in case.tags.items():
            if tag != "sample" and (tag, one) != USUAL:
                named.setdefault(case.address.partition("#")[0] if tag == "scenario" else f"{tag}={one}", []).append(k)
    return [
        Place(words=f"to {name}", others="elsewhere", rows=_mask(inside, len(cases)), slice=name)
        for name, inside in named.items()
        if MIN_REPLIES <= len(inside) < len(cases)
    ]


def windows_of(when: Floats) -> list[Place]:
    """Stretches of time. when: seconds of the run at which each was due, rising."""
    places = []
    for size in dict.fromkeys(len(when) // part for part in PARTS if len(when) // part >= MIN_WINDOW_REQUESTS):
        for start in range(0, len(when) - size + 1, max(1, size // 2)):
            begin, end = float(when[start]), float(when[start + size - 1])
            words = f"that were due between {begin:.1f} and {end:.1f} s of the run"
            inside = np.zeros(len(when), bool)
            inside[start : start + size] = True
            places.append(Place(words=words, others="before and after", rows=inside))
    return places


def bursts_of(when: Floats, moments: Moments) -> list[Place]:
    """The requests that came when most others did, none where the rate was even. when: as in `windows_of`.

    Load that is shed shows here where it comes and goes too fast for a stretch of time, as at random arrivals.
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
            words = f"that came when {least} and more were due within a second"
            places[least] = Place(words=words, others="when fewer were", rows=fast)
    return list(places.values())


def _mask(inside: Sequence[int], length: int) -> Bools:
    mask = np.zeros(length, bool)
    mask[list(inside)] = True
    return mask
