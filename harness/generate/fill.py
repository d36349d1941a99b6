"""The request body from the team's template, filled by structure: a dropped field is absent, a null is a null."""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.generate.payloads import Record

WHOLE = "*"
"""`"{*}"` stands for the whole record, with every field that it has."""
KEYS, VALUES = "*.keys", "*.values"
"""`"{*.keys}"` and `"{*.values}"` stand for a list of the record's names, and of its values in the same order."""

_PLACEHOLDER = re.compile(r"\{(\*(?:\.\w+)?|\w[^{}\"'\n]*)\}")
"""A name in braces. Braces around anything else, as in a prompt that shows JSON, are text."""

Pairs = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapping:
    """How a record or a text becomes a request body.

    request: template of the body, in which "{column}" stands for a column ("{text}" for a text). text_as_json: send a
    text as {"text": ...} and not as a file.
    """

    request: Mapping[str, object] | None = None
    text_as_json: bool = False


def placeholders(template: Any) -> Iterator[str]:
    """The names of all columns that the template asks for, in its order."""
    if isinstance(template, dict):
        for value in template.values():
            yield from placeholders(value)
    elif isinstance(template, list):
        for value in template:
            yield from placeholders(value)
    elif isinstance(template, str):
        yield from _PLACEHOLDER.findall(template)


def lone(template: Any) -> str:
    """The column, if the template is one placeholder and nothing else; else ""."""
    found = _PLACEHOLDER.fullmatch(template) if isinstance(template, str) else None
    return found[1] if found else ""


def joined(request: Mapping[str, Any] | None, wrapper: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The team's template with the body in which its records arrived in the place of `"{*}"`, or of one of its keys.

    A template that names only columns of the record describes the whole body by itself.
    """
    if request is None or wrapper is None:
        return request if wrapper is None else wrapper
    inside = {WHOLE: wrapper, **wrapper}
    found: Mapping[str, Any] = _substituted(request, inside)
    return found


def _substituted(template: Any, parts: Mapping[str, Any]) -> Any:
    if isinstance(template, dict):
        return {key: _substituted(value, parts) for key, value in template.items()}
    if isinstance(template, list):
        return [_substituted(value, parts) for value in template]
    return parts.get(lone(template), template)


def fill_text(template: Any, text: str) -> Any:
    """The template with each `{text}` replaced by the text, within other text as well."""
    if isinstance(template, dict):
        return {key: fill_text(value, text) for key, value in template.items()}
    if isinstance(template, list):
        return [fill_text(value, text) for value in template]
    return template.replace("{text}", text) if isinstance(template, str) else template


def fill_record(template: Mapping[str, Any], before: Record, after: Record) -> Pairs:
    """The template as an object's pairs, filled with the record.

    before, after: the record without and with the changes of a case. A field that was dropped is absent, one that is
    there twice is there twice, fields in another order are in that order, and a new field stands beside those of the
    object with the most columns.
    """
    pairs: Pairs = _Filling(before=before, after=after, slot=_slot(template)).body(template)
    return pairs


def _slot(template: Any) -> Mapping[str, Any] | None:
    """The object in which a new field stands: the one with the most columns. None: the whole record is sent."""
    objects = list(_objects(template))
    if {WHOLE, KEYS, VALUES} & set(placeholders(template)) or not objects:
        return None
    return max(objects, key=lambda one: sum(bool(lone(value)) for value in one.values()))


def _objects(template: Any) -> Iterator[dict[str, Any]]:
    if isinstance(template, dict):
        yield template
    inner = template.values() if isinstance(template, dict) else template if isinstance(template, list) else ()
    for value in inner:
        yield from _objects(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filling:
    """One record on its way into a template. slot: the object that takes new fields."""

    before: Record
    after: Record
    slot: Mapping[str, Any] | None = None

    def body(self, template: Any) -> Any:
        """The filled template; objects are pairs, as in a record."""
        if isinstance(template, dict):
            return self._object(template)
        if isinstance(template, list):
            return [one for value in template for one in self._values(value)]
        return self._interpolated(template) if isinstance(template, str) else template

    def _object(self, template: Mapping[str, Any]) -> Pairs:
        columns = {key: lone(value) for key, value in template.items() if _is_column(lone(value))}
        entries = deque(self._entries(template, columns))
        was, now = _keys(columns, self.before), list(dict.fromkeys(key for key, _ in entries if key in columns))
        moved = [key for key in was if key in now] != [key for key in now if key in was]
        if not moved and was != [key for key in columns if key in was]:
            entries = deque(_as_listed(entries, columns))  # the template has an order of its own
        pairs: list[tuple[str, Any]] = []
        for key, value in template.items():
            if key not in columns:
                pairs += [(key, one) for one in self._values(value)]
            elif moved or key in now:
                wanted = entries[0][0] if moved and entries else key
                while entries and wanted not in (name for name, _ in pairs):
                    pairs.append(entries.popleft())
                while entries and entries[0][0] == wanted:
                    pairs.append(entries.popleft())
        return (*pairs, *entries)

    def _entries(self, template: Mapping[str, Any], columns: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
        """What the record has for this object, in the record's order: columns under their keys, and new fields."""
        own = {name for name, _ in self.before.pairs}
        for name, value in self.after.pairs:
            if template is self.slot and name not in own and name not in columns.values() and name not in template:
                yield name, value
            yield from ((key, value) for key, column in columns.items() if column == name)

    def _column(self, name: str) -> list[Any]:
        """The values of a column: none if it is not there, two if it is there twice."""
        if name == WHOLE:
            return [self.after.pairs]
        if name in (KEYS, VALUES):
            return [[pair[name == VALUES] for pair in self.after.pairs]]
        return [value for key, value in self.after.pairs if key == name]

    def _values(self, template: Any) -> list[Any]:
        """What stands in the place of the template: nothing for a column that is not there."""
        return self._column(lone(template)) if lone(template) else [self.body(template)]

    def _interpolated(self, text: str) -> str:
        columns = dict(self.after.pairs)
        return _PLACEHOLDER.sub(lambda found: _as_text(columns.get(found[1])), text)


def _is_column(name: str) -> bool:
    return bool(name) and name not in (WHOLE, KEYS, VALUES)


def _keys(columns: Mapping[str, str], record: Record) -> list[str]:
    """The keys of the object's columns in the order of the record's fields."""
    names = dict.fromkeys(name for name, _ in record.pairs)
    return [key for name in names for key, column in columns.items() if column == name]


def _as_listed(entries: Iterable[tuple[str, Any]], columns: Mapping[str, str]) -> list[tuple[str, Any]]:
    """The first entry of each column in the template's order, then all others in their own."""
    places = {key: place for place, key in enumerate(columns)}
    firsts: dict[str, tuple[str, Any]] = {}
    rest = []
    for entry in entries:
        if entry[0] in places and entry[0] not in firsts:
            firsts[entry[0]] = entry
        else:
            rest.append(entry)
    return [*sorted(firsts.values(), key=lambda entry: places[entry[0]]), *rest]


def _as_text(value: Any) -> str:
    """A value within other text: nothing for null or a missing field, JSON for what is not a text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
