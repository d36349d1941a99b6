# slow: PostgreSQL, Redis and a second environment with client libraries
"""Faults are what they promise: one suite over transport, relay HTTP, TLS and TCP, seen by real clients and servers.

httpx, requests, aiohttp, psycopg (PostgreSQL) and redis-py each call once under each fault.
"""

import asyncio
import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from harness.core.clock import Clock
from harness.core.integration.fault import TARGET, Fault
from harness.core.integration.kinds import KINDS
from harness.core.integration.upstreams import Upstream
from harness.inject.active import Active
from harness.inject.edits import FAILED
from harness.inject.relays.relay import Relay
from harness.inject.relays.running import running
from harness.inject.relays.tls import authority
from harness.inject.transport import FaultTransport
from tests.endpoints.server import Heard, serving
from tests.endpoints.servers import postgres, postgres_programs, redis

LIBRARIES = ("httpx", "requests", "aiohttp", "psycopg[binary]", "redis")
REPLY = {"vendor": "Nordlicht", "points": 12.5, "rows": [1, 2, 3, 4]}
BODY = json.dumps(REPLY).encode()
ROW = "x" * 4000
LATENCY, LATE = 0.3, 0.1
LIBPQ = "closed the connection unexpectedly"
"""What PostgreSQL's own client says of a reset and of a clean end alike."""

Saw = dict[str, Any]
Promise = Callable[[Saw, int], bool]
"""Whether what a client saw, and how often the server was asked for it, is what the fault promises."""


@dataclass(slots=True, kw_only=True)
class Mode:
    """A way on which faults are injected. arrived: how often the server behind it did the work so far."""

    name: str
    clients: tuple[str, ...]
    url: str
    active: Active
    arrived: Callable[[], int]
    ca: str = ""
    promises: dict[Fault, Promise] = field(default_factory=dict)


def edited(change: Callable[[dict[str, Any]], object]) -> Promise:
    """The reply, after that change and no other."""
    wanted = json.loads(BODY)
    change(wanted)
    return lambda saw, asked: asked == 1 and saw.get("status") == 200 and json.loads(saw["body"]) == wanted


def timed(low: float, body: str) -> Promise:
    return lambda saw, asked: saw.get("body") == body and low - 0.001 <= saw["seconds"] < low + LATE and asked == 1


def failed(*, asked: bool, within: float = 0.9) -> Promise:
    return lambda saw, times: "error" in saw and (times > 0) is asked and saw["seconds"] < within


def was_reset(*, asked: bool, tls: bool = False) -> Promise:
    def holds(saw: Saw, times: int) -> bool:
        texts = [text.lower() for text in saw.get("error", ())]
        named = any(word in text for text in texts for word in (str(errno.ECONNRESET), "reset", LIBPQ))
        return failed(asked=asked)(saw, times) and (named or tls)

    return holds


def silent(*, asked: bool) -> Promise:
    return lambda saw, times: "error" in saw and 0.9 < saw["seconds"] < 1.5 and (times > 0) is asked


def answered(status: int, text: str, retry: str = "", asked: int = 0) -> Promise:
    return lambda saw, times: (
        saw.get("status") == status and text in saw["body"] and saw["retry"] == retry and times == asked
    )


