"""The same words in another dress: capitals, marks, line ends, order, and what was blacked out."""

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


@op("text.casing", layer="field", kind="sites")
def casing(text: str, severity: int, draw: Stream) -> str:
    """Write words all in capitals, all small, with capitals turned about, or with capitals at random.

    One way a text. Words with a digit, an @ or a slash are left alone.
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


@op("text.punctuation", layer="field", kind="sites")
def punctuation(text: str, severity: int, draw: Stream) -> str:
    """Leave marks out, write them three times, put a blank before them, or none behind.

    One way a text. Marks of words with a digit, an @ or a slash are left alone.
    severity: share of the words with a mark, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own; messages typed on a telephone, and French habits of blanks; our own range.
    """
    marks = (_NO_MARKS, _TRIPLED, _APART)[draw.below(3)]
    return respell(text, _MARKED, 10 * severity, draw, lambda word: word.translate(marks))


@op("text.wrapped", layer="field", kind="dose")
def wrapped(text: str, severity: int, draw: Stream) -> str:
    """Break lines at a fixed width, as mail programs and narrow forms do; every line end replaces a blank.

    severity: width of a line: 90, 76, 72, 60, 50, 40, 32, 24, 18, 12 characters; a longer word has its own.
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


@op("text.forwarded", layer="field", kind="dose")
def forwarded(text: str, severity: int, draw: Stream) -> str:
    """Quote the request itself, as who passes on another's mail does: it is all there is to answer.

    severity: how often it was passed on, 1 to 10; each time one more mark at every line and a line above.
    Source: our own; reply parsers take whatever is quoted for old mail; our own range.
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


@op("text.shuffled", layer="field", kind="switch")
def shuffled(text: str, severity: int, draw: Stream) -> str:
    """Put the sentences in another order, as pages scanned out of order and columns read across do.

    severity: a switch, 10 alone; a text of one sentence stays as it is.
    Source: our own; reading order is the first thing that a layout reader loses.
    """
    sentences = _SENTENCE.split(text)
    if len(sentences) < 2 or not has_prose(text):
        return text
    turn = 1 + draw.below(len(sentences) - 1)
    return " ".join(sentence.rstrip() for sentence in (*sentences[turn:], *sentences[:turn]))


@op("text.redacted", layer="field", kind="sites", effect="destroyed")
def redacted(text: str, severity: int, draw: Stream) -> str:
    """Black words out, by blocks or by a word in brackets, as a data protection filter in front does.

    What is blacked out may be what mattered, so an answer is never demanded.
    severity: share of the words of prose, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own; filters for personal data that mask too much; our own range.
    """
    how = draw.below(3)
    return respell(text, WORDS, 10 * severity, draw, lambda word: ("█" * len(word), "[redacted]", "***")[how])


@op("text.repeated", layer="field", kind="dose")
def repeated(text: str, severity: int, draw: Stream) -> str:
    """Write the text more than once, as a double click, a form's preview and a thread in two formats do.

    severity: 1 to 10 more copies, each behind an empty line.
    Source: our own; multipart/alternative mail of which both parts are read; our own range.
    """
    return text if not has_prose(text) else "\n\n".join([text] * (severity + 1))


@op("text.token_run", layer="field", kind="dose")
def token_run(text: str, severity: int, draw: Stream) -> str:
    """Put one sign or line over and over before or behind the text: a held key, a ruled line, empty lines.

    severity: 50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600 characters, and a few less or more.
    Source: our own; limits of tokens, and patterns that take time by the square of a run; our own range.
    """
    if not has_prose(text):
        return text
    token, before = draw.choice(_TOKENS), draw.below(2)
    run = token * (25 * 2**severity // len(token))
    return f"{run}\n{text}" if before else f"{text}\n{run}"


_TOKENS = ("=", "_", ". ", "\n", "-", "a", "😀", "*=", " \n", "\t")
