"""The load that a request asks for."""

from collections.abc import Sequence

from harness.core.errors import ConfigError
from harness.core.integration.fault import TARGET, Fault, windows
from harness.core.settings import Settings
from harness.core.under_load.load import Load
from harness.replay.pace import parse_seconds
from harness.replay.schedules.grammar import read_schedule
from harness.replay.schedules.trace import Trace


def wanted_load(settings: Settings, duration: float | None, schedule: str | None, workers: int) -> Load:
    """The requested load; ConfigError if it is impossible."""
    target, seconds = settings.target, settings.budget.seconds
    duration, written = duration or parse_seconds(settings.load.duration), schedule or settings.load.schedule
    arrivals = read_schedule(written)
    if not target.rate and not isinstance(arrivals, Trace):
        raise ConfigError(
            "no rate given, and load is what the service must sustain\n"
            "  name it: --rate 20, or [target] rate in harness.toml"
        )
    if target.protocol == "python" or "://" not in target.url:
        raise ConfigError(
            f"{target.url}: is a function, not a service\n  load is for services; check it: harness check"
        )
    if seconds and duration > seconds:
        raise ConfigError(f"{duration:g} s of load are more than [budget] seconds = {seconds:g} allows")
    highest = arrivals.highest(target.rate, duration)
    if target.max_rate and highest > target.max_rate:
        raise ConfigError(
            f"{written} reaches {highest:.4g}/s, above the declared ceiling [target] max_rate = {target.max_rate:g}/s"
        )
    count = arrivals.planned(target.rate, duration)
    if count < workers:
        raise ConfigError(
            f"{written} at {target.rate:g}/s for {duration:g} s: {count} requests for {workers} processes\n"
            "  give each one at least: a higher --rate, a longer --duration or fewer --processes"
        )
    return Load(schedule=written, rate=count / duration, duration=duration, workers=workers, planned=count)


def check_windows(faults: Sequence[Fault], load: Load) -> None:
    """ConfigError for a fault that is in force only after the load, and for faults that leave no part of it clean."""
    for fault in faults:
        if fault.window and not windows(fault, load.duration):
            begins, lasts = f"{fault.window[0]:g} s", f"{load.duration:g} s"
            raise ConfigError(
                f"the window of {fault.name} begins after {begins}, the load lasts {lasts}\n"
                "  give it more: --duration, or an earlier window"
            )
    if faults and _all_of_it(faults, load.duration):
        raise ConfigError(
            "every request of the load would meet a fault, and none would be left to judge the service by\n"
            "  give it more: a longer --duration, a window, or a share below 1"
        )


def _all_of_it(faults: Sequence[Fault], until: float) -> bool:
    """Whether the faults on the way to the target, or the windows together, cover the whole load."""
    reached = 0.0
    for start, end in sorted(span for fault in faults if fault.window for span in windows(fault, until)):
        if start > reached:
            break
        reached = max(reached, end)
    always = (fault for fault in faults if fault.window is None and fault.where == TARGET)
    return reached >= until or any(one.share == 1 and not one.path and not one.method for one in always)
