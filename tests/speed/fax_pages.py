"""How many fine fax pages a second one core makes, with line noise and group 4 bytes, and how many Augraphy makes.

The page is rendered once, as in a run; then for each copy: fax.fine, page.threshold, page.speckle, fax.line_loss,
tiff-g4.    PYTHONPATH=. python tests/speed/fax_pages.py

With --augraphy the same page goes through Augraphy 8.2.6 on the same core, between two halves of ours: its default
pipeline, and a chain like a fax without group 4. It is installed into a virtual environment of its own in the user's
cache folder, which takes 0.9 GB. Both sides are measured in processor time, so that other work on the machine counts on
neither. The goals are 100 times and 10 times.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np

from harness.core.seed import Stream
from harness.generate.ops import get_op
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.payloads import Document, Page

STEPS = (("fax.fine", 10), ("page.threshold", 3), ("page.speckle", 3), ("fax.line_loss", 3))
AUGRAPHY = "8.2.6"
GOALS = {"default": 100, "fax_like": 10}
WORDS = {"default": "default pipeline", "fax_like": "Faxify in black and white, SubtleNoise and DirtyRollers"}


def make_fax(page: Page, number: int) -> bytes:
    for name, severity in STEPS:
        page = get_op(name).run(page, severity, Stream(1, "speed", number, name))
    return encode(Document(pages=(page,)), "tiff-g4", "fax").content


def seconds_a_page(pages: int, repeats: int) -> list[float]:
    """Processor time, one figure a repeat; every page has noise of its own."""
    page = render_invoice(draw_invoice(Stream(1, "speed")))
    make_fax(page, 0)
    found = []
    for repeat in range(repeats):
        start = time.process_time()
        for number in range(pages):
            make_fax(page, repeat * pages + number)
        found.append((time.process_time() - start) / pages)
    return found


def python_with_augraphy() -> Path:
    """The interpreter that has Augraphy, installed where it is not yet."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "golive-harness" / f"augraphy-{AUGRAPHY}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    asked = [str(python), "-c", "import augraphy"]
    with tempfile.TemporaryDirectory() as elsewhere:  # importing it writes folders where one stands
        if python.exists() and subprocess.run(asked, cwd=elsewhere, capture_output=True, check=False).returncode == 0:
            return python
    print(f"installing augraphy {AUGRAPHY} into {folder}")
    venv.create(folder, with_pip=True, clear=True)
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", f"augraphy=={AUGRAPHY}"], check=True)
    return python


def run_augraphy(default: int, fax_like: int) -> dict[str, Any]:
    """What augraphy_pages.py measured; it runs on the core that this process is tied to."""
    python, script = python_with_augraphy(), Path(__file__).with_name("augraphy_pages.py").resolve()
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder, "page.npy"), render_invoice(draw_invoice(Stream(1, "speed"))).pixels)
        asked = [str(python), str(script), "page.npy", str(default), str(fax_like)]
        done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def compare(ours: list[float], theirs: dict[str, Any]) -> bool:
    """Prints the ratios of the means; whether they reach the goals."""
    passed = []
    for name, told in theirs.items():
        mean, middle = fmean(told["seconds"]), median(told["seconds"])
        ratio = mean / fmean(ours)
        passed.append(ratio >= GOALS[name])
        print(
            f"augraphy {AUGRAPHY}, {WORDS[name]}: {1000 * mean:.0f} ms a page (median {1000 * middle:.0f},"
            f" {len(told['seconds'])} pages, {told['failed']} failed): {ratio:.0f} times ours, goal {GOALS[name]}"
        )
    return all(passed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=40, help="a repeat")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--augraphy", type=int, default=0, metavar="N", help="pages of each of its pipelines")
    given = parser.parse_args()
    if not hasattr(os, "sched_setaffinity"):
        print("this system cannot tie a process to one core", file=sys.stderr)
        return 1
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    ours = seconds_a_page(given.pages, given.repeats)
    theirs = run_augraphy(given.augraphy, given.augraphy) if given.augraphy else {}
    ours += seconds_a_page(given.pages, given.repeats) if given.augraphy else []
    print(f"core {core}, {given.pages} pages a repeat, ms a page: " + ", ".join(f"{1000 * one:.1f}" for one in ours))
    passed = compare(ours, theirs)
    print(f"fine fax pages with G4: {1 / median(ours):.1f} /s of one core's processor time")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
