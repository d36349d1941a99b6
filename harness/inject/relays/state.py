"""The state that all connections through one relay share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.core.integration.exchange import Exchange
from harness.core.integration.upstreams import Effect, Upstream
from harness.inject.active import Active
from harness.inject.fields import Fields


def _nothing(_: Exchange) -> None:
    pass


@dataclass(slots=True, kw_only=True)
class RelayState:
    """The state of one relay, shared by all its connections.

    began, over: called with each exchange when its head has come and when it is done. studies: each request is read, to
    know what it writes and whether it is a repeated one. effects: what the service has to write here, each with its
    number. counts: how often each key without a trace id was seen, by phase. fields: what earlier replies held.
    """

    upstream: Upstream
    active: Active
    clock: Callable[[], float]
    rewrite_host: bool = False
    began: Callable[[Exchange], None] = _nothing
    over: Callable[[Exchange], None] = _nothing
    studies: bool = False
    effects: tuple[tuple[int, Effect], ...] = ()
    counts: dict[tuple[int, str], int] = field(default_factory=dict)
    fields: Fields = field(default_factory=Fields)
