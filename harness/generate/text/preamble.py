"""What people write around their request: greetings, small talk, and older mail quoted above or below."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from harness.core.loading.shipped import shipped
from harness.core.seed import Stream
from harness.generate.registry import op

LENGTHS = (100, 200, 400, 700, 1000, 1500, 2500, 4000, 6000, 8000)
"""Minimum number of added characters by severity; every line of the table is shorter than the smallest step."""

POSITIONS = ("start", "middle", "end")
LETTERS = {
    "de": "äöüÄÖÜß",
    "fr": "àâçèéêëîïôùûœÀÂÇÈÉÊËÎÏÔÙÛŒ",
    "es": "áéíñóúÁÉÍÑÓÚ¿¡",
    "pl": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ",
    "ru": "\u0400-\u04ff",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "ja": "\u3040-\u30ff",
}
"""Letters that indicate a language; a text without any of them counts as English."""


@op("text.preamble", layer="field", kind="graded")
def preamble(text: str, severity: int, draw: Stream) -> str:
    """Put greetings and small talk, or quoted older mail, before or after the text. The text itself stays.

    The position of the text (start, middle, end) and the kind of preamble are drawn. The lines are pleasantries that
    name no topic by which a service would sort mail. Their language is the one that the text's letters suggest:
    English, German, French, Spanish, Polish, Russian, Greek or Japanese. A blank text stays blank.
    severity: 100, 200, 400, 700, 1000, 1500, 2500, 4000, 6000, 8000 characters at least, and at most one line more.
    Source: ollama/ollama#3839 (the front silently cut off), sentence-transformers#4060 (the tail); the lines are our
    own, table fixtures/tables/small_talk.tsv; our own range.
    """
    if not text.strip():
        return text
    language, position = language_of(text), draw.choice(POSITIONS)
    around = _quoted if draw.below(2) else _small_talk
    lines = around(language, LENGTHS[severity - 1], draw)
    before = {"start": 0, "middle": len(lines) // 2, "end": len(lines)}[position]
    parts = ("\n".join(lines[:before]), text, "\n".join(lines[before:]))
    return "\n\n".join(part for part in parts if part)


def language_of(text: str) -> str:
    """The language whose own letters are most frequent in the text; English if there are none."""
    if text.isascii() or not (found := _any_letter().findall(text)):
        return "en"
    counts = dict.fromkeys(LETTERS, 0)
    for letter, times in Counter(found).items():
        for name in _languages_with(letter):
            counts[name] += times
    return max(counts, key=counts.__getitem__)


def _small_talk(language: str, length: int, draw: Stream) -> list[str]:
    return [draw.choice(small_talk(language, "greeting")), "", *_lines(language, length, draw, "")]


def _quoted(language: str, length: int, draw: Stream) -> list[str]:
    return [draw.choice(small_talk(language, "wrote")), *_lines(language, length, draw, "> ")]


def _lines(language: str, length: int, draw: Stream, mark: str) -> Iterator[str]:
    """Lines with at least `length` characters in total. A longer preamble begins with the lines of a shorter one."""
    lines, written = small_talk(language, "line"), 0
    while True:
        for i in draw.order(len(lines)):
            if written >= length:
                return
            written += len(mark) + len(lines[i]) + 1
            yield mark + lines[i]


@lru_cache(maxsize=1024)
def _languages_with(letter: str) -> tuple[str, ...]:
    return tuple(name for name, letters in LETTERS.items() if re.match(f"[{letters}]", letter))


@lru_cache(maxsize=1)
def _any_letter() -> re.Pattern[str]:
    return re.compile(f"[{''.join(LETTERS.values())}]")


def small_talk(language: str, block: str) -> tuple[str, ...]:
    """The table's lines of a language: `greeting`, `wrote` (over quoted mail) or `line`."""
    return _table()[language, block]


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, str], tuple[str, ...]]:
    path = shipped("fixtures") / "tables" / "small_talk.tsv"
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in path.read_text(encoding="utf-8").splitlines()[1:]:
        language, block, text = row.split("\t")
        found[language, block] = (*found.get((language, block), ()), text)
    return found
