"""Columns of a truth that mean a field of made papers, under the names that teams in several countries give them."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.sample import Sample, Samples
from harness.generate.bases import made_fields
from harness.generate.pages.made.paper_kinds import KINDS
from harness.generate.samples.matched_fields import known_fields, matched_fields, renamed_fields
from harness.generate.usable import lacking_fields

VALUES = {
    "date": ("2025-03-14", "14.03.2025", "03/14/2025", "14 March 2025", "2025-03-14T00:00:00Z", "20250314"),
    "amount": ("1,234.50", "1.234,50", "EUR 12.00", "12,00 €", "-3.50", "1 200"),
    "code": ("INV-00417", "2025/118", "RE 4711", "88123", "A7-9", "0001"),
    "text": ("Dunmore Packaging LLC", "Müller & Söhne", "Acme", "Société X", "3M", "Zoë"),
    "currency": ("EUR", "USD", "GBP", "CHF", "€", "eur"),
}


def pages(columns: Mapping[str, str], fields: Mapping[str, str] | None = None) -> Samples:
    """Six pages with these columns, each with values of that type."""
    items = tuple(
        Sample(
            key=f"{k}.png",
            kind="page",
            content=b"",
            media_type="image/png",
            filename=f"{k}.png",
            truth={name: VALUES[type_][k] for name, type_ in columns.items()},
        )
        for k in range(6)
    )
    return Samples(kind="page", items=items, columns=tuple(columns), fields=fields or {})


@pytest.mark.parametrize(
    ("number", "date", "vendor", "total", "currency"),
    [
        ("invoice_no", "date", "supplier", "amount", "curr"),
        ("InvoiceNumber", "InvoiceDate", "VendorName", "GrandTotal", "CurrencyCode"),
        ("inv-no.", "Date of issue", "Company", "Total amount", "ccy"),
        ("Rechnungsnr.", "Rechnungsdatum", "Lieferant", "Bruttobetrag", "Währung"),
        ("rechnungsnummer", "datum", "kreditor", "gesamtbetrag", "waehrung"),
        ("N° facture", "Date facture", "Fournisseur", "Total TTC", "Devise"),
        ("numero_factura", "fecha", "proveedor", "importe_total", "moneda"),
        ("numero fattura", "data fattura", "fornitore", "totale", "valuta"),
        ("factuurnummer", "factuurdatum", "leverancier", "totaalbedrag", "valuta"),
        ("numer faktury", "data wystawienia", "sprzedawca", "kwota brutto", "waluta"),
    ],
)
def test_usual_names_of_several_languages_are_matched(
    number: str, date: str, vendor: str, total: str, currency: str
) -> None:
    samples = pages({number: "code", date: "date", vendor: "text", total: "amount", currency: "currency"})
    assert matched_fields(samples, made_fields()) == {
        number: "invoice_number",
        date: "invoice_date",
        vendor: "vendor",
        total: "total",
        currency: "currency",
    }
    assert lacking_fields(samples, samples.columns) == ()


def test_the_own_name_is_taken_before_another_and_the_more_usual_one_before_the_less_usual() -> None:
    both = pages({"amount": "amount", "total": "amount", "date": "date", "issued": "date"})
    assert matched_fields(both, made_fields()) == {"total": "total", "date": "invoice_date"}
    assert lacking_fields(both, both.columns) == ("amount", "issued")


@pytest.mark.parametrize(("column", "type_"), [("date", "amount"), ("amount", "text"), ("curr", "amount")])
def test_values_of_another_type_are_no_match(column: str, type_: str) -> None:
    assert matched_fields(pages({column: type_}), made_fields()) == {}


def test_a_name_that_nobody_uses_is_lacking() -> None:
    samples = pages({"total": "amount", "colour": "text"})
    assert lacking_fields(samples, samples.columns) == ("colour",)


def test_what_the_team_wrote_decides() -> None:
    samples = pages(
        {"our_ref": "code", "total": "amount", "date": "date"}, {"our_ref": "invoice_number", "total": "net"}
    )
    assert matched_fields(samples, made_fields()) == {
        "our_ref": "invoice_number",
        "total": "net",
        "date": "invoice_date",
    }


def test_the_same_column_means_another_field_on_another_paper() -> None:
    samples = pages({"number": "code", "date": "date"})
    assert matched_fields(samples, made_fields("delivery_notes")) == {
        "number": "delivery_number",
        "date": "delivery_date",
    }


def test_every_field_of_a_made_paper_has_usual_names() -> None:
    shown = {field for kind in (None, *KINDS) for field in made_fields(kind)}
    assert shown == set(known_fields())


@given(st.lists(st.text(max_size=12), unique=True, max_size=6), st.sampled_from(sorted(VALUES)))
def test_each_field_has_one_column_and_each_column_one_field(columns: list[str], type_: str) -> None:
    found = matched_fields(pages(dict.fromkeys(columns, type_)), made_fields())
    assert len(set(found.values())) == len(found)
    assert set(found) <= set(columns)


def test_a_paper_of_another_kind_keeps_its_own_names() -> None:
    invoices = pages({"invoice_number": "code", "amount": "amount"})
    assert renamed_fields(invoices, made_fields()) == {"total": "amount"}
    assert renamed_fields(pages({"invoice_number": "code", "total": "amount"}), made_fields("claims")) == {}
