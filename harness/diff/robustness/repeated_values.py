"""Values that the reply repeats: which came back changed, in which circumstance, and compared with the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.core.finding import Circumstance, Count, Where
from harness.core.finding_kinds import Why
from harness.core.robustness import ALPHA, MIN_CASES
from harness.core.statistics.fisher import by_chance
from harness.diff.robustness.echoes import Echo

WITH_BLANKS = Circumstance(Where.ID_KIND, "with blanks around them")
"""Services often strip whitespace around an id on purpose, so this is a finding and decides no criterion."""

NO_OTHERS = Count(0, 0)
"""The control of swapped values, which need none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """One value that was sent, and the value that came back.

    circumstance: what is special about it; None for an ordinary value. owner: address of the case of another sample
    that sent the value which came back; "" if none did.
    """

    address: str
    echo: Echo
    sent: object
    received: object
    circumstance: Circumstance | None = None
    owner: str = ""

    @property
    def changed(self) -> bool:
        """Whether another value came back."""
        return not self.echo.same(self.sent, self.received)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """The changed values of one echo in one circumstance, compared with the other values of the same echo.

    swapped: these came back as the value of another request, in whatever circumstance.
    """

    circumstance: Circumstance | None
    changed: tuple[Repeated, ...]
    compared: int
    others: Count
    swapped: bool = False

    @property
    def cases(self) -> tuple[str, ...]:
        """Addresses of the changed values, each once."""
        return tuple(dict.fromkeys(value.address for value in self.changed))

    @property
    def chance(self) -> float:
        """The p-value of the changes in this circumstance; 0 if no other value changed."""
        hits, n = self.others.hits, self.others.n
        return by_chance(len(self.changed), self.compared, hits, n) if hits else 0.0

    @property
    def proven(self) -> bool:
        """Whether there are several cases and chance does not explain them."""
        return len(self.cases) >= MIN_CASES and (
            self.swapped or (self.circumstance is not None and self.chance <= ALPHA)
        )

    @property
    def why(self) -> Why | None:
        """Why it decides nothing; None if it does."""
        if self.proven:
            return None
        return Why.MAY_BE_CHANCE if len(self.cases) >= MIN_CASES else Why.ONE_CASE


def with_owners(values: Sequence[Repeated]) -> list[Repeated]:
    """The values; each changed one with the case that sent the value which came back."""
    owners: dict[tuple[Echo, object], str] = {}
    for value in values:
        owners.setdefault((value.echo, _key(value.sent)), value.address)
    return [replace(value, owner=_owner(value, owners)) if value.changed else value for value in values]


def _owner(value: Repeated, owners: Mapping[tuple[Echo, object], str]) -> str:
    """The case of another sample whose id came back; "" if there is none."""
    owner = owners.get((value.echo, _key(value.received)), "") if value.echo.identity else ""
    return owner if owner and _sample(owner) != _sample(value.address) else ""


def _sample(address: str) -> str:
    return address.partition("#")[2]


def _key(value: object) -> object:
    return value if isinstance(value, str | int | float) else str(value)


def find_suspects(values: Sequence[Repeated]) -> list[Suspect]:
    """The changed values by echo and circumstance; significant ones first, and of these the swapped ones."""
    suspects = []
    for echo in dict.fromkeys(value.echo for value in values):
        mine = [value for value in values if value.echo == echo and value.circumstance != WITH_BLANKS]
        if swapped := tuple(value for value in mine if value.owner):
            suspects.append(
                Suspect(circumstance=None, changed=swapped, compared=len(mine), others=NO_OTHERS, swapped=True)
            )
        suspects += _by_circumstance([value for value in mine if not value.owner])
    return sorted(suspects, key=lambda one: (not one.proven, not one.swapped, one.chance, -len(one.cases)))


def _by_circumstance(values: Sequence[Repeated]) -> Iterable[Suspect]:
    for about in dict.fromkeys(value.circumstance for value in values if value.changed):
        inside = [value for value in values if value.circumstance == about]
        others = [value for value in values if value.circumstance != about]
        yield Suspect(
            circumstance=about,
            changed=tuple(value for value in inside if value.changed),
            compared=len(inside),
            others=Count(sum(value.changed for value in others), len(others)),
        )
