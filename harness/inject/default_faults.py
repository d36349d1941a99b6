"""The faults that every upstream gets if no faults.toml names others."""

from collections.abc import Sequence

from harness.core.integration.fault import Fault
from harness.core.integration.kinds import KINDS
from harness.core.integration.upstreams import Upstream

SLOW_SECONDS = 0.2
"""Delay of the fault `latency`, in seconds: users notice it, and every service should tolerate it."""

TIMEOUT_SECONDS = 6.0
"""Delay of the fault `timeout`, in seconds: longer than the default timeout of httpx (5 s)."""

DEFAULT_KINDS = (
    "error_in_200",
    "field_missing",
    "status",
    "latency",
    "field_renamed",
    "timeout",
    "reset",
    "field_stale",
)
"""The default faults, in the order in which they are tried. First those that were silent most often in the incidents of
docs/decisions/0036: a failure inside a 200 (cached as good in three of eight), a missing value (two), a 5xx used as an
answer (one), a default value when the upstream is slow. Kinds that no incident reports as silent follow. A stale field
comes last: nobody can notice it, and it decides nothing."""


def default_faults(upstreams: Sequence[Upstream], deadline: float) -> tuple[Fault, ...]:
    """The faults of all upstreams, kind by kind, so that a small budget leaves no upstream out.

    deadline: seconds to wait for the target; the delay of a timeout is at most half of that.
    """
    faults = (_default(kind, one.name, deadline) for kind in DEFAULT_KINDS for one in upstreams)
    over_tcp = {one.name for one in upstreams if one.tcp}
    return tuple(fault for fault in faults if fault.where not in over_tcp or KINDS[fault.kind].tcp)


def _default(kind: str, where: str, deadline: float) -> Fault:
    name = f"{where}.{kind}"
    if kind == "latency":
        return Fault(kind=kind, where=where, name=name, seconds=min(SLOW_SECONDS, deadline / 4))
    if kind == "timeout":
        return Fault(kind="latency", where=where, name=name, seconds=min(TIMEOUT_SECONDS, deadline / 2))
    if kind == "reset":  # once the work is done: what the service sends again is then done twice
        return Fault(kind=kind, where=where, name=name, at="response")
    return Fault(kind=kind, where=where, name=name)
