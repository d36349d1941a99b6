"""Turn a plan into bytes: the base, its steps in the order of their layers, and the encoder."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from harness.core.case import CHANGED_FIELD, DECODES, Effect, Plan, Scalar
from harness.core.sample import Sample
from harness.core.seed import Stream
from harness.generate.bases import Bases, document_of, is_made
from harness.generate.body import WRITTEN, decodes, holds_the_same, readers_agree
from harness.generate.fill import fill_record, fill_text
from harness.generate.ops import get_op
from harness.generate.pages.codecs.decode import may_have_pages
from harness.generate.pages.codecs.encode import ENCODERS, encode, is_bilevel
from harness.generate.pages.locale.figures import Form
from harness.generate.pages.made.invoice import invoice_truth
from harness.generate.pages.made.paper_page import render_paper
from harness.generate.pages.made.papers import render_pages
from harness.generate.pages.printed.changing import ChangedField, change_pixels
from harness.generate.pages.printed.pdf_values import changed_pdf
from harness.generate.pages.typesetting.typeset import typeset
from harness.generate.payloads import Document, File, Page, Record, SampleText
from harness.generate.records.changes.compared import only_changed
from harness.generate.records.forms.encode import RECORD_ENCODERS, write_record
from harness.generate.records.schema.conform import fits
from harness.generate.steps import Steps, effects_of
from harness.generate.text.tickets import Ticket

_ENCODER_OF = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpeg", "image/tiff": "tiff-g4"}
_FREE_TEXT_WORDS = 3
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The bytes of a plan, and the effects of its steps. effects: only fields that are not kept.

    tags: those of a made base, and what readers make of a JSON body. changed: whether anything changed. It is also true
    if the base is a paper, or the form of a record, that the pilot does not have.
    """

    file: File
    truth: Mapping[str, Scalar]
    tags: Mapping[str, str] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)
    changed: bool = True


def render(plan: Plan, bases: Bases) -> Rendered:
    """The plan's bytes, truth and effects; a pure function of the plan, the seed and the samples.

    Raises PackError for a step that its base cannot take, SampleError for a sample that cannot be decoded.
    """
    steps = Steps(plan=plan, seed=bases.seed, changed_by=[], hands=bases.fonts.hands)
    truth: Mapping[str, Scalar]
    tags: Mapping[str, str] = {}
    unknowable: Collection[str] = ()
    plain = b"{}"
    ticket: Ticket | None = None
    columns: Mapping[str, str] = {}
    if (paper := bases.paper(plan.base)) is not None:
        made = typeset(lambda face: (render_paper(paper, face),), bases.fonts, Stream(bases.seed, plan.base))
        truth, tags = paper.truth, _tags(paper.form, made.face)
        columns = bases.column_of(paper.kind)
        file = _write_made(steps, made.pages, paper.kind, "png")
    elif (shifted := bases.shifted(plan.base)) is not None:
        truth, tags = shifted.truth, {"population": shifted.population}
        file = _write_record(steps, shifted.record, "record.json", bases)
    elif (ticket := bases.ticket(plan.base)) is not None:
        truth, tags = ticket.truth, {"language": ticket.language}
        sample = Sample(
            key=plan.base,
            kind="text",
            content=ticket.text.encode(),
            media_type="text/plain; charset=utf-8",
            filename="ticket.txt",
            truth=truth,
        )
        file = _text(steps, sample, bases)
    elif is_made(plan.base):
        invoice = steps.apply("meaning", bases.invoice(plan.base))
        made = typeset(lambda face: render_pages(invoice, face), bases.fonts, Stream(bases.seed, plan.base))
        truth, tags = invoice_truth(invoice), _tags(invoice.native, made.face)
        file = _write_made(steps, made.pages, "invoice", bases.encoder_for(len(made.pages)))
        unknowable, columns = invoice.unknowable, bases.column_of(None)
    else:
        sample = bases.sample(plan.base)
        plain = sample.content if sample.kind == "record" else plain
        sample, drawn = _with_other_value(steps, sample, bases) if sample.printed else (sample, None)
        truth = sample.truth
        if sample.kind == "page":
            file = _page(steps, sample, drawn, bases)
        else:
            file = {"text": _text, "record": _record}[sample.kind](steps, sample, bases)
    file, of_body = _finish(steps, file, plain)
    of_its_own = paper is not None or ticket is not None or "population" in tags
    effects = effects_of(steps, truth) | dict.fromkeys(unknowable, "destroyed")
    return Rendered(
        file=file,
        truth=_by_column(truth, columns),
        tags={**tags, **of_body, **({CHANGED_FIELD: steps.changed_field} if steps.changed_field else {})},
        effects=_by_column(effects, columns),
        changed=of_its_own
        or plan.encode in RECORD_ENCODERS
        or (bool(steps.changed_by) and _differs(file, plan, bases)),
    )


