"""An order service in a process of its own that keeps something of each request, or nothing.

python -m tests.endpoints.leaking memory|handles|nothing
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.endpoints.orders import honest
from tests.endpoints.server import Answer, serving

KEPT: list[object] = []


def memory(body: bytes) -> tuple[int, object]:
    """Keeps 1 kB a request."""
    KEPT.append(os.urandom(1000))
    return honest(body)


def handles(body: bytes) -> tuple[int, object]:
    """Leaves a file open in every tenth request."""
    KEPT.append(None)
    if len(KEPT) % 10 == 0:
        KEPT.append(open(os.devnull, "rb"))  # noqa: SIM115  that it stays open is the point
    return honest(body)


LEAKS: dict[str, Answer] = {"memory": memory, "handles": handles, "nothing": honest}


@contextmanager
def leaking(what: str) -> Iterator[str]:
    """The URL of such a service in its own process."""
    command = [sys.executable, "-m", "tests.endpoints.leaking", what]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


if __name__ == "__main__":
    with serving(LEAKS[sys.argv[1]]) as url:
        print(url, flush=True)
        while True:
            time.sleep(60)
