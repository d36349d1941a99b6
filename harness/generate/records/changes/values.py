"""Values that a schema rules out: unknown words, numbers beyond limits, invalid forms."""

import datetime
from typing import Any

from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.records.changes.sites import Site, put_one
from harness.generate.records.changes.unanswerable import strange_word
from harness.generate.records.schema.conform import has_format
from harness.generate.records.schema.numbers import is_number
from harness.generate.registry import op

HUGE = 10**15
LONG = 65_536
"""Length of a text in characters that exceeds a 16-bit length field."""

FAR_BEYOND = 10


@op("record.other_word", layer="structure", kind="nested", effect="destroyed")
def other_word(record: Record, severity: int, draw: Stream) -> Record:
    """Put unknown words into fields of few words: another word, other case, padded, two words at once, empty.

    The known words come from the schema, or from the samples if there are at most a third as many words as samples. One
    of seven changes, drawn for each field: an unknown word, capitals, small letters, a blank before or after it, two
    words at once, an empty text.
    severity: share of the fields of few words that change: one at 1, then 20 to 100 % in nine steps, rounded up;
    nested.
    Source: an unseen category was scored as the alphabetically first one (HealthCatalyst/healthcareai-py#416); string
    variants of one category are a check of deepchecks; our own range.
    """
    return put_one(record, "other_word", _other_words, severity, draw)


@op("record.beyond_limits", layer="structure", kind="nested", effect="destroyed")
def beyond_limits(record: Record, severity: int, draw: Stream) -> Record:
    """Put numbers beyond the stated limits of a schema: by one, ten times too far, huge, 0, with the other sign.

    If no limit is stated, the record stays unchanged.
    severity: share of the fields with a stated limit that are beyond it: one at 1, then 20 to 100 % in nine steps,
    rounded up; nested.
    Source: boundary values (G. J. Myers, The Art of Software Testing, 1979); our own range.
    """
    return put_one(record, "beyond_limits", _beyond, severity, draw)


@op("record.beyond_length", layer="structure", kind="nested", effect="destroyed")
def beyond_length(record: Record, severity: int, draw: Stream) -> Record:
    """Make texts and arrays longer or shorter than a schema allows: one more, one less, empty, 65,536 characters.

    If no length is stated, the record stays unchanged.
    severity: share of the fields with a stated length that are beyond it: one at 1, then 20 to 100 % in nine steps,
    rounded up; nested.
    Source: boundary values (G. J. Myers, The Art of Software Testing, 1979); our own range.
    """
    return put_one(record, "beyond_length", _lengths, severity, draw)


@op("record.bad_format", layer="structure", kind="nested", effect="destroyed")
def bad_format(record: Record, severity: int, draw: Stream) -> Record:
    """Break the form of texts: 30 February, 14.03.2024, a mail address without @, a truncated code.

    The form comes from the schema (format, pattern), or is a date, an address or a UUID in every sample. The change is
    drawn for each field.
    severity: share of the fields with a form that break it: one at 1, then 20 to 100 % in nine steps, rounded up;
    nested.
    Source: dates in other notations are the most common parse error in import issues
    (invoiceninja/invoiceninja#2853); the changes are our own; our own range.
    """
    return put_one(record, "bad_format", _spoilt, severity, draw)


@op("record.long_text", layer="structure", kind="nested", effect="destroyed")
def long_text(record: Record, severity: int, draw: Stream) -> Record:
    """Make texts 65,536 characters long by repeating them, as a paste error or a loop does.

    Words of a list, dates and other texts with a form of their own stay unchanged.
    severity: share of the other fields with a text that change: one at 1, then 20 to 100 % in nine steps, rounded
    up; nested.
    Source: the length limit of MySQL's TEXT (its manual, 11.3.4); our own range.
    """
    return put_one(record, "long_text", _long, severity, draw)


def _breaking(site: Site, ways: list[Any]) -> list[Any]:
    """The values that break the schema."""
    return [way for way in ways if site.breaks(way)]


def _other_words(site: Site) -> list[Any]:
    words = tuple(word for word in site.shape.words if isinstance(word, str))
    value = site.value
    if not words or not isinstance(value, str):
        return []
    ways = [strange_word(words), value.upper(), value.lower(), f" {value}", f"{value} ", f"{value}/{words[0]}", ""]
    return _breaking(site, list(dict.fromkeys(ways)))


def _beyond(site: Site) -> list[Any]:
    shape, value = site.shape, site.value
    if not site.stated or not is_number(value):
        return []
    whole = isinstance(value, int)
    step = 1 if whole else 0.01
    ways: list[Any] = []
    for limit, sign in ((shape.low, -1), (shape.high, 1)):
        if limit is not None:
            edge = int(limit) if whole else limit
            ways += [edge + sign * step, edge + sign * FAR_BEYOND * max(1, abs(edge)), sign * HUGE]
    return _breaking(site, [*ways, 0, -value]) if ways else []


def _lengths(site: Site) -> list[Any]:
    shape, value = site.shape, site.value
    if not site.stated or not isinstance(value, str | list):
        return []
    least, most = (shape.shortest, shape.longest) if isinstance(value, str) else (shape.fewest, shape.most)
    longer = [most + 1, 2 * most + 2] if most is not None else []
    ways: list[Any] = [_as_long(value, n) for n in longer] if value else []
    if least:
        ways += [value[: least - 1], value[:0]]
    far = [_as_long(value, LONG)] if isinstance(value, str) and value and most is not None else []
    return _breaking(site, [*ways, *far])


def _long(site: Site) -> list[Any]:
    plain = isinstance(site.value, str) and bool(site.value) and not _formed(site)
    return [_as_long(site.value, LONG)] if plain else []


def _as_long(value: Any, n: int) -> Any:
    """The text or array, repeated up to this length."""
    return (value * (n // len(value) + 1))[:n]


def _has_form(site: Site) -> bool:
    return bool(site.shape.format or site.shape.pattern)


def _formed(site: Site) -> bool:
    value = site.value
    return bool(site.shape.words) or _has_form(site) or has_format(value, "date") or has_format(value, "date-time")


def _spoilt(site: Site) -> list[Any]:
    """The text in other forms; dates in other notations."""
    text = site.value
    if not isinstance(text, str) or not _has_form(site):
        return []
    return _breaking(site, _without_form(text))


def _without_form(text: str) -> list[Any]:
    if has_format(text[:10], "date"):
        day, rest = datetime.date.fromisoformat(text[:10]), text[10:]
        year, month = f"{day.year:04d}", f"{day.month:02d}"
        return [
            f"{year}-02-30{rest}",
            f"{year}-13-{day.day:02d}{rest}",
            f"{day.day:02d}.{month}.{year}{rest}",
            f"{month}/{day.day:02d}/{year[2:]}{rest}",
            f"{year}{month}{day.day:02d}",
            "0000-00-00",
            "",
        ]
    return [
        text[:-1],
        text[1:],
        f"{text}#",
        text.replace("@", " at "),
        text.replace("-", ""),
        text[: len(text) // 2],
        "",
    ]
