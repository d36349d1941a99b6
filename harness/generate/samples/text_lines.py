"""Text files of the team line by line, however large they are; what is wrong in one is named with its line."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.core.errors import SampleError

SEPARATORS = ",;\t"
SHOWN = 30
"""Characters that are shown of a line that cannot be read."""

WIDE = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of UTF-16."""


def read_text(path: Path) -> str:
    """The file as text (UTF-8, with or without a mark); SampleError otherwise."""
    return "".join(read_lines(path))


def read_lines(path: Path) -> Iterator[str]:
    """The lines with their ends (LF, CR LF or CR), one at a time; SampleError where one is not UTF-8."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from file
    except UnicodeDecodeError:
        raise _not_utf_8(path) from None
    except OSError as reason:
        raise SampleError(f"{path}: cannot be read: {reason.strerror}") from None


def read_cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each line of a CSV with its number, the header first and blank lines left out.

    Commas, semicolons or tabs, whichever the header has most of. SampleError where a name of the header stands twice.
    """
    lines = read_lines(path)
    first = next(lines, "")
    reader = csv.reader(_again(first, lines), delimiter=max(SEPARATORS, key=first.count))
    header: list[str] = []
    try:
        for cells in reader:
            if not header:
                header = cells
                _check_header(header, path)
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as reason:
        raise SampleError(f"{path}:{reader.line_num}: cannot be read as CSV: {reason}") from None


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _check_header(header: Sequence[str], path: Path) -> None:
    names = [name.strip() for name in header]
    for place, name in enumerate(names, 1):
        if names.index(name) + 1 < place and name:
            raise SampleError(
                f'{path}:1: column "{name}" stands twice (columns {names.index(name) + 1} and {place})\n'
                "  rename one of them: which of the two is meant cannot be told"
            )
        if not name:
            raise SampleError(f"{path}:1: column {place} has no name\n  name it, or take the column out")


def _not_utf_8(path: Path) -> SampleError:
    """What is wrong with the first line that is no UTF-8, and what it may be."""
    before, plain = 0, True
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as reason:
                where = f"{path}:{number}: is not UTF-8 (byte {before + reason.start})"
                return SampleError(f"{where}\n  {_perhaps(line, reason.start, number, plain)}; save it as UTF-8")
            before, plain = before + len(line), plain and line.isascii()
    return SampleError(f"{path}: is not UTF-8\n  save it as UTF-8")


def _perhaps(line: bytes, at: int, number: int, plain: bool) -> str:
    """plain: whether the lines above are ASCII, so that they fit every encoding."""
    if number == 1 and line.startswith(WIDE):
        return "it is UTF-16"
    shown = line[max(0, at - SHOWN // 2) :][:SHOWN].decode("cp1252", "replace").strip()
    guess = f'as Windows-1252 it reads "{shown}"'
    return guess if plain else f"the lines above are, so the file has two encodings; {guess}"
