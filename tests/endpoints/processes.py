"""The child processes and the group of a process."""

import subprocess
import time
from collections.abc import Callable


def children(pid: int) -> list[int]:
    """The running processes that `pid` has started, in the order of their numbers."""
    return sorted(child for child, parent, _ in _table() if parent == pid)


def group(pgid: int) -> list[int]:
    """The processes of a group that still run."""
    return sorted(child for child, _, of in _table() if of == pgid)


def _table() -> list[tuple[int, int, int]]:
    said = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,pgid=,stat="], capture_output=True, text=True, check=True)
    lines = (line.split() for line in said.stdout.splitlines())
    return [(int(pid), int(ppid), int(pgid)) for pid, ppid, pgid, stat in lines if not stat.startswith("Z")]


def wait_until(true: Callable[[], object], seconds: float = 30) -> None:
    """Return as soon as `true` returns a true value; AssertionError if it does not within `seconds`."""
    last = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < last, "waited in vain"
        time.sleep(0.02)
