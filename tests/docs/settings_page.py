"""docs/reference/settings.md and harness.schema.json, made from the settings."""

from collections.abc import Iterator, Mapping
from typing import Any, get_origin

import msgspec

from harness.core.loading.field_docs import describe_class
from harness.core.settings import Settings
from tests.docs.field_table import fields_of, nested, section, sentences_of

HEAD = """# Settings

Every key of `harness.toml`, or of `[tool.harness]` in `pyproject.toml`. This page is generated from
the code.

- A key may be left out unless its default is "required". The endpoint and the samples must be in
  the file or on the [command line](cli.md); an option of the command line overrules the file.
- An unknown key is an error that names the file, the line and the nearest key.
- Paths of files and folders are relative to the folder of `harness.toml`.
- A [JMESPath](https://jmespath.org) is a path into the JSON of a reply.
- Editors complete and check the file with its [JSON Schema](harness.schema.json). Put this comment
  into the first line, with your path to that file: `#:schema path/to/harness.schema.json`.
"""


def settings_page() -> str:
    """The whole page."""
    parts = [section(f"## `{title}`", schema, toml=True) for title, schema in toml_tables(Settings) if title]
    return "\n".join([HEAD, *parts])


def toml_tables(schema: type, path: str = "", *, many: bool = False) -> Iterator[tuple[str, type]]:
    """Each table of a TOML file with its heading, as `[[mix]]`; "" for the keys above the first table.

    NAME stands for a name that the team chooses, as in `[answer.fields.NAME]`.
    """
    yield f"[[{path}]]" if many else f"[{path}]" if path else "", schema
    for name, hint in fields_of(schema):
        kind = get_origin(hint)
        inside = ".".join(filter(None, (path, name, "NAME" if kind is dict else "")))
        for inner in nested(hint):
            yield from toml_tables(inner, inside, many=kind is tuple)


def settings_schema() -> str:
    """The JSON Schema of harness.toml: of its types and limits, with the sentences as descriptions."""
    schema = msgspec.json.schema(Settings, schema_hook=_any_value)
    classes = {one.__name__: one for _, one in toml_tables(Settings)}
    for name, definition in schema["$defs"].items():
        _describe(definition, classes[name])
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "harness.toml", **schema}
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"


def _any_value(hint: type) -> dict[str, Any]:
    if hint is not object:
        raise NotImplementedError
    return {"description": "any value"}


def _describe(definition: dict[str, Any], schema: type) -> None:
    """Put the sentences in, refuse unknown keys, and take null away, which TOML does not have."""
    definition |= {"description": describe_class(schema), "additionalProperties": False}
    if not definition["required"]:
        del definition["required"]
    sentences = sentences_of(schema)
    for name, one in definition["properties"].items():
        definition["properties"][name] = {**_without_null(one), "description": sentences[name]}


def _without_null(one: Mapping[str, Any]) -> dict[str, Any]:
    left = [kind for kind in one.get("anyOf", ()) if kind != {"type": "null"}]
    rest = {key: value for key, value in one.items() if key != "anyOf" and (key, value) != ("default", None)}
    return {**rest, **(left[0] if len(left) == 1 else {"anyOf": left} if left else {})}
