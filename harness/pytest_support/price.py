"""The maximum price of a session's run, and what it can detect. Shown when the items are known."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import pytest

from harness.core.errors import HarnessError
from harness.diff.gate.power import estimate_power
from harness.generate.recipes.packs import PILOT
from harness.pytest_support.items import HarnessItem
from harness.pytest_support.project import Project, read_project
from harness.pytest_support.subjects import Subject, needed, subjects
from harness.pytest_support.using import use_of
from harness.report.price import besides_packs, describe_power
from harness.report.words import duration, printable
from harness.run.setup.drawing import draw_and_allot
from harness.run.setup.fill_in import narrowed
from harness.run.setup.robustness_tests import calls_for_coverage


def price_of_items(items: Iterable[pytest.Item]) -> list[str]:
    """The lines for the items that will run, one run for each harness.toml."""
    runs: dict[Path, tuple[Project, list[Subject]]] = {}
    for item in items:
        if isinstance(item, HarnessItem):
            runs.setdefault(item.path, (item.project, []))[1].append(item.subject)
    return [line for project, chosen in runs.values() for line in price(project, chosen)]


def price_of_ids(config: pytest.Config, files: Iterable[str], ids: Collection[str]) -> list[str]:
    """The lines for the items with these ids, which a worker has collected."""
    lines: list[str] = []
    for name in files:
        try:
            project = read_project(use_of(config).asked(config.rootpath / name))
        except HarnessError:
            continue  # the workers report it
        chosen = [subject for subject in subjects(project) if f"{name}::{subject.name}" in ids]
        lines += price(project, chosen)
    return lines


def _count(items: int) -> str:
    return f"{items} item{'' if items == 1 else 's'}"


def price(project: Project, chosen: Sequence[Subject]) -> list[str]:
    """The maximum calls, minutes and cost, then which silent errors can be detected."""
    settings, samples = project.settings, len(project.samples.items)
    only = needed(chosen, project)
    playable = narrowed(project.playable, only)
    allotment, _ = draw_and_allot(
        settings,
        project.samples,
        playable,
        coverage=calls_for_coverage(settings.budget, project.samples),
        seed=1,
        part=bool(only),
    )
    packs = {PILOT: allotment.pilot, **allotment.packs}
    rate, cost = settings.target.rate, allotment.calls * settings.budget.price
    time = f", at least {duration(allotment.calls / rate)}" if rate else ""
    money = f", cost {cost:.2f}" if cost else ""
    calls_of = ", ".join(f"{name} {n}" for name, n in packs.items())
    calls_of += "".join(f"; {name} {n}" for name, n in besides_packs(allotment.controls, allotment.robustness))
    sights = estimate_power(
        packs, settings.mix, settings.gate, repeats=allotment.repeats if allotment.pilot == samples else 0
    )
    seen = [sight for sight in sights if sight.cases and (sight.slice or not only)]
    lines = [
        f"harness: one run for {_count(len(chosen))}, at most {allotment.calls} calls{time}{money}"
        f" (cases: {calls_of}; probes {allotment.probes})",
        *(f"harness: {describe_power(sight)}" for sight in seen),
    ]
    return [printable(line) for line in lines]
