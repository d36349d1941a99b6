"""JSON lines and documents on disk: appended as they come, replaced whole or not at all."""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

from harness.core.arrays import Ints
from harness.core.case import Scalar
from harness.core.errors import RunError

T = TypeVar("T")
_END = ord("\n")


def write_json(path: Path, value: object) -> None:
    """Replace the file by `value` as indented JSON; after a crash it is the old or the new one, never half."""
    _replace(path, msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def storable(values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The values as JSON on disk can hold them: whole numbers beyond 64 bits as text, half characters as U+FFFD."""
    return {_text(name): _storable(value) for name, value in values.items()}


def _storable(value: Scalar) -> Scalar:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return str(value)
    return value


def _text(text: str) -> str:
    """A model may say half of a surrogate pair, which is in no encoding."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def write_lines(path: Path, values: Iterator[object]) -> None:
    """Replace the file by one line a value, whole or not at all."""
    _replace(path, msgspec.json.Encoder().encode_lines(list(values)))


def read_json(path: Path, schema: type[T]) -> T:
    """The document as `schema`; RunError naming the file and what is wrong with it."""
    content = read_bytes(path)
    try:
        return msgspec.json.decode(content, type=schema)
    except msgspec.MsgspecError as reason:
        raise RunError(f"{path}: is damaged: {reason}\n  restore it, or start the run anew in another folder") from None


def read_bytes(path: Path) -> bytes:
    """The file's bytes; RunError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as reason:
        raise RunError(f"{path}: cannot be read: {reason.strerror}") from None


def read_lines(path: Path, schema: type[T], *, cut_torn: bool = False) -> Iterator[T]:
    """Each line as `schema`. cut_torn: a last line without its end is cut off the file; damage elsewhere is refused."""
    content = read_bytes(path) if path.exists() else b""
    whole, newline, torn = content.rpartition(b"\n")
    if torn and cut_torn:
        with path.open("r+b") as file:
            file.truncate(len(whole) + len(newline))
    decoder = msgspec.json.Decoder(schema)
    for number, line in enumerate(whole.split(b"\n") if newline else [], 1):
        yield _decoded(path, decoder, number, line)


def _decoded(path: Path, decoder: msgspec.json.Decoder[T], number: int | None, line: bytes) -> T:
    try:
        return decoder.decode(line)
    except msgspec.MsgspecError as reason:
        where = "" if number is None else f":{number}"
        raise RunError(
            f"{path}{where}: is damaged: {reason}\n"
            "  a run is evidence: restore the file, or start anew in another folder"
        ) from None


BATCH = 256 << 10
"""Bytes that are read and taken apart at once: as much as stays in the processor's cache."""

PART = 16 << 20
"""Bytes of a large file that are one task of several."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file from the line that begins at or after byte `start` to the last one that begins before `stop`."""

    path: Path
    start: int
    stop: int


def size_of(path: Path) -> int:
    """Bytes of the file; 0 where it is none."""
    return path.stat().st_size if path.is_file() else 0


def parts_of(path: Path) -> list[Part]:
    """The file in parts of about one size; a small one is one part."""
    size = size_of(path)
    count = max(1, size // PART)
    cuts = [size * i // count for i in range(count)]
    return [Part(path, start, stop) for start, stop in zip(cuts, [*cuts[1:], sys.maxsize], strict=True)]


def read_batches(part: Part, schema: type[T]) -> Iterator[tuple[list[T], Ints]]:
    """The lines as `schema`, many at once, with the byte at which each begins; a last line without its end is left out.

    What is read of a batch as msgspec.Raw is only there until the next one. RunError for a damaged line, by its number.
    """
    decoder = msgspec.json.Decoder(schema)
    for at, lines in read_pieces(part):
        ends = np.flatnonzero(np.frombuffer(lines, np.uint8) == _END)
        try:
            rows = decoder.decode_lines(lines)
        except msgspec.MsgspecError:
            rows = []
        if len(rows) != len(ends):
            number = _lines_before(part.path, at)
            whole = bytes(lines).split(b"\n")[:-1]
            rows = [_decoded(part.path, decoder, number + i, line) for i, line in enumerate(whole, 1)]
        yield rows, at + np.concatenate([[0], ends[:-1] + 1])


def read_pieces(part: Part) -> Iterator[tuple[int, memoryview]]:
    """The part piece by piece, each of which is whole lines, with the byte at which it begins; RunError if unreadable.

    A piece is only there until the next one is asked for: all are read into the same place, as new memory for each
    would take longer than reading it. A last line without its end is left out.
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
    """Where the first line begins that begins at `start` or later; the file is read from there on."""
    at = start
    if start:
        file.seek(start - 1)
        at += len(file.readline()) - 1
    return file.seek(at)


def _lines_before(path: Path, end: int) -> int:
    with path.open("rb") as file:
        return sum(file.read(min(BATCH, end - at)).count(b"\n") for at in range(0, end, BATCH))


def read_blocks(path: Path) -> Iterator[memoryview]:
    """The bytes of the file block by block, each of which is only there until the next one is asked for."""
    block = memoryview(bytearray(BATCH))
    try:
        with path.open("rb", buffering=0) as file:
            while count := file.readinto(block):
                yield block[:count]
    except OSError as reason:
        raise RunError(f"{path}: cannot be read: {reason.strerror}") from None


def read_line(path: Path, start: int, schema: type[T]) -> T:
    """The one line that begins at this byte."""
    with path.open("rb") as file:
        file.seek(start)
        return _decoded(path, msgspec.json.Decoder(schema), None, file.readline())


class Appender:
    """Appends rows to a file, each one handed to the system before `add` returns."""

    def __init__(self, path: Path) -> None:
        """Open (and create) the file for appending."""
        self._path = path
        self._encoder = msgspec.json.Encoder()
        self._file = _guarded(path, lambda: path.open("ab", buffering=0))

    def add(self, row: Any) -> None:
        """One row, written in one piece; RunError when there is no room for it, and then none of it stays."""
        line = self._encoder.encode(row) + b"\n"
        written = _guarded(self._path, lambda: self._file.write(line))
        if written != len(line):
            # Other replies are on their way: a row after half a row would be damage in the middle.
            _guarded(self._path, lambda: self._file.truncate(self._file.tell() - written))
            raise RunError(_no_room(self._path, "only a part of a row could be written"))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def write_bytes(path: Path, content: bytes) -> None:
    """Replace the file by `content`, whole or not at all; its folder is made where it is missing."""
    _guarded(path, lambda: path.parent.mkdir(exist_ok=True))
    _replace(path, content)


def _replace(path: Path, content: bytes) -> None:
    # Two workers of a load run may write the same body at one time.
    part = path.with_name(f"{path.name}.{os.getpid()}.part")

    def write() -> None:
        part.write_bytes(content)
        os.replace(part, path)

    _guarded(path, write)


def _guarded(path: Path, write: Any) -> Any:
    try:
        return write()
    except OSError as reason:
        raise RunError(_no_room(path, reason.strerror or str(reason))) from None


def _no_room(path: Path, reason: str) -> str:
    hint = f"  what is there is kept: make room, then go on with --resume --out {path.parent}"
    return f"{path}: cannot be written: {reason}\n{hint}"
