"""Other letters for the same words, as fonts, keyboards and spellings cause them, by table."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from harness.core.seed import Stream
from harness.generate.registry import OpRow, Run, op, op_table
from harness.generate.text.rows import Row, rows
from harness.generate.text.sites import MAX_WORDS, respell, words_with

TABLE = "letters"
_NUMBERS = re.compile(r"(?<!\S)([^\s\d@]*+\d[^\s@]*+)(?!\S)")


@op("text.digit_forms", layer="field", kind="nested", effect="renormalised")
def digit_forms(text: str, severity: int, draw: Stream) -> str:
    """Write the digits of numbers, dates and ids in another script or form: Arabic-Indic, full width, superscript.

    The op changes the words that other ops leave unchanged. A person reads the same number.
    severity: share of the words with a digit, 10 to 100 % in ten steps, rounded up; nested.
    Source: Unicode Character Database, general categories Nd and No; int("²") fails though "²".isdigit(); table
    fixtures/tables/letters.tsv; our own range.
    """
    return respell(text, _NUMBERS, 10 * severity, draw, draw.choice(_spellings("digit")).write)


def relettered(text: str, percent: int, draw: Stream, kind: str) -> str:
    """The text with `percent` of the words in other letters, by the first row that fits, starting from a drawn one."""
    known = _spellings(kind)
    first = draw.below(len(known))
    for one in (*known[first:], *known[:first]):
        if not one.any_of.search(text):
            continue  # a cheap test that rules out most rows that do not fit
        written = respell(text, one.words, percent, draw, one.write)
        if written != text:
            return written
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spelling:
    """A compiled row: the letters that it replaces, the words with one of them, and how to write such a word."""

    any_of: re.Pattern[str]
    words: re.Pattern[str]
    write: Callable[[str], str]


@lru_cache(maxsize=32)
def _spellings(kind: str) -> tuple[_Spelling, ...]:
    return tuple(_spelling(row) for row in rows(TABLE, kind))


def _spelling(row: Row) -> _Spelling:
    plain, written = (cell.split(" ") for cell in row.cells)
    letters = {ord(a): b for a, b in zip(plain, written, strict=True)}
    return _Spelling(
        any_of=re.compile(f"[{re.escape(''.join(plain))}]"),
        words=words_with("".join(plain)),
        write=lru_cache(maxsize=MAX_WORDS)(lambda word: word.translate(letters)),
    )


def _relettering(kind: str) -> Run:
    return lambda text, severity, draw: relettered(text, 10 * severity, draw, kind)


FROM = "table fixtures/tables/letters.tsv; our own range."

op_table(
    layer="field",
    kind="nested",
    scale="share of the words with such a letter, 10 to 100 % in ten steps, rounded up; nested.",
    rows=(
        # One style per text, letter by letter from the table. Words with a digit, an @ or a slash stay unchanged.
        OpRow(
            name="text.letter_style",
            summary="Write words in decorative letters, as nickname sites offer them: script, circled, small capitals.",
            scale="share of the words that the style changes, 10 to 100 % in ten steps, rounded up; nested.",
            source=(
                "Unicode Standard, Mathematical Alphanumeric Symbols and Enclosed Alphanumerics; avian2/unidecode#62; "
                f"{FROM}"
            ),
            run=_relettering("style"),
        ),
        # One script per text. Words with a digit, an @ or a slash stay unchanged.
        OpRow(
            name="text.look_alikes",
            summary="Replace letters by lookalikes of other scripts: Cyrillic, Greek, signs, historic letters.",
            source=f"our own selection of what Unicode Technical Standard 39 calls confusable; {FROM}",
            run=_relettering("look_alike"),
        ),
        OpRow(
            name="text.leet",
            summary="Replace letters by digits and signs of a similar shape: e by 3, a by 4 or @, s by $.",
            source=f"our own; the habit of people who evade filters; {FROM}",
            run=_relettering("leet"),
        ),
        OpRow(
            name="text.mark_forms",
            summary=(
                "Write marks as word processors and foreign keyboards do: curly quotes, dashes, full-width "
                "commas and stops."
            ),
            scale="share of the words with such a mark, 10 to 100 % in ten steps, rounded up; nested.",
            source=f"Unicode Standard, General Punctuation, and CJK Symbols; our own selection, {FROM}",
            run=_relettering("mark"),
        ),
        OpRow(
            name="text.no_accents",
            summary="Write letters without their accents, or transcribed: ä as a or ae, ß as ss, ø as oe.",
            source=f"our own; DIN 5007 names ae, oe, ue; estnltk/estnltk#34; {FROM}",
            run=_relettering("accent_dropped"),
        ),
        OpRow(
            name="text.wrong_accents",
            summary="Replace accents by wrong ones: è for é, ő for ö, the Turkish ı for i, ñ for n.",
            source=f"our own; dead keys, foreign keyboards and code pages that lack a letter; {FROM}",
            run=_relettering("accent_wrong"),
        ),
        # A person may have to guess, so no answer is required.
        OpRow(
            name="text.wrong_layout",
            effect="destroyed",
            summary=(
                "Write words as typed with another keyboard layout switched on: Russian, Greek, Hebrew, "
                "AZERTY, QWERTZ, Dvorak."
            ),
            source=f"our own; the layouts' key positions (Unicode CLDR keyboards), {FROM}",
            run=_relettering("layout"),
        ),
    ),
)
