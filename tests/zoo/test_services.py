"""The correct services are right on their pilot, and do what makes them correct."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from harness.generate.pages.made.invoice import invoice_truth
from tests.endpoints.server import serving
from tests.zoo import pilots, record
from tests.zoo.document import Document, parse_amount, parse_date
from tests.zoo.record import Customers, Scorer
from tests.zoo.ticket import Ticket
from tests.zoo.tickets import draw_ticket
from tests.zoo.triggers import PRINTED, page, pilot_bodies, saved, ticket, turned, upload, wrapped
from tests.zoo.triggers import record as one_record


def read(body: bytes) -> dict[str, Any]:
    status, reply = Document()(body)
    assert status == 200
    assert isinstance(reply, dict)
    return reply


def test_the_document_service_reads_every_page_of_its_pilot(tmp_path: Path) -> None:
    for k, body in enumerate(pilot_bodies("document", tmp_path)):
        invoice = pilots.draw_pilot_invoice(k)
        truth, reply = invoice_truth(invoice), read(body)
        assert reply["confidence"] >= pilots.FLAG_BELOW
        for name, path in pilots.DOCUMENT_PATHS.items():
            assert reply["fields"][path.removeprefix("fields.")] == truth[name]


@pytest.mark.parametrize(
    "content",
    [
        saved(page()),
        turned(6),
        saved(page(without=("Total due", "Net total", "VAT 19 %")), page(), form="TIFF"),
        saved(
            np.asarray(Image.fromarray(page()).resize((1654, 1170), Image.Resampling.BICUBIC)),
            form="TIFF",
            dpi=(200, 100),
        ),
    ],
    ids=["plain", "turned by its tag", "total on page two", "half as many lines as columns"],
)
def test_a_page_is_read_in_whatever_way_it_is_stored(content: bytes) -> None:
    fields = read(upload(content))["fields"]
    assert (fields["invoice_no"], fields["total"]) == (PRINTED["Invoice number"], PRINTED["Total due"])


def test_what_is_transparent_is_read_on_white() -> None:
    ink = 255 - page()
    clear = np.dstack((np.zeros((*ink.shape, 3), dtype=np.uint8), ink))
    assert read(upload(saved(clear)))["fields"]["total"] == PRINTED["Total due"]


def test_a_field_that_is_not_there_takes_all_confidence() -> None:
    reply = read(upload(saved(page(without=("Invoice date",)))))
    assert (reply["fields"]["date"], reply["confidence"]) == (None, 0.0)


@pytest.mark.parametrize("content", [b"", b"<html>", saved(page())[:2000]], ids=["empty", "a page", "broken off"])
def test_an_upload_that_is_no_image_is_refused(content: bytes) -> None:
    assert Document()(upload(content))[0] == 422


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        *(("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("27,80", "27.80"), ("-9,00", "-9.00")),
        *(("1.234", "1234.00"), ("1'234.56", "1234.56"), ("1 234,56 EUR", "1234.56"), ("EUR -9,00", "-9.00")),
        *(("1.234,56-", "-1234.56"), ("(9.00)", "-9.00"), ("- 9.00", "-9.00"), ("9.00 CR", "-9.00")),
        *(("9.00)", None), ("1.234.56", None), ("total", None), ("XXX 9.00", None)),
    ],
)
def test_the_last_separator_before_one_or_two_digits_is_the_decimal_mark(printed: str, value: str | None) -> None:
    assert parse_amount(printed) == value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        *(("04.03.2026", "2026-03-04"), ("2026-03-04", "2026-03-04"), ("14/03/2026", "2026-03-14")),
        *(("03/14/2026", "2026-03-14"), ("04/04/2026", "2026-04-04"), ("04/03/2026", None), ("31.02.2026", None)),
    ],
)
def test_a_date_is_read_where_it_has_one_reading(printed: str, value: str | None) -> None:
    assert parse_date(printed) == value


def test_a_paper_that_is_no_invoice_or_holds_two_is_not_trusted() -> None:
    other = page(printed={"Invoice number": "INV-204818"})
    for content in (saved(page(title="PRO FORMA INVOICE")), saved(page(), other, form="TIFF")):
        assert read(upload(content))["confidence"] == 0.0


@pytest.mark.parametrize("second", [page(title="INVOICE - COPY"), np.full_like(page(), 255)], ids=["a copy", "a back"])
def test_a_copy_and_a_blank_back_change_nothing(second: Any) -> None:
    alone, both = (read(upload(saved(*pages, form="TIFF"))) for pages in ((page(),), (page(), second)))
    assert {**both, "pages": 1} == alone


def test_the_total_of_a_credit_note_without_its_minus_is_not_trusted() -> None:
    reply = read(upload(saved(page(title="CREDIT NOTE"))))
    assert (reply["field_confidence"]["total"], reply["confidence"]) == (0.0, 0.0)


def test_the_ticket_service_is_right_on_its_pilot(tmp_path: Path) -> None:
    for k, body in enumerate(pilot_bodies("ticket", tmp_path)):
        _, reply = Ticket()(body)
        assert isinstance(reply, dict)
        assert (reply["label"], reply["confidence"] >= 0.8) == (draw_ticket(k)[0], True)


def test_a_ticket_that_was_passed_on_is_read_and_older_mail_is_not() -> None:
    request, older = "My parcel has not arrived at the house. Thank you for a quick reply.", "I want to cancel today."
    for text in (f"Please see below.\n\n> {request}", f"{request}\n\n> {older}"):
        reply = Ticket()(ticket(text))[1]
        assert isinstance(reply, dict)
        assert reply["label"] == "delivery"


@pytest.mark.parametrize(("text", "status"), [("", 422), (" ", 422), ("a" * 20_001, 413), ("help", 200)])
def test_a_ticket_that_is_empty_or_too_long_is_refused(text: str, status: int) -> None:
    assert Ticket()(ticket(text))[0] == status


@pytest.mark.parametrize("whole", ["{chat}{request}", "{request}{chat}", "{chat}{request}{chat}"])
def test_small_talk_around_a_request_changes_nothing(whole: str) -> None:
    chat = "Greetings from our garden, where roses bloom and bees hum all afternoon. " * 8
    request = "My parcel has not arrived at the house.\n"
    reply = Ticket()(ticket(whole.format(chat=chat, request=request)))[1]
    assert reply == Ticket()(ticket(request))[1]
    assert isinstance(reply, dict)
    assert (reply["label"], reply["confidence"] >= 0.8) == ("delivery", True)


def test_words_never_seen_lower_the_confidence() -> None:
    known, strange = (Ticket()(ticket(f"my parcel {more}"))[1] for more in ("has not arrived", "zzz yyy xxx www vvv"))
    assert isinstance(known, dict)
    assert isinstance(strange, dict)
    assert known["confidence"] > 0.8 > strange["confidence"]


def scorer(body: bytes, lookup: record.Lookup = pilots.customer) -> tuple[int, Any]:
    return Scorer(lookup=lookup)(body)


def test_the_record_service_is_right_on_its_pilot_over_its_upstream() -> None:
    with serving(lambda _: (404, {}), "/", documents=pilots.customers()) as url:
        customers = Customers(url.removesuffix("/"))
        for k in range(pilots.COUNT):
            asked = pilots.draw_record(k)
            status, reply = scorer(json.dumps(asked).encode(), customers.told)
            assert (status, reply["degraded"], reply["confidence"] >= 0.8) == (200, False, True)
            assert reply["score"] == record.rate(asked, pilots.risk_points(asked["customer"]))[0]
        customers.close()


@pytest.mark.parametrize(
    "body",
    [
        one_record(age=...),
        one_record(age=None),
        one_record(age="41"),
        one_record(channel=["web"]),
        one_record(amount=float("nan")),
        one_record(age=7),
        one_record(currency="CHF"),
        one_record(at="9999-12-31T09:26:00Z"),
        one_record(more=1),
        one_record()[:-1] + b', "age": 22}',
        one_record()[:-9],
    ],
)
def test_a_record_that_is_not_as_declared_is_refused(body: bytes) -> None:
    assert scorer(body)[0] == 422


def test_an_upstream_that_is_down_means_review_without_confidence() -> None:
    _, reply = scorer(one_record(), lambda _: None)
    assert (reply["decision"], reply["confidence"], reply["degraded"]) == ("review", 0, True)


def test_a_bad_row_of_a_batch_is_an_error_in_its_place() -> None:
    rows = [pilots.draw_record(k) for k in range(3)]
    rows[1] = {"age": 3}
    _, reply = Scorer(lookup=pilots.customer).batch(json.dumps(rows).encode())
    assert isinstance(reply, list)
    assert "error" in reply[1]
    assert [scorer(json.dumps(rows[k]).encode())[1] for k in (0, 2)] == [reply[0], reply[2]]


@pytest.mark.parametrize("op", ["pdf.hidden_text", "pdf.encrypted", "zip.other_first", "mail.several", "office.docx"])
def test_the_document_service_takes_pictures_and_refuses_what_they_are_wrapped_in(op: str) -> None:
    assert Document()(upload(wrapped(op)))[0] == 422
