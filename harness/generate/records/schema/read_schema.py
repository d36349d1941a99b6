"""Read a schema from JSON Schema, OpenAPI, a class with a schema method, or the header of a CSV."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.core.errors import ConfigError, SampleError, did_you_mean
from harness.core.loading.imported import is_named, named_object
from harness.core.sample import Samples
from harness.core.schema import Field, Schema, Shape
from harness.generate.records.schema.conform import breaches
from harness.generate.records.schema.infer import infer
from harness.generate.records.schema.json_schema import Reader, step_of

FORMS = "a JSON Schema, openapi.json#/components/schemas/NAME, module:Model, or a CSV with a header"


def with_schema(samples: Samples, where: str) -> Samples:
    """The samples with the schema from `where`, or with the schema inferred from them.

    Raises ConfigError if the schema is invalid, SampleError if a sample breaks the schema.
    """
    if samples.kind != "record":
        if where:
            raise ConfigError(f"pilot.schema: {where}: the samples are {samples.kind}s, but only records have a schema")
        return samples
    if not where:
        return replace(samples, schema=infer(_records(samples)))
    schema = read_schema(where)
    for item, record in zip(samples.items, _records(samples), strict=True):
        for one in breaches(record, schema.root):
            hint = "  correct the sample, or the schema"
            raise SampleError(f"{item.key}: {one.path or 'the record'} {one.what} ({schema.where})\n{hint}")
    if schema.names_only:
        # A header names the fields. The samples show their types.
        schema = replace(schema, root=_of_header(schema.root, infer(_records(samples)).root))
    notes = tuple(f"{schema.where} has {note}, which is ignored" for note in schema.notes)
    return replace(samples, schema=schema, notes=(*samples.notes, *notes))


def _records(samples: Samples) -> Iterator[Any]:
    """The samples' records, one at a time, because there may be millions."""
    return (json.loads(item.content) for item in samples.items)


def declared_texts(where: str) -> frozenset[str]:
    """The fields that the schema declares as texts and nothing else; a cell of a CSV may look like a number there.

    None for an invalid schema, whose error is raised where it is used.
    """
    try:
        fields = read_schema(where).root.fields
    except ConfigError:
        return frozenset()
    return frozenset(one.name for one in fields if one.shape.types and one.shape.types <= {"string", "null"})


