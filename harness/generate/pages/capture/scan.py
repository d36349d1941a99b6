"""What a scanner does to a page: it lies askew, out of focus, and black begins at the wrong place."""

from harness.core.seed import Stream
from harness.generate.pages.raster.raster import MM_PER_INCH, black_and_white, grey_between, shear, smooth
from harness.generate.pages.raster.share import own_share
from harness.generate.payloads import Page
from harness.generate.registry import op

DEGREES = 0.3
SIGMAS_MM, SHARPEST = (0.05, 0.09, 0.13, 0.16, 0.185, 0.205, 0.23, 0.265, 0.32, 0.4), 0.2
BIAS = 0.042


@op("page.skew", layer="page", kind="dose")
def skew(page: Page, severity: int, draw: Stream) -> Page:
    """Turn the page as a feeder does that draws the sheet in askew; what leaves the page is cut off.

    severity: angle, 0.3 to 3 degrees in ten even steps, to a side drawn once.
    Source: sheet feeders stay within 5 degrees (letturaottica.it on deskewing); ours end at 3, where the two shears
    are still a rotation to 0.14 % in length.
    """
    side = draw.choice((-1, 1))
    return shear(page, side * DEGREES * severity)


@op("page.blur", layer="page", kind="dose")
def blur(page: Page, severity: int, draw: Stream) -> Page:
    """Blur the page as a lens out of focus or a dirty glass does.

    severity: standard deviation on paper, at most 0.05, 0.09, 0.13, 0.16, 0.185, 0.205, 0.23, 0.265, 0.32, 0.4 mm (3
    pixels at 200 dpi), of which a page has 20 to 100 %, drawn once.
    Source: our own range. A thin stroke of 10 point type is about 0.25 mm wide, so it ends where strokes run together;
    steps are finer where readers begin to fail (docs/reference/curves).
    """
    sigma = SIGMAS_MM[severity - 1] * own_share(SHARPEST, draw) / MM_PER_INCH
    return page.with_pixels(smooth(page.pixels, (sigma * page.dpi[0]) ** 2, (sigma * page.dpi[1]) ** 2))


@op("page.threshold", layer="page", kind="dose")
def threshold(page: Page, severity: int, draw: Stream) -> Page:
    """Reduce the page to black and white at the wrong level: strokes vanish, or grow until they touch.

    severity: distance of the level from the middle between ink and paper, 4.2 to 42 % of the way from one to the other
    in ten even steps; too dark or too light is drawn once.
    Source: our own range. At 42 % a stroke must be within 8 % of the darkest ink to stay, or everything is black that
    is not within 8 % of the paper; at 35 % the pilot lost nothing on ten clean pages, and Tesseract no amount.
    """
    side = draw.choice((-1, 1))
    return page.with_pixels(black_and_white(page.pixels, grey_between(page.pixels, 0.5 + side * BIAS * severity)))
