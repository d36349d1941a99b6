"""What each kind of fault does to a request: delay, hang, reset, own answer, truncated or changed reply."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

from harness.core.clock import seconds_to_wait
from harness.core.integration.fault import Fault
from harness.core.integration.kinds import KINDS
from harness.core.seed import Stream
from harness.inject.corrupt import canned, corrupted, cut_at
from harness.inject.fields import RequestContent
from harness.inject.pacing import arriving
from harness.inject.relays.connection import Action, Connection
from harness.inject.relays.described import RelayedRequest
from harness.inject.relays.http1 import Piece, with_body


async def _latency(connection: Connection, request: RelayedRequest, fault: Fault) -> bool:
    request.exchange.fault = fault.name
    if fault.at == "response":
        return await connection.relay_reply(request, delay=fault.seconds)
    await asyncio.sleep(fault.seconds)
    return await connection.relay_reply(request)


async def _hang(connection: Connection, request: RelayedRequest, fault: Fault) -> bool:
    """Send nothing and keep the connection open until the client gives up."""
    request.exchange.fault = fault.name
    if fault.at == "response":
        await connection.fetch_reply(request)
    await connection.client.discard()
    return False


async def _reset(connection: Connection, request: RelayedRequest, fault: Fault) -> bool:
    request.exchange.fault = fault.name
    if fault.at == "response":
        await connection.forward(request)
    request.ended = connection.relay.clock()
    connection.client.reset()
    return False


async def _canned(connection: Connection, request: RelayedRequest, fault: Fault) -> bool:
    """Answer instead of the upstream; the request is sent on only if the fault replaces its reply."""
    request.exchange.fault = fault.name
    if fault.kind == "wrong_type":
        await connection.fetch_reply(request)
    answer = canned(fault)
    request.exchange.status = answer.status
    request.exchange.retry_after = seconds_to_wait(dict(answer.headers).get("Retry-After", "")) or 0.0
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}", *(f"{name}: {value}" for name, value in answer.headers)]
    head = "\r\n".join([*lines, f"Content-Length: {len(answer.body)}", "", ""])
    body = b"" if request.method == "HEAD" else answer.body
    await connection.client.write(head.encode("latin-1", "replace") + body)
    return not request.head.closes


async def _paced(connection: Connection, request: RelayedRequest, fault: Fault) -> bool:
    """Send the head as it is, and the body slowly or in small pieces."""
    request.exchange.fault = fault.name
    head, pieces = await connection.fetch_reply(request)
    return await connection.send_reply(request, head, _slowly(fault, pieces))


async def _slowly(fault: Fault, pieces: Sequence[Piece]) -> AsyncIterator[Piece]:
    async for data in arriving(fault, b"".join(piece.data for piece in pieces)):
        yield Piece(data=data)


async def _truncated(connection: Connection, request: RelayedRequest, fault: Fault) -> bool:
    """Send the head as it is and half of the body, then end the connection cleanly."""
    head, pieces = await connection.fetch_reply(request)
    body = b"".join(piece.data for piece in pieces)
    if not body:
        return await connection.send_reply(request, head, _again(pieces))
    request.exchange.fault = fault.name
    request.exchange.status = int(head.first[1])
    await connection.client.write(head.raw + body[: cut_at(len(body))])
    return False


async def _corrupt(connection: Connection, request: RelayedRequest, fault: Fault) -> bool:
    """Send the reply in its own framing, with some bytes of its body changed."""
    head, pieces = await connection.fetch_reply(request)
    payload = b"".join(piece.data for piece in pieces if piece.payload)
    if payload:
        request.exchange.fault = fault.name
    changed = corrupted(payload, Stream(connection.relay.active.seed, "spoil", fault.name, *request.key))
    return await connection.send_reply(request, head, _again(_with_payload(pieces, changed)))


async def _field(connection: Connection, request: RelayedRequest, fault: Fault) -> bool:
    """Send the reply with one of its fields changed, in a new framing; unchanged if it has no field to change."""
    head, pieces = await connection.fetch_reply(request)
    payload = b"".join(piece.data for piece in pieces if piece.payload)
    sent = b"".join(piece.data for piece in request.pieces or () if piece.payload)
    content = RequestContent(method=request.method, target=request.head.first[1], body=sent)
    draw = Stream(connection.relay.active.seed, "spoil", fault.name, *request.key)
    encoding = head.header("content-encoding")
    fields = connection.relay.fields
    changed = fields.change(fault, content, payload, encoding, draw) if head.first[1] == "200" else None
    if changed is None:
        return await connection.send_reply(request, head, _again(pieces))
    request.exchange.fault, request.exchange.field = fault.name, changed.field
    return await connection.send_reply(request, with_body(head, changed.body), _again([Piece(data=changed.body)]))


def _with_payload(pieces: Sequence[Piece], payload: bytes) -> list[Piece]:
    """The pieces with `payload` instead of their own payload, which has the same length."""
    result, at = [], 0
    for piece in pieces:
        end = at + len(piece.data)
        result.append(Piece(data=payload[at:end]) if piece.payload else piece)
        at = end if piece.payload else at
    return result


async def _again(pieces: Sequence[Piece]) -> AsyncIterator[Piece]:
    for piece in pieces:
        yield piece


ACTIONS: Mapping[str, Action] = {
    "latency": _latency,
    "hang": _hang,
    "reset": _reset,
    "wrong_type": _canned,
    "bandwidth": _paced,
    "slicing": _paced,
    "truncated": _truncated,
    "corrupt": _corrupt,
    **{name: _canned for name, kind in KINDS.items() if kind.instead},
    **{name: _field for name, kind in KINDS.items() if kind.edits},
}
"""The action of each kind of fault."""
