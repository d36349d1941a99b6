"""The committed curves: what each severity of an op does to a reader, as tables beside the reference.

One small file a reader, docs/reference/curves/<reader>.tsv: in its head how it was measured, then a row for each op and
severity. Here they are read and written, judged by the rules that severities have to keep, and told as breaking points.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from pathlib import Path

from harness.generate.ops import get_op

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference" / "curves"
READERS = ("glyphs", "tesseract")
DAMAGE = ("page", "document")
"""Layers whose severities are amounts of damage. A severity of an op on meaning is a place in a list."""

STEEP, BELOW = 0.15, 8
"""A mean error that grows by more from one severity to the next, both below that one, is a cliff."""

FALLS = 0.05
"""A mean error that falls by more with severity is not ordered."""

HURTS = 0.03
"""Beyond the clean pages' error; an op that stays below with every reader is of no use."""

BREAKS = (0.1, 0.5)
DECIMALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One severity of one op. error: mean share of fields that are not read right. silent: share of pages that were
    accepted with a wrong field. handed_over: share of pages."""

    op: str
    severity: int
    error: float
    silent: float
    handed_over: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """What was measured of a reader. head: how, line by line; what has another head is not comparable."""

    head: tuple[str, ...]
    points: tuple[Point, ...]

    def by_op(self) -> Mapping[str, tuple[Point, ...]]:
        """The points of each op in order of severity, the clean page first."""
        found: dict[str, tuple[Point, ...]] = {}
        for one in sorted(self.points, key=lambda one: (one.op, one.severity)):
            found[one.op] = (*found.get(one.op, ()), one)
        return found


def read_curves(reader: str) -> Curves:
    """The table of a reader; empty where there is none."""
    path = FOLDER / f"{reader}.tsv"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    head = tuple(line.removeprefix("# ") for line in lines if line.startswith("#"))
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return Curves(head=head, points=tuple(_point(row) for row in rows[1:]))


def _point(row: Sequence[str]) -> Point:
    op, severity, *shares = row
    error, silent, handed_over = map(float, shares)
    return Point(op=op, severity=int(severity), error=error, silent=silent, handed_over=handed_over)


def write_curves(reader: str, curves: Curves) -> None:
    """These points in place of those of the same ops, among others that were measured in the same way."""
    told = {one.op for one in curves.points}
    kept = [one for one in read_curves(reader).points if one.op not in told]
    lines = [*(f"# {line}" for line in curves.head), "\t".join(field.name for field in fields(Point))]
    rows = sorted((*kept, *curves.points), key=lambda one: (one.op, one.severity))
    lines += ["\t".join(map(str, asdict(one).values())) for one in rows]
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{reader}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def exceptions(reader: str, curves: Curves) -> Iterator[str]:
    """Each step of an op on pages that is too steep or goes down, in words. Where severities were left out between two
    that were measured, the limit is that many times as high."""
    for op, points in curves.by_op().items():
        if get_op(op).layer in DAMAGE and get_op(op).kind != "binary":
            for one, other in pairwise(points):
                word = _wrong(one, other)
                if word:
                    told = f"from {one.error:.3f} at {one.severity} to {other.error:.3f} at {other.severity}"
                    yield f"{reader}: {op} {word} {told}"


def _wrong(one: Point, other: Point) -> str:
    step = other.error - one.error
    if step > STEEP * (other.severity - one.severity) and other.severity < BELOW:
        return "jumps"
    return "falls" if step < -FALLS else ""


def idle(curves: Sequence[Curves]) -> list[str]:
    """The ops on pages that all readers were asked about and that hurt none at any severity; switches are exempt."""
    found = [one.by_op() for one in curves]
    ops = {op for op in found[0] if all(op in one for one in found)}
    ops = {op for op in ops if get_op(op).layer in DAMAGE and get_op(op).kind != "binary"}
    return sorted(op for op in ops if not any(_hurts(one[op]) for one in found))


def _hurts(points: Sequence[Point]) -> bool:
    return max(one.error for one in points) - points[0].error > HURTS


def breaking_table(curves: Mapping[str, Curves]) -> str:
    """For each op and reader the smallest severity whose mean error is beyond each limit, as Markdown."""
    heads = [f"{reader}: error > {limit}" for reader in curves for limit in BREAKS]
    lines = ["| op | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    measured = {reader: one.by_op() for reader, one in curves.items()}
    for op in sorted({op for one in measured.values() for op in one}):
        cells = [_cell(one.get(op, ()), limit) for one in measured.values() for limit in BREAKS]
        lines.append(f"| `{op}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(points: Sequence[Point], limit: float) -> str:
    """The severity with the silent share there; "never" where none is beyond the limit."""
    if not points:
        return "not measured"
    first = next((one for one in points if one.error > limit), None)
    return f"{first.severity} ({first.silent:.0%} silent)" if first else "never"
