"""The share of its severity that a page gets, for ops where every reader fails at the same strength.

An even blur or tone has a level at which every reader loses all fields at once. Sheets in production differ: a severity
is an upper limit, and each page gets a share of it.
"""

from harness.core.seed import Stream


def own_share(least: float, draw: Stream) -> float:
    """The page's share, `least` to 1: the same at every severity, and drawn apart from the op's other draws."""
    return draw.child("share").uniform(least, 1.0)
