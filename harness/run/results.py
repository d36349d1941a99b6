"""A run as one side of a comparison: its mix cases with what became of them, and its sketches."""

from collections.abc import Iterable, Mapping, Sequence

from harness.core.baseline import CaseResult, Repeat, Results, Sketch
from harness.core.reply import Judged
from harness.core.settings import Settings
from harness.diff.rates import PILOT
from harness.diff.sketch import sketch_of
from harness.store.files import CaseLine, RunHead
from harness.store.folder import RunFolder
from harness.store.jsonl import storable


def results_of(
    lines: Iterable[CaseLine], judged: Iterable[Judged], settings: Settings, label: str, *, complete: bool
) -> Results:
    """The cases that carry rates; probes, drains and cases that changed nothing are no part of it.

    complete: pack `pilot` sent every sample.
    """
    packs = packs_of(settings)
    rows: dict[str, list[Repeat]] = {}
    for row in sorted(judged, key=lambda row: (row.address, row.repeat)):
        rows.setdefault(row.address, []).append(_repeat(row))
    chosen = (line for line in lines if line.address.partition("/")[0] in packs and _real(line))
    cases = {line.address: _result(line, rows.get(line.address, ())) for line in chosen}
    return Results(label=label, cases=cases, complete=complete)


def packs_of(settings: Settings) -> tuple[str, ...]:
    """The packs whose cases are compared: those of the mix, and the pilot in any case."""
    return tuple(dict.fromkeys((PILOT, *(part.pack for part in settings.mix))))


def slices_of(settings: Settings, digests: Mapping[str, str] | None = None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The critical slices, and the packs beside them.

    digests: of the other side. A pack that it has counts too: who takes one out of the mix has not shown it to be well.
    """
    packs = dict.fromkeys(part.pack for part in settings.mix)
    packs.update(dict.fromkeys(name for name in digests or () if name != "samples"))
    critical = settings.gate.critical or tuple(packs)
    return critical, tuple(name for name in packs if name not in critical)


def read_results(folder: RunFolder, label: str) -> Results:
    """The side that a finished run is, with its sketches. RunError for a run that was not finished."""
    samples = folder.read_verdict().headline.samples
    lines, judged = folder.read_cases(), folder.read_judged()
    pilot = sum(line.address.startswith(f"{PILOT}/") for line in lines)
    results = results_of(lines, judged, folder.head.settings, label, complete=pilot == samples)
    return Results(
        label=label,
        cases=results.cases,
        sketches=tuple(_sketches(folder.head, results.cases, judged)),
        complete=results.complete,
    )


def _sketches(head: RunHead, cases: Mapping[str, CaseResult], judged: Sequence[Judged]) -> Iterable[Sketch]:
    latency: dict[str, list[float]] = {}
    for row in judged:
        latency.setdefault(row.address, []).append(row.latency)
    critical, others = slices_of(head.settings)
    for name in dict.fromkeys((*critical, *others, PILOT)):
        yield sketch_of(name, [case for case in cases.values() if name in case.slices()], latency)


def _real(line: CaseLine) -> bool:
    return line.changed or line.address.startswith(f"{PILOT}/")


def _result(line: CaseLine, repeats: Sequence[Repeat]) -> CaseResult:
    return CaseResult(address=line.address, sha256=line.sha256, asks=line.asks, tags=line.tags, repeats=tuple(repeats))


def _repeat(row: Judged) -> Repeat:
    fields = {scored.name: scored.verdict for scored in row.fields}
    said = {name: value for name, value in row.answer.items() if fields.get(name, "right") != "right"}
    return Repeat(
        disposition=row.disposition,
        judgement=row.judgement,
        cause=row.cause,
        crashed=row.crashed_on_input,
        confidence=row.confidence,
        fields=fields,
        answer=storable(said),
    )
