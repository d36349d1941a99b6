"""An HTTP relay between a service and an upstream: forwards the original bytes, and applies faults."""

import asyncio
import socket
import ssl
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harness.inject.actions import ACTIONS
from harness.inject.connection import Connection
from harness.inject.http1 import MAX_HEAD_BYTES, NotHttpError
from harness.inject.relay_state import RelayState
from harness.inject.wire import Wire, bind, small_reads


@dataclass(slots=True, kw_only=True)
class Relay(RelayState):
    """The relay of one upstream."""

    listener: socket.socket | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def bind(self) -> None:
        """Take the port; ConfigError if it is in use."""
        parts = urlsplit(f"//{self.upstream.listen}")
        self.listener = bind(parts.hostname or "", parts.port or 0, self.upstream.name)

    @property
    def url(self) -> str:
        """Where the relay listens; the port is known once it is bound."""
        if self.listener is None:
            return f"http://{self.upstream.listen}"
        host, port = self.listener.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def serve(self, stop: asyncio.Event) -> None:
        """Relay until `stop`; then end every connection."""
        server = await asyncio.start_server(self._accept, sock=self.listener, limit=MAX_HEAD_BYTES)
        await stop.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        small_reads(writer)
        task = asyncio.get_running_loop().create_task(self._serve_client(Wire(reader=reader, writer=writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve_client(self, client: Wire) -> None:
        """Every exchange of one connection; a failure on one side becomes a failure on the other."""
        connection = Connection(relay=self, client=client, actions=ACTIONS)
        try:
            await connection.serve()
            await client.end()
        except (OSError, ssl.SSLError, NotHttpError, ValueError):
            client.reset()
        except asyncio.CancelledError:
            client.writer.transport.abort()
        finally:
            connection.close()
