"""Where the values of a sample's truth stand among the lines of its pages."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from harness.core.case import Scalar
from harness.core.figures.amounts import read_amount
from harness.core.figures.dates import read_dates
from harness.core.sample import Printed
from harness.generate.pages.printed.lines import Line

MIN_LENGTH = 3
"""Minimum number of letters and digits of a value that is looked for: a shorter one stands anywhere on a page."""

MIN_LIKE, MIN_LIKE_LENGTH = 86, 7
"""Minimum likeness of a text that an OCR read to a value of the truth, in percent, and minimum length of the value."""

LABEL_REACH = 0.8
"""Share of the page's width in front of a value in which its label is looked for."""

_SPACES = "\u00a0\u202f\u2009'’ "
_NUMBER = (
    re.compile(rf"(?<![\d.,])\d{{1,3}}(?:[.,{_SPACES}]\d{{2,3}})+(?:[.,]\d{{1,2}})?(?![\w]|[.,]\d)"),
    re.compile(r"(?<![\d.,])\d+(?:[.,]\d{1,2})?(?![\w]|[.,]\d)"),
    re.compile(r"(?<![\d.,])\d[\d.,]*\d(?![\d]|[.,]\d)"),
)
_DATE = re.compile(
    r"(?<!\w)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|\d{1,2}(?:st|nd|rd|th|\.)?[ -](?:de )?[^\W\d_]{3,}\.?,?[ -](?:de )?\d{2,4}"
    r"|[^\W\d_]{3,}\.? \d{1,2}(?:st|nd|rd|th)?, ?\d{4})(?!\w)"
)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The places of a sample's values, and by field why a value has none."""

    printed: tuple[Printed, ...]
    missing: Mapping[str, str]


def find_values(
    lines: Sequence[Line], truth: Mapping[str, Scalar], labels: Mapping[str, frozenset[str]], *, fuzzy: bool
) -> Found:
    """Every place that shows a value of the truth, and the label in front of the first one.

    labels: by field, the keys (`label_key`) of its usual labels. fuzzy: an OCR read the lines, so that a few letters of
    a long value may be wrong; the places then carry the text of the truth. A value that two fields share is not used.
    """
    places: dict[str, list[Printed]] = {}
    missing: dict[str, str] = {}
    for name, value in truth.items():
        if value is None or isinstance(value, bool) or not str(value).strip():
            continue
        if sum(map(str.isalnum, str(value))) < MIN_LENGTH:
            missing[name] = "too short to be found"
        elif any(_same(value, other) for field, other in truth.items() if field != name):
            missing[name] = "another field has the same value"
        elif found := _places(lines, name, value, fuzzy):
            places[name] = found
        else:
            missing[name] = "not found on the page"
    taken = {name: found for name, found in places.items() if not _overlap(name, places)}
    missing |= dict.fromkeys((name for name in places if name not in taken), "stands inside another value")
    shown = [place for found in taken.values() for place in found]
    heads = [head for name, found in taken.items() if (head := _label(lines, found[0], labels.get(name)))]
    return Found(printed=(*shown, *heads), missing=missing)


def _same(value: Scalar, other: Scalar) -> bool:
    return other is not None and key_of(str(value)) == key_of(str(other))


def _places(lines: Sequence[Line], name: str, value: Scalar, fuzzy: bool) -> list[Printed]:
    spans = _finder(value)
    found = [_printed(line, name, span, line.text[slice(*span)]) for line in lines for span in spans(line.text)]
    if found or not fuzzy or not isinstance(value, str) or len(value) < MIN_LIKE_LENGTH:
        return found
    like = [(_like(line.text, value), line) for line in lines]
    return [_printed(line, name, span, value) for span, line in like if span]


def _printed(line: Line, name: str, span: Span, text: str) -> Printed:
    return Printed(field=name, text=text, page=line.page, box=line.box(*span), slope=line.slope, pixels=line.pixels)


def _finder(value: Scalar) -> Callable[[str], list[Span]]:
    """Returns the places in a line that mean the value."""
    if isinstance(value, str) and (days := read_dates(value)):
        return lambda text: [m.span() for m in _DATE.finditer(text) if days & read_dates(_long_year(m[0]))]
    amount = read_amount(value, "")
    if amount is not None and not (isinstance(value, str) and _is_code(value)):
        number = abs(amount.number)
        return lambda text: _numbers(text, lambda found: found == number)
    return lambda text: [m.span() for m in _spelt(str(value)).finditer(text)]


