"""Which case met a fault that happened behind the service: sure where that is known, marked as possible elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.core.fault import Exchange

POSSIBLE = "?"
"""Ends the name of a fault that a case may have met: it happened while other cases were in flight too."""


@dataclass(slots=True, kw_only=True)
class Flight:
    """One sending of a case, on the clock of the exchanges. ended: None while it lasts.

    abandoned: nobody waited for its end, so the service may still be at work on it.
    """

    address: str
    repeat: int
    trace: str
    started: float
    ended: float | None = None
    abandoned: bool = False

    def flew_at(self, moment: float) -> bool:
        """Whether the service was at work on it then; an abandoned one counts twice as long as it was waited for."""
        if self.ended is None:
            return self.started <= moment
        return self.started <= moment <= self.ended + (self.ended - self.started) * self.abandoned


def faults_met(flight: Flight, flights: Sequence[Flight], exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """Names of the faults that this flight met on its way through the service, each once, in the order of time.

    By the trace id where the service forwards it: sure. Else by time, from the moment the exchange began: sure when no
    other flight was in the air then, else possible, and its name ends in "?".
    """
    traces = {one.trace for one in flights}
    found: dict[str, None] = {}
    for exchange in exchanges:
        if not exchange.fault:
            continue
        if exchange.trace in traces:
            found.update({exchange.fault: None} if exchange.trace == flight.trace else {})
        elif flight.flew_at(exchange.started):
            alone = sum(one.flew_at(exchange.started) for one in flights) == 1
            found[exchange.fault if alone else exchange.fault + POSSIBLE] = None
    return tuple(name for name in found if name.removesuffix(POSSIBLE) == name or name[:-1] not in found)
