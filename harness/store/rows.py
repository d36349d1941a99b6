"""The replies of a run folder, row by row: one file per sending process, with long bodies in separate files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from harness.core.errors import RunError
from harness.core.integration.exchange import Exchange
from harness.core.reply import Reply
from harness.store.jsonl import Appender, read_lines, write_bytes, write_lines
from harness.store.lines import read_blocks

LONGEST_INLINE = 64 * 1024
"""Maximum size in bytes of a body inside its row; longer bodies are files named by their digest."""

MET = "faults.jsonl"
"""The file of a load run with the faults behind the service that each request met."""


EXCHANGES = "exchanges.jsonl"
"""The file with the requests of the service to its upstreams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """The faults behind the service that one request of a load run met.

    address: the case.
    repeat: as in its reply.
    faults: names of the faults; one ends in a question mark if another request may have met it.
    """

    address: str
    repeat: int
    faults: tuple[str, ...]


Key = tuple[str, int]
"""Address and repeat, which together identify a row."""


class RowWriter:
    """Appends replies to `replies.jsonl`, or to `replies-<worker>.jsonl` of a load run's worker (1, 2, ...)."""

    def __init__(self, folder: Path, worker: int = 0) -> None:
        """Opens nothing before the first row."""
        self._folder = folder
        self._path = folder / (f"replies-{worker}.jsonl" if worker else "replies.jsonl")
        self._rows: Appender | None = None

    def add(self, reply: Reply, body: bytes) -> Reply:
        """Append one reply with its body, unless it holds it already. Returns it as written."""
        row = reply if reply.body else self._with_body(reply, body)
        if self._rows is None:
            self._rows = Appender(self._path)
        self._rows.add(row)
        return row

    def close(self) -> None:
        """Close the file."""
        if self._rows is not None:
            self._rows.close()

    def _with_body(self, reply: Reply, body: bytes) -> Reply:
        text = inline(body)
        if text is not None:
            return replace(reply, body=text)
        name = f"bodies/{sha256(body).hexdigest()}"
        if not (self._folder / name).exists():
            write_bytes(self._folder / name, body)
        return replace(reply, body_file=name)


def inline(body: bytes) -> str | None:
    """The body as its row holds it; None if it is too long or not a text, and is a file of its own."""
    if len(body) > LONGEST_INLINE:
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def row_files(folder: Path) -> list[Path]:
    """The files with the folder's replies, in the order of their names."""
    return sorted(folder.glob("replies*.jsonl"))


def seal_of(folder: Path) -> str:
    """Digest of the files with the replies, byte for byte."""
    hasher = sha256()
    for path in row_files(folder):
        hasher.update(f"{path.name} {path.stat().st_size}\n".encode())
        for block in read_blocks(path):
            hasher.update(block)
    return hasher.hexdigest()


def read_rows(folder: Path, *, cut_torn: bool) -> dict[Key, Reply]:
    """Every reply of the folder. RunError if a row is damaged or appears twice, also in two files.

    cut_torn: cut off the last line of each file if its end is missing.
    """
    rows: dict[Key, Reply] = {}
    texts: dict[str, str] = {}
    for path in row_files(folder):
        for row in read_lines(path, Reply, cut_torn=cut_torn):
            for name in ("address", "body"):
                # A load repeats its cases: each text is kept once, or a million replies would not fit into memory.
                text = getattr(row, name)
                object.__setattr__(row, name, texts.setdefault(text, text))
            if (row.address, row.repeat) in rows:
                raise RunError(
                    f"{path}: {row.address} repeat {row.repeat} appears twice\n"
                    "  a run is evidence: restore the file, or start a new run in another folder"
                )
            rows[(row.address, row.repeat)] = row
    return with_faults(rows, _read_met(folder))


def note_exchanges(folder: Path, exchanges: Sequence[Exchange]) -> None:
    """Write down what the service asked its upstreams; no file if it asked nothing."""
    if exchanges:
        write_lines(folder / EXCHANGES, iter(exchanges))


def _read_met(folder: Path) -> dict[Key, tuple[str, ...]]:
    path = folder / MET
    return {(one.address, one.repeat): one.faults for one in read_lines(path, Met)} if path.exists() else {}


def with_faults(rows: dict[Key, Reply], met: Mapping[Key, tuple[str, ...]]) -> dict[Key, Reply]:
    """The rows, each with the further faults that it met."""
    for key, names in met.items():
        if key in rows:
            rows[key] = replace(rows[key], faults=tuple(dict.fromkeys((*rows[key].faults, *names))))
    return rows
