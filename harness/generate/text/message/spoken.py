"""Spoken or thumb-typed texts: dictation without marks, fillers, abbreviations, words that sound alike."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from harness.core.seed import Stream
from harness.generate.registry import OpRow, Run, op, op_table
from harness.generate.text.message.around import LANGUAGES, spoken
from harness.generate.text.rows import rows
from harness.generate.text.sites import any_of, kept, picked

TABLE = "respelt"
ONE_MAY_BE_ANY = 2
"""Number of spans, including the empty one at the start, up to which they do not identify the language of a text."""
_SAID = re.compile(r"(?<!\S)([^\W\d_]+)([.,;:!?]*)(?!\S)")
_NUMBER = re.compile(r"(?<!\S)(\d{1,2})(?!\S)")
_NOT_BEHIND, _NOT_BEFORE = r"(?<![\w@/\\.-])", r"(?![\w@/\\-])"
_LETTERS = re.compile(r"[^\W_]+")
_GAP = re.compile(r"(?<=[^\W_]) (?=[^\W_])")


@op("text.dictated", layer="field", kind="graded", effect="renormalised")
def dictated(text: str, severity: int, draw: Stream) -> str:
    """Write the text as speech recognition does: no marks, no capitals, fillers, whole numbers below 13 as words.

    Fillers and numbers are English, German, French or Spanish, as the letters suggest, else English.
    Words with a digit, an @ or a slash keep their form, except lone small numbers.
    severity: fillers for each hundred words, 3 to 30 in ten even steps, at least one more at each; the rest is always
    on.
    Source: our own; automatic captions and voice mail; table fixtures/tables/respelt.tsv; our own range.
    """
    if not _SAID.search(text):
        return text
    language = spoken(text)
    fillers, numbers = _fillers(language), _words("number", language)
    words = _SAID.sub(lambda found: found[1].lower(), text)
    words = _NUMBER.sub(lambda found: numbers.get(found[1], found[1]), words)
    gaps = _GAP.split(words)
    for _ in range(severity * (1 + 3 * len(gaps) // 100)):
        gaps[draw.below(len(gaps))] += f" {fillers[draw.below(len(fillers))]}"
    return " ".join(gaps)


def respelt(text: str, percent: int, draw: Stream, kind: str) -> str:
    """The text with `percent` of the table's words of a kind, in one language, replaced as the table says."""
    parts, language = _cut(text, kind)
    return _written(list(parts), _words(kind, language), percent, draw) if language else text


@kept(most=512)
def _cut(text: str, kind: str) -> tuple[tuple[str, ...], str]:
    """The text split at the words of the table in the language of its letters, and that language.

    If that language has at most one match, which may belong to any language: split by the language with the most
    matches; "" if none has any.
    """
    small = text.lower()
    if len(small) != len(text):
        small = text  # lower() changed the length, so positions would not match
    if not (begins := _begins(small, kind)):
        return (), ""
    language = spoken(text)
    spans = _spans(small, kind, language, begins)
    if len(spans) <= ONE_MAY_BE_ANY:
        of = {name: _spans(small, kind, name, begins) for name in (language, *LANGUAGES) if name in begins}
        language, spans = max(of.items(), key=lambda found: len(found[1]), default=("", spans))
    return _split(text, spans), language


def _begins(small: str, kind: str) -> dict[str, list[int]]:
    """The positions where an entry may begin, from left to right, by language; in small letters."""
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
    """The positions of a language's table words in the text, after an empty span at its start."""
    match, spans = _pattern(kind, language).match, [(0, 0)]
    for at in begins.get(language, ()):
        if at >= spans[-1][1] and (found := match(small, at)):
            spans.append(found.span())
    return spans


def _split(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """The text between the spans and inside them, in turn. The first span is the empty one at its start."""
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
    """The first letters of the table's entries that can stand alone, with their languages."""
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


def _respelling(kind: str) -> Run:
    return lambda text, severity, draw: respelt(text, 10 * severity, draw, kind)


FROM = "table fixtures/tables/respelt.tsv; our own range."

op_table(
    layer="field",
    kind="nested",
    scale="share of the words in the table, 10 to 100 % in ten steps, rounded up; nested.",
    rows=(
        OpRow(
            name="text.shorthand",
            summary="Abbreviate words as in chat messages: pls, u, b4, thx, msg; also in German, French and Spanish.",
            source=f"our own selection of common abbreviations, {FROM}",
            run=_respelling("shorthand"),
        ),
        OpRow(
            name="text.homophones",
            summary="Replace words by others that sound alike: there for their, to for two, das for dass, a for à.",
            source=f"our own selection of common confusions, {FROM}",
            run=_respelling("homophone"),
        ),
        OpRow(
            name="text.regional",
            summary=(
                "Spell words as another country with the same language does: color, ss for ß, ordenador and "
                "computadora."
            ),
            source=f"our own selection; American and British, Swiss and German spelling; {FROM}",
            run=_respelling("regional"),
        ),
        # A word that mattered may have changed, so no answer is required.
        OpRow(
            name="text.autocorrected",
            effect="destroyed",
            summary="Replace words by similar ones, as autocorrection on a phone does: form for from.",
            source=f"our own selection, English and German, {FROM}",
            run=_respelling("autocorrect"),
        ),
    ),
)
