"""Mask personal data of production samples. Equal values get equal replacements of the same shape."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from harness.core.seed import Stream
from harness.generate.masking.checksums import card_valid
from harness.generate.masking.shapes import SHAPED
from harness.generate.text.rows import rows

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "email": "e-mail addresses, replaced in the domain example.org",
        "iban": "account numbers (IBAN), of the same country; right check digits stay right",
        "card": "card numbers with a right check digit",
        "phone": "phone numbers, with the same country code",
        "id": "codes and numbers of five or more digits; whole cells of columns named as ids",
        "name": "cells of columns named as names; people who are addressed, introduced or sign; and these words "
        "everywhere else",
    }
)
"""Description of each kind of data that is masked."""

NOT_SEEN = (
    "names in running text that appear in no column, greeting, introduction or signature",
    "streets and towns, birthdays and other dates, illnesses, employers, and everything else that identifies a person",
    "ids without a digit, or with fewer than five digits outside columns named as ids",
    "attachments, and text inside pictures",
)

_NAME_COLUMN = re.compile(r"(?i)(?:^|_|\b)(?:(?:first|last|full|given|family|middle|sur|nick|contact|user)_?)?name$")
_PERSON_COLUMN = re.compile(r"(?i)(?:^|_)(?:customer|contact|person|patient|client|sender|author|agent|owner|holder)$")
_ID_COLUMN = re.compile(r"(?i)(?:^|_)(?:id|ids|no|nr|number|account|phone|tel|mobile|fax|iban|card|ssn|passport)$")
_ID_CAMEL = re.compile(r"[a-z](?:Id|No|Number|Phone)$")

_FOUND = re.compile(
    r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<iban>\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b)"
    r"|(?P<date>\b\d{4}-\d\d-\d\d\b|\b\d\d?[./]\d\d?[./]\d{2,4}\b)"
    r"|(?P<amount>(?<![\w.,])-?\d{1,3}(?:[.,']\d{3})*[.,]\d{2}(?![\w.,]\d))"
    r"|(?P<card>\b[0-9](?:[ -]?[0-9]){11,18}\b)"
    r"|(?P<phone>(?<!\w)(?:\+\d{1,3}|0\d{1,4})[ ()/.-]{1,2}\d[\d ()/.-]{4,}\d\b|(?<!\w)\+\d{8,15}\b)"
    r"|(?P<id>\b[A-Za-z]{1,6}[-/_]?\d[\d/-]*\d\b|\b\d{5,}\b)"
    r"|(?P<word>[^\W\d_]+)"
)
_TITLES = (
    *("Prof", "Univ", "Dr", "Drs", "Dipl", "Ing", "Mag", "med", "jur", "phil", "rer", "nat", "rat", "Ir", "Lic", "Eng"),
    *("Mr", "Mrs", "Ms", "Miss", "Mx", "Sir", "Lady", "Lord", "Rev", "Hon", "Capt", "Herrn?", "Hr", "Frau", "Fr"),
    *("M", "Mme", "Mlle", "Madame", "Monsieur", "Me", "Sr", "Sra", "Señora?", "Don", "Doña"),
    *(r"Sig\.ra", "Sig", "Signora?", r"Dott\.ssa", "Dott", "Avv", "Geom", "Rag", "Pani?", "Mgr", "inż"),
)
_TITLED = rf"(?:(?:{'|'.join(_TITLES)})\b\.?[ -]?)*"
"""Any number of titles before a name, in one piece or several: `Prof. Dr. `, `Dipl.-Ing. `, `Univ.Prof. `."""

_PARTICLES = (
    *("van", "von", "vom", "zu", "der", "den", "ter", "ten", "de", "des", "du", "la", "le"),
    *("del", "los", "las", "y", "di", "da", "della", "dello", "degli", "e", "do", "dos", "das", "bin", "al", "el"),
)
_CAPITALISED = r"(?:[^\W\d_a-z]\.|[^\W\d_a-z][\w'’]*(?:-[^\W\d_a-z](?:\.|[\w'’]*))*)"
"""One word of a name: `Hartley`, `Schulz-Schottin`, `Hans-J.`, `J.`"""
_INTRODUCED = re.compile(
    r"\b(?:[Dd]ear|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Herrn?|Frau|Madame|Monsieur|Mme|Señora?|Sra?\.|Signora?|Pani?|[Ii] am|I'm"
    r"|[Mm]y name is|[Ii]ch heiße|[Mm]ein Name ist|[Jj]e m'appelle|[Mm]e llamo|[Mm]i chiamo)"
    rf" {_TITLED}({_CAPITALISED}(?: (?:(?:{'|'.join(_PARTICLES)})\b|{_CAPITALISED})){{0,4}})"
)
_NO_NAMES = frozenset(
    (
        *("Sir", "Madam", "Sirs", "All", "Team", "Customer", "Support", "Damen", "Herren", "Kunde", "Hello"),
        *("Colleague", "Colleagues", "Friends", "Friend", "Service"),
        *(
            "Prof",
            "Dr",
            "Mr",
            "Mrs",
            "Ms",
            "Herr",
            "Frau",
            "Ing",
            "Dipl",
            "Univ",
            "Sr",
            "Jr",
            "PhD",
            "MD",
            "BSc",
            "MSc",
        ),
    )
)
_SIGNED = ("Regards,", "Best regards,", "Sincerely,", "Thanks,", "Best,", "Cheers,", "Yours,", "Gruß", "Grüße", "LG")


@dataclass(slots=True, kw_only=True)
class Mask:
    """Replaces values one to one: equal values of a kind always get the same replacement. names: words that are names.

    seed: a person who knows it can test which value gives a replacement. times: number of replacements by kind and
    column.
    """

    seed: int
    names: set[str] = field(default_factory=set)
    times: Counter[tuple[str, str]] = field(default_factory=Counter)
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    taken: dict[tuple[str, str], str] = field(default_factory=dict)

    def learn(self, columns: Mapping[str, Any]) -> None:
        """Collect the names in a record or a text (its only column), so that they are recognised everywhere."""
        for key, text in _strings(columns):
            found = re.findall(r"[^\W\d_]{3,}", text) if is_name_column(key) else _words(_names_in(text))
            self.names.update(word.casefold() for word in found)

    def columns(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """The columns with personal data in their values masked. Keys stay."""
        return {key: self.value(key, value) for key, value in columns.items()}

    def value(self, key: str, value: Any) -> Any:
        """One value of a column, with inner lists and objects."""
        if isinstance(value, Mapping):
            return self.columns(value)
        if isinstance(value, list):
            return [self.value(key, one) for one in value]
        if isinstance(value, int) and not isinstance(value, bool) and is_id_column(key) and abs(value) > 999:
            return int(self._masked("id", str(value), key))
        if not isinstance(value, str):
            return value
        if is_id_column(key) and any(map(str.isdigit, value)) and not _FOUND.fullmatch(value):
            return self._masked("id", value, key)
        return self.text(value, key, whole=is_name_column(key))

    def text(self, text: str, where: str, *, whole: bool = False) -> str:
        """The masked text. whole: all of its words are a name."""

        def replaced(found: re.Match[str]) -> str:
            kind, value = found.lastgroup or "", found[0]
            if kind in ("date", "amount"):
                return value
            if kind == "word":
                known = value.casefold() in self.names and not value.islower()
                is_name = (whole or known) and value not in _NO_NAMES
                return self._masked("name", value, where) if is_name else value
            kind = _kind(kind, value)
            return self._masked(kind, value, where) if kind else value

        return _FOUND.sub(replaced, text)

    def _masked(self, kind: str, value: str, where: str) -> str:
        self.times[kind, where] += 1
        if (kind, value) not in self.values:
            self.values[kind, value] = self._another(kind, value)
        return self.values[kind, value]

    def _another(self, kind: str, value: str) -> str:
        """An unused value of this shape, different from the original if the shape allows it.

        A number with and without groups, or a name in capitals and small letters, counts as one value.
        """
        plain, shown = _plain(value), value
        for attempt in range(50):
            shown = SHAPED[kind](value, Stream(self.seed, "freeze", kind, plain, attempt))
            if shown != value and self.taken.get((kind, _plain(shown)), plain) == plain:
                break
        self.taken[kind, _plain(shown)] = plain
        return shown


def _plain(value: str) -> str:
    return re.sub(r"[\W_]", "", value.casefold())


def is_name_column(key: str) -> bool:
    """Whether the column's name says that it holds names."""
    return bool(_NAME_COLUMN.search(key) or _PERSON_COLUMN.search(key))


def is_id_column(key: str) -> bool:
    """Whether the column's name says that it holds ids, accounts or phone numbers."""
    return bool(_ID_COLUMN.search(key) or _ID_CAMEL.search(key))


def _kind(kind: str, value: str) -> str:
    """The actual kind: a number that looks like a card number but has no valid check digit is an id."""
    if kind == "card":
        return "card" if card_valid(value) else "id"
    return kind


def _strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text inside a value, with its column."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _strings(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one, key)


def _names_in(text: str) -> Iterator[str]:
    """The names of people who are addressed or introduced, or who sign below a closing."""
    yield from (" ".join(w for w in found.split() if w not in _NO_NAMES) for found in _INTRODUCED.findall(text))
    closings = {row.cells[1] for row in rows("tickets", "closing")} | set(_SIGNED)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for closing, name in pairwise(lines):
        if closing in closings and len(name.split()) <= 5 and name[:1].isupper():
            yield name


def _words(names: Iterable[str]) -> Iterator[str]:
    """The words of names in texts, without particles."""
    words = (word for name in names for word in re.findall(r"[^\W\d_]{2,}", name))
    return (word for word in words if word[0].isupper() or not word.isascii())