def read_schema(where: str) -> Schema:
    """The schema from this place. Raises ConfigError."""
    if is_named(where):
        return _of_document(_model(where), where, "")
    name, _, pointer = where.partition("#")
    path = Path(name)
    if not path.is_file():
        near = did_you_mean(path.name, [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else [])
        raise ConfigError(f"{name}: no such schema file\n{near or f'  give {FORMS}'}")
    text = _text(path)
    if path.suffix.lower() in (".csv", ".tsv"):
        return _of_names(text, name)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as reason:
        line = getattr(reason, "lineno", 1)
        hint = "  YAML is not read: save it as JSON" if path.suffix.lower() in (".yaml", ".yml") else f"  give {FORMS}"
        raise ConfigError(f"{name}:{line}: is not JSON: {reason}\n{hint}") from None
    return _of_document(document, name, pointer)


def read_request_schema(text: str, where: str) -> Schema:
    """The schema of a whole request body, from a text with its `schema` and `components`. Raises ConfigError.

    A service wrote the text, so anything may be wrong with it.
    """
    try:
        document = json.loads(text)
        reader = Reader(document=document, where=where)
        return Schema(root=reader.shape(document["schema"], ""), where=where, notes=tuple(reader.notes))
    except (ValueError, TypeError, OverflowError, RecursionError) as reason:
        raise ConfigError(f"{where}: cannot be read: {reason}") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as reason:
        raise ConfigError(f"{path}: cannot be read as UTF-8: {reason}") from None


def _of_document(document: Any, where: str, pointer: str) -> Schema:
    reader = Reader(document=document, where=where)
    if not pointer and isinstance(document, Mapping) and ("openapi" in document or "swagger" in document):
        pointer = _only_body(document, reader)
    shape = reader.shape(reader.at(pointer), pointer)
    if shape.types == frozenset({"array"}) and shape.item is not None:  # the service takes lists of records
        shape = shape.item
    if not shape.types and (shape.fields or any(one.fields for one in shape.either)):
        shape = replace(shape, types=frozenset({"object"}))  # a record is always an object
    if "object" not in shape.types and not any("object" in one.types for one in shape.either):
        raise reader.wrong(pointer, "is not the schema of a record: it does not describe an object", f"  give {FORMS}")
    place = f"{where}#{pointer}" if pointer else where
    return Schema(root=shape, where=place, notes=tuple(reader.notes))


def _only_body(document: Mapping[str, Any], reader: Reader) -> str:
    """The pointer to the schema of the only JSON request body. ConfigError if there are none or several."""
    found = dict(_bodies(document, reader))
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    if not found:
        hint = f"  give a schema: {reader.where}#/components/schemas/NAME"
        raise reader.wrong("/paths", "no request has a JSON body", hint)
    named = "; ".join(f"{path}: {reader.where}#{pointer}" for path, pointer in list(found.items())[:4])
    raise reader.wrong("/paths", f"{len(found)} requests have a JSON body", f"  give one: {named}")


def _bodies(document: Mapping[str, Any], reader: Reader) -> Iterator[tuple[str, str]]:
    """Method and path of each request with a JSON body, and the pointer to its schema."""
    paths = document.get("paths")
    for path, methods in paths.items() if isinstance(paths, Mapping) else ():
        for method, request in methods.items() if isinstance(methods, Mapping) else ():
            body = request.get("requestBody") if isinstance(request, Mapping) else None
            at = f"/paths/{step_of(path)}/{method}/requestBody"
            if isinstance(body, Mapping) and isinstance(body.get("$ref"), str):
                at = body["$ref"].removeprefix("#")
                body = reader.at(at)
            content = body.get("content") if isinstance(body, Mapping) else None
            for media, one in content.items() if isinstance(content, Mapping) else ():
                schema = one.get("schema") if isinstance(one, Mapping) else None
                if "json" in media and isinstance(schema, Mapping):
                    own = f"{at}/content/{step_of(media)}/schema"
                    yield f"{method.upper()} {path}", str(schema.get("$ref", f"#{own}")).removeprefix("#")


def _model(where: str) -> Any:
    """The schema of the class at `module:Model`."""
    hint = f"give {FORMS}; a model has model_json_schema(), as in pydantic"
    model = named_object(where, ConfigError, use="the schema", noun="model", hint=hint, fits=_is_model)
    try:
        return model.model_json_schema()
    except Exception as reason:
        raise ConfigError(f"{where}: model_json_schema() failed: {type(reason).__name__}: {reason}") from None


def _is_model(found: Any) -> bool:
    return callable(getattr(found, "model_json_schema", None))


def _of_names(text: str, where: str) -> Schema:
    first = text.partition("\n")[0]
    names = next(csv.reader([first], delimiter=max(",;\t", key=first.count)), [])
    names = [name.strip() for name in names]
    for number, name in enumerate(names):
        if not name or name in names[:number]:
            what = f'column "{name}" appears twice' if name else f"column {number + 1} has no name"
            raise ConfigError(f"{where}:1: {what}\n  a schema needs a header with a unique name for each field")
    if not names:
        raise ConfigError(f"{where}:1: has no header\n  give {FORMS}")
    fields = tuple(Field(name=name, shape=Shape(), required=True) for name in names)
    return Schema(root=Shape(types=frozenset({"object"}), fields=fields), where=where, names_only=True)


def _of_header(named: Shape, shown: Shape) -> Shape:
    fields = tuple(replace(one, required=one.name in named.by_name) for one in shown.fields)
    return replace(shown, fields=fields)
