"""Small services that sort tickets, each as one would write it in an afternoon, and right on an ordinary text.

The ops on texts are tested against these. An op that breaks none of them is of no use.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType

Router = Callable[[str], str]
"""Returns the label of a text. It may raise, as a service would crash; it never hands over."""

REFUSED = "refused"
"""The reply of a service that refuses a text."""

KEYWORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "refund": ("refund", "rückerstattung"),
        "delivery": ("parcel", "lieferung"),
        "access": ("password", "zugang"),
    }
)
PHRASES: Mapping[str, str] = MappingProxyType(
    {
        "refund": "please send my|fehlt noch",
        "delivery": "tell me where my|ist nicht da",
        "access": "password is rejected|sich nicht öffnen",
    }
)
ORDERS: Mapping[str, str] = MappingProxyType({"1": "refund", "2": "delivery", "3": "access"})
"""State of an order by the fourth digit of its number."""
OTHERWISE = "other"
LONGEST, ENOUGH, FOREIGN = 160, 0.45, 0.05

TICKETS: Mapping[str, str] = MappingProxyType(
    {
        "I'm waiting for two weeks now; please send my refund, order 47110, your colleague promised it. My colour TV, "
        "1,284.50 EUR, went back on 2024-03-14.": "refund",
        "Hello, can't you tell me where my parcel, order 47120, is? The driver wasn't there, and nobody left a note.": (
            "delivery"
        ),
        "Please help with order 47130, the password is rejected since Monday. The link in your mail has expired too.": (
            "access"
        ),
        "Guten Tag, die Rückerstattung für Auftrag 47111 fehlt noch, bitte prüfen Sie das. Viele Grüße aus Köln!": (
            "refund"
        ),
        "Hallo, meine Lieferung 47121 ist nicht da, und dass der Fahrer geklingelt hätte, stimmt nicht. Bitte melden": (
            "delivery"
        ),
        "Der Zugang zu 47131 über das Portal läßt sich nicht öffnen; ich habe es 3 mal versucht. Können Sie helfen?": (
            "access"
        ),
    }
)
"""Requests of two sentences with their labels, English and German."""


def by_keyword(text: str) -> str:
    """Split on ASCII blanks and line ends, small letters, marks at the edges off, first keyword wins."""
    words = [word.strip(".,;:!?\"'()") for word in re.split("[ \n]+", text.lower())]
    return next((label for word in words for label, keys in KEYWORDS.items() if word in keys), OTHERWISE)


def by_bag_of_words(text: str) -> str:
    """The label of the ticket with which it shares the largest part of its words; none where that is small."""
    scored = _scored(text)
    best = max(scored, key=scored.__getitem__)
    return best if scored[best] >= ENOUGH else OTHERWISE


def nearest(text: str) -> str:
    """As `by_bag_of_words`, but without a limit: it always returns the nearest label."""
    scored = _scored(text)
    return max(scored, key=scored.__getitem__)


def _scored(text: str) -> dict[str, float]:
    words = Counter(re.findall(r"\w+", text.lower()))
    return {label: _alike(words, known) for known, label in _bags()}


def _bags() -> list[tuple[Counter[str], str]]:
    found: list[tuple[Counter[str], str]] = []
    for label in KEYWORDS:
        texts = " ".join(text for text, of in TICKETS.items() if of == label)
        found.append((Counter(re.findall(r"\w+", texts.lower())), label))
    return found


def _alike(words: Counter[str], known: Counter[str]) -> float:
    return sum((words & known).values()) / max(1, sum(words.values()))


def first_characters(text: str) -> str:
    """Read what fits, by keyword."""
    return by_keyword(text[:LONGEST])


def last_characters(text: str) -> str:
    """Read the end, where people come to the point, by keyword."""
    return by_keyword(text[-LONGEST:])


def in_ascii(text: str) -> str:
    """Drop what is not ASCII, as an old queue in between does, by what is left of the keywords."""
    left = text.encode("ascii", "ignore").decode()
    stems = {key.encode("ascii", "ignore").decode(): label for label, keys in KEYWORDS.items() for key in keys}
    words = re.findall(r"[a-z]+", left.lower())
    return next((stems[word] for word in words if word in stems), OTHERWISE)


def obedient(text: str) -> str:
    """Answers with the last code in the text, as a language model that obeys it would; else by keyword."""
    orders = re.findall(r"\b[A-Z]{4,}-\d{4}\b", _decoded(text))
    return orders[-1] if orders else by_keyword(text)


def _decoded(text: str) -> str:
    """Models read the tag block, variation selectors, Base64 and ROT13."""
    from base64 import b64decode
    from codecs import decode

    seen = "".join(chr(ord(c) - 0xE0000) if 0xE0000 < ord(c) < 0xE0080 else c for c in text)
    hidden = bytes(ord(c) - 0xFE00 if ord(c) < 0xFE10 else ord(c) - 0xE0100 + 16 for c in text if _is_selector(c))
    coded = "".join(re.findall(r"base64\s+([A-Za-z0-9+/=]{16,})", text))
    parts = (hidden.decode("utf-8", "ignore"), b64decode(coded).decode("utf-8", "ignore"), decode(text, "rot13"))
    return "\n".join((seen.replace("\u200b", ""), *parts))


def _is_selector(char: str) -> bool:
    return 0xFE00 <= ord(char) < 0xFE10 or 0xE0100 <= ord(char) < 0xE01F0


def by_mood(text: str) -> str:
    """Sends the angry and the urgent to a desk of their own, whatever they want."""
    loud = sum(text.count(mark) for mark in "!😡") >= 2 or text.isupper()
    words = r"furious|unbelievable|sick and tired|useless|unfähig|dumm|clowns|stinksauer|urgent|dringend|at once|sofort"
    return "complaint" if loud or re.search(words, text.lower()) else by_keyword(text)


def refusing(text: str) -> str:
    """Refuses what holds personal data, code, links or odd characters, and what does not look like a sentence."""
    odd = re.search(r"\b\d{4}[ -]\d{4}[ -]\d{4}\b|Traceback|https?://|<[^>]+>|\bERROR\b|[\x00-\x08\x0e-\x1f\x7f]", text)
    return REFUSED if odd else by_keyword(text)


def without_quotes(text: str) -> str:
    """Drops mail that is quoted and everything below a signature's line, then by keyword."""
    lines = [line for line in text.splitlines() if not line.startswith(">")]
    return by_keyword("\n".join(lines).split("\n-- ")[0])


