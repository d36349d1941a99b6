"""Which values of a request come back in the reply, worked out from the pilot's own replies, and whether they do.

A reply that repeats an id says for which request it is. Nothing else tells that an answer is a neighbour's, and the id
itself gets lost where it is kept as a number, cut off, or written in another form of Unicode.
"""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from harness.core.leaves import Leaf, leaves_of, lengths_of, plain_name
from harness.diff.scoring.id_kinds import is_number

MIN_SAMPLES, MIN_VALUES = 5, 3
"""Samples that agree, and values among them, so that it is no accident."""

MAX_ODD_SHARE = 0.1
"""Of replies whose ids are all different, the share that may come back otherwise and still be what repeats the id."""

COUNTS = (
    "pages",
    "rows",
    "items",
    "count",
    "pagecount",
    "rowcount",
    "itemcount",
    "numpages",
    "npages",
    "numberofpages",
)
"""Names under which a reply says how many there are, also where all samples have the same number."""

PROSE_WORDS = 3
"""A value of so many words is prose, and may come back with other blanks and letters of another form."""


Find = Callable[[str, Any], Any]
"""What stands at a JMESPath of a reply; None for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What one request said and what its reply does. sent: values by path. test: in which it was sent, "" for none."""

    address: str
    sent: Mapping[str, Any]
    said: Any
    test: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """A path of the reply that repeats a value of the request.

    typed: with its type, so that "12" for 12 is another value. loose: other capitals, blanks and forms of letters are
    the same value. identity: no two samples have the same. text: the value is a text, not a number.
    """

    reply: str
    request: str
    typed: bool = True
    loose: bool = False
    identity: bool = False
    text: bool = True

    def carries(self, sent: Any) -> bool:
        """Whether the value is one that this path repeats: of the pilot's type, and not empty."""
        return is_number(sent) != self.text if _plain(sent) else False

    def same(self, sent: Any, got: Any) -> bool:
        """Whether what came back is what was sent."""
        if self.loose:
            return _folded(sent) == _folded(got)
        return _equal(sent, got) and (not self.typed or is_number(sent) == is_number(got))


def find_echoes(pilot: Sequence[Exchange], taken: Collection[str]) -> tuple[Echo, ...]:
    """Every path of the pilot's replies that repeats a value of the request. taken: paths of the answer itself.

    pilot: one exchange a sample. A value must come back in all of them; ids, which are all different, in nine of ten.
    """
    replies = [{leaf.path: leaf for leaf in _all(one.said) if leaf.path not in taken} for one in pilot]
    paths = dict.fromkeys(path for reply in replies for path in reply)
    fields = dict.fromkeys(name for one in pilot for name in one.sent)
    found = []
    for path in paths:
        name = next(reply[path].name for reply in replies if path in reply)
        asked = sorted(fields, key=lambda field: plain_name(_last(field)) != plain_name(name))
        echoes = (_echo(path, name, field, pilot, replies) for field in asked)
        if first := next(filter(None, echoes), None):
            found.append(first)
    return tuple(found)


def declared(paths: Mapping[str, str], pilot: Sequence[Exchange], find: Find) -> tuple[Echo, ...]:
    """The echoes that the settings name, reply path to request field, with what the pilot's replies show of them."""
    found = []
    for path, field in paths.items():
        pairs = [(one.sent[field], find(path, one.said)) for one in pilot if field in one.sent]
        found.append(_described(path, field, [(sent, got) for sent, got in pairs if _plain(sent) and _plain(got)]))
    return tuple(found)


def _echo(
    path: str, name: str, field: str, pilot: Sequence[Exchange], replies: Sequence[Mapping[str, Leaf]]
) -> Echo | None:
    pairs = [
        (one.sent[field], reply[path].value)
        for one, reply in zip(pilot, replies, strict=True)
        if field in one.sent and path in reply and _plain(one.sent[field])
    ]
    values = {str(sent) for sent, _ in pairs}
    counted = _is_count(field) and plain_name(name) in COUNTS
    if len(pairs) < MIN_SAMPLES or (len(values) < MIN_VALUES and not counted):
        return None
    odd = sum(not alike(sent, got) for sent, got in pairs)
    allowed = MAX_ODD_SHARE * len(pairs) if len(values) == len(pairs) else 0
    return _described(path, field, pairs) if odd <= allowed else None


def _described(path: str, field: str, pairs: Sequence[tuple[Any, Any]]) -> Echo:
    values = {str(sent) for sent, _ in pairs}
    exact = sum(_equal(sent, got) for sent, got in pairs)
    prose = [sent for sent, _ in pairs if isinstance(sent, str) and len(sent.split()) >= PROSE_WORDS]
    folded = 2 * exact < len(pairs) and all(_folded(sent) == _folded(got) for sent, got in pairs)
    kept = sum(is_number(sent) == is_number(got) for sent, got in pairs)
    return Echo(
        reply=path,
        request=field,
        typed=2 * kept >= len(pairs),
        loose=folded or 2 * len(prose) > len(pairs),
        identity=len(pairs) >= MIN_SAMPLES and len(values) == len(pairs),
        text=not pairs or 2 * sum(isinstance(sent, str) for sent, _ in pairs) > len(pairs),
    )


def alike(sent: Any, got: Any) -> bool:
    """Whether the one may have been made of the other: the same number, or the same letters in another form."""
    if _folded(sent) == _folded(got):
        return True
    try:
        return float(sent) == float(got)
    except (TypeError, ValueError, OverflowError):
        return False


def _all(value: Any) -> Iterable[Leaf]:
    yield from leaves_of(value)
    yield from lengths_of(value)


def _last(path: str) -> str:
    return path.removeprefix("length(").rstrip(")").rpartition(".")[2]


def _is_count(field: str) -> bool:
    return field == "pages" or field.startswith("length(")


def _plain(value: Any) -> bool:
    """A text that is not empty, or a number that is one."""
    return (isinstance(value, str) and bool(value)) or (is_number(value) and value == value)


def _equal(sent: Any, got: Any) -> bool:
    """The same text or the same number; a number and a text are where the one is how the other is written."""
    if is_number(sent) == is_number(got):
        return bool(sent == got)
    if isinstance(sent, str):
        return str(got) == sent
    try:
        return Decimal(got) == Decimal(str(sent))
    except (InvalidOperation, TypeError, ValueError):
        return False


def _folded(value: Any) -> str:
    return " ".join(unicodedata.normalize("NFKC", str(value)).casefold().split())
