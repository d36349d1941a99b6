"""Texts with another or an ambiguous meaning: a changed number, a negation, a mark with two readings."""

import re
from collections.abc import Callable
from functools import lru_cache, partial

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.characters.figures import grouped
from harness.generate.text.message.around import spoken
from harness.generate.text.message.spoken import respelt
from harness.generate.text.preamble import small_talk
from harness.generate.text.rows import rows
from harness.generate.text.sites import has_prose, respell, rewrite

LIMITS = (
    *(140, 160, 255, 256, 280, 500, 512, 1000, 1024, 2000, 2048, 4000, 4096, 5000, 8000, 8192, 10_000, 16_000),
    *(16_384, 20_000, 32_000, 32_768, 50_000, 65_535, 65_536, 100_000),
)
"""Common length limits of fields, columns and messages, in characters."""

_GAP = re.compile(r"(?<=[^\W\d_]) (?=[^\W\d_])")
_NUMBERS = re.compile(r"(?<!\S)([^\s\d@/\\]*+\d[^\s@/\\]*+)(?!\S)")
_UNCLEAR = re.compile(
    r"(\d(?<![\w.,/@'-]\d)"  # looks back from the digit, so that `re` skips everything else
    r"(?:\d{0,2}(?:,\d{3})+\.\d\d|\d{0,2}(?:\.\d{3})+,\d\d|\d{3}-\d\d-\d\d|\d?\.\d\d?\.\d{4}))"
    r"(?![\w@/-]|[.,]\d)"
)


@op("text.unclear", layer="field", kind="nested", effect="destroyed")
def unclear(text: str, severity: int, draw: Stream) -> str:
    """Write amounts and dates with two possible readings: 1.284 for 1,284.50, 03/04/24, 24-03-14.

    Nobody knows which one is meant, so no answer is required. A service that answers has guessed.
    severity: share of the amounts from 1,000 on and of the dates, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own; ISO 8601 exists for it; table fixtures/tables/unclear.tsv; our own range.
    """
    known = _writers()
    first = draw.below(len(known))
    return respell(text, _UNCLEAR, 10 * severity, draw, known[first])


@lru_cache(maxsize=1)
def _writers() -> tuple[Callable[[str], str], ...]:
    return tuple(partial(_read_two_ways, *row.cells) for row in rows("unclear"))


def _read_two_ways(mark: str, form: str, found: str) -> str:
    numbers = [int(part) for part in re.split(r"\D", found)]
    if not re.fullmatch(r"\d{4}-\d\d-\d\d|\d\d?\.\d\d?\.\d{4}", found):
        return grouped(re.sub(r"\D", "", found[:-3]), mark, 3)
    year, month, day = numbers if "-" in found else numbers[::-1]
    return form.format(d=day, m=month, yy=year % 100)


@op("text.numbers_changed", layer="field", kind="nested", effect="destroyed")
def numbers_changed(text: str, severity: int, draw: Stream) -> str:
    """Change a digit in numbers, ids, amounts and dates, so that the original value is lost.

    No answer is required. An answer with the original value was not read from this text.
    severity: share of the words with a digit, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own; Ribeiro et al. 2020 (CheckList) change numbers and expect another answer; our own range.
    """
    return rewrite(text, _NUMBERS, 10 * severity, draw, _another_digit)


def _another_digit(word: str, bits: int) -> str:
    places = [k for k, c in enumerate(word) if c.isdecimal()]
    at = places[bits % len(places)]
    return f"{word[:at]}{(int(word[at]) + 1 + (bits >> 32) % 9) % 10}{word[at + 1 :]}"


@op("text.negated", layer="field", kind="nested", effect="destroyed")
def negated(text: str, severity: int, draw: Stream) -> str:
    """Negate the request: is not, please do not, nicht, ne pas.

    The right reaction depends on the topic, so no answer is required.
    severity: share of the words in the table, 10 to 100 % in ten steps, rounded up; nested.
    Source: Ribeiro et al. 2020 (CheckList), negation; table fixtures/tables/respelt.tsv; our own range.
    """
    return respelt(text, 10 * severity, draw, "negation")


@op("text.loan_words", layer="field", kind="graded")
def loan_words(text: str, severity: int, draw: Stream) -> str:
    """Put words of another language into sentences, as bilingual people do: also, voilà, pues, yani.

    One other language per text. None of the words names a topic.
    severity: 3 to 30 words for each hundred words, at least one more at each step.
    Source: our own selection of discourse markers; table fixtures/tables/respelt.tsv; our own range.
    """
    if not has_prose(text):
        return text
    others = sorted({row.cells[0] for row in rows("respelt", "loan")} - {spoken(text)})
    other = draw.choice(others)
    known = [row.name for row in rows("respelt", "loan") if row.cells[0] == other]
    parts = _GAP.split(text)
    for _ in range(severity * (1 + 3 * len(parts) // 100)):
        at = draw.below(len(parts))
        parts[at] = f"{parts[at]} {draw.choice(known)}"
    return " ".join(parts)


@op("text.two_directions", layer="field", kind="graded")
def two_directions(text: str, severity: int, draw: Stream) -> str:
    """Put right-to-left fragments with numbers into left-to-right lines.

    Arabic and Hebrew reference marks in parentheses: text shown to the left of them is stored after them.
    severity: 1 to 10 pieces between words, those of a lower severity first.
    Source: Unicode Standard Annex 9, 3.3.4 (numbers in text of the other direction); our own range.
    """
    if not has_prose(text):
        return text
    parts = _GAP.split(text)
    for _ in range(severity):
        at, piece = draw.below(len(parts)), draw.choice(PIECES)
        parts[at] = f"{parts[at]} {piece.format(n=draw.between(10, 99))}"
    return " ".join(parts)


PIECES = ("(رقم {n})", "(ملف {n}/ب)", "(תיק {n})", "(מס' {n}-א)")


@op("text.to_length", layer="field", kind="graded")
def to_length(text: str, severity: int, draw: Stream) -> str:
    """Fill up the text with small talk to a common length limit of fields: exactly, or one character less or more.

    Before or after it. The last word of the small talk may be cut. A text beyond 100,000 characters stays unchanged.
    severity: the 1st to 10th limit above the text's own length, of 140, 160, 255, 256, 280, 500, 512 and so on.
    Source: our own; SMS, tweets, VARCHAR(255), 4 KiB and the like; lines of fixtures/tables/small_talk.tsv; our own
    range.
    """
    off, before = draw.between(-1, 1), draw.below(2)
    limits = [limit for limit in LIMITS if limit > len(text) + 2]
    if not has_prose(text) or len(limits) < severity:
        return text
    missing = limits[severity - 1] + off - len(text) - 1
    lines = " ".join(small_talk(spoken(text), "line"))
    fill = ((lines + " ") * (1 + missing // len(lines)))[:missing]
    return f"{fill}\n{text}" if before else f"{text}\n{fill}"
