"""Keep relays running between a service and its upstreams, outside any run."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from harness.core.clock import Clock
from harness.core.errors import ConfigError
from harness.core.integration.exchange import Exchange
from harness.core.integration.fault import TARGET, Fault
from harness.core.integration.upstreams import Upstream
from harness.inject.active import Active
from harness.inject.profiles import faults_named
from harness.inject.read_faults import faults_in
from harness.inject.relays.running import running
from harness.run.sending.injection import relays_of, trust_of
from harness.run.sending.permission import check_upstreams
from harness.run.setup.configure import FILE, written
from harness.store.jsonl import Appender


@dataclass(slots=True, kw_only=True)
class Relaying:
    """The state of the relays: their addresses, the active faults, and the number of exchanges so far.

    trust: how the service comes to trust relays that it connects to by TLS.
    """

    upstreams: tuple[Upstream, ...]
    listening: tuple[str, ...] = ()
    trust: str = ""
    active: Active
    clock: Clock
    _lease: threading.Timer | None = None
    faults: tuple[Fault, ...] = ()
    passed: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)

    def put_faults(self, text: str, seconds: float = 0.0) -> None:
        """Replace all faults by those of this faults.toml, at once; windows count from now.

        seconds: after them the faults end by themselves, unless they are put again. 0: they last. ConfigError if the
        text is no faults.toml, and then nothing changes.
        """
        self._begin(faults_in(text, self.upstreams))
        if seconds:
            self._lease = threading.Timer(seconds, self._begin, [()])
            self._lease.daemon = True
            self._lease.start()

    def end_faults(self) -> None:
        """End all faults."""
        self._begin(())

    def _begin(self, faults: Sequence[Fault]) -> None:
        if self._lease is not None:
            self._lease.cancel()
            self._lease = None
        self.faults = tuple(fault for fault in faults if fault.where != TARGET)
        self.active.begin(self.faults, self.clock.now())

    def over(self, exchange: Exchange) -> None:
        """Count one finished exchange."""
        self.passed[exchange.upstream] += 1
        if exchange.fault:
            self.met[exchange.fault] += 1


@contextmanager
def relaying(config: str, faults: str, seed: int, record: str) -> Iterator[Relaying]:
    """The relays of the configured upstreams with every fault of the file active, until the block ends.

    Time windows of faults start now. record: a file that gets a JSON line for each finished exchange; "" for none.
    Raises ConfigError, and RunError if the record cannot be written.
    """
    settings = written(config)
    if not settings.upstream:
        hint = '  [[upstream]]\n  name = "erp"\n  url = "http://127.0.0.1:9000"\n  listen = "127.0.0.1:9100"'
        raise ConfigError(f"{config or FILE}: no [[upstream]] to relay\n{hint}")
    check_upstreams(settings)
    found = faults_named(faults, settings.upstream, alone=False) if faults else ()
    clock = Clock()
    state = Relaying(
        clock=clock,
        active=Active(seed, clock.now),
        upstreams=settings.upstream,
        faults=tuple(fault for fault in found if fault.where != TARGET),
        trust=trust_of(settings),
    )
    state.active.begin(state.faults, 0.0)
    relays = relays_of(settings, state.active, clock)
    rows = Appender(Path(record)) if record else None
    with closing(rows) if rows else nullcontext():
        for relay in relays:
            relay.over = _telling(state, rows)
        with running(relays):
            state.listening = tuple(relay.url for relay in relays)
            yield state


def _telling(state: Relaying, rows: Appender | None) -> Callable[[Exchange], None]:
    def over(exchange: Exchange) -> None:
        state.over(exchange)
        if rows is not None:
            rows.add(exchange)

    return over
