"""How many fine fax pages a second one core makes, with line noise and group 4 bytes.

The page is rendered once, as in a run; then for each copy: fax.fine, page.threshold, page.speckle, fax.line_loss,
tiff-g4.    PYTHONPATH=. python tests/speed/fax_pages.py
"""

import argparse
import os
import sys
import time
from statistics import median

from harness.core.seed import Stream
from harness.generate.pages.encode import encode
from harness.generate.pages.invoice import draw_invoice, render_invoice
from harness.generate.payloads import Document, Page
from harness.generate.registry import get_op

STEPS = (("fax.fine", 10), ("page.threshold", 3), ("page.speckle", 3), ("fax.line_loss", 3))


def make_fax(page: Page, number: int) -> bytes:
    for name, severity in STEPS:
        page = get_op(name).run(page, severity, Stream(1, "speed", number, name))
    return encode(Document(pages=(page,)), "tiff-g4", "fax").content


def pages_per_second(pages: int, repeats: int) -> list[float]:
    """One figure a repeat; every page has noise of its own."""
    page = render_invoice(draw_invoice(Stream(1, "speed")))
    make_fax(page, 0)
    rates = []
    for repeat in range(repeats):
        start = time.perf_counter()
        for number in range(pages):
            make_fax(page, repeat * pages + number)
        rates.append(pages / (time.perf_counter() - start))
    return rates


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=40, help="a repeat")
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    if not hasattr(os, "sched_setaffinity"):
        print("this system cannot pin a process to one core", file=sys.stderr)
        return 1
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    rates = pages_per_second(given.pages, given.repeats)
    print(f"core {core}, {given.pages} pages a repeat: " + ", ".join(f"{rate:.1f}" for rate in rates))
    print(f"fine fax pages with G4: {median(rates):.1f} /s on one core")
    return 0


if __name__ == "__main__":
    sys.exit(main())
