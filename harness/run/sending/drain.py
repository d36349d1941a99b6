"""Let a target finish abandoned requests, so that they do not affect the next phase.

Servers continue work whose client has left (a text recogniser with 20 abandoned uploads took 17 s instead of 0.7 s
for the next good page). So after a phase with timeouts one good case is sent, alone, until it takes about as
long as before.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.core.case import Case
from harness.core.reply import Reply

TRIES = 20
"""Maximum number of times that the good case is sent; each waits for its reply or its deadline."""

PAUSE = 1.0
"""Seconds between two tries."""

RECOVERED = 1.5
"""A target has recovered when the good case takes at most this many times its usual time."""

QUICK = 0.05
"""A reply within this many seconds always counts as recovered: timing noise is larger than a few milliseconds."""

DRAIN = "drain"
"""First part of the address of these requests in the run folder; they are not cases of the mix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A good case of the pilot, and how many seconds it took before."""

    case: Case
    usual: float


def drain(canary: Canary, first_repeat: int, send: Callable[[Case, int], Reply | None]) -> str:
    """Send the canary until it has its usual speed again; returns a sentence on how long that took.

    send: sends the case as this repeat and returns the reply, or None if sending has stopped.
    """
    case = replace(canary.case, address=f"{DRAIN}/{canary.case.address.partition('/')[2]}")
    started = time.monotonic()
    for k in range(TRIES):
        reply = send(case, first_repeat + k)
        if reply is None:
            return "not drained: sending had stopped"
        if reply.status and reply.done - reply.sent <= max(QUICK, RECOVERED * canary.usual):
            took = time.monotonic() - started
            return f"drained after timeouts: a good case had its usual speed again after {took:.1f} s"
        time.sleep(PAUSE)
    return f"not drained: after {TRIES} tries a good case still takes more than {RECOVERED:g} times as long as before"
