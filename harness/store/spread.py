"""Process large files with several processes: this one, and one more for each further core.

The others are new Python processes: a fork would copy this process's threads half-way, and a pool of the standard
library imports the caller's script again. A free process takes the next task by creating its file in a folder known
only to these processes, and leaves its result there too. So no process waits for another, and this process uses the
first results while the others continue. A lost process costs only time: its task is done here.
"""

import gc
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, TypeVar

from harness.core.errors import HarnessError

T = TypeVar("T")
U = TypeVar("U")

LARGE = 48 << 20
"""Total file size in bytes from which another process pays off; starting one takes as long as reading 20 MB."""

MAX_PROCESSES = 4
"""Maximum number of processes; a single one combines all results, so more would not help."""

MOMENT = 0.001
"""Seconds between two checks for the result of another process, if no task is left."""

Task = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function of a module and its arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlan(Generic[T]):
    """How something large is read. tasks: work for any process, over `size` bytes of files.

    made: combines the results in this process. They come in the order of the tasks; it consumes all of them.
    """

    tasks: Sequence[Task]
    size: int
    made: Callable[[Iterator[Any]], T]

    def then(self, use: Callable[[T], U]) -> "ReadPlan[U]":
        """The final result."""
        return ReadPlan(tasks=self.tasks, size=self.size, made=lambda found: use(self.made(found)))

    def beside(self, other: "ReadPlan[U]") -> "ReadPlan[tuple[T, U]]":
        """Both, read at the same time. The first of their errors is raised."""
        count = len(self.tasks)
        return ReadPlan(
            tasks=[*self.tasks, *other.tasks],
            size=self.size + other.size,
            made=lambda found: (self.made(islice(found, count)), other.made(found)),
        )

    def now(self) -> T:
        """The result of the reading."""
        with spread(self.tasks, self.size) as found:
            return self.made(found)


@contextmanager
def spread(tasks: Sequence[Task], size: int) -> Iterator[Iterator[Any]]:
    """The result of each task, in order. An error is raised when it is its turn. size: bytes of files."""
    others = min(os.cpu_count() or 1, MAX_PROCESSES, len(tasks)) - 1 if size >= LARGE else 0
    if not others:
        yield (work(*given) for work, given in tasks)
        return
    with TemporaryDirectory() as name, ExitStack() as until_then:
        folder = Path(name)
        (folder / "tasks").write_bytes(pickle.dumps(tasks))
        started = [until_then.enter_context(_other(folder)) for _ in range(others)]
        yield _found(folder, tasks, [one for one in started if one])


@contextmanager
def _other(folder: Path) -> Iterator[subprocess.Popen[bytes] | None]:
    """Another process that works on these tasks while it is needed; None if it cannot be started."""
    start = f"import sys; sys.path[:] = {sys.path!r}; from harness.store.spread import serve; serve()"
    try:
        other = subprocess.Popen(
            [sys.executable, "-c", start, str(folder), str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    except OSError:
        yield None
        return
    with other:
        try:
            yield other
        finally:
            other.kill()


def _found(folder: Path, tasks: Sequence[Task], others: Sequence[subprocess.Popen[bytes]]) -> Iterator[Any]:
    """The result of each task as soon as it is known. Waiting tasks are done here in the meantime."""
    here: dict[int, Any] = {}
    waiting = _taken(folder, len(tasks))
    for place, task in enumerate(tasks):
        left = folder / str(place)
        while place not in here and not left.exists():
            mine = next(waiting, None)
            if mine is not None:
                here[mine] = _done(*tasks[mine])
            elif all(other.poll() is not None for other in others) and not left.exists():
                here[place] = _done(*task)  # the process that took it is lost
            else:
                time.sleep(MOMENT)
        found = here.pop(place) if place in here else _read(left)
        if isinstance(found, HarnessError):
            raise found
        yield found


def _taken(folder: Path, count: int) -> Iterator[int]:
    """The tasks that this process takes first."""
    for place in range(count):
        try:
            (folder / f"{place}.taken").open("x").close()
        except FileExistsError:
            continue
        yield place


def _read(left: Path) -> Any:
    with left.open("rb") as file:
        return pickle.load(file)  # written by our own process


def serve() -> None:
    """Do the tasks of the folder in the command line while the process in the command line exists."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the main process, and that ends this one
    folder, starter = Path(sys.argv[1]), int(sys.argv[2])
    tasks = _read(folder / "tasks")
    for place in _taken(folder, len(tasks)):
        part = folder / f"{place}.part"
        with part.open("wb") as file:
            pickle.dump(_done(*tasks[place]), file, protocol=pickle.HIGHEST_PROTOCOL)
        part.rename(folder / str(place))
        if os.getppid() != starter:
            return


def _done(work: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    """The result of the work. Our own errors are kept, so that they are reported in the order of the tasks.

    Garbage collection is off: millions of small objects come and go without cycles, and the search takes a fifth.
    """
    looked = gc.isenabled()
    gc.disable()
    try:
        return work(*given)
    except HarnessError as error:
        return error
    finally:
        if looked:
            gc.enable()
