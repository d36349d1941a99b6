"""Turn JSON Schema into shapes, with an error if the document is not a schema."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.core.errors import ConfigError, did_you_mean
from harness.core.schema import ANY, TYPES, Field, JsonType, Shape
from harness.generate.records.schema.conform import compiled, types_of
from harness.generate.records.schema.merging import both
from harness.generate.records.schema.numbers import is_number

TELLING = {
    *("$comment", "$defs", "$id", "$schema", "definitions", "deprecated", "description", "discriminator", "example"),
    *("examples", "externalDocs", "readOnly", "title", "writeOnly", "xml", "default", "contentEncoding"),
    *("contentMediaType",),
}
"""Keywords that do not constrain a value."""

LEFT_OUT = {
    *("not", "if", "then", "else", "patternProperties", "propertyNames", "dependentRequired", "dependentSchemas"),
    *("dependencies", "minProperties", "maxProperties", "contains", "minContains", "maxContains", "prefixItems"),
    *("uniqueItems", "multipleOf", "unevaluatedProperties", "unevaluatedItems", "additionalItems", "$dynamicRef"),
    *("$anchor", "$dynamicAnchor", "$vocabulary", "$recursiveRef"),
}
"""Keywords that are ignored and reported: a record may violate them without being noticed."""


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads the shapes of one document. where: its name in messages. notes: the parts that are ignored.

    known: references that were resolved. open: references that are being resolved.
    """

    document: Any
    where: str
    notes: dict[str, None] = field(default_factory=dict)
    known: dict[str, Shape] = field(default_factory=dict)
    open: tuple[str, ...] = ()

    def shape(self, node: Any, at: str) -> Shape:
        """The shape at the pointer `at`. Raises ConfigError if it is not a schema."""
        if isinstance(node, bool):
            self.notes.update({} if node else {f"false ({at})": None})
            return ANY
        if not isinstance(node, Mapping):
            raise self.wrong(at, f"expected a schema, an object, got {_kind(node)}")
        self._note_unread(node, at)
        found = self._own(node, at)
        if "$ref" in node:
            found = both(found, self._referred(node["$ref"], at))
        for number, part in enumerate(self._list(node, "allOf", at)):
            found = both(found, self.shape(part, f"{at}/allOf/{number}"))
        for key in ("oneOf", "anyOf"):
            parts = [self.shape(part, f"{at}/{key}/{n}") for n, part in enumerate(self._list(node, key, at))]
            found = _with_alternatives(found, parts) if parts else found
        if node.get("nullable") is True and found.types:
            words = (*found.words, None) if found.words else ()
            found = replace(found, types=found.types | {"null"}, words=words)
        return found

    def at(self, pointer: str) -> Any:
        """The node at a pointer such as `/components/schemas/Claim`. Raises ConfigError if there is none."""
        found = self.document
        for step in pointer.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, list) and name.isdigit() and int(name) < len(found):
                found = found[int(name)]
            elif isinstance(found, Mapping) and name in found:
                found = found[name]
            else:
                known = list(found) if isinstance(found, Mapping) else []
                hint = did_you_mean(name, known) or f"  there: {', '.join(map(str, known[:8])) or 'nothing below it'}"
                raise ConfigError(f'{self.where}#{pointer}: there is no "{name}"\n{hint}')
        return found

    def wrong(self, at: str, what: str, hint: str = "") -> ConfigError:
        """The error for the node at this pointer."""
        return ConfigError(f"{self.where}#{at or '/'}: {what}" + (f"\n{hint}" if hint else ""))

    def _own(self, node: Mapping[str, Any], at: str) -> Shape:
        low, open_low = self._bound(node, "minimum", "exclusiveMinimum", at)
        high, open_high = self._bound(node, "maximum", "exclusiveMaximum", at)
        return Shape(
            types=self._types(node, at),
            words=self._words(node, at),
            low=low,
            high=high,
            open_low=open_low,
            open_high=open_high,
            shortest=self._count(node, "minLength", at),
            longest=self._count(node, "maxLength", at),
            pattern=self._pattern(node, at),
            format=self._one(node, "format", at, lambda value: isinstance(value, str), "a word") or "",
            fewest=self._count(node, "minItems", at),
            most=self._count(node, "maxItems", at),
            fields=self._fields(node, at),
            closed=node.get("additionalProperties") is False,
            item=self._item(node, at),
        )

    def _types(self, node: Mapping[str, Any], at: str) -> frozenset[JsonType]:
        given = node.get("type", [])
        names = [given] if isinstance(given, str) else given
        if not isinstance(names, list):
            raise self.wrong(f"{at}/type", f"expected the name of a type, got {_kind(given)}")
        for name in names:
            if name not in TYPES:
                hint = did_you_mean(str(name), TYPES, f"types: {', '.join(TYPES)}")
                raise self.wrong(f"{at}/type", f'"{name}" is not a JSON type', hint)
        if names:
            return frozenset(names)
        return frozenset(types_of(word)[0] for word in self._words(node, at))

    def _words(self, node: Mapping[str, Any], at: str) -> tuple[Any, ...]:
        if "const" in node:
            return (node["const"],)
        words = node.get("enum", [])
        if not isinstance(words, list) or ("enum" in node and not words):
            raise self.wrong(f"{at}/enum", "expected a list of at least one allowed value")
        return tuple(word for word in words if not isinstance(word, list | dict))

    def _fields(self, node: Mapping[str, Any], at: str) -> tuple[Field, ...]:
        properties, required = node.get("properties", {}), node.get("required", [])
        if not isinstance(properties, Mapping):
            raise self.wrong(f"{at}/properties", f"expected an object of fields, got {_kind(properties)}")
        if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
            raise self.wrong(f"{at}/required", "expected a list of field names")
        shapes = {name: self.shape(one, f"{at}/properties/{step_of(name)}") for name, one in properties.items()}
        shapes |= {name: ANY for name in required if name not in shapes}
        return tuple(Field(name=name, shape=shape, required=name in required) for name, shape in shapes.items())

    def _item(self, node: Mapping[str, Any], at: str) -> Shape | None:
        items = node.get("items")
        if isinstance(items, list):  # one schema for each index, as in older drafts
            self.notes[f"items ({at})"] = None
            return None
        return None if items is None else self.shape(items, f"{at}/items")

    def _bound(self, node: Mapping[str, Any], key: str, exclusive: str, at: str) -> tuple[float | None, bool]:
        """The limit, and whether it is exclusive: a number, or true next to the limit in older drafts."""
        closed = self._one(node, key, at, is_number, "a number")
        edge = self._one(node, exclusive, at, lambda value: isinstance(value, bool) or is_number(value), "a number")
        if isinstance(edge, bool):
            return closed, edge
        if edge is None or closed is None:
            return (closed, False) if edge is None else (edge, True)
        tighter = edge >= closed if key == "minimum" else edge <= closed
        return (edge, True) if tighter else (closed, False)

    def _count(self, node: Mapping[str, Any], key: str, at: str) -> int | None:
        def whole(value: Any) -> bool:
            return is_number(value) and value >= 0 and value == int(value)

        found = self._one(node, key, at, whole, "a whole number from 0 on")
        return None if found is None else int(found)

    def _pattern(self, node: Mapping[str, Any], at: str) -> str:
        found = self._one(node, "pattern", at, lambda value: isinstance(value, str), "a regular expression")
        pattern: str = found or ""
        try:
            _ = compiled(pattern)
        except (re.error, OverflowError, RecursionError):
            self.notes[f"pattern ({at}), which Python cannot read"] = None
            return ""
        return pattern

    def _one(self, node: Mapping[str, Any], key: str, at: str, right: Callable[[Any], bool], wanted: str) -> Any:
        value = node.get(key)
        if value is not None and not right(value):
            raise self.wrong(f"{at}/{key}", f"expected {wanted}, got {_kind(value)}")
        return value

    def _list(self, node: Mapping[str, Any], key: str, at: str) -> list[Any]:
        parts = node.get(key, [])
        if not isinstance(parts, list) or (key in node and not parts):
            raise self.wrong(f"{at}/{key}", "expected a list of at least one schema")
        return parts

    def _referred(self, pointer: Any, at: str) -> Shape:
        if not isinstance(pointer, str) or not pointer.startswith("#"):
            hint = "  only references within the same file are read; copy it in"
            raise self.wrong(f"{at}/$ref", f'"{pointer}" points outside the file', hint)
        if pointer in self.open:  # a recursive schema: anything is allowed there
            self.notes[f"{pointer} within itself"] = None
            return ANY
        if pointer not in self.known:
            inner = replace(self, open=(*self.open, pointer))
            self.known[pointer] = inner.shape(inner.at(pointer[1:]), pointer[1:])
        return self.known[pointer]

    def _note_unread(self, node: Mapping[str, Any], at: str) -> None:
        for key in node:
            if key in LEFT_OUT:
                self.notes[key] = None
            elif key not in TELLING and key not in READ and not key.startswith("x-"):
                near = did_you_mean(key, READ).strip()
                self.notes[f'"{key}" ({at or "/"}), not a keyword of JSON Schema{" - " * bool(near)}{near}'] = None


READ = (
    *("$ref", "additionalProperties", "allOf", "anyOf", "const", "enum", "exclusiveMaximum", "exclusiveMinimum"),
    *("format", "items", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "nullable", "oneOf"),
    *("pattern", "properties", "required", "type"),
)
"""Keywords that are supported."""


def _with_alternatives(shape: Shape, parts: list[Shape]) -> Shape:
    """The shape if one of the parts must fit. "this or null" is one shape that may be null."""
    real = [part for part in parts if part.types != frozenset({"null"})]
    if len(real) != 1:
        return replace(shape, either=(*shape.either, *parts))
    found = both(shape, real[0])
    return replace(found, types=found.types | {"null"}) if len(real) < len(parts) and found.types else found


def step_of(name: str) -> str:
    """The name as a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _kind(value: Any) -> str:
    names = {type(None): "null", bool: "true or false", str: "a text", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")
