"""Starts a small service on a free port of this machine, and stops it."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[bytes], tuple[int, object]]
"""Returns status and reply for a body; a reply of bytes is sent unchanged."""

Known = Callable[[str, bytes], tuple[int, object]]
"""Returns status and reply for the value of the Authorization header ("" if missing) and a body."""


class HangUp(Exception):
    """Raised by an `Answer`: the connection is closed without a reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One POST as it arrived."""

    path: str
    client: tuple[str, int]
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The value of the header; "" if it was not sent."""
        return {key.lower(): value for key, value in self.headers}.get(name.lower(), "")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # the default of five overflows on a busy machine, and then a connection is refused


@contextmanager
def serving(
    answer: Answer,
    path: str = "/score",
    *,
    documents: Mapping[str, object] | None = None,
    heard: list[Heard] | None = None,
    head: str = "",
    idle: float | None = None,
    also: Mapping[str, Answer] | None = None,
    port: int = 0,
    known: Known | None = None,
) -> Iterator[str]:
    """The URL of a service that answers POST on `path`, for as long as the block runs.

    documents: what it answers to GET, by path. heard: gets every POST. head: more header lines of each reply, each
    ended by CR LF. idle: seconds after which it closes a connection on which nothing comes. also: what answers POST on
    other paths. port: 0 for a free one. known: answers instead of `answer`, and sees who asks.
    """
    answers = {**(also or {}), path: answer}
    server = _Server(("127.0.0.1", port), _handler(answers, documents or {}, heard, head, idle, known))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{path}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(
    answers: Mapping[str, Answer],
    documents: Mapping[str, object],
    heard: list[Heard] | None,
    more: str,
    idle: float | None,
    by_name: Known | None,
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = idle

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if heard is not None:
                heard.append(
                    Heard(path=self.path, client=self.client_address, headers=tuple(self.headers.items()), body=body)
                )
            try:
                known = answers.get(self.path)
                if known and by_name:
                    status, reply = by_name(self.headers.get("Authorization", ""), body)
                else:
                    status, reply = known(body) if known else (404, {"detail": "not found"})
            except HangUp:
                self.close_connection = True
                return
            self._send(status, reply)

        def do_GET(self) -> None:
            found = self.path in documents
            self._send(200 if found else 404, documents[self.path] if found else {"detail": "not found"})

        def _send(self, status: int, reply: object) -> None:
            content = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
            head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
            with contextlib.suppress(OSError):  # the client may have left
                self.wfile.write(f"{head}{more}\r\n".encode() + content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
