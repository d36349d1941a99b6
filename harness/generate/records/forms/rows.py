"""The rows of fixtures/tables/record_forms.tsv: the changes of each format, and which one a case uses."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from harness.core.errors import PackError, did_you_mean
from harness.core.seed import Stream
from harness.generate.text.rows import rows

TABLE = "record_forms"
T = TypeVar("T")


def row_names(kind: str) -> tuple[str, ...]:
    """The changes of this kind by name, in the order of the table."""
    return tuple(row.name for row in rows(TABLE, kind))


def run_row(
    ways: Mapping[str, Callable[[T, Stream], bytes | None]], kind: str, read: T, draw: Stream, site: str
) -> bytes | None:
    """The output of a change; None if no change applies. site: its name, "" for the next one that applies."""
    known = row_names(kind)
    if site:
        if site not in known:
            hint = did_you_mean(site, known, f"rows: {', '.join(known)}")
            raise PackError(f'no row "{site}" of {kind}\n{hint}')
        return ways[site](read, draw)
    first = draw.below(len(known))
    written = (ways[name](read, draw) for name in (*known[first:], *known[:first]))
    return next((one for one in written if one is not None), None)
