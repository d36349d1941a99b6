"""How a budget of calls is spent: on the pilot, on the packs of the mix, and on probes."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from harness.core.settings import Mix

LEAST_PROBES = 6
"""Below this no breaking point can be told, so the calls go to the packs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """Calls by purpose. pilot: cases of the pilot, each sent `repeats` times. packs: mix cases by pack."""

    pilot: int
    repeats: int
    packs: dict[str, int]
    probes: int

    @property
    def calls(self) -> int:
        """All of it."""
        return self.pilot * self.repeats + sum(self.packs.values()) + self.probes


def allot(calls: int, samples: int, mix: Sequence[Mix], *, probing: bool) -> Allotment:
    """The pilot twice (at most a quarter), a quarter for probes, the rest in equal parts over the packs.

    Equal parts, not shares: the tail has small shares and the limits hold in each pack. With more samples than a
    quarter of the calls the pilot is sent once, and as many samples as that quarter holds.
    """
    packs = [part.pack for part in mix if part.pack != "pilot"]
    quarter = max(1, calls // 4)
    pilot = min(samples, quarter if packs else calls)
    repeats = 2 if 2 * samples <= quarter else 1
    probes = quarter if probing and packs and quarter >= LEAST_PROBES else 0
    left = max(0, calls - pilot * repeats - probes)
    each, more = divmod(left, len(packs)) if packs else (0, 0)
    return Allotment(
        pilot=pilot,
        repeats=repeats,
        packs={name: each + (k < more) for k, name in enumerate(packs)},
        probes=probes,
    )


def part_of(whole: Allotment, packs: Container[str]) -> Allotment:
    """The calls of a run of these packs only: theirs as in the whole run, the pilot once, no probes."""
    return replace(whole, repeats=1, packs={name: n for name, n in whole.packs.items() if name in packs}, probes=0)
