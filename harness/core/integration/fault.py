"""Faults on the way to the service and behind it, and which requests meet one. Types and a pure draw, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta

from harness.core.seed import Stream
from harness.core.units import Share

TARGET = "target"
"""The value of `where` for the connection to the target; every other value is the name of an `[[upstream]]`."""

NO_FAULT = "clean"
"""The reserved name for runs without a fault; no fault may use it."""

Moment = Literal["request", "response"]

Expectation = Literal["masked", "flagged", "clear_error"]
"""What a service may do with a case under a fault: answer right, hand it over, or say clearly that it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One failure between the harness and the service, or between the service and an upstream.

    kind: the kind of fault.
    where: `target`, or the name of an `[[upstream]]`.
    name: its name in addresses and findings. Empty: `where.kind`.
    path: only requests whose path starts with this text. Empty: every path.
    method: only requests of this method. Empty: every method.
    share: share of the matching requests that meet the fault, drawn from the seed of the run.
    window: start and end in seconds. `load` counts them from the first arrival. `check` gives each fault a phase of its
    own, and counts from its start. Not set: always.
    every: the window comes again after this many seconds, as when a system flaps. 0: it comes once.
    ramp: the share of requests that are hit rises over this many seconds from the start of the window, as when a system
    fails bit by bit. 0: it is hit by its whole share at once.
    at: `latency`, `hang`, `reset`: `request` before the request is sent on (with `hang` and `reset` it never is), or
    `response` when the reply has come and the work is done.
    seconds: `latency`: how long the message is delayed.
    bytes_per_second: `bandwidth`: how fast the reply comes.
    piece_bytes: `slicing`: how many bytes of the reply come at a time.
    status: `status`: the status code of the answer. The request is not sent on.
    body: of a fault that answers, and of `wrong_type`: body of the answer.
    media_type: of a fault that answers, and of `wrong_type`: media type of the answer.
    retry_after: `status`, `too_many_requests`: seconds in the Retry-After header. 0: no header for `status`, 1 second
    for `too_many_requests`.
    field: `field_...`: a key of the JSON reply, at any depth. Empty: one is drawn for each request, among the keys
    whose value is no object or list, fits the fault and does not repeat a value of the request.
    to: `field_renamed`: the new name. Empty: another spelling of the old name (risk_points, riskPoints).
    `field_unknown`: the new value. Empty: the old value with an ending.
    expect: what the service may do with a case: `masked` (answer right), `flagged` (hand it over), `clear_error` (an
    error status other than 500). Empty: anything but a silent error.
    max_requests: most requests to the upstream for one case while the fault lasts. 0: any number.
    recovers_within: seconds after the end of the fault in which each case must be right again. 0: any time.
    """

    kind: str
    where: str
    name: str = ""
    path: str = ""
    method: str = ""
    share: Share = 1.0
    window: tuple[float, float] | None = None
    every: Annotated[float, Meta(ge=0, extra={"unit": "seconds"})] = 0.0
    ramp: Annotated[float, Meta(ge=0, extra={"unit": "seconds"})] = 0.0
    at: Moment = "request"
    seconds: Annotated[float, Meta(gt=0, le=3600, extra={"unit": "seconds"})] = 1.0
    bytes_per_second: Annotated[int, Meta(ge=1, extra={"unit": "bytes/s"})] = 1000
    piece_bytes: Annotated[int, Meta(ge=1, extra={"unit": "bytes"})] = 1
    status: Annotated[int, Meta(ge=200, le=599)] = 503
    body: str = ""
    media_type: str = ""
    retry_after: Annotated[int, Meta(ge=0, extra={"unit": "seconds"})] = 0
    field: str = ""
    to: str = ""
    expect: tuple[Expectation, ...] = ()
    max_requests: Annotated[int, Meta(ge=0, extra={"unit": "requests"})] = 0
    recovers_within: Annotated[float, Meta(ge=0, extra={"unit": "seconds"})] = 0.0

    @property
    def expects(self) -> bool:
        """Whether anything is written about what the service should do."""
        return bool(self.expect or self.max_requests or self.recovers_within)


class Passing(NamedTuple):
    """A request that a fault may hit. path: without its query. at: seconds on the clock of the windows."""

    where: str
    method: str
    path: str
    at: float


def concerns(fault: Fault, passing: Passing) -> bool:
    """Whether the fault is about this request, before any draw."""
    return (
        fault.where == passing.where
        and fault.method in ("", passing.method)
        and passing.path.startswith(fault.path)
        and share_at(fault, passing.at) > 0
    )


def share_at(fault: Fault, at: float) -> float:
    """Share of the matching requests that the fault hits at that moment: 0 outside its windows."""
    if fault.window is None:
        return fault.share
    start, end = fault.window
    begun = at - start if at < start or not fault.every else (at - start) % fault.every
    if not 0 <= begun < end - start:
        return 0.0
    return fault.share * (1.0 if begun >= fault.ramp else begun / fault.ramp)


@lru_cache(maxsize=1024)
def windows(fault: Fault, until: float) -> tuple[tuple[float, float], ...]:
    """Every window of the fault that begins before `until`, cut off there, in seconds.

    >>> windows(Fault(kind="reset", where="crm", window=(10, 12), every=20), 60)
    ((10, 12), (30, 32), (50, 52))
    """
    if fault.window is None:
        return ((0.0, until),)
    start, end = fault.window
    times = range(1 + (int((until - start) // fault.every) if fault.every and until > start else 0))
    begins = (start + k * fault.every for k in times)
    return tuple((at, min(until, at + end - start)) for at in begins if at < until)


def drawn(fault: Fault, seed: int, key: Sequence[str | int], at: float = 0.0) -> bool:
    """Whether the request with that key is hit at that moment: the same for the same seed, in any order.

    A key that is hit at one share is hit at every larger share.
    """
    return Stream(seed, "fault", fault.name, *key).uniform() < share_at(fault, at)


def met(faults: Sequence[Fault], passing: Passing, seed: int, key: Sequence[str | int]) -> Fault | None:
    """The fault that the request meets: the first in the order of the file; None if it meets none."""
    return next((fault for fault in faults if concerns(fault, passing) and drawn(fault, seed, key, passing.at)), None)
