"""Send prebuilt bytes over gevent's sockets and read the reply with geventhttpclient's parser.

It has no redirects, cookies, proxies or retries: it does what `replay/send.py` does over httpx, with a fraction of
the processor time. One table of tests covers both.
"""

import socket
import zlib
from typing import NamedTuple
from urllib.parse import urlsplit

import certifi
import gevent
from gevent import socket as gsocket
from gevent import ssl as gssl
from gevent.queue import SimpleQueue
from geventhttpclient.response import HTTPParseError, HTTPResponse

from harness.core.clock import Clock
from harness.replay import exchange
from harness.replay.no_answer import PACKED_WRONGLY

BLOCK = 64 * 1024
LARGEST_HEAD = 100 * 1024
"""Maximum bytes of the head of a reply, as in httpx's parser. A longer one is an error."""


class Gevent:
    """The engine of the pump."""

    sleep = staticmethod(gevent.sleep)
    spawn = staticmethod(gevent.spawn)
    queue = SimpleQueue


class Exchanged(NamedTuple):
    """The result of one request. Times are seconds on the run's clock; `error` as in a Reply.

    A tuple is made in half the time of a frozen dataclass, and there is one for each request of a load.
    """

    status: int
    body: bytes
    error: str
    sent: float
    first: float
    done: float


class Client:
    """Connections to one target, kept for the next request. Any number of greenlets may send at once."""

    def __init__(self, url: str, deadline: float, clock: Clock) -> None:
        """deadline: maximum seconds for a reply, including the time to connect."""
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        self._tls = gssl.create_default_context(cafile=certifi.where()) if parts.scheme == "https" else None
        self._deadline = deadline
        self._clock = clock
        self._idle: list[tuple[gsocket.socket, float]] = []

    def exchange(self, request: bytes, *, alone: bool = False) -> Exchanged:
        """Send the request and read its reply. A network failure is a result too.

        alone: use a new connection that is closed afterwards.
        """
        reading, sent, error = _Reading(self._clock), self._clock.now(), ""
        try:
            with gevent.Timeout(self._deadline):
                self._talk(request, reading, alone)
        except gevent.Timeout:
            error = "timeout"
        except _TooLarge:
            error = f"too_large: more than {exchange.LARGEST_REPLY} bytes"
        except zlib.error as reason:
            error = f"{PACKED_WRONGLY}: {_named(reason)}"
        except (OSError, HTTPParseError, UnicodeError) as reason:
            error = f"dropped: {_named(reason)}"
        done = self._clock.now()
        return Exchanged(
            status=0 if error else reading.status,
            body=b"" if error else reading.body,
            error=error,
            sent=sent,
            first=reading.first or done,
            done=done,
        )

    def _talk(self, request: bytes, reading: "_Reading", alone: bool) -> None:
        connection = self._connect() if alone else self._kept() or self._connect()
        try:
            connection.sendall(request)
            keep = reading.read(connection)
        except BaseException:
            connection.close()
            raise
        if keep and not alone:
            self._idle.append((connection, self._clock.now()))
        else:
            connection.close()

    def _kept(self) -> gsocket.socket | None:
        """The most recently used connection, unless its server has closed it or may soon close it."""
        while self._idle:
            connection, since = self._idle.pop()
            if self._clock.now() - since < exchange.KEEP_ALIVE_SECONDS and _alive(connection):
                return connection
            connection.close()
        return None

    def _connect(self) -> gsocket.socket:
        connection = gsocket.create_connection(self._address)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is None:
            return connection
        try:
            return self._tls.wrap_socket(connection, server_hostname=self._address[0])
        except BaseException:
            connection.close()
            raise


def _alive(connection: gsocket.socket) -> bool:
    """Whether the idle connection is clean: not closed, and no unexpected bytes."""
    try:
        connection._sock.recv(1, socket.MSG_PEEK)  # the socket below never blocks
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


class _Reading:
    """Reads one reply as it arrives."""

    __slots__ = ("_clock", "body", "first", "status")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.status, self.body, self.first = 0, b"", 0.0

    def read(self, connection: gsocket.socket) -> bool:
        """Read the reply to its end. Returns whether the connection can be used again."""
        response, size, ended = HTTPResponse(method="POST"), 0, False
        if type(connection) is gsocket.socket:
            # No reply is there yet: a read in vain costs a system call and an exception for each request.
            connection._wait(connection._read_event)
        while not (response.message_complete and response.get_code() >= 200):
            if ended:
                raise HTTPParseError("the connection was closed in the middle of the reply")
            block = connection.recv(BLOCK)
            ended, size = not block, size + len(block)
            if ended and not size:
                raise HTTPParseError("Server disconnected without sending a response")
            response.feed(block)
            self._check(response, size)
        self.status = response.get_code()
        self.body = _decoded(bytes(response._body_buffer), str(response.get("content-encoding") or ""))
        return not ended and bool(response.should_keep_alive())

    def _check(self, response: HTTPResponse, size: int) -> None:
        if response.headers_complete and response.get_code() >= 200:
            self.first = self.first or self._clock.now()
        elif size > LARGEST_HEAD:
            raise HTTPParseError("the head of the reply has no end")
        if len(response._body_buffer) > exchange.LARGEST_REPLY:
            raise _TooLarge


def _decoded(body: bytes, encoding: str) -> bytes:
    """The body without its gzip or deflate; another encoding stays as it is."""
    if encoding.lower() not in ("gzip", "deflate"):
        return body
    # 31: gzip; 15 and -15: deflate with and without the zlib header, which servers confuse.
    wrapped = 31 if encoding.lower() == "gzip" else 15 if body[:1] == b"\x78" else -15
    plain = zlib.decompressobj(wrapped).decompress(body, exchange.LARGEST_REPLY + 1)
    if len(plain) > exchange.LARGEST_REPLY:
        raise _TooLarge
    return plain


def _named(reason: Exception) -> str:
    return " ".join((str(reason) or type(reason).__name__).split())[:200]


class _TooLarge(Exception):
    pass
