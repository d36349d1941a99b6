"""The items of a harness.toml, and the scenarios that selected items need. Both follow from the file alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.core.settings import ROBUSTNESS
from harness.generate.recipes.packs import PILOT
from harness.pytest_support.project import Project

GATE = "gate"
"""First part of the names of items for criteria; the second part is the key in `[gate]`."""

VERDICT = f"{GATE}/verdict"
"""The item for the verdict of the run. It reports what has no item of its own, such as problems of the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What one item is about: a scenario (`pack/scenario`), a criterion, or the verdict.

    name: the item's. line: the key in `[gate]`, "" for a scenario. slice: a slice of the criterion, "" for the mix.
    row: its line in the file, from 0. blocks: False for a scenario of a pack that is not critical.
    """

    name: str
    criterion: str = ""
    slice: str = ""
    row: int = 0
    blocks: bool = True

    @property
    def pack(self) -> str:
        """The pack of a scenario."""
        return self.name.partition("/")[0]


def subjects(project: Project) -> Iterator[Subject]:
    """The scenarios in the order of the mix, then the criteria in their order, the verdict last."""
    gate = project.settings.gate
    for row, part in enumerate(project.settings.mix):
        for scenario in project.playable[part.pack].scenarios:
            named = {part.pack, scenario.id, f"scenario={scenario.id}"}
            yield Subject(
                name=f"{part.pack}/{scenario.id}",
                row=project.line_of("mix", row),
                blocks=not gate.critical or not named.isdisjoint(gate.critical),
            )
    for line, where in _lines(project):
        name = f"{GATE}/{line}" + (f"/{where}" if where else "")
        yield Subject(name=name, criterion=line, slice=where, row=project.line_of("gate", line))
    yield Subject(name=VERDICT, criterion="verdict", row=project.line_of("gate"))


def _lines(project: Project) -> Iterator[tuple[str, str]]:
    gate = project.settings.gate
    critical = gate.critical or tuple(part.pack for part in project.settings.mix)
    yield from (("straight_through", ""), ("silent_errors", ""), ("silent_errors_other", ""))
    yield from (("silent_errors_pack", name) for name in critical)
    yield from (("regress", name) for name in critical if project.held)
    yield from (("gap", ""), ("errors", ""), ("unknown", ""), ("samples", ""))
    if gate.p95:
        yield "p95", ""
    if gate.invalid_replies is not None:
        yield "invalid_replies", ""
    # No relay is between a service and its upstreams while pytest runs it.
    yield from ((test, "") for test in ROBUSTNESS if test in project.settings.budget.robustness and test != "upstream")


def needed(chosen: Iterable[Subject], project: Project) -> tuple[str, ...]:
    """The scenarios that the chosen items need, in the order of the mix; () if they need the whole mix.

    A scenario needs its own cases, the criterion of a pack all cases of that pack; other criteria need the whole mix.
    """
    wanted: set[str] = set()
    for subject in chosen:
        if not subject.criterion:
            wanted.add(subject.name)
        elif subject.criterion == "silent_errors_pack" and subject.slice in project.playable:
            wanted.update(scenarios_of(project, subject.slice))
        else:
            return ()
    return tuple(name for pack in project.playable for name in scenarios_of(project, pack) if name in wanted)


def scenarios_of(project: Project, pack: str) -> tuple[str, ...]:
    """The scenarios of a pack that fit these samples, as `pack/scenario`."""
    return tuple(f"{pack}/{scenario.id}" for scenario in project.playable[pack].scenarios)


def complete(project: Project, only: tuple[str, ...]) -> set[str]:
    """The packs that a run of `only` sends completely."""
    return {
        pack
        for pack in project.playable
        if not only or pack == PILOT or all(name in only for name in scenarios_of(project, pack))
    }
