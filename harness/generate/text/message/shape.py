"""The same words with another layout: capitals, marks, line ends, order, and redacted words."""

import re

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.sites import WORDS, has_prose, respell, rewrite, words_with

MARKS = ".,;:!?"
WIDTHS = (90, 76, 72, 60, 50, 40, 32, 24, 18, 12)
_MARKED = words_with(MARKS)
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s*(?=\S)")
_NO_MARKS = str.maketrans("", "", MARKS)
_TRIPLED = str.maketrans({mark: mark * 3 for mark in MARKS})
_APART = str.maketrans({mark: f"\N{NO-BREAK SPACE}{mark}" for mark in MARKS})


@op("text.casing", layer="field", kind="nested")
def casing(text: str, severity: int, draw: Stream) -> str:
    """Write words in capitals, in small letters, with inverted case, or with random case.

    One kind per text. Words with a digit, an @ or a slash stay unchanged.
    severity: share of the words whose letters change, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own; Caps Lock, forms that capitalise (ß becomes SS, İ becomes two code points); our own range.
    """
    how = draw.below(4)
    if how == 3:
        return rewrite(text, WORDS, 10 * severity, draw, _at_random)
    spell = (str.upper, str.lower, str.swapcase)[how]
    return respell(text, _CAPITAL if how == 1 else WORDS, 10 * severity, draw, spell)


def _at_random(word: str, bits: int) -> str:
    return "".join([c.upper() if bits >> k % 64 & 1 else c.lower() for k, c in enumerate(word)])


_CAPITAL = words_with(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜÀÁÂÇÈÉÊÍÎÑÓÔÚŁŚŻАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"
)


@op("text.punctuation", layer="field", kind="nested")
def punctuation(text: str, severity: int, draw: Stream) -> str:
    """Drop marks, triple them, put a blank before them, or drop the blank after them.

    One kind per text. Marks of words with a digit, an @ or a slash stay unchanged.
    severity: share of the words with a mark, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own; messages typed on a phone, and the French use of blanks; our own range.
    """
    marks = (_NO_MARKS, _TRIPLED, _APART)[draw.below(3)]
    return respell(text, _MARKED, 10 * severity, draw, lambda word: word.translate(marks))


@op("text.wrapped", layer="field", kind="graded")
def wrapped(text: str, severity: int, draw: Stream) -> str:
    """Break lines at a fixed width, as mail programs and narrow forms do. Every line end replaces a blank.

    severity: width of a line: 90, 76, 72, 60, 50, 40, 32, 24, 18, 12 characters; a longer word has a line of its own.
    Source: RFC 2822, 2.1.1 (78 characters), RFC 3676; our own range.
    """
    if not has_prose(text):
        return text
    width = WIDTHS[severity - 1]
    parts = text.split(" ")
    out = [parts[0]]
    line = len(parts[0])
    for part in parts[1:]:
        fits = line + 1 + len(part) <= width or not part
        out += (" " if fits else "\n", part)
        line = line + 1 + len(part) if fits else len(part)
    return "".join(out)


@op("text.forwarded", layer="field", kind="graded")
def forwarded(text: str, severity: int, draw: Stream) -> str:
    """Quote the request itself, as in a forwarded mail. There is nothing else to answer.

    severity: how often it was forwarded, 1 to 10; each time adds a mark to every line and a line above.
    Source: our own; reply parsers take every quoted text for old mail; our own range.
    """
    if not has_prose(text):
        return text
    for k in range(severity):
        lines = "\n".join(f"> {line}" for line in text.split("\n"))
        text = f"{_ABOVE[k % len(_ABOVE)]}\n\n{lines}"
    return text


_ABOVE = (
    "FYI, please see below.",
    "Passing this on to you, it came to my address.",
    "Can you look at this?",
    "See below, not for us.",
)


@op("text.shuffled", layer="field", kind="binary")
def shuffled(text: str, severity: int, draw: Stream) -> str:
    """Put the sentences in another order, as pages scanned out of order and misread columns do.

    severity: binary, 0 or 10; a text of one sentence stays unchanged.
    Source: our own; layout readers often lose the reading order.
    """
    sentences = _SENTENCE.split(text)
    if len(sentences) < 2 or not has_prose(text):
        return text
    turn = 1 + draw.below(len(sentences) - 1)
    return " ".join(sentence.rstrip() for sentence in (*sentences[turn:], *sentences[:turn]))


@op("text.redacted", layer="field", kind="nested", effect="destroyed")
def redacted(text: str, severity: int, draw: Stream) -> str:
    """Redact words by blocks or by a word in brackets, as a data protection filter does.

    A redacted word may be the one that mattered, so no answer is required.
    severity: share of the words of prose, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own; filters for personal data that mask too much; our own range.
    """
    how = draw.below(3)
    return respell(text, WORDS, 10 * severity, draw, lambda word: ("█" * len(word), "[redacted]", "***")[how])


@op("text.repeated", layer="field", kind="graded")
def repeated(text: str, severity: int, draw: Stream) -> str:
    """Repeat the text, as a double click, a form's preview or a thread in two formats does.

    severity: 1 to 10 more copies, each after an empty line.
    Source: our own; multipart/alternative mails of which both parts are read; our own range.
    """
    return text if not has_prose(text) else "\n\n".join([text] * (severity + 1))


@op("text.token_run", layer="field", kind="graded")
def token_run(text: str, severity: int, draw: Stream) -> str:
    """Repeat one sign or line before or after the text: a held key, a ruled line, empty lines.

    severity: 50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600 characters, and a few less or more.
    Source: our own; token limits, and patterns that take quadratic time on long runs; our own range.
    """
    if not has_prose(text):
        return text
    token, before = draw.choice(_TOKENS), draw.below(2)
    run = token * (25 * 2**severity // len(token))
    return f"{run}\n{text}" if before else f"{text}\n{run}"


_TOKENS = ("=", "_", ". ", "\n", "-", "a", "😀", "*=", " \n", "\t")
