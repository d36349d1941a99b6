"""Real servers of the operating system, on free ports of this machine, in a folder of their own."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def await_port(port: int, seconds: float = 20.0) -> None:
    """Return as soon as something listens there."""
    until = time.monotonic() + seconds
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if time.monotonic() > until:
            raise TimeoutError(f"nothing listens on {port}")
        time.sleep(0.05)


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's own programs; None if it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def postgres() -> Iterator[int]:
    """The port of a PostgreSQL server with an empty database `postgres`, user `postgres`, no password."""
    programs = postgres_programs()
    assert programs
    user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        if user:
            shutil.chown(name, "postgres")
        data, port = f"{name}/data", free_port()
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        begin = [*user, str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust"]
        subprocess.run(begin, check=True, **quiet)  # type: ignore[call-overload]
        options = ["-p", str(port), "-h", "127.0.0.1", "-k", name, "-c", "fsync=off"]
        server = subprocess.Popen([*user, str(programs / "postgres"), "-D", data, *options], **quiet)  # type: ignore[call-overload]
        try:
            await_port(port)
            time.sleep(0.3)
            yield port
        finally:
            stop = [*user, str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop"]
            subprocess.run(stop, check=False, **quiet)  # type: ignore[call-overload]
            server.wait()


@contextmanager
def redis() -> Iterator[int]:
    """The port of an empty Redis server."""
    with tempfile.TemporaryDirectory(prefix="redis") as name:
        port = free_port()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", name, "--save", ""]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            await_port(port)
            yield port
        finally:
            server.terminate()
            server.wait()
