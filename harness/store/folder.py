"""One run folder: `run.json`, `cases.jsonl`, `replies*.jsonl` with long bodies in separate files, and derived files."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from harness.core.case import Case
from harness.core.clock import stamp
from harness.core.errors import RunError
from harness.core.finding import Finding
from harness.core.reply import Judged, Reply
from harness.core.robustness import in_batch
from harness.core.under_load.load import Arrivals, WorkerEnd
from harness.core.verdict import Verdict
from harness.store.files import FORMAT, CaseLine, RunHead, case_line
from harness.store.jsonl import read_bytes, read_json, read_lines, storable, write_json, write_lines
from harness.store.rows import MET, Key, Met, RowWriter, read_rows, seal_of, with_faults
from harness.store.spread import ReadPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class _Format:
    """The part of any run.json that every version can read."""

    format: int


class RunFolder:
    """A run folder open for writing, or for reading again."""

    def __init__(self, path: Path, head: RunHead, replies: dict[Key, Reply] | None) -> None:
        """Use `create`, `resume` or `read`. replies: None if they are complete and need not be read yet."""
        self.path = path
        self.head = head
        self._replies = replies
        self._rows = RowWriter(path)

    @classmethod
    def create(cls, path: Path, head: RunHead) -> "RunFolder":
        """A new run at `path`, which must be empty or not exist."""
        if path.exists() and (not path.is_dir() or any(p.suffix != ".part" for p in path.iterdir())):
            held = "already contains a run" if (path / "run.json").exists() else "is not empty"
            raise RunError(f"{path}: {held}\n  continue it: --resume --out {path}   or choose another folder")
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as reason:
            raise RunError(f"{path}: cannot be created: {reason.strerror}\n  choose a writable folder: --out") from None
        write_json(path / "run.json", head)
        return cls(path, head, {})

    @classmethod
    def resume(cls, path: Path) -> "RunFolder":
        """The run at `path` with its rows. A torn last row is cut off and sent again."""
        return cls(path, read_head(path), read_rows(path, cut_torn=True))

    @classmethod
    def read(cls, path: Path) -> "RunFolder":
        """The run at `path` as it is. Nothing is written."""
        return cls.reading(path).now()

    @classmethod
    def reading(cls, path: Path) -> "ReadPlan[RunFolder]":
        """How it is read, concurrently with something else."""
        head = read_head(path)

        def made(found: Iterator[str]) -> RunFolder:
            whole = next(found) == head.sealed
            return cls(path, head, None if whole else read_rows(path, cut_torn=False))

        return ReadPlan(tasks=[(seal_of, (path,))], size=0, made=made)

    @property
    def replies(self) -> dict[Key, Reply]:
        """Every recorded reply."""
        if self._replies is None:
            # They are read on the first use, and may have gone or changed by then.
            if seal_of(self.path) != self.head.sealed:
                raise RunError(
                    f"{self.path}: its replies changed while they were used\n  restore them, or run the check again"
                )
            self._replies = read_rows(self.path, cut_torn=False)
        return self._replies

    @property
    def seconds(self) -> float:
        """The duration of the run on its own clock, until the last reply."""
        return max((reply.done for reply in self.replies.values()), default=0.0)

    @property
    def calls(self) -> int:
        """The number of requests behind the replies. The rows of a batch have the same times and count as one."""
        rows = [reply for reply in self.replies.values() if in_batch(reply.address)]
        return len(self.replies) - len(rows) + len({(row.sent, row.first, row.done) for row in rows})

    def update(self, head: RunHead) -> None:
        """Replace run.json."""
        self.head = head
        write_json(self.path / "run.json", head)

    def add(self, reply: Reply, body: bytes) -> Reply:
        """Append one reply with its body. Returns it as written."""
        if (reply.address, reply.repeat) in self.replies:
            raise RunError(f"{reply.address} repeat {reply.repeat} was answered twice; this is a bug of the harness")
        row = self._rows.add(reply, body)
        self.replies[(row.address, row.repeat)] = row
        return row

    def set_aside(self, keys: Collection[Key]) -> int:
        """Move replies of a check to down.jsonl, so that their requests are sent again; each only once in a run.

        Returns how many were moved. They stay on record there.
        """
        path = self.path / "down.jsonl"
        before = list(read_lines(path, Reply)) if path.exists() else []
        known = {(row.address, row.repeat) for row in before}
        moved = [self.replies[key] for key in keys if key not in known]
        if moved:
            gone = {(row.address, row.repeat) for row in moved}
            kept = {key: row for key, row in self.replies.items() if key not in gone}
            write_lines(path, iter([*before, *moved]))
            write_lines(self.path / "replies.jsonl", iter(kept.values()))
            self._replies = kept
        return len(moved)

    def gather(self) -> None:
        """Read every reply again, because other processes have added theirs. A torn last row is cut off."""
        self._replies = read_rows(self.path, cut_torn=True)

    def note_faults(self, met: Mapping[Key, tuple[str, ...]]) -> None:
        """Write the faults behind the service that the requests of a load run met."""
        write_lines(self.path / MET, (Met(address=a, repeat=r, faults=names) for (a, r), names in sorted(met.items())))
        self._replies = with_faults(self.replies, met)

    def body(self, reply: Reply) -> str:
        """The whole text of a reply. Bytes that are not text become U+FFFD."""
        if not reply.body_file:
            return reply.body
        return read_bytes(self.path / reply.body_file).decode("utf-8", "replace")

    def write_cases(self, cases: Iterable[Case]) -> None:
        """Replace cases.jsonl."""
        write_lines(self.path / "cases.jsonl", (case_line(case) for case in cases))

    def read_cases(self) -> list[CaseLine]:
        """The lines of cases.jsonl."""
        return list(read_lines(self.path / "cases.jsonl", CaseLine))

    def write_judged(self, judged: Iterable[Judged]) -> None:
        """Replace judged.jsonl, which can be derived from the replies at any time."""
        write_lines(self.path / "judged.jsonl", (replace(row, answer=storable(row.answer)) for row in judged))

    def read_judged(self) -> list[Judged]:
        """The rows of judged.jsonl."""
        return list(read_lines(self.path / "judged.jsonl", Judged))

    def conclude(self, findings: Iterable[Finding], verdict: Verdict) -> None:
        """Write findings.json and verdict.json, and seal the replies that they are based on."""
        write_json(self.path / "findings.json", list(findings))
        write_json(self.path / "verdict.json", verdict)
        self.update(replace(self.head, evidence=self._digest(), sealed=seal_of(self.path)))

    def read_verdict(self) -> Verdict:
        """verdict.json. RunError if the run was not finished."""
        return read_verdict(self.path, self.head)

    def read_findings(self) -> list[Finding]:
        """findings.json."""
        return read_json(self.path / "findings.json", list[Finding])

    def evidence(self) -> str:
        """Digest of the replies. It does not depend on the folder's path or on how rows are spread over files."""
        return self.head.evidence if self._replies is None else self._digest()

    def _digest(self) -> str:
        hasher = sha256()
        for key, row in sorted(self.replies.items()):
            hasher.update(repr((key, row.sent, row.done, row.status, row.error, row.body, row.body_file)).encode())
        return hasher.hexdigest()

    def write_arrivals(self, arrivals: Arrivals) -> None:
        """Write arrivals.json, which the workers of a load run read."""
        write_json(self.path / "arrivals.json", arrivals)

    def read_arrivals(self) -> Arrivals:
        """arrivals.json."""
        return read_json(self.path / "arrivals.json", Arrivals)

    def read_ends(self) -> list[WorkerEnd]:
        """The reports of a load run's workers. A lost worker has none."""
        return [read_json(path, WorkerEnd) for path in sorted(self.path.glob("worker-*.json"))]

    def close(self) -> None:
        """Close the rows' file."""
        self._rows.close()


