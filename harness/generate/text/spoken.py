"""Texts that were spoken or thumbed: dictation without marks, fillers, abbreviations, words that sound alike."""

import re
from functools import lru_cache

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.around import LANGUAGES, spoken
from harness.generate.text.rows import rows
from harness.generate.text.sites import picked

TABLE = "respelt"
_SAID = re.compile(r"(?<!\S)([^\W\d_]+)([.,;:!?]*)(?!\S)")
_NUMBER = re.compile(r"(?<!\S)(\d{1,2})(?!\S)")
_GAP = re.compile(r"(?<=[^\W_]) (?=[^\W_])")


@op("text.dictated", layer="field", kind="dose", effect="renormalised")
def dictated(text: str, severity: int, draw: Stream) -> str:
    """Write what speech recognition hands over: no marks, no capitals, fillers, whole numbers below 13 as words.

    Fillers and numbers are those of English, German, French or Spanish, whichever the letters suggest, else English.
    Words with a digit, an @ or a slash keep their form but for lone small numbers.
    severity: fillers for each hundred words, 3 to 30 in ten even steps, at least one more at each; the rest is in all.
    Source: our own; automatic captions and voice mail; table fixtures/tables/respelt.tsv; our own range.
    """
    if not _SAID.search(text):
        return text
    language = spoken(text)
    fillers, numbers = _fillers(language), _words("number", language)
    said = _SAID.sub(lambda found: found[1].lower(), text)
    said = _NUMBER.sub(lambda found: numbers.get(found[1], found[1]), said)
    gaps = _GAP.split(said)
    for _ in range(severity * (1 + 3 * len(gaps) // 100)):
        gaps[draw.below(len(gaps))] += f" {fillers[draw.below(len(fillers))]}"
    return " ".join(gaps)


@op("text.shorthand", layer="field", kind="sites")
def shorthand(text: str, severity: int, draw: Stream) -> str:
    """Write words as in messages: pls, u, b4, thx, msg; in German, French and Spanish as they are written there.

    severity: share of the words that the table has, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own selection of common abbreviations, table fixtures/tables/respelt.tsv; our own range.
    """
    return _respelt(text, 10 * severity, draw, "shorthand")


@op("text.homophones", layer="field", kind="sites")
def homophones(text: str, severity: int, draw: Stream) -> str:
    """Write words by others that sound alike: there for their, to for two, das for dass, a for à.

    severity: share of the words that the table has, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own selection of common confusions, table fixtures/tables/respelt.tsv; our own range.
    """
    return _respelt(text, 10 * severity, draw, "homophone")


@op("text.regional", layer="field", kind="sites")
def regional(text: str, severity: int, draw: Stream) -> str:
    """Write words as another country of the same language does: color, ss for ß, ordenador and computadora.

    severity: share of the words that the table has, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own selection; American and British, Swiss and German spelling; table fixtures/tables/respelt.tsv; our
    own range.
    """
    return _respelt(text, 10 * severity, draw, "regional")


@op("text.autocorrected", layer="field", kind="sites", effect="destroyed")
def autocorrected(text: str, severity: int, draw: Stream) -> str:
    """Write words by others of similar letters, as a telephone puts them for what was meant: form for from.

    A word that mattered may be another one now, so an answer is never demanded.
    severity: share of the words that the table has, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own selection, English and German, table fixtures/tables/respelt.tsv; our own range.
    """
    return _respelt(text, 10 * severity, draw, "autocorrect")


def _respelt(text: str, percent: int, draw: Stream, kind: str) -> str:
    parts, written = _sites(text, kind, spoken(text))
    if len(parts) <= 3:  # one word may be of any language
        others = (_sites(text, kind, language) for language in LANGUAGES)
        parts, written = max((parts, written), *others, key=lambda found: len(found[0]))
    return _written(list(parts), written, percent, draw)


def _sites(text: str, kind: str, language: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """The text split by the words of a language's table, and what is written for them."""
    pattern, written = _pattern(kind, language)
    return (_cut_in_any_case(pattern, text) if written else (text,)), written


@lru_cache(maxsize=512)
def _cut_in_any_case(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    """The text split by a pattern of small letters; its capitals are none where small ones are of another length."""
    small, parts, end = text.lower(), [], 0
    for found in pattern.finditer(small if len(small) == len(text) else text):
        parts += [text[end : found.start()], text[found.start() : found.end()]]
        end = found.end()
    return (*parts, text[end:])


def _written(parts: list[str], written: dict[str, str], percent: int, draw: Stream) -> str:
    for k in picked(len(parts) // 2, percent, draw):
        word = parts[2 * k + 1]
        new = written[word.lower()]
        parts[2 * k + 1] = new[0].upper() + new[1:] if word[0].isupper() else new
    return "".join(parts)


@lru_cache(maxsize=32)
def _words(kind: str, language: str) -> dict[str, str]:
    return {row.name: row.cells[1] for row in rows(TABLE, kind) if row.cells[0] == language}


@lru_cache(maxsize=8)
def _fillers(language: str) -> tuple[str, ...]:
    return tuple(_words("filler", language).values())


@lru_cache(maxsize=32)
def _pattern(kind: str, language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    words = _words(kind, language)
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]))
    # By the first letter, since a pattern tries what it is made of one by one.
    any_of = "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_letter.items())
    return re.compile(rf"(?<![\w@/\\.-])({any_of})(?![\w@/\\-])"), words
