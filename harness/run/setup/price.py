"""What a run will cost and what it can detect, reported before the first call."""

from collections import Counter
from collections.abc import Sequence

from harness.core.fault import Exchange
from harness.core.load import Load
from harness.core.settings import Settings
from harness.diff.gate.power import estimate_power
from harness.generate.recipes.packs import PILOT
from harness.report.price import describe_drop_power
from harness.run.baseline.status import BaselineStatus, estimate_drop_powers
from harness.run.events import Emit, Noted, Priced
from harness.run.sending.target_profile import MAX_CASES
from harness.run.setup.budget import Allotment

WRITES = ("POST", "PUT", "PATCH", "DELETE")
"""Methods of requests that may change something."""

UNLOADED = 20
"""Requests of a load run without `[gate] p95` that are sent one at a time, before the load."""


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
    calls = load.planned + _before_load(settings, allotment) if load else allotment.calls
    emit(
        Priced(
            calls=calls,
            seconds=calls / rate if rate else None,
            cost=calls * settings.budget.price,
            packs=packs,
            probes=0 if load else allotment.probes,
            faults=allotment.faults,
            controls=allotment.controls,
            robustness={} if load else allotment.robustness,
            sights=estimate_power(packs, settings.mix, settings.gate, repeats=repeats),
        )
    )


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


def _before_load(settings: Settings, allotment: Allotment) -> int:
    """Requests of a load run before the load: discovery, and the latency without load."""
    return min(MAX_CASES, allotment.pilot) + (0 if settings.gate.p95 else UNLOADED)
