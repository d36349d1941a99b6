"""Texts as read from a sheet: headers inside sentences, columns read across, vertical letters."""

from functools import lru_cache

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.preamble import language_of, small_talk
from harness.generate.text.rows import rows
from harness.generate.text.sites import WORDS, has_prose, respell

WIDTHS = (80, 70, 60, 52, 46, 40, 35, 30, 25, 20)
GUTTER = "    "


@op("text.page_furniture", layer="field", kind="graded")
def page_furniture(text: str, severity: int, draw: Stream) -> str:
    """Put page headers and footers into the text as lines of their own, at page ends: numbers, stamps, marks.

    severity: 1 to 10 such lines between words, those of a lower severity first.
    Source: our own; text layers and OCR read them in page order; table fixtures/tables/blocks.tsv; our own
    range.
    """
    if not has_prose(text):
        return text
    parts, known = text.split(" "), _furniture()
    for k in range(severity):
        at = draw.below(len(parts))
        parts[at] = f"{parts[at]}\n{draw.choice(known).format(n=k + 1, m=severity + 1)}\n"
    return " ".join(parts)


@op("text.read_across", layer="field", kind="graded", effect="destroyed")
def read_across(text: str, severity: int, draw: Stream) -> str:
    """Interleave the text with a second column of small talk, as if both were read line by line across.

    A reader has to guess which parts belong together, so no answer is required.
    severity: width of the left column: 80, 70, 60, 52, 46, 40, 35, 30, 25, 20 characters; a longer word has its own
    line.
    Source: our own; layout readers that miss a gutter; lines of fixtures/tables/small_talk.tsv; our own range.
    """
    if not has_prose(text):
        return text
    right, first = small_talk(language_of(text), "line"), draw.below(16)
    lines = _lines(text, WIDTHS[severity - 1])
    return "\n".join(f"{line}{GUTTER}{right[(first + k) % len(right)]}" for k, line in enumerate(lines))


@op("text.upright", layer="field", kind="nested")
def upright(text: str, severity: int, draw: Stream) -> str:
    """Write words vertically, one letter per line, as readers return text of a margin or a table header.

    Words with a digit, an @ or a slash stay unchanged.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: our own; rotated text in a PDF comes letter by letter; our own range.
    """
    return respell(text, WORDS, 5 * severity, draw, "\n".join)


def _lines(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip()
    return lines


@lru_cache(maxsize=1)
def _furniture() -> tuple[str, ...]:
    return tuple(row.cells[1] for row in rows("blocks", "furniture"))
