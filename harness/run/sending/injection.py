"""The faults of a run: the faults file, the relays of the upstreams, and the faults that each reply met."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from harness.core.clock import Clock
from harness.core.errors import ConfigError
from harness.core.integration.exchange import Exchange, trace_id
from harness.core.integration.fault import TARGET, Fault
from harness.core.reply import Reply
from harness.core.settings import Settings
from harness.replay.codecs import traceparent
from harness.replay.pace import parse_seconds
from harness.run.sending.permission import check_upstreams, off_this_machine

if TYPE_CHECKING:
    import httpx

    from harness.inject.active import Active
    from harness.inject.attribution import Flight
    from harness.inject.relays.relay import Relay


MAX_WAIT = 10.0
"""Maximum seconds to wait for requests that are still under way at a relay, after a timeout of the service."""


@dataclass(slots=True, kw_only=True)
class Injection:
    """The faults and relays of one run. A fault is in force only in a phase that switches it on."""

    seed: int
    clock: Clock
    active: "Active"
    faults: tuple[Fault, ...] = ()
    exchanges: list[Exchange] = field(default_factory=list)
    flights: list["Flight"] = field(default_factory=list)

    @property
    def faulty(self) -> bool:
        """Whether a fault is in force now."""
        return bool(self.active.faults)

    def digest(self) -> str:
        """A digest that changes with any fault."""
        return blake2b(msgspec.json.encode(self.faults), digest_size=16).hexdigest()

    def sending(self, address: str, repeat: int) -> None:
        """Note that a case is sent now."""
        from harness.inject.attribution import Flight

        trace = trace_id(traceparent(self.seed, address, repeat))
        self.flights.append(Flight(address=address, repeat=repeat, trace=trace, started=self.clock.now()))

    def around(self, inner: "httpx.AsyncBaseTransport") -> "httpx.AsyncBaseTransport":
        """The transport with the faults on the target around `inner`."""
        from harness.inject.transport import FaultTransport

        return FaultTransport(inner, self.active)

    def landed(self, reply: Reply) -> Reply:
        """The reply with the faults that it met on either side of the service."""
        from harness.inject.attribution import faults_met

        key = (reply.address, reply.repeat)
        flight = next((f for f in reversed(self.flights) if (f.address, f.repeat) == key and f.ended is None), None)
        if flight is None:
            return reply
        flight.ended, flight.abandoned = self.clock.now(), bool(reply.error)
        return replace(reply, faults=(*reply.faults, *faults_met(flight, self.flights, tuple(self.exchanges))))

    def gather(self, replies: Iterable[Reply], shift: float) -> Mapping[tuple[str, int], tuple[str, ...]]:
        """The faults behind the service that each of these replies of a load run met, by address and repeat.

        shift: seconds from the clock of the replies to that of the relays.
        """
        from harness.inject.attribution import faults_of_load

        return faults_of_load(self._flights_of(replies, shift), tuple(self.exchanges))

    def asked(
        self, replies: Iterable[Reply], shift: float, *, late: bool = False
    ) -> "Iterator[tuple[Exchange, tuple[Flight, ...]]]":
        """What the service asked its upstreams so far, and the requests to which each may belong.

        One if that is certain. shift: as for `gather`. late: as for `owners`. What is still under way at a relay is
        waited for.
        """
        from harness.inject.attribution import owners

        until = time.monotonic() + MAX_WAIT
        while any(one.ended is None for one in self.exchanges) and time.monotonic() < until:
            time.sleep(0.05)
        exchanges = tuple(self.exchanges)
        flights = self._flights_of(replies, shift)
        found = owners(flights, [(one.trace, one.started) for one in exchanges], late=late)
        return zip(exchanges, found, strict=True)

    def _flights_of(self, replies: Iterable[Reply], shift: float) -> "list[Flight]":
        from harness.inject.attribution import Flight

        return [
            Flight(
                address=one.address,
                repeat=one.repeat,
                trace=trace_id(traceparent(self.seed, one.address, one.repeat)),
                started=one.sent + shift,
                ended=one.done + shift,
                abandoned=bool(one.error),
            )
            for one in replies
        ]

    def unused_upstreams(self, settings: Settings) -> list[str]:
        """Upstreams whose relay got no request."""
        used = {exchange.upstream for exchange in self.exchanges}
        return [one.name for one in settings.upstream if one.name not in used]


@contextmanager
def injecting(faults: str, seed: int, settings: Settings, *, defaults: bool = True) -> Iterator[Injection | None]:
    """The faults of that file and the relays of the upstreams in the settings, while the block runs.

    faults: path of faults.toml, or a profile; "" for none, or with `defaults` for the default faults of each upstream,
    if `[budget] robustness` lists `upstream`. None if there is neither a fault nor an upstream. Raises
    ConfigError before any connection.
    """
    if not faults and not settings.upstream:
        yield None
        return
    from harness.inject.active import Active
    from harness.inject.relays.running import running

    check_upstreams(settings)
    usual = defaults and "upstream" in settings.budget.robustness
    found = faults_of(faults, settings, defaults=usual, alone=defaults)
    clock = Clock()
    injection = Injection(seed=seed, clock=clock, active=Active(seed, clock.now), faults=found)
    relays = relays_of(settings, injection.active, clock, injection.exchanges.append)
    for relay in relays:
        relay.studies = True
        relay.effects = tuple((k, one) for k, one in enumerate(settings.effect) if one.upstream == relay.upstream.name)
    with running(relays):
        yield injection


def faults_of(faults: str, settings: Settings, *, defaults: bool, alone: bool = False) -> tuple[Fault, ...]:
    """The faults of that file or profile; without one those of each upstream if `defaults`. Raises ConfigError.

    alone: as for `faults_named`.
    """
    from harness.inject.default_faults import default_faults
    from harness.inject.profiles import faults_named

    usual = default_faults(settings.upstream, parse_seconds(settings.target.deadline)) if defaults else ()
    found = faults_named(faults, settings.upstream, alone=alone) if faults else usual
    if any(fault.where == TARGET for fault in found) and "://" not in settings.target.url:
        raise ConfigError(f"{faults}: faults on the target need a service; {settings.target.url} is a function")
    return found


def relays_of(
    settings: Settings, active: "Active", clock: Clock, began: Callable[[Exchange], None] | None = None
) -> list["Relay"]:
    """A relay for each upstream, not yet listening. ConfigError for one that cannot be reached."""
    from harness.inject.relays.reach import check_reach
    from harness.inject.relays.relay import Relay
    from harness.inject.relays.tls import authority

    relays = [
        Relay(upstream=one, active=active, clock=clock.now, rewrite_host=off_this_machine(one.url))
        for one in settings.upstream
    ]
    made = authority() if any(one.tls for one in settings.upstream) else None
    for relay in relays:
        check_reach(relay.upstream)
        relay.began = began or relay.began
        if made and relay.upstream.tls:
            relay.certified = made.server_context()
    return relays


def trust_of(settings: Settings) -> str:
    """How the service comes to trust the relays that it connects to by TLS; "" if there are none."""
    from harness.inject.relays.tls import how_to_trust

    names = [one.name for one in settings.upstream if one.tls]
    return how_to_trust(names) if names else ""
