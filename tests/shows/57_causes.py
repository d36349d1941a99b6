# slow: the defects of the zoo with three seeds, half an hour
"""The first cause of a check names the defect: its circumstance, or the field that it reads by guessing.

Every planted defect of tests/zoo that a check finds, with three seeds. Right is a first cause whose criteria include
the one that has to name the defect, all of whose cases meet its trigger; or the finding of the coverage test about a
change of one field that is the defect's own trigger (a missing field for a service that fills in missing fields).

    python tests/shows/57_causes.py [SERVICE ...] [--seeds N]
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from harness.core.errors import HarnessError
from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.generate.records.changes.one_field import CHANGES
from harness.report.causes import Cause, causes_of
from harness.run.events import Finished
from tests.zoo.defects import Defect
from tests.zoo.matrix import DEFECTS
from tests.zoo.pilots import MIXES
from tests.zoo.running import Place, check_defect
from tests.zoo.score import find

GOAL = 0.90
SCENARIOS = {
    "missing": "missing_field",
    "null": "null_field",
    "type": "wrong_type_field",
    "format": "wrong_type_field",
    "vocabulary": "other_word",
}
"""The scenario with the same trigger, by the change of a field or by the kind of the change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One found defect. right: whether the first cause names it; said: that cause."""

    name: str
    seed: int
    right: bool
    said: str


def by_field(defect: Defect, run: Finished, finding: Finding | None) -> bool:
    """Whether it is a finding about a field, and the defect answers to such a change."""
    if finding is None or finding.kind is not FindingKind.FIELD_ANSWERED_WRONG or finding.example is None:
        return False
    case = run.cases[finding.example.address]
    kinds = {name for change in finding.names if change in CHANGES for name in (change, CHANGES[change].kind)}
    scenarios = {SCENARIOS[name] for name in kinds if name in SCENARIOS}
    unknown = [replace(case, address=f"unanswerable/unknown:{finding.subject}#0")] if "other_word" in scenarios else []
    alike = [replace(case, tags={**case.tags, "scenario": one}) for one in scenarios]
    return any(defect.meets(one) for one in (case, *alike, *unknown))


def is_right(defect: Defect, run: Finished, first: Cause) -> bool:
    """Whether the first cause names the defect."""
    named = [one for one in first.results if defect.must_name in (one.slice, one.criterion)]
    if any(all(defect.meets(run.cases[case]) for case in one.cases if case in run.cases) for one in named):
        return True
    return by_field(defect, run, first.results[0].cause or first.results[0].finding)


def named_by(folder: Path, seeds: int, service: str) -> list[Named]:
    """Every found defect of one service."""
    return [one for seed in range(1, seeds + 1) for one in _of_seed(folder, seed, service)]


def _of_seed(folder: Path, seed: int, service: str) -> Iterator[Named]:
    place = Place(service=service, folder=folder / f"{service}-{seed}", seed=seed)
    place.approve(place.check("correct"))
    for defect in DEFECTS:
        if defect.service != service or defect.waits_for:
            continue
        try:
            run = check_defect(place, defect)
        except HarnessError:
            continue
        if find(defect, run)[0] == "found":
            first = causes_of(run.verdict.reasons)[0]
            yield Named(
                name=defect.name,
                seed=seed,
                right=is_right(defect, run, first),
                said=f"{first.status}: {first.words.headline}",
            )


def main() -> int:
    parser = argparse.ArgumentParser(description="Whether first causes name the defects of the zoo.")
    parser.add_argument("services", nargs="*", default=[*MIXES], metavar="SERVICE")
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(len(asked.services), mp_context=get_context("spawn")) as pool,
    ):
        found = [one for many in pool.map(partial(named_by, Path(folder), asked.seeds), asked.services) for one in many]
    for one in found:
        if not one.right:
            print(f"{one.name}, seed {one.seed}: {one.said}")
    right = sum(one.right for one in found)
    print(
        f"57: the first cause names {right} of {len(found)} found defects ({100 * right / len(found):.0f} %),"
        f" {asked.seeds} seeds"
    )
    return 0 if right >= GOAL * len(found) else 1


if __name__ == "__main__":
    sys.exit(main())
