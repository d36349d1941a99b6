"""Write report.html, report.md and junit.xml of a finished run, for every command that makes runs."""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from harness.core.case import control_of
from harness.core.errors import HarnessError
from harness.core.reply import Judged, Reply
from harness.report.html.page import page
from harness.report.junit import junit
from harness.report.markdown import markdown
from harness.report.tables import worst_silent
from harness.report.view import Look, NoPicture, Pair, Row, View
from harness.run.outcome.pictures import pair_of
from harness.run.outcome.replay_case import remaker
from harness.store.files import CaseLine
from harness.store.folder import RunFolder
from harness.store.jsonl import write_bytes

WRITERS: Mapping[str, Callable[[View], str]] = {"report.html": page, "report.md": markdown, "junit.xml": junit}
"""Report writers by file name in the run folder. A new format is one more entry."""

PAIRS = 8
"""Maximum silent errors shown side by side. Keeps report.html below 2 MB, so that it can be mailed."""


def write_reports(folder: RunFolder, *, kind: str = "check", untimed: str = "") -> tuple[Path, ...]:
    """Write every report into the folder of a finished run. Returns the paths, report.html first.

    kind: the command that made the run. untimed: why latency was not judged. The same folder gives the same bytes.
    RunError if the disk is full.
    """
    view = view_of(folder, kind=kind, untimed=untimed)
    for name, write in WRITERS.items():
        write_bytes(folder.path / name, write(view).encode("utf-8", "replace"))
    return tuple(folder.path / name for name in WRITERS)


def view_of(folder: RunFolder, *, kind: str = "check", untimed: str = "") -> View:
    """The input of the report writers for a finished run."""
    head, rows = folder.head, tuple(_rows(folder))
    return View(
        run=str(folder.path),
        kind=kind,
        verdict=folder.read_verdict(),
        findings=tuple(folder.read_findings()),
        rows=rows,
        pairs=tuple(_pairs(folder, rows)),
        mix=head.settings.mix,
        service=head.settings.target.url,
        harness=head.harness,
        seed=head.seed,
        started=head.started,
        seconds=folder.seconds,
        rate=head.worked_out.rate,
        untimed=untimed,
        load=head.load,
        digests=head.digests,
        versions=head.versions,
    )


def _rows(folder: RunFolder) -> Iterator[Row]:
    """Every judged reply with its case, in the order in which they were due; then the cases without a reply."""
    judged: dict[str, list[Judged]] = {}
    for one in folder.read_judged():
        judged.setdefault(one.address, []).append(one)
    lines = folder.read_cases()
    read = {address: all(one.judgement == "right" for one in sent) for address, sent in judged.items()}
    answered = [
        _row(line, one, folder.replies.get((one.address, one.repeat)), read)
        for line in lines
        for one in judged.get(line.address, [])
    ]
    yield from sorted(answered, key=lambda row: (row.due, row.address))
    yield from (_row(line, None, None, read) for line in lines if line.address not in judged)


def _row(line: CaseLine, judged: Judged | None, reply: Reply | None, read: Mapping[str, bool]) -> Row:
    """read: whether every answer to a case was right, by its address."""
    return Row(
        address=line.address,
        expect=line.expect,
        steps=line.steps,
        truth=line.truth,
        tags=line.tags,
        changed=line.changed or line.address.startswith("pilot/"),
        judged=judged,
        due=reply.due if reply else 0.0,
        faults=reply.faults if reply else (),
        unread=not read.get(control_of(line.address, line.clean_twin), True),
    )


def _pairs(folder: RunFolder, rows: Sequence[Row]) -> Iterator[Pair]:
    """The worst silent errors with previews, or with the reason if a preview is impossible."""
    worst = worst_silent(rows, PAIRS)
    try:
        again = remaker(folder) if worst else None
    except HarnessError as reason:
        again, why = None, NoPicture(why=str(reason).partition("\n")[0])
    for row in worst:
        looks: tuple[Look, Look] = pair_of(again, row.address) if again else (why, why)
        show = f"harness show {shlex.quote(row.address)} --run {shlex.quote(str(folder.path))}"
        yield Pair(row=row, clean=looks[0], sent=looks[1], show=show)
