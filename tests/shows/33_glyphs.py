"""No missing glyph in 1,000 cases of each pack that sets or writes type, and every glyph that a face claims is one.

# slow: three thousand pages
A face claims a character when our reader of its cmap says so. Here FreeType is asked too: what it draws must not be the
box that it draws for a character that no font has. Names how many pages, words and characters were looked at.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from unicodedata import category

from harness.core.sample import Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.draw import draw_pack
from harness.generate.drawn import Drawn
from harness.generate.ops import get_op
from harness.generate.pages.hand.writing import HANDS
from harness.generate.pages.made.invoice import render_invoice
from harness.generate.pages.made.paper_page import render_paper
from harness.generate.pages.typesetting.type import FACES, covered, load_font, split_runs
from harness.generate.payloads import Page, Word
from harness.generate.recipes.packs import read_pack

PACKS = ("multilingual_documents", "papers_from_abroad", "handwritten_notes")
CASES, SEED = 1000, 1
NOBODYS = "\U0010fffd"
SIZE = 40
NO_GLYPHS = {"Cc", "Cf", "Zl", "Zp", "Zs"}
"""Kinds of characters that leave no ink: ends of lines, joiners, spaces."""

NO_SAMPLES = Samples(kind="text", items=(), columns=())


def faces() -> list[str]:
    """Every bundled face."""
    printed = [face.format(weight=weight) for face in FACES for weight in ("Regular", "Bold")]
    return [*dict.fromkeys(printed), *(f"{hand}-Regular" for hand in HANDS)]


@cache
def drawn(face: str, char: str) -> tuple[bytes, tuple[int, int]]:
    """What FreeType draws for a character."""
    mask = load_font(face, SIZE).getmask(char, mode="L")
    return bytes(mask), mask.size


def empty_claims() -> Iterator[str]:
    """Characters that a face claims to hold and draws as the box for a missing one."""
    for face in faces():
        missing = drawn(face, NOBODYS)
        claimed = [char for char in sorted(covered(face)) if category(char) not in NO_GLYPHS]
        yield from (f"{face} U+{ord(char):04X}" for char in claimed if drawn(face, char) == missing)


def page_of(case: Drawn, bases: Bases) -> tuple[Page, str]:
    """The case's page as the packs' ops leave it, and the language that its Han characters are written in."""
    paper = bases.paper(case.plan.base)
    if paper is not None:
        return written_on(render_paper(paper), case), paper.form.figures.locale.language
    invoice = bases.invoice(case.plan.base)
    for place, step in enumerate(case.plan.steps):
        if get_op(step.op).layer == "meaning" and step.severity:
            invoice = get_op(step.op).run(invoice, step.severity, Stream(SEED, case.plan.stream, place, step.op))
    form = invoice.native
    return written_on(render_invoice(invoice), case), form.figures.locale.language if form else ""


def written_on(page: Page, case: Drawn) -> Page:
    """The page after the ops on pages."""
    for place, step in enumerate(case.plan.steps):
        if get_op(step.op).layer == "page" and step.severity:
            page = get_op(step.op).run(page, step.severity, Stream(SEED, case.plan.stream, place, step.op))
    return page


def boxes(word: Word, language: str) -> Iterator[str]:
    """Characters of a word for which the face that sets it draws the box."""
    for run in split_runs(word.text, language=language):
        yield from (
            char
            for char in run.text
            if category(char) not in NO_GLYPHS and drawn(run.face, char) == drawn(run.face, NOBODYS)
        )


def main() -> int:
    """Print a line a pack; exits 1 for a single missing glyph."""
    claims = list(empty_claims())
    print(
        f"{len(faces())} faces claim {sum(len(covered(face)) for face in faces())} glyphs, {len(claims)} of them boxes"
    )
    missing, bases = Counter[str](), Bases(seed=SEED, samples=NO_SAMPLES)
    for name in PACKS:
        pack, words, characters = read_pack(name), 0, Counter[str]()
        for case in draw_pack(pack, pack.scenarios, NO_SAMPLES, CASES, SEED):
            page, language = page_of(case, bases)
            words += len(page.words)
            for word in page.words:
                characters.update(word.text)
                missing.update(boxes(word, language))
        print(f"{name}: {CASES} pages, {words} words of {len(characters)} different characters")
    print(f"missing glyphs in {CASES * len(PACKS)} pages of {len(PACKS)} packs: {missing.total() + len(claims)}")
    return 1 if missing or claims else 0


if __name__ == "__main__":
    sys.exit(main())
