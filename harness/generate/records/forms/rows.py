"""The rows of fixtures/tables/record_forms.tsv: the changes of each format, and which one a case uses."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from harness.core.case import Effect
from harness.core.errors import PackError, did_you_mean
from harness.core.seed import Stream
from harness.generate.payloads import File
from harness.generate.registry import OpRow, op_table
from harness.generate.text.rows import rows

TABLE = "record_forms"
SCALE = "binary, 0 or 10. The site is a row of the table; without one it is drawn."
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


def register_ops(
    form: str,
    read: Callable[[bytes], T | None],
    ways: Mapping[str, Callable[[T, Stream], bytes | None]],
    ops: Mapping[str, tuple[Effect, str, str]],
) -> None:
    """Register the ops of one format, `record.FORM_NAME` each.

    read: what the changes work on; None for a file that is not of this format, which stays as it is. ways: the changes
    by their rows of the table. ops: by name, the effect, the summary and the source.
    """
    rows = [
        OpRow(
            name=f"record.{form}_{name}",
            effect=effect,
            summary=summary,
            source=source,
            run=_op_of(f"{form}_{name}", read, ways),
        )
        for name, (effect, summary, source) in ops.items()
    ]
    op_table(rows, layer="serialise", kind="binary", scale=SCALE, form=form, sited=True)


def _op_of(
    kind: str, read: Callable[[bytes], T | None], ways: Mapping[str, Callable[[T, Stream], bytes | None]]
) -> Callable[..., File]:
    def changed(file: File, severity: int, draw: Stream, site: str = "") -> File:
        found = read(file.content)
        written = None if found is None else run_row(ways, kind, found, draw, site)
        return file if written is None else replace(file, content=written)

    return changed
