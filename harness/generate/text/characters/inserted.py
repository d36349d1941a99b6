"""Characters between the letters that are invisible or look like something else, by table."""

import re

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.rows import rows
from harness.generate.text.sites import WORDS, has_prose, picked, respell, rewrite

TABLE = "inserted"
MAX_MARKS = 4
_BLANK = re.compile(r"( (?<=\S )(?=\S))")


@op("text.invisible", layer="field", kind="nested")
def invisible(text: str, severity: int, draw: Stream) -> str:
    """Put an invisible character into words: zero-width blanks and joiners, soft hyphens, direction marks.

    One kind of character per text, one place per word. Words with a digit, an @ or a slash stay unchanged.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: Unicode general category Cf; opendatalab/MinerU#1599 (letters lost where such glyphs were dropped); table
    fixtures/tables/inserted.tsv; our own range.
    """
    return _inserted(text, 5 * severity, draw, "invisible")


@op("text.controls", layer="field", kind="nested")
def controls(text: str, severity: int, draw: Stream) -> str:
    """Put control codes, escapes or private-use letters into words, as a terminal, a printer or a broken export does.

    One kind of code per text, one place per word. Words with a digit, an @ or a slash stay unchanged.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: Unicode general categories Cc, Co and Cn, ECMA-48; firecrawl/pdf-inspector#118 is a text layer of such
    codes; table fixtures/tables/inserted.tsv; our own range.
    """
    return _inserted(text, 5 * severity, draw, "control")


@op("text.stacked_marks", layer="field", kind="nested")
def stacked_marks(text: str, severity: int, draw: Stream) -> str:
    """Put one to four combining marks on each letter of a word: struck through, underlined, dripping.

    One set of marks per text. Words with a digit, an @ or a slash stay unchanged.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: Unicode Standard Annex 15 (texts are stream-safe up to 30 marks per letter, these have at most four); our
    own sets, table fixtures/tables/inserted.tsv; our own range.
    """
    marks, most = draw.choice(rows(TABLE, "mark")).cells[0], draw.between(1, MAX_MARKS)
    stack = "".join(draw.choice(marks) for _ in range(most))
    return respell(text, WORDS, 5 * severity, draw, lambda word: stack.join(word) + stack)


@op("text.reordered", layer="field", kind="nested")
def reordered(text: str, severity: int, draw: Stream) -> str:
    """Store words back to front between direction codes that display them correctly.

    The visible text is unchanged. Words with a digit, an @ or a slash stay unchanged.
    severity: share of the words, 5 to 50 % in ten steps, rounded up; nested.
    Source: Unicode Standard Annex 9 (RLO, LRO, isolates); TextAttack's recipe BadCharacters2021; table
    fixtures/tables/inserted.tsv; our own range.
    """
    before, after = draw.choice(rows(TABLE, "direction")).cells[0].split("|")
    return respell(text, WORDS, 5 * severity, draw, lambda word: f"{before}{word[::-1]}{after}")


@op("text.odd_blanks", layer="field", kind="nested")
def odd_blanks(text: str, severity: int, draw: Stream) -> str:
    """Replace blanks between words by another blank: no-break, narrow, ideographic, a tab, a line separator.

    One kind of blank per text, drawn from the table. Only single blanks are sites.
    severity: share of the blanks, 10 to 100 % in ten steps, rounded up; nested.
    Source: Unicode general categories Zs, Zl, Zp; CommonMark and HTML treat them differently; table
    fixtures/tables/inserted.tsv; our own range.
    """
    blank = draw.choice(rows(TABLE, "blank")).cells[0]
    return text if not has_prose(text) else respell(text, _BLANK, 10 * severity, draw, lambda _: blank)


@op("text.run_together", layer="field", kind="graded")
def run_together(text: str, severity: int, draw: Stream) -> str:
    """Drop blanks between words, as a broken text layer, a narrow field or a quick thumb does.

    Blanks next to a word with a digit, an @ or a slash stay.
    severity: share of the blanks, 4 to 40 % in ten even steps, rounded up; nested.
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
