"""Strict TOML: the loading dataclass is the schema, and an error has file, line and the nearest valid key."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from harness.core.errors import HarnessError, did_you_mean

T = TypeVar("T")
Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Toml:
    """A parsed file with its text. error: the class to raise if the file is wrong."""

    path: Path
    text: str
    data: Mapping[str, Any]
    error: type[HarnessError]

    def load(self, schema: type[T], keys: Keys = ()) -> T:
        """The table below `keys` as an instance of the dataclass `schema`. Unknown keys and wrong types are errors."""
        table: Any = self.data
        for key in keys:
            table = table[key]
        for wrong, known in _unknown(schema, table, keys):
            name = str(wrong[-1])
            raise self.wrong(wrong, f'unknown key "{name}"', did_you_mean(name, known) or f"  keys: {', '.join(known)}")
        for wrong, word, words in _wrong_words(schema, table, keys):
            hint = did_you_mean(word, words) or f"  one of: {', '.join(words)}"
            shown = ".".join(map(str, wrong))
            raise self.wrong(wrong, f'{shown}: "{word}" is not an allowed value', hint)
        try:
            return msgspec.convert(table, schema, strict=True)
        except msgspec.ValidationError as reason:
            raise self.wrong(*_explain(str(reason), keys)) from None

    def wrong(self, keys: Keys, what: str, hint: str = "") -> HarnessError:
        """The error for the value at `keys`: `file:line: what`, then the hint."""
        return self.error(f"{self.path}:{self.line_of(keys)}: {what}" + (f"\n{hint}" if hint else ""))

    def line_of(self, keys: Keys) -> int:
        """The line (from 1) of the key or table; of the nearest table above it if it is not found."""
        best = 1
        table: Keys = ()
        counts: dict[str, int] = {}
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line):
                table = _header_keys(header[1] == "[[", header[2], counts)
                if table == keys[: len(table)]:
                    best = number
                continue
            name = re.match(r"""\s*["']?([\w.\-]+)["']?\s*=""", line)
            if name and (*table, *name[1].split(".")) == keys[: len(table) + name[1].count(".") + 1]:
                best = number
        return best


def read_toml(path: Path, error: type[HarnessError]) -> Toml:
    """Parse the file. A missing, undecodable or invalid file raises `error` with its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as reason:
        raise error(f"{path}: cannot be read: {reason.strerror}") from None
    except UnicodeDecodeError as reason:
        raise error(f"{path}: is not UTF-8 (byte {reason.start}); save it as UTF-8") from None
    return parse_toml(path, text, error)


def parse_toml(path: Path, text: str, error: type[HarnessError]) -> Toml:
    """Parse this text of a file that is not read. Invalid TOML raises `error` with its line."""
    try:
        return Toml(path=path, text=text, data=tomllib.loads(text), error=error)
    except tomllib.TOMLDecodeError as reason:
        found = re.search(r"(.*) \(at line (\d+), column (\d+)\)", str(reason))
        line, what = (
            (found[2], f"{found[1]} (column {found[3]})") if found else (str(text.count("\n") + 1), str(reason))
        )
        raise error(f"{path}:{line}: TOML syntax: {what}") from None


def _header_keys(array: bool, name: str, counts: dict[str, int]) -> Keys:
    keys = tuple(part.strip(" \"'") for part in name.split("."))
    if not array:
        return keys
    counts[name] = counts.get(name, -1) + 1
    return (*keys, counts[name])


_hints_once = cache(get_type_hints)


def _hints(schema: Any) -> Mapping[str, Any]:
    """The types of the dataclass's fields. Resolving them takes longer than the rest of loading, so it happens once."""
    return _hints_once(schema)


def _unknown(schema: Any, table: Any, keys: Keys) -> Iterator[tuple[Keys, list[str]]]:
    """Each key of `table` that the dataclass does not have, with the valid keys; also in nested tables."""
    if is_dataclass(schema) and isinstance(table, dict):
        hints = _hints(schema)
        known = list(hints)
        for key, value in table.items():
            if key not in known:
                yield (*keys, key), known
            else:
                yield from _unknown(hints[key], value, (*keys, key))
    else:
        for inner, value, at in _inside(schema, table, keys):
            yield from _unknown(inner, value, at)


def _wrong_words(schema: Any, table: Any, keys: Keys) -> Iterator[tuple[Keys, str, list[str]]]:
    """Each text that is not one of the allowed values, with these values."""
    if get_origin(schema) is Literal:
        words = [word for word in get_args(schema) if word]
        if isinstance(table, str) and table and table not in words:
            yield keys, table, words
    elif is_dataclass(schema) and isinstance(table, dict):
        hints = _hints(schema)
        for key in table.keys() & hints.keys():
            yield from _wrong_words(hints[key], table[key], (*keys, key))
    else:
        for inner, value, at in _inside(schema, table, keys):
            yield from _wrong_words(inner, value, at)


def _inside(schema: Any, table: Any, keys: Keys) -> Iterator[tuple[Any, Any, Keys]]:
    """Each item of an array, and each value of a table with names chosen by the team, with its schema."""
    if isinstance(table, list):
        yield from ((inner, item, (*keys, i)) for i, item in enumerate(table) for inner in get_args(schema))
    elif isinstance(table, dict) and get_origin(schema) is dict:
        yield from ((get_args(schema)[1], value, (*keys, key)) for key, value in table.items())


def _explain(reason: str, keys: Keys) -> tuple[Keys, str]:
    """Turn msgspec's "Expected `int`, got `str` - at `$.budget.calls`" into keys and a sentence."""
    what, _, where = reason.partition(" - at `$")
    path = tuple(int(i) if i else name for name, i in re.findall(r"\.([\w\-]+)|\[(\d+)\]", where))
    names = {"Expected": "expected", "got": "got"}
    sentence = re.sub("|".join(names), lambda m: names[m[0]], what)
    shown = ".".join(str(p) for p in (*keys, *path))
    return (*keys, *path), f"{shown}: {sentence}" if shown else sentence
