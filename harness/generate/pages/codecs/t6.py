"""Read T.6 code (group 4, MMR) line by line, as a receiver that continues after invalid code.

Libraries differ in how they read damaged code, and they change between versions. A damaged fax must be the same
everywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from harness.core.loading.shipped import shipped

PASS, HORIZONTAL = 100, 101
MODES = {
    "1": 0,
    "011": 1,
    "000011": 2,
    "0000011": 3,
    "010": -1,
    "000010": -2,
    "0000010": -3,
    "0001": PASS,
    "001": HORIZONTAL,
}
"""Distance of a colour change from the one in the line above (positive is right), or another coding mode."""

MODE_BITS, RUN_BITS = 7, 13
MAKE_UP = 64
"""Length in pels from which a run is written as a make-up code, followed by the code of the remainder."""

Table = list[tuple[int, int] | None]
"""Decoding table, indexed by the next bits: value and length of the code they start with, or None if invalid."""


class EndOfCodeError(Exception):
    """The code has ended."""


@lru_cache(maxsize=1)
def run_tables() -> tuple[Table, Table]:
    """The run codes of white and black, from fixtures/tables/t4_runs.tsv."""
    text = (shipped("fixtures") / "tables" / "t4_runs.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    white, black = ({row[side]: int(row[0]) for row in rows} for side in (1, 2))
    return _lookup(white, RUN_BITS), _lookup(black, RUN_BITS)


def _lookup(codes: dict[str, int], bits: int) -> Table:
    table: Table = [None] * (1 << bits)
    for code, value in codes.items():
        first = int(code, 2) << bits - len(code)
        table[first : first + (1 << bits - len(code))] = [(value, len(code))] * (1 << bits - len(code))
    return table


_MODES = _lookup(MODES, MODE_BITS)


@dataclass(slots=True)
class Lines:
    """The code of a page and the read position. at: the next bit. changes: those of the last line that was read."""

    code: bytes
    width: int
    at: int = 0
    changes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Three zero bytes after the code, so that a lookahead never leaves it."""
        self.code = self.code + b"\0\0\0"

    def next_line(self) -> list[int]:
        """The colour changes of the next line, from white at its beginning. Raises EndOfCodeError.

        Invalid bits end their line, and the next one begins after the first of them.
        """
        above, here = self.changes, list[int]()
        a0, colour, begins = 0, 0, True
        while a0 < self.width:
            mode = self._read(_MODES, MODE_BITS)
            b1, b2 = _changes_above(above, a0, colour, self.width, begins)
            if mode is None:
                break
            begins = False
            if mode == PASS:
                a0 = b2
            elif mode == HORIZONTAL:
                for side in (colour, 1 - colour):
                    run = self._run(side)
                    a0 = min(a0 + run, self.width)
                    here.append(a0)
            else:
                a0 = min(max(b1 + mode, here[-1] if here else 0), self.width)
                here.append(a0)
                colour = 1 - colour
        self.changes = here
        return here

    def _read(self, table: Table, bits: int) -> int | None:
        """The value of the next code; None if there is no such code, with the position one bit further."""
        byte, bit = divmod(self.at, 8)
        if byte >= len(self.code) - 3:
            raise EndOfCodeError
        ahead = int.from_bytes(self.code[byte : byte + 3], "big") >> 24 - bit - bits & (1 << bits) - 1
        value, length = table[ahead] or (None, 1)
        self.at += length
        return value

    def _run(self, colour: int) -> int:
        total = 0
        while True:
            run = self._read(run_tables()[colour], RUN_BITS)
            if run is None:
                return total
            total += run
            if run < MAKE_UP:
                return total


def _changes_above(above: list[int], a0: int, colour: int, width: int, begins: bool) -> tuple[int, int]:
    """b1 and b2: the first change above, right of a0 and to the opposite colour, and the one after it."""
    i = colour
    # Changes to black have even indexes. At the line's beginning a change at 0 counts, because a0 is then left of it.
    while i < len(above) and (above[i] < a0 or (above[i] == a0 and not begins)):
        i += 2
    b1 = above[i] if i < len(above) else width
    return b1, above[i + 1] if i + 1 < len(above) else width


def read_lines(lines: Lines, height: int) -> Iterator[list[int]]:
    """At most `height` further lines; fewer if the code ends."""
    for _ in range(height):
        try:
            yield lines.next_line()
        except EndOfCodeError:
            return


def paint(changes: list[list[int]], width: int) -> NDArray[np.uint8]:
    """Lines as pixels, from their colour changes; 0 is black."""
    flips = np.zeros((len(changes), width + 1), dtype=np.uint8)
    places = [place + y * (width + 1) for y, row in enumerate(changes) for place in row]
    np.bitwise_xor.at(flips.reshape(-1), np.array(places, dtype=np.int64), 1)
    return np.where(np.bitwise_xor.accumulate(flips, axis=1)[:, :width], np.uint8(0), np.uint8(255))
