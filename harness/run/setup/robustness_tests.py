"""The registry of robustness tests: a decorated factory with its share of the budget beside it.

To add a test, add one module to `harness/run/phases/robustness/` and its name to `RobustnessName` in the settings.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import get_args

from harness.core.case import Kind
from harness.core.robustness import RobustnessTest
from harness.core.sample import Samples
from harness.core.settings import ROBUSTNESS, Budget, RobustnessName, Settings, Target
from harness.diff.robustness.fields.rounds import BESIDES
from harness.generate.coverage import calls_for, covered_fields

PACKAGE = "harness.run.phases.robustness"
"""The package whose modules register robustness tests. Imported by name, because they import this module."""

ALL_KINDS: tuple[Kind, ...] = get_args(Kind)

Factory = Callable[..., RobustnessTest]
"""Makes a robustness test from a `RobustnessContext`."""


Whole = Callable[[Target], int]
"""Returns the calls of a test for these settings of the target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessEntry:
    """One robustness test.

    min_calls: calls below which it cannot decide anything. whole: calls with which each of its parts runs. weight: its
    part of the calls for robustness tests. kinds: kinds of samples for which it sends cases of its own; for others it
    gets no calls. make: its factory.
    """

    name: RobustnessName
    min_calls: int
    whole: Whole
    weight: int
    make: Factory
    kinds: tuple[Kind, ...] = ALL_KINDS


_REGISTERED: dict[RobustnessName, RobustnessEntry] = {}


def robustness_test(
    name: RobustnessName,
    *,
    min_calls: int,
    weight: int,
    whole: Whole | None = None,
    kinds: tuple[Kind, ...] = ALL_KINDS,
) -> Callable[[Factory], Factory]:
    """Register a function as the factory of the robustness test `name`. whole: None if its minimum is enough for it."""

    def register(make: Factory) -> Factory:
        _REGISTERED[name] = RobustnessEntry(
            name=name,
            min_calls=min_calls,
            whole=whole or (lambda _: min_calls),
            weight=weight,
            make=make,
            kinds=kinds,
        )
        return make

    return register


def robustness_tests(names: Collection[str] = ROBUSTNESS) -> tuple[RobustnessEntry, ...]:
    """The registered tests among these names, in the order of the settings."""
    _load()
    return tuple(_REGISTERED[name] for name in ROBUSTNESS if name in _REGISTERED and name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Calls of a robustness test: the minimum, those with which all its parts run, and its weight in what is left."""

    name: RobustnessName
    least: int
    whole: int
    weight: int


def costs_of(names: Collection[RobustnessName], target: Target) -> list[Cost]:
    """The costs of the tests among these names."""
    return [
        Cost(name=one.name, least=one.min_calls, whole=max(one.min_calls, one.whole(target)), weight=one.weight)
        for one in robustness_tests(names)
    ]


def robustness_asked(settings: Settings, samples: Samples) -> tuple[RobustnessName, ...]:
    """The robustness tests with calls of their own."""
    tests = robustness_tests(settings.budget.robustness)
    return tuple(one.name for one in tests if samples.kind in one.kinds)


def calls_for_coverage(budget: Budget, samples: Samples) -> int:
    """The calls that the coverage test can use; 0 if it does not run."""
    return calls_for(covered_fields(samples), BESIDES) if "coverage" in budget.robustness else 0


@lru_cache(maxsize=1)
def _load() -> None:
    for module in iter_modules(import_module(PACKAGE).__path__, f"{PACKAGE}."):
        import_module(module.name)
