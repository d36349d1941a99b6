"""A relay between a service and an upstream: forwards the original bytes, and applies faults."""

import asyncio
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from harness.inject.relays.actions import ACTIONS
from harness.inject.relays.connection import Connection
from harness.inject.relays.http1 import NotHttpError
from harness.inject.relays.state import RelayState
from harness.inject.relays.tcp import Pair
from harness.inject.relays.wire import Wire, bind

MAX_TURNS = 100
"""Turns of the loop in which all connections end once they are aborted; TLS needs a few."""


@dataclass(slots=True, kw_only=True)
class Relay(RelayState):
    """The relay of one upstream. certified: its certificate, if the service connects to it by TLS."""

    listener: socket.socket | None = None
    certified: ssl.SSLContext | None = None

    def bind(self) -> None:
        """Take the port; ConfigError if it is in use."""
        parts = urlsplit(self.upstream.listen if self.upstream.tls else f"//{self.upstream.listen}")
        self.listener = bind(parts.hostname or "", parts.port or 0, self.upstream.name)

    @property
    def url(self) -> str:
        """Where the relay listens; the port is known once it is bound."""
        scheme = "tcp" if self.upstream.tcp else "https" if self.upstream.tls else "http"
        if self.listener is None:
            return f"{scheme}://{self.upstream.listen.removeprefix('https://')}"
        host, port = self.listener.getsockname()[:2]
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    async def serve(self, stop: asyncio.Event) -> None:
        """Relay until `stop`; then end every connection."""
        assert self.listener is not None
        server = await asyncio.get_running_loop().create_server(self._accept, sock=self.listener, ssl=self.certified)
        await stop.wait()
        server.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for transport in list(self.transports):
            transport.abort()  # type: ignore[attr-defined]
        for _ in range(MAX_TURNS):
            if self.transports:
                await asyncio.sleep(0)

    def _accept(self) -> asyncio.Protocol:
        """What handles the next connection."""
        if self.upstream.tcp:
            return Pair(self).client
        return Wire(
            self.transports,
            lambda client: self.keep(asyncio.get_running_loop().create_task(self._serve_client(client))),
        )

    async def _serve_client(self, client: Wire) -> None:
        """Every exchange of one connection; a failure on one side becomes a failure on the other."""
        connection = Connection(relay=self, client=client, actions=ACTIONS)
        try:
            await connection.serve()
            await client.end()
        except (OSError, ssl.SSLError, NotHttpError, ValueError):
            client.reset()
        except asyncio.CancelledError:
            client.transport.abort()
        finally:
            connection.close()
