"""The embedded pilot's real reader with one thing changed: a character that it takes for another, as sure as before.

    python -m tests.endpoints.misread --wrong 7 --taken-for 1

Prints its URL; ends with its standard input. Without --wrong it is the pilot as it is.
"""

import argparse
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from harness.demo.__main__ import address, bind, make_server, stop_at_eof
from harness.demo.app import make_app
from harness.demo.erp import make_erp
from harness.demo.lookup import VendorLookup
from harness.demo.reader import glyphs, read_page
from harness.demo.text import Piece
from tests.endpoints.command import ROOT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", default="")
    parser.add_argument("--taken-for", default="")
    asked = parser.parse_args()

    def read(pixels: NDArray[np.uint8]) -> list[Piece]:
        pieces = read_page(pixels)
        if not asked.wrong:
            return pieces
        return [replace(piece, text=piece.text.replace(asked.wrong, asked.taken_for)) for piece in pieces]

    glyphs()
    erp_socket, pilot_socket = bind(0), bind(0)
    erp, pilot = make_server(make_erp()), make_server(make_app(read, VendorLookup(address(erp_socket))))
    threading.Thread(target=erp.run, kwargs={"sockets": [erp_socket]}, daemon=True).start()
    threading.Thread(target=stop_at_eof, args=(pilot,), daemon=True).start()
    print(f"pilot: {address(pilot_socket)}", flush=True)
    pilot.run(sockets=[pilot_socket])


@contextmanager
def reading(*options: str) -> Iterator[str]:
    """The URL of such a service in a process of its own, which ends with the block."""
    command = [sys.executable, "-m", "tests.endpoints.misread", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    try:
        found = re.match(r"pilot: (\S+)$", process.stdout.readline())
        assert found, "the reader did not start"
        yield f"{found[1]}/extract"
    finally:
        process.stdin.close()
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


if __name__ == "__main__":
    main()
