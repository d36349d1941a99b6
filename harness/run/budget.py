"""How a budget of calls is spent: on the pilot, on the packs of the mix, on stages, and on probes."""

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass, field, replace

from harness.core.settings import Mix, StageName

TWICE = 2
"""How often each sample of the pilot is sent unless more are called for: enough to see that a service is unsteady."""

LEAST_PROBES = 6
"""Below this no breaking point can be told, so the calls go to the packs."""

FAULT_CASES = 12
"""Cases under one fault, at most."""

LEAST_FAULT_CASES = 3
"""With fewer cases under a fault (and as many clean ones beside it) nothing can be told from chance."""

PARTS: dict[StageName, int] = {"company": 5, "history": 3, "echoes": 1, "anchors": 2}
"""The stages that send something of their own, and how they share what there is for stages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """Calls by purpose. pilot: cases of the pilot, each sent `repeats` times. packs: mix cases by pack.

    stages: calls by stage. faults: calls for the faults, `each` cases a fault and as many clean ones to compare all of
    them with.
    """

    pilot: int
    repeats: int
    packs: dict[str, int]
    probes: int
    stages: dict[StageName, int] = field(default_factory=dict)
    faults: int = 0
    each: int = 0

    @property
    def calls(self) -> int:
        """All of it."""
        planned = sum(self.packs.values()) + sum(self.stages.values())
        return self.pilot * self.repeats + planned + self.probes + self.faults


def allot(
    calls: int,
    samples: int,
    mix: Sequence[Mix],
    *,
    probing: bool,
    faults: int = 0,
    repeats: int = TWICE,
    stages: Collection[StageName] = (),
) -> Allotment:
    """The pilot `repeats` times (at most a quarter), a quarter for probes, the rest in equal parts over the packs.

    Stages get half of a quarter: what the pilot leaves of its own, then of the probes'.

    Equal parts, not shares: the tail has small shares and the limits hold in each pack. There each case is sent once,
    since other cases tell more than the same again (docs/decisions/0028). With more samples than a quarter of the
    calls the pilot is sent once, and as many samples as that quarter holds. Faults take up to half of the probes'
    quarter, or up to a quarter where nothing is probed.
    """
    packs = [part.pack for part in mix if part.pack != "pilot"]
    quarter = max(1, calls // 4)
    pilot = min(samples, quarter if packs else calls)
    repeats = max(1, min(repeats, quarter // samples))
    probes = quarter if probing and packs and quarter >= LEAST_PROBES else 0
    asked = [name for name in PARTS if name in stages]
    free = max(0, (quarter if packs else calls) - pilot * repeats)
    besides = min(quarter // 2, free + probes // 2) if asked else 0
    probes -= max(0, besides - free)
    room = probes // 2 if probes else min(quarter, calls - pilot * repeats - besides)
    each = _each(room, faults)
    tried = min(faults, room // each - 1) if each else 0
    under = (tried + 1) * each if tried > 0 else 0
    probes = max(0, probes - under)
    left = max(0, calls - pilot * repeats - besides - probes - under)
    share, more = divmod(left, len(packs)) if packs else (0, 0)
    return Allotment(
        pilot=pilot,
        repeats=repeats,
        packs={name: share + (k < more) for k, name in enumerate(packs)},
        probes=probes,
        stages=_shared(besides, asked),
        faults=under,
        each=each if under else 0,
    )


def part_of(whole: Allotment, packs: Container[str]) -> Allotment:
    """The calls of a run of these packs only: theirs as in the whole run, the pilot once, no probes."""
    kept = {name: n for name, n in whole.packs.items() if name in packs}
    return replace(whole, repeats=1, packs=kept, stages={}, probes=0)


def _shared(calls: int, stages: Sequence[StageName]) -> dict[StageName, int]:
    """The calls by stage, in whole numbers that come to all of them."""
    weights = [PARTS[name] for name in stages]
    ends = [calls * sum(weights[: k + 1]) // sum(weights) for k in range(len(weights))]
    return {name: end - begin for name, begin, end in zip(stages, [0, *ends], ends, strict=False)}


def _each(room: int, faults: int) -> int:
    """Cases a fault: what the room gives to each and to the clean ones, but never so few that they tell nothing."""
    return min(FAULT_CASES, max(LEAST_FAULT_CASES, room // (faults + 1))) if faults else 0
