"""An instance of the service that the harness starts itself: `[target] start`, on a free port of this machine."""

import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import BinaryIO
from urllib.parse import urlsplit, urlunsplit

from harness.core.errors import ConfigError, did_you_mean
from harness.core.settings import Target
from harness.run.sending.permission import HIDDEN

PATIENCE = 60.0
"""Seconds that an instance has to accept its first connection; it may have to load a model."""

GRACE = 5.0
"""Seconds between SIGTERM and SIGKILL."""

MAX_OUTPUT_BYTES = 1024 * 1024
"""Maximum bytes of an instance's output in its log."""

PORT = "{port}"
HOST = "127.0.0.1"


def check_start(target: Target) -> None:
    """ConfigError unless the command exists and takes a port. Starts nothing."""
    if not target.start:
        return
    if target.protocol == "python" or "://" not in target.url:
        raise ConfigError(f"[target] start: {target.url} is a function, which cannot be started\n  remove start")
    if PORT not in target.start:
        hint = f'  for example start = "uvicorn app:app --port {PORT}"'
        raise ConfigError(
            f'[target] start = "{target.start}" has no {PORT}, so the harness cannot set its port\n{hint}'
        )
    words = words_of(target.start, 0)
    if not words or shutil.which(words[0]) is None:
        name = words[0] if words else ""
        hint = did_you_mean(name, _commands(), "it runs without a shell, in this folder")
        raise ConfigError(f'[target] start: there is no command "{name}"\n{hint}')


def words_of(command: str, port: int) -> list[str]:
    """The command's words. ConfigError if a quote is not closed."""
    try:
        return shlex.split(command.replace(PORT, str(port)))
    except ValueError as reason:
        raise ConfigError(f'[target] start = "{command}" cannot be read: {reason}\n  close the quote') from None


def _commands() -> list[str]:
    """The names of the available commands."""
    names: list[str] = []
    for folder in os.get_exec_path():
        with contextlib.suppress(OSError):
            names += os.listdir(folder)
    return names


@dataclass(slots=True, kw_only=True)
class Instances:
    """Starts instances one after another. As a context manager it always ends the last one.

    secrets: words that the output in `folder` must not show.
    """

    target: Target
    folder: Path
    secrets: Sequence[str] = ()
    number: int = 0
    failed: dict[int, str] = field(default_factory=dict)
    _url: str = ""
    _process: subprocess.Popen[bytes] | None = None
    _reader: Thread | None = None

    def __enter__(self) -> "Instances":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.end()

    def url(self, number: int) -> str:
        """Address of the instance with that number, started if it does not run yet; "" if that is impossible."""
        if number != self.number:
            self.end()
            self.number = number
            self._url = self._start()
        return self._url

    def why(self, number: int) -> str:
        """Why the instance with that number could not be called; "" if no problem is known."""
        return self.failed.get(number, "")

    def end(self) -> None:
        """End the instance and all its processes: ask, wait, then kill."""
        process, self._process = self._process, None
        if process is None:
            return
        _signal(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        _signal(process, signal.SIGKILL)
        process.wait()
        if self._reader:
            self._reader.join(GRACE)

    def _start(self) -> str:
        port = _free_port()
        try:
            process = subprocess.Popen(
                words_of(self.target.start, port),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as reason:
            self.failed[self.number] = f"the instance cannot be started: {reason.strerror}"
            return ""
        self._process = process
        log = self.folder / f"started-{self.number}.log"
        assert process.stdout is not None
        self._reader = Thread(target=_keep, args=(process.stdout, log, self.secrets), daemon=True)
        self._reader.start()
        if self._listens(process, port):
            parts = urlsplit(self.target.url)
            return urlunsplit(("http", f"{HOST}:{port}", parts.path, parts.query, ""))
        ended = process.poll() is not None
        self.end()
        what = (
            "the instance ended before it listened" if ended else f"the instance did not listen within {PATIENCE:.0f} s"
        )
        self.failed[self.number] = f"{what}; its last output: {_last_lines(log)}"
        return ""

    def _listens(self, process: subprocess.Popen[bytes], port: int) -> bool:
        """Whether it accepts a connection in time. Nothing is sent over it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
                return True
            time.sleep(0.02)
        return False


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the whole group, which may exist although its first process has ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _keep(output: BinaryIO, log: Path, secrets: Sequence[str]) -> None:
    """Write the instance's output line by line without secrets. Keep reading after the limit is reached."""
    hidden = [secret.encode() for secret in secrets if secret]
    size = 0
    with output, contextlib.suppress(OSError, ValueError), log.open("wb") as file:
        for line in output:
            for secret in hidden:
                line = line.replace(secret, HIDDEN.encode())
            size += len(line)
            if size <= MAX_OUTPUT_BYTES:
                file.write(line)
                file.flush()


def _last_lines(log: Path) -> str:
    with contextlib.suppress(OSError):
        lines = [
            line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()
        ]
        if lines:
            return " / ".join(lines[-3:])[-300:]
    return "none"
