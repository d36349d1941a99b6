"""A run as one side of a comparison: the results of its mix cases, and its sketches."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from harness.core.regression.baseline import Sketch
from harness.core.regression.columns import Cases, Results
from harness.core.regression.gathering import columns_of
from harness.core.reply import Judged
from harness.core.settings import Settings
from harness.diff.gate.evidence import PILOT
from harness.diff.regression.sketch import sketch_of
from harness.store.columns import result_of, run_reading
from harness.store.files import CaseLine, RunHead
from harness.store.folder import RunFolder, read_verdict
from harness.store.spread import ReadPlan

SAMPLES, FONTS, FAULTS = BESIDE_PACKS = ("samples", "fonts", "faults.toml")
"""Inputs with a digest besides the packs. Faults have a phase of their own, so no comparison depends on them."""


def results_of(
    lines: Iterable[CaseLine], judged: Iterable[Judged], settings: Settings, label: str, *, complete: bool
) -> Results:
    """The results of the cases that count in rates: no probes, no drains, and no cases whose steps changed nothing.

    complete: whether pack `pilot` sent every sample.
    """
    packs = packs_of(settings)
    rows: dict[str, list[Judged]] = {}
    for row in judged:
        rows.setdefault(row.address, []).append(row)
    cases = [
        result_of(line, rows.get(line.address, ()))
        for line in lines
        if _carries(line.address.partition("/")[0], packs, changed=line.changed)
    ]
    return Results(label=label, cases=columns_of(cases), complete=complete)


def _carries(pack: str, packs: Iterable[str], *, changed: bool) -> bool:
    """Whether cases of that pack are compared."""
    return pack in packs and (changed or pack == PILOT)


def packs_of(settings: Settings) -> tuple[str, ...]:
    """The packs whose cases are compared: those of the mix, and the pilot in any case."""
    return tuple(dict.fromkeys((PILOT, *(part.pack for part in settings.mix))))


def slices_of(settings: Settings, digests: Mapping[str, str] | None = None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The critical slices, and the other packs.

    digests: those of the other side. Its packs count too: removing a pack from the mix does not show that it is good.
    """
    packs = dict.fromkeys(part.pack for part in settings.mix)
    packs.update(dict.fromkeys(name for name in digests or () if name not in BESIDE_PACKS))
    critical = settings.gate.critical or tuple(packs)
    return critical, tuple(name for name in packs if name not in critical)


def read_results(folder: RunFolder, label: str) -> Results:
    """The results of a finished run, with its sketches. RunError if the run is not finished."""
    return results_reading(folder.path, folder.head, label).now()


def results_reading(path: Path, head: RunHead, label: str) -> ReadPlan[Results]:
    """Plan to read the results of a finished run, to be combined with other reads."""
    samples, packs = read_verdict(path, head).headline.samples, packs_of(head.settings)

    def results(cases: Cases) -> Results:
        complete = int(cases.of_pack(PILOT).sum()) == samples
        return Results(label=label, cases=cases, sketches=tuple(_sketches(head.settings, cases)), complete=complete)

    return run_reading(path, lambda pack, changed: _carries(pack, packs, changed=changed)).then(results)


def _sketches(settings: Settings, cases: Cases) -> Iterator[Sketch]:
    critical, others = slices_of(settings)
    for name in dict.fromkeys((*critical, *others, PILOT)):
        yield sketch_of(name, cases)
