"""The processes of a target on this machine: who listens on its port, and what they use."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harness.core.clock import Clock
from harness.core.under_load.live import UsageSample
from harness.run.sending.permission import is_loopback
from harness.store.jsonl import Appender

if TYPE_CHECKING:
    from psutil import Process

USAGE = "usage.jsonl"
"""The file of a load run with the samples."""

CHILDREN_EACH = 20
"""Samples between two looks for new processes."""


@dataclass(slots=True)
class Meter:
    """Samples the processes that listen on the port of the target, and their children. rows: gets each sample."""

    roots: list["Process"]
    clock: Clock
    rows: Appender
    samples: list[UsageSample] = field(default_factory=list)
    _seen: list["Process"] = field(default_factory=list)

    def sample(self) -> UsageSample | None:
        """One more sample; None if the processes are gone, or belong to somebody else."""
        import psutil

        if len(self.samples) % CHILDREN_EACH == 0:
            self._look()
        try:
            figures = [_figures(one) for one in self._seen]
        except psutil.Error:
            self._look()
            return None
        if not figures:
            return None
        processes, cpu, memory, handles, threads = map(sum, zip(*figures, strict=True))
        one = UsageSample(
            at=round(self.clock.now(), 3),
            processes=int(processes),
            cpu=round(cpu, 3),
            memory=int(memory),
            handles=int(handles),
            threads=int(threads),
        )
        self.samples.append(one)
        self.rows.add(one)
        return one

    def _look(self) -> None:
        import psutil

        known = {one.pid: one for one in self._seen}
        own = {os.getpid(), *(one.pid for one in psutil.Process().children(recursive=True))}
        found: dict[int, Process] = {}
        for root in self.roots:
            try:
                found |= {one.pid: known.get(one.pid, one) for one in (root, *root.children(recursive=True))}
            except psutil.Error:
                continue
        # A service in the process that started the harness has it among its children.
        self._seen = [one for pid, one in found.items() if pid not in own]


def _figures(one: "Process") -> tuple[int, float, int, int, int]:
    with one.oneshot():
        handles = one.num_fds() if hasattr(one, "num_fds") else one.num_handles()
        return 1, one.cpu_percent() / 100, one.memory_info().rss, handles, one.num_threads()


def meter_of(url: str, clock: Clock, folder: Path) -> Meter | None:
    """The meter of a target; None if it is not on this machine, or its processes cannot be seen. folder: of the run."""
    parts = urlsplit(url)
    if not is_loopback(parts.hostname or ""):
        return None
    import psutil

    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        listening = {
            one.pid
            for one in psutil.net_connections("tcp")
            if one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == port and one.pid
        }
        roots = [psutil.Process(pid) for pid in sorted(listening - {os.getpid()})]
    except (psutil.Error, OSError):
        return None
    return Meter(roots, clock, Appender(folder / USAGE)) if roots else None