def _by_column(by_field: Mapping[str, T], columns: Mapping[str, str]) -> dict[str, T]:
    """The same under the team's names. A column that means another field hides the field with its name."""
    hidden = set(columns.values()) - columns.keys()
    return {columns.get(name, name): one for name, one in by_field.items() if name in columns or name not in hidden}


def _differs(file: File, plan: Plan, bases: Bases) -> bool:
    """Whether the body of a record or a text differs from that of its base: a template may leave out what changed."""
    if is_made(plan.base) or bases.samples.kind == "page":
        return True
    plain = bases.plain_bodies.get(plan.base)
    if plain is None:
        plain = bases.plain_bodies[plan.base] = render(Plan(base=plan.base), bases).file.content
    return file.content != plain


def _tags(form: Form | None, face: str) -> Mapping[str, str]:
    """The slice tags of a made paper: language and script, if all of it is in another language.

    face: the typeface that was drawn for it, "" if it is not one of the team's own.
    """
    tags = {"language": form.figures.locale.language, "script": form.figures.locale.script} if form else {}
    return {**tags, "face": face} if face else tags


def _finish(steps: Steps, written: File, plain: bytes) -> tuple[File, dict[str, str]]:
    """The file after its steps, and the tag of a JSON body. plain: a JSON body of the same base without steps."""
    file, before = written, len(steps.changed_by)
    for layer in WRITTEN:
        file = steps.apply(layer, file)
    found = decodes(file)
    if found is None:
        return file, {}
    changed = len(steps.changed_by) - before
    steps.harmless = changed if changed and found == "valid" and holds_the_same(written, file) else 0
    # If readers disagree about the sample itself, the effect of a step cannot be derived.
    steps.refusable |= found != "valid" and bool(steps.changed_by) and readers_agree(plain)
    return file, {DECODES: found}


def needs_pixels(plan: Plan) -> bool:
    """Whether the plan's base must be decoded: an encoder is named, or a step works on pages."""
    return plan.encode != "as_is" or any(
        step.severity and get_op(step.op).layer in ("page", "document") for step in plan.steps
    )


def encoder_for(plan: Plan, sample: Sample) -> str:
    """The encoder for pages of this sample: as the plan says, or as the sample is encoded."""
    return _ENCODER_OF[sample.media_type] if plan.encode == "as_is" else plan.encode


def _with_other_value(steps: Steps, sample: Sample, bases: Bases) -> tuple[Sample, Document | None]:
    """The sample after a step on a value, with its new truth; and its pages, if the value was drawn on them."""

    def show(changed: ChangedField, draw: Stream) -> bytes | Document | None:
        if not changed.changes[0].place.pixels:
            return changed_pdf(sample.content, changed.changes)
        return change_pixels(document_of(sample), changed.changes, bases.family(sample), draw)

    found: tuple[ChangedField, bytes | Document] | None = steps.change_value(bases.shown(sample), show)
    if found is None:
        return sample, None
    changed, after = found
    sample = replace(sample, truth={**sample.truth, steps.changed_field: changed.truth})
    return (sample, after) if isinstance(after, Document) else (replace(sample, content=after), None)


