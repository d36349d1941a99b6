"""The fields of a dataclass as a table in Markdown."""

import dataclasses
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_type_hints

from harness.core.loading.field_docs import describe_class, describe_fields
from tests.docs.type_words import default_words, limit_words, type_words

WIDTH = 100
"""Columns of a line of prose."""


def section(title: str, schema: type, *, toml: bool) -> str:
    """A heading, what the dataclass is, and its fields."""
    return f"{title}\n\n{prose(describe_class(schema))}\n\n{field_table(schema, toml=toml)}\n"


def prose(text: str) -> str:
    """One paragraph, wrapped."""
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def field_table(schema: type, *, toml: bool) -> str:
    """Each field with its type, default, unit, range and meaning; toml: in the words of TOML, else in those of JSON."""
    sentences = sentences_of(schema)
    rows = [
        (
            f"`{one.name}`",
            type_words(hint, toml=toml),
            default_words(one, toml=toml),
            limit_words(hint),
            sentences[one.name],
        )
        for one, hint in _hinted(schema)
    ]
    return table(("key" if toml else "field", "type", "default", "unit, range", "meaning"), rows)


def sentences_of(schema: type) -> Mapping[str, str]:
    """What each field means; one that is a dataclass means what that is, unless it is described itself."""
    found = describe_fields(schema)
    inner = {name: " ".join(describe_class(one) for one in nested(hint)) for name, hint in fields_of(schema)}
    told = {name: found.get(name) or text for name, text in inner.items()}
    silent = [name for name, text in told.items() if not text]
    assert not silent, f"{schema.__name__}: its docstring says nothing about {', '.join(silent)}; add `name: sentence.`"
    return told


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """The rows in Markdown, without columns that hold nothing."""
    used = [k for k in range(len(head)) if any(row[k] for row in rows)]
    lines = [f"| {' | '.join(_cell(line[k]) for k in used)} |" for line in (head, *rows)]
    return "\n".join([lines[0], "|---" * len(used) + "|", *lines[1:]])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def fields_of(schema: type) -> list[tuple[str, Any]]:
    """Name and type of each field."""
    return [(one.name, hint) for one, hint in _hinted(schema)]


def nested(hint: Any) -> list[type]:
    """The dataclasses that a value of that type holds."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return [hint]
    return [found for part in get_args(hint) for found in nested(part)]


def _hinted(schema: type) -> list[tuple[dataclasses.Field[Any], Any]]:
    hints = get_type_hints(schema, include_extras=True)
    return [(one, hints[one.name]) for one in dataclasses.fields(schema)]
