"""What a fault does to a request on its way: late, hung up on, answered by the relay, cut, or with another body."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

from harness.core.fault import Fault
from harness.core.seed import Stream
from harness.inject.connection import Act, Connection, RunRequest
from harness.inject.corrupt import canned, corrupted, cut_at
from harness.inject.fields import Asking
from harness.inject.http1 import Piece, with_body


async def _latency(connection: Connection, asked: RunRequest, fault: Fault) -> bool:
    asked.exchange.fault = fault.name
    if fault.at == "response":
        return await connection.reply(asked, delay=fault.seconds)
    await asyncio.sleep(fault.seconds)
    return await connection.reply(asked)


async def _hang(connection: Connection, asked: RunRequest, fault: Fault) -> bool:
    """No byte and no end, until the client has had enough."""
    asked.exchange.fault = fault.name
    if fault.at == "response":
        await connection.whole_reply(asked)
    await connection.client.discard()
    return False


async def _reset(connection: Connection, asked: RunRequest, fault: Fault) -> bool:
    asked.exchange.fault = fault.name
    if fault.at == "response":
        await connection.ask(asked)
    connection.client.reset()
    return False


async def _canned(connection: Connection, asked: RunRequest, fault: Fault) -> bool:
    """An answer of the fault's own; the request goes on only where the reply is what is replaced."""
    asked.exchange.fault = fault.name
    if fault.kind == "wrong_type":
        await connection.whole_reply(asked)
    answer = canned(fault)
    asked.exchange.status = answer.status
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}", *(f"{name}: {value}" for name, value in answer.headers)]
    head = "\r\n".join([*lines, f"Content-Length: {len(answer.body)}", "", ""])
    body = b"" if asked.method == "HEAD" else answer.body
    await connection.client.write(head.encode("latin-1", "replace") + body)
    return not asked.head.closes


async def _truncated(connection: Connection, asked: RunRequest, fault: Fault) -> bool:
    """The head as it is and half of the body, then a clean end of the connection."""
    head, pieces = await connection.whole_reply(asked)
    body = b"".join(piece.data for piece in pieces)
    if not body:
        return await connection.give(asked, head, _again(pieces))
    asked.exchange.fault = fault.name
    asked.exchange.status = int(head.first[1])
    await connection.client.write(head.raw + body[: cut_at(len(body))])
    return False


async def _corrupt(connection: Connection, asked: RunRequest, fault: Fault) -> bool:
    """The reply in its own framing, with other bytes in its body."""
    head, pieces = await connection.whole_reply(asked)
    payload = b"".join(piece.data for piece in pieces if piece.payload)
    if payload:
        asked.exchange.fault = fault.name
    spoilt = corrupted(payload, Stream(connection.relay.active.seed, "spoil", fault.name, *asked.key))
    return await connection.give(asked, head, _again(_with_payload(pieces, spoilt)))


async def _field(connection: Connection, asked: RunRequest, fault: Fault) -> bool:
    """The reply with one of its fields changed, in a framing of its own; as it came where there is none to hit."""
    head, pieces = await connection.whole_reply(asked)
    payload = b"".join(piece.data for piece in pieces if piece.payload)
    sent = b"".join(piece.data for piece in asked.pieces or () if piece.payload)
    asking = Asking(method=asked.method, target=asked.exchange.path, body=sent)
    draw = Stream(connection.relay.active.seed, "spoil", fault.name, *asked.key)
    encoding = head.header("content-encoding")
    changed = connection.relay.fields.change(fault, asking, payload, encoding, draw) if head.first[1] == "200" else None
    if changed is None:
        return await connection.give(asked, head, _again(pieces))
    asked.exchange.fault, asked.exchange.field = fault.name, changed.field
    return await connection.give(asked, with_body(head, changed.body), _again([Piece(data=changed.body)]))


def _with_payload(pieces: Sequence[Piece], payload: bytes) -> list[Piece]:
    """The pieces with `payload` in the place of theirs, which is as long."""
    put, at = [], 0
    for piece in pieces:
        end = at + len(piece.data)
        put.append(Piece(data=payload[at:end]) if piece.payload else piece)
        at = end if piece.payload else at
    return put


async def _again(pieces: Sequence[Piece]) -> AsyncIterator[Piece]:
    for piece in pieces:
        yield piece


ACTS: Mapping[str, Act] = {
    "latency": _latency,
    "hang": _hang,
    "reset": _reset,
    "status": _canned,
    "too_many_requests": _canned,
    "wrong_type": _canned,
    "truncated": _truncated,
    "corrupt": _corrupt,
    "error_in_200": _canned,
    "field_missing": _field,
    "field_renamed": _field,
    "field_stale": _field,
}
