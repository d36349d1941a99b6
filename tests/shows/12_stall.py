"""A service that stops for two seconds, at 200 requests a second for 20 s: the load run has sent every planned request
and tells the latency that clients would have seen; Locust's own pacing beside it tells how little it notices.
"""
# slow: twice twenty seconds of load

import math
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from harness.cli.main import run
from harness.core.reply import Reply
from harness.replay.codecs import traceparent
from harness.store.folder import RunFolder
from tests.endpoints.orders import write_pilot
from tests.endpoints.stalling import Stalled, stalling

RATE, SECONDS, STALL = 200, 20, 2.0
BEFORE_THE_STALL = 8 * RATE
LAG_GOAL = 0.0015
LAG_BOUND = 0.025
"""A twentieth of the p95 limit: beyond, the run must not judge its latency."""


def under_load(folder: Path) -> tuple[int, RunFolder, Stalled]:
    write_pilot(folder / "pilot")
    config = folder / "harness.toml"
    config.write_text(f'[target]\nrate = {RATE}\nin_flight = 1024\n[gate]\np95 = "500ms"\n', encoding="utf-8")
    asked = ["--samples", str(folder / "pilot"), "--truth", "total,carrier", "--config", str(config)]
    with stalling(BEFORE_THE_STALL, STALL) as service:
        out = ["--duration", f"{SECONDS}s", "--out", str(folder / "run")]
        code = run(["load", service.url, *asked, *out])
    return code, RunFolder.read(folder / "run"), service


def percentiles(waits: Iterable[float]) -> tuple[float, float]:
    """The 95th and the 99th."""
    ordered = sorted(waits)
    return ordered[math.ceil(0.95 * len(ordered)) - 1], ordered[math.ceil(0.99 * len(ordered)) - 1]


def truth(rows: Sequence[Reply], service: Stalled) -> tuple[list[float], list[float]]:
    """Waits in seconds from the moment due: to the end of the stall alone, and to the answer as the service wrote it.

    rows: of good input, because the percentiles of a load are over these.

    The service writes in the machine's counter. Where the run's clock stands on it follows from the rows: no answer
    can have been read before it was given.
    """
    answered = [service.answered[traceparent(1, reply.address, reply.repeat)] for reply in rows]
    zero = max(moment - reply.done for moment, reply in zip(answered, rows, strict=True))
    begin, end = (moment - zero for moment in service.windows[0])
    alone = [end - reply.due if begin <= reply.due < end else 0.0 for reply in rows]
    return alone, [moment - zero - reply.due for moment, reply in zip(answered, rows, strict=True)]


def stock(seconds: int) -> tuple[int, float, float]:
    """Requests, p95 and p99 in seconds, by Locust's own table."""
    options = ["--headless", "--only-summary", "--loglevel", "ERROR", "-u", "20", "-r", "20", "-t", f"{seconds}s"]
    locustfile = str(Path(__file__).with_name("stock_pacing.py"))
    with stalling(BEFORE_THE_STALL, STALL) as service:
        host = service.url.rpartition("/")[0]
        command = [sys.executable, "-m", "locust", "-f", locustfile, "--host", host, "--stop-timeout", "5", *options]
        said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tempfile.gettempdir())
    line = next(line for line in said.stdout.splitlines() if line.startswith("STOCK"))
    sent, p95, p99 = line.split()[1:]
    return int(sent), float(p95) / 1000, float(p99) / 1000


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        code, folder, service = under_load(Path(name))
        rows = [reply for reply in folder.replies.values() if reply.worker]
        good = {case.address for case in folder.read_cases() if case.asks}
    load = folder.head.load
    assert load is not None
    alone, written = truth([reply for reply in rows if reply.address in good], service)
    p95, p99 = percentiles(written)
    bare_p95, bare_p99 = percentiles(alone)
    sent, stock_p95, stock_p99 = stock(SECONDS)
    print(f"Locust's own pacing, 20 users: {sent} of {load.planned} sent, p95 {stock_p95:.3f} s, p99 {stock_p99:.3f} s")
    print(f"theory, the stall alone: p95 {bare_p95:.3f} s, p99 {bare_p99:.3f} s")
    print(f"theory, with the time to work off what had gathered: p95 {p95:.3f} s, p99 {p99:.3f} s")
    print(f"exit {code} (p95 limit 0.5 s), {load.waited} waited for a slot, problems: {folder.head.problems}")
    held = (
        load.planned == len(rows) == RATE * SECONDS
        and abs(load.p95 / bare_p95 - 1) <= 0.03
        and abs(load.p99 / bare_p99 - 1) <= 0.03
        and load.lag_p99 <= LAG_GOAL
        and code == (1 if load.lag_p99 <= LAG_BOUND else 5)
    )
    lag = f"{1000 * load.lag_p99:.1f} ms" + ("" if load.lag_p99 <= LAG_GOAL else ", goal 1.5: a busy machine")
    print(
        f"planned {load.planned} = recorded {len(rows)}; p95 {load.p95:.3f} s ({_off(load.p95, p95)}, stall alone "
        f"{_off(load.p95, bare_p95)}), p99 {load.p99:.3f} s ({_off(load.p99, p99)}, {_off(load.p99, bare_p99)}); "
        f"send lag p99 {lag}; Locust's own pacing: {sent} sent, p99 {stock_p99:.3f} s"
    )
    return 0 if held else 1


def _off(measured: float, true: float) -> str:
    return f"{100 * (measured / true - 1):+.1f} %"


if __name__ == "__main__":
    sys.exit(main())
