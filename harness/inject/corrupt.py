"""Replies that faults make or damage: pure functions that the transport and the relay share."""

from dataclasses import dataclass
from http import HTTPStatus

from harness.core.integration.fault import Fault
from harness.core.seed import Stream

SIGN_IN = "<!doctype html><html><head><title>Sign in</title></head><body><form>Please sign in.</form></body></html>\n"
"""A sign-in page, which many systems return with status 200 when a session has expired."""

ERROR = '{"error": "internal error"}'
"""An error body, which many gateways and RPC services return with status 200 when the call behind them failed."""

CORRUPTED_ONE_IN = 16
"""About one in this many bytes of a corrupt body is changed."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Canned:
    """The answer that the fault gives instead. headers: without the length, which belongs to the framing."""

    status: int
    reason: str
    headers: Headers
    body: bytes


def canned(fault: Fault) -> Canned:
    """The answer of a fault of kind status, too_many_requests, wrong_type or error_in_200."""
    if fault.kind == "error_in_200":
        return _answer(200, fault.body or ERROR, fault.media_type or "application/json", 0)
    if fault.kind == "wrong_type":
        return _answer(200, fault.body or SIGN_IN, fault.media_type or "text/html; charset=utf-8", 0)
    status = 429 if fault.kind == "too_many_requests" else fault.status
    wait = fault.retry_after or int(fault.kind == "too_many_requests")
    reason = _reason(status).lower()
    return _answer(status, fault.body or f'{{"error": "{reason}"}}', fault.media_type or "application/json", wait)


def _answer(status: int, body: str, media_type: str, wait: int) -> Canned:
    headers = [("Content-Type", media_type), *([("Retry-After", str(wait))] if wait else [])]
    content = b"" if status in (204, 304) else body.encode("utf-8", "surrogatepass")
    return Canned(status=status, reason=_reason(status), headers=tuple(headers), body=content)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def cut_at(length: int) -> int:
    """How many bytes of a truncated body arrive: half of them."""
    return length // 2


def corrupted(body: bytes, draw: Stream) -> bytes:
    """The body with at least one of its bytes changed, and the same length."""
    changed = bytearray(body)
    hits = {draw.below(len(body)) for _ in range(max(1, len(body) // CORRUPTED_ONE_IN))} if body else set()
    for i in sorted(hits):
        changed[i] ^= draw.between(1, 255)
    return bytes(changed)
