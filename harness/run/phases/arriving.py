"""The arrivals of a load run, drawn by the shares of the mix."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle

from harness.core.case import Case
from harness.core.errors import ConfigError, did_you_mean
from harness.core.seed import Stream
from harness.core.settings import Mix

MAX_CYCLE = 100_000
"""Maximum arrivals that are drawn; a longer load repeats them."""

REFERENCE_SHARE = 0.05
"""Share of the pilot in the arrivals if it is not in the mix: its samples are the control under load."""


def arrivals_of(
    cases: Sequence[Case], mix: Sequence[Mix], planned: int, seed: int, packs: Sequence[str] = ()
) -> list[Case]:
    """The case of each arrival: each pack as often as its share of the traffic says, in random order.

    The cases of a pack follow each other in the order of `cases`, which starts again after the last. packs: the pack of
    each arrival, if a log says so. ConfigError for one without cases.
    """
    by_pack: dict[str, list[Case]] = {}
    for case in cases:
        by_pack.setdefault(case.pack, []).append(case)
    shares = {part.pack: part.share for part in mix}
    count = min(planned, MAX_CYCLE)
    counts = apportion({name: shares.get(name, REFERENCE_SHARE) for name in by_pack}, count)
    names = [name for name, times in counts.items() for _ in range(times)]
    turns = {name: cycle(dict.fromkeys(one.address for one in own)) for name, own in by_pack.items()}
    made = {case.address: case for case in cases}
    if packs:
        return [made[next(_turn(turns, name))] for name in packs[:MAX_CYCLE]]
    return [made[next(turns[names[k]])] for k in Stream(seed, "arrivals", "mix").order(len(names))]


def _turn(turns: Mapping[str, Iterator[str]], name: str) -> Iterator[str]:
    if name not in turns:
        hint = did_you_mean(name, turns, f"packs of this run: {', '.join(turns)}")
        raise ConfigError(f'the schedule has requests of the pack "{name}", which is not sent\n{hint}')
    return turns[name]


def apportion(weights: Mapping[str, float], count: int) -> dict[str, int]:
    """`count` arrivals in proportion to the weights, at least one each if there are enough (largest remainders).

    >>> apportion({"pilot": 0.7, "faxes": 0.295, "rare": 0.005}, 100)
    {'pilot': 70, 'faxes': 29, 'rare': 1}
    """
    total = sum(weights.values())
    exact = {name: count * weight / total for name, weight in weights.items()}
    least = int(count >= len(weights))
    counts = {name: max(least, int(part)) for name, part in exact.items()}
    while (missing := count - sum(counts.values())) != 0:
        step = 1 if missing > 0 else -1
        free = [name for name in counts if missing > 0 or counts[name] > least]
        counts[max(free, key=lambda name: step * (exact[name] - counts[name]))] += step
    return counts
