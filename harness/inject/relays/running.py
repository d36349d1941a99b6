"""Run relays in a separate thread while a block runs."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from harness.inject.relays.relay import Relay


@contextmanager
def running(relays: Sequence[Relay]) -> Iterator[None]:
    """The relays listen until the block ends; ConfigError if a port is in use, and then none of them listens."""
    bind_all(relays)
    if not relays:
        yield
        return
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=_run, args=(loop, relays, stop), daemon=True, name="harness-relays")
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def bind_all(relays: Sequence[Relay]) -> None:
    """Bind every port, or none."""
    try:
        for relay in relays:
            relay.bind()
    except BaseException:
        for relay in relays:
            if relay.listener is not None:
                relay.listener.close()
        raise


async def serve_all(relays: Sequence[Relay], stop: asyncio.Event) -> None:
    """Serve every relay until `stop`; each must be bound."""
    await asyncio.gather(*(relay.serve(stop) for relay in relays))


def _run(loop: asyncio.AbstractEventLoop, relays: Sequence[Relay], stop: asyncio.Event) -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(serve_all(relays, stop))
