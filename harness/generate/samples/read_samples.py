"""Read the pilot's samples: PDF, PNG, JPEG, TIFF, TXT as files; JSON, JSONL, CSV as records; or from a function."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.core.case import Kind
from harness.core.errors import SampleError, did_you_mean
from harness.core.loading.imported import is_named
from harness.core.sample import Sample, Samples
from harness.core.settings import Pilot
from harness.generate.records.json_text.write import write_value
from harness.generate.records.schema.read_schema import declared_texts, with_schema
from harness.generate.samples.function_samples import call_samples
from harness.generate.samples.raw_samples import MAX_RECORDS, MEDIA_TYPES, Raw, keep, read_raw
from harness.generate.samples.truth import TruthTable, as_truth, assign, names_in, read_truth
from harness.generate.samples.unwrap import unwrap

TEXT_COLUMN = "text"
"""The column of a table of texts, and the key of a text in a request body."""


def read_samples(where: str, truth: str, schema: str = "", fields: Mapping[str, str] | None = None) -> Samples:
    """The samples at `where` (a folder, a file, a glob, or a function as `module:function`), each with its truth.

    truth: path of a table, or names of the samples' own columns, separated by commas. schema: where the schema of
    records is written; "" to infer it. fields: usual names of columns of the truth. Raises SampleError, and ConfigError
    if the schema is invalid.
    """
    samples = _read_samples(where, truth, declared_texts(schema) if schema else frozenset())
    # A written schema describes the body as it arrives; its inner objects are changed as well.
    found = with_schema(samples if schema else unwrap(samples), schema)
    return replace(found, fields=fields) if fields else found


def read_samples_of(pilot: Pilot) -> Samples:
    """The samples that the settings describe."""
    return read_samples(pilot.samples, pilot.truth, pilot.schema, pilot.fields)


def _read_samples(where: str, truth: str, texts: Collection[str]) -> Samples:
    """texts: fields that the schema declares as texts."""
    table = read_truth(Path(truth)) if _is_table(truth) else None
    found = call_samples(where) if is_named(where) else _in_files(where, table, texts)
    raws, left_out = keep(found, names_in(table) if table else frozenset())
    kind = _one_kind(where, raws)
    samples = _with_table(kind, raws, table) if table is not None else _with_columns(kind, raws, truth)
    return _as_texts(replace(samples, notes=(*_describe_left_out(left_out), *samples.notes)))


def _in_files(where: str, table: TruthTable | None, texts: Collection[str]) -> Iterator[Raw]:
    root, paths = _find(where, table)
    return (raw for path in paths for raw in read_raw(path, path.relative_to(root).as_posix(), texts))


def _describe_left_out(count: int) -> list[str]:
    return (
        [f"{MAX_RECORDS} of {MAX_RECORDS + count} records are used, drawn by their keys; the others are ignored"]
        if count
        else []
    )


def _is_table(truth: str) -> bool:
    if Path(truth).is_file():
        return True
    if Path(truth).suffix.lower() in (".csv", ".jsonl", ".ndjson", ".tsv") or "/" in truth:
        folder = Path(truth).parent
        near = did_you_mean(Path(truth).name, [p.name for p in folder.iterdir()] if folder.is_dir() else [])
        raise SampleError(
            f"{truth}: no such truth table\n{near or '  --truth names a CSV or JSONL file, or columns of the samples'}"
        )
    return False


def _find(where: str, table: TruthTable | None) -> tuple[Path, list[Path]]:
    """The samples' folder and its readable files, in order, without the truth table."""
    given = Path(where)
    if given.is_file():
        root, found = given.parent, [given]
    elif given.is_dir():
        root, found = given, sorted(p for p in given.rglob("*") if p.is_file())
    else:
        root = Path(*_plain_parts(given))
        found = sorted(p for p in root.glob(str(given.relative_to(root))) if p.is_file()) if root.is_dir() else []
    own = table.path.resolve() if table else None
    paths = [p for p in found if p.suffix.lower() in MEDIA_TYPES and p.resolve() != own and not p.name.startswith(".")]
    if not paths:
        there = f"{len(found)} files there, none of a known type" if found else "nothing found"
        raise SampleError(f"{where}: no sample matches ({there})\n  samples are {', '.join(sorted(MEDIA_TYPES))}")
    return root, paths


def _plain_parts(given: Path) -> list[str]:
    """The leading parts of a glob without wildcards."""
    parts: list[str] = []
    for part in given.parts:
        if any(c in part for c in "*?["):
            break
        parts.append(part)
    return parts if len(parts) < len(given.parts) else parts[:-1]


