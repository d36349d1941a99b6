"""Counts over the rows of a run, as tables show them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from harness.core.case import CLEAN_PAPERS
from harness.core.integration.fault import NO_FAULT
from harness.core.settings import ROBUSTNESS, Mix
from harness.report.view import Row

TOP = 10
PROBE = "probe"
"""Pack name of probes. They measure breaking points and count in no rate."""

CLEAN = f"fault/{NO_FAULT}"
"""Scenario of the cases that are sent without a fault, as the control of those with one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`hit` of `of` replies."""

    hit: int
    of: int

    @property
    def share(self) -> float:
        """0..1."""
        return self.hit / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """One row of a table by severity. cells: for severities 0..10, None without a reply."""

    name: str
    op: str
    total: Cell
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRow:
    """The outcomes of the cases of one pack, or under one fault. source: where its share of the mix comes from.

    role: what cases outside the mix are for; "" for a pack of the mix.
    """

    pack: str
    share: float | None
    source: str
    replies: int
    straight: int
    silent: int
    handed_over: int
    refused: int
    failed: int
    unscored: int
    role: str = ""


def is_probe(row: Row) -> bool:
    """Whether the row is a probe, which measures a breaking point and no rate."""
    return row.pack == PROBE


def silent_by_severity(rows: Iterable[Row]) -> tuple[GridRow, ...]:
    """Silent errors of each scenario by the severity of each of its ops that varies; most silent errors first.

    A case stands once in the row of each such op. An op with one severity throughout is left out beside others that
    vary, since it would put every case into the same column.
    """
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.counts and row.changed and row.steps and not is_probe(row):
            groups[row.scenario].append(row)
    grid = [_grid_row(name, op, of, lambda row: row.silent) for name, of in groups.items() for op in _varying(of)]
    return tuple(sorted(grid, key=lambda one: (-one.total.share, one.name, one.op)))


def failing_probes(rows: Iterable[Row], op: str) -> GridRow:
    """The probes of one op by severity: how many did not meet their expectation."""
    mine = [row for row in rows if is_probe(row) and row.tags.get("op") == op and row.counts and row.changed]
    return _grid_row(op, op, mine, lambda row: not row.met)


def by_pack(rows: Sequence[Row], mix: Sequence[Mix]) -> tuple[PackRow, ...]:
    """One row per pack, in the order of the mix; then what was sent besides the mix, without probes.

    A pack of the mix that was not sent has no replies; other cases stand here only if they were sent.
    """
    shares = {part.pack: part for part in mix}
    sent = (row.pack for row in rows if row.judged is not None and not is_probe(row))
    seen = dict.fromkeys([*shares, *sent])
    return tuple(_pack_row(name, rows, shares.get(name)) for name in seen)


def by_fault(rows: Sequence[Row]) -> tuple[PackRow, ...]:
    """One row for each fault that replies met, in the order of time; the last one is the same cases without a fault.

    Replies that may have met a fault do not count. Empty if no reply met any.
    """
    names = dict.fromkeys(name for row in rows for name in row.faults if not name.endswith("?"))
    met = [_outcomes(name, [row for row in rows if name in row.faults], role="fault") for name in names]
    clean = [row for row in rows if row.scenario == CLEAN] or [row for row in rows if not row.faults]
    return (*met, _outcomes(NO_FAULT, clean, role="")) if met else ()


def listed(rows: Iterable[Row], most: int) -> tuple[Row, ...]:
    """At most `most` rows, the most important first: silent errors, other wrong answers, failures; then by address."""
    return tuple(sorted(rows, key=lambda row: (_rank(row), row.address, row.judged.repeat if row.judged else 0))[:most])


def worst_silent(rows: Iterable[Row], most: int) -> tuple[Row, ...]:
    """Silent errors to look at: each scenario in turn, those with most of them first, the most confident first.

    A case counts once however often it was sent; probes only where nothing else was silent.
    """
    silent = [row for row in rows if row.silent and not row.unread]
    groups: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    for row in [row for row in silent if not is_probe(row)] or silent:
        groups[row.scenario].setdefault(row.address, row)
    queues = [sorted(group.values(), key=_confident) for group in sorted(groups.values(), key=lambda g: -len(g))]
    turns = (queue[turn] for turn in range(most) for queue in queues if turn < len(queue))
    return tuple(row for row, _ in zip(turns, range(most), strict=False))


def _confident(row: Row) -> tuple[float, str]:
    sure = row.judged.confidence if row.judged else None
    return -(sure or 0.0), row.address


def _varying(rows: Sequence[Row]) -> list[str]:
    severities: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        for step in row.steps:
            severities[step.op].add(step.severity)
    return [op for op, seen in severities.items() if len(seen) > 1] or list(severities)[:1]


def _grid_row(name: str, op: str, rows: Sequence[Row], hit: Callable[[Row], bool]) -> GridRow:
    cells: list[Cell | None] = []
    for severity in range(TOP + 1):
        here = [hit(row) for row in rows if any(s.op == op and s.severity == severity for s in row.steps)]
        cells.append(Cell(hit=sum(here), of=len(here)) if here else None)
    total = Cell(hit=sum(hit(row) for row in rows), of=len(rows))
    return GridRow(name=name, op=op, total=total, cells=tuple(cells))


def _pack_row(name: str, rows: Sequence[Row], part: Mix | None) -> PackRow:
    own = _outcomes(name, [row for row in rows if row.pack == name], role="" if part else _role(name))
    return replace(own, share=part.share, source=part.source) if part else own


def _outcomes(name: str, rows: Iterable[Row], role: str) -> PackRow:
    mine = [row.judged for row in rows if row.judged is not None]
    done = [row.disposition for row in mine]
    return PackRow(
        pack=name,
        share=None,
        source="",
        replies=len(mine),
        straight=sum(row.straight_through for row in mine),
        silent=sum(row.silent_error for row in mine),
        handed_over=done.count("handed_over"),
        refused=done.count("rejected"),
        failed=sum(word in ("error", "timeout", "dropped") for word in done),
        unscored=sum(row.judgement == "unscored" and row.disposition == "accepted" for row in mine),
        role=role,
    )


def _role(name: str) -> str:
    if name == CLEAN_PAPERS:
        return "clean papers, a control"
    return "a robustness test" if name in ROBUSTNESS else "outside the mix"


def _rank(row: Row) -> int:
    if row.judged is None:
        return 4
    if row.silent:
        return 0
    if row.judged.disposition in ("error", "timeout", "dropped"):
        return 2
    return {"wrong": 1, "unscored": 3, "right": 5}[row.judged.judgement]
