"""Ids that get lost on the way: taken for numbers, put into another form of letters, trimmed, cut off.

Each changes one id, whose path is the site; without one the first field that is an id by its name. The id keeps what
stands before and behind its first number, so that a prefix such as `C-` stays.
"""

import re
from collections.abc import Callable
from typing import Any, TypeGuard

from harness.core.leaves import quoted
from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.records.changes.placing import named_as_id, put, value_at
from harness.generate.registry import op
from harness.generate.text.accents import accented

EXACT = 2**53
"""Beyond, a double no longer holds every whole number."""

LONG = 64
_NUMBER = re.compile(r"\d+")


@op("record.id_zeros", layer="structure", kind="switch", effect="destroyed", sited=True)
def zeros(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Give an id leading zeros, in as many digits as it has: 417233 becomes 000233.

    severity: a switch, 10 alone.
    Source: 00060 became 60, mended in one module, in three others again (DOI-USGS/dataretrieval-python#311, #420).
    """
    return _changed(record, site, lambda number: number[-(len(number) // 2) :].zfill(max(4, len(number))), draw)


@op("record.id_large", layer="structure", kind="switch", effect="destroyed", sited=True)
def large(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Make the number of an id one that a double cannot hold: an odd one above 2^53.

    severity: a switch, 10 alone.
    Source: a 19-digit id was rounded, and the query found no row (earendil-works/pi#8943; tidwall/gjson#29).
    """
    return _changed(record, site, lambda _: str(EXACT + 1 + 2 * draw.below(EXACT // 4)), draw)


@op("record.id_exponent", layer="structure", kind="switch", effect="destroyed", sited=True)
def exponent(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Put an E among the digits of an id, which reads as a power of ten: 417233 becomes 4172E3.

    severity: a switch, 10 alone.
    Source: spreadsheets turn such ids into numbers (Ziemann et al., Genome Biology 17:177, 2016: 2310009E13).
    """
    return _changed(record, site, lambda number: f"{_four(number)[:-2]}E{number[-1]}", draw)


@op("record.id_letters", layer="structure", kind="switch", effect="destroyed", sited=True)
def letters(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Put a letter among the digits of an id: 417233 becomes 417B33.

    severity: a switch, 10 alone.
    Source: our own; article and policy numbers have them where a numbering ran out.
    """
    letter = draw.choice("BDKX")
    return _changed(record, site, lambda number: f"{_four(number)[:-3]}{letter}{_four(number)[-2:]}", draw)


@op("record.id_decomposed", layer="structure", kind="switch", effect="destroyed", sited=True)
def decomposed(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Put a letter with its accent apart in front of the number of an id, as file names of a Mac have it.

    severity: a switch, 10 alone.
    Source: Unicode TR15; keys equal only after normalising are two records in one system and one in the next.
    """
    letter = draw.choice(("A\u0308", "E\u0301", "O\u0308"))
    return _changed(record, site, lambda number: f"{letter}{number}", draw)


@op("record.id_blanks", layer="structure", kind="switch", effect="destroyed", sited=True)
def blanks(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Put a blank in front of an id and one behind it, as exports with columns of one width do.

    severity: a switch, 10 alone.
    Source: our own; the commonest difference between an export and what stands in the system.
    """
    return _changed(record, site, lambda number: number, draw, around=" ")


@op("record.id_long", layer="structure", kind="switch", effect="destroyed", sited=True)
def long(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Give the number of an id 64 digits, so that a column that cuts off shows it.

    severity: a switch, 10 alone.
    Source: our own; a SHA-256 in hexadecimal has as many.
    """
    return _changed(record, site, lambda number: (number + _digits(draw, LONG))[:LONG], draw)


@op("record.id_new", layer="structure", kind="switch", effect="destroyed", sited=True)
def new(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Give an id another number of as many digits: 417233 becomes 905128. Records with one stream get the same number.

    severity: a switch, 10 alone.
    Source: a record that was amended keeps its id; what was kept under the id answers for it (our own; the same with
    the name of a file in place of the id is vllm-project/vllm#51899).
    """
    return _changed(record, site, lambda number: _digits(draw, len(number)), draw)


@op("record.id_accent", layer="structure", kind="switch", effect="destroyed", sited=True)
def accent(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Put an accent on the last letter of an id that can carry one: 417B33 becomes 417Ḃ33. Without letters it stays.

    severity: a switch, 10 alone.
    Source: our own; to MySQL's collations that end in _ai_ci the two are one key.
    """
    path = _path(record, site)
    before = value_at(record, path) if path else None
    return put(record, path, accented(before, reversed(range(len(before))))) if isinstance(before, str) else record


def _path(record: Record, site: str) -> str:
    """Where the id stands; "" where the record has none."""
    return site or next((quoted(key) for key, value in record.pairs if named_as_id(key) and _is_id(value)), "")


def _changed(record: Record, site: str, change: Callable[[str], str], draw: Stream, around: str = "") -> Record:
    """The record with its id changed; as it is where it has none, or where no number can be changed so."""
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
    # In the case of its own letters: a service that writes ids in capitals throughout changes nothing of these.
    after = change(number).lower() if before.islower() else change(number)
    return put(record, path, f"{around}{before[:begin]}{after}{before[end:]}{around}")


def _is_id(value: Any) -> TypeGuard[str | int]:
    return (isinstance(value, str) and bool(value)) or (isinstance(value, int) and not isinstance(value, bool))


def _four(number: str) -> str:
    """The number without leading zeros, in four digits at least."""
    return number.lstrip("0").rjust(4, "1")


def _digits(draw: Stream, n: int) -> str:
    return "".join(str(draw.between(1, 9)) for _ in range(n))
