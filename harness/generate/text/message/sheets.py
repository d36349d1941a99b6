"""Texts as they come off a sheet: headers in mid-sentence, columns read across, letters one below the other."""

from functools import lru_cache

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.preamble import language_of, small_talk
from harness.generate.text.rows import rows
from harness.generate.text.sites import WORDS, has_prose, respell

WIDTHS = (80, 70, 60, 52, 46, 40, 35, 30, 25, 20)
GUTTER = "    "


@op("text.page_furniture", layer="field", kind="dose")
def page_furniture(text: str, severity: int, draw: Stream) -> str:
    """Put headers and footers of pages into the text as lines of their own, where a page ended: numbers, stamps, marks.

    severity: 1 to 10 such lines between words, those of a lower severity first.
    Source: our own; text layers and OCR read them in the order of the sheet; table fixtures/tables/blocks.tsv; our own
    range.
    """
    if not has_prose(text):
        return text
    parts, known = text.split(" "), _furniture()
    for k in range(severity):
        at = draw.below(len(parts))
        parts[at] = f"{parts[at]}\n{draw.choice(known).format(n=k + 1, m=severity + 1)}\n"
    return " ".join(parts)


@op("text.read_across", layer="field", kind="dose", effect="destroyed")
def read_across(text: str, severity: int, draw: Stream) -> str:
    """Read the text as the left of two columns, line by line across both; the right one is small talk.

    What belongs together has to be guessed, so an answer is never demanded.
    severity: width of the left column: 80, 70, 60, 52, 46, 40, 35, 30, 25, 20 characters; a longer word has its own.
    Source: our own; layout readers that miss a gutter; lines of fixtures/tables/small_talk.tsv; our own range.
    """
    if not has_prose(text):
        return text
    right, first = small_talk(language_of(text), "line"), draw.below(16)
    lines = _lines(text, WIDTHS[severity - 1])
    return "\n".join(f"{line}{GUTTER}{right[(first + k) % len(right)]}" for k, line in enumerate(lines))


@op("text.upright", layer="field", kind="sites")
def upright(text: str, severity: int, draw: Stream) -> str:
    """Write words one letter below the other, as readers hand over what stands upright in a margin or a table's head.

    Words with a digit, an @ or a slash are left alone.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: our own; turned text in a PDF comes letter by letter; our own range.
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
