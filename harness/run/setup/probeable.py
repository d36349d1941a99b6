"""The ops of a mix that can be applied to a sample one at a time."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.core.case import Expect
from harness.generate.recipes.packs import Scenario
from harness.generate.registry import Op


@dataclass(frozen=True, slots=True, kw_only=True)
class Probeable:
    """An op of the mix that can be applied to a sample by itself, and the expectation there."""

    op: Op
    expect: Expect


def probeable(scenarios: Iterable[Scenario]) -> list[Probeable]:
    """The ops of the scenarios, each once, that can be applied to a sample.

    Ops of layer meaning have no clean sample, and ops that need word positions cannot use samples.
    """
    found: dict[str, Probeable] = {}
    for scenario in scenarios:
        for one in scenario.ops:
            if one.op.layer != "meaning" and not one.op.needs_words:
                found.setdefault(one.op.name, Probeable(op=one.op, expect=scenario.expect or "answer"))
    return list(found.values())
