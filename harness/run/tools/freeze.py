"""Turn production samples, or Faker data, into a fixture: personal data is masked, and the masking is reported."""

import csv
import io
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.core.errors import RunError, SampleError
from harness.core.sample import Sample, Samples
from harness.generate.masking.mask import KINDS, NOT_SEEN, Mask
from harness.generate.samples.read_samples import TEXT_COLUMN, read_samples

TEXTS, TABLE, REPORT = "truth.csv", "samples.jsonl", "masked.md"
"""Files of a fixture: the truth beside a folder of texts, or the samples as a table; and the report on masking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """How often a kind of value was masked in a column, and the number of different values."""

    kind: str
    where: str
    times: int


def freeze(source: str, truth: str, out: Path, seed: int) -> Iterator[str]:
    """Write the samples at `source` with their truth to the new folder `out`, masked; yields messages.

    All of it or nothing is written. SampleError if the samples are pages, RunError if `out` exists.
    """
    if out.exists():
        raise RunError(f"{out}: already exists\n  freeze never overwrites: choose a new folder with --out")
    samples = read_samples(source, truth)
    if samples.kind == "page":
        raise SampleError(f"{source}: pages cannot be masked\n  freeze masks texts and records; redact pages by hand")
    mask = Mask(seed=seed)
    rows = [_columns(sample) for sample in sorted(samples.items, key=_place)]
    for row in rows:
        mask.learn(row)
    files = _files(samples, [mask.columns(row) for row in rows])
    found = [Masked(kind=kind, where=where, times=n) for (kind, where), n in sorted(mask.times.items())]
    files[REPORT] = _report(found, mask, len(rows), seed)
    _write(out, files)
    yield from samples.notes
    yield f"{len(rows)} {samples.kind}s in {out}/"
    yield from _describe(found, mask)
    yield f"not detected: {'; '.join(NOT_SEEN)}"
    yield f"review {out}/ before you share it; the seed ({seed}) lets anyone test which value gives a replacement"


def _place(sample: Sample) -> tuple[str, int]:
    """Sort key of a sample: rows of a table in the order of their lines."""
    path, _, line = sample.key.rpartition("#")
    return (path, int(line)) if path and line.isdecimal() else (sample.key, 0)


def _columns(sample: Sample) -> dict[str, Any]:
    """The whole content of a sample: its record or its text, and its truth."""
    if sample.kind == "record":
        return {**json.loads(sample.content), **sample.truth}
    try:
        return {TEXT_COLUMN: sample.content.decode("utf-8"), **sample.truth}
    except UnicodeDecodeError as reason:
        raise SampleError(f"{sample.key}: is not UTF-8 (byte {reason.start})\n  save it as UTF-8") from None


def _files(samples: Samples, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The files by name. A folder of texts stays one. File names are numbered, because they may identify people."""
    if samples.kind == "record" or "#" in samples.items[0].key:
        return {TABLE: "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)}
    names = [f"text_{k:0{len(str(len(rows)))}d}.txt" for k in range(len(rows))]
    files = {name: row[TEXT_COLUMN] for name, row in zip(names, rows, strict=True)}
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("file", *samples.columns))
    for name, row in zip(names, rows, strict=True):
        writer.writerow((name, *(row.get(column, "") for column in samples.columns)))
    return {**files, TEXTS: table.getvalue()}


def _describe(found: Sequence[Masked], mask: Mask) -> Iterator[str]:
    for kind in KINDS:
        of_it = [one for one in found if one.kind == kind]
        values = sum(name == kind for name, _ in mask.values)
        if of_it:
            places = ", ".join(f"{one.where} {one.times}" for one in of_it)
            yield f"masked {kind}: {values} values, {sum(one.times for one in of_it)} times ({places})"
    if not found:
        yield "masked nothing: no known kind of personal data was found"


def _report(found: Sequence[Masked], mask: Mask, samples: int, seed: int) -> str:
    lines = [
        "# What was masked",
        "",
        f"{samples} samples, frozen by `harness packs freeze` with seed {seed}. Equal values have equal replacements",
        "everywhere. Anyone who knows the seed can test which value gives a replacement. If there are few values,",
        "keep the seed secret.",
        "",
        "| kind | column | times |",
        "|---|---|---|",
        *(f"| {one.kind} | {_cell(one.where)} | {one.times} |" for one in found),
        "",
        *(f"- {kind}: {words}" for kind, words in KINDS.items()),
        "",
        "Not detected, so check yourself:",
        "",
        *(f"- {what}" for what in NOT_SEEN),
        "",
    ]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _write(out: Path, files: Mapping[str, str]) -> None:
    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        for name, text in files.items():
            (part / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        os.rename(part, out)
    except OSError as reason:
        shutil.rmtree(part, ignore_errors=True)
        raise RunError(f"{out}: cannot be written: {reason.strerror}\n  choose another folder with --out") from None
