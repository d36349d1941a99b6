"""A hundred checks of a service that did not change: at most five are no-go by regression. And how often a slice that
got 10 points worse is found, by calls.

    python tests/shows/23_hundred_checks.py [--checks 100] [--worse 20]
"""
# slow: some ninety thousand calls over loopback

import argparse
import contextlib
import io
import json
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harness.cli.main import run
from tests.endpoints.orders import unsteady, write_pilot
from tests.endpoints.server import Answer, serving

SAMPLES, SLICE, OTHER, WORSE = 60, "doubled_orders", "lacking_orders", 0.10
OFTEN, SURELY, UNSURE = 0.90, 0.99, 3
"""Chances to be right: of every third order, and of the others."""

BUDGETS = (200, 400, 800, 1600)
ALARMED = 400
"""Calls of the checks without a change."""

MAX_ALARMS = 0.05

PACKS = {
    SLICE: """summary = "Orders from a sender that writes some fields twice, with the same value"
[[scenario]]
id = "twice"
base = "records"
ops = [{ op = "record.duplicate_key", severity = "1..10" }]
""",
    OTHER: """summary = "Orders with fields missing or of another type"
[[scenario]]
id = "missing"
base = "records"
ops = [{ op = "record.drop", severity = "1..2" }]
[[scenario]]
id = "retyped"
base = "records"
ops = [{ op = "record.retype", severity = "1..2" }]
""",
}
CONFIG = """[target]
rate = 4000
protocol = "json"
in_flight = 16
[pilot]
samples = "orders"
truth = "total,carrier"
[[mix]]
pack = "pilot"
share = 0.6
source = "log"
[[mix]]
pack = "./doubled_orders"
share = 0.2
source = "log"
[[mix]]
pack = "./lacking_orders"
share = 0.2
source = "log"
[budget]
robustness = []
[baseline]
path = "{baseline}"
"""
"""Without tests, which have shows of their own: the service here cannot take a record without an order's number."""


def release(number: int, worse: float) -> Answer:
    """The release `number`: right by chance, anew in every reply. worse: off that chance where fields come twice."""
    return unsteady(number, partial(_chance, worse=worse), _nothing)


def _chance(body: bytes, worse: float) -> float:
    fields = json.loads(body, object_pairs_hook=list)
    order = dict(fields)
    chance = OFTEN if int(order["order_id"]) % UNSURE == 0 else SURELY
    return chance - worse * (len(fields) > len(order))


def _nothing(_: object) -> object:
    return {"result": {"total": 0.0, "carrier": "parcel"}, "needs_review": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Regress:
    """The statuses of the regression criteria of one check that did not pass, by slice."""

    statuses: dict[str, str]
    calls: int

    def no_go(self) -> bool:
        return "failed" in self.statuses.values()


def check(number: int, calls: int, worse: float = 0.0) -> Regress:
    out = Path(f"runs/{calls}-{number}")
    with serving(release(number, worse)) as url, contextlib.redirect_stderr(io.StringIO()), _quiet():
        run(["check", url, "--config", f"{calls}.toml", "--calls", str(calls), "--out", str(out)])
    told = json.loads((out / "verdict.json").read_text(encoding="utf-8"))
    assert told["valid"], told["problems"]
    statuses = {one["slice"]: one["status"] for one in told["reasons"] if one["criterion"] == "regress"}
    return Regress(statuses=statuses, calls=sum(1 for _ in (out / "replies.jsonl").open(encoding="utf-8")))


def _quiet() -> contextlib.redirect_stdout[io.StringIO]:
    return contextlib.redirect_stdout(io.StringIO())


def promote(calls: int) -> None:
    """The first run at this budget becomes the baseline of the others."""
    Path(f"{calls}.toml").write_text(CONFIG.format(baseline=f"baseline-{calls}"), encoding="utf-8")
    check(0, calls)
    told = [
        "--as",
        "v1",
        "--why",
        "the first",
        "--until",
        "2099-12-31",
        "--approver",
        "the show",
        "--accept-no-go",
        "it is what is there",
    ]
    with _quiet(), contextlib.redirect_stderr(io.StringIO()):
        code = run(["promote", f"runs/{calls}-0", "--config", f"{calls}.toml", *told])
    assert code == 0, "the baseline was not promoted"


def on_two_processes(one: Callable[[int], Regress], numbers: Iterable[int]) -> list[Regress]:
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(one, numbers))


def alarms(checks: int) -> tuple[int, str]:
    """False alarms of so many checks of the same service."""
    found = on_two_processes(partial(check, calls=ALARMED), range(1, checks + 1))
    flagged = [one for one in found if one.no_go()]
    where = Counter(name for one in flagged for name, status in one.statuses.items() if status == "failed")
    undecided = sum("undecided" in one.statuses.values() for one in found)
    named = f" ({', '.join(f'{name} {times}' for name, times in where.items())})" if where else ""
    return len(
        flagged
    ), f"{len(flagged)} of {checks} checks no-go by regression{named}, {undecided} with an undecided slice"


def power(calls: int, checks: int) -> tuple[str, str]:
    """How often the slice that got worse is found at this budget, and what the other checks said."""
    found = on_two_processes(partial(check, calls=calls, worse=WORSE), range(10_001, 10_001 + checks))
    statuses = Counter(one.statuses.get(SLICE, "passed") for one in found)
    others = sum(one.statuses.get(name) == "failed" for one in found for name in ("pilot", OTHER))
    sent = round(sum(one.calls for one in found) / checks)
    short = f"found in {statuses['failed']} of {checks} at {calls} calls"
    rest = f"undecided {statuses['undecided']}, passed {statuses['passed']}; other slices failed {others}"
    return short, f"{short}: {rest}; {sent} calls sent each"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks", type=int, default=100)
    parser.add_argument("--worse", type=int, default=20)
    given = parser.parse_args(arguments)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        write_pilot(Path("orders"), SAMPLES)
        for name, recipe in PACKS.items():
            Path(name).mkdir()
            Path(name, "pack.toml").write_text(f'pack = "{name}"\nversion = "1.0.0"\n{recipe}', encoding="utf-8")
        for calls in BUDGETS:
            promote(calls)
        count, told = alarms(given.checks)
        print(f"no change: {told} [{time.monotonic() - started:.0f} s]", flush=True)
        powers = []
        for calls in BUDGETS:
            short, text = power(calls, given.worse)
            powers.append(short)
            print(f"{SLICE} {WORSE:.0%} worse: {text} [{time.monotonic() - started:.0f} s]", flush=True)
    error = math.sqrt(MAX_ALARMS * (1 - MAX_ALARMS) / given.checks)
    print(
        f"false alarms {count} of {given.checks} (at most {MAX_ALARMS:.0%} by design, binomial error {error:.1%}); "
        f"a slice 10 points worse {', '.join(powers)}"
    )
    return 0 if count <= MAX_ALARMS * given.checks else 1


if __name__ == "__main__":
    sys.exit(main())
