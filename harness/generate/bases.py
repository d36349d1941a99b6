"""The bases that plans start from: the team's samples, and made items with truth."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import blake2b
from heapq import nsmallest
from typing import Any

from harness.core.case import Scalar
from harness.core.errors import PackError
from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.generate.fill import Wrapping
from harness.generate.packs import Scenario
from harness.generate.page_cache import PageCache
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.made.invoice import Invoice, draw_invoice, invoice_fields
from harness.generate.pages.made.paper_kinds import KINDS, Paper, PaperKind, draw_paper, paper_fields
from harness.generate.pages.typesetting.typeset import NO_FONTS, Fonts
from harness.generate.payloads import Document, File, Record
from harness.generate.records.json_text.numbers import read_value
from harness.generate.records.made.kinds import MADE_KINDS, draw_record, made_forms
from harness.generate.records.made.population import SHIFTED, Population
from harness.generate.samples.matched_fields import matched_fields, renamed_fields
from harness.generate.text.tickets import LABELS, RARE, Ticket, ticket_of

SHIFTED_BASE = re.compile(r"made:(claims|orders|payments)/(\w+)#(\d+)")

TRIED = 16
"""Maximum number of samples on which a scenario is tried."""

MAX_OTHER_SAMPLES = 16
"""Maximum number of other samples that an op may take values from: enough for another value, few enough per case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifted:
    """A made record of another population, with its truth."""

    record: Record
    truth: Mapping[str, Scalar]
    population: Population


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """The bases of a run: samples by key, and items made from the seed."""

    seed: int
    samples: Samples
    wrapping: Wrapping = field(default_factory=Wrapping)
    fonts: Fonts = NO_FONTS
    records: dict[str, Record] = field(default_factory=dict, init=False, repr=False, compare=False)
    plain_bodies: dict[str, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)
    columns: dict[PaperKind | None, dict[str, str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def column_of(self, kind: PaperKind | None) -> Mapping[str, str]:
        """The team's column for each field of made papers of this kind (None: invoices) that has another name there."""
        if kind not in self.columns:
            self.columns[kind] = renamed_fields(self.samples, made_fields(kind))
        return self.columns[kind]

    def record(self, sample: Sample) -> Record:
        """The sample's record with the schema of all records. Cached, because derived values are cached with it."""
        found = self.records.get(sample.key)
        if found is None:
            found = self.records[sample.key] = replace(record_of(sample), schema=self.samples.schema)
        return found

    def sample(self, base: str) -> Sample:
        """The sample that `sample:KEY` names."""
        key = base.removeprefix("sample:")
        for item in self.samples.items:
            if item.key == key:
                return item
        raise PackError(f'no sample "{key}" among the {len(self.samples.items)} of this run')

    def beside(self, sample: Sample, stream: str) -> tuple[Record, ...]:
        """Records of some other samples, in an order drawn from the stream. A new sample changes few of them."""
        others = (other for other in self.samples.items if other.key != sample.key)
        near = nsmallest(MAX_OTHER_SAMPLES, others, key=lambda other: rank(self.seed, stream, other.key))
        return tuple(record_of(other) for other in near)

    def invoice(self, base: str) -> Invoice:
        """The made invoice that `made:invoices#INDEX` names."""
        return draw_invoice(Stream(self.seed, base))

    def paper(self, base: str) -> Paper | None:
        """The made paper that `made:KIND#INDEX` names, or None if that is an invoice."""
        kind = next((kind for kind in KINDS if base.startswith(f"made:{kind}#")), None)
        return None if kind is None else draw_paper(kind, Stream(self.seed, base))

    def shifted(self, base: str) -> Shifted | None:
        """The made record that `made:KIND/POPULATION#INDEX` names, or None if that is not a record."""
        found = SHIFTED_BASE.fullmatch(base)
        if not found:
            return None
        population: Population = found[2]  # type: ignore[assignment]
        record, truth = draw_record(found[1], self.seed, int(found[3]), population)
        pairs: tuple[tuple[str, Any], ...] = json.loads(json.dumps(record), object_pairs_hook=tuple)
        return Shifted(record=Record(pairs=pairs, schema=self.samples.schema), truth=truth, population=population)

    def ticket(self, base: str) -> Ticket | None:
        """The made ticket that `made:tickets#INDEX` names, or None if that is a paper."""
        return ticket_of(self.seed, base) if base.startswith("made:tickets#") else None

    def encoder_for(self, pages: int) -> str:
        """The encoder of made pages: PNG for one page; for several PDF if most samples are PDF, else a grey TIFF."""
        pdf = sum(item.media_type == "application/pdf" for item in self.samples.items)
        return "png" if pages == 1 else "pdf" if 2 * pdf > len(self.samples.items) else "tiff-grey"


def rank(seed: int, address: str, key: str) -> bytes:
    """The rank of a sample for one address, as bytes. A new sample does not change the rank of others."""
    text = f"{seed}\0{address}\0{key}".encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=8, person=b"sample").digest()


def first_ranked(seed: int, address: str, samples: Samples) -> Sample:
    """The sample with the highest `rank` for one address; the first one if ranks are equal."""
    head = blake2b(f"{seed}\0{address}\0".encode("utf-8", "surrogatepass"), digest_size=8, person=b"sample")
    best, found = b"", 0
    for k, key in enumerate(_keys(samples)):
        hasher = head.copy()
        hasher.update(key)
        if (digest := hasher.digest()) > best:
            best, found = digest, k
    return samples.items[found]


_KEPT: list[tuple[Samples, tuple[bytes, ...]]] = []


def _keys(samples: Samples) -> tuple[bytes, ...]:
    """The keys as bytes. Those of the latest samples are cached, because every case needs them."""
    if not _KEPT or _KEPT[0][0] is not samples:
        _KEPT[:] = [(samples, tuple(item.key.encode("utf-8", "surrogatepass") for item in samples.items))]
    return _KEPT[0][1]


def is_made(base: str) -> bool:
    """Whether the base is made rather than one of the team's samples."""
    return base.startswith("made:")


def usable(scenario: Scenario, samples: Samples, fields: tuple[str, ...]) -> str:
    """Why the scenario cannot be used with these samples, or "" if it can.

    fields: the judged fields. Made papers can be used only if they show all of these fields.
    """
    kind = samples.kind
    for paper in KINDS:
        if scenario.base == paper:
            return made_serve(samples, fields, paper) if kind == "page" else f"it needs pages, the samples are {kind}s"
    if scenario.base == "tickets":
        return tickets_serve(samples, fields)
    if scenario.base == "samples" or (scenario.base == "pages" and kind == "page"):
        return ""
    if scenario.base in ("pages", "invoices"):
        return made_serve(samples, fields) if kind == "page" else f"it needs pages, the samples are {kind}s"
    if scenario.base == "shifted_records":
        return (
            ""
            if made_kind(samples)
            else f"no made records have the fields of these (available: {', '.join(MADE_KINDS)})"
        )
    wanted = {"texts": "text", "records": "record", "files": "page"}[scenario.base]
    if kind != wanted:
        return f"it needs {wanted}s, the samples are {kind}s"
    return "" if kind != "record" or finds_place(scenario, samples) else "the ops change nothing in these records"


def shifted_base(samples: Samples, index: int) -> str:
    """The base of the made record with this number that is like the samples. Raises PackError."""
    kind = made_kind(samples)
    if not kind:
        raise PackError(f"no made records have the fields of these samples (available: {', '.join(MADE_KINDS)})")
    return f"made:{kind}/{SHIFTED[index % len(SHIFTED)]}#{index}"


def made_kind(samples: Samples) -> str:
    """The kind of made records with the same fields and truth columns as the samples, or "" if there is none."""
    own = {key for item in samples.items[:TRIED] if samples.kind == "record" for key in record_of(item).keys()}  # noqa: SIM118
    forms = made_forms().items()
    return next((kind for kind, (names, truth) in forms if own == names and set(samples.columns) <= set(truth)), "")


def finds_place(scenario: Scenario, samples: Samples) -> bool:
    """Whether the scenario's ops on records change any of some samples, for example dates in records without dates."""
    ops = [one.op for one in scenario.ops if one.op.layer == "structure"]
    if len(ops) < len(scenario.ops) or not ops:
        return True
    some = samples.items[:: -(-len(samples.items) // TRIED)]
    records = [replace(record_of(item), schema=samples.schema) for item in some]
    for own in records:
        after = replace(own, beside=tuple(other for other in records if other is not own))
        for one in ops:
            after = one.run(after, 10, Stream(0, "place", one.name), *[""][: one.sited])
        if after.pairs != own.pairs:
            return True
    return False


def tickets_serve(samples: Samples, fields: tuple[str, ...]) -> str:
    """Why made tickets cannot replace these samples, or "" if they can: their labels must be the team's."""
    if samples.kind != "text":
        return f"it needs texts, the samples are {samples.kind}s"
    known = {item.truth.get(fields[0]) for item in samples.items} if len(fields) == 1 else set()
    if fields != ("label",) or not known.issuperset((*LABELS, RARE)):
        return f"made tickets have one field, label, with the labels {', '.join((*LABELS, RARE))}"
    return ""


def made_serve(samples: Samples, fields: tuple[str, ...], kind: PaperKind | None = None) -> str:
    """Why made papers (None: invoices) cannot be used when these fields are judged, or "" if they can."""
    missing, noun = lacking_fields(samples, fields, kind), (kind or "invoices").replace("_", " ")
    return f"made {noun} have no {', '.join(missing)} (they have {', '.join(made_fields(kind))})" if missing else ""


def lacking_fields(samples: Samples, fields: tuple[str, ...], kind: PaperKind | None = None) -> tuple[str, ...]:
    """Those of the fields that made papers of this kind (None: invoices) do not show; none for other samples."""
    own = {*made_fields(kind), *matched_fields(samples, made_fields(kind))} if samples.kind == "page" else fields
    return tuple(name for name in fields if name not in own)


def made_fields(kind: PaperKind | None = None) -> tuple[str, ...]:
    """The fields that made papers of this kind show; None: invoices."""
    return invoice_fields() if kind is None else paper_fields(kind)


_DOCUMENTS = PageCache(decode=decode)


def document_of(sample: Sample) -> Document:
    """The pages of a sample. Cached, because many cases use one sample."""
    return _DOCUMENTS.document(File(content=sample.content, media_type=sample.media_type, filename=sample.key))


@lru_cache(maxsize=1024)
def _read(content: bytes) -> Record:
    return Record(pairs=read_value(content, object_pairs_hook=tuple))


def record_of(sample: Sample) -> Record:
    """The record of a sample, pair by pair. Cached, because many cases use one sample."""
    return _read(sample.content)
