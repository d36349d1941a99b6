"""Invoices of another country: the whole form in its language, not only a word on an English form."""

from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.pages.locale.figures import draw_form
from harness.generate.pages.locale.locales import Locale, locales, texts
from harness.generate.pages.locale.tables import vendors
from harness.generate.pages.made.invoice_data import BLOCKS, GOODS, Invoice, Item
from harness.generate.registry import op

DISTANCES: tuple[tuple[str, ...], ...] = (
    ("de", "fr", "es"),
    ("pl", "cs", "tr", "hu"),
    ("vi",),
    ("el",),
    ("ru", "uk"),
    ("he",),
    ("ar",),
    ("th",),
    ("hi",),
    ("zh", "ja", "ko"),
)
"""Languages by severity, 1 to 10."""

PRICE_LIST = (0, 1, 2, 3, 4, 5, 6, 9, 12, 17)
"""Indices into GOODS of the goods that the tables name in every language, in the order of the tables."""

STEP = 10_000
"""Price step of a currency without decimals, in hundredths: multiples of 100, so that every tax is a whole number."""


@op("invoice.native", layer="meaning", kind="graded")
def native(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Replace it by an invoice of a foreign vendor: words, goods, currency, tax, dates, direction of reading.

    severity: distance of the language from English, 1 to 10: 1 German, French, Spanish; 2 Polish, Czech, Turkish,
    Hungarian; 3 Vietnamese; 4 Greek; 5 Russian, Ukrainian; 6 Hebrew; 7 Arabic; 8 Thai; 9 Hindi; 10 Chinese, Japanese,
    Korean. Half of the Arabic, Thai and Hindi pages use the country's own digits; half of the dates have
    the month's name, in Thailand in the Buddhist year, in Japan in the era; one page in three has English below its
    labels. Amounts are positive; the truth follows,
    with dates in ISO 8601 and amounts with a decimal point.
    Source: our own order and wording (fixtures/tables/paper_texts.tsv); number and date forms by Unicode CLDR
    (fixtures/tables/locales.tsv).
    """
    locale = draw.choice(locales(draw.choice(DISTANCES[severity - 1])))
    at_home = [vendor for vendor in vendors(locale.language) if vendor.country == locale.country]
    return replace(
        invoice,
        number=f"{invoice.date.year}-{invoice.number[-6:]}",
        vendor=draw.choice(at_home),
        currency=locale.currency,
        vat_percent=draw.choice(locale.rates),
        items=_items(locale, draw),
        texts=tuple((block, draw.choice(texts(locale.language, block))) for block in BLOCKS),
        native=draw_form(locale, draw),
    )


def _items(locale: Locale, draw: Stream) -> tuple[Item, ...]:
    """3 to 8 lines of the price list in the country's words and currency."""
    names, most = texts(locale.language, "goods"), draw.choice((3, 24))
    chosen = draw.order(len(names))[: draw.between(3, 8)]
    return tuple(
        Item(description=names[i], quantity=draw.between(1, most), unit_cents=_price(PRICE_LIST[i], locale, draw))
        for i in chosen
    )


def _price(good: int, locale: Locale, draw: Stream) -> int:
    _, low, high = GOODS[good]
    cents = draw.between(low, high) * locale.price
    return cents if locale.decimals else max(1, round(cents / STEP)) * STEP
