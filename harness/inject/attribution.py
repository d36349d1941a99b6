"""Which case met a fault behind the service: certain if that is known, else marked as possible."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.core.fault import Exchange

POSSIBLE = "?"
"""Suffix of a fault that a case may have met: it happened while other cases were in flight too."""


@dataclass(slots=True, kw_only=True)
class Flight:
    """One request of a case, on the clock of the exchanges. ended: None while it is in flight.

    abandoned: nobody waited for the reply, so the service may still work on it.
    """

    address: str
    repeat: int
    trace: str
    started: float
    ended: float | None = None
    abandoned: bool = False

    def in_flight_at(self, moment: float) -> bool:
        """Whether the service may have worked on it then; an abandoned one counts twice as long."""
        if self.ended is None:
            return self.started <= moment
        return self.started <= moment <= self.ended + (self.ended - self.started) * self.abandoned


def faults_met(flight: Flight, flights: Sequence[Flight], exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """Names of the faults that this flight met behind the service, each once, in the order of time.

    With a trace id that the service forwards, this is certain. Without one, the start of the exchange decides: the
    fault is certain if no other flight was under way then, else it is possible and its name ends in "?".
    """
    traces = {one.trace for one in flights}
    found: dict[str, None] = {}
    for exchange in exchanges:
        if not exchange.fault:
            continue
        if exchange.trace in traces:
            found.update({exchange.fault: None} if exchange.trace == flight.trace else {})
        elif flight.in_flight_at(exchange.started):
            alone = sum(one.in_flight_at(exchange.started) for one in flights) == 1
            found[exchange.fault if alone else exchange.fault + POSSIBLE] = None
    return tuple(name for name in found if name.removesuffix(POSSIBLE) == name or name[:-1] not in found)
