"""Which case met a fault behind the service: certain if that is known, else marked as possible."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.core.integration.exchange import Exchange

LATE = 10.0
"""Seconds after a reply in which the service may still write for it, as from a queue of its own."""

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


def faults_of_load(
    flights: Sequence[Flight], exchanges: Iterable[Exchange]
) -> Mapping[tuple[str, int], tuple[str, ...]]:
    """`faults_met` for the finished flights of a load run, of which there are many: by address and repeat."""
    faulty = [one for one in exchanges if one.fault]
    found: defaultdict[tuple[str, int], dict[str, None]] = defaultdict(dict)
    for exchange, there in zip(faulty, owners(flights, [(one.trace, one.started) for one in faulty]), strict=True):
        under_way = [one for one in there if one.trace == exchange.trace or one.in_flight_at(exchange.started)]
        for one in under_way:
            found[(one.address, one.repeat)][exchange.fault + POSSIBLE * (len(under_way) > 1)] = None
    return {key: tuple(names) for key, names in found.items()}


def owners(
    flights: Sequence[Flight], seen: Iterable[tuple[str, float]], *, late: bool = False
) -> Iterator[tuple[Flight, ...]]:
    """The finished flights that each exchange may belong to: one if that is certain.

    If no flight was under way when it started, it may belong to any that ended not long before. seen: the trace id of
    each exchange, and when it started. late: the service goes on after it has answered, so it may always be one that
    ended before.
    """
    by_trace = {one.trace: one for one in flights}
    in_batch = defaultdict[tuple[float, float | None], list[Flight]](list)
    for one in flights:
        in_batch[(one.started, one.ended)].append(one)
    ordered = sorted(flights, key=lambda one: one.started)
    starts = [one.started for one in ordered]
    longest = max(((one.ended or one.started) - one.started for one in flights), default=0.0)
    for trace, started in seen:
        if known := by_trace.get(trace):
            yield tuple(in_batch[(known.started, known.ended)])  # the rows of a batch are one request
            continue
        near = ordered[bisect_left(starts, started - 2 * longest - LATE) : bisect_right(starts, started)]
        there = () if late else tuple(one for one in near if one.in_flight_at(started))
        yield there or tuple(one for one in near if one.ended is None or started <= one.ended + LATE)
