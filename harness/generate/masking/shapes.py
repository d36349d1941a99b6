"""Another value of the same shape, by kind of personal data."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.core.seed import Stream
from harness.generate.masking.checksums import iban_valid, with_card_check, with_iban_check

_LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "LATIN": "éèöüäåñçøłśžíóúâ",
        "CYRILLIC": "авгдезиклмнопрсту",
        "GREEK": "αβγδεικλμνοπρστυ",
        "ARABIC": "بتجدرسعفقكلمنهوي",
        "HEBREW": "אבגדהוחטילמנסרשת",
        "CJK": "王李张刘陈杨赵黄周吴徐孙",
        "HIRAGANA": "あいうえおかきくけこさし",
        "KATAKANA": "アイウエオカキクケコサシ",
        "HANGUL": "김이박최정강조윤장임한오",
        "DEVANAGARI": "कखगचजटडतदनपबमरलवसह",
        "THAI": "กขคงจชดตนบปมยรลวส",
    }
)
_VOWELS, _CONSONANTS = "aeiou", "bdfgklmnprstvw"


def _shaped(value: str, draw: Stream) -> str:
    """Digits become digits (leading zeros stay), letters become letters of their script and case, the rest stays."""
    out = []
    for k, char in enumerate(value):
        if char.isdigit() and char.isascii():
            first = not any(map(str.isdigit, value[:k]))
            out.append(char if first and char == "0" else str(draw.between(1 if first else 0, 9)))
        elif char.isalpha():
            out.append(_letter(char, draw, draw.choice((_VOWELS, _CONSONANTS))))
        else:
            out.append(char)
    return "".join(out)


def _name(value: str, draw: Stream) -> str:
    """A pronounceable word: consonants and vowels in turn."""
    turn = draw.below(2)
    return "".join(_letter(c, draw, (_VOWELS, _CONSONANTS)[(k + turn) % 2]) for k, c in enumerate(value))


def _letter(char: str, draw: Stream, plain: str) -> str:
    if not char.isalpha():
        return char
    script = unicodedata.name(char, "").partition(" ")[0]
    letters = plain if char.isascii() else _LETTERS.get(script, char)
    new = draw.choice(letters)
    return new.upper() if char.isupper() else new


def _digits(value: str, draw: Stream) -> str:
    """Other digits. Letters stay, because they indicate the kind of number, and so do leading zeros."""
    out, seen = [], False
    for char in value:
        digit = char.isdigit() and char.isascii()
        keep = not digit or (char == "0" and not seen)
        out.append(char if keep else str(draw.between(0 if seen else 1, 9)))
        seen = seen or digit
    return "".join(out)


def _email(value: str, draw: Stream) -> str:
    return f"{_shaped(value.partition('@')[0], draw)}@example.org"


def _phone(value: str, draw: Stream) -> str:
    """The country code or the first zero stays."""
    kept = re.match(r"\+\d{1,3}(?=\D)|\+\d\d|0", value)
    head = kept[0] if kept else ""
    return head + "".join(str(draw.below(10)) if c.isdigit() else c for c in value[len(head) :])


def _iban(value: str, draw: Stream) -> str:
    """Letters and digits within their kind. The country stays. Check digits stay right or wrong, as before."""
    body = "".join(str(draw.below(10)) if c.isdigit() else _letter(c, draw, _CONSONANTS) for c in value[4:])
    return with_iban_check(value[:4] + body, right=iban_valid(value))


def _card(value: str, draw: Stream) -> str:
    digits = value[0] + "".join(str(draw.below(10)) if c.isdigit() else c for c in value[1:])
    return with_card_check(digits)


SHAPED: Mapping[str, Callable[[str, Stream], str]] = MappingProxyType(
    {"email": _email, "iban": _iban, "card": _card, "phone": _phone, "id": _digits, "name": _name}
)
