"""Large files of lines: read in parts and batches, and line by line on request."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import FileIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

import msgspec
import numpy as np

from harness.core.errors import RunError
from harness.core.regression.arrays import Ints
from harness.store.jsonl import decoded

T = TypeVar("T")
_END = ord("\n")

BATCH = 256 << 10
"""Bytes read and parsed at once; they fit into the processor's cache."""

PART = 16 << 20
"""Minimum size in bytes of each part of a file that is read in several tasks."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file from the first line at or after byte `start` to the last one that begins before `stop`."""

    path: Path
    start: int
    stop: int


def size_of(path: Path) -> int:
    """The size of the file in bytes; 0 if it does not exist."""
    return path.stat().st_size if path.is_file() else 0


def parts_of(path: Path) -> list[FilePart]:
    """The file in parts of about equal size. A small file is one part."""
    size = size_of(path)
    count = max(1, size // PART)
    cuts = [size * i // count for i in range(count)]
    return [FilePart(path, start, stop) for start, stop in zip(cuts, [*cuts[1:], sys.maxsize], strict=True)]


def read_batches(part: FilePart, schema: type[T]) -> Iterator[tuple[list[T], int]]:
    """Batches of lines as `schema`, with the byte at which they begin, without an incomplete last line.

    Values read as msgspec.Raw are valid only until the next batch. RunError with its number for a damaged line.
    """
    decoder = msgspec.json.Decoder(schema)
    for at, lines in read_pieces(part):
        count = np.count_nonzero(np.frombuffer(lines, np.uint8) == _END)
        try:
            rows = decoder.decode_lines(lines)
        except msgspec.MsgspecError:
            rows = []
        if len(rows) != count:
            number = _lines_before(part.path, at)
            whole = bytes(lines).split(b"\n")[:-1]
            rows = [decoded(part.path, decoder, number + i, line) for i, line in enumerate(whole, 1)]
        yield rows, at


def read_pieces(part: FilePart) -> Iterator[tuple[int, memoryview]]:
    """The part in pieces of whole lines, with the byte at which each begins. RunError if it is unreadable.

    A piece is valid only until the next one, because all are read into the same buffer: allocating memory for each
    would take longer than reading it. A last line without an end is left out.
    """
    try:
        with part.path.open("rb", buffering=0) as file:
            at = _first_line(file, part.start)
            buffer, kept = bytearray(2 * BATCH), 0
            while at < part.stop:
                if len(buffer) - kept < BATCH:
                    buffer = buffer + bytes(len(buffer))
                count = file.readinto(memoryview(buffer)[kept : kept + BATCH])
                if not count:
                    return
                there = kept + count
                end = buffer.rfind(b"\n", 0, there) + 1
                if at + end > part.stop:
                    # The line that begins before the stop is the last one.
                    end = buffer.find(b"\n", max(0, part.stop - at - 1), there) + 1
                if end:
                    yield at, memoryview(buffer)[:end]
                kept = there - end
                buffer[:kept] = buffer[end:there]
                at += end
    except OSError as reason:
        raise RunError(f"{part.path}: cannot be read: {reason.strerror}") from None


def _first_line(file: FileIO, start: int) -> int:
    """The begin of the first line at or after `start`. The file is read from there on."""
    at = start
    if start:
        file.seek(start - 1)
        at += len(file.readline()) - 1
    return file.seek(at)


def _lines_before(path: Path, end: int) -> int:
    with path.open("rb") as file:
        return sum(file.read(min(BATCH, end - at)).count(b"\n") for at in range(0, end, BATCH))


def read_blocks(path: Path) -> Iterator[memoryview]:
    """The bytes of the file in blocks, each of which is valid only until the next one."""
    block = memoryview(bytearray(BATCH))
    try:
        with path.open("rb", buffering=0) as file:
            while count := file.readinto(block):
                yield block[:count]
    except OSError as reason:
        raise RunError(f"{path}: cannot be read: {reason.strerror}") from None


@dataclass(frozen=True, eq=False)  # without slots, because derived values are cached
class Lines(Generic[T]):
    """The lines of a file that was read in batches. batches: number of lines and first byte of each batch."""

    path: Path
    schema: type[T]
    batches: Sequence[tuple[int, int]]
    _starts: dict[int, Ints] = field(default_factory=dict)

    @cached_property
    def _rows(self) -> Ints:
        """The line at which each batch ends."""
        return np.cumsum([count for count, _ in self.batches])

    def __getitem__(self, row: int) -> T:
        """The line at an index, from 0."""
        batch = int(np.searchsorted(self._rows, row, "right"))
        count, at = self.batches[batch]
        with self.path.open("rb") as file:
            if batch not in self._starts:
                self._starts[batch] = _begins(file, at, count)
            file.seek(int(self._starts[batch][row - self._rows[batch] + count]))
            return decoded(self.path, msgspec.json.Decoder(self.schema), None, file.readline())


def _begins(file: BinaryIO, at: int, count: int) -> Ints:
    """The start of each of `count` lines, the first of them at this byte."""
    file.seek(at)
    sizes = [len(line) for line in islice(file, count)]
    return at + np.cumsum([0, *sizes[:-1]])
