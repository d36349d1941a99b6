"""What a load run measured, as shown on the screen: rate, latency from the due time, the load generator, errors."""

from collections.abc import Iterator

from harness.core.load import Load
from harness.report.words import WIDTH, count, duration, row


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
    yield ""


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
