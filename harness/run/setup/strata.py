"""The kinds of values that the pilot's truth lacks. No case made from it can fail on them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.core.answer_settings import FieldRule
from harness.core.case import Scalar
from harness.core.errors import SampleError
from harness.core.figures.amounts import CODES, Amount, read_amount
from harness.core.figures.dates import read_dates
from harness.core.sample import Sample, Samples
from harness.diff.explain.splits import LAST_MONTH, THOUSANDS
from harness.diff.scoring.field_types import FieldType, empty
from harness.diff.scoring.texts import plain
from harness.generate.bases import document_of
from harness.generate.pages.codecs.decode import count_pages, may_have_pages
from harness.generate.payloads import File
from harness.generate.records.schema.infer import describe_schema
from harness.generate.samples.read_samples import read_samples
from harness.run.setup.answer_types import types_of

RARE = 0.02
"""A class is rare if it has at most this share of the samples, or one sample: with fewer than 50 samples, one sample is
already more than this share."""

SHORTEST_ID = 4
"""Minimum digits of an id; shorter numbers are counts or ages."""

MAX_NAMES, MAX_COLUMNS = 4, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the truth: its name, its type, and its labelled values."""

    name: str
    type: FieldType
    values: Sequence[Scalar]


def missing(samples: Samples, rules: Mapping[str, FieldRule], beside: Collection[str] = ()) -> list[str]:
    """What the truth lacks, in words. Kinds of values that fit no column are not mentioned.

    rules: `[answer.fields]`. beside: columns that only define slices. Columns of one kind count together: one
    that has the value is enough.
    """
    columns = _columns(samples, rules, beside)
    found = [_days(columns), *_amounts(columns, samples), _currencies(columns), _pages(samples)]
    found += [_classes(columns, len(samples.items)), _ids(columns)]
    return [text for text in found if text]


def describe_missing(found: Sequence[str], *, all_of_them: bool = False) -> str:
    """One sentence on what is missing, "" for nothing. all_of_them: list all; else the first few, on one line."""
    if not found:
        return ""
    named = found if all_of_them or len(found) <= MAX_NAMES else found[: MAX_NAMES - 1]
    more = len(found) - len(named)
    rest = f" and {more} more (harness packs lint --samples --truth)" if more else ""
    return f"the pilot has {', '.join(named)}{rest}; failures on such values will not be found"


def lint_samples(samples: str, truth: str, schema: str = "") -> list[str]:
    """What the samples at that place lack, in one sentence, and the schema of their records.

    Raises SampleError, also for pixels, and ConfigError for an invalid schema.
    """
    read = read_samples(samples, truth, schema)
    if read.kind == "page":
        for sample in read.items:
            document_of(sample)
    shown = "the pilot has every kind of value that its truth columns allow"
    lines = [describe_missing(missing(read, {}), all_of_them=True) or shown]
    return lines + ([describe_schema(read.schema, len(read.items))] if read.schema else [])


def _columns(samples: Samples, rules: Mapping[str, FieldRule], beside: Collection[str]) -> list[Column]:
    names = [name for name in samples.columns if name not in beside]
    found = []
    for name, kind in types_of(samples, names, rules).items():
        values = [sample.truth.get(name) for sample in samples.items]
        found.append(Column(name=name, type=kind, values=[value for value in values if not empty(value)]))
    return [column for column in found if column.values]


def _days(columns: Sequence[Column]) -> str:
    dated = [column for column in columns if column.type.kind == "date"]
    days = [d.day for c in dated for value in c.values for d in read_dates(value, c.type.day_first)]
    return f"no day up to {LAST_MONTH} {_named(dated)}" if days and min(days) > LAST_MONTH else ""


def _amounts(columns: Sequence[Column], samples: Samples) -> list[str]:
    """For amounts as printed. A number that a service derives from a record (a score) is not an amount."""
    priced = [c for c in columns if c.type.kind == "money" or (samples.kind != "record" and _has_cents(c))]
    numbers = [amount.number for column in priced for amount in _read(column)]
    if not numbers:
        return []
    small = f"no amount from {THOUSANDS:,} on {_named(priced)}" if max(map(abs, numbers)) < THOUSANDS else ""
    return [small, f"no amount below 0 {_named(priced)}" if min(numbers) >= 0 else ""]


def _has_cents(column: Column) -> bool:
    """Whether decimals are written, even if they are zeros."""
    return column.type.kind == "number" and any("." in f"{amount.number:f}" for amount in _read(column))


def _read(column: Column) -> list[Amount]:
    found = (read_amount(value, column.type.mark) for value in column.values)
    return [amount for amount in found if amount is not None]


def _currencies(columns: Sequence[Column]) -> str:
    lines: list[tuple[Column, set[str]]] = [(c, {plain(v) for v in c.values}) for c in columns if _of_codes(c)]
    lines += [(c, {a.currency for a in _read(c) if a.currency}) for c in columns if c.type.kind == "money"]
    seen = {currency for _, currencies in lines for currency in currencies}
    return f"{seen.pop()} as its only currency {_named(column for column, _ in lines)}" if len(seen) == 1 else ""


def _of_codes(column: Column) -> bool:
    return all(isinstance(value, str) and value in CODES for value in column.values)


def _pages(samples: Samples) -> str:
    """Only if a file could have a second page."""
    several = [sample for sample in samples.items if may_have_pages(sample.media_type)]
    shown = any(_has_second(one) for one in several)
    return "no second page" if several and not shown else ""


def _has_second(sample: Sample) -> bool:
    """False for an unreadable file. That error is reported where its pages are needed."""
    try:
        return count_pages(File(content=sample.content, media_type=sample.media_type, filename=sample.filename)) > 1
    except SampleError:
        return False


def _classes(columns: Sequence[Column], samples: int) -> str:
    sorted_by = [c for c in columns if c.type.kind == "exact" and not _of_codes(c) and _is_class(c)]
    fewest = [min(Counter(plain(value) for value in c.values).values()) for c in sorted_by]
    rare = max(1, int(RARE * samples))
    return f"no rare class {_named(sorted_by)}" if fewest and min(fewest) > rare else ""


def _is_class(column: Column) -> bool:
    """Whether its few values repeat."""
    return 2 <= len({plain(value) for value in column.values}) <= len(column.values) / 3


def _ids(columns: Sequence[Column]) -> str:
    codes = [column for column in columns if _is_id(column)]
    shown = any(_is_code(plain(value)) for column in codes for value in column.values)
    return f"no id with letters or a leading zero {_named(codes)}" if codes and not shown else ""


def _is_id(column: Column) -> bool:
    """Whether most of its values are unique and are digits of one length, or codes with digits."""
    texts = [plain(value) for value in column.values]
    if column.type.kind not in ("exact", "number") or column.type.boolean or 2 * len(set(texts)) < len(texts):
        return False
    if column.type.kind == "number":
        return {len(text) for text in texts} in [{n} for n in range(SHORTEST_ID, 20)] and all(map(str.isdigit, texts))
    return _most(texts, lambda text: sum(map(str.isdigit, text)) >= SHORTEST_ID)


def _is_code(text: str) -> bool:
    return text[:1] == "0" or any(map(str.isalpha, text))


def _most(texts: Sequence[str], holds: Callable[[str], bool]) -> bool:
    return 2 * sum(map(holds, texts)) > len(texts)


def _named(columns: Iterable[Column]) -> str:
    names = list(dict.fromkeys(column.name for column in columns))
    return f"({', '.join(names[:MAX_COLUMNS])}{', ...' if len(names) > MAX_COLUMNS else ''})"
