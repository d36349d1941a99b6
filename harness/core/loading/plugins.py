"""Additions of other installed distributions through entry points, imported on the first use only."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from harness.core.errors import HarnessError

OPS, PACKS = "harness.ops", "harness.packs"
"""Entry point groups: modules that register ops when imported, and packages with folders of packs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """An entry point, and its distribution with version."""

    distribution: str
    name: str
    object: Any

    @property
    def label(self) -> str:
        """Its name in an error."""
        return f'entry point "{self.name}" of {self.distribution}'


def added(group: str, error: type[HarnessError]) -> Iterator[Added]:
    """The additions to the group, in order of distribution and name. Raises `error` if one cannot be imported."""
    for point in _points(group):
        one = Added(distribution=f"{_name(point)} {_version(point)}".rstrip(), name=point.name, object=None)
        try:
            yield replace(one, object=point.load())
        except (Exception, SystemExit) as reason:
            message = str(reason).replace("\n", "\n  ")
            raise error(
                f'{one.label} ({group}): cannot import "{point.value}": {type(reason).__name__}: {message}\n'
                f"  repair it, or remove it: pip uninstall {_name(point)}"
            ) from None


def versions() -> dict[str, str]:
    """The version of each distribution that adds ops or packs, by its name. Imports nothing."""
    return {_name(point): _version(point) for group in (OPS, PACKS) for point in _points(group)}


def _points(group: str) -> list[EntryPoint]:
    return sorted(entry_points(group=group), key=lambda point: (_name(point), point.name))


def _name(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "an unknown distribution"


def _version(point: EntryPoint) -> str:
    return point.dist.version if point.dist else ""
