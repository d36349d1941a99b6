"""Where ops on texts work: words of prose, and which of them a severity changes."""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache, wraps
from math import gcd
from typing import Any, TypeVar, cast

from harness.core.seed import Stream
from harness.generate.payloads import SampleText

_NO_PROSE = r"\s\d@/\\"
PROSE = f"[^{_NO_PROSE}]"
"""Any character except blanks, digits, @ and slashes: ids, dates, amounts, addresses and links contain one of these."""

MAX_WORDS, LONGEST = 1 << 14, 1 << 12
"""Cache size in words for each way of writing them; maximum length in characters of a text whose parts are cached."""

_PROSE_WITH_A_LETTER = re.compile(rf"(?<!\S)(?=\S*?[^\W\d_]){PROSE}++(?!\S)")

F = TypeVar("F", bound=Callable[..., Any])
Write = Callable[[str, int], str]
"""Maps the text at a site, and 64 random bits of that site, to its replacement."""
_WORD, _ODD = (1 << 64) - 1, 0x9E3779B97F4A7C15


_PLAIN = "".join(re.findall(PROSE, "".join(map(chr, range(128)))))
"""The ASCII characters of PROSE. `re` looks these up, but tests PROSE for blanks and digits first, which is slower."""


def _one_of(characters: str) -> str:
    return f"[{re.escape(characters)}]"


_ASCII = _one_of(_PLAIN)
WORDS = re.compile(rf"(?<!\S)({_ASCII}{{2,}}+|{PROSE}{{2,}}+)(?!\S)")
"""Words of at least two characters without a digit, an @ or a slash. Use it to split: every second part is a site."""


def has_prose(text: str) -> bool:
    """Whether any word is not an id, amount or address. Nothing is added to a text without such a word."""
    return _PROSE_WITH_A_LETTER.search(text) is not None


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first, grouped by first letter, because `re` tries one by one."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]))
    alone = "".join(letter for letter, rest in by_letter.items() if rest == [""])
    longer = [f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items() if rest != [""]]
    return "|".join([*[_one_of(alone)] * bool(alone), *longer])


def words_with(characters: str) -> re.Pattern[str]:
    """Words of prose with one of these characters, as `WORDS`."""
    others = _one_of("".join(c for c in _PLAIN if c not in characters))
    before = f"{others}*+[^{_NO_PROSE}{re.escape(characters)}]*+"
    return re.compile(rf"(?<!\S)({before}(?={_one_of(characters)}){_ASCII}*+{PROSE}*+)(?!\S)")


def rewrite(text: str, sites: re.Pattern[str], percent: int, draw: Stream, write: Write) -> str:
    """The text with `percent` (0..100) of the sites rewritten, rounded up; a higher percentage contains a lower one."""
    parts, bits = list(cut(text, sites)), draw.bits()
    for k in picked(len(parts) // 2, percent, draw):
        own, at = (bits + k) * _ODD & _WORD, 2 * k + 1
        parts[at] = write(parts[at], own ^ own >> 32)
    return "".join(parts)


def respell(text: str, sites: re.Pattern[str], percent: int, draw: Stream, spell: Callable[[str], str]) -> str:
    """Like `rewrite`, if the new text at a site depends on the old one."""
    return respell_by(text, sites, percent, draw, (spell,))


def respell_by(
    text: str, sites: re.Pattern[str], percent: int, draw: Stream, spellings: Iterable[Callable[[str], str]]
) -> str:
    """Like `respell`, with the first of the spellings that changes anything."""
    found = cut(text, sites)
    if len(found) == 1:
        return text
    for spell in spellings:
        parts = list(found)
        draw.bits()  # as `rewrite` does, so that both select the same sites
        for k in picked(len(parts) // 2, percent, draw):
            at = 2 * k + 1
            parts[at] = spell(parts[at])
        if (written := "".join(parts)) != text:
            return written
    return text


def kept(most: int) -> Callable[[F], F]:
    """Cache the result of a function for sample texts of usual length, because many cases use them. most: entries."""

    def keeping(work: F) -> F:
        remembered = lru_cache(maxsize=most)(work)

        @wraps(work)
        def worked_out(text: str, *more: Hashable) -> Any:
            of_sample = type(text) is SampleText and len(text) <= LONGEST
            return (remembered if of_sample else work)(text, *more)

        return cast(F, worked_out)

    return keeping


@kept(most=2048)
def cut(text: str, sites: re.Pattern[str]) -> Sequence[str]:
    """The text split by the pattern."""
    return sites.split(text)


def picked(n: int, percent: int, draw: Stream) -> list[int]:
    """So many percent of the numbers 0..n-1, rounded up, the smaller selections inside the larger ones.

    A start and a stride are drawn instead of a full order: the selection is spread over the text and needs two draws.
    """
    if not n:
        return []
    at, stride = draw.below(n), 1 + draw.below(n)
    while gcd(stride, n) > 1:
        stride += 1
    return [k % n for k in range(at, at + stride * -(-n * percent // 100), stride)]
