"""Read from a font file: its tables, the characters with a glyph, and its names."""

from collections.abc import Iterator, Mapping

from harness.core.errors import PackError

LAST = 0x10FFFF
"""The last code point of Unicode."""

FULL, BASIC = ((3, 10), (0, 6), (0, 4)), ((3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
"""Platform and encoding of character maps for all of Unicode, and for its first 65,536 code points (FreeType order)."""

ENGLISH = 0x409
"""Language ID of English names on Windows."""

HEADER, ENTRY = 12, 16
"""Size in bytes of the header of a table directory, and of each of its entries."""


def tables_of(data: bytes, start: int = 0) -> Mapping[bytes, tuple[int, int]]:
    """The begin and end of each table of the face whose directory is at `start`, by tag. Ends may lie outside."""
    found = {}
    for i in range(_u16(data, start + 4)):
        entry = data[start + HEADER + ENTRY * i :][:ENTRY]
        begin, size = int.from_bytes(entry[8:12], "big"), int.from_bytes(entry[12:16], "big")
        found[entry[:4]] = (begin, begin + size)
    return found


def read_cmap(data: bytes, start: int = 0) -> Iterator[int]:
    """The code points with a glyph in the face at `start`, by its Unicode map. Raises PackError without one."""
    tables = tables_of(data, start)
    if b"cmap" not in tables:
        raise PackError("not a TrueType or OpenType font: it has no table cmap")
    cmap = data[slice(*tables[b"cmap"])]
    maps = {}
    for i in range(_u16(cmap, 2)):
        at = int.from_bytes(cmap[8 + 8 * i : 12 + 8 * i], "big")
        maps[_u16(cmap, 4 + 8 * i), _u16(cmap, 6 + 8 * i)] = at
    for where in (*FULL, *BASIC):
        reader = _READERS.get(_u16(cmap, maps[where])) if where in maps else None
        if reader is not None:
            return reader(cmap[maps[where] :])
    raise PackError("it has no map from Unicode to its glyphs")


def _format_4(table: bytes) -> Iterator[int]:
    """Segments end at `ends`, start at `starts`. A character whose glyph is 0 is missing nevertheless."""
    count = _u16(table, 6) // 2
    ends, starts, deltas, offsets = 14, 16 + 2 * count, 16 + 4 * count, 16 + 6 * count
    for i in range(0, 2 * count, 2):
        first, last = _u16(table, starts + i), _u16(table, ends + i)
        delta, offset = _u16(table, deltas + i), _u16(table, offsets + i)
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = _u16(table, offsets + i + offset + 2 * (code - first)) if offset else code
            if glyph and (glyph + delta) % 0x10000:
                yield code


def _format_12(table: bytes) -> Iterator[int]:
    """Groups in rising order. A group that begins before the previous one ends is damage and ends the map."""
    after = -1
    for i in range(min(int.from_bytes(table[12:16], "big"), len(table) // 12)):
        first, last, glyph = (int.from_bytes(table[16 + 12 * i + 4 * k :][:4], "big") for k in range(3))
        if not after < first <= last <= LAST:
            return
        yield from range(first + (glyph == 0), last + 1)
        after = last


_READERS = {4: _format_4, 12: _format_12}


def read_name(data: bytes, start: int, *numbers: int) -> str:
    """The name of the face at `start` under the first of these ids that it has; "" if there is none.

    In English if possible. FreeType is not used, because it replaces each letter beyond ASCII by a question mark.
    """
    tables = tables_of(data, start)
    table = data[slice(*tables.get(b"name", (0, 0)))]
    texts = _u16(table, 4)
    found: dict[int, tuple[int, str]] = {}
    for i in range(_u16(table, 2)):
        platform, _, language, number, length, at = (_u16(table, 6 + 12 * i + 2 * k) for k in range(6))
        rank = {(3, ENGLISH): 0, (1, 0): 1}.get((platform, language), 2)
        text = table[texts + at :][:length].decode("mac_roman" if platform == 1 else "utf-16-be", "replace")
        if text and (number not in found or rank < found[number][0]):
            found[number] = (rank, text)
    return next((found[number][1] for number in numbers if number in found), "")


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")
