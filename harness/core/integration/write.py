"""What a service wrote to an upstream, request by request."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.core.case import Scalar

WRITES = ("POST", "PUT", "PATCH", "DELETE")
"""Methods of requests that may change something. Source: RFC 9110, section 9.2.1."""

IDEMPOTENT = ("PUT", "DELETE")
"""Those of them that change no more when they are sent again. Source: RFC 9110, section 9.2.2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One request of the service that may have changed something in an upstream.

    upstream: name of the `[[upstream]]`.
    method: method of the request.
    path: path of the request, without its query.
    started: when the request came, in seconds on the clock of the run.
    trace: W3C trace id that the service forwarded. Empty: it forwards none.
    digest: digest of method, path, query and body. Equal: the same request.
    status: status code by which the upstream answered, whatever the service got. 0: the request did not reach it.
    created: true if the upstream says that something new exists: 201, or a Location.
    token: digest of the header by which the upstream recognizes a request that is sent again. Empty: there was none.
    fault: name of the fault that the request met. Empty: none.
    address: the case that it belongs to. Empty: not known.
    repeat: which sending of the case.
    effect: number of the `[[effect]]` that it belongs to, from 0. Null: none.
    values: values of the fields of the effect.
    """

    upstream: str
    method: str
    path: str
    started: float
    digest: str
    trace: str = ""
    status: int = 0
    created: bool = False
    token: str = ""
    fault: str = ""
    address: str = ""
    repeat: int = 0
    effect: int | None = None
    values: Mapping[str, Scalar] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether the upstream did what it was asked."""
        return 200 <= self.status < 400
