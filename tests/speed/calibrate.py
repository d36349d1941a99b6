"""What each severity of each op on made invoices does to two readers: curves of the mean error and of silent errors.

Made invoices, one op of the packs at one severity, the embedded pilot's own rules behind either reader, which sees the
first page alone. The error of a page is the share of its seven printed fields that are not read right, those too that
the op left nobody able to read; silent is a page that is accepted with a wrong field. The curves are tables beside the
reference:

    PYTHONPATH=. python tests/speed/calibrate.py --reader glyphs --pages 60 --write
    PYTHONPATH=. python tests/speed/calibrate.py --reader tesseract --pages 24 --severities 1,3,5,7,9 --write

Tesseract gets the lines with fields alone, without the logo before the vendor's name. `--missing` goes on where a run
ended. Then, from the tables alone: which steps are steeper than 0.15 below severity 8, which curves fall, and which ops
hurt no reader:

    PYTHONPATH=. python tests/speed/calibrate.py --judge
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version

from harness.core.case import Scalar
from harness.core.seed import Stream
from harness.demo import reader
from harness.demo.rules import READ, extract_fields
from harness.demo.tesseract import find_tesseract
from harness.demo.text import Piece
from harness.generate.ops import all_ops
from harness.generate.pages.made.invoice import Invoice, draw_invoice, invoice_truth
from harness.generate.pages.made.papers import render_pages
from harness.generate.payloads import Document, Page
from harness.generate.recipes.pack_folders import shipped_packs
from harness.generate.recipes.packs import read_pack
from harness.generate.registry import Op
from tests.speed.curves import DAMAGE, DECIMALS, READERS, Curves, Point, exceptions, idle, read_curves, write_curves
from tests.speed.field_lines import read_field_lines, without_logo

SEED, NAME = 1, "calibrate"
MIDDLE, SWITCHED = 5, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What came of one page: the share of fields not read right, and what the pilot did with it."""

    error: float
    silent: bool
    handed_over: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", choices=READERS, default="glyphs")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--severities", default="1,2,3,4,5,6,7,8,9,10")
    parser.add_argument("--ops", default="", help="only ops whose name begins so; several with commas")
    parser.add_argument("--missing", action="store_true", help="only ops that the table does not have yet")
    parser.add_argument("--write", action="store_true", help="into the tables beside the reference")
    parser.add_argument("--judge", action="store_true", help="say what the tables show, measure nothing")
    asked = parser.parse_args()
    if asked.judge:
        return judge({name: read_curves(name) for name in READERS})
    severities = [int(one) for one in asked.severities.split(",")]
    how, table = head(asked.reader, asked.pages), read_curves(asked.reader)
    if asked.write and table.head not in ((), how):
        print(f"the table of {asked.reader} was measured otherwise: {'; '.join(table.head)}\n  delete it to begin anew")
        return 1
    done = table.by_op() if asked.missing else ()
    begin = tuple(asked.ops.split(","))
    ops = [one for one in ops_of_packs() if one.name.startswith(begin) and one.name not in done]
    minutes = estimate(asked.reader, ops, severities) * asked.pages / 60
    print(f"{len(ops)} ops on {asked.pages} pages: about {minutes:.0f} minutes", flush=True)
    for one in ops:
        points = tuple(measure(asked.reader, one, asked.pages, severities))
        print(one.name, *(f"{p.severity}: {p.error:.3f} ({p.silent:.2f})" for p in points), flush=True)
        if asked.write:
            write_curves(asked.reader, Curves(head=how, points=points))
    return 0


def ops_of_packs() -> list[Op]:
    """The ops on pages and documents that packs use, and those on meaning that have severities."""
    packs = [read_pack(name) for name in shipped_packs()]
    used = {item.op.name for pack in packs for scenario in pack.scenarios for item in scenario.ops}
    return [
        one
        for one in all_ops().values()
        if one.name in used and (one.layer in DAMAGE or (one.layer == "meaning" and one.kind != "binary"))
    ]


def estimate(name: str, ops: Sequence[Op], severities: Sequence[int]) -> float:
    """Seconds for a page at all severities of all ops, from one page at a middle severity of each."""
    total = 0.0
    _clean(name, 0)  # the first page takes longer: the reader is fitted to its glyphs
    for one in ops:
        began = time.perf_counter()
        read(name, one, SWITCHED if one.kind == "binary" else MIDDLE, range(1))
        total += (time.perf_counter() - began) * (1 if one.kind == "binary" else len(severities))
    return total


