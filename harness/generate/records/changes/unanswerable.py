"""Records that no service should answer by itself: placeholders, numbers out of range, unknown words.

Each op takes its site as `path = value`, derived from all samples; without a site it picks a field that fits.
"""

import re
from collections.abc import Callable
from typing import Any

from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.records.changes.placing import named_as_id, place
from harness.generate.records.changes.sites import changed, derived, set_to
from harness.generate.registry import op

FAR = 1000
"""Factor on the largest value of the pilot; no mistaken unit (cents, grams) makes a value that large."""

CODE = 4
"""Maximum number of letters of a code."""

NO_NUMBER, NO_WORD, NO_DAY = -1, "N/A", "9999-12-31"
NO_NUMBERS = (NO_NUMBER, 0, 9999, 999999, -9999)
NO_WORDS = (NO_WORD, "null", "none", "unknown", "-", "?", "#N/A", "TBD", "")
NO_DAYS = (NO_DAY, "1900-01-01", "1970-01-01", "0001-01-01")
DAY = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")


@op("record.sentinel", layer="structure", kind="binary", effect="destroyed", sited=True)
def sentinel(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Put a placeholder for a missing value into a field: -1, 9999, 9999-12-31, 1900-01-01, N/A, the word null, a dash.

    severity: binary, 0 or 10.
    Source: disguised missing values (R. K. Pearson, SIGKDD Explorations 8, 2006); 9999-12-31 is "never" in SQL's usage;
    1900-01-01 and 1970-01-01 are day 0 of spreadsheets and of Unix.
    """
    return _placed(record, site, draw, "sentinel", sentinels_of)


@op("record.out_of_range", layer="structure", kind="binary", effect="destroyed", sited=True)
def out_of_range(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Put a number into a field that is far out of the field's range: a thousand times the largest, or below 0.

    severity: binary, 0 or 10.
    Source: our own; the most common unit mistakes (cents, grams, milliseconds) change a value by at most a thousand.
    """
    return _placed(record, site, draw, "far", lambda value: (far(value),) if is_number(value) and value else ())


@op("record.unknown_word", layer="structure", kind="binary", effect="destroyed", sited=True)
def unknown_word(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Put an unknown word into a field of few words, as a sender with a longer list of words does.

    severity: binary, 0 or 10.
    Source: an unseen category was scored as the alphabetically first one (HealthCatalyst/healthcareai-py#416).
    """
    return _placed(record, site, draw, "strange", lambda value: (strange_word((value,)),) if is_word(value) else ())


def sentinels_of(value: Any) -> tuple[Any, ...]:
    """The placeholders for a missing value in a field of such values; empty if there are none."""
    if is_number(value):
        return tuple(one for one in NO_NUMBERS if one != value)
    if not isinstance(value, str) or not value:
        return ()
    if DAY.match(value):
        return tuple(day + value[len(day) :] for day in NO_DAYS if not value.startswith(day))
    return tuple(word for word in NO_WORDS if word != value)


def far(largest: Any) -> Any:
    """A thousand times the number, of the same type."""
    return FAR * largest


def strange_word(known: tuple[str, ...]) -> str:
    """An unknown word that looks like the known ones: in capitals if they are, and short if they are codes."""
    sizes, capitals = {len(word) for word in known}, all(word.isupper() for word in known)
    codes = [letter * max(sizes) for letter in "QXZWY"] if capitals and len(sizes) == 1 and max(sizes) <= CODE else []
    if free := [word for word in codes if word not in known]:
        return free[0]
    word = "unlisted"
    while word in {one.casefold() for one in known}:
        word += "x"
    return word.upper() if capitals else word


def is_number(value: Any) -> bool:
    """Whether it is a number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_word(value: Any) -> bool:
    """Whether it is a single word without a digit."""
    return isinstance(value, str) and bool(value) and not re.search(r"[\s\d]", value)


def _placed(record: Record, site: str, draw: Stream, name: str, make: Callable[[Any], tuple[Any, ...]]) -> Record:
    """The record with the value of the site, else with a value for a drawn field. name: its key in the cache."""
    if site:
        return place(record, site)

    def able(one: Record) -> list[tuple[str, tuple[Any, ...]]]:
        return [(key, values) for key, value in one.pairs if not named_as_id(key) and (values := make(value))]

    made = derived(record, name, able)
    if not made:
        return record
    key, values = draw.choice(made)
    return changed(record, {(key,): set_to(draw.child("value").choice(values))})
