"""The request schema that the service itself publishes in /openapi.json: a body that breaks it may be refused."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from harness.core.case import Case
from harness.core.errors import ConfigError
from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.core.sample import Sample, Samples
from harness.core.schema import ANY, Schema, Shape
from harness.core.settings import Target
from harness.generate.bases import record_of
from harness.generate.body import JSON_TYPE
from harness.generate.fill import Wrapping, fill_record, fill_text
from harness.generate.payloads import Record
from harness.generate.records.forms.encode import write_record
from harness.generate.records.json_text.decodes import read_again
from harness.generate.records.schema.conform import breaches, fits
from harness.generate.records.schema.read_schema import read_request_schema
from harness.replay.probe_target import Described
from harness.run.events import Emit, Noted
from harness.run.setup.fill_in import wrapping_of

WHERE = "the request schema in /openapi.json"


def usable_schema(described: Described, target: Target, samples: Samples) -> tuple[str, str]:
    """The text of the published schema for run.json, "" if none counts; and why a published one is ignored.

    A schema that a sample of the pilot breaks is not that of the service, which answered the pilot.
    """
    called = target.protocol == "json" and urlsplit(target.url).path == described.path
    if not called or not described.schema or samples.kind == "page":
        return "", ""
    try:
        schema = read_request_schema(described.schema, WHERE)
    except ConfigError as reason:
        return "", str(reason).partition("\n")[0].removeprefix(WHERE).lstrip(": ")
    wrapping = wrapping_of(target, samples)
    for sample in samples.items:
        for one in breaches(_body(sample, wrapping), schema.root):
            return "", f"the pilot's sample {sample.key} breaks it: {one.path or 'the body'} {one.what}"
    return ("", "") if schema.root == ANY else (described.schema, "")


def published_schema(text: str, ignored: str, emit: Emit) -> Schema | None:
    """The schema of run.json, with messages about it. ignored: why that of today is ignored."""
    if not text:
        if ignored:
            emit(Noted(about="refusals", text=f"{WHERE} is ignored: {ignored}"))
        return None
    schema = read_request_schema(text, WHERE)
    emit(Noted(about="refusals", text=f"a body that breaks {WHERE} may be refused"))
    for note in schema.notes:
        emit(Noted(about="refusals", text=f"{WHERE} has {note}, which is ignored"))
    return schema


def excuse(case: Case, published: Schema | None) -> Case:
    """The case, with no field left that must be answered if its body breaks the schema.

    A body about which readers disagree holds no certain value, and may be refused anyway.
    """
    if published is None or case.media_type != JSON_TYPE or not case.asks_for_answer():
        return case
    read = read_again(case.content)
    if read.decodes != "valid" or fits(read.value, published.root):
        return case
    return replace(case, effects=dict.fromkeys(case.truth, "destroyed"))


def promised_length(published: Schema | None, wrapping: Wrapping) -> int:
    """Characters of the longest text that the published schema allows where the text of a sample stands; 0 for any."""
    return _longest(published.root, wrapping.request or {"text": "{text}"}) if published else 0


def _longest(shape: Shape, template: Any) -> int:
    if isinstance(template, Mapping):
        inner = {one.name: one.shape for one in shape.fields}
        return max((_longest(inner.get(name, ANY), value) for name, value in template.items()), default=0)
    if isinstance(template, list):
        return max((_longest(shape.item or ANY, value) for value in template), default=0)
    return shape.longest or 0 if template == "{text}" else 0


def allowed_refusals(excused: Collection[str], judged: Iterable[Judged]) -> tuple[Finding, ...]:
    """How many of the excused cases were refused; nothing if none was, because then the schema decided nothing.

    excused: addresses of the cases that `excuse` changed.
    """
    sent = {row.address: row.disposition for row in judged if row.address in excused}
    refused = tuple(address for address, disposition in sent.items() if disposition == "rejected")
    count = Count(len(refused), len(sent))
    return (Finding(kind=FindingKind.REFUSALS_ALLOWED, count=count, cases=refused),) if refused else ()


def _body(sample: Sample, wrapping: Wrapping) -> Any:
    """The JSON value of the sample as it is sent. Nothing is cached, because there may be millions."""
    if sample.kind == "text":
        text = sample.content.decode("utf-8", "surrogateescape")
        return fill_text(wrapping.request or {"text": "{text}"}, text)
    if wrapping.request is None:
        return json.loads(sample.content)
    record = record_of(sample)
    filled = Record(pairs=fill_record(wrapping.request, record, record))
    return json.loads(write_record(filled, "as_is", sample.filename).content)
