"""Ids that systems corrupt: taken for numbers, changed in case, trimmed, cut off.

Each op changes one id. The site is its path; without a site it is the first field that is an id by its name. The text
before and after the first number stays, for example a prefix such as `C-`.
"""

import re
from collections.abc import Callable
from typing import Any, TypeGuard

from harness.core.seed import Stream
from harness.core.values import quoted
from harness.generate.payloads import Record
from harness.generate.records.changes.placing import named_as_id, put, value_at
from harness.generate.registry import op
from harness.generate.text.accents import accented

EXACT = 2**53
"""Above this limit a double cannot represent every integer."""

LONG = 64
_NUMBER = re.compile(r"\d+")


@op("record.id_zeros", layer="structure", kind="binary", effect="destroyed", sited=True)
def zeros(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Give an id leading zeros and keep its length: 417233 becomes 000233.

    severity: binary, 0 or 10.
    Source: 00060 became 60, fixed in one module, later in three others (DOI-USGS/dataretrieval-python#311, #420).
    """
    return _changed(record, site, lambda number: number[-(len(number) // 2) :].zfill(max(4, len(number))), draw)


@op("record.id_large", layer="structure", kind="binary", effect="destroyed", sited=True)
def large(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Make the number of an id one that a double cannot hold: an odd number above 2^53.

    severity: binary, 0 or 10.
    Source: a 19-digit id was rounded, and the query found no row (earendil-works/pi#8943; tidwall/gjson#29).
    """
    return _changed(record, site, lambda _: str(EXACT + 1 + 2 * draw.below(EXACT // 4)), draw)


@op("record.id_exponent", layer="structure", kind="binary", effect="destroyed", sited=True)
def exponent(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Put an E among the digits of an id, so that it reads as a power of ten: 417233 becomes 4172E3.

    severity: binary, 0 or 10.
    Source: spreadsheets turn such ids into numbers (Ziemann et al., Genome Biology 17:177, 2016: 2310009E13).
    """
    return _changed(record, site, lambda number: f"{_four(number)[:-2]}E{number[-1]}", draw)


@op("record.id_letters", layer="structure", kind="binary", effect="destroyed", sited=True)
def letters(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Put a letter among the digits of an id: 417233 becomes 417B33.

    severity: binary, 0 or 10.
    Source: our own; article and policy numbers have letters once the numbers have run out.
    """
    letter = draw.choice("BDKX")
    return _changed(record, site, lambda number: f"{_four(number)[:-3]}{letter}{_four(number)[-2:]}", draw)


@op("record.id_decomposed", layer="structure", kind="binary", effect="destroyed", sited=True)
def decomposed(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Put a letter with a separate accent in front of the number of an id, as file names from a Mac do.

    severity: binary, 0 or 10.
    Source: Unicode TR15; keys that are equal only after normalisation are two records in one system, one in another.
    """
    letter = draw.choice(("A\u0308", "E\u0301", "O\u0308"))
    return _changed(record, site, lambda number: f"{letter}{number}", draw)


@op("record.id_blanks", layer="structure", kind="binary", effect="destroyed", sited=True)
def blanks(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Put a blank before and after an id, as exports with columns of fixed width do.

    severity: binary, 0 or 10.
    Source: our own; the most common difference between an export and its source system.
    """
    return _changed(record, site, lambda number: number, draw, around=" ")


@op("record.id_long", layer="structure", kind="binary", effect="destroyed", sited=True)
def long(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Give the number of an id 64 digits, so that a column that truncates it shows.

    severity: binary, 0 or 10.
    Source: our own; a SHA-256 in hexadecimal has 64 digits.
    """
    return _changed(record, site, lambda number: (number + _digits(draw, LONG))[:LONG], draw)


@op("record.id_new", layer="structure", kind="binary", effect="destroyed", sited=True)
def new(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Give an id another number of the same length: 417233 becomes 905128. Records with one stream get one number.

    severity: binary, 0 or 10.
    Source: an amended record keeps its id; a cache keyed by the id returns the old answer (our own; the same with
    the file name instead of the id is vllm-project/vllm#51899).
    """
    return _changed(record, site, lambda number: _digits(draw, len(number)), draw)


@op("record.id_accent", layer="structure", kind="binary", effect="destroyed", sited=True)
def accent(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Put an accent on the last letter of an id that can carry one: 417B33 becomes 417Ḃ33.

    severity: binary, 0 or 10.
    Source: our own; MySQL's collations that end in _ai_ci treat both as one key.
    """
    path = _path(record, site)
    before = value_at(record, path) if path else None
    return put(record, path, accented(before, reversed(range(len(before))))) if isinstance(before, str) else record


def _path(record: Record, site: str) -> str:
    """The path of the id, or "" if the record has none."""
    return site or next((quoted(key) for key, value in record.pairs if named_as_id(key) and _is_id(value)), "")


def _changed(record: Record, site: str, change: Callable[[str], str], draw: Stream, around: str = "") -> Record:
    """The record with a changed id; unchanged if it has none, or if no number can be changed this way."""
    path = _path(record, site)
    before = value_at(record, path) if path else None
    if not _is_id(before):
        return record
    if isinstance(before, int):
        after = f"{around}{change(str(abs(before)))}"
        return put(record, path, int(after)) if re.fullmatch(r"[1-9]\d*", after) else record
    found = _NUMBER.search(before)
    begin, end = found.span() if found else (len(before), len(before))
    number = before[begin:end] or _digits(draw, 6)
    # In the case of the id's letters: a service that writes ids in capitals does not change such an id.
    after = change(number).lower() if before.islower() else change(number)
    return put(record, path, f"{around}{before[:begin]}{after}{before[end:]}{around}")


def _is_id(value: Any) -> TypeGuard[str | int]:
    return (isinstance(value, str) and bool(value)) or (isinstance(value, int) and not isinstance(value, bool))


def _four(number: str) -> str:
    """The number without leading zeros, with at least four digits."""
    return number.lstrip("0").rjust(4, "1")


def _digits(draw: Stream, n: int) -> str:
    return "".join(str(draw.between(1, 9)) for _ in range(n))
