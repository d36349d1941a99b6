"""A plan becomes bytes: the base, its steps in the order of their layers, and the encoder."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from harness.core.case import DECODES, Effect, Plan, Scalar, Step
from harness.core.errors import PackError
from harness.core.sample import Sample
from harness.core.seed import Stream
from harness.generate.bases import Bases, document_of, is_made, made_tags, made_truth
from harness.generate.body import WRITTEN, decodes, holds_the_same, readers_agree
from harness.generate.pages.encode import encode
from harness.generate.pages.invoice_data import FOLLOWS
from harness.generate.pages.native.paper_page import render_paper
from harness.generate.pages.papers import render_pages
from harness.generate.payloads import Document, File, Page, Record
from harness.generate.records.encode import RECORD_ENCODERS, write_record
from harness.generate.registry import Layer, Op, get_op
from harness.generate.text.tickets import Ticket

_ENCODER_OF = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpeg", "image/tiff": "tiff-g4"}
_STRENGTH: Mapping[Effect, int] = {"kept": 0, "renormalised": 1, "destroyed": 2}
_FREE_TEXT_WORDS = 3
_LONE = re.compile(r"\{(.+)\}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The bytes of a plan, and what its steps did. effects: only fields that are not kept.

    tags: of a made base, and what readers make of a JSON body. changed: also where the base is a paper, or the form of
    a record, that the pilot has none of.
    """

    file: File
    truth: Mapping[str, Scalar]
    tags: Mapping[str, str] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)
    changed: bool = True


@dataclass(slots=True)
class _Steps:
    """The steps of one plan, applied layer by layer; remembers which of them changed anything.

    words_known: whether the base says where its fields stand. lost: fields of which the pages no longer show all words.
    harmless: how many of the last of them left what a JSON body says as it was. unsure: whether its readers no longer
    agree on what it says.
    """

    plan: Plan
    seed: int
    changed_by: list[tuple[Op, Step]]
    words_known: bool = False
    lost: frozenset[str] = frozenset()
    harmless: int = 0
    unsure: bool = False

    def apply(self, layer: Layer, payload: Any, part: int = 0) -> Any:
        """The payload after the steps of that layer. part: which page, so that no two pages share their noise."""
        for place, step in enumerate(self.plan.steps):
            if get_op(step.op).layer == layer and step.severity:
                payload = self._apply(place, step, payload, part)
        return payload

    def apply_to_pages(self, document: Document) -> Document:
        """The document after the steps on its pages and on the whole of it, in the plan's order."""
        self.words_known = any(word.field for page in document.pages for word in page.words)
        for place, step in enumerate(self.plan.steps):
            layer = get_op(step.op).layer
            if layer == "document" and step.severity:
                document = self._apply(place, step, document, 0)
            elif layer == "page" and step.severity:
                pages = enumerate(document.pages)
                document = Document(pages=tuple(self._apply(place, step, page, part) for part, page in pages))
        self.lost = lost_fields(document)
        return document

    def _apply(self, place: int, step: Step, payload: Any, part: int) -> Any:
        one = get_op(step.op)
        after = _run(one, payload, step, self.stream(step, place, part))
        if not _same(payload, after):
            self.changed_by.append((one, step))
        return after

    def stream(self, step: Step, place: int, part: int) -> Stream:
        stream = Stream(self.seed, self.plan.stream, place, step.op)
        return stream.child(part) if part else stream


