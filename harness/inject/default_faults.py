"""The faults that every upstream gets where no faults.toml names others."""

from collections.abc import Sequence

from harness.core.fault import Fault

SLOW = 0.2
"""Seconds that are felt, and that every service should bear."""

PATIENCE = 6.0
"""Seconds: longer than httpx waits by itself (5), so that a service with a usual client gives up."""

USUAL = ("error_in_200", "field_missing", "status", "latency", "field_renamed", "timeout", "reset", "field_stale")
"""What is tried, the kinds first that were most often silent in the incidents that we read: a failure inside a 200
(cached as good in three of eight), a value that is not there (two), a 5xx taken for an answer (one), a default when it
takes long; then what no incident names as silent. A stale field stands last: it shows what nobody can notice, and
decides nothing. The incidents stand in docs/decisions/0036."""


def usual_faults(upstreams: Sequence[str], deadline: float) -> tuple[Fault, ...]:
    """The faults of all upstreams, kind by kind, so that a small budget leaves no upstream out.

    deadline: seconds that the target is waited for; a timeout behind it takes at most half of that.
    """
    return tuple(_usual(kind, name, deadline) for kind in USUAL for name in upstreams)


def _usual(kind: str, where: str, deadline: float) -> Fault:
    name = f"{where}.{kind}"
    if kind == "latency":
        return Fault(kind=kind, where=where, name=name, seconds=min(SLOW, deadline / 4))
    if kind == "timeout":
        return Fault(kind="latency", where=where, name=name, seconds=min(PATIENCE, deadline / 2))
    return Fault(kind=kind, where=where, name=name)
