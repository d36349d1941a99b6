"""Ops on one value of a page: other forms, other lengths, other contents. The page is redrawn by `render`."""

import calendar
from dataclasses import replace
from datetime import date
from decimal import Decimal

from harness.core.figures.dates import read_dates
from harness.core.seed import Stream
from harness.generate.pages.locale.locales import text as label_in
from harness.generate.pages.made.forms import amount_forms, date_forms, number_forms, unknown_vendors
from harness.generate.pages.printed.values import (
    FieldValue,
    as_date,
    as_money,
    cents_shown,
    date_form,
    day_of,
    number_of,
    truth_like,
    write_number,
)
from harness.generate.registry import op

SIZES = (
    "0.07",
    "5.05",
    "90.00",
    "999.99",
    "1000.00",
    "12034.50",
    "100000.00",
    "345678.91",
    "1234567.89",
    "20304050.60",
)
"""Amounts at severity 1 to 10; their last digits before the point are drawn."""

LAST_FORM = 7
"""The forms of amounts beyond differ in their currency only, which stands beside the amount."""

DAYS = ((2, 1), (12, 31), (2, 29), (3, 1), (4, 30), (10, 11), (9, 10), (7, 12), (11, 5), (6, 3))
"""Month and day at severity 1 to 10. 29 February is in 2024."""

LETTERS, DIGITS = "ABCDEFGHJKLMNPRSTUVWXYZ", "0123456789"

LABELS = {
    **{"invoice_number": "number", "invoice_date": "date", "net": "net", "vat": "vat", "total": "total"},
    **{"currency": "currency", "policy_number": "policy", "claimant": "claimant", "birth_date": "birth"},
    **{"loss_date": "loss_date", "place": "place", "amount": "amount_claimed", "delivery_number": "delivery_number"},
    **{"delivery_date": "delivery_date", "order_number": "order", "packages": "packages", "weight_kg": "weight"},
    **{"name": "name", "card_number": "card_number", "valid_until": "valid"},
}
"""The table of labels by usual field."""

NAMED = ("vendor", "claimant", "sender", "name")
"""Usual fields whose values are names, though a pilot may have few of them."""

LANGUAGES = ("en", "de", "fr", "es", "pl", "cs", "tr", "hu", "vi", "vi")
"""Languages at severity 1 to 10, in Latin letters."""

UNUSUAL_NAMES = (
    ("3M Svenska AB", "24 Hour Tyres Ltd", "Studio 7 Print"),
    (
        "The Very Old Company of Merchant Adventurers plc",
        "North and South Ferry Owners Mutual",
        "Hubert, Hubert and Sons",
    ),
    ("J. O'Neill-Byrne Ltd", "E.ON Ruhr", "Baker & Co. (Leeds)"),
    ("BAKER GROSS GMBH", "LINDEN PARK HOTELS", "VOSS METALL KG"),
    ("Ö. Åkerlund & Söner", "S.A.R.L. L'Étoile du Nord", "Łódź Meble Sp. z o.o.", "BÄCKEREI GROSS GMBH & CO. KG"),
)
"""Names at severity 6 to 10: with digits, many words, marks, capitals, and letters that English does not have."""


@op("field.amount_form", layer="value", kind="graded", effect="renormalised")
def amount_form(value: FieldValue, severity: int, draw: Stream) -> FieldValue:
    """Write an amount of the page with other separators: 1234.56, 1 234.56, 1.234,56, 1 234,56. Its value is the same.

    severity: the form, 1 to 7 in the order of fixtures/tables/amount_forms.tsv; from 8 on as at 7.
    Source: Unicode CLDR number patterns (fixtures/tables/amount_forms.tsv).
    """
    number = number_of(value.text)
    if value.kind != "amount" or number is None or not cents_shown(value.text):
        return value
    core = as_money(number, amount_forms("amount")[min(severity, LAST_FORM) - 1])
    return replace(value, text=core)


@op("field.amount_size", layer="value", kind="graded")
def amount_size(value: FieldValue, severity: int, draw: Stream) -> FieldValue:
    """Print another amount in the page's own form, from cents to tens of millions. The truth is the new amount.

    severity: 0.07, 5.05, 90.00, 999.99, 1000.00, 12,034.50, 100,000.00, 345,678.91, 1,234,567.89 and 20,304,050.60,
    with two drawn digits. Other amounts of the page stay, so a service that checks sums may hand the page over.
    Source: our own range; the first amount above 999 shows what a service does with a group separator.
    """
    if value.kind != "amount" or (old := number_of(value.text)) is None:
        return value
    size = Decimal(SIZES[severity - 1])
    number = size if severity in (4, 5, 7) else size + Decimal(draw.below(90)) / 100 * (1 if severity < 4 else 3)
    number = number if cents_shown(value.text) else number.to_integral_value()
    if number in (0, old):
        number += 1
    text = write_number(number, value.text)
    return replace(value, text=text, truth=truth_like(value.truth, number)) if text else value


