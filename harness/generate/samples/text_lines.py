"""Read the team's text files line by line, of any size. Errors name the line."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.core.errors import SampleError

SEPARATORS = ",;\t"
SHOWN = 30
"""Maximum number of characters of an unreadable line that an error shows."""

WIDE = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of UTF-16."""


def read_text(path: Path) -> str:
    """The file as text (UTF-8, with or without a BOM). SampleError otherwise."""
    return "".join(read_lines(path))


def read_lines(path: Path) -> Iterator[str]:
    """The lines with their ends (LF, CR LF or CR), one at a time. SampleError if one is not UTF-8."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from file
    except UnicodeDecodeError:
        raise _not_utf_8(path) from None
    except OSError as reason:
        raise SampleError(f"{path}: cannot be read: {reason.strerror}") from None


def read_cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each line of a CSV with its number, the header first, without blank lines.

    The separator is the most frequent of comma, semicolon and tab in the header. SampleError for a duplicate column.
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
                f'{path}:1: column "{name}" appears twice (columns {names.index(name) + 1} and {place})\n'
                "  rename one of them: the name is ambiguous"
            )
        if not name:
            raise SampleError(f"{path}:1: column {place} has no name\n  name it, or remove the column")


def _not_utf_8(path: Path) -> SampleError:
    """The error for the first line that is not UTF-8, with a guess of its encoding."""
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
    """A guess of the encoding. plain: whether the lines above are ASCII, so that every encoding fits them."""
    if number == 1 and line.startswith(WIDE):
        return "it is UTF-16"
    shown = line[max(0, at - SHOWN // 2) :][:SHOWN].decode("cp1252", "replace").strip()
    guess = f'as Windows-1252 it reads "{shown}"'
    return guess if plain else f"the lines above are UTF-8, so the file has two encodings; {guess}"
