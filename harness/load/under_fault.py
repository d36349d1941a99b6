"""Exchanges of a load run under faults on the target: what `inject/transport.py` does for a check."""

from dataclasses import dataclass, field

import gevent

from harness.core.clock import Clock
from harness.core.integration.fault import TARGET, Fault, Passing, met
from harness.core.integration.kinds import KINDS
from harness.core.seed import Stream
from harness.inject.active import Active
from harness.inject.corrupt import canned, corrupted, cut_at
from harness.inject.fields import Fields, RequestContent
from harness.inject.pacing import PACED, seconds
from harness.load.client import Client, Exchanged

METHOD = "POST"
"""Method of every request of a load run."""

TIMED = ("latency", "hang", "reset")
"""Kinds that delay the request or its reply, or end the connection."""

RESET = "dropped: [Errno 104] Connection reset by peer"
CUT = "dropped: peer closed connection without sending complete message body (received {} bytes, expected {})"


@dataclass(slots=True, kw_only=True)
class FaultyClient:
    """Sends through `client`, except for requests that meet a fault in force.

    path: of the target. deadline: seconds to wait for a reply.
    """

    client: Client
    clock: Clock
    active: Active
    path: str
    deadline: float
    fields: Fields = field(default_factory=Fields)

    def exchange(self, request: bytes, key: tuple[str, int], *, alone: bool) -> tuple[Exchanged, tuple[str, ...]]:
        """The result of one request, and the name of the fault that it met. key: address and repeat of the case."""
        if not self.active.faults:
            return self.client.exchange(request, alone=alone), ()
        passing = Passing(where=TARGET, method=METHOD, path=self.path, at=self.active.now())
        fault = met(self.active.faults, passing, self.active.seed, key)
        if fault is None:
            return self.client.exchange(request, alone=alone), ()
        began = self.clock.now()
        got, hit = self._under(fault, request, key, alone)
        return got._replace(sent=began), (fault.name,) if hit else ()

    def _under(self, fault: Fault, request: bytes, key: tuple[str, int], alone: bool) -> tuple[Exchanged, bool]:
        """The result, and whether the fault had an effect: a reply without a body cannot be damaged."""
        if KINDS[fault.kind].instead:
            return self._answer(canned(fault).status, canned(fault).body), True
        timed = fault.kind in TIMED
        if timed and fault.at == "request" and (broken := self._happen(fault, 0.0)):
            return broken, True
        got = self.client.exchange(request, alone=alone)
        if timed and fault.at == "response" and not got.error:
            return self._happen(fault, got.done - got.sent) or got._replace(done=self.clock.now()), True
        if timed or got.error:
            return got, timed
        if fault.kind in PACED:
            return self._slowly(seconds(fault, len(got.body)), got), True
        changed = self._damaged(fault, got, request, key)
        return changed or got, changed is not None

    def _happen(self, fault: Fault, waited: float) -> Exchanged | None:
        """Wait, hang or break. None after a delay that the deadline allows. waited: seconds so far."""
        if fault.kind == "reset":
            return self._answer(0, b"", RESET)
        left = max(0.0, self.deadline - waited)
        gevent.sleep(left if fault.kind == "hang" else min(left, fault.seconds))
        return None if fault.kind == "latency" and fault.seconds < left else self._answer(0, b"", "timeout")

    def _slowly(self, wait: float, got: Exchanged) -> Exchanged:
        left = max(0.0, self.deadline - (got.done - got.sent))
        gevent.sleep(min(left, wait))
        return got._replace(done=self.clock.now()) if wait < left else self._answer(0, b"", "timeout")

    def _damaged(self, fault: Fault, got: Exchanged, request: bytes, key: tuple[str, int]) -> Exchanged | None:
        """The reply with another body, or cut off; None if it has nothing to change."""
        draw = Stream(self.active.seed, "spoil", fault.name, *key)
        if fault.kind == "wrong_type":
            return got._replace(status=canned(fault).status, body=canned(fault).body)
        if KINDS[fault.kind].edits:
            sent = RequestContent(method=METHOD, target=self.path, body=request.partition(b"\r\n\r\n")[2])
            changed = self.fields.change(fault, sent, got.body, "", draw) if got.status == 200 else None
            return got._replace(body=changed.body) if changed else None
        if not got.body:
            return None
        if fault.kind == "truncated":
            return got._replace(status=0, body=b"", error=CUT.format(cut_at(len(got.body)), len(got.body)))
        return got._replace(body=corrupted(got.body, draw))

    def _answer(self, status: int, body: bytes, error: str = "") -> Exchanged:
        now = self.clock.now()
        return Exchanged(status=status, body=body, error=error, sent=now, first=now, done=now)
