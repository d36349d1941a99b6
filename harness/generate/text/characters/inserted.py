"""Characters that stand between the letters and are not seen, or not as what they are, by table."""

import re

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.rows import rows
from harness.generate.text.sites import WORDS, has_prose, picked, respell, rewrite

TABLE = "inserted"
MAX_MARKS = 4
_BLANK = re.compile(r"( (?<=\S )(?=\S))")


@op("text.invisible", layer="field", kind="sites")
def invisible(text: str, severity: int, draw: Stream) -> str:
    """Put a character that nobody sees into words: zero-width blanks and joiners, soft hyphens, marks of direction.

    One kind of character a text, one place a word. Words with a digit, an @ or a slash are left alone.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: Unicode general category Cf; opendatalab/MinerU#1599 (letters lost where such glyphs were dropped); table
    fixtures/tables/inserted.tsv; our own range.
    """
    return _inserted(text, 5 * severity, draw, "invisible")


@op("text.controls", layer="field", kind="sites")
def controls(text: str, severity: int, draw: Stream) -> str:
    """Put what a terminal, a printer or a broken export leaves into words: control codes, escapes, private letters.

    One kind of code a text, one place a word. Words with a digit, an @ or a slash are left alone.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: Unicode general categories Cc, Co and Cn, ECMA-48; firecrawl/pdf-inspector#118 is a text layer of such
    codes; table fixtures/tables/inserted.tsv; our own range.
    """
    return _inserted(text, 5 * severity, draw, "control")


@op("text.stacked_marks", layer="field", kind="sites")
def stacked_marks(text: str, severity: int, draw: Stream) -> str:
    """Put one to four combining marks on each letter of a word: struck through, underlined, dripping.

    One set of marks a text. Words with a digit, an @ or a slash are left alone.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: Unicode Standard Annex 15 (texts are stream-safe up to 30 marks a letter, these have four at most); our own
    sets, table fixtures/tables/inserted.tsv; our own range.
    """
    marks, most = draw.choice(rows(TABLE, "mark")).cells[0], draw.between(1, MAX_MARKS)
    stack = "".join(draw.choice(marks) for _ in range(most))
    return respell(text, WORDS, 5 * severity, draw, lambda word: stack.join(word) + stack)


@op("text.reordered", layer="field", kind="sites")
def reordered(text: str, severity: int, draw: Stream) -> str:
    """Store words back to front between codes of direction that show them the right way round.

    What is seen is the text as it was. Words with a digit, an @ or a slash are left alone.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: Unicode Standard Annex 9 (RLO, LRO, isolates); TextAttack's recipe BadCharacters2021; table
    fixtures/tables/inserted.tsv; our own range.
    """
    before, after = draw.choice(rows(TABLE, "direction")).cells[0].split("|")
    return respell(text, WORDS, 5 * severity, draw, lambda word: f"{before}{word[::-1]}{after}")


@op("text.odd_blanks", layer="field", kind="sites")
def odd_blanks(text: str, severity: int, draw: Stream) -> str:
    """Write blanks between words as another blank: no-break, narrow, ideographic, a tab, a line separator.

    One blank a text, drawn among those of the table; only single blanks are sites.
    severity: share of the blanks, 10 to 100 % in ten steps, rounded up; nested.
    Source: Unicode general categories Zs, Zl, Zp; CommonMark and HTML treat them unlike; table
    fixtures/tables/inserted.tsv; our own range.
    """
    blank = draw.choice(rows(TABLE, "blank")).cells[0]
    return text if not has_prose(text) else respell(text, _BLANK, 10 * severity, draw, lambda _: blank)


@op("text.run_together", layer="field", kind="dose")
def run_together(text: str, severity: int, draw: Stream) -> str:
    """Leave out blanks between words, as a broken text layer, a narrow field or a quick thumb does.

    Blanks beside a word with a digit, an @ or a slash stay.
    severity: share of the blanks, 4 to 40 % in ten even steps, rounded up; those of a lower severity among them.
    Source: our own; text layers and forms with narrow fields; our own range.
    """
    parts = _BETWEEN_PROSE.split(text)
    lost = set(picked(len(parts) - 1, 4 * severity, draw))
    return "".join(part if k == 0 or k - 1 in lost else f" {part}" for k, part in enumerate(parts))


_BETWEEN_PROSE = re.compile(r"(?<=[^\W\d_]) (?=[^\W\d_]+(?:\s|$))")


def _inserted(text: str, percent: int, draw: Stream, kind: str) -> str:
    what = draw.choice(rows(TABLE, kind)).cells[0]

    def write(word: str, bits: int) -> str:
        at = 1 + bits % (len(word) - 1)
        return f"{word[:at]}{what}{word[at:]}"

    return rewrite(text, WORDS, percent, draw, write)
