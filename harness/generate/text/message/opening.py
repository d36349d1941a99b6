"""The same opening or ending for several texts: a form's reference line and polite sentences around the request."""

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.accents import accented

LENGTH = 60
"""Minimum length in characters per severity step, up to the end of a word."""

SENTENCES = (
    "I am writing to you with the reference above, which stands on the form that I was sent.",
    "Somebody asked me to put everything into one message, so here it is, and I hope that it is complete.",
    "Please read it to the end, since what matters comes below.",
    "If anything is unclear I will gladly answer, in the evening or at the weekend.",
    "This is sent from a telephone, so please excuse the form.",
    "I would be glad to hear from the person who looks after this.",
    "There is no hurry, and I thank you in advance.",
    "It is the first time that I write to this address, so I do not know who will read it.",
)
"""Our own sentences; none of them reveals what the message is about."""


@op("text.opening", layer="field", kind="graded")
def opening(text: str, severity: int, draw: Stream) -> str:
    """Put a form's reference line, a greeting and empty sentences in front of the text.

    Texts with one stream get the same opening, other streams get another one: its first line has a twelve-digit number.
    Everything else is in every opening, so that the opening itself always has the same effect on an answer.
    severity: length of the opening, 60 to 600 characters in ten even steps, to the end of the word.
    Source: sentences and range are our own; caches keyed by the start of a request, or by values in
    its head, are reported in vllm-project/vllm#51899.
    """
    number = draw.between(10**11, 10**12 - 1)
    words = f"Reference {number}\nHello, {' '.join(SENTENCES)}"
    end = words.find(" ", LENGTH * severity)
    return f"{words if end < 0 else words[:end]}\n\n{text}"


@op("text.ending", layer="field", kind="graded")
def ending(text: str, severity: int, draw: Stream) -> str:
    """Put empty sentences and a form's reference line behind the text.

    As with `text.opening`, texts with one stream get the same ending, and only the number in its last line differs
    between streams.
    severity: length of the ending, 60 to 600 characters in ten even steps, to the start of the word.
    Source: sentences and range are our own; keys cut to the end of a request are the mirror image of `text.opening`.
    """
    number = draw.between(10**11, 10**12 - 1)
    words = f"{' '.join(SENTENCES)}\nReference {number}/a"
    start = words.rfind(" ", 0, max(0, len(words) - LENGTH * severity) + 1)
    return f"{text}\n\n{words[start + 1 :]}"


@op("text.accent", layer="field", kind="binary")
def accent(text: str, severity: int, draw: Stream) -> str:
    """Put an accent on the first and on the last letter that can carry one: Ŕeference in place of Reference.

    severity: binary, 0 or 10.
    Source: our own; a key without accents takes both texts for one (MySQL's collations that end
    in _ai_ci, Python's unidecode).
    """
    return accented(accented(text, range(len(text))), reversed(range(len(text))))
