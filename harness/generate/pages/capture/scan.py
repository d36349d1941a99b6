"""Effects of a scanner on a page: skew, blur, a wrong black level."""

from harness.core.seed import Stream
from harness.generate.pages.raster.raster import MM_PER_INCH, black_and_white, grey_between, shear, smooth
from harness.generate.pages.raster.share import own_share
from harness.generate.payloads import Page
from harness.generate.registry import op

DEGREES = 0.3
SIGMAS_MM, SHARPEST = (0.05, 0.09, 0.13, 0.16, 0.185, 0.205, 0.23, 0.265, 0.32, 0.4), 0.2
BIAS = 0.042


@op("page.skew", layer="page", kind="graded")
def skew(page: Page, severity: int, draw: Stream) -> Page:
    """Skew the page as a feeder does that draws the sheet in at an angle. Parts outside the page are cut off.

    severity: angle, 0.3 to 3 degrees in ten even steps, to a side drawn once.
    Source: sheet feeders stay within 5 degrees (letturaottica.it on deskewing); ours end at 3, because the two shears
    are still a rotation to 0.14 % in length there.
    """
    side = draw.choice((-1, 1))
    return shear(page, side * DEGREES * severity)


@op("page.blur", layer="page", kind="graded")
def blur(page: Page, severity: int, draw: Stream) -> Page:
    """Blur the page as an out-of-focus lens or a dirty glass does.

    severity: standard deviation on paper, at most 0.05, 0.09, 0.13, 0.16, 0.185, 0.205, 0.23, 0.265, 0.32, 0.4 mm (3
    pixels at 200 dpi); a page gets 20 to 100 % of it, drawn once.
    Source: our own range. A thin stroke of 10 point type is about 0.25 mm wide, so the range ends where strokes merge;
    steps are finer where readers begin to fail (docs/reference/curves).
    """
    sigma = SIGMAS_MM[severity - 1] * own_share(SHARPEST, draw) / MM_PER_INCH
    return page.with_pixels(smooth(page.pixels, (sigma * page.dpi[0]) ** 2, (sigma * page.dpi[1]) ** 2))


@op("page.threshold", layer="page", kind="graded")
def threshold(page: Page, severity: int, draw: Stream) -> Page:
    """Convert the page to black and white at a wrong level: strokes vanish, or grow until they touch.

    severity: distance of the level from the middle between ink and paper, 4.2 to 42 % of the range from one to the
    other in ten even steps; too dark or too light is drawn once.
    Source: our own range. At 42 % a stroke must be within 8 % of the darkest ink to stay, or everything becomes black
    that is not within 8 % of the paper; at 35 % the pilot lost nothing on ten clean pages, and Tesseract no amount.
    """
    side = draw.choice((-1, 1))
    return page.with_pixels(black_and_white(page.pixels, grey_between(page.pixels, 0.5 + side * BIAS * severity)))