def render(plan: Plan, bases: Bases) -> Rendered:
    """The plan's bytes, truth and effects; a pure function of the plan, the seed and the samples.

    Raises PackError for a step that its base cannot take, SampleError for a sample that cannot be decoded.
    """
    steps = _Steps(plan=plan, seed=bases.seed, changed_by=[])
    truth: Mapping[str, Scalar]
    tags: Mapping[str, str] = {}
    unknowable: Collection[str] = ()
    plain = b"{}"
    ticket: Ticket | None = None
    if (paper := bases.paper(plan.base)) is not None:
        truth, tags = paper.truth, made_tags(paper.form)
        file = _write_made(steps, (render_paper(paper),), paper.kind, "png")
    elif (shifted := bases.shifted(plan.base)) is not None:
        truth, tags = shifted.truth, {"population": shifted.population}
        file = _write_record(steps, shifted.record, "record.json", bases)
    elif (ticket := bases.ticket(plan.base)) is not None:
        truth, tags = ticket.truth, {"language": ticket.language}
        made = Sample(
            key=plan.base,
            kind="text",
            content=ticket.text.encode(),
            media_type="text/plain; charset=utf-8",
            filename="ticket.txt",
            truth=truth,
        )
        file = _text(steps, made, bases)
    elif is_made(plan.base):
        invoice = steps.apply("meaning", bases.invoice(plan.base))
        truth, tags = made_truth(invoice), made_tags(invoice.native)
        pages = render_pages(invoice)
        file = _write_made(steps, pages, "invoice", bases.encoder_for(len(pages)))
        unknowable = invoice.unknowable
    else:
        sample = bases.sample(plan.base)
        truth = sample.truth
        plain = sample.content if sample.kind == "record" else plain
        file = {"page": _page, "text": _text, "record": _record}[sample.kind](steps, sample, bases)
    file, of_body = _finish(steps, file, plain)
    of_its_own = paper is not None or ticket is not None or "population" in tags
    return Rendered(
        file=file,
        truth=truth,
        tags={**tags, **of_body},
        effects=_effects(steps, truth) | dict.fromkeys(unknowable, "destroyed"),
        changed=bool(steps.changed_by) or of_its_own or plan.encode in RECORD_ENCODERS,
    )


def _finish(steps: _Steps, written: File, plain: bytes) -> tuple[File, dict[str, str]]:
    """The file after the steps on it, and the tag of a JSON body. plain: a JSON body of the same base without steps."""
    file, before = written, len(steps.changed_by)
    for layer in WRITTEN:
        file = steps.apply(layer, file)
    found = decodes(file)
    if found is None:
        return file, {}
    changed = len(steps.changed_by) - before
    steps.harmless = changed if changed and found == "valid" and holds_the_same(written, file) else 0
    # Where readers differ about the sample itself, what a step did to it cannot be told from that.
    steps.unsure = found != "valid" and bool(steps.changed_by) and readers_agree(plain)
    return file, {DECODES: found}


def needs_pixels(plan: Plan) -> bool:
    """Whether the plan's base has to be decoded: an encoder is named, or a step works on pages."""
    return plan.encode != "as_is" or any(
        step.severity and get_op(step.op).layer in ("page", "document") for step in plan.steps
    )


def encoder_for(plan: Plan, sample: Sample) -> str:
    """How the pages of a plan that starts from that sample are written: as the plan says, or as the sample is."""
    return _ENCODER_OF[sample.media_type] if plan.encode == "as_is" else plan.encode


def _page(steps: _Steps, sample: Sample, _: Bases) -> File:
    """Left as it is unless a step or an encoder needs its pixels."""
    if not needs_pixels(steps.plan):
        return File(content=sample.content, media_type=sample.media_type, filename=sample.filename)
    stem = sample.filename.rpartition(".")[0] or sample.filename
    return encode(steps.apply_to_pages(document_of(sample)), encoder_for(steps.plan, sample), stem)


def _write_made(steps: _Steps, pages: tuple[Page, ...], stem: str, otherwise: str) -> File:
    encoder = otherwise if steps.plan.encode == "as_is" else steps.plan.encode
    return encode(steps.apply_to_pages(Document(pages=pages)), encoder, stem)


def _text(steps: _Steps, sample: Sample, bases: Bases) -> File:
    wrapping = bases.wrapping
    text = steps.apply("field", sample.content.decode("utf-8", "surrogateescape"))
    if wrapping.request is not None or wrapping.text_as_json:
        template = wrapping.request or {"text": "{text}"}
        body = json.dumps(_fill(template, {"text": text}), ensure_ascii=False)
        return File(content=_utf8(body), media_type="application/json", filename=f"{sample.filename}.json")
    return File(content=_utf8(text), media_type=sample.media_type, filename=sample.filename)


def _record(steps: _Steps, sample: Sample, bases: Bases) -> File:
    record = bases.record(sample)
    ops = [get_op(step.op) for step in steps.plan.steps]
    if any(one.layer == "field" for one in ops):
        pairs = ((key, steps.apply("field", v) if _is_free_text(v) else v) for key, v in record.pairs)
        record = replace(record, pairs=tuple(pairs))
    if any(one.borrows for one in ops):
        record = replace(record, beside=bases.beside(sample, steps.plan.stream))
    return _write_record(steps, record, sample.filename, bases)


