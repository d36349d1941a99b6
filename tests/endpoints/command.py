"""Run the command line: within the test, or as a separate process if signals or limits are needed."""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from harness.cli.main import run

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """The result of one command."""

    code: int
    out: str
    err: str


def harness(*args: str) -> CommandResult:
    """Run one command line in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = run(list(args))
    return CommandResult(code=code, out=_text(out), err=_text(err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def start(
    *args: str, cwd: Path, env: Mapping[str, str] | None = None, first: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    """Start one command line as a process. first: called in the process before the command starts."""
    # Let Ctrl-C reach it even if this test run is in the background, which ignores the signal.
    terminal = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{terminal}; from harness.cli.main import main; main()", *args]
    return subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=first,
    )


@contextmanager
def module(name: str, *args: str) -> Iterator["subprocess.Popen[str]"]:
    """A module of the tests as a process, which is killed when the block ends."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", name, *args]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str], seconds: float = 60) -> CommandResult:
    """The result of the process, which is killed if it takes longer."""
    try:
        out, err = process.communicate(timeout=seconds)
    finally:
        process.kill()
    return CommandResult(code=process.returncode, out=out, err=err)
