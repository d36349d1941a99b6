"""One call of a client library per line of its input, run by show 66 in an environment that has the libraries.

A line is a job: {client, url, ca}. It connects, writes "ready", waits for a line, makes one call with a deadline of one
second, and writes what it saw.
"""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx
import psycopg
import redis
import requests

DEADLINE = 1.0
BODY = b'{"q": 1}'
Call = Callable[[], dict[str, Any]]


def over_httpx(url: str, ca: str) -> Call:
    client = httpx.Client(verify=ca or True, trust_env=False, timeout=DEADLINE)

    def call() -> dict[str, Any]:
        reply = client.post(url, content=BODY)
        return seen(reply.status_code, reply.headers, reply.content)

    return call


def over_requests(url: str, ca: str) -> Call:
    session = requests.Session()
    session.trust_env = False

    def call() -> dict[str, Any]:
        reply = session.post(url, data=BODY, timeout=DEADLINE, verify=ca or True)
        return seen(reply.status_code, reply.headers, reply.content)

    return call


def over_aiohttp(url: str, ca: str) -> Call:
    import ssl

    async def ask() -> dict[str, Any]:
        context = ssl.create_default_context(cafile=ca) if ca else True
        timeout = aiohttp.ClientTimeout(total=DEADLINE)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, data=BODY, ssl=context) as reply,
        ):
            return seen(reply.status, reply.headers, await reply.read())

    return lambda: asyncio.run(ask())


def over_psycopg(url: str, _: str) -> Call:
    parts = urlsplit(url)
    base = psycopg.connect(host=parts.hostname, port=parts.port, user="postgres", autocommit=True)

    def call() -> dict[str, Any]:
        signal.setitimer(signal.ITIMER_REAL, DEADLINE)  # a query has no deadline of its own
        row = base.execute("insert into bookings values (1) returning repeat('x', 4000)").fetchone()
        return {"body": row[0] if row else ""}

    return call


def over_redis(url: str, _: str) -> Call:
    parts = urlsplit(url)
    client = redis.Redis(
        host=parts.hostname or "", port=parts.port or 0, socket_timeout=DEADLINE, retry=None, protocol=2
    )
    client.ping()

    def call() -> dict[str, Any]:
        client.incr("bookings")
        return {"body": client.get("long").decode("latin-1")}

    return call


def seen(status: int, headers: Any, body: bytes) -> dict[str, Any]:
    return {"status": status, "retry": headers.get("Retry-After", ""), "body": body.decode("latin-1")}


def chain(error: BaseException | None) -> list[str]:
    """The classes and texts of an exception and of its causes."""
    names = []
    while error is not None:
        names.append(f"{type(error).__name__}: {error}")
        error = error.__cause__ or error.__context__
    return names


CLIENTS = {
    "httpx": over_httpx,
    "requests": over_requests,
    "aiohttp": over_aiohttp,
    "psycopg": over_psycopg,
    "redis": over_redis,
}


def too_late(*_: object) -> None:
    raise TimeoutError("the deadline of the caller")


def main() -> None:
    signal.signal(signal.SIGALRM, too_late)
    for line in sys.stdin:
        job = json.loads(line)
        call = CLIENTS[job["client"]](job["url"], job["ca"])
        print("ready", flush=True)
        sys.stdin.readline()
        began = time.perf_counter()
        try:
            result = call()
        except Exception as error:
            result = {"error": chain(error)}
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        print(json.dumps({**result, "seconds": time.perf_counter() - began}), flush=True)


if __name__ == "__main__":
    main()
