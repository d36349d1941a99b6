"""Work on large files by several processes at once: this one, and one more for each further core.

The others are Python started anew: a copy of this process would take over its threads half-way, and a pool of the
standard library imports the caller's script again. Whoever is free takes the next task, by making its file in a folder
that only these processes know; what it finds is left there too. So nobody waits for another to hand something over, and
this process uses what is there while the others go on. One that is lost costs time only: its task is done here.
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
"""Bytes of files from which starting another Python pays; it takes as long as reading 20 MB."""

MAX_PROCESSES = 4
"""Processes: what they find is put together by one."""

MOMENT = 0.001
"""Seconds between two looks whether another process is done, when there is nothing else to do."""

Task = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function of a module, and what it is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlan(Generic[T]):
    """How something large is read. tasks: work for any process, which takes `size` bytes of files apart.

    made: what this process makes of what they gave, which comes in their order; it takes all of it.
    """

    tasks: Sequence[Task]
    size: int
    made: Callable[[Iterator[Any]], T]

    def then(self, use: Callable[[T], U]) -> "ReadPlan[U]":
        """What comes of it when it is used so."""
        return ReadPlan(tasks=self.tasks, size=self.size, made=lambda found: use(self.made(found)))

    def beside(self, other: "ReadPlan[U]") -> "ReadPlan[tuple[T, U]]":
        """Both, read at the same time; of their errors the first is raised."""
        count = len(self.tasks)
        return ReadPlan(
            tasks=[*self.tasks, *other.tasks],
            size=self.size + other.size,
            made=lambda found: (self.made(islice(found, count)), other.made(found)),
        )

    def now(self) -> T:
        """What is read."""
        with spread(self.tasks, self.size) as found:
            return self.made(found)


@contextmanager
def spread(tasks: Sequence[Task], size: int) -> Iterator[Iterator[Any]]:
    """What each task gives, in their order; its error is raised when it is its turn. size: bytes of files."""
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
    """Another process at work on these tasks for as long as it is needed; None where it cannot be started."""
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
    """What each task gave, as soon as that is known; until then one that is waiting is done here."""
    here: dict[int, Any] = {}
    waiting = _taken(folder, len(tasks))
    for place, task in enumerate(tasks):
        left = folder / str(place)
        while place not in here and not left.exists():
            mine = next(waiting, None)
            if mine is not None:
                here[mine] = _done(*tasks[mine])
            elif all(other.poll() is not None for other in others) and not left.exists():
                here[place] = _done(*task)  # who took it is lost
            else:
                time.sleep(MOMENT)
        found = here.pop(place) if place in here else _read(left)
        if isinstance(found, HarnessError):
            raise found
        yield found


def _taken(folder: Path, count: int) -> Iterator[int]:
    """The tasks that this process is the first to take."""
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
    """Do the tasks of the folder that the command line names, as long as the process that it names is there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the other side, and that ends this one
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
    """What the work gives; our own errors are told in the order of the tasks, and so kept.

    Millions of small objects are made and let go meanwhile, and none in circles: looking for these takes a fifth.
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
