"""What each severity of each page op does to two readers: curves of the mean error, of silent errors and of hand-overs.

Made invoices, one op at one severity, the embedded pilot's own rules behind either reader; the error of a page is the
share of its seven printed fields that are not read right. The curves are tables beside the reference:

    PYTHONPATH=. python tests/speed/calibrate.py --reader glyphs --pages 60 --write
    PYTHONPATH=. python tests/speed/calibrate.py --reader tesseract --pages 24 --severities 1,3,5,7,9 --write

Then, from the tables alone: which steps are steeper than 0.15 below severity 8, which curves fall, who is hurt by none:

    PYTHONPATH=. python tests/speed/calibrate.py --judge
"""

import argparse
import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from harness.core.seed import Stream
from harness.demo import reader, tesseract
from harness.demo.rules import READ, Extract, extract_fields
from harness.generate.pages.invoice import draw_invoice, invoice_truth, render_invoice
from harness.generate.payloads import Page
from harness.generate.registry import Op, all_ops

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference" / "curves"
READERS = {"glyphs": reader.read_page, "tesseract": tesseract.read_page}
STEEP, BELOW = 0.15, 8
"""A mean error that jumps by more between neighbouring severities below that one is a cliff."""

FALLS = 0.05
"""A mean error that falls by more with severity is not ordered."""

HURTS = 0.03
"""Beyond the clean pages' error; an op that stays below with every reader is of no use."""

AS_MEASURED = 3
"""Decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One severity of one op. error: mean share of fields that are not right. silent: share of pages that were accepted
    with a wrong field. handed_over: share of pages. pages: how many."""

    op: str
    severity: int
    error: float
    silent: float
    handed_over: float
    pages: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", choices=sorted(READERS), default="glyphs")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--severities", default="1,2,3,4,5,6,7,8,9,10")
    parser.add_argument("--ops", default="", help="only ops whose name begins so; several with commas")
    parser.add_argument("--write", action="store_true", help="into the tables beside the reference")
    parser.add_argument("--judge", action="store_true", help="say what the tables show, measure nothing")
    asked = parser.parse_args()
    if asked.judge:
        return judge({name: read_curves(name) for name in READERS})
    severities = [int(one) for one in asked.severities.split(",")]
    for points in measured(asked.reader, asked.ops, asked.pages, severities):
        print(*(f"{p.op} {p.severity}: {p.error:.3f} ({p.silent:.2f} silent)" for p in points), sep="; ", flush=True)
        if asked.write:
            write_curves(asked.reader, points)
    return 0


def measured(name: str, wanted: str, pages: int, severities: Sequence[int]) -> Iterator[list[Point]]:
    """The curve of each op, severity 0 (the clean page) first."""
    begins = tuple(filter(None, wanted.split(",")))
    for one in all_ops().values():
        if one.layer == "page" and one.effect != "destroyed" and (not begins or one.name.startswith(begins)):
            steps = [10] if one.kind == "switch" else severities
            yield [point(READERS[name], one, severity, pages) for severity in (0, *steps)]


def point(read: Callable[..., object], one: Op, severity: int, pages: int) -> Point:
    """One severity over so many pages; every page has noise of its own, the same at each severity."""
    error = silent = handed = 0.0
    for number in range(pages):
        page, truth = clean(number)
        if severity:
            page = one.run(page, severity, Stream(1, "calibrate", one.name, number))
        found = extract_fields(read(page.pixels), len(page.pixels))  # type: ignore[arg-type]
        wrong = sum(not _right(found, truth, field) for field in READ)
        error += wrong / len(READ)
        handed += found.needs_review
        silent += bool(wrong) and not found.needs_review
    return Point(
        op=one.name,
        severity=severity,
        error=round(error / pages, AS_MEASURED),
        silent=round(silent / pages, AS_MEASURED),
        handed_over=round(handed / pages, AS_MEASURED),
        pages=pages,
    )


def _right(found: Extract, truth: Mapping[str, object], field: str) -> bool:
    return found.fields[field] == truth[field]


@lru_cache(maxsize=64)
def clean(number: int) -> tuple[Page, Mapping[str, object]]:
    """A made invoice as a page, and its truth."""
    invoice = draw_invoice(Stream(1, "calibrate", number))
    return render_invoice(invoice), invoice_truth(invoice)


def read_curves(name: str) -> list[Point]:
    """The table of a reader; empty where there is none."""
    path = FOLDER / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [_read(row) for row in csv.DictReader(file)]


def _read(row: Mapping[str, str]) -> Point:
    shares = {key: float(row[key]) for key in ("error", "silent", "handed_over")}
    return Point(op=row["op"], severity=int(row["severity"]), pages=int(row["pages"]), **shares)


def write_curves(name: str, points: Sequence[Point]) -> None:
    """These points in place of those of the same op."""
    FOLDER.mkdir(exist_ok=True)
    told = {one.op for one in points}
    kept = [*(one for one in read_curves(name) if one.op not in told), *points]
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Point)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(one) for one in sorted(kept, key=lambda one: (one.op, one.severity)))


def judge(curves: Mapping[str, Sequence[Point]]) -> int:
    """Whether the tables keep what is promised of severities; each exception in a line."""
    found = [told for name, points in curves.items() for told in _exceptions(name, by_op(points))]
    ops = {point.op for points in curves.values() for point in points}
    idle = sorted(op for op in ops if not any(_hurts(by_op(points).get(op, [])) for points in curves.values()))
    print(*found, *(f"{op} hurts no reader at any severity" for op in idle), sep="\n")
    print(
        f"{len(ops)} ops with {', '.join(curves)}: {len(found)} steps out of order or too steep, {len(idle)} ops idle"
    )
    return 1 if found or idle else 0


def by_op(points: Sequence[Point]) -> dict[str, list[Point]]:
    """The points of each op in order of severity."""
    found: dict[str, list[Point]] = {}
    for one in sorted(points, key=lambda one: one.severity):
        found.setdefault(one.op, []).append(one)
    return found


def _exceptions(name: str, curves: Mapping[str, Sequence[Point]]) -> Iterator[str]:
    for op, points in curves.items():
        for one, other in pairwise(points):
            step = other.error - one.error
            steep = step > STEEP * (other.severity - one.severity) and other.severity < BELOW and len(points) > 2
            if steep or step < -FALLS:
                words = "jumps" if steep else "falls"
                told = f"{words} from {one.error:.3f} at {one.severity} to {other.error:.3f} at {other.severity}"
                yield f"{name}: {op} {told}"


def _hurts(points: Sequence[Point]) -> bool:
    return bool(points) and max(one.error for one in points) - points[0].error > HURTS


if __name__ == "__main__":
    sys.exit(main())
