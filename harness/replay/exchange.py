"""One request and its reply, over HTTP or by a call of a Python function."""

from collections.abc import Awaitable, Callable

import httpx

from harness.core.clock import Clock
from harness.core.settings import Target
from harness.replay.codecs import Request
from harness.replay.no_answer import HEADERS

LARGEST_REPLY = 32 * 1024 * 1024
"""Maximum bytes of a reply; a larger one is not read to its end and is recorded as `too_large`."""

# uvicorn closes idle connections after 5 s. Reusing one at that moment would look like a dropped case.
KEEP_ALIVE_SECONDS = 2.0

Exchange = Callable[[Request, "Timer"], Awaitable[tuple[int, bytes]]]


class Timer:
    """Records the moment of the first byte. case: whose sending this is. met: the faults that it met.

    retry_after: the header of that name, or "". head: the headers that say what the reply is.
    """

    __slots__ = ("case", "clock", "first", "head", "met", "retry_after")

    def __init__(self, clock: Clock, case: tuple[str, int]) -> None:
        self.clock = clock
        self.case = case
        self.first = 0.0
        self.met: list[str] = []
        self.retry_after = ""
        self.head: dict[str, str] = {}

    def mark(self) -> None:
        """The head of the reply has arrived."""
        self.first = self.clock.now()


def over_http(client: httpx.AsyncClient) -> Exchange:
    """Sends a request over HTTP."""

    async def answer(request: Request, timer: Timer) -> tuple[int, bytes]:
        headers = [*request.headers, *([("Connection", "close")] if request.alone else [])]
        built = client.build_request(
            request.method,
            request.url,
            headers=headers,
            content=request.body,
            extensions={"harness_case": timer.case, "harness_met": timer.met},
        )
        response = await client.send(built, stream=True)
        timer.mark()
        timer.retry_after = response.headers.get("Retry-After", "")
        timer.head = {name: response.headers[name] for name in HEADERS if name in response.headers}
        try:
            return response.status_code, await _body(response)
        finally:
            await response.aclose()

    return answer


async def _body(response: httpx.Response) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_bytes():
        parts.append(part)
        size += len(part)
        if size > LARGEST_REPLY:
            raise TooLarge
    return b"".join(parts)


def in_process(target: Target) -> Exchange:
    """Calls the Python function of the target."""
    from harness.replay.python_call import call_aside

    async def answer(request: Request, timer: Timer) -> tuple[int, bytes]:
        got = await call_aside(target.url, request.body)
        timer.mark()
        return got

    return answer


class TooLarge(Exception):
    """The reply is larger than LARGEST_REPLY."""


def named(reason: httpx.HTTPError) -> str:
    """The failure in words, because many messages of httpx are empty."""
    return " ".join((str(reason) or type(reason).__name__).split())[:200]
