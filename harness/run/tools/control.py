"""The control API of running relays: a test suite changes the faults while its service calls the relays.

GET /faults tells the faults in force, and how often each was met. PUT /faults replaces them all at once by those of a
faults.toml in the body; with ?seconds=30 they end by themselves after that, as when the suite dies. DELETE /faults ends
them. GET /exchanges counts what came through. Each request needs `Authorization: Bearer TOKEN`.
"""

import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from harness.core.errors import ConfigError
from harness.run.tools.relaying import Relaying

MAX_BODY_BYTES = 1024 * 1024
MAX_SECONDS = 24 * 3600.0


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, state: Relaying, token: str) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.state, self.token = state, token


@contextmanager
def controlled(state: Relaying, port: int, token: str) -> Iterator[str]:
    """The URL of the control API of these relays, on this machine, until the block ends.

    ConfigError if the port is taken.
    """
    try:
        server = _Server(port, state, token)
    except OSError as reason:
        raise ConfigError(f"--control {port}: cannot listen there: {reason.strerror}\n  choose another port") from None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        about = {"/faults": _faults, "/exchanges": _exchanges}.get(urlsplit(self.path).path)
        if self._allowed(known=about is not None) and about:
            self._answer(200, about(self.server.state))

    def do_PUT(self) -> None:
        written = self.headers.get("Content-Length", "")
        size = int(written) if written.isascii() and written.isdigit() else MAX_BODY_BYTES + 1
        if size > MAX_BODY_BYTES:
            self.close_connection = True
            self._answer(413, {"error": f"send a Content-Length of at most {MAX_BODY_BYTES}"})
            return
        text = self.rfile.read(size).decode("utf-8", "replace")
        if not self._allowed(known=urlsplit(self.path).path == "/faults"):
            return
        try:
            self.server.state.put_faults(text, _seconds(self.path))
        except ConfigError as reason:
            self._answer(400, {"error": str(reason)})
        else:
            self._answer(200, _faults(self.server.state))

    def do_DELETE(self) -> None:
        if self._allowed(known=urlsplit(self.path).path == "/faults"):
            self.server.state.end_faults()
            self._answer(200, _faults(self.server.state))

    def _allowed(self, *, known: bool) -> bool:
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self.server.token.encode()):
            self._answer(401, {"error": "send the token of the proxy: Authorization: Bearer ..."})
        elif not known:
            self._answer(404, {"error": "there are GET, PUT and DELETE /faults, and GET /exchanges"})
        else:
            return True
        return False

    def _answer(self, status: int, about: object) -> None:
        body = json.dumps(about).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _faults(state: Relaying) -> object:
    return {"faults": [{"name": one.name, "kind": one.kind, "met": state.met[one.name]} for one in state.faults]}


def _exchanges(state: Relaying) -> object:
    return {"exchanges": {one.name: state.passed[one.name] for one in state.upstreams}}


def _seconds(path: str) -> float:
    """The value of `seconds` in the query; 0 without one. ConfigError if it is no time."""
    text = parse_qs(urlsplit(path).query).get("seconds", ["0"])[0]
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MAX_SECONDS:
        raise ConfigError(f"seconds={text} is not a time between 0 and {MAX_SECONDS:g} s")
    return seconds