def _is_code(value: str) -> bool:
    """Digits without a decimal mark may be a number: they are looked for as they are written."""
    return value.strip().isdigit()


def _long_year(text: str) -> str:
    """A day with the month's name and a year of two digits gets the century."""
    return re.sub(r"([^\W\d_][. -]+)(\d\d)$", r"\g<1>20\2", text)


def _numbers(text: str, wanted: Callable[[object], bool]) -> list[Span]:
    found: list[Span] = []
    for pattern in _NUMBER:
        for match in pattern.finditer(text):
            read = read_amount(match[0], "")
            if (
                read is not None
                and wanted(read.number)
                and all(match.end() <= a or match.start() >= b for a, b in found)
            ):
                found.append(match.span())
    return found


def _spelt(value: str) -> re.Pattern[str]:
    """The value between other letters and digits, with any spaces and capitals."""
    words = r"\s+".join(re.escape(word) for word in value.split())
    return re.compile(rf"(?<![\w]){words}(?![\w])", re.IGNORECASE)


def _like(text: str, value: str) -> Span | None:
    """The words of a line that are most like the value, accents aside, if they are like enough."""
    value = _bare(value)
    if fuzz.partial_ratio(value, _bare(text)) < MIN_LIKE:
        return None
    starts = [0, *(m.end() for m in re.finditer(r" ", text))]
    ends = [*(m.start() for m in re.finditer(r" ", text)), len(text)]
    count = len(value.split())
    spans = [
        (starts[i], ends[i + n - 1]) for n in {count, count + 1, max(1, count - 1)} for i in range(len(ends) - n + 1)
    ]
    best = max(spans, key=lambda span: fuzz.ratio(value, _bare(text[slice(*span)])), default=None)
    return best if best and fuzz.ratio(value, _bare(text[slice(*best)])) >= MIN_LIKE else None


def _bare(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def _overlap(name: str, places: Mapping[str, Sequence[Printed]]) -> bool:
    """Whether a place of the field lies in a larger place of another one."""
    others = [place for field, found in places.items() if field != name for place in found]
    return any(_inside(own, other) for own in places[name] for other in others)


def _inside(own: Printed, other: Printed) -> bool:
    if own.page != other.page or len(own.text) > len(other.text):
        return False
    across = min(own.box[2], other.box[2]) - max(own.box[0], other.box[0])
    down = min(own.box[3], other.box[3]) - max(own.box[1], other.box[1])
    return across > 0.1 * (own.box[2] - own.box[0]) and down > 0.1 * (own.box[3] - own.box[1])


def _label(lines: Sequence[Line], value: Printed, known: frozenset[str] | None) -> Printed | None:
    """The label of a value: on its left on the same line, or above it."""
    for line in lines if known else ():
        if line.page != value.page:
            continue
        for span in _phrases(line.text):
            box = line.box(*span)
            if label_key(line.text[slice(*span)]) in (known or ()) and _heads(box, value):
                return replace(_printed(line, value.field, span, line.text[slice(*span)]), label=True)
    return None


def _heads(box: tuple[float, ...], value: Printed) -> bool:
    left, top, right, bottom = value.box
    beside = right > box[2] <= left + 0.01 and box[2] > left - LABEL_REACH and box[1] < (top + bottom) / 2 < box[3]
    height = bottom - top
    above = top - 3 * height < box[3] <= top + 0.2 * height and box[0] < right and box[2] > left
    return beside or above


def _phrases(text: str) -> Iterator[Span]:
    """One to four words, the longer ones first."""
    words = [m.span() for m in re.finditer(r"[^\s:]+", text)]
    for count in range(min(4, len(words)), 0, -1):
        for i in range(len(words) - count + 1):
            yield words[i][0], words[i + count - 1][1]


def label_key(text: str) -> str:
    """A label without capitals, accents and marks."""
    return key_of(text.replace("ß", "ss"))


def key_of(text: str) -> str:
    """Letters and digits only, without capitals and accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(one for one in plain.casefold() if one.isalnum())
