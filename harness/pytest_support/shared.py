"""The shared state of the processes of one pytest session: a folder, and a lock that is freed when its holder dies.

Under xdist each worker collects and runs by itself. Work that may be done only once (sending a run, the first look) is
done by the worker that holds the lock. The others wait and read its results. If the holder is killed, the system frees
its lock, and the next worker continues in the run folder.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from harness.core.errors import RunError
from harness.pytest_support.using import shared_folder
from harness.store.jsonl import read_json, write_json

T = TypeVar("T")


class Shared:
    """The shared state of one project (its harness.toml)."""

    def __init__(self, token: str, project: Path) -> None:
        """token: names the session and cannot be guessed. project: path of the configuration."""
        self._folder = shared_folder(token) / blake2b(str(project).encode(), digest_size=8).hexdigest()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While the block runs, no other process of the session is in such a block of this project."""
        try:
            self._folder.parent.mkdir(mode=0o700, exist_ok=True)
            self._folder.mkdir(mode=0o700, exist_ok=True)
            file = (self._folder / "lock").open("a+b")
        except OSError as reason:
            raise RunError(f"{self._folder}: cannot be written: {reason.strerror}") from None
        with file:
            _lock(file.fileno())
            yield  # closing the file frees the lock

    def read(self, name: str, kind: type[T]) -> T | None:
        """What a process of the session wrote under that name, or None."""
        path = self._folder / f"{name}.json"
        return read_json(path, kind) if path.is_file() else None

    def write(self, name: str, value: object) -> None:
        """Write plain data for the other processes."""
        write_json(self._folder / f"{name}.json", value)


if sys.platform == "win32":
    import msvcrt
    import time

    def _lock(handle: int) -> None:
        while True:  # LK_LOCK itself gives up after ten seconds
            try:
                return msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            except OSError:
                time.sleep(0.1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)
