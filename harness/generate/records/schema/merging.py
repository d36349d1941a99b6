"""Merge two shapes that hold at once (`allOf`) into one."""

from dataclasses import replace

from harness.core.case import Scalar
from harness.core.schema import Field, JsonType, Shape
from harness.generate.records.schema.conform import same


def both(one: Shape, other: Shape) -> Shape:
    """The shape that fits both. Of two patterns or formats the first is kept."""
    low, open_low = _tighter((one.low, one.open_low), (other.low, other.open_low), 1)
    high, open_high = _tighter((one.high, one.open_high), (other.high, other.open_high), -1)
    return Shape(
        types=_types(one, other),
        words=_words(one, other),
        low=low,
        high=high,
        open_low=open_low,
        open_high=open_high,
        shortest=_most(one.shortest, other.shortest),
        longest=_least(one.longest, other.longest),
        pattern=one.pattern or other.pattern,
        format=one.format or other.format,
        fewest=_most(one.fewest, other.fewest),
        most=_least(one.most, other.most),
        fields=_fields(one, other),
        closed=one.closed or other.closed,
        item=both(one.item, other.item) if one.item and other.item else one.item or other.item,
        either=(*one.either, *other.either),
    )


def _types(one: Shape, other: Shape) -> frozenset[JsonType]:
    if not one.types or not other.types:
        return one.types or other.types
    shared = frozenset(kind for kind in one.types | other.types if one.takes(kind) and other.takes(kind))
    return shared or one.types  # nothing fits both, and an empty set would mean that everything fits


def _words(one: Shape, other: Shape) -> tuple[Scalar, ...]:
    if not one.words or not other.words:
        return one.words or other.words
    return tuple(word for word in one.words if any(same(word, known) for known in other.words))


def _fields(one: Shape, other: Shape) -> tuple[Field, ...]:
    found = dict(one.by_name)
    for more in other.fields:
        known = found.get(more.name)
        found[more.name] = (
            replace(more, shape=both(known.shape, more.shape), required=known.required or more.required)
            if known
            else more
        )
    return tuple(found.values())


def _tighter(one: tuple[float | None, bool], other: tuple[float | None, bool], sign: int) -> tuple[float | None, bool]:
    known = [(sign * limit, closed, limit) for limit, closed in (one, other) if limit is not None]
    if not known:
        return None, False
    _, closed, limit = max(known)
    return limit, closed


def _most(one: int | None, other: int | None) -> int | None:
    return max((n for n in (one, other) if n is not None), default=None)


def _least(one: int | None, other: int | None) -> int | None:
    return min((n for n in (one, other) if n is not None), default=None)
