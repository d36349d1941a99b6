"""One request of the service to an upstream, as the relay between the two saw it."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from harness.core.case import Scalar


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request that came through a relay. Times are seconds on the clock of the run.

    upstream: name of the `[[upstream]]`.
    method: method of the request.
    path: path of the request, without its query.
    started: when the request came.
    trace: W3C trace id that the service forwarded. Empty: it forwards none.
    status: status code of the reply. 0: there was none.
    fault: name of the fault that the request met. Empty: none.
    field: key of the reply that the fault changed. Empty: none.
    ended: when the reply was complete. Null: it is not yet.
    answered: status code by which the upstream answered, whatever the service got. 0: the request did not reach it.
    created: true if the upstream says that something new exists: 201, or a Location.
    retry_after: seconds that the service was asked to wait. 0: it was not.
    content: digest of method, path, query and body. Equal: the same request.
    writes: true if it may change something in the upstream.
    token: digest of the header by which the upstream recognizes a request that is sent again. Empty: there was none.
    effect: number of the `[[effect]]` that it belongs to, from 0. Null: none.
    values: values of the fields of the effect.
    address: the case that it belongs to. Empty: not known.
    repeat: which sending of the case.
    """

    upstream: str
    method: str
    path: str
    started: float
    trace: str = ""
    status: int = 0
    fault: str = ""
    field: str = ""
    ended: float | None = None
    answered: int = 0
    created: bool = False
    retry_after: float = 0.0
    content: str = ""
    writes: bool = False
    token: str = ""
    effect: int | None = None
    values: Mapping[str, Scalar] = dataclasses.field(default_factory=dict)
    address: str = ""
    repeat: int = 0

    @property
    def done(self) -> bool:
        """Whether it changed something, as far as the upstream says."""
        return self.writes and 200 <= self.answered < 400


WRITES = ("POST", "PUT", "PATCH", "DELETE")
"""Methods of requests that may change something. Source: RFC 9110, section 9.2.1."""

IDEMPOTENT = ("PUT", "DELETE")
"""Those of them that change no more when they are sent again. Source: RFC 9110, section 9.2.2."""


_TRACEPARENT = re.compile(r"\s*[^-]*-(?!0{32}-)([0-9a-f]{32})-[^-]*-")


def trace_id(traceparent: str) -> str:
    """The trace id of a W3C `traceparent`; "" if that is not valid. Source: W3C Trace Context, section 3.2."""
    found = _TRACEPARENT.match(traceparent)
    return found[1] if found else ""


def content_key(method: str, path_and_query: str, body: bytes) -> str:
    """The key of a request without a trace id: a digest of method, path, query and body."""
    hasher = blake2b(digest_size=16, person=b"exchange")
    for part in (method.encode(), path_and_query.encode("utf-8", "surrogateescape"), body):
        hasher.update(len(part).to_bytes(8, "little") + part)
    return hasher.hexdigest()
