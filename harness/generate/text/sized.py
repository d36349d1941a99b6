"""A text far into a long one: everything that a service cuts off or leaves out of its window is somewhere in it."""

from collections.abc import Mapping

from harness.core.seed import Stream
from harness.generate.registry import op

LONGEST = 8_000
"""Minimum number of characters of a long text."""

TIMES = 4
"""How many times the longest text of the samples a long text has at least."""

WAYS: Mapping[str, tuple[float, float]] = {
    "long_before": (1.0, 1.0),
    "long_after": (1.0, 0.0),
    "long_around": (1.0, 0.5),
    "longer_before": (0.25, 1.0),
    "longer_after": (0.25, 0.0),
}
"""The size as a share of the longest one, and the share of the other text that stands before the text itself."""


SIZE = "@"
"""Between the name of a way and a number of characters that the service promises to take."""

MOST_PROMISED = 100_000
"""Largest text that is sent, whatever a service promises."""

GROUPS = 8
LINE = 5 * GROUPS
"""Numbers in a line of the table, and the characters of it: four digits and what follows them."""


def ways_of(promised: int) -> tuple[str, ...]:
    """The names of the ways. promised: characters of the longest text that the service takes, 0 if it does not say.

    >>> ways_of(20_000)[0]
    'long_before@19910'
    """
    least = 2 * LINE + 2 * len("\n\n") + 6  # the last line of the table is whole, and blank lines stand around the text
    size = min(promised, MOST_PROMISED) - least
    return tuple(f"{way}{SIZE}{size}" for way in WAYS) if size > 0 else tuple(WAYS)


def longest_of(lengths: list[int]) -> int:
    """Characters of a long text for samples of these lengths."""
    return max(LONGEST, TIMES * max(lengths, default=0))


@op("text.sized", layer="field", kind="binary", sited=True)
def sized(text: str, severity: int, draw: Stream, site: str = "") -> str:
    """Put the text at the end, at the beginning or in the middle of a long one. The text itself stays.

    The other lines are a table of numbers, as people paste it from a screen: it names no topic, and has no words that
    would outweigh those of the text. The site is `way:characters`; without one, the way is drawn and the text gets
    8,000 characters. A blank text stays blank.
    severity: binary, 0 or 10.
    Source: ollama/ollama#3839 (the front silently cut off), sentence-transformers#4060 (the tail); our own range.
    """
    if not text.strip():
        return text
    way, _, size = site.partition(":")
    part, share = WAYS[way or draw.choice(tuple(WAYS))]
    missing = int(part * (int(size) if size else LONGEST)) - len(text)
    lines = [_numbers(draw) for _ in range(-(-missing // LINE))]
    before = round(share * len(lines))
    return "\n\n".join(one for one in ("\n".join(lines[:before]), text, "\n".join(lines[before:])) if one)


def _numbers(draw: Stream) -> str:
    return " ".join(f"{draw.below(10_000):04}" for _ in range(GROUPS))
