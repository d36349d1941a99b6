"""Which columns of a team's truth mean the fields that made papers show: `invoice_no` is the invoice number."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from harness.core.case import Scalar
from harness.core.sample import Samples
from harness.generate.pages.locale.tables import read_rows

MOST_LOOKED_AT = 40
"""Maximum number of values of a column that are looked at."""

FITTING = 0.8
"""Minimum share of the values that must look like the field's."""

_AMOUNT = re.compile(r"[^\d\s]{0,4}\s?[-+(]?[^\d\s]{0,4}\s?\d[\d.,'\s]*[-)]?\s?[^\d\s]{0,4}")
_DATE = re.compile(
    r"\d{1,4}([./-])\s?\d{1,2}\1\s?\d{1,4}(\D.*)?"  # 14.03.2025, 2025-03-14T00:00
    r"|\d{1,4}[.\s-]{1,2}(\w+\s)?[^\W\d]{3,}[.\s-]{1,2}(\w+\s)?\d{2,4}"  # 14. March 2025, 3 de marzo de 2025
    r"|[^\W\d]{3,}\.?\s\d{1,2}\W{1,2}\d{2,4}"  # March 14, 2025
    r"|(19|20)\d{6}"
)


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None


def _is_amount(text: str) -> bool:
    return _AMOUNT.fullmatch(text) is not None and not _is_date(text)


def _is_code(text: str) -> bool:
    return any(one.isdigit() for one in text) and not _is_date(text) and len(text.split()) <= 3


def _is_text(text: str) -> bool:
    return any(one.isalpha() for one in text) and not _is_date(text)


def _is_currency(text: str) -> bool:
    return (len(text) == 3 and text.isalpha()) or (len(text) == 1 and unicodedata.category(text) == "Sc")


LOOKS: Mapping[str, Callable[[str], bool]] = {
    "date": _is_date,
    "amount": _is_amount,
    "code": _is_code,
    "text": _is_text,
    "currency": _is_currency,
}
"""Whether a value looks like one of a field of that type."""


def matched_fields(samples: Samples, fields: Sequence[str]) -> dict[str, str]:
    """The columns of the samples' truth that mean one of these fields, each with its field.

    `Samples.fields` decides, then the same name, then a usual name of the field in some language if the values look
    like it. Of several columns for one field, the one with the more usual name is taken.
    """
    own = {column: field for column, field in samples.fields.items() if field in fields}
    own |= {name: name for name in samples.columns if name in fields and name not in samples.fields}
    taken = set(own.values())
    ranked = [
        (rank, place, column, field)
        for place, column in enumerate(samples.columns)
        if column not in own and column not in samples.fields
        for field in fields
        if field not in taken and (rank := _rank(column, field)) is not None and _fits(samples, column, field)
    ]
    for _, _, column, field in sorted(ranked):
        if column not in own and field not in taken:
            own[column] = field
            taken.add(field)
    return own


def renamed_fields(samples: Samples, fields: Sequence[str]) -> dict[str, str]:
    """The column for each of these fields that has another name in the truth.

    None if the truth has a field of another paper, as an invoice number beside the amount of a claim.
    """
    found = matched_fields(samples, fields)
    if any(column in known_fields() for column in samples.columns if column not in found):
        return {}
    return {field: column for column, field in found.items() if field != column}


def usual_names(field: str) -> tuple[str, ...]:
    """The usual names of a field of a made paper, without marks between the words."""
    return _table()[field][1]


def known_fields() -> tuple[str, ...]:
    """Every field of a made paper."""
    return tuple(_table())


def _rank(column: str, field: str) -> int | None:
    """How usual the column's name is for the field, 0 for the most usual one; None if it is not."""
    names = _table()[field][1] if field in _table() else ()
    return names.index(key) if (key := _key(column)) in names else None


def _fits(samples: Samples, column: str, field: str) -> bool:
    looks = LOOKS[_table()[field][0]]
    values = [_written(item.truth.get(column)) for item in samples.items]
    some = [value for value in values if value][:MOST_LOOKED_AT]
    return sum(map(looks, some)) >= FITTING * len(some) > 0


def _written(value: Scalar) -> str:
    return "" if value is None else str(value).strip()


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, tuple[str, ...]]]:
    """By field, its type and its usual names as keys, the most usual ones first."""
    _, *rows = read_rows("field_names")
    return {field: (type_, tuple(map(_key, (field, *names.split(", "))))) for field, type_, names in rows}


@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    """Without capitals, accents and marks between the words: `Rechnungs-Nr.` and `rechnungsNr` are one name."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    return "".join(one for one in plain.casefold() if one.isalnum())
