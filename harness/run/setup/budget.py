"""How a budget of calls is spent: on the pilot, on the packs of the mix, on robustness tests, and on probes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from math import comb

from harness.core.robustness import ALPHA
from harness.core.settings import Mix, RobustnessName, Target
from harness.run.setup.robustness_tests import Cost, costs_of

PILOT_REPLIES = 180
"""Replies to pilot samples. If none of 149 is a silent error, the upper bound is 2 % (exact, one-sided 95 %), the limit
over the mix; the rest leaves room for the error of the packs."""

CASES_A_PACK = 60
"""Cases for each pack. If 60 cases show no silent error or no drop, the upper bound is 4.9 % (exact, one-sided 95 %):
below both limits, 10 % silent errors and a drop of 5 %."""

CASES_OF_PACKS = 90
"""Cases of all packs together that the coverage test leaves: the only pack of a mix has a larger share of it."""

MIN_PROBES = 6
"""Minimum calls for probes. Fewer cannot locate a breaking point, so they go to the packs."""

TO_CONFIRM = 96
"""Calls for probes that packs leave beyond their cases of a go: robustness tests confirm changes with them."""

FAULT_CASES = 12
"""Maximum cases under one fault."""

MIN_FAULT_CASES = 3
"""Minimum cases under a fault. With fewer (and as many clean ones) failures cannot be told from chance."""

MIN_UPSTREAM_CASES = 4
"""Minimum cases under a fault of an upstream: 4 of 4 wrong under it and 0 of 5 without it have p = 0.008."""


ANY_TARGET = Target()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """Calls by purpose. pilot: cases of the pilot, each sent `repeats` times, and the first `once_more` of them once
    more. packs: mix cases by pack. controls: clean papers, one call each.

    robustness: calls by robustness test. faults: calls for the faults: `clean` cases without any, `each` cases a fault,
    and as many again after a fault of an upstream, to see whether the service recovers.
    """

    pilot: int
    repeats: int
    packs: dict[str, int]
    probes: int
    once_more: int = 0
    controls: int = 0
    robustness: dict[RobustnessName, int] = field(default_factory=dict)
    faults: int = 0
    each: int = 0
    clean: int = 0

    @property
    def calls(self) -> int:
        """The sum of all calls."""
        planned = sum(self.packs.values()) + sum(self.robustness.values())
        return self.pilot_calls + planned + self.controls + self.probes + self.faults

    @property
    def pilot_calls(self) -> int:
        """The calls of the pilot."""
        return self.pilot * self.repeats + self.once_more


def allot(
    calls: int,
    samples: int,
    mix: Sequence[Mix],
    *,
    probing: bool,
    faults: int = 0,
    recovering: int = 0,
    repeats: int = 0,
    robustness: Collection[RobustnessName] = (),
    coverage: int = 0,
    target: Target = ANY_TARGET,
) -> Allotment:
    """The calls by purpose. coverage: calls that the coverage test can use. target: its settings add parts to tests.

    It gets what the pilot, the packs and the other robustness tests leave, and before probes: both change one thing at
    a time, and a field that is read by guessing is worse than a severity that is not known. The other parameters are
    those of `_allot`.
    """
    packs, quarter = sum(part.pack != "pilot" for part in mix), calls // 4
    sharing = [name for name in robustness if name != "coverage"]
    tests = costs_of(sharing, target)
    others = _for_tests(quarter, tests, probing)
    of_packs = max(CASES_A_PACK * packs, CASES_OF_PACKS)
    of_a_go = PILOT_REPLIES + of_packs + others + MIN_PROBES * probing
    given = max(0, min(coverage, calls - of_a_go if packs else quarter))
    beyond = calls - given - PILOT_REPLIES - others
    rest = _allot(
        calls - given,
        samples,
        mix,
        quarter=max(1, quarter),
        probing=probing,
        faults=faults,
        recovering=recovering,
        repeats=repeats,
        tests=tests,
        most_probes=max(beyond - 2 * CASES_A_PACK * packs, min(TO_CONFIRM, beyond - of_packs)) if given else quarter,
    )
    return replace(rest, robustness={**rest.robustness, "coverage": given}) if "coverage" in robustness else rest


def _allot(
    calls: int,
    samples: int,
    mix: Sequence[Mix],
    *,
    quarter: int,
    probing: bool,
    faults: int,
    recovering: int,
    repeats: int,
    tests: Sequence[Cost],
    most_probes: int,
) -> Allotment:
    """The pilot, a quarter for probes, the rest in equal parts for the packs.

    The pilot gets a quarter, or PILOT_REPLIES if the packs still get the cases of a go and each test its minimum. Its
    samples are sent `repeats` times, or as often as these calls allow. Without packs it gets all that is left.

    Robustness tests get half of a quarter, or what `_for_tests` says: first what the pilot leaves of its quarter, then
    calls of the probes. If packs would then get fewer cases than a go needs, but would have enough with
    the minimum for robustness tests and probes, packs come first: a check that can never be go decides nothing
    (docs/decisions/0039).

    Packs get equal parts, not their shares of the mix: rare packs have small shares, and the limits apply to each pack.
    Each of their cases is sent once, since a new case shows more than a repeat (docs/decisions/0028). If the calls of
    the pilot cannot hold all samples, it is sent once with as many as they hold. Faults take up to half of the
    probes, or up to a quarter of the calls if nothing is probed. recovering: faults after which cases are sent again.
    quarter: of all calls, with those of the coverage test.
    """
    packs = [part.pack for part in mix if part.pack != "pilot"]
    probes = quarter if probing and packs and quarter >= MIN_PROBES else 0
    probed = probes > 0
    least, wanted = sum(one.least for one in tests), _for_tests(quarter, tests, probing and bool(packs))
    if packs:
        enough = calls >= PILOT_REPLIES + CASES_A_PACK * len(packs) + least + MIN_PROBES * probed
        room = max(quarter, PILOT_REPLIES) if enough else quarter
    else:
        room = max(quarter, calls - wanted)
    pilot, times, once_more = _pilot(room, samples, repeats)
    spent = pilot * times + once_more
    free = max(0, (quarter if packs else calls) - spent)
    besides = min(wanted, free + probes)
    probes -= max(0, besides - free)
    probes = min(probes, max(MIN_PROBES, most_probes)) if probed else 0
    spare = calls - spent - CASES_A_PACK * len(packs)
    if packs and least + MIN_PROBES * probed <= spare < besides + probes:
        whole = sum(one.whole for one in tests)
        besides = min(besides, max(least, min(max(spare // 2, whole), spare - MIN_PROBES * probed)))
        probes = spare - besides if probed else 0
    room = probes // 2 if probed else min(quarter, calls - spent - besides)
    under, each, clean = _with_recovery(room, faults, recovering) if recovering else _without(room, faults)
    probes = max(0, probes - under)
    left = max(0, calls - spent - besides - probes - under)
    share, more = divmod(left, len(packs)) if packs else (0, 0)
    return Allotment(
        pilot=pilot,
        repeats=times,
        once_more=once_more,
        packs={name: share + (k < more) for k, name in enumerate(packs)},
        probes=probes,
        robustness=_shared(besides, tests),
        faults=under,
        each=each,
        clean=clean,
    )


def _pilot(room: int, samples: int, repeats: int) -> tuple[int, int, int]:
    """The samples to send with so many calls, how often, and how many of them once more. repeats: 0 for all calls."""
    pilot = min(samples, room)
    most = max(1, room // samples)
    if repeats:
        return pilot, min(repeats, most), 0
    return pilot, most, min(pilot, max(0, room - pilot * most)) if pilot == samples else 0


def _for_tests(quarter: int, tests: Sequence[Cost], probing: bool) -> int:
    """The calls that the tests get: half of a quarter; up to a quarter if their parts need it, more for their minimum.

    A breaking point tells where something fails that fails; a part that did not run hides whether it does.
    """
    whole, least = sum(one.whole for one in tests), sum(one.least for one in tests)
    return max(quarter // 2, min(whole, quarter - MIN_PROBES * probing), least) if tests else 0


def _shared(calls: int, tests: Sequence[Cost]) -> dict[RobustnessName, int]:
    """The calls by robustness test: the minimum of each, then all its parts, while calls last; the rest by weight."""
    given: dict[RobustnessName, int] = {one.name: 0 for one in tests}
    for name, count in [*((one.name, one.least) for one in tests), *((one.name, one.whole) for one in tests)]:
        given[name] += (lacking := max(0, min(count - given[name], calls)))
        calls -= lacking
    weights = [one.weight for one in tests]
    ends = [calls * sum(weights[: k + 1]) // sum(weights) for k in range(len(weights))]
    more = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
    return {one.name: given[one.name] + n for one, n in zip(tests, more, strict=True)}


def _without(room: int, faults: int) -> tuple[int, int, int]:
    """Calls, cases per fault and clean cases: equal parts of `room`, but never fewer than MIN_FAULT_CASES."""
    each = min(FAULT_CASES, max(MIN_FAULT_CASES, room // (faults + 1))) if faults else 0
    tried = min(faults, room // each - 1) if each else 0
    return ((tried + 1) * each, each, each) if tried > 0 else (0, 0, 0)


def _with_recovery(room: int, faults: int, recovering: int) -> tuple[int, int, int]:
    """As `_without`, but cases of an upstream's fault are sent twice: under the fault and after it."""
    for each in range(FAULT_CASES, MIN_UPSTREAM_CASES - 1, -1):
        clean = _clean(each, recovering)
        if clean + (faults + recovering) * each <= room:
            return clean + (faults + recovering) * each, each, clean
    each = MIN_UPSTREAM_CASES
    for tried in range(recovering - 1, 0, -1):
        clean = _clean(each, tried)
        if clean + 2 * tried * each <= room:
            return clean + 2 * tried * each, each, clean
    return 0, 0, 0


def _clean(each: int, faults: int) -> int:
    """Clean cases needed for `faults`: all wrong under a fault and none clean is significant (Fisher, Bonferroni)."""
    clean = each
    while comb(each + clean, each) * ALPHA < faults:
        clean += 1
    return clean
