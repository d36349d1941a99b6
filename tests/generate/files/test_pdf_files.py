"""PDFs that are odd, broken or locked: PDFium opens them as their ops say, and shows the sample."""

import re

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import SampleError
from harness.core.seed import Stream
from harness.generate.files.beside import another_page
from harness.generate.files.ciphers import encrypt_block, rc4, round_keys
from harness.generate.files.pdf.pdf_crypt import OWNER, USER
from harness.generate.files.pdf.pdf_objects import read_pdf, write_pdf
from harness.generate.files.pdf.pdf_syntax import map_strings, value_of, with_value, without
from harness.generate.pages.codecs.decode import decode
from harness.generate.payloads import File
from tests.generate.sample_files import KINDS, SAMPLES, put, same_pages


def test_the_ciphers_are_those_of_the_standards() -> None:
    key = bytes(range(16))
    assert encrypt_block(round_keys(key), 0x00112233445566778899AABBCCDDEEFF) == 0x69C4E0D86A7B0430D8CDB78070B4C55A
    assert rc4(b"Wiki", b"pedia").hex() == "1021bf0420"


@KINDS
@pytest.mark.parametrize("noise", range(4))
def test_an_encrypted_pdf_opens_with_either_password_and_with_no_other(kind: str, noise: int) -> None:
    file = put("pdf.encrypted", SAMPLES[kind], noise)
    with pytest.raises(SampleError, match="is encrypted with a password"):
        decode(file)
    for password in (USER, OWNER):
        pdf = pypdfium2.PdfDocument(file.content, password=password.decode())
        assert len(pdf) == len(decode(SAMPLES[kind]).pages)
        assert pdf[0].render().to_numpy().min() < 100
        pdf.close()


def test_both_ciphers_are_drawn() -> None:
    drawn = {b"AESV2" in put("pdf.encrypted", SAMPLES["png"], noise).content for noise in range(8)}
    assert drawn == {True, False}


@KINDS
@pytest.mark.parametrize("name", ["pdf.owner_locked", "pdf.turned", "pdf.odd_boxes", "pdf.updated", "pdf.script"])
def test_a_viewer_shows_the_sample(name: str, kind: str) -> None:
    for noise in range(3):
        assert same_pages(put(name, SAMPLES[kind], noise), SAMPLES[kind])


@pytest.mark.parametrize("name", ["pdf.attached_other", "pdf.hidden_text", "pdf.page_loop", "pdf.xref_off"])
def test_what_is_wrong_with_a_pdf_is_not_to_be_seen(name: str) -> None:
    assert same_pages(put(name, SAMPLES["pdf"]), SAMPLES["pdf"])


def test_a_pdf_keeps_its_text() -> None:
    told = b"BT /F1 24 Tf 20 100 Td (Total due \\(net\\) 119.00) Tj ET"
    objects = (
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(told), told),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    )
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (k, one) for k, one in enumerate(objects, 1))
    file = File(content=body + b"trailer\n<</Root 1 0 R>>\n", media_type="application/pdf", filename="a.pdf")
    for name in ("pdf.turned", "pdf.odd_boxes", "pdf.owner_locked", "pdf.updated", "pdf.large_sheet"):
        assert "Total due (net) 119.00" in text_layer(put(name, file)), name


def text_layer(file: File) -> str:
    pdf = pypdfium2.PdfDocument(file.content)
    text = str(pdf[0].get_textpage().get_text_bounded())
    pdf.close()
    return text


def test_the_hidden_text_is_that_of_another_invoice() -> None:
    file = put("pdf.hidden_text", SAMPLES["png"])
    words = {w.text for w in another_page(Stream(0, "files", "pdf.hidden_text")).words if w.field == "invoice_number"}
    assert words
    assert words <= set(text_layer(file).split())


def test_the_tables_of_a_pdf_are_off_and_gone() -> None:
    off, gone = put("pdf.xref_off", SAMPLES["png"]).content, put("pdf.xref_gone", SAMPLES["png"]).content
    start = int(re.findall(rb"startxref\s+(\d+)", off)[-1])
    first = int(re.findall(rb"(\d{10}) 00000 n", off[start:])[0])
    assert not off[first:].startswith(b"1 0 obj")
    assert b"startxref" not in gone
    assert b"endobj" in gone[-10:]


def test_a_pdf_without_pages_and_one_whose_tree_is_a_circle_say_so() -> None:
    none, circle = put("pdf.no_pages", SAMPLES["pdf"]).content, put("pdf.page_loop", SAMPLES["pdf"]).content
    assert re.search(rb"/Count 0 */Kids \[\]", none)
    assert re.search(rb"2 0 obj\n<</Kids \[\d+ 0 R \d+ 0 R 2 0 R\]", circle)


def test_white_pages_follow_those_of_the_sample() -> None:
    pdf = pypdfium2.PdfDocument(put("pdf.many_pages", SAMPLES["pdf"], severity=1).content)
    assert len(pdf) == 202
    dark = [bool((pdf[k].render(scale=0.2).to_numpy() < 250).any()) for k in (0, 1, 2, 201)]
    assert dark == [True, True, False, False]
    pdf.close()


def test_the_older_state_of_a_pdf_is_another_invoice() -> None:
    content = put("pdf.updated", SAMPLES["png"]).content
    older = File(content=content[: content.index(b"%%EOF") + 6], media_type="application/pdf", filename="a.pdf")
    assert decode(older).pages[0].pixels.shape != decode(SAMPLES["png"]).pages[0].pixels.shape


def test_a_turned_page_and_a_cropped_one_are_stored_otherwise() -> None:
    turns = {b"%d" % angle for angle in (90, 180, 270)}
    stored = b"".join(put("pdf.turned", SAMPLES["png"], noise).content for noise in range(12))
    assert set(re.findall(rb"/Rotate (\d+)", stored)) == turns
    assert re.search(rb"/CropBox \[-?[1-9]", put("pdf.odd_boxes", SAMPLES["png"]).content)


def test_the_same_pdf_is_written_again_as_it_is() -> None:
    once = read_pdf(SAMPLES["pdf"])
    assert once is not None
    again = read_pdf(File(content=write_pdf(once), media_type="application/pdf", filename="a.pdf"))
    assert again is not None
    assert dict(again.objects) == dict(once.objects)


KEYS, VALUES = ("/A", "/Kids", "/Box", "/C"), ("3 0 R", "[1 2]", "<</A 9>>", "(a>>)", "-1.5")


@given(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES), min_size=1))
def test_a_value_of_a_dictionary_is_found_changed_and_taken_out(values: dict[str, str]) -> None:
    head = b"<<" + " ".join(f"{key} {value}" for key, value in values.items()).encode() + b">>"
    for key, value in values.items():
        name = key.encode()
        assert value_of(head, name) == value.encode()
        assert value_of(with_value(head, name, b"/New"), name) == b"/New"
        left = without(head, name)
        assert {other for other in values if value_of(left, other.encode())} == set(values) - {key}


@given(st.binary(max_size=40))
def test_every_string_of_an_object_is_met(text: bytes) -> None:
    escaped = b"(" + re.sub(rb"[()\\\r\n]", lambda sign: b"\\%03o" % sign[0][0], text) + b")"
    met: list[bytes] = []

    def meet(one: bytes) -> bytes:
        met.append(one)
        return one

    map_strings(b"<</T " + escaped + b" /H <" + text.hex().encode() + b">>>", meet)
    assert met == [text, text]
