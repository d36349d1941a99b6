"""What a scanner does to a page: it lies askew, out of focus, and black begins at the wrong place."""

from harness.core.seed import Stream
from harness.generate.pages.raster import MM_PER_INCH, black_and_white, grey_between, shear, smooth
from harness.generate.payloads import Page
from harness.generate.registry import op

DEGREES = 0.3
SIGMA_MM = 0.04
BIAS = 0.035


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

    severity: standard deviation on paper, 0.04 to 0.4 mm (0.3 to 3 pixels at 200 dpi) in ten even steps.
    Source: our own range. A thin stroke of 10 point type is about 0.25 mm wide, so it ends where strokes run together.
    """
    sigma = SIGMA_MM * severity / MM_PER_INCH
    return page.with_pixels(smooth(page.pixels, (sigma * page.dpi[0]) ** 2, (sigma * page.dpi[1]) ** 2))


@op("page.threshold", layer="page", kind="dose")
def threshold(page: Page, severity: int, draw: Stream) -> Page:
    """Reduce the page to black and white at the wrong level: strokes vanish, or grow until they touch.

    severity: distance of the level from the middle between ink and paper, 3.5 to 35 % of the way from one to the other
    in ten even steps; too dark or too light is drawn once.
    Source: our own range. At 35 % a stroke must be within 15 % of the darkest ink to stay, or everything is black that
    is not within 15 % of the paper; on made invoices Tesseract then still reads every amount.
    """
    side = draw.choice((-1, 1))
    return page.with_pixels(black_and_white(page.pixels, grey_between(page.pixels, 0.5 + side * BIAS * severity)))
