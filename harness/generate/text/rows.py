r"""The rows of the frozen tables that the text ops draw from: text, catalogue entries, source.

Every such table has the columns kind, name, entries and source, and columns of its own between name and entries. A
cell may hold Python escapes (\n, \u200b), so that invisible characters are readable in the table.
"""

from dataclasses import dataclass
from functools import lru_cache

from harness.core.loading.shipped import shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row. kind: the op that draws it, or its language. entries: ids of the catalogue of known failures."""

    kind: str
    name: str
    cells: tuple[str, ...]
    entries: tuple[str, ...]
    source: str


@lru_cache(maxsize=256)
def rows(table: str, kind: str = "", name: str = "") -> tuple[Row, ...]:
    """The rows of fixtures/tables/TABLE.tsv, optionally of one kind and one name, in the order of the table."""
    return tuple(row for row in _read(table) if kind in ("", row.kind) and name in ("", row.name))


@lru_cache(maxsize=32)
def _read(table: str) -> tuple[Row, ...]:
    path = shipped("fixtures") / "tables" / f"{table}.tsv"
    found = []
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        kind, name, *cells, entries, source = line.split("\t")
        found.append(
            Row(kind=kind, name=name, cells=tuple(map(_plain, cells)), entries=tuple(entries.split()), source=source)
        )
    return tuple(found)


def _plain(cell: str) -> str:
    return cell.encode("latin-1", "backslashreplace").decode("unicode_escape") if "\\" in cell else cell