def _write_record(steps: _Steps, record: Record, filename: str, bases: Bases) -> File:
    """The record after the steps on its structure, in the form that the plan names. A request template is JSON."""
    record = steps.apply("structure", record)
    if bases.wrapping.request is not None and steps.plan.encode == "as_is":
        record = Record(pairs=_fill_record(bases.wrapping.request, record))
    return write_record(record, steps.plan.encode, filename)


def _is_free_text(value: object) -> bool:
    """Text ops work on prose; codes and names of one or two words are left alone."""
    return isinstance(value, str) and len(value.split()) >= _FREE_TEXT_WORDS


def _fill(template: Any, columns: Mapping[str, Any]) -> Any:
    """The template with each "{column}" replaced; a lone "{column}" keeps the column's own type."""
    if isinstance(template, dict):
        return {key: _fill(value, columns) for key, value in template.items()}
    if isinstance(template, list):
        return [_fill(value, columns) for value in template]
    if not isinstance(template, str):
        return template
    if _lone(template) in columns:
        return columns[_lone(template)]
    for name, value in columns.items():
        template = template.replace(f"{{{name}}}", str(value))
    return template


def _fill_record(template: Mapping[str, Any], record: Record) -> tuple[tuple[str, Any], ...]:
    """The template as an object's pairs. A key whose value is a lone "{column}" stands as often as the column does."""
    return tuple((key, one) for key, value in template.items() for one in _values(value, record))


def _values(template: Any, record: Record) -> list[Any]:
    if isinstance(template, dict):
        return [_fill_record(template, record)]
    if isinstance(template, list):
        return [[_values(value, record)[-1] for value in template]]
    name = _lone(template)
    return [v for k, v in record.pairs if k == name] or [_fill(template, dict(record.pairs))]


def _lone(template: Any) -> str:
    """The column that is the whole of the template, "" where it is more or less than one."""
    found = _LONE.fullmatch(template) if isinstance(template, str) else None
    return found[1] if found else ""


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _run(one: Op, payload: Any, step: Step, draw: Stream) -> Any:
    if not 0 <= step.severity <= 10:
        raise PackError(f'severity {step.severity} of op "{one.name}" is outside 0..10')
    return one.run(payload, step.severity, draw, step.site) if one.sited else one.run(payload, step.severity, draw)


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, Document):
        pages = zip(before.pages, after.pages, strict=False)
        return len(before.pages) == len(after.pages) and all(_same(one, other) for one, other in pages)
    if isinstance(before, Page):
        return before.dpi == after.dpi and np.array_equal(before.pixels, after.pixels)
    if isinstance(before, Record):  # true and 1 are one to Python, and two in JSON
        return before == after and repr(before.pairs) == repr(after.pairs)
    return bool(before == after)


def lost_fields(document: Document) -> frozenset[str]:
    """The fields with words on the pages of which no page shows all words legibly."""
    shown: dict[str, list[bool]] = {}
    for page in document.pages:
        on_page: dict[str, bool] = {}
        for word in page.words:
            on_page[word.field] = on_page.get(word.field, True) and word.legible
        for name, whole in on_page.items():
            shown.setdefault(name, []).append(whole)
    return frozenset(name for name, pages in shown.items() if name and not any(pages))


def _effects(steps: _Steps, names: Collection[str]) -> dict[str, Effect]:
    """The strongest effect of the ops that changed something, for each labelled field; `kept` is left out.

    What a JSON body says to its readers has the last word: unchanged, its form did nothing; in doubt, all is in doubt.
    An op on a page that was told a field did it to that field alone; where words stand, they tell which it hit.
    """
    follow = {name for name, printed in FOLLOWS.items() if printed in steps.lost}
    found: dict[str, Effect] = dict.fromkeys(names if steps.unsure else steps.lost | follow, "destroyed")
    for one, step in steps.changed_by[: len(steps.changed_by) - steps.harmless]:
        if one.by_word and steps.words_known:
            continue
        hit = [step.site] if one.layer == "page" and step.site else names
        for name in hit:
            found[name] = max(found.get(name, "kept"), one.effect, key=_STRENGTH.__getitem__)
    return {name: effect for name, effect in found.items() if effect != "kept" and name in names}
