"""Start the pilot as a separate process, for as long as it is needed."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from harness.core.errors import TargetError
from harness.core.loading.shipped import PACKAGE

PATIENCE = 30.0
"""Seconds that the pilot has to answer after its start."""


@contextmanager
def running_pilot(
    port: int = 0,
    reader: Literal["glyphs", "tesseract"] = "glyphs",
    *,
    erp_port: int = 0,
    erp_url: str = "",
) -> Iterator[str]:
    """The base URL of a running pilot, which ends with the block.

    erp_port: port of its ERP. erp_url: URL at which the pilot calls the ERP, for a fault relay in between. Raises
    TargetError with the output of the process if it does not start.
    """
    options = [f"--port={port}", f"--erp-port={erp_port}", f"--erp-url={erp_url}", f"--reader={reader}"]
    with tempfile.TemporaryDirectory(prefix="harness-pilot-") as folder:
        log = Path(folder, "log")
        process = _start(options, log)
        try:
            yield _wait(process, log)
        finally:
            _stop(process)


def _start(options: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """The process. It watches its standard input, so it also ends when this process is killed."""
    path = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH", ""))))
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "harness.demo", "--until-eof", *options],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": path},
        )


def _wait(process: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        url = _announced(log)
        if url and _healthy(url):
            return url
        time.sleep(0.02)
    reason = "ended" if process.poll() is not None else f"did not answer within {PATIENCE:.0f} s"
    raise TargetError(f"the embedded pilot {reason}; it wrote:\n{log.read_text(errors='replace').strip()}")


def _announced(log: Path) -> str:
    """The URL in the log, once its line is complete."""
    found = re.search(r"^pilot: (\S+)$\n", log.read_text(errors="replace"), re.MULTILINE)
    return found[1] if found else ""


def _healthy(url: str) -> bool:
    try:
        with build_opener(ProxyHandler({})).open(f"{url}/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except (URLError, OSError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, wait, then kill it."""
    if process.stdin:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
