"""The fields of a record, inner ones too, with their shapes in the schema, and how to change them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any, NamedTuple, TypeVar

from harness.core.schema import ANY, Field, Shape
from harness.core.seed import Stream
from harness.core.values import quoted
from harness.generate.payloads import Record
from harness.generate.records.schema.conform import breaches, fits

T = TypeVar("T")
Path = tuple[str | int, ...]
"""Field names and array indices."""

Pairs = tuple[tuple[str, Any], ...]
Change = Callable[[str, Any], Pairs]
"""Maps a field's name and value to its replacement: no pair, one pair or several."""

_LOWER = (1 << 32) - 1

MAX_ITEMS = 3
"""Number of array items that are inspected; the others are assumed to be alike."""


class Site(NamedTuple):
    """A field of a record or of an inner object. shape: its allowed values. required: whether it must be present.

    known: whether the schema covers it; other fields may hold anything. stated: whether the schema was written by the
    team.
    """

    path: Path
    value: Any
    shape: Shape
    required: bool
    known: bool
    stated: bool

    @property
    def name(self) -> str:
        """The field's own name."""
        return str(self.path[-1])

    def breaks(self, value: Any) -> bool:
        """Whether this value would break the schema in this field; true if there is no schema."""
        return not self.known or not fits(value, self.shape)


class Sites(tuple[Site, ...]):
    """The sites of one record that an op can change, computed once for it."""

    @cached_property
    def nested(self) -> bool:
        """Whether some sites are inside others."""
        return any(len(site.path) > 1 for site in self)

    def distances(self, first: int) -> bytes:
        """The distance of each site from the one at this index, cached: 0 on one path, 1 in one object, else 2."""
        if first not in self._distances:
            self._distances[first] = bytes(_distance(self[first].path, site.path) for site in self)
        return self._distances[first]

    @cached_property
    def _distances(self) -> dict[int, bytes]:
        return {}


@dataclass(frozen=True, slots=True)
class Choices:
    """Sites and their possible values."""

    sites: Sites
    ways: Mapping[Path, Sequence[Any]]


def sites_of(record: Record) -> Sites:
    """Every field in order, an object's fields after it. A duplicate name is one field."""
    return derived(record, "sites", _walked)


def derived(record: Record, name: str, make: Callable[[Record], T]) -> T:
    """The result of `make` for the record, cached under the name for the next case of the same sample."""
    if name not in record.derived:
        record.derived[name] = make(record)
    found: T = record.derived[name]
    return found


def required(record: Record) -> Sites:
    """The required fields."""
    return sites_where(record, "required", lambda site: site.required)


def sites_where(record: Record, name: str, holds: Callable[[Site], bool]) -> Sites:
    """The fields that meet the condition, cached under the name."""
    return derived(record, name, lambda one: Sites(site for site in sites_of(one) if holds(site)))


def choices(record: Record, name: str, ways_of: Callable[[Site], Sequence[Any]]) -> Choices:
    """The fields that have other possible values, with these values, cached under the name."""

    def found(one: Record) -> Choices:
        ways = {site.path: some for site in sites_of(one) if (some := ways_of(site))}
        return Choices(Sites(site for site in sites_of(one) if site.path in ways), ways)

    return derived(record, name, found)


def put_one(record: Record, name: str, ways_of: Callable[[Site], Sequence[Any]], severity: int, draw: Stream) -> Record:
    """The record with another value in each selected field. name: the key in the cache."""
    able = choices(record, name, ways_of)
    hit = hit_with_bits(able.sites, severity, draw)
    return changed(record, {site.path: set_to(one_of(able.ways[site.path], bits)) for site, bits in hit})


def closed_at(record: Record) -> bool:
    """Whether the team's schema allows no other field in the record."""
    return bool(record.schema and record.schema.stated and record.schema.root.closed)


def hit_sites(sites: Sequence[Site], severity: int, draw: Stream) -> list[Site]:
    """The selected sites: one at 1, then `severity` tenths, those on one path with the first one first; nested."""
    return [site for site, _ in hit_with_bits(sites, severity, draw)]


