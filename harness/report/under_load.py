"""What a load run measured, as shown on the screen: rate, latency from the due time, the load generator, errors."""

from collections.abc import Iterator, Sequence

from harness.core.integration.fault import Fault, windows
from harness.core.under_load.live import Snapshot, Usage
from harness.core.under_load.load import Load
from harness.core.under_load.results import AtConcurrency, Limit, Quality, UnderFault
from harness.report.words import WIDTH, count, duration, row

AT_ONCE = 0.05
"""Seconds after the end of a fault that are no delay: requests do not arrive more often."""


def load_figures(load: Load) -> Iterator[str]:
    """The lines above the four figures, followed by an empty line."""
    workers = f"{load.workers} worker{'' if load.workers == 1 else 's'}"
    yield row("rate", f"{load.reached:.4g}/s sent, {load.answered:.4g}/s answered of {load.rate:.4g}/s asked", "")
    yield _below(f"{load.schedule}, {duration(load.duration)}, {workers}; {load.recorded} of {load.planned} on record")
    yield row("latency from the moment due", f"p50 {_time(load.p50)}, p95 {_time(load.p95)}, p99 {_time(load.p99)}", "")
    yield _below(_beside(load))
    waited = f"{load.waited} waited for one of [target] in_flight" if load.waited else "none waited for a free slot"
    yield row("send lag", f"p50 {_time(load.lag_p50)}, p99 {_time(load.lag_p99)}", f"the generator's own; {waited}")
    yield row("errors", _errors(load), "")
    if load.errors:
        crashed = f"; {count(load.crashed, 'crash', 'crashes')} on damaged input" if load.crashed else ""
        yield _below(f"of these {load.errors_good} of {load.good} requests of good input{crashed}")
    yield from _by_concurrency(load.concurrency)
    if load.usage:
        yield from _usage(load.usage)
    for one in load.faults:
        yield from fault_figures(one)
    if load.limit:
        yield from limit_figures(load.limit)
    yield ""


def _by_concurrency(levels: Sequence[AtConcurrency]) -> Iterator[str]:
    """How good input was answered alone, and with others in flight."""
    if len(levels) > 1:
        yield row("quality by concurrency", "requests of good input", "")
        for one in levels:
            between = f"{one.low} - {one.high}" if one.low < one.high else f"{one.low}"
            yield _below(f"{f'{between} in flight' if one.low else 'alone':<18} {_answers(one.quality)}")


def _usage(one: Usage) -> Iterator[str]:
    """What the processes of the target used: first, most and last."""
    processes = count(one.processes, "process", "processes")
    yield row(
        "the target's processes", f"{processes}, CPU {100 * one.cpu:.0f} %, at most {100 * one.cpu_most:.0f} %", ""
    )
    first, most, last = (f"{value / 1e6:.1f}" for value in one.memory)
    yield _below(f"memory {first} MB at first, at most {most} MB, {last} MB at the end")
    for what, (begin, top, end) in (("handles", one.handles), ("threads", one.threads)):
        yield _below(f"{what} {begin} at first, at most {top}, {end} at the end")


def live_lines(one: Snapshot) -> tuple[str, ...]:
    """A load while it runs: what is due and what comes back, how long it takes, what is wrong, and what is in force."""
    left = max(0.0, one.duration - one.at)
    silent = "" if one.silent is None else f", {100 * one.silent:.1f} % silent errors"
    lines = [
        f"{one.due_rate:.4g}/s due, {one.rate:.4g}/s answered, {one.waiting} in flight; {duration(left)} left",
        f"p50 {_time(one.p50)}, p95 {_time(one.p95)}, p99 {_time(one.p99)}; {100 * one.errors:.1f} % errors{silent}",
    ]
    if one.faults:
        lines.append(f"in force: {', '.join(one.faults)}")
    if use := one.usage:
        lines.append(f"target: CPU {100 * use.cpu:.0f} %, {use.memory / 1e6:.0f} MB, {use.threads} threads")
    return tuple(lines)


def _answers(part: Quality) -> str:
    """As "98.0 % right, 0.0 % silent errors, 2 errors of 100, p95 12.3 ms"; without p95 if nothing was answered."""
    shares = f"{_share(part.right, part.n)} right, {_share(part.silent, part.n)} silent errors"
    waits = f", p95 {_time(part.p95)}" if part.errors < part.n else ""
    return f"{shares}, {part.errors} errors of {part.n}{waits}"


