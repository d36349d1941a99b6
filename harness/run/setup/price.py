"""What a run will cost and what it can detect, reported before the first call."""

from collections import Counter
from collections.abc import Sequence

from harness.core.integration.exchange import WRITES, Exchange
from harness.core.settings import Settings
from harness.core.under_load.load import Load
from harness.diff.gate.power import estimate_power
from harness.generate.recipes.packs import PILOT
from harness.report.price import describe_drop_power
from harness.run.baseline.status import BaselineStatus, estimate_drop_powers
from harness.run.events import Emit, Noted, Priced
from harness.run.sending.target_profile import MAX_CASES
from harness.run.setup.budget import Allotment

"""Methods of requests that may change something."""

PERCENTILES = {0.95: (59, 3_000), 0.99: (299, 10_000)}
"""Requests that bound a percentile at 95 % (0.95**59 < 0.05), and those with a hundred beyond it in a busy service."""

UNLOADED, MAX_ALONE = 20, 600
"""Fewest and most requests that are sent one at a time before a load, and as many after it."""

ALONE_SHARE = 0.1
"""These requests as a share of the load."""

CACHE_CASES = (8, 20)
"""Fewest and most cases that are sent three times before a load to see whether a cache answers them; one of hundred
requests of the load."""


def announce_baseline(
    baseline_status: BaselineStatus | None,
    note: str,
    settings: Settings,
    allotment: Allotment,
    samples: int,
    emit: Emit,
) -> None:
    """Report the baseline and the drop that the run can detect, before it costs anything."""
    if note:
        emit(Noted(about="baseline", text=note))
    if baseline_status is None:
        return
    head, calls = baseline_status.baseline.head, settings.budget.calls
    emit(
        Noted(
            about="baseline",
            text=f"{baseline_status.described()}: {len(baseline_status.baseline.cases)} cases, seed {head.seed}",
        )
    )
    if baseline_status.flaws:
        emit(
            Noted(
                about="baseline",
                text=f"it {baseline_status.flaws}: its criteria will be undecided; promote a new run",
            )
        )
        return
    if calls < head.calls:
        what = f"it was made with {head.calls} calls; {calls} do not send all of its cases, so its criteria cannot pass"
        emit(Noted(about="baseline", text=what))
    for estimate in estimate_drop_powers(baseline_status, settings, allotment.repeats, samples):
        emit(Noted(about="baseline", text=describe_drop_power(estimate)))


def announce_price(settings: Settings, allotment: Allotment, samples: int, emit: Emit, load: Load | None) -> None:
    """Report the maximum calls, time and cost, and what this number of cases can detect."""
    packs = {PILOT: allotment.pilot, **allotment.packs}
    if load and load.planned < (cases := sum(packs.values())):
        packs = {name: count * load.planned // cases for name, count in packs.items()}
    repeats = allotment.repeats if packs[PILOT] == samples else 0
    rate = settings.target.rate
    calls = load.planned + _beside_load(load.planned, allotment) if load else allotment.calls
    emit(
        Priced(
            calls=calls,
            seconds=load.duration if load else calls / rate if rate else None,
            cost=calls * settings.budget.price,
            packs=packs,
            probes=0 if load else allotment.probes,
            faults=allotment.faults,
            controls=allotment.controls,
            robustness={} if load else allotment.robustness,
            sights=estimate_power(packs, settings.mix, settings.gate, repeats=repeats),
        )
    )
    if load:
        emit(Noted(about="percentiles", text=_percentiles(load.planned)))


def announce_writes(settings: Settings, calls: int, seen: Sequence[Exchange], cases: int, emit: Emit) -> None:
    """Report what the run may change in upstreams: by the settings before the first call, else by the first cases.

    calls: those that are still to come. seen: what came through the relays for the first `cases`; none before them.
    """
    if settings.target.writes and not seen:
        text = f"each of up to {calls} calls may change something in an upstream ([target] writes); use a test system"
        emit(Noted(about="writes", text=text))
    for (upstream, method), count in Counter(
        (one.upstream, one.method) for one in seen if one.method in WRITES
    ).items():
        more = round(count / max(1, cases) * calls)
        text = (
            f"the service sent {count} {method} requests to {upstream} for {cases} cases; up to {more} more will follow"
        )
        emit(Noted(about="writes", text=text))


def _percentiles(planned: int) -> str:
    """What so many requests say about percentiles. Waits that depend on each other need the larger numbers."""
    parts = ", ".join(f"p{100 * share:.0f} {few:,} to {many:,}" for share, (few, many) in PERCENTILES.items())
    short = [f"p{100 * share:.0f}" for share, (few, _) in PERCENTILES.items() if planned < few]
    lacking = f"; too few for a bound of {' and '.join(short)}: a longer --duration" if short else ""
    return f"of {planned} requests; bounds need {parts}{lacking}"


def _beside_load(planned: int, allotment: Allotment) -> int:
    """Requests of a load run at most beside the load: discovery, the same alone, and those that look for a cache."""
    return min(MAX_CASES, allotment.pilot) + 2 * alone_calls(planned) + 3 * cache_cases(planned)


def alone_calls(planned: int) -> int:
    """Requests that are sent one at a time before a load of so many, and again after it."""
    return min(MAX_ALONE, max(UNLOADED, int(ALONE_SHARE * planned)))


def most_more(planned: int) -> int:
    """Requests alone that are sent at most after a load of so many, if its wrong answers may be chance."""
    return planned // 4


def cache_cases(planned: int) -> int:
    """Cases that are sent three times before a load of so many requests."""
    least, most = CACHE_CASES
    return min(most, max(least, planned // 100))
