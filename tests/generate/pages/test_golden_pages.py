"""The same pixels everywhere: digests of decoded pixels, never of bytes, which may change with a codec's version.

Ops on a page without type, ops on documents, and made papers, which fonts and a layout engine have a part in.

When an op is changed on purpose: python -m tests.generate.pages.test_golden_pages > tests/golden/pages.json
"""

import json
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import numpy as np

from harness.core.seed import Stream
from harness.generate.ops import all_ops, get_op
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.pages.made.paper_kinds import KINDS, draw_paper
from harness.generate.pages.made.paper_page import render_paper
from harness.generate.payloads import Document, Page, Pixels, Word

GOLDEN = Path(__file__).parents[2] / "golden" / "pages.json"
LOSSLESS = ("png", "tiff-g4", "tiff-grey")
SEVERITIES = (1, 5, 10)
PAPERS = 4
"""Made papers of each kind."""


def drawn_page() -> Page:
    """Bars of every grey and width, a slope and some noise; no font, so that nothing but the ops is tested."""
    y, x = np.mgrid[0:600, 0:430]
    pixels = np.where((x * x // 40 + y // 3) % 23 < 5, (x + y) % 90, 255 - (x // 16) % 12).astype(np.uint8)
    pixels[500:560] = (x[500:560] * 255 // 430).astype(np.uint8)
    noise = Stream(1, "golden").array_bytes(430 * 40).reshape(40, 430)
    pixels[560:] = noise
    return Page(
        pixels=pixels, dpi=(200.0, 200.0), words=(Word(text="a", field="b", quad=(9, 9, 80, 9, 80, 40, 9, 40)),)
    )


def digest(pixels: Pixels, *more: object) -> str:
    head = repr((pixels.shape, *more)).encode()
    return blake2b(head + np.ascontiguousarray(pixels).tobytes(), digest_size=12).hexdigest()


def digests() -> Iterator[tuple[str, str]]:
    page = drawn_page()
    for one in all_ops().values():
        if one.layer != "page":
            continue
        for severity in (10,) if one.kind == "binary" else SEVERITIES:
            after = get_op(one.name).run(page, severity, Stream(1, "golden", one.name))
            quads = [[round(n, 3) for n in word.quad] for word in after.words]
            yield f"{one.name}@{severity}", digest(after.pixels, after.dpi, quads)
    yield from digests_of_documents(page)
    yield from digests_of_type()
    for name in LOSSLESS:
        back = decode(encode(Document(pages=(page,)), name, "golden")).pages[0]
        yield name, digest(back.pixels, back.dpi)


def digests_of_documents(page: Page) -> Iterator[tuple[str, str]]:
    """Ops on all pages of a document, sheets that they set in type among them."""
    for one in all_ops().values():
        if one.layer == "document":
            after = one.run(Document(pages=(page, page)), 10, Stream(1, "golden", one.name))
            yield one.name, digest(np.concatenate([p.pixels.reshape(-1) for p in after.pages]), len(after.pages))


def digests_of_type() -> Iterator[tuple[str, str]]:
    """Made papers, some of each kind: what fonts and the layout engine make of several scripts."""
    yield "made:invoices", digest(render_invoice(draw_invoice(Stream(1, "golden"))).pixels)
    for kind in KINDS:
        for number in range(PAPERS):
            paper = draw_paper(kind, Stream(1, "golden", kind, number))
            yield f"made:{kind}#{number} {paper.form.figures.locale.language}", digest(render_paper(paper).pixels)


def test_pixels_are_what_they_were() -> None:
    assert dict(digests()) == json.loads(GOLDEN.read_text(encoding="utf-8"))


if __name__ == "__main__":
    print(json.dumps(dict(digests()), indent=1))
