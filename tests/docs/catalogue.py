"""Which of the known ways in which texts, records and files go wrong is reached by which op, and by which row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.core.loading.shipped import shipped
from harness.generate.text.rows import Row, rows
from tests.docs.reached import IN_ROBUSTNESS, OF_FILES, OF_RECORDS, TABLES, WITHOUT_ROWS

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "U": "Unicode form",
        "V": "invisible, turned, look-alike",
        "E": "encoding",
        "L": "locale and names",
        "T": "language and noise",
        "B": "behaviour of users",
        "R": "records",
        "X": "files and mail",
    }
)
"""Families of the catalogue; what happens to pages has none, since ops say how much of it there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """An entry of the catalogue: its id, what it is, and by which ops (and rows of their tables) it is reached."""

    entry: str
    words: str
    by: tuple[str, ...]


def catalogue() -> Iterator[Reached]:
    """Every entry in order of its id. The ways are told as an op, with the rows where a table has them."""
    ways = dict(_ways())
    path = shipped("fixtures") / "tables" / "catalogue.tsv"
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        entry, words = line.split("\t")
        named = {op: [name for of, name in ways.get(entry, ()) if of == op] for op, _ in ways.get(entry, ())}
        yield Reached(entry=entry, words=words, by=tuple(_told(op, names) for op, names in named.items()))


def catalogue_table() -> str:
    """The reference of the catalogue, family by family, as Markdown; what is not reached stands below each."""
    found = list(catalogue())
    reached = sum(bool(one.by) for one in found)
    lines = [f"{reached} of {len(found)} entries are reached.", ""]
    for letter, family in FAMILIES.items():
        of_it = [one for one in found if one.entry.startswith(letter)]
        here = [one for one in of_it if one.by]
        lines += [
            f"## {letter}: {family} ({len(here)} of {len(of_it)})",
            "",
            "| entry | what | op and rows |",
            "|---|---|---|",
        ]
        lines += [f"| {one.entry} | {one.words} | {'; '.join(one.by)} |" for one in here]
        missing = [f"{one.entry} {one.words}" for one in of_it if not one.by]
        lines += ["", f"Not reached: {'; '.join(missing)}." if missing else "All are reached.", ""]
    return "\n".join(lines)


def rows_of(op: str) -> tuple[Row, ...]:
    """The rows that the op draws from."""
    return tuple(row for table, kind in TABLES.get(op, ()) for row in rows(table, kind))


def _ways() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Of each entry the ops that reach it, each with a row's name, "" for an op without rows."""
    found: dict[str, list[tuple[str, str]]] = {}
    for op in (*TABLES, *WITHOUT_ROWS, *OF_FILES):
        for row in rows_of(op):
            for entry in row.entries:
                found.setdefault(entry, []).append((op, row.name))
        for entry in (*WITHOUT_ROWS.get(op, ()), *OF_FILES.get(op, ())):
            found.setdefault(entry, []).append((op, ""))
    for way, entries in (*OF_RECORDS.items(), *((f"robustness test {name}", of) for name, of in IN_ROBUSTNESS.items())):
        for entry in entries:
            found.setdefault(entry, []).append((way, ""))
    yield from found.items()


MAX_NAMES = 4


def _told(op: str, names: list[str]) -> str:
    names = [name for name in names if name]
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    if op.startswith("robustness test "):
        return op
    return f"`{op}`" + (f": {', '.join(names[:MAX_NAMES])}{more}" if names else "")