def over_http(where: str, *, tls: bool = False) -> dict[Fault, Promise]:
    body = BODY.decode()
    promises: dict[Fault, Promise] = {
        make("latency", where, seconds=LATENCY): timed(LATENCY, body),
        make("latency", where, seconds=LATENCY, at="response"): timed(LATENCY, body),
        make("hang", where): silent(asked=False),
        make("hang", where, at="response"): silent(asked=True),
        make("reset", where): was_reset(asked=False, tls=tls),
        make("reset", where, at="response"): was_reset(asked=True, tls=tls),
        make("bandwidth", where, bytes_per_second=len(BODY) * 2): timed(0.5, body),
        make("slicing", where, piece_bytes=5): timed(len(BODY) / 5 / 1000, body),
        make("truncated", where): failed(asked=True),
        make("corrupt", where): lambda saw, asked: asked == 1 and saw["body"] != body and len(saw["body"]) == len(body),
        make("wrong_type", where): answered(200, "Please sign in", asked=1),
        make("status", where, status=502, retry_after=7): answered(502, "bad gateway", "7"),
        make("too_many_requests", where): answered(429, "error", "1"),
        make("error_in_200", where): answered(200, "internal error"),
        make("token_expired", where): answered(401, "invalid_token"),
        make("quota_spent", where): answered(403, "REQUEST_LIMIT_EXCEEDED"),
        make("version_retired", where): answered(410, "retired"),
        make("field_missing", where, field="vendor"): edited(lambda reply: reply.pop("vendor")),
        make("field_null", where, field="vendor"): edited(lambda reply: reply.update(vendor=None)),
        make("field_scaled", where, field="points"): edited(lambda reply: reply.update(points=12500.0)),
        make("field_negated", where, field="points"): edited(lambda reply: reply.update(points=-12.5)),
        make("field_retyped", where, field="points"): edited(lambda reply: reply.update(points="12.5")),
        make("field_unknown", where, field="vendor", to="V9"): edited(lambda reply: reply.update(vendor="V9")),
        make("field_renamed", where, field="vendor", to="name"): lambda saw, asked: (
            list(json.loads(saw["body"])) == ["name", "points", "rows"] and asked == 1
        ),
        make("list_shortened", where): edited(lambda reply: reply.update(rows=[1, 2])),
        make("list_repeated", where): edited(lambda reply: reply.update(rows=[1, 2, 3, 4] * 2)),
        make("list_failed", where): edited(lambda reply: reply.update(rows=[1, 2, FAILED, FAILED])),
    }
    left = set(KINDS) - {fault.kind for fault in promises}
    assert left == {"field_stale", "record_swapped"}, left  # need earlier replies: tests/inject/test_fields.py
    return promises


def over_tcp(where: str) -> dict[Fault, Promise]:
    return {
        make("latency", where, seconds=LATENCY, at="response"): delayed,
        make("hang", where): silent(asked=False),
        make("hang", where, at="response"): silent(asked=True),
        make("reset", where): was_reset(asked=False),
        make("reset", where, at="response"): was_reset(asked=True),  # the work is done, and the caller cannot know
        make("bandwidth", where, bytes_per_second=10_000): lambda saw, asked: (
            saw.get("body") == ROW and 0.4 <= saw["seconds"] < 0.6 and asked == 1
        ),
        make("slicing", where, piece_bytes=100): lambda saw, asked: saw.get("body") == ROW and asked == 1,
        make("truncated", where): failed(asked=True),
        make("corrupt", where): lambda saw, asked: ("error" in saw or saw["body"] != ROW) and asked == 1,
    }


def delayed(saw: Saw, asked: int) -> bool:
    """A client may need one exchange or two."""
    turns = round(saw["seconds"] / LATENCY)
    return saw.get("body") == ROW and asked == 1 and turns >= 1 and saw["seconds"] >= turns * LATENCY - 0.001


def make(kind: str, where: str, **more: object) -> Fault:
    return Fault(kind=kind, where=where, name=f"{where}.{kind}.{more.get('at', '')}", **more)  # type: ignore[arg-type]


@contextmanager
def modes() -> Iterator[list[Mode]]:
    heard: list[Heard] = []
    clock, clients = Clock(), ("httpx", "requests", "aiohttp")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        made = authority(folder)
        url = stack.enter_context(serving(lambda _: (200, BODY), heard=heard))
        database, cache = stack.enter_context(postgres()), stack.enter_context(redis())
        ask_sql(database, "create table bookings (n int)")
        subprocess.run(["redis-cli", "-p", str(cache), "set", "long", ROW], check=True, stdout=subprocess.DEVNULL)
        root = url.removesuffix("/score")
        relays = {}
        for name, real, listen in (
            ("http", root, "127.0.0.1:0"),
            ("tls", root, "https://127.0.0.1:0"),
            ("postgres", f"tcp://127.0.0.1:{database}", "127.0.0.1:0"),
            ("redis", f"tcp://127.0.0.1:{cache}", "127.0.0.1:0"),
        ):
            relay = Relay(
                upstream=Upstream(name=name, url=real, listen=listen), active=Active(1, clock.now), clock=clock.now
            )
            relay.certified = made.server_context() if name == "tls" else None
            relays[name] = relay
        stack.enter_context(running(list(relays.values())))

        def mode(name: str, clients: tuple[str, ...], arrived: Callable[[], int], path: str = "") -> Mode:
            relay = relays[name]
            ca = str(made.bundle) if name == "tls" else ""
            promises = over_http(name, tls=name == "tls") if path else over_tcp(name)
            return Mode(
                name=name,
                clients=clients,
                url=relay.url + path,
                active=relay.active,
                arrived=arrived,
                ca=ca,
                promises=promises,
            )

        yield [
            Mode(
                name="transport",
                clients=("in process",),
                url=url,
                active=Active(1, clock.now),
                arrived=lambda: len(heard),
                promises=over_http(TARGET),
            ),
            mode("http", clients, lambda: len(heard), "/score"),
            mode("tls", clients, lambda: len(heard), "/score"),
            mode("postgres", ("psycopg",), lambda: int(ask_sql(database, "select count(*) from bookings"))),
            mode("redis", ("redis",), lambda: int(ask_redis(cache))),
        ]


