"""Pages without readable content."""

from dataclasses import replace

import numpy as np

from harness.core.errors import PackError
from harness.core.seed import Stream
from harness.generate.payloads import Page
from harness.generate.registry import op

MARGIN, TOOTH = 0.06, 0.04
"""Inches: distance of a tear from the words, and depth of its jagged edge."""


@op("page.blank", layer="page", kind="binary", effect="destroyed")
def blank(page: Page, severity: int, draw: Stream) -> Page:
    """Send a blank white page: the back of a sheet, or a sheet fed upside down.

    severity: binary, 0 or 10.
    Source: a passage of a famous book for a blank scan (allenai/olmocr#292).
    """
    return replace(page, pixels=np.full_like(page.pixels, 255), words=())


@op("page.black", layer="page", kind="binary", effect="destroyed")
def black(page: Page, severity: int, draw: Stream) -> Page:
    """Send a black page, as a scanner with its lid open or a covered lens does.

    severity: binary, 0 or 10.
    Source: blank, black, noise and a single pixel all got the same answer (nyxtron/paperless-aissist#45).
    """
    return replace(page, pixels=np.zeros_like(page.pixels), words=())


@op("page.noise", layer="page", kind="binary", effect="destroyed")
def noise(page: Page, severity: int, draw: Stream) -> Page:
    """Send a page of noise, each pixel black or white at random, in the page's own size.

    severity: binary, 0 or 10.
    Source: as page.black; a damaged file decodes to something similar.
    """
    dark = draw.array_bytes(page.pixels.size).reshape(page.pixels.shape) < 128
    return replace(page, pixels=np.where(dark, np.uint8(0), np.uint8(255)), words=())


@op("page.one_pixel", layer="page", kind="binary", effect="destroyed")
def one_pixel(page: Page, severity: int, draw: Stream) -> Page:
    """Send a single white pixel, as a placeholder or a tracking pixel in a mail.

    severity: binary, 0 or 10.
    Source: as page.black.
    """
    return replace(page, pixels=np.full((1, 1), 255, dtype=np.uint8), words=())


@op("page.torn_field", layer="page", kind="binary", effect="destroyed", sited=True)
def torn_field(page: Page, severity: int, draw: Stream, site: str = "") -> Page:
    """Tear off a field, from its words to the right edge. The missing part is white.

    The site names the field; without a site it is the first field with words on the page. A page with unknown word
    positions stays unchanged; it is an error if a field was named.
    severity: binary, 0 or 10.
    Source: all 14 cells of a table filled in, even those without paper
    (Embassy-of-the-Free-Mind/sourcelibrary-v2#3591).
    """
    name = site or next((word.field for word in page.words if word.field), "")
    quads = np.array([word.quad for word in page.words if name and word.field == name]).reshape(-1, 4, 2)
    if not len(quads):
        if site:
            raise PackError(f'page.torn_field: the position of "{site}" on this page is unknown')
        return page
    (left, top), bottom = quads.min(axis=(0, 1)), quads[..., 1].max()
    above, below = max(0, int(top - MARGIN * page.dpi[1])), int(bottom + MARGIN * page.dpi[1]) + 1
    pixels = page.pixels.copy()
    teeth = (left - (MARGIN + TOOTH * draw.array_uniform(below - above)) * page.dpi[0]).astype(int)
    for row, edge in zip(pixels[above:below], teeth, strict=False):
        row[max(0, edge) :] = 255
    return replace(page, pixels=pixels, words=tuple(word for word in page.words if word.field != name))
