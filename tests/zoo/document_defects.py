"""Defects of the document service. Each changes one step of it."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from threading import Lock, local

import numpy as np
from PIL import Image, ImageFile

from harness.core.case import Case
from harness.generate.pages.locale.tables import vendors
from harness.generate.pages.made.forms import amount_forms
from tests.zoo import document
from tests.zoo.defects import Defect, of_scenarios
from tests.zoo.document import Document, Field, Pixels, RefusedError

FROZEN, SIMILAR = 0.97, 0.6


JPEG, SHRUNK_LINES = b"\xff\xd8\xff", 1268


def us_dates(service: Document) -> Document:
    def month_first(text: str) -> str | None:
        found = re.fullmatch(r"(\d\d)[./](\d\d)[./](\d{4})", text)
        swapped = document.day_of(found[3], found[1], found[2]) if found else None
        return swapped or document.parse_date(text)

    return replace(service, date=month_first)


def confidence_frozen(service: Document) -> Document:
    def frozen(sure: Mapping[str, float]) -> float:
        return FROZEN if any(sure.values()) else 0.0

    return replace(service, confidence=frozen)


def comma_stripped(service: Document) -> Document:
    return replace(service, amount=lambda text: document.parse_amount(text.replace(",", "")))


def vendor_fuzzy(service: Document) -> Document:
    known = [vendor.name for vendor in vendors("en")]

    def closest(name: str, sure: float) -> Field:
        if name in known:
            return name, sure
        best = max(known, key=lambda one: difflib.SequenceMatcher(None, name, one).ratio())
        alike = difflib.SequenceMatcher(None, name, best).ratio()
        return (best, max(sure, FROZEN)) if alike > SIMILAR else document.look_up(name, sure)

    return replace(service, vendor=closest)


def first_page_only(service: Document) -> Document:
    this = local()

    def first(pages: list[Pixels]) -> list[Pixels]:
        this.cut = len(pages) > 1
        return pages[:1]

    def of_found(sure: Mapping[str, float]) -> float:
        found = {name: value for name, value in sure.items() if value}
        return service.confidence(found if this.cut and found else sure)

    return replace(service, pages=first, confidence=of_found)


def exif_ignored(service: Document) -> Document:
    def as_stored(content: bytes) -> list[Pixels]:
        pages = service.open(content)
        with Image.open(BytesIO(content)) as image:
            if image.format != "JPEG" or image.getexif().get(0x0112) not in (3, 6, 8):
                return pages
            return [np.asarray(image.convert("L"))]

    return replace(service, open=as_stored)


def repairs_truncated(service: Document) -> Document:
    this, one = local(), Lock()

    def repaired(content: bytes) -> list[Pixels]:
        with one:
            this.repaired = False
            try:
                return service.open(content)
            except RefusedError:
                ImageFile.LOAD_TRUNCATED_IMAGES = True
                pages = service.open(content)
                this.repaired = True
                return pages
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = False

    def of_found(sure: Mapping[str, float]) -> float:
        found = {name: value for name, value in sure.items() if value}
        return service.confidence(found if this.repaired and found else sure)

    return replace(service, open=repaired, confidence=of_found)


def zero_for_unreadable(service: Document) -> Document:
    def blank(why: RefusedError) -> tuple[int, object]:
        fields = {**dict.fromkeys(document.FIELDS, ""), "total": "0.00"}
        sure = dict.fromkeys(document.FIELDS, 1.0)
        return 200, {"fields": fields, "field_confidence": sure, "confidence": 1.0, "pages": 0}

    return replace(service, refuse=blank)


def title_ignored(service: Document) -> Document:
    return replace(service, invoice=lambda titles: True)


def first_invoice_taken(service: Document) -> Document:
    return replace(service, one=lambda numbers: True)


def _comma(case: Case) -> bool:
    forms = {"amount_forms": amount_forms("amount"), "credit_forms": amount_forms("credit")}
    of = forms.get(case.tags.get("scenario", ""), ())
    return bool(of) and ",56" in of[case.plan.steps[0].severity - 1]


def camera_trusted(service: Document) -> Document:
    this = local()

    def opened(content: bytes) -> list[Pixels]:
        this.photo = content.startswith(JPEG)
        return service.open(content)

    def trusted(sure: Mapping[str, float]) -> float:
        return FROZEN if this.photo and any(sure.values()) else service.confidence(sure)

    return replace(service, open=opened, confidence=trusted)


def camera_shrunk(service: Document) -> Document:
    def shrunk(content: bytes) -> list[Pixels]:
        pages = service.open(content)
        return [_lines(page, SHRUNK_LINES) for page in pages] if content.startswith(JPEG) else pages

    return replace(service, open=shrunk)


def _lines(page: Pixels, most: int) -> Pixels:
    """The page with at most so many lines."""
    if len(page) <= most:
        return page
    return np.asarray(Image.fromarray(page).resize((page.shape[1] * most // len(page), most), Image.Resampling.BICUBIC))


def _up_to_the_twelfth(case: Case) -> bool:
    day, month = (str(case.truth.get("invoice_date"))[at : at + 2] for at in (8, 5))
    return day.isdigit() and int(day) <= 12 and day != month


DEFECTS = (
    Defect(
        name="document/us_dates",
        service="document",
        what="month first whenever both numbers are 12 or less; the pilot's days are 13 to 28",
        wrap=us_dates,
        family="V7",
        must_name="multilingual_documents",
        meets=_up_to_the_twelfth,
    ),
    Defect(
        name="document/confidence_frozen",
        service="document",
        what="0.97 as soon as one field was found, whatever the reader says; met by damaged pages",
        wrap=confidence_frozen,
        family="D32, D33",
        must_name="scanned_faxes",
        meets=lambda case: case.pack == "scanned_faxes",
    ),
    Defect(
        name="document/repairs_truncated",
        service="document",
        what="reads what is left of an upload that broke off, and is as sure as of the fields that it found",
        wrap=repairs_truncated,
        family="D18; malformed_uploads/truncated",
        must_name="malformed_uploads",
        meets=of_scenarios("truncated"),
    ),
    Defect(
        name="document/zero_for_unreadable",
        service="document",
        what="an upload that is no image is an invoice over 0.00, with all confidence",
        wrap=zero_for_unreadable,
        family="D25, D29; malformed_uploads/empty",
        must_name="malformed_uploads",
        meets=lambda case: case.pack == "malformed_uploads",
    ),
    Defect(
        name="document/camera_trusted",
        service="document",
        what="photos come from an app that looks at them first: what is found on a JPEG is certain",
        wrap=camera_trusted,
        family="D32, D33; photographed_documents/out_of_focus",
        must_name="photographed_documents",
        meets=lambda case: case.media_type == "image/jpeg",
    ),
    Defect(
        name="document/camera_shrunk",
        service="document",
        what="photos are shrunk to 1,268 lines to save time; what is too small then is lost",
        wrap=camera_shrunk,
        family="the default resolution of accelerated-intelligent-document-processing-on-aws#729",
        must_name="photographed_documents",
        meets=lambda case: case.media_type == "image/jpeg",
    ),
    Defect(
        name="document/comma_stripped",
        service="document",
        what="every comma is removed before the amount is parsed; met by a decimal comma",
        wrap=comma_stripped,
        family="V1 to V4; unfamiliar_invoices/amount_forms",
        must_name="unfamiliar_invoices",
        meets=_comma,
    ),
    Defect(
        name="document/vendor_fuzzy",
        service="document",
        what="the vendor becomes the closest of the master list above 0.6 similarity; met by a vendor not in it",
        wrap=vendor_fuzzy,
        family="R4; unfamiliar_invoices/near_vendor",
        must_name="unfamiliar_invoices",
        meets=of_scenarios("near_vendor"),
    ),
    Defect(
        name="document/first_page_only",
        service="document",
        what="fields of the first page only, and sure of those that it has; met by a total on a later page",
        wrap=first_page_only,
        family="D16 to D19; unfamiliar_invoices/later_page",
        must_name="unfamiliar_invoices",
        meets=of_scenarios("later_page", "behind_a_letter", "two_invoices"),
    ),
    Defect(
        name="document/title_ignored",
        service="document",
        what="every paper is an invoice, whatever stands above it; met by a reminder, a pro forma invoice and an annex",
        wrap=title_ignored,
        family="wrong_paper/looks_like_one",
        must_name="wrong_paper",
        meets=of_scenarios("looks_like_one", "annex_invoice", "delivery_note"),
    ),
    Defect(
        name="document/first_invoice_taken",
        service="document",
        what="the first invoice of a file, with all confidence, whatever comes after it; met by two in one file",
        wrap=first_invoice_taken,
        family="wrong_paper/two_invoices",
        must_name="wrong_paper",
        meets=of_scenarios("two_invoices"),
    ),
    Defect(
        name="document/exif_ignored",
        service="document",
        what="JPEG pages with orientation 3, 6 or 8 are read as they are stored",
        wrap=exif_ignored,
        family="D1 to D4",
        must_name="odd_containers",
        meets=of_scenarios("turned"),
    ),
)