def ask_sql(port: int, sql: str) -> str:
    command = ["psql", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-Atc", sql]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def ask_redis(port: int) -> str:
    command = ["redis-cli", "-p", str(port), "get", "bookings"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() or "0"


def in_process(mode: Mode) -> Saw:
    """What httpx sees through the transport of the harness."""

    async def ask() -> Saw:
        transport = FaultTransport(httpx.AsyncHTTPTransport(), mode.active)
        async with httpx.AsyncClient(transport=transport, timeout=1.0) as client:
            began = asyncio.get_running_loop().time()
            try:
                reply = await client.post(mode.url, content=b'{"q": 1}')
                saw: Saw = {
                    "status": reply.status_code,
                    "body": reply.text,
                    "retry": reply.headers.get("retry-after", ""),
                }
                if reply.content != reply.text.encode():
                    saw["body"] = reply.content.decode("latin-1")
            except httpx.HTTPError as error:
                saw = {"error": [f"{type(error).__name__}: {error}"]}
            return {**saw, "seconds": asyncio.get_running_loop().time() - began}

    return asyncio.run(ask())


def through(mode: Mode, client: str, fault: Fault | None, caller: "subprocess.Popen[str]") -> tuple[Saw, int]:
    """What that client sees under the fault, and how often the server was asked."""
    assert caller.stdin
    assert caller.stdout
    before, faults = mode.arrived(), [fault] if fault else []
    if client == "in process":
        mode.active.begin(faults, 0.0)
        saw = in_process(mode)
    else:
        print(json.dumps({"client": client, "url": mode.url, "ca": mode.ca}), file=caller.stdin, flush=True)
        assert caller.stdout.readline() == "ready\n"
        mode.active.begin(faults, 0.0)
        print(file=caller.stdin, flush=True)
        saw = json.loads(caller.stdout.readline())
    mode.active.begin([], 0.0)
    return saw, mode.arrived() - before


def main() -> int:
    if not (postgres_programs() and shutil.which("redis-server") and shutil.which("psql")):
        print("skipped: needs postgresql and redis-server (apt-get install postgresql redis-server)")
        return 77
    with tempfile.TemporaryDirectory() as name, modes() as ways:
        venv.create(name, with_pip=True)
        python = str(Path(name, "bin", "python"))
        subprocess.run([python, "-m", "pip", "install", "--quiet", *LIBRARIES], check=True)
        script = str(Path(__file__).with_name("client_calls.py"))
        handles = len(os.listdir("/proc/self/fd"))
        held, wrong = 0, []
        with subprocess.Popen([python, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as caller:
            for mode in ways:
                body = BODY.decode() if urlsplit(mode.url).scheme != "tcp" else ROW
                for client in mode.clients:
                    cells = []
                    for fault, promise in [(None, timed(0.0, body)), *mode.promises.items()]:
                        saw, asked = through(mode, client, fault, caller)
                        kept = promise(saw, asked)
                        held += kept
                        cells.append("+" if kept else "-")
                        if not kept:
                            wrong.append(
                                f"{mode.name}, {client}, {fault.name if fault else 'no fault'}: {saw}, asked {asked}"
                            )
                    print(f"{mode.name:10} {client:10} {''.join(cells)}", flush=True)
            assert caller.stdin
            caller.stdin.close()
        left = len(os.listdir("/proc/self/fd")) - handles
    for line in wrong:
        print(line)
    print(f"conformance: {held} of {held + len(wrong)} as promised; {left} more handles open than before")
    return 0 if not wrong and left <= 8 else 1


if __name__ == "__main__":
    sys.exit(main())
