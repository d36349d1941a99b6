"""Work on large files by several processes at once: this one, and one more for each further core.

The others are Python started anew: a copy of this process would take over its threads half-way, and a pool of the
standard library imports the caller's script again. What they find they leave in files, since a thread that empties a
pipe would wait for this process's own work at every piece. One that is lost costs time only: its task is done here.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from harness.core.errors import HarnessError

LARGE = 48 << 20
"""Bytes of files from which starting another Python pays; it takes as long as reading 20 MB."""

MOST = 4
"""Processes: what they find is put together by one."""

DONE = b"done\n"

Task = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function of a module, and what it is given."""


def spread(tasks: Sequence[Task], size: int) -> list[Any]:
    """What each task gives, in their order; the first error in that order is raised. size: bytes that are read."""
    others = min(os.cpu_count() or 1, MOST, len(tasks)) - 1 if size >= LARGE else 0
    waiting, lost = deque(range(len(tasks))), deque[int]()
    found: list[Any] = [None] * len(tasks)
    with TemporaryDirectory() if others else nullcontext("") as folder:
        left = [Path(folder, str(place)) for place in range(len(tasks))]
        threads = [Thread(target=_hand_out, args=(tasks, left, waiting, lost)) for _ in range(others)]
        for thread in threads:
            thread.start()
        try:
            _take(tasks, waiting, found)
        finally:
            waiting.clear()
            for thread in threads:
                thread.join()
        _take(tasks, lost, found)
        for place, path in enumerate(left):
            if found[place] is None:
                found[place] = pickle.loads(path.read_bytes())  # written by our own process
    for one in found:
        if isinstance(one, HarnessError):
            raise one
    return found


def _take(tasks: Sequence[Task], waiting: deque[int], found: list[Any]) -> None:
    """Do what is waiting, here."""
    for place in _popped(waiting):
        found[place] = _done(*tasks[place])


def _popped(waiting: deque[int]) -> Iterator[int]:
    with suppress(IndexError):
        while True:
            yield waiting.popleft()


def _hand_out(tasks: Sequence[Task], left: Sequence[Path], waiting: deque[int], lost: deque[int]) -> None:
    """Let another process do what is waiting. lost: tasks that it did not finish."""
    start = f"import sys; sys.path[:] = {sys.path!r}; from harness.store.spread import serve; serve()"
    try:
        other = subprocess.Popen([sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    except OSError:
        return
    with suppress(OSError), other:  # closing a pipe whose other end is lost
        assert other.stdin is not None
        assert other.stdout is not None
        for place in _popped(waiting):
            try:
                pickle.dump((left[place], *tasks[place]), other.stdin)
                other.stdin.flush()
                finished = other.stdout.readline() == DONE
            except OSError:
                finished = False
            if not finished:
                lost.append(place)
                other.kill()
                return


def serve() -> None:
    """Do the tasks that come on standard input until it ends, and leave in a file what each gives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the other side, and with it the input.
    while True:
        try:
            left, work, given = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        with left.open("wb") as file:
            pickle.dump(_done(work, given), file, protocol=pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.write(DONE)
        sys.stdout.buffer.flush()


def _done(work: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    """What the work gives; our own errors are told in the order of the tasks, and so kept."""
    try:
        return work(*given)
    except HarnessError as error:
        return error
