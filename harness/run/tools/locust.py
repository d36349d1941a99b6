"""Start Locust as a separate process, watch it, and leave none of its processes behind."""

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from harness.core.errors import HarnessError, RunError
from harness.core.loading.shipped import PACKAGE
from harness.store.folder import read_start
from harness.store.rows import row_files

VARIABLE = "HARNESS_LOAD"
"""Environment variable that carries `Handed`. It may hold secrets, so it is not written to a file."""

LOOK_EACH = 0.25
"""Seconds between two counts of the workers' replies."""

LONGEST_START = 60
"""Seconds that Locust's workers have to connect to their master."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """The input of the processes of a load run. here: the folder for relative paths.

    zero: of the run's clock. url, headers: of the target, secrets resolved.
    """

    run: str
    here: str
    zero: float
    workers: int
    url: str
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> Path:
        """The run folder."""
        return Path(self.run)


def handed() -> Handed:
    """The input of this process."""
    return msgspec.json.decode(os.environ[VARIABLE], type=Handed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How Locust ended. code: its exit code, negative for a signal. output: its last lines."""

    code: int
    output: str

    @property
    def problem(self) -> str:
        """Why the run cannot be trusted, "" if Locust ended well."""
        if self.code == 0:
            return ""
        how = f"was killed by signal {-self.code}" if self.code < 0 else f"ended with exit code {self.code}"
        return f"Locust {how}" + (f": {self.output.splitlines()[-1]}" if self.output else "")


def require_locust() -> None:
    """HarnessError if Locust is not installed."""
    if importlib.util.find_spec("locust") is None:
        raise HarnessError("harness load needs Locust, which is not installed\n  pip install 'golive-harness[load]'")


def run_locust(
    given: Handed,
    looked: Callable[[Sequence[bytes]], None],
    port: int = 0,
    started: Callable[[float], None] = lambda _: None,
) -> Ended:
    """Run Locust over the arrivals in the run folder to its end; `looked` gets the rows of new replies, four times a
    second.

    started: gets the moment of the first arrival, a little before it, in seconds on the clock of the run.
    port: port of its master on this machine; 0 selects a free one. Raises RunError if Locust fails before the
    first reply. In any case no process of Locust is left.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        process = _start(given, log, port or _free_port())
        try:
            _wait(process, given.path, looked, started)
        finally:
            _end_all(process)
        log.seek(0)
        ended = Ended(code=process.returncode, output=log.read().strip())
    if ended.code > 0 and len(row_files(given.path)) < 2:
        hint = "  another process may have taken the port: run it again"
        raise RunError(f"Locust could not start: {_last_line(ended.output)}\n{hint}")
    return ended


def _start(given: Handed, log: IO[str], port: int) -> "subprocess.Popen[bytes]":
    # Locust reads settings from the environment and from files in its folder; the run folder has none.
    own = {name: value for name, value in os.environ.items() if not name.startswith("LOCUST_")}
    path = os.pathsep.join(filter(None, (str(PACKAGE.parent), own.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, "-m", "locust", "-f", str(PACKAGE / "load" / "locustfile.py"), *_options(given.workers, port)],
        cwd=given.path,
        env={**own, "PYTHONPATH": path, VARIABLE: msgspec.json.encode(given).decode()},
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def _options(workers: int, port: int) -> list[str]:
    count = str(workers)
    usual = ["--headless", "--only-summary", "--loglevel", "WARNING", "--exit-code-on-error", "0"]
    # A run time in ~/.locust.conf would cut the schedule off.
    usual += ["--users", count, "--spawn-rate", count, "--run-time", "1000h"]
    if workers == 1:
        return usual
    at = ["--master-bind-host", "127.0.0.1", "--master-bind-port", str(port), "--master-host", "127.0.0.1"]
    return [
        *usual,
        *at,
        "--master-port",
        str(port),
        "--processes",
        count,
        "--expect-workers-max-wait",
        str(LONGEST_START),
    ]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait(
    process: "subprocess.Popen[bytes]",
    folder: Path,
    looked: Callable[[Sequence[bytes]], None],
    started: Callable[[float], None],
) -> None:
    rows, start = _NewRows(folder), None
    while True:
        try:
            process.wait(LOOK_EACH if start is not None else LOOK_EACH / 10)
            return
        except subprocess.TimeoutExpired:
            if start is None and (start := read_start(folder)) is not None:
                started(start)
            looked(rows.read())


class _NewRows:
    """The rows of the workers as they come, each once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, int] = {}

    def read(self) -> list[bytes]:
        """The rows since the last time. One that is not whole yet comes the next time."""
        rows: list[bytes] = []
        for path in row_files(self._folder):
            if path.name == "replies.jsonl":
                continue
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                whole, newline, _ = file.read().rpartition(b"\n")
            self._read[path] = self._read.get(path, 0) + len(whole) + len(newline)
            rows += whole.split(b"\n") if newline else []
        return rows


def _end_all(process: "subprocess.Popen[bytes]") -> None:
    """End the remaining processes of the group. Rows are on disk already, so nothing is lost."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return
        time.sleep(0.01)


def _last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it printed nothing"
