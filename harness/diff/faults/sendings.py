"""A case with the requests that the service made to its upstreams for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from harness.core.case import Case, Scalar
from harness.core.integration.exchange import Exchange
from harness.core.reply import Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One sending of a case: its result, and the requests of the service to upstreams, in the order of time.

    columns: every column of its sample: the truth, and for a record its own fields. unknown: upstreams to which the
    service may have written more for it. disturbed: the request itself met a fault on its way.
    """

    row: Judged
    case: Case
    columns: Mapping[str, Scalar] = field(default_factory=dict)
    calls: tuple[Exchange, ...] = ()
    unknown: frozenset[str] = frozenset()
    disturbed: bool = False

    @property
    def writes(self) -> list[Exchange]:
        """The requests that may have changed something."""
        return [one for one in self.calls if one.writes]

    def at(self, upstream: str) -> "Sending | None":
        """The same, with the requests to that upstream only; None if it is no evidence about the upstream."""
        if self.disturbed or upstream in self.unknown:
            return None
        return replace(self, calls=tuple(one for one in self.calls if one.upstream == upstream))