def _one_kind(where: str, raws: list[Raw]) -> Kind:
    kinds = Counter(raw.sample.kind for raw in raws)
    if not raws:
        raise SampleError(f"{where}: {'it returns no sample' if is_named(where) else 'the files contain no record'}")
    if len(kinds) > 1:
        found = ", ".join(f"{n} {kind}s" for kind, n in kinds.most_common())
        raise SampleError(
            f'{where}: samples of several kinds ({found})\n  select one kind by a glob, for example "{where}/*.png"'
        )
    return raws[0].sample.kind


def _with_table(kind: Kind, raws: list[Raw], table: TruthTable) -> Samples:
    truths, strays = assign(table, [raw.sample.key for raw in raws])
    if not truths:
        near = did_you_mean(strays[0], [raw.sample.key for raw in raws])
        raise SampleError(
            f'{table.path}: none of its {len(strays)} rows names a sample (first: "{strays[0]}"; first sample: '
            f'"{raws[0].sample.key}")\n{near or "  `file` is the path below the folder of the samples"}'
        )
    items = [
        replace(raw.sample, truth=truths[raw.sample.key], content=_content(raw))
        for raw in raws
        if raw.sample.key in truths
    ]
    unlabelled = [raw.sample.key for raw in raws if raw.sample.key not in truths]
    notes = [
        *_describe(unlabelled, f"without a row in {table.path.name}: not used", "sample"),
        *_describe(list(strays), f"of {table.path.name} that name no sample: not used", "row"),
        *_empty_cells(items),
    ]
    return _sorted(kind, items, table.columns, notes)


def _with_columns(kind: Kind, raws: list[Raw], truth: str) -> Samples:
    names = tuple(name.strip() for name in truth.split(",") if name.strip())
    if not names:
        raise SampleError(
            "no truth given\n  --truth names a table (CSV or JSONL with a column `file`), or columns of the samples"
        )
    if kind != "record":
        raise SampleError(
            f"{truth}: no such truth table, and {kind} samples have no columns\n"
            "  --truth names a CSV or JSONL file with a column `file` and one column per field"
        )
    items = [_split(raw, names) for raw in raws]
    return _sorted(kind, items, names, _empty_cells(items))


def _split(raw: Raw, names: tuple[str, ...]) -> Sample:
    row = raw.make()
    for name in names:
        if name not in row:
            hint = did_you_mean(name, row) or f"  columns: {', '.join(row)}"
            raise SampleError(f'{raw.where}: no column "{name}" for the truth\n{hint}')
    truth = {name: as_truth(row[name], name, raw.where) for name in names}
    return replace(raw.sample, truth=truth, content=_body({k: v for k, v in row.items() if k not in names}))


def _content(raw: Raw) -> bytes:
    return _body(raw.make()) if raw.sample.kind == "record" and not raw.sample.content else raw.sample.content


def _body(row: Mapping[str, Any]) -> bytes:
    return write_value(row).encode("utf-8", "surrogatepass")


def _as_texts(samples: Samples) -> Samples:
    """Records whose only column besides their truth is `text` become texts. The request body does not change."""
    if samples.kind != "record":
        return samples
    rows = [json.loads(item.content) for item in samples.items]
    if not all(row.keys() == {TEXT_COLUMN} and isinstance(row[TEXT_COLUMN], str) for row in rows):
        return samples
    kind, media_type = MEDIA_TYPES[".txt"]
    items = tuple(
        replace(
            item,
            kind=kind,
            content=row[TEXT_COLUMN].encode("utf-8", "surrogatepass"),
            media_type=media_type,
            filename=f"{Path(item.filename).stem}.txt",
        )
        for item, row in zip(samples.items, rows, strict=True)
    )
    return replace(samples, kind=kind, items=items)


def _describe(names: list[str], what: str, noun: str) -> list[str]:
    if not names:
        return []
    shown = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
    return [f"{len(names)} {noun}{'s' if len(names) != 1 else ''} {what} ({shown})"]


def _empty_cells(items: list[Sample]) -> list[str]:
    empty = [f"{item.key} {name}" for item in items for name, value in item.truth.items() if value in ("", None)]
    return _describe(empty, "empty: that field of that sample is not judged", "cell of the truth")


def _sorted(kind: Kind, items: list[Sample], columns: tuple[str, ...], notes: list[str]) -> Samples:
    ordered = tuple(sorted(items, key=lambda item: item.key))
    return Samples(kind=kind, items=ordered, columns=columns, notes=tuple(notes))
