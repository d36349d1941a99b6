"""Faults between the harness and the target: an httpx transport around the real one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import httpx

from harness.core.integration.fault import TARGET, Fault, Passing, met
from harness.core.integration.kinds import KINDS
from harness.core.seed import Stream
from harness.inject.active import Active
from harness.inject.corrupt import canned, corrupted, cut_at
from harness.inject.fields import Fields, RequestContent
from harness.inject.pacing import PACED, arriving
from harness.inject.relays.http1 import BODY_HEADERS

CASE = "harness_case"
"""Extension of a request: address and repeat of its case, which are the key of the random draw."""

MET = "harness_met"
"""Extension of a request: a list to which the name of its fault is added."""

Send = Callable[[], Awaitable[httpx.Response]]


@dataclass(slots=True)
class FaultTransport(httpx.AsyncBaseTransport):
    """Sends through `inner`, except for requests that meet a fault in force.

    The caller sees what a real peer would cause: `ReadError` for a reset, no reply until its own deadline for a hang,
    `RemoteProtocolError` for a reply that ends in the middle.
    """

    inner: httpx.AsyncBaseTransport
    active: Active
    fields: Fields = field(default_factory=Fields)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        address, repeat = request.extensions.get(CASE, ("", 0))
        passing = Passing(where=TARGET, method=request.method, path=request.url.path, at=self.active.now())
        key = (address, repeat)
        fault = met(self.active.faults, passing, self.active.seed, key)

        async def send() -> httpx.Response:
            return await self.inner.handle_async_request(request)

        if fault is None:
            return await send()
        draw = Stream(self.active.seed, "spoil", fault.name, *key)
        if KINDS[fault.kind].edits:
            return await self._field(fault, request, await send(), draw)
        if fault.kind in ("truncated", "corrupt"):
            return await _damaged(fault, request, await send(), draw)
        _note(request, fault)
        return await _under(fault, request, send)

    async def _field(
        self, fault: Fault, request: httpx.Request, response: httpx.Response, draw: Stream
    ) -> httpx.Response:
        """The reply with one of its fields changed; unchanged if it has no field to change."""
        body = b"".join([part async for part in response.aiter_raw()])
        await response.aclose()
        sent = RequestContent(method=request.method, target=request.url.raw_path.decode(), body=await request.aread())
        encoding = response.headers.get("content-encoding", "")
        changed = self.fields.change(fault, sent, body, encoding, draw) if response.status_code == 200 else None
        headers = response.headers
        if changed is not None:
            _note(request, fault)
            kept = [(name, value) for name, value in headers.multi_items() if name not in BODY_HEADERS]
            headers = httpx.Headers([*kept, ("Content-Length", str(len(changed.body)))])
        return httpx.Response(
            response.status_code,
            headers=headers,
            stream=httpx.ByteStream(changed.body if changed else body),
            request=request,
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self.inner.aclose()


def _note(request: httpx.Request, fault: Fault) -> None:
    names: list[str] = request.extensions.get(MET, [])
    names.append(fault.name)


async def _under(fault: Fault, request: httpx.Request, send: Send) -> httpx.Response:
    if KINDS[fault.kind].instead:
        return _canned(fault, request)
    if fault.at == "request" and fault.kind in ("latency", "hang", "reset"):
        await _happen(fault, request)
    response = await send()
    if fault.kind in PACED:
        return await _slow(fault, request, response)
    if fault.kind == "wrong_type":
        await response.aclose()
        return _canned(fault, request)
    if fault.at == "response":
        try:
            await _happen(fault, request)
        except BaseException:
            await response.aclose()
            raise
    return response


async def _happen(fault: Fault, request: httpx.Request) -> None:
    """Wait, hang or break; returns only after a latency that is shorter than the read timeout of the caller."""
    if fault.kind == "reset":
        raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
    timeout = request.extensions.get("timeout", {}).get("read")
    wait = fault.seconds if fault.kind == "latency" else None
    if wait is not None and (timeout is None or wait < timeout):
        await asyncio.sleep(wait)
        return
    if timeout is None:
        await asyncio.Event().wait()  # until the caller cancels
    await asyncio.sleep(timeout)
    raise httpx.ReadTimeout("no reply within the read timeout", request=request)


def _canned(fault: Fault, request: httpx.Request) -> httpx.Response:
    answer = canned(fault)
    body = b"" if request.method == "HEAD" else answer.body
    headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
    return httpx.Response(answer.status, headers=headers, content=body, request=request)


async def _damaged(fault: Fault, request: httpx.Request, response: httpx.Response, draw: Stream) -> httpx.Response:
    """The reply with half of its body, or with changed bytes in it; a reply without a body is not changed."""
    body = b"".join([part async for part in response.aiter_raw()])
    await response.aclose()
    if body:
        _note(request, fault)
    stream = _Cut(body) if fault.kind == "truncated" and body else httpx.ByteStream(corrupted(body, draw))
    return httpx.Response(
        response.status_code, headers=response.headers, stream=stream, request=request, extensions=response.extensions
    )


async def _slow(fault: Fault, request: httpx.Request, response: httpx.Response) -> httpx.Response:
    body = b"".join([part async for part in response.aiter_raw()])
    await response.aclose()
    stream = _Slow(fault, body)
    return httpx.Response(
        response.status_code, headers=response.headers, stream=stream, request=request, extensions=response.extensions
    )


@dataclass(slots=True)
class _Slow(httpx.AsyncByteStream):
    """The body, bit by bit."""

    fault: Fault
    body: bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in arriving(self.fault, self.body):
            yield data


@dataclass(slots=True)
class _Cut(httpx.AsyncByteStream):
    """Half of the body, then the error of httpx for a peer that closes in the middle."""

    body: bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        half = self.body[: cut_at(len(self.body))]
        yield half
        counts = f"received {len(half)} bytes, expected {len(self.body)}"
        raise httpx.RemoteProtocolError(f"peer closed connection without sending complete message body ({counts})")
