"""Invoices and notes in a team's own fonts: how many got which face, that words stand where they say, and bytes twice.

A folder with two faces, of which one has no bold, and a hand is cut from the bundled fonts. `harness packs draw` draws
invoices of other countries and pages with notes, in two processes: the second one with the files under other names in
another place. Every word of every paper in a face of the folder is looked at: the ink of its letters is in its box, and
no two words lie on one another. The same notes are drawn once more without the hand: pages that differ are written by
it.
"""
# slow: draws a hundred and twenty documents, twice

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

from harness.core.sample import Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.draw import draw_pack
from harness.generate.ops import get_op
from harness.generate.pages.made.papers import render_pages
from harness.generate.pages.typesetting.fonts import read_fonts
from harness.generate.pages.typesetting.typeset import BUNDLED_NAME, TOUCH, Fonts, typeset
from harness.generate.payloads import Page, Word
from harness.generate.recipes.packs import read_pack
from tests.generate.faces import Cut, cut_face

INVOICES, NOTES, SEED = 60, 40, 1
INVOICE_PACK, NOTE_PACK = "multilingual_documents", "handwritten_notes"
FACES = {"House", "Broad", "bundled"}


def write_fonts(folder: Path, names: tuple[str, str, str, str]) -> Path:
    """The fonts of nobody, under these names of files."""
    cut_face(folder / names[0], Cut(name="House", lean=0.2))
    cut_face(folder / names[1], Cut(name="House", style="Bold", source="NotoSans-Bold", lean=0.2))
    cut_face(folder / names[2], Cut(name="Broad", wide=1.4))
    cut_face(folder / "hands" / names[3], Cut(name="Anna", source="HandPatrickHand-Regular", lean=-0.2))
    return folder


def draw(pack: str, count: int, out: Path, fonts: Path) -> dict[str, Any]:
    """The lines of cases.jsonl that a process of its own writes, by address."""
    program = "from harness.cli.main import main; main()"
    asked = ["packs", "draw", pack, "-n", str(count), "--seed", str(SEED), "--out", str(out), "--font-dir", str(fonts)]
    subprocess.run([sys.executable, "-c", program, *asked], check=True, capture_output=True)
    lines = (json.loads(line) for line in (out / "cases.jsonl").read_text(encoding="utf-8").splitlines())
    return {line["address"]: line for line in lines}


def bytes_of(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir() if path.name != "cases.jsonl"}


def pages_in(fonts: Fonts) -> Iterator[Page]:
    """The pages of the invoices that are drawn in a family of the folder, with their words, as they are set."""
    pack = read_pack(INVOICE_PACK)
    bases = Bases(seed=SEED, samples=Samples(kind="page", items=(), columns=()), fonts=fonts)
    for case in draw_pack(pack, pack.scenarios, bases.samples, INVOICES, SEED):
        invoice = bases.invoice(case.plan.base)
        for place, step in enumerate(case.plan.steps):
            invoice = get_op(step.op).run(invoice, step.severity, Stream(SEED, case.plan.stream, place, step.op))
        made = typeset(partial(render_pages, invoice), fonts, Stream(SEED, case.plan.base))
        yield from made.pages if made.face != BUNDLED_NAME else ()


def faults(page: Page) -> Iterator[str]:
    """Words without ink in their box, or that lie on another."""
    for word in page.words:
        left, top, right, bottom = box(word)
        if not (page.pixels[max(0, top) : bottom, max(0, left) : right] < 200).any():
            yield f"no ink in {word}"
    for one, other in combinations(page.words, 2):
        a, b = box(one), box(other)
        if min(min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])) > TOUCH + 1:
            yield f"{one} lies on {other}"


def box(word: Word) -> tuple[int, int, int, int]:
    x, y = word.quad[::2], word.quad[1::2]
    return round(min(x)), round(min(y)), round(max(x)), round(max(y))


def main() -> int:
    """Print what was counted; exits 1 where a word is not in its place, bytes differ, or a face got nothing."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        fonts = write_fonts(here / "fonts", ("house.ttf", "house-bold.ttf", "broad.ttf", "anna.ttf"))
        moved = write_fonts(here / "elsewhere" / "f", ("9.TTF", "1.TTF", "5.ttf", "0.ttf"))
        handless = write_fonts(here / "handless", ("house.ttf", "house-bold.ttf", "broad.ttf", "anna.ttf"))
        (handless / "hands" / "anna.ttf").unlink()
        first = draw(INVOICE_PACK, INVOICES, here / "a", fonts) | draw(NOTE_PACK, NOTES, here / "b", fonts)
        for pack, count, out in ((INVOICE_PACK, INVOICES, "c"), (NOTE_PACK, NOTES, "d")):
            draw(pack, count, here / out, moved)
        same = bytes_of(here / "a") == bytes_of(here / "c") and bytes_of(here / "b") == bytes_of(here / "d")
        draw(NOTE_PACK, NOTES, here / "e", handless)
        by_hand = sum(one != bytes_of(here / "e")[name] for name, one in bytes_of(here / "b").items())
        faces = Counter(case["tags"]["face"] for name, case in first.items() if name.startswith(INVOICE_PACK))
        pages = list(pages_in(read_fonts(str(fonts))))
        wrong = [text for page in pages for text in faults(page)]
    for name, count in sorted(faces.items()):
        print(f"{count:3} of {INVOICES} invoices in {name}")
    print(f"{by_hand:3} of {NOTES} pages with notes by Anna's hand")
    words = sum(len(page.words) for page in pages)
    print("\n".join(wrong[:10]) or f"{words} words on {len(pages)} pages, each in its place")
    told = ", ".join(f"{name} {count}" for name, count in sorted(faces.items()))
    print(
        f"faces of {INVOICES} invoices: {told}; {by_hand} of {NOTES} pages by the own hand; {len(wrong)} words out of "
        f"place; {'the same bytes' if same else 'OTHER BYTES'} in two processes"
    )
    return 0 if same and not wrong and set(faces) == FACES and by_hand and pages else 1


if __name__ == "__main__":
    sys.exit(main())
