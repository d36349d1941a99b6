"""Echoes: the values of a request that the reply repeats. They are found in the replies to the pilot samples.

A repeated id shows which request a reply belongs to; nothing else shows that an answer belongs to another request. The
id itself is damaged if a system stores it as a number, cuts it off, or writes it in another form of Unicode.
"""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from harness.core.values import Leaf, leaves_of, lengths_of, plain_name
from harness.diff.scoring.id_kinds import is_number

MIN_SAMPLES, MIN_VALUES = 5, 3
"""Minimum number of samples that must agree, and of different values among them, to exclude coincidence."""

MAX_ODD_SHARE = 0.1
"""Maximum share of replies that may differ for the path to be an echo, if all values sent are different."""

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
"""Field names of a count in a reply; such a field is an echo even if all samples have the same value."""

PROSE_WORDS = 3
"""Minimum number of words of prose, in which changes of whitespace, capitals or letter forms do not count."""


Find = Callable[[str, Any], Any]
"""Returns the value at a JMESPath of a reply, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its reply.

    sent: values of the request by path. received: the reply. test: the robustness test that sent it, "" for none.
    """

    address: str
    sent: Mapping[str, Any]
    received: Any
    test: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """A path of the reply that repeats a value of the request.

    reply: path in the reply. request: path in the request. typed: the type counts, so "12" for 12 is another value.
    loose: other capitals, blanks and forms of letters are the same value. identity: each sample has a value of its own.
    text: the value is a text, not a number.
    """

    reply: str
    request: str
    typed: bool = True
    loose: bool = False
    identity: bool = False
    text: bool = True

    def carries(self, sent: Any) -> bool:
        """Whether this path repeats such a value: it has the type of the pilot's values and is not empty."""
        return is_number(sent) != self.text if _plain(sent) else False

    def same(self, sent: Any, got: Any) -> bool:
        """Whether the value that came back is the one that was sent."""
        if self.loose:
            return _folded(sent) == _folded(got)
        return _equal(sent, got) and (not self.typed or is_number(sent) == is_number(got))


def find_echoes(pilot: Sequence[Exchange], taken: Collection[str]) -> tuple[Echo, ...]:
    """Every path of the pilot's replies that repeats a value of the request.

    pilot: one exchange a sample. taken: paths of the answer itself, which are no echoes. The value must come back in
    all exchanges, or in nine of ten if all values are different.
    """
    replies = [{leaf.path: leaf for leaf in _all(one.received) if leaf.path not in taken} for one in pilot]
    paths = dict.fromkeys(path for reply in replies for path in reply)
    fields = dict.fromkeys(name for one in pilot for name in one.sent)
    found = []
    for path in paths:
        name = next(reply[path].name for reply in replies if path in reply)
        candidates = sorted(fields, key=lambda field: plain_name(_last(field)) != plain_name(name))
        echoes = (_echo(path, name, field, pilot, replies) for field in candidates)
        if first := next(filter(None, echoes), None):
            found.append(first)
    return tuple(found)


def declared(paths: Mapping[str, str], pilot: Sequence[Exchange], find: Find) -> tuple[Echo, ...]:
    """The echoes of `[answer] echoes` (reply path to request field); the pilot's replies show how exact each is."""
    found = []
    for path, field in paths.items():
        pairs = [(one.sent[field], find(path, one.received)) for one in pilot if field in one.sent]
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
    """Whether both are the same number, or the same letters in another form."""
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
    """Whether it is a text that is not empty, or a number other than NaN."""
    return (isinstance(value, str) and bool(value)) or (is_number(value) and value == value)


def _equal(sent: Any, got: Any) -> bool:
    """Whether it is the same text or number. A number equals a text that spells it."""
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
