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
from harness.generate.page_cache import PageCache
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.made.invoice import Invoice, draw_invoice, invoice_fields
from harness.generate.pages.made.paper_kinds import KINDS, Paper, PaperKind, draw_paper, paper_fields
from harness.generate.pages.printed.changing import ShownField, shown_fields, varied_fields
from harness.generate.pages.printed.looks import family_of
from harness.generate.pages.typesetting.typeset import NO_FONTS, Fonts
from harness.generate.payloads import Document, File, Record
from harness.generate.records.json_text.numbers import read_value
from harness.generate.records.made.kinds import MADE_KINDS, draw_record, made_forms
from harness.generate.records.made.population import SHIFTED, Population
from harness.generate.samples.matched_fields import known_fields, matched_fields, renamed_fields
from harness.generate.text.tickets import Ticket, ticket_of

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
    derived: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def column_of(self, kind: PaperKind | None) -> Mapping[str, str]:
        """The team's column for each field of made papers of this kind (None: invoices) that has another name there."""
        if kind not in self.columns:
            self.columns[kind] = renamed_fields(self.samples, made_fields(kind))
        return self.columns[kind]

    def shown(self, sample: Sample) -> tuple[ShownField, ...]:
        """The fields whose values are known on the pages of this sample."""
        if "varied" not in self.derived:
            self.derived["varied"] = varied_fields(self.samples)
            self.derived["meanings"] = meanings_of(self.samples)
        return shown_fields(sample, self.derived["varied"], self.derived["meanings"])

    def family(self, sample: Sample) -> str:
        """The typeface in which the pages of this sample show their values, "" if it is not known. Cached."""
        key = f"family {sample.key}"
        if key not in self.derived:
            places = [place for place in sample.printed if place.page == sample.printed[0].page and not place.label]
            self.derived[key] = family_of(document_of(sample).pages[sample.printed[0].page], places)
        return str(self.derived[key])

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


def meanings_of(samples: Samples) -> dict[str, str]:
    """The usual field of each column that has one; a `number` is that of the paper whose fields most columns are."""
    papers = [matched_fields(samples, made_fields(kind)) for kind in (None, *KINDS)]
    return matched_fields(samples, known_fields()) | max(papers, key=len)
