"""How much of its severity a page gets, where every reader fails at one and the same dose.

A blur or a tone that is even over the page has a level at which a reader loses all fields at once, whichever reader it
is. Sheets are not alike in production: a severity says how bad it can get, and each page has a share of that.
"""

from harness.core.seed import Stream


def own_share(least: float, draw: Stream) -> float:
    """The page's share, `least` to 1: the same at every severity, and drawn beside the op's other draws."""
    return draw.child("share").uniform(least, 1.0)
