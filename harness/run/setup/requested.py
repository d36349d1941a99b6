"""The content of a request: the values of a body by their paths, or the number of a file's pages."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from harness.core.case import Case
from harness.core.errors import ConfigError, SampleError, did_you_mean
from harness.core.sample import Sample, Samples
from harness.core.settings import Settings, Target
from harness.core.values import leaves_of, lengths_of
from harness.generate.bases import made_fields, record_of
from harness.generate.fill import KEYS, VALUES, WHOLE, fill_record, placeholders
from harness.generate.ops import get_op
from harness.generate.pages.codecs.decode import count_pages
from harness.generate.payloads import File, Record
from harness.generate.records.forms.encode import write_record
from harness.generate.samples.matched_fields import known_fields, matched_fields
from harness.run.setup.fill_in import wrapping_of

PAGES = "pages"
"""The only field of a request whose body is a file: its number of pages."""


def requested(case: Case, samples: Mapping[str, Sample]) -> dict[str, Any]:
    """The values that the case sends, by path; empty if they are not certain.

    samples: by key. A body that is not JSON or has a duplicate key, and a damaged file, give nothing.
    """
    sample = samples.get(case.tags.get("sample", ""))
    if case.media_type == "application/json":
        return _values(case.content)
    if sample is None or sample.kind != "page" or "destroyed" in case.effects.values():
        return {}
    return _pages(case, sample)


def check_request(target: Target, samples: Samples) -> None:
    """ConfigError if a placeholder of `[target] request` is no column of the samples. Nothing has been sent yet."""
    if target.request is None:
        return
    if samples.kind == "page":
        raise ConfigError("[target] request is a JSON body of records or texts, and the samples are pages\n  remove it")
    columns = {"text": None} if samples.kind == "text" else _columns(samples)
    found = list(placeholders(target.request))
    if not found:
        raise ConfigError(
            "[target] request has no placeholder, so all requests would be the same\n"
            f"  placeholders: {', '.join(f'{{{name}}}' for name in list(columns)[:12])}"
        )
    known = {*columns, *(() if samples.kind == "text" else (WHOLE, KEYS, VALUES)), *(samples.wrapper or ())}
    for name in found:
        if name not in known:
            hint = did_you_mean(name, known, f"columns: {', '.join(list(columns)[:12])}")
            raise ConfigError(f'[target] request: "{{{name}}}" is no column of the samples\n{hint}')


def _columns(samples: Samples) -> dict[str, None]:
    return dict.fromkeys(name for sample in samples.items for name, _ in record_of(sample).pairs)


def check_echoes(settings: Settings, samples: Samples) -> None:
    """ConfigError if `[answer] echoes` names a field that no request has. Nothing has been sent yet."""
    asked = settings.answer.echoes
    if not asked:
        return
    wrapping = wrapping_of(settings.target, samples)
    known = list(dict.fromkeys(name for sample in samples.items for name in _fields(sample, wrapping.request)))
    for path, name in asked.items():
        if name not in known:
            hint = did_you_mean(name, known) or f"  fields of a request: {', '.join(known[:12]) or 'none'}"
            raise ConfigError(f'answer.echoes: "{path}" refers to "{name}", which no request has\n{hint}')


def _fields(sample: Sample, request: Mapping[str, Any] | None) -> Iterable[str]:
    if sample.kind == "page":
        return (PAGES,)
    if request is None:
        return ("text",) if sample.kind == "text" else _values(sample.content)
    if sample.kind == "text":
        return [leaf.path for leaf in (*leaves_of(request), *lengths_of(request))]
    record = record_of(sample)
    return _values(write_record(Record(pairs=fill_record(request, record, record)), "as_is", sample.filename).content)


def _values(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return {}
    return {leaf.path: leaf.value for leaf in (*leaves_of(body), *lengths_of(body))}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key appears twice")
    return found


def _pages(case: Case, sample: Sample) -> dict[str, Any]:
    """The sample's number of pages; the case's own if a step may have added sheets or frames."""
    if any(step.severity and get_op(step.op).layer in ("document", "serialise") for step in case.plan.steps):
        count = _counted(case.content, case.media_type, case.filename)
    else:
        count = _counted(sample.content, sample.media_type, sample.key)
    return {PAGES: count} if count else {}


@lru_cache(maxsize=1024)
def _counted(content: bytes, media_type: str, name: str) -> int:
    """The number of pages of the file; 0 if it cannot be read."""
    try:
        return count_pages(File(content=content, media_type=media_type, filename=name))
    except SampleError:
        return 0


def check_names(settings: Settings, samples: Samples) -> None:
    """ConfigError for a name in `[pilot] fields` that is no column, or that means nothing to made papers."""
    for column, field in settings.pilot.fields.items():
        if column not in samples.columns:
            hint = did_you_mean(column, samples.columns) or f"  columns: {', '.join(samples.columns)}"
            raise ConfigError(f'[pilot] fields: the truth has no column "{column}"\n{hint}')
        if field not in known_fields():
            hint = did_you_mean(field, known_fields(), f"names: {', '.join(known_fields())}")
            raise ConfigError(f'[pilot] fields: "{field}" for "{column}" is not a usual name\n{hint}')


def describe_names(samples: Samples) -> str:
    """As "invoice_no is read as invoice_number", for each column of another name; "" if there is none."""
    if samples.kind != "page":
        return ""
    found = matched_fields(samples, made_fields())
    other = [f"{column} is read as {field}" for column, field in found.items() if column != field]
    return f"{', '.join(other)}; set [pilot] fields if that is wrong" if other else ""