def hit_with_bits(sites: Sequence[Site], severity: int, draw: Stream) -> list[tuple[Site, int]]:
    """The selected sites, each with random bits of its own that are the same at every severity."""
    bits = draw.words(len(sites))
    order = sorted(range(len(sites)), key=bits.__getitem__)
    able = sites if isinstance(sites, Sites) else Sites(sites)
    if severity > 1 and able.nested:
        order.sort(key=able.distances(order[0]).__getitem__)
    return [(sites[i], bits[i]) for i in order[: 1 if severity == 1 else ceil(severity * len(sites) / 10)]]


def one_of(ways: Sequence[T], bits: int) -> T:
    """One of the values. The upper bits give the order of the sites, so the lower bits choose the value."""
    return ways[(bits & _LOWER) * len(ways) >> 32]


def changed(record: Record, changes: Mapping[Path, Change]) -> Record:
    """The record with each of these fields changed."""
    return record.with_pairs(_changed(record.pairs, _as_tree(changes))) if changes else record


def set_to(value: Any) -> Change:
    """The field with this value."""
    return lambda name, _: ((name, value),)


def set_all(values: Mapping[Path, Any]) -> dict[Path, Change]:
    """Each of the fields with its value."""
    return {path: set_to(value) for path, value in values.items()}


def path_text(path: Path) -> str:
    """The path as JMESPath: `lines[0].amount`."""
    steps = (f"[{one}]" if isinstance(one, int) else f".{quoted(one)}" for one in path)
    return "".join(steps).removeprefix(".")


def _distance(first: Path, path: Path) -> int:
    """0 on one path with the first, 1 in the same object, 2 elsewhere."""
    shorter = min(len(first), len(path))
    return 0 if first[:shorter] == path[:shorter] else 1 if first[:-1] == path[:-1] else 2


def _walked(record: Record) -> Sites:
    schema, found = record.schema, list[Site]()
    if schema is None:
        _collect(record.pairs, ANY, False, False, (), found)
    else:
        _collect(record.pairs, schema.root, True, schema.stated, (), found)
    return Sites(found)


def _collect(pairs: Pairs, shape: Shape, known: bool, stated: bool, at: Path, found: list[Site]) -> None:
    fields, seen = _fields_of(shape, pairs), set()
    for name, value in pairs:
        if name in seen:
            continue
        seen.add(name)
        field, path = fields.get(name), (*at, name)
        own = field.shape if field else ANY
        found.append(Site(path, value, own, field.required if field else not known, known, stated))
        if isinstance(value, tuple):
            _collect(value, own, known, stated, path, found)
        elif isinstance(value, list):
            for number, item in enumerate(value[:MAX_ITEMS]):
                if isinstance(item, tuple):
                    _collect(item, own.item or ANY, known, stated, (*path, number), found)


def _fields_of(shape: Shape, pairs: Pairs) -> Mapping[str, Field]:
    """The fields of the shape, together with those of the matching alternative."""
    if not shape.either:
        return shape.by_name
    chosen = next((one for one in shape.either if next(breaches(pairs, one), None) is None), None)
    return {**chosen.by_name, **shape.by_name} if chosen else shape.by_name


class _Tree(NamedTuple):
    """Changes in one object or array and further inside, by name or index."""

    here: dict[str | int, Change]
    below: "dict[str | int, _Tree]"


def _as_tree(changes: Mapping[Path, Change]) -> _Tree:
    root = _Tree({}, {})
    for path, change in changes.items():
        tree = root
        for step in path[:-1]:
            tree = tree.below.setdefault(step, _Tree({}, {}))
        tree.here[path[-1]] = change
    return root


def _changed(pairs: Pairs, tree: _Tree) -> Pairs:
    here, below = tree
    after: list[tuple[str, Any]] = []
    for pair in pairs:
        name, value = pair
        if name in below:
            value = _inside(value, below[name])
            pair = (name, value)
        if name in here:
            after += here[name](name, value)
        else:
            after.append(pair)
    return tuple(after)


def _inside(value: Any, tree: _Tree) -> Any:
    if isinstance(value, tuple):
        return _changed(value, tree)
    if isinstance(value, list):
        items = enumerate(value)
        return [_changed(item, tree.below[i]) if i in tree.below and isinstance(item, tuple) else item
                for i, item in items]  # fmt: skip
    return value