def by_phrase(text: str) -> str:
    """By what people usually say, as patterns of an intent."""
    return next((label for label, phrase in PHRASES.items() if re.search(phrase, text)), OTHERWISE)


def by_order(text: str) -> str:
    """Looks the order up that the text names, and what its state is."""
    number = re.search(r"\b[0-9]{5}\b", text)
    return ORDERS.get(number[0][3], OTHERWISE) if number else OTHERWISE


def by_amount(text: str) -> str:
    """Asks back where a currency stands without an amount that it can read."""
    read = [float(found.replace(",", "")) for found in re.findall(r"(?<![\d.,])[0-9,]+\.[0-9]{2}\b", text)]
    return OTHERWISE if "EUR" in text and not any(amount > 1_000 for amount in read) else by_keyword(text)


def by_day(text: str) -> str:
    """Looks the case up by the day it names."""
    return (
        OTHERWISE
        if "went back on" in text and not re.search(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b", text)
        else by_keyword(text)
    )


def by_subject(text: str) -> str:
    """Reads the first sentence, as the subject of a mail is made of it."""
    return by_keyword(re.split(r"(?<=[.!?]) ", text)[0])


def of_this_country(text: str) -> str:
    """Takes for foreign what has many characters that no Western European has."""
    odd = sum(ord(c) > 0x24F for c in text)
    return OTHERWISE if odd > FOREIGN * len(text) else by_keyword(text)


def two_labels(text: str) -> str:
    """Answers "several" for a text with more than two question marks."""
    return "several" if text.count("?") > 2 else by_keyword(text)


ROUTERS: Mapping[str, Router] = MappingProxyType(
    {
        one.__name__: one
        for one in (
            by_keyword,
            by_bag_of_words,
            first_characters,
            last_characters,
            in_ascii,
            obedient,
            by_mood,
            refusing,
            nearest,
            by_phrase,
            by_order,
            by_amount,
            by_day,
            by_subject,
            of_this_country,
            without_quotes,
            two_labels,
        )
    }
)
