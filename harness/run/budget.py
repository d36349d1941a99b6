"""How a budget of calls is spent: on the pilot, on the packs of the mix, and on probes."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from math import comb

from harness.core.settings import Mix

TWICE = 2
"""How often each sample of the pilot is sent unless more are called for: enough to see that a service is unsteady."""

LEAST_PROBES = 6
"""Below this no breaking point can be told, so the calls go to the packs."""

FAULT_CASES = 12
"""Cases under one fault, at most."""

LEAST_FAULT_CASES = 3
"""With fewer cases under a fault (and as many clean ones beside it) nothing can be told from chance."""

LEAST_UPSTREAM_CASES = 4
"""Cases under a fault of an upstream, at least: all of them wrong, beside 5 right ones without it, have p = 0.008."""

CONVICTS = 0.01
"""What p, times the number of faults, has to come to for all wrong beside none without the fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """Calls by purpose. pilot: cases of the pilot, each sent `repeats` times. packs: mix cases by pack.

    faults: calls for the faults: `clean` cases without any, `each` cases a fault, and as many again after a fault of an
    upstream, to see whether the service recovers.
    """

    pilot: int
    repeats: int
    packs: dict[str, int]
    probes: int
    faults: int = 0
    each: int = 0
    clean: int = 0

    @property
    def calls(self) -> int:
        """All of it."""
        return self.pilot * self.repeats + sum(self.packs.values()) + self.probes + self.faults


def allot(
    calls: int,
    samples: int,
    mix: Sequence[Mix],
    *,
    probing: bool,
    faults: int = 0,
    recovering: int = 0,
    repeats: int = TWICE,
) -> Allotment:
    """The pilot `repeats` times (at most a quarter), a quarter for probes, the rest in equal parts over the packs.

    Equal parts, not shares: the tail has small shares and the limits hold in each pack. There each case is sent once,
    since other cases tell more than the same again (docs/decisions/0028). With more samples than a quarter of the
    calls the pilot is sent once, and as many samples as that quarter holds. Faults take up to half of the probes'
    quarter, or up to a quarter where nothing is probed. recovering: how many of them cases are sent again after.
    """
    packs = [part.pack for part in mix if part.pack != "pilot"]
    quarter = max(1, calls // 4)
    pilot = min(samples, quarter if packs else calls)
    repeats = max(1, min(repeats, quarter // samples))
    probes = quarter if probing and packs and quarter >= LEAST_PROBES else 0
    room = probes // 2 if probes else min(quarter, calls - pilot * repeats)
    under, each, clean = _with_recovery(room, faults, recovering) if recovering else _without(room, faults)
    probes = max(0, probes - under)
    left = max(0, calls - pilot * repeats - probes - under)
    share, more = divmod(left, len(packs)) if packs else (0, 0)
    return Allotment(
        pilot=pilot,
        repeats=repeats,
        packs={name: share + (k < more) for k, name in enumerate(packs)},
        probes=probes,
        faults=under,
        each=each,
        clean=clean,
    )


def part_of(whole: Allotment, packs: Container[str]) -> Allotment:
    """The calls of a run of these packs only: theirs as in the whole run, the pilot once, no probes."""
    return replace(whole, repeats=1, packs={name: n for name, n in whole.packs.items() if name in packs}, probes=0)


def _without(room: int, faults: int) -> tuple[int, int, int]:
    """Calls, cases a fault and clean ones: the room in equal parts, but never so few that they tell nothing."""
    each = min(FAULT_CASES, max(LEAST_FAULT_CASES, room // (faults + 1))) if faults else 0
    tried = min(faults, room // each - 1) if each else 0
    return ((tried + 1) * each, each, each) if tried > 0 else (0, 0, 0)


def _with_recovery(room: int, faults: int, recovering: int) -> tuple[int, int, int]:
    """The same where a fault of an upstream counts as two sendings: under it, and after it."""
    for each in range(FAULT_CASES, LEAST_UPSTREAM_CASES - 1, -1):
        clean = _clean(each, recovering)
        if clean + (faults + recovering) * each <= room:
            return clean + (faults + recovering) * each, each, clean
    each = LEAST_UPSTREAM_CASES
    for tried in range(recovering - 1, 0, -1):
        clean = _clean(each, tried)
        if clean + 2 * tried * each <= room:
            return clean + 2 * tried * each, each, clean
    return 0, 0, 0


def _clean(each: int, faults: int) -> int:
    """Clean cases beside so many faults: all of a fault's wrong and none of these convict it (Fisher, Bonferroni)."""
    clean = each
    while comb(each + clean, each) * CONVICTS < faults:
        clean += 1
    return clean
