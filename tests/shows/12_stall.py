"""A service that stops for two seconds, at 200 requests a second for 20 s, without faults and with some that delay
requests on the way: the load run has sent every planned request and tells the latency that clients would have seen,
and Locust's own pacing beside it tells how little it notices. One stall is one event, however many requests it delays,
so p95 is undecided; a service that stops once in five seconds is a no-go.
"""
# slow: two minutes of load

import json
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
EVERY, EACH, LONG = 5 * RATE, 1.0, 60
"""A stall of EACH seconds after each EVERY requests, for LONG seconds."""

FAULTS = """
[[fault]]
kind = "latency"
where = "target"
name = "slow_way_there"
at = "request"
seconds = 0.01
share = 0.02

[[fault]]
kind = "latency"
where = "target"
name = "slow_way_back"
at = "response"
seconds = 0.05
share = 0.05
"""
"""Percentiles of a load are over the requests that met none."""


def under_load(folder: Path, service: Stalled, seconds: int, faults: str = "") -> RunFolder:
    write_pilot(folder / "pilot")
    config = folder / "harness.toml"
    config.write_text(f'[target]\nrate = {RATE}\nin_flight = 1024\n[gate]\np95 = "500ms"\n', encoding="utf-8")
    (folder / "faults.toml").write_text(faults, encoding="utf-8")
    asked = ["--samples", str(folder / "pilot"), "--truth", "total,carrier", "--config", str(config)]
    out = ["--duration", f"{seconds}s", "--out", str(folder / "run")]
    run(["load", service.url, *asked, *out, *(["--faults", str(folder / "faults.toml")] if faults else [])])
    return RunFolder.read(folder / "run")


def verdict(folder: RunFolder) -> tuple[str, list[str]]:
    """The verdict, and the criteria that did not pass."""
    said = json.loads((folder.path / "verdict.json").read_text(encoding="utf-8"))
    return said["verdict"], sorted({one["criterion"] for one in said["reasons"]})


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


def one_stall(faults: str) -> tuple[bool, str]:
    """Whether a load with one stall held, and its figures."""
    with tempfile.TemporaryDirectory() as name:
        with stalling(BEFORE_THE_STALL, STALL) as service:
            folder = under_load(Path(name), service, SECONDS, faults)
        rows = [reply for reply in folder.replies.values() if reply.worker]
        good = {case.address for case in folder.read_cases() if case.asks}
        said = verdict(folder)
    load = folder.head.load
    assert load is not None
    alone, written = truth([reply for reply in rows if reply.address in good and not reply.faults], service)
    p95, p99 = percentiles(written)
    bare_p95, bare_p99 = percentiles(alone)
    print(f"theory, the stall alone: p95 {bare_p95:.3f} s, p99 {bare_p99:.3f} s")
    print(f"theory, with the time to work off what had gathered: p95 {p95:.3f} s, p99 {p99:.3f} s")
    print(f"{said[0]} {said[1]}, {load.waited} waited for a slot, problems: {folder.head.problems}")
    held = (
        load.planned == len(rows) == RATE * SECONDS
        and abs(load.p95 / bare_p95 - 1) <= 0.03
        and abs(load.p99 / bare_p99 - 1) <= 0.03
        and load.lag_p99 <= LAG_GOAL
        and said == ("undecided", ["p95"])
    )
    lag = f"{1000 * load.lag_p99:.1f} ms" + ("" if load.lag_p99 <= LAG_GOAL else ", goal 1.5: a busy machine")
    return held, (
        f"planned {load.planned} = recorded {len(rows)}, p95 {load.p95:.3f} s ({_off(load.p95, p95)}, stall alone "
        f"{_off(load.p95, bare_p95)}), p99 {load.p99:.3f} s ({_off(load.p99, p99)}, {_off(load.p99, bare_p99)}), "
        f"send lag p99 {lag}, {said[0]}"
    )


def again_and_again() -> tuple[bool, str]:
    """Whether the load of a service that stalls all the time held, and its figures."""
    with tempfile.TemporaryDirectory() as name, stalling(EVERY, EACH, again=True) as service:
        folder = under_load(Path(name), service, LONG)
        said = verdict(folder)
    load = folder.head.load
    assert load is not None
    return said == ("no-go", ["p95"]), f"p95 {load.p95:.3f} s, {said[0]} for {', '.join(said[1])}"


def main() -> int:
    plain, figures = one_stall("")
    faulty, with_faults = one_stall(FAULTS)
    often, repeated = again_and_again()
    sent, stock_p95, stock_p99 = stock(SECONDS)
    print(
        f"Locust's own pacing, 20 users: {sent} of {RATE * SECONDS} sent, p95 {stock_p95:.3f} s, p99 {stock_p99:.3f} s"
    )
    print(
        f"12: {figures}; with faults: {with_faults}; a stall each {EVERY // RATE} s: {repeated}; "
        f"Locust's own pacing: {sent} sent, p99 {stock_p99:.3f} s"
    )
    return 0 if plain and faulty and often else 1


def _off(measured: float, true: float) -> str:
    return f"{100 * (measured / true - 1):+.1f} %"


if __name__ == "__main__":
    sys.exit(main())
