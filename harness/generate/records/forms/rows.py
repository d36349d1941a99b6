"""The rows of fixtures/tables/record_forms.tsv: which ways of a form there are, and which of them a case takes."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from harness.core.errors import PackError, did_you_mean
from harness.core.seed import Stream
from harness.generate.text.rows import rows

TABLE = "record_forms"
T = TypeVar("T")


def row_names(kind: str) -> tuple[str, ...]:
    """The ways of that kind, by name, in the table's order."""
    return tuple(row.name for row in rows(TABLE, kind))


def run_row(
    ways: Mapping[str, Callable[[T, Stream], bytes | None]], kind: str, read: T, draw: Stream, site: str
) -> bytes | None:
    """What a way writes; None where there is nothing for it. site: its name, "" for the first in turn that writes."""
    known = row_names(kind)
    if site:
        if site not in known:
            hint = did_you_mean(site, known, f"rows: {', '.join(known)}")
            raise PackError(f'no row "{site}" of {kind}\n{hint}')
        return ways[site](read, draw)
    first = draw.below(len(known))
    written = (ways[name](read, draw) for name in (*known[first:], *known[:first]))
    return next((one for one in written if one is not None), None)
