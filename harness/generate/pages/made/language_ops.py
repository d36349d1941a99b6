"""Ops on the content of an invoice: vendors and texts in languages that the pilot has not seen."""

from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.pages.locale.tables import LANGUAGES, notes, vendors
from harness.generate.pages.made.invoice_data import BLOCKS, Block, Invoice
from harness.generate.registry import op

ORDER: tuple[tuple[Block, ...], ...] = (
    ("note",),
    ("terms",),
    ("thanks",),
    ("ownership",),
    ("bill_to", "ship_to"),
    ("description",),
    ("quantity", "unit_price", "amount"),
    ("net", "vat"),
    ("total",),
    ("number", "date", "currency"),
)
"""Texts translated at severity 1 to 10: free text first, then headings, and the labels of values from 8."""


@op("invoice.foreign_vendor", layer="meaning", kind="graded")
def foreign_vendor(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Replace the vendor by one with another language. The truth follows, and the ERP knows all vendors.

    severity: the rank of the language by distance from plain English. 1 German, 2 French, 3 Polish,
    4 Vietnamese, 5 Greek, 6 Russian, 7 Hebrew, 8 Arabic, 9 Thai, 10 Hindi.
    Source: our own order, by letters outside ASCII, then alphabet, direction and shaping; vendors are invented
    (fixtures/tables/vendors.tsv).
    """
    return replace(invoice, vendor=draw.choice(vendors(LANGUAGES[severity - 1])))


@op("invoice.foreign_notes", layer="meaning", kind="nested")
def foreign_notes(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Write the texts around the figures in another language. The figures and the vendor stay.

    severity: number of translated text groups, nested: note, terms, thanks, ownership, address labels,
    description heading, column headings, then the labels of net and VAT (8), total (9), number, date, currency (10).
    Source: our own sentences and order (fixtures/tables/notes.tsv).
    """
    language = draw.choice(("es", *LANGUAGES))
    picked = {block: draw.choice(notes(language, block)) for block in BLOCKS}
    translated = {block for group in ORDER[:severity] for block in group}
    return replace(
        invoice, texts=tuple((block, picked[block] if block in translated else text) for block, text in invoice.texts)
    )
