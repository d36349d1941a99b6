"""Replies that faults make or damage: pure functions that the transport and the relay share."""

from collections.abc import Mapping
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


REFUSED: Mapping[str, tuple[int, str, Headers]] = {
    "error_in_200": (200, ERROR, ()),
    "too_many_requests": (429, "", (("Retry-After", "1"),)),
    # RFC 6750, section 3.1
    "token_expired": (
        401,
        '{"error": "invalid_token", "error_description": "The access token expired"}',
        (("WWW-Authenticate", 'Bearer error="invalid_token", error_description="The access token expired"'),),
    ),
    # Salesforce: "API Requests Limits": 403 with an array and without a Retry-After
    "quota_spent": (403, '[{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]', ()),
    # Salesforce: "API End-of-Life": REST calls to a retired version get 410
    "version_retired": (410, '{"error": "this version of the API has been retired"}', ()),
}
"""Status, body and further headers by kind."""


def canned(fault: Fault) -> Canned:
    """The answer of a fault that answers instead of the system, or of `wrong_type`."""
    if fault.kind == "wrong_type":
        return _answer(200, fault.body or SIGN_IN, fault.media_type or "text/html; charset=utf-8", ())
    status, body, headers = REFUSED.get(fault.kind, (fault.status, "", ()))
    text = fault.body or body or f'{{"error": "{_reason(status).lower()}"}}'
    waits: Headers = (("Retry-After", str(fault.retry_after)),) if fault.retry_after else headers
    return _answer(status, text, fault.media_type or "application/json", waits)


def _answer(status: int, body: str, media_type: str, more: Headers) -> Canned:
    content = b"" if status in (204, 304) else body.encode("utf-8", "surrogatepass")
    headers = (("Content-Type", media_type), *more)
    return Canned(status=status, reason=_reason(status), headers=headers, body=content)


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