@op("field.date_form", layer="value", kind="graded", effect="renormalised")
def date_form_op(value: FieldValue, severity: int, draw: Stream) -> FieldValue:
    """Write a date of the page in another form: 3.4.2025, 3 April 2025, 2025-04-03. The day is the same.

    severity: the form, 1 to 10 in the order of fixtures/tables/date_forms.tsv. A form that leaves two readings of the
    day is not used.
    Source: Unicode CLDR date patterns (fixtures/tables/date_forms.tsv).
    """
    day = day_of(value.text, value.truth) if value.kind == "date" else None
    if day is None:
        return value
    text = as_date(day, date_forms()[severity - 1].example)
    own = text.replace("-", ".") == value.text.replace("-", ".")
    sure = read_dates(text) == {day} or severity == 7
    return replace(value, text=text) if sure and not own else value


@op("field.date_value", layer="value", kind="graded")
def date_value(value: FieldValue, severity: int, draw: Stream) -> FieldValue:
    """Print another day in the page's own form. The truth is the new day.

    severity: 1 February, 31 December, 29 February, 1 March, 30 April, 11 October, 10 September, 12 July, 5 November and
    3 June, within three years of the old day.
    Source: our own range: ends of months and years, a leap day, and days that could be months.
    """
    day = day_of(value.text, value.truth) if value.kind == "date" else None
    form = date_form(value.text, day) if day else ""
    like = date_form(str(value.truth), day) if day else ""
    if day is None or not form or not like:
        return value
    month, number = DAYS[severity - 1]
    year = day.year + draw.between(-2, 1)
    year = year if (month, number) != (2, 29) else year - year % 4
    new = date(year, month, min(number, calendar.monthrange(year, month)[1]))
    if new == day:
        new = new.replace(year=new.year + 4)
    return replace(value, text=as_date(new, form), truth=as_date(new, like))


@op("field.code_form", layer="value", kind="graded")
def code_form(value: FieldValue, severity: int, draw: Stream) -> FieldValue:
    """Print another number of an invoice, an order or a person, which is the new truth: longer, or in another shape.

    severity: 1 other digits in the same shape, 2 one digit more, 3 to 10 the shapes of its table.
    Source: our own shapes (fixtures/tables/number_forms.tsv).
    """
    if value.kind != "code" or not isinstance(value.truth, str) or _plain(value.text) != _plain(value.truth):
        return value
    shape = "".join("9" if char in DIGITS else char for char in value.text)
    shapes = (shape, _longer(shape), *number_forms()[2:])
    text = "".join(draw.choice(DIGITS) if char == "9" else char for char in shapes[severity - 1])
    return replace(value, text=text, truth=text) if text != value.text else value


def _longer(shape: str) -> str:
    """One digit more at the end of the last digits."""
    at = shape.rindex("9")
    return f"{shape[:at]}9{shape[at:]}"


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@op("field.name_form", layer="value", kind="graded")
def name_form(value: FieldValue, severity: int, draw: Stream) -> FieldValue:
    """Print another name: an unknown one, or one with digits, many words, marks, capitals or accents; it is the truth.

    severity: 1 to 5 an unknown company; 6 digits, 7 four words and more, 8 dots, apostrophes and brackets, 9 capitals,
    10 letters that English does not have. Only names are changed, no classes.
    Source: our own names (fixtures/tables/unknown_vendors.tsv).
    """
    if value.kind != "text" or not (value.varied or value.meaning in NAMED):
        return value
    names = [vendor.name for vendor in unknown_vendors()] if severity < 6 else UNUSUAL_NAMES[severity - 6]
    name = draw.choice(names)
    if value.text.isupper() and value.text != value.truth:
        return replace(value, text=name.upper(), truth=name)
    return replace(value, text=name, truth=name) if name != value.text else value


@op("field.label", layer="value", kind="graded")
def label(value: FieldValue, severity: int, draw: Stream) -> FieldValue:
    """Print the label of a value in another language. The value and its truth stay.

    severity: English, German, French, Spanish, Polish, Czech, Turkish, Hungarian and, at 9 and 10, Vietnamese.
    Source: our own wording (fixtures/tables/notes.tsv, fixtures/tables/paper_texts.tsv).
    """
    block = LABELS.get(value.meaning)
    if not value.label or not block:
        return value
    try:
        text = label_in(LANGUAGES[severity - 1], block)
    except KeyError:
        return value
    text = text.upper() if value.label.isupper() else text
    return replace(value, label=text) if text.casefold() != value.label.casefold() else value
