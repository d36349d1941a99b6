"""Texts that were spoken or thumbed: dictation without marks, fillers, abbreviations, words that sound alike."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.message.around import LANGUAGES, spoken
from harness.generate.text.rows import rows
from harness.generate.text.sites import any_of, kept, picked

TABLE = "respelt"
ONE_MAY_BE_ANY = 2
"""Spans of a text, the empty one at its start among them, that do not tell its language: one word is of several."""
_SAID = re.compile(r"(?<!\S)([^\W\d_]+)([.,;:!?]*)(?!\S)")
_NUMBER = re.compile(r"(?<!\S)(\d{1,2})(?!\S)")
_NOT_BEHIND, _NOT_BEFORE = r"(?<![\w@/\\.-])", r"(?![\w@/\\-])"
_LETTERS = re.compile(r"[^\W_]+")
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
    return respelt(text, 10 * severity, draw, "shorthand")


@op("text.homophones", layer="field", kind="sites")
def homophones(text: str, severity: int, draw: Stream) -> str:
    """Write words by others that sound alike: there for their, to for two, das for dass, a for à.

    severity: share of the words that the table has, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own selection of common confusions, table fixtures/tables/respelt.tsv; our own range.
    """
    return respelt(text, 10 * severity, draw, "homophone")


@op("text.regional", layer="field", kind="sites")
def regional(text: str, severity: int, draw: Stream) -> str:
    """Write words as another country of the same language does: color, ss for ß, ordenador and computadora.

    severity: share of the words that the table has, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own selection; American and British, Swiss and German spelling; table fixtures/tables/respelt.tsv; our
    own range.
    """
    return respelt(text, 10 * severity, draw, "regional")


@op("text.autocorrected", layer="field", kind="sites", effect="destroyed")
def autocorrected(text: str, severity: int, draw: Stream) -> str:
    """Write words by others of similar letters, as a telephone puts them for what was meant: form for from.

    A word that mattered may be another one now, so an answer is never demanded.
    severity: share of the words that the table has, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own selection, English and German, table fixtures/tables/respelt.tsv; our own range.
    """
    return respelt(text, 10 * severity, draw, "autocorrect")


def respelt(text: str, percent: int, draw: Stream, kind: str) -> str:
    """The text with so many percent of the words that the table has of a kind, in one language, written as it says."""
    parts, language = _cut(text, kind)
    return _written(list(parts), _words(kind, language), percent, draw) if language else text


@kept(most=512)
def _cut(text: str, kind: str) -> tuple[tuple[str, ...], str]:
    """The text split by the words of the table in the language of its letters, and that language.

    Where that has one word of them at most, which may be of any language, by those of the one with the most; "" where
    none has any.
    """
    small = text.lower()
    if len(small) != len(text):
        small = text  # so that places stay what they are
    if not (begins := _begins(small, kind)):
        return (), ""
    language = spoken(text)
    spans = _spans(small, kind, language, begins)
    if len(spans) <= ONE_MAY_BE_ANY:
        of = {name: _spans(small, kind, name, begins) for name in (language, *LANGUAGES) if name in begins}
        language, spans = max(of.items(), key=lambda found: len(found[1]), default=("", spans))
    return _split(text, spans), language


def _begins(small: str, kind: str) -> dict[str, list[int]]:
    """Where in the text an entry may begin, from left to right, by its language; in small letters."""
    known = _first_letters(kind)
    begins: dict[str, list[int]] = {}
    for word in known.keys() & _LETTERS.findall(small):
        found, languages = known[word]
        for one in found.finditer(small):
            for language in languages:
                begins.setdefault(language, []).append(one.start())
    for places in begins.values():
        places.sort()
    return begins


def _spans(small: str, kind: str, language: str, begins: Mapping[str, Sequence[int]]) -> list[tuple[int, int]]:
    """Where in the text words of a language's table stand, behind an empty span at its start."""
    match, spans = _pattern(kind, language).match, [(0, 0)]
    for at in begins.get(language, ()):
        if at >= spans[-1][1] and (found := match(small, at)):
            spans.append(found.span())
    return spans


def _split(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """The text between the spans and in them, in turn; the first span is the empty one at its start."""
    parts = [part for (_, end), (i, j) in pairwise(spans) for part in (text[end:i], text[i:j])]
    return (*parts, text[spans[-1][1] :])


def _written(parts: list[str], written: Mapping[str, str], percent: int, draw: Stream) -> str:
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


@lru_cache(maxsize=8)
def _first_letters(kind: str) -> dict[str, tuple[re.Pattern[str], tuple[str, ...]]]:
    """Of the letters that entries of a table begin with where they stand alone, and in which languages."""
    languages: dict[str, list[str]] = {}
    for language in LANGUAGES:
        for letters in dict.fromkeys(_LETTERS.findall(word)[0] for word in _words(kind, language)):
            languages.setdefault(letters, []).append(language)
    return {
        letters: (re.compile(rf"{letters}(?<![^\W_]{letters})(?![^\W_])"), tuple(names))
        for letters, names in languages.items()
    }


@lru_cache(maxsize=32)
def _pattern(kind: str, language: str) -> re.Pattern[str]:
    return re.compile(rf"{_NOT_BEHIND}({any_of(_words(kind, language))}){_NOT_BEFORE}")
