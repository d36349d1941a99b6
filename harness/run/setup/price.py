"""What a run will cost and what it can see, told before the first call."""

from harness.core.load import Load
from harness.core.settings import Settings
from harness.diff.gate.power import estimate_power
from harness.diff.regression.drop_power import tell_drop
from harness.generate.packs import PILOT
from harness.run.baseline.status import BaselineStatus, sights
from harness.run.events import Emit, Noted, Priced
from harness.run.sending.target_profile import MAX_CASES
from harness.run.setup.budget import Allotment


def tell_baseline(
    held: BaselineStatus | None, note: str, settings: Settings, allotment: Allotment, samples: int, emit: Emit
) -> None:
    """What the run is held against and what it can see of a drop, before it costs anything."""
    if note:
        emit(Noted(about="baseline", text=note))
    if held is None:
        return
    head, calls = held.baseline.head, settings.budget.calls
    emit(Noted(about="baseline", text=f"{held.described()}: {len(held.baseline.cases)} cases, seed {head.seed}"))
    if held.flaws:
        emit(Noted(about="baseline", text=f"it {held.flaws}: its lines will be undecided; promote a run anew"))
        return
    if calls < head.calls:
        what = f"it was made with {head.calls} calls; with {calls}, cases of it are not sent and its lines cannot be go"
        emit(Noted(about="baseline", text=what))
    seen = sights(held, settings, allotment.repeats, samples)
    emit(Noted(about="baseline", text="; ".join(map(tell_drop, seen))))


def tell_price(settings: Settings, allotment: Allotment, samples: int, emit: Emit, load: Load | None) -> None:
    """Calls, minutes and cost at most, and what so many cases can and cannot see."""
    packs = {PILOT: allotment.pilot, **allotment.packs}
    if load and load.planned < (cases := sum(packs.values())):
        packs = {name: count * load.planned // cases for name, count in packs.items()}
    complete = packs[PILOT] == samples
    rate = settings.target.rate
    calls = load.planned + min(MAX_CASES, allotment.pilot) if load else allotment.calls
    emit(
        Priced(
            calls=calls,
            seconds=calls / rate if rate else None,
            cost=calls * settings.budget.price,
            packs=packs,
            probes=0 if load else allotment.probes,
            faults=allotment.faults,
            robustness={} if load else allotment.robustness,
            sights=estimate_power(packs, settings.mix, settings.gate, pilot_complete=complete),
        )
    )