def measure(name: str, one: Op, pages: int, severities: Sequence[int]) -> list[Point]:
    """The op's curve, severity 0 (the clean page) first. Every page has noise of its own, the same at each severity."""
    steps = [SWITCHED] if one.kind == "binary" else severities
    return [mean(one.name, severity, read(name, one, severity, range(pages))) for severity in (0, *steps)]


def mean(op: str, severity: int, found: Sequence[Read]) -> Point:
    """What came of the pages on average."""

    def share(values: Iterable[float]) -> float:
        return round(sum(values) / len(found), DECIMALS)

    return Point(
        op=op,
        severity=severity,
        error=share(one.error for one in found),
        silent=share(one.silent for one in found),
        handed_over=share(one.handed_over for one in found),
    )


def read(name: str, one: Op, severity: int, numbers: Sequence[int]) -> list[Read]:
    """What the reader makes of these invoices after the op. Severity 0 is the same for all ops."""
    if severity:
        return _read(name, one, severity, numbers)
    return [_clean(name, number) for number in numbers]


@lru_cache(maxsize=512)
def _clean(name: str, number: int) -> Read:
    return _read(name, None, 0, (number,))[0]


def _read(name: str, one: Op | None, severity: int, numbers: Sequence[int]) -> list[Read]:
    made = [_after(one, severity, number, logo=name == "glyphs") for number in numbers]
    pages = [page for page, _ in made]
    pieces = [reader.read_page(page.pixels) for page in pages] if name == "glyphs" else read_field_lines(pages)
    return [_judged(some, page, truth) for some, (page, truth) in zip(pieces, made, strict=True)]


def _after(one: Op | None, severity: int, number: int, *, logo: bool) -> tuple[Page, Mapping[str, Scalar]]:
    """The first page of the made invoice after the op, and what is true of it then."""
    if one is None:
        return _pages(number, logo)[0], invoice_truth(_invoice(number))
    draw = Stream(SEED, NAME, one.name, number)
    if one.layer == "meaning":
        invoice = one.run(_invoice(number), severity, draw)
        first = render_pages(invoice)[0]
        return first if logo else without_logo(first), invoice_truth(invoice)
    pages = _pages(number, logo)
    if one.layer == "document":
        return one.run(Document(pages=pages), severity, draw).pages[0], invoice_truth(_invoice(number))
    return one.run(pages[0], severity, draw), invoice_truth(_invoice(number))


@lru_cache(maxsize=64)
def _invoice(number: int) -> Invoice:
    return draw_invoice(Stream(SEED, NAME, number))


@lru_cache(maxsize=64)
def _pages(number: int, logo: bool) -> tuple[Page, ...]:
    """The made invoice as clean pages, rendered once."""
    pages = render_pages(_invoice(number))
    return pages if logo else tuple(map(without_logo, pages))


def _judged(pieces: Sequence[Piece], page: Page, truth: Mapping[str, Scalar]) -> Read:
    """By the pilot's own rules."""
    found = extract_fields(pieces, len(page.pixels))
    wrong = sum(found.fields[field] != truth[field] for field in READ)
    return Read(error=wrong / len(READ), silent=bool(wrong) and not found.needs_review, handed_over=found.needs_review)


def head(name: str, pages: int) -> tuple[str, ...]:
    """How the curves of a reader are measured."""
    return (
        f"reader: {_version(name)}",
        f"pages: {pages} made invoices of seed {SEED}; Pillow {version('pillow')}, numpy {version('numpy')}",
        "error: mean share of seven fields not read right; silent: share of pages accepted with a wrong field;"
        " handed_over: share of pages",
    )


def _version(name: str) -> str:
    if name == "glyphs":
        return f"glyphs of golive-harness {version('golive-harness')}, whole pages"
    asked = [find_tesseract(), "--version"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    return f"{told}, eng, one block of text (psm 6), lines with fields alone"


def judge(curves: Mapping[str, Curves]) -> int:
    """Whether the tables keep what is promised of severities; each exception in a line."""
    found = [told for name, one in curves.items() for told in exceptions(name, one)]
    unused = idle(tuple(curves.values()))
    ops = {point.op for one in curves.values() for point in one.points}
    print(*found, *(f"{op} hurts no reader at any severity" for op in unused), sep="\n")
    print(f"{len(ops)} ops with {', '.join(curves)}: {len(found)} steps too steep or down, {len(unused)} ops idle")
    return 1 if found or unused else 0


if __name__ == "__main__":
    sys.exit(main())
