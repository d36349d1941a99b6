# slow: eleven services, each checked until it is decided, some minutes
"""Undecided runs that follow their own advice, `--calls N`, are decided within two more rounds.

Eleven services that are right, that are a little or often wrong, and that fail behind a fault of their upstream, each
with a budget that is too small. What the printed advice says is done, and nothing else. A run that is undecided without
an advice falls short.
"""

import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zlib import crc32

from harness.demo.__main__ import free_port
from tests.endpoints.command import harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.remembering import route, write_texts
from tests.endpoints.server import Answer, serving
from tests.endpoints.vendors import Answer as Priced
from tests.endpoints.vendors import fall_back, flag, price_list, pricing

ROUNDS = 2


def _wrong(answer: Answer, share: float) -> Answer:
    """The service with a wrong label or total for so many of the inputs, by their bytes, with full confidence."""

    def worse(body: bytes) -> tuple[int, object]:
        status, reply = answer(body)
        if status == 200 and sha256(body).digest()[0] < 256 * share and isinstance(reply, dict):
            result = reply.get("result")
            reply = {**reply, "label": "other"} if result is None else {**reply, "result": {**result, "total": 1.0}}
        return status, reply

    return worse


def _text(body: bytes) -> tuple[int, object]:
    try:
        return route(body)
    except ValueError:
        return 422, {"detail": "no text"}


@dataclass(frozen=True)
class Start:
    """A service with a budget that does not decide. packs: of the mix besides the pilot.

    answer: None for a service that falls back for two orders in five when its upstream fails.
    """

    answer: Answer | None
    calls: int
    packs: tuple[str, ...]
    texts: bool = False
    seed: int = 1


STARTS = {
    "right, orders, 60 calls": Start(honest, 60, ("malformed_records",)),
    "right, orders, 200 calls": Start(honest, 200, ("malformed_records", "malformed_json")),
    "right, orders, 300 calls": Start(honest, 300, ("malformed_records",), seed=2),
    "wrong in 1 of 100, orders": Start(_wrong(honest, 0.01), 150, ("malformed_records",)),
    "wrong in 1 of 20, orders": Start(_wrong(honest, 0.05), 60, ("malformed_records",)),
    "falls back behind a fault now and then, 60 calls": Start(None, 60, ("malformed_records",)),
    "falls back behind a fault now and then, 100 calls": Start(None, 100, ("malformed_records",)),
    "right, texts, 60 calls": Start(_text, 60, ("noisy_text",), texts=True),
    "right, texts, 150 calls": Start(_text, 150, ("noisy_text", "unbriefed_users", "locale_values"), texts=True),
    "wrong in 1 of 12, texts": Start(_wrong(_text, 0.08), 60, ("noisy_text",), texts=True, seed=2),
    "wrong in 1 of 6, texts": Start(_wrong(_text, 0.17), 40, ("noisy_text",), texts=True, seed=3),
}


def _mix(packs: tuple[str, ...]) -> str:
    shares = {"pilot": 1 - 0.05 * len(packs), **dict.fromkeys(packs, 0.05)}
    return "".join(f'[[mix]]\npack = "{name}"\nshare = {share:.2f}\n\n' for name, share in shares.items())


@contextmanager
def _served(one: Start, folder: Path) -> Iterator[tuple[str, ...]]:
    """The service with its pilot and settings; gives the options of a check."""
    pilot = folder / "pilot"
    if one.texts:
        write_texts(pilot, 60)
    else:
        write_pilot(pilot, 60)
    truth = str(pilot / "truth.csv") if one.texts else "total,carrier"
    with _answering(one) as (url, settings):
        (folder / "harness.toml").write_text(settings + _mix(one.packs), encoding="utf-8")
        yield (
            *("check", url, "--samples", str(pilot), "--truth", truth, "--seed", str(one.seed)),
            *("--config", str(folder / "harness.toml")),
        )


@contextmanager
def _answering(one: Start) -> Iterator[tuple[str, str]]:
    """The URL of the service and its settings, with those of its upstream."""
    if one.answer:
        with serving(one.answer) as url:
            yield url, ""
        return
    listen = f"127.0.0.1:{free_port(2)}"
    with serving(price_list, "/price") as upstream, pricing(f"http://{listen}/price", _now_and_then) as url:
        own = upstream.removesuffix("/price")
        yield url, f'[[upstream]]\nname = "prices"\nurl = "{own}"\nlisten = "{listen}"\n\n'


def _now_and_then(order: Mapping[str, object]) -> Priced:
    return fall_back(order) if crc32(json.dumps(order, sort_keys=True).encode()) % 5 < 2 else flag(order)


def follow(one: Start, folder: Path) -> list[tuple[int, str]]:
    """The calls and the verdict of each round, until it is decided or there is no advice; then the calls are 0."""
    calls, found = one.calls, list[tuple[int, str]]()
    with _served(one, folder) as command:
        while len(found) <= ROUNDS:
            out = folder / f"round{len(found)}"
            said = harness(*command, "--calls", str(calls), "--out", str(out))
            if not (out / "verdict.json").exists():
                return [*found, (0, f"exit {said.code}: {said.err.strip().splitlines()[-1]}")]
            verdict = json.loads((out / "verdict.json").read_text(encoding="utf-8"))["verdict"]
            found.append((calls, verdict))
            if verdict != "undecided":
                break
            advice = re.search(r"Run the\s+check\s+again\s+with\s+--calls\s+(\d+)", said.out)
            if advice is None:
                print(said.out)
                return [*found, (0, "no advice")]
            calls = int(advice[1])
    return found


def main() -> int:
    began, decided = 0, 0
    for name in sys.argv[1:] or STARTS:
        with tempfile.TemporaryDirectory() as folder:
            rounds = follow(STARTS[name], Path(folder))
        undecided = rounds[0][1] == "undecided"
        held = undecided and rounds[-1][1] in ("go", "no-go")
        began, decided = began + undecided, decided + held
        steps = ", ".join(f"{calls or '-'}: {verdict}" for calls, verdict in rounds)
        print(f"{'held' if held else 'FELL SHORT'}: {name}: {steps}", flush=True)
    print(f"60: {decided} of {began} undecided runs are decided within {ROUNDS} rounds of their own advice")
    return 0 if decided == began == len(sys.argv[1:] or STARTS) else 1


if __name__ == "__main__":
    sys.exit(main())
