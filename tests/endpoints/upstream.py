"""An upstream that sends exact bytes, and a relay in front of it."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harness.core.clock import Clock
from harness.core.integration.exchange import Exchange
from harness.core.integration.fault import Fault
from harness.core.integration.upstreams import Upstream
from harness.inject.active import Active
from harness.inject.relays.relay import Relay
from harness.inject.relays.running import running

NAME = "erp"


@dataclass(slots=True, kw_only=True)
class Scripted:
    """An upstream over bare sockets. Each connection: reads as many bytes as expected, says the reply, again."""

    expect: int = 0
    reply: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    closes: bool = False
    heard: list[bytes] = field(default_factory=list)

    def talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while True:
                got = b""
                while len(got) < self.expect or not got:
                    part = connection.recv(65536)
                    if not part:
                        return
                    got += part
                self.heard.append(got)
                connection.sendall(self.reply)
                if self.closes:
                    return


@contextmanager
def listening(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """The URL of a server that hands each connection to `talk`, in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    threading.Thread(target=talk, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A running relay."""

    url: str
    active: Active
    exchanges: list[Exchange]

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        assert parts.hostname
        assert parts.port
        return parts.hostname, parts.port


@contextmanager
def relay_before(
    url: str, faults: Sequence[Fault] = (), seed: int = 1, certified: ssl.SSLContext | None = None
) -> Iterator[Standing]:
    """Run a relay in front of that upstream, with these faults active. certified: its certificate, for TLS."""
    parts, clock, exchanges = urlsplit(url), Clock(), list[Exchange]()
    active = Active(seed, clock.now, faults)
    listen = "https://127.0.0.1:0" if certified else "127.0.0.1:0"
    upstream = Upstream(name=NAME, url=f"{parts.scheme}://{parts.netloc}", listen=listen)
    relay = Relay(upstream=upstream, active=active, clock=clock.now, began=exchanges.append, certified=certified)
    with running([relay]):
        yield Standing(url=f"{relay.url}{parts.path}", active=active, exchanges=exchanges)


def fault(kind: str, where: str = NAME, **more: object) -> Fault:
    """A fault with a name, as the file would give it."""
    return Fault(kind=kind, where=where, name=f"{where}.{kind}", **more)  # type: ignore[arg-type]


def read(peer: socket.socket, size: int) -> bytes:
    """Read `size` bytes, or fewer if the connection ends."""
    got = b""
    while len(got) < size and (part := peer.recv(65536)):
        got += part
    return got


def read_to(peer: socket.socket, end: bytes) -> bytes:
    """Up to and with `end`, byte by byte; "" when the connection ends before."""
    got = b""
    while not got.endswith(end):
        part = peer.recv(1)
        if not part:
            return b""
        got += part
    return got


def errno_of(peer: socket.socket) -> int:
    """How the connection ends: 0 cleanly, else the peer's errno."""
    try:
        while peer.recv(65536):
            pass
    except OSError as reason:
        return reason.errno or -1
    return 0
