"""The matrix: a row for each variant and seed, and what all of them come to."""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.core.errors import HarnessError
from harness.run.events import Finished
from tests.zoo import document_defects, file_defects, record_defects, ticket_defects
from tests.zoo.benign import VARIATIONS
from tests.zoo.defects import Defect
from tests.zoo.pilots import COUNT, FLAG_BELOW, MIXES, P95
from tests.zoo.running import CALLS, Place, check_defect
from tests.zoo.score import Score, alarms, find

DEFECTS: tuple[Defect, ...] = (
    *document_defects.DEFECTS,
    *file_defects.DEFECTS,
    *ticket_defects.DEFECTS,
    *record_defects.DEFECTS,
)
MIN_FOUND = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one variant came to with one seed. why: by which sentence, one for each alarm of what is no defect."""

    name: str
    seed: int
    kind: Literal["correct", "defect", "waiting", "benign"]
    score: Score | Literal["clean", "flagged"]
    why: tuple[str, ...]
    calls: int = 0
    seconds: float = 0.0


def head() -> str:
    """How everything is run, before the first row."""
    mixes = [
        f"  {name}: {', '.join(f'{Path(pack).name} {share:.2f}' for pack, share in mix.items()) or 'the assumed mix'}"
        for name, mix in MIXES.items()
    ]
    return "\n".join(
        (
            f"harness check with {CALLS['record']} calls ({CALLS['document']} of documents), {COUNT} samples a pilot",
            "and the default limits, held against the promoted run of the correct service; all variants of a service",
            "share these settings:",
            *mixes,
            "  record declares its mix: strict JSON refuses a key that stands twice, which is honest,",
            "  and a gap of 30 points on the assumed 0.30 of malformed records",
            f"  document: flag_below {FLAG_BELOW}; what pages hold is read once and kept, so later rows are faster",
            f"  ticket, record: p95 at most {P95} at 60 requests/s; record: the usual faults of its upstream",
            "",
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """With how many seeds, from 1 on, each kind of row is run; what is harmless is a benign or a correct service."""

    defects: int = 1
    harmless: int = 1
    documents: int = 1

    def of(self, service: str) -> int:
        """With how many seeds the harmless rows of a service are run; a check of documents takes longest."""
        return self.documents if service == "document" else self.harmless


def rows_of(folder: Path, names: Collection[str], seeds: Seeds, service: str) -> Iterator[Row]:
    """Every row of a service, seed by seed. names: only rows whose name has one of them."""
    for seed in range(1, max(seeds.defects, seeds.of(service)) + 1):
        place = Place(service=service, folder=folder / f"{service}-{seed}", seed=seed)
        yield from _rows(place, names, defects=seed <= seeds.defects, harmless=seed <= seeds.of(service))


def _rows(place: Place, names: Collection[str], *, defects: bool, harmless: bool) -> Iterator[Row]:
    planted = [one for one in DEFECTS if defects and one.service == place.service and _asked(one.name, names)]
    planted = [one for one in planted if names or not one.waits_for]
    benign = [one for one in VARIATIONS if harmless and one.service == place.service and _asked(one.name, names)]
    if not planted and not benign:
        return
    started = time.monotonic()
    correct = place.check("correct")
    why = alarms(correct, correct)
    clean = correct.verdict.verdict != "no-go"
    yield _row(f"correct/{place.service}", place, "correct", "clean" if clean else "flagged", why, correct, started)
    place.approve(correct)
    for defect in planted:
        started = time.monotonic()
        try:
            run = check_defect(place, defect)
        except HarnessError as error:
            yield Row(name=defect.name, seed=place.seed, kind="defect", score="missed", why=(str(error),))
            continue
        score, sentence = find(defect, run)
        yield _row(defect.name, place, "waiting" if defect.waits_for else "defect", score, (sentence,), run, started)
    for variation in benign:
        started = time.monotonic()
        run = place.check(variation.name, around=variation.wrap)
        said = alarms(run, correct)
        yield _row(variation.name, place, "benign", "flagged" if said else "clean", said, run, started)


def _asked(name: str, names: Collection[str]) -> bool:
    return not names or any(part in name for part in names)


def _row(
    name: str,
    place: Place,
    kind: Literal["correct", "defect", "waiting", "benign"],
    score: Score | Literal["clean", "flagged"],
    why: tuple[str, ...],
    run: Finished,
    started: float,
) -> Row:
    seconds = time.monotonic() - started
    return Row(name=name, seed=place.seed, kind=kind, score=score, why=why, calls=run.calls, seconds=seconds)


def tell(row: Row) -> str:
    """One row as text: its outcome, then the sentences that it rests on."""
    waits = " (waits)" if row.kind == "waiting" else ""
    line = f"{row.score + waits:<16} {row.name:<34} seed {row.seed}  {row.calls:>4} calls {row.seconds:>5.0f} s"
    return "\n".join((line, *(f"    {sentence}" for sentence in row.why)))


def tell_rows(folder: Path, names: Collection[str], seeds: Seeds, service: str) -> list[Row]:
    """The rows of one service, each printed as soon as it is there.

    For a process a service: pages keep a core busy, while tickets and records wait for their rate.
    """
    rows = []
    for row in rows_of(folder, names, seeds, service):
        print(tell(row), flush=True)
        rows.append(row)
    return rows


def total(rows: Sequence[Row]) -> tuple[str, bool]:
    """The closing lines, and whether enough was found and nothing flagged that is no defect."""
    defects = [row for row in rows if row.kind == "defect"]
    found = sum(row.score == "found" for row in defects)
    quiet = [row for row in rows if row.kind in ("benign", "correct")]
    flagged = sum(row.score == "flagged" for row in quiet)
    noticed = sum(row.kind == "waiting" and row.score == "noticed" for row in rows)
    waiting = [(one.name, one.waits_for) for one in DEFECTS if one.waits_for]
    promises = [row for row in defects if row.name in {one.name for one in DEFECTS if one.promised}]
    lines = ["", "waiting, with what for:", *(f"  {name:<30} {why}" for name, why in waiting), ""]
    benign = [row for row in quiet if row.kind == "benign"]
    lines.append(
        f"found {found} of {len(defects)} reachable ({len(promises)} of these are promises of a pack's README; "
        f"{len(waiting)} wait, {noticed} of them noticed with verdict go), "
        f"benign flagged {sum(row.score == 'flagged' for row in benign)} of {len(benign)}, "
        f"correct flagged {flagged - sum(row.score == 'flagged' for row in benign)} of {len(quiet) - len(benign)}; "
        f"{sum(row.calls for row in rows)} calls in {sum(row.seconds for row in rows):.0f} s"
    )
    return "\n".join(lines), found >= MIN_FOUND * len(defects) and not flagged