def limit_figures(limit: Limit) -> Iterator[str]:
    """Both sides of the limit, and each short load of the search in the order of rates."""
    above = f"breaks at {limit.high:.4g}/s by {limit.broke}" if limit.high is not None else "no rate broke it"
    yield row("limit", f"holds {limit.low:.4g}/s, {above}", "")
    yield _below(f"{limit.good:.4g} right answers in time a second at {limit.low:.4g}/s")
    for one in sorted(limit.probes, key=lambda one: one.rate):
        figures = f"p95 {_time(one.p95)}, {100 * one.errors:.1f} % errors, {100 * one.silent:.1f} % silent errors"
        yield _below(f"{one.rate:>8.4g}/s  {f'breaks by {one.broke}' if one.broke else 'holds':<24} {figures}")


def fault_figures(one: UnderFault) -> Iterator[str]:
    """The windows of a fault, what became of good input before, inside and after them, and how long it took."""
    yield row(f"fault {one.fault.name}"[: WIDTH - 1], window_text(one.fault, one.windows), "")
    before, inside = ("before", "inside") if one.fault.window else ("others", "met it")
    for name, part in ((before, one.before), (inside, one.inside), ("after", one.after)):
        if part.n:
            yield _below(f"{name:<8} {_answers(part)}")
    if one.baseline is not None:
        yield _below(f"{inside:<8} in the baseline {100 * one.baseline:.1f} % of the same cases passed")
    if one.after.n:
        back = (("first right answer", one.first_right), ("as many right", one.normal), ("backlog gone", one.drained))
        yield _below(f"its end  {', '.join(f'{what} {_after(seconds)}' for what, seconds in back)}")


def _after(seconds: float | None) -> str:
    if seconds is None:
        return "not within this load"
    return "at once" if seconds < AT_ONCE else f"after {_time(seconds)}"


def timeline_text(load: Load, faults: Sequence[Fault]) -> Iterator[str]:
    """What a load run will do, and when each fault is in force."""
    said = f"{load.schedule}, {load.rate:.4g}/s for {duration(load.duration)}: {load.planned} requests"
    yield row("load", said, "").rstrip()
    for fault in faults:
        where = f"{fault.kind} at {fault.where}: {window_text(fault, windows(fault, load.duration))}"
        yield row(f"fault {fault.name}"[: WIDTH - 1], where, "").rstrip()


def window_text(fault: Fault, spans: Sequence[tuple[float, float]]) -> str:
    """As "20 - 30 s" or "5 - 6 s, every 10 s (6 times), 50 % of requests"."""
    start, end = spans[0] if spans else fault.window or (0.0, 0.0)
    parts = [f"{start:g} - {end:g} s" if fault.window else "all the time"]
    if fault.every:
        parts[0] += f", every {fault.every:g} s ({count(len(spans), 'time')})"
    if fault.ramp:
        parts.append(f"rises over {fault.ramp:g} s")
    if fault.share < 1:
        parts.append(f"{100 * fault.share:g} % of requests")
    return ", ".join(parts) + ("" if spans else ", not within this load")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"


def _below(text: str) -> str:
    return f"{'':{WIDTH}}{text}"


def _beside(load: Load) -> str:
    """What the percentiles are about, and those beside them."""
    parts = ["of good input"]
    if load.unloaded_p95:
        parts.append(f"without load p95 {_time(load.unloaded_p95)}")
    if load.malformed_p95 is not None:
        parts.append(f"malformed input p95 {_time(load.malformed_p95)}")
    return "; ".join(parts)


def _time(seconds: float) -> str:
    """As "12.3 ms", "850 ms" or "1.81 s"."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{1000 * seconds:.0f} ms" if seconds >= 0.1 else f"{1000 * seconds:.1f} ms"


def _errors(load: Load) -> str:
    if not load.errors:
        return "none"
    kinds = ", ".join(f"{cause} {count}" for cause, count in load.errors.items())
    return f"{sum(load.errors.values())} of {load.recorded}: {kinds}"
