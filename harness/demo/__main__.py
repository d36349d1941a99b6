"""Start the pilot: python -m harness.demo [--port P] [--erp-port P] [--erp-url URL] [--reader glyphs|tesseract]."""

import argparse
import os
import socket
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from harness.core.errors import HarnessError

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette

    from harness.demo.app import Reader

HOST = "127.0.0.1"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal, or until standard input ends with --until-eof. Returns the exit code."""
    options = parse(arguments)
    # The matrices are small: a second thread of the algebra library would take a core from another page.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        # A person ends it with Ctrl-C.
        with suppress(KeyboardInterrupt):
            serve(options)
    except HarnessError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except ModuleNotFoundError as error:
        sys.stderr.write(f"the demo needs {error.name}\n  pip install 'golive-harness[demo]'\n")
        return HarnessError.exit_code
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m harness.demo", description="The embedded pilot and its ERP.")
    parser.add_argument("--port", type=int, default=0, help="port of the pilot on 127.0.0.1; 0 selects a free port")
    parser.add_argument("--erp-port", type=int, default=0, help="port of the ERP; 0 selects a free port")
    parser.add_argument("--erp-url", default="", help="URL at which the pilot calls the ERP, for a relay in between")
    parser.add_argument("--reader", choices=("glyphs", "tesseract"), default="glyphs")
    parser.add_argument(
        "--until-eof", action="store_true", help="stop when standard input ends, for example with the parent process"
    )
    return parser.parse_args(arguments)


def serve(options: argparse.Namespace) -> None:
    """Run the ERP in a separate thread and the pilot in this one."""
    from harness.demo.app import make_app
    from harness.demo.erp import make_erp
    from harness.demo.lookup import VendorLookup

    read = choose_reader(options.reader)
    erp_socket, pilot_socket = bind(options.erp_port), bind(options.port)
    erp_url = options.erp_url or address(erp_socket)
    erp, pilot = make_server(make_erp()), make_server(make_app(read, VendorLookup(erp_url)))
    threading.Thread(target=erp.run, kwargs={"sockets": [erp_socket]}, daemon=True).start()
    while not erp.started:
        time.sleep(0.005)
    if options.until_eof:
        threading.Thread(target=stop_at_eof, args=(pilot,), daemon=True).start()
    sys.stdout.write(f"pilot: {address(pilot_socket)}\nerp: {address(erp_socket)}\n")
    sys.stdout.flush()
    pilot.run(sockets=[pilot_socket])


def make_server(app: "Starlette") -> "uvicorn.Server":
    """A server with one worker that writes warnings only."""
    import uvicorn

    return uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))


def choose_reader(name: str) -> "Reader":
    """The reader of that name. The built-in reader is fitted, Tesseract must be installed."""
    if name == "tesseract":
        from harness.demo import tesseract

        tesseract.find_tesseract()
        return tesseract.read_page
    from harness.demo import reader

    reader.glyphs()
    return reader.read_page


def bind(port: int) -> socket.socket:
    """A listening socket on the loopback."""
    # The protocol is named, because asyncio disables Nagle's delay (40 ms per reply) only then.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        raise HarnessError(
            f"port {port} on {HOST} is in use: {error.strerror}\n  choose another with --port"
        ) from error
    listener.listen(128)
    return listener


def free_port(other: int = 0) -> int:
    """A free port below the ephemeral range of the system, so that it stays free for a while.

    other: another number gives another port.
    """
    first = 20_000 + (os.getpid() * 7 + other * 499) % 10_000
    for port in range(first, first + 400):
        with suppress(HarnessError):
            bind(port).close()
            return port
    raise HarnessError(f"no port from {first} on is free on {HOST}\n  stop a process that listens there")


def address(listener: socket.socket) -> str:
    """Its URL."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


def stop_at_eof(server: "uvicorn.Server") -> None:
    """Wait for the end of standard input, which comes when the parent has ended in any way."""
    sys.stdin.buffer.read()
    server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