def _page(steps: Steps, sample: Sample, drawn: Document | None, bases: Bases) -> File:
    """The file unchanged, unless a step or an encoder needs its pixels. drawn: its pages after a change of a value.

    A file that holds one page stays as it is if a step would make more of it and other samples hold several.
    """
    if drawn is None and not needs_pixels(steps.plan):
        return File(content=sample.content, media_type=sample.media_type, filename=sample.filename)
    stem = sample.filename.rpartition(".")[0] or sample.filename
    encoder = encoder_for(steps.plan, sample)
    grey = drawn is not None and steps.plan.encode == "as_is" and not all(is_bilevel(page) for page in drawn.pages)
    encoder = "tiff-grey" if grey and encoder == "tiff-g4" else encoder
    document = steps.apply_to_pages(drawn or document_of(sample))
    one_page = steps.plan.encode == "as_is" and not ENCODERS[encoder].many
    if one_page and len(document.pages) > 1 and any(may_have_pages(one.media_type) for one in bases.samples.items):
        return File(content=sample.content, media_type=sample.media_type, filename=sample.filename)
    return encode(document, encoder, stem)


def _write_made(steps: Steps, pages: tuple[Page, ...], stem: str, otherwise: str) -> File:
    encoder = otherwise if steps.plan.encode == "as_is" else steps.plan.encode
    return encode(steps.apply_to_pages(Document(pages=pages)), encoder, stem)


def _text(steps: Steps, sample: Sample, bases: Bases) -> File:
    wrapping = bases.wrapping
    text = steps.apply("field", SampleText(sample.content.decode("utf-8", "surrogateescape")))
    if wrapping.request is not None or wrapping.text_as_json:
        template = wrapping.request or {"text": "{text}"}
        body = json.dumps(fill_text(template, text), ensure_ascii=False)
        return File(content=_utf8(body), media_type="application/json", filename=f"{sample.filename}.json")
    return File(content=_utf8(text), media_type=sample.media_type, filename=sample.filename)


def _record(steps: Steps, sample: Sample, bases: Bases) -> File:
    record = bases.record(sample)
    ops = [get_op(step.op) for step in steps.plan.steps]
    if any(one.layer == "field" for one in ops):
        pairs = ((key, str(steps.apply("field", SampleText(v))) if _is_free_text(v) else v) for key, v in record.pairs)
        record = replace(record, pairs=tuple(pairs))
    if any(one.borrows for one in ops):
        record = replace(record, beside=bases.beside(sample, steps.plan.stream))
    return _write_record(steps, record, sample.filename, bases)


def _write_record(steps: Steps, record: Record, filename: str, bases: Bases) -> File:
    """The record after the steps on its structure, in the form that the plan names. A request template is JSON."""
    changed = steps.apply("structure", record)
    steps.refusable = bool(steps.changed_by) and _breaks_schema(changed)
    steps.changed_field = only_changed(record.pairs, changed.pairs) if steps.changed_by else ""
    if bases.wrapping.request is not None and steps.plan.encode == "as_is":
        changed = Record(pairs=fill_record(bases.wrapping.request, record, changed))
    return write_record(changed, steps.plan.encode, filename)


def _breaks_schema(record: Record) -> bool:
    """Whether a service may refuse the record by the schema that the team wrote, for example for an unknown field."""
    schema = record.schema
    return schema is not None and schema.stated and not fits(record.pairs, schema.root)


def _is_free_text(value: object) -> bool:
    """Text ops work on prose. Codes and names of one or two words stay unchanged."""
    return isinstance(value, str) and len(value.split()) >= _FREE_TEXT_WORDS


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