def read_head(path: Path) -> RunHead:
    """run.json of the run at `path`. RunError if there is none, or if its format is newer."""
    if not (path / "run.json").is_file():
        raise RunError(f"{path}: contains no run (run.json is missing)\n  list the runs: ls reports/")
    written = read_json(path / "run.json", _Format).format
    if written > FORMAT:
        raise RunError(f"{path}: was written in format {written}, this harness reads up to {FORMAT}\n  update it")
    return read_json(path / "run.json", RunHead)


def read_verdict(path: Path, head: RunHead) -> Verdict:
    """verdict.json of the run at `path`. RunError if the run was not finished."""
    if not (path / "verdict.json").is_file():
        hint = "start the load run again, in another folder"
        hint = hint if head.load else f"finish it: harness check ... --resume --out {path}"
        raise RunError(f"{path}: the run was not finished\n  {hint}")
    return read_json(path / "verdict.json", Verdict)


def write_end(folder: Path, end: WorkerEnd) -> None:
    """Write worker-<k>.json: the worker has ended. The rows need not be read for that, which may be millions."""
    write_json(folder / f"worker-{end.worker}.json", end)


def write_start(path: Path, start: float) -> None:
    """Write start.json: when the first arrival of a load run is due, in seconds on the clock of the run."""
    write_json(path / "start.json", start)


def read_start(path: Path) -> float | None:
    """start.json of the run at `path`; None before its load has started."""
    return read_json(path / "start.json", float) if (path / "start.json").exists() else None


def new_path(kind: str, *, under: Path = Path("reports")) -> Path:
    """A free folder name: reports/20261124-041500-check."""
    first = under / f"{stamp()}-{kind}"
    path, again = first, 2
    while path.exists():
        path, again = first.with_name(f"{first.name}-{again}"), again + 1
    return path


def newest() -> Path:
    """The newest run folder under reports/. RunError if there is none."""
    runs = [path.parent for path in Path("reports").glob("*/run.json")]
    if not runs:
        raise RunError("reports: contains no run yet\n  create one: harness check URL --samples ... --truth ...")
    return max(runs, key=lambda path: (os.stat(path / "run.json").st_mtime_ns, path.name))
