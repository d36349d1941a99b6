"""Files in their wrappings: opened by readers of others, they hold what their op says, and the sample as it was."""

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from harness.core.seed import Stream
from harness.generate.files import archives
from harness.generate.files.beside import another_page, lines_of, other_file
from harness.generate.ops import all_ops
from harness.generate.pages.codecs.decode import decode
from harness.generate.payloads import File, Pixels
from harness.generate.text.rows import rows
from tests.generate.read_tnef import read_tnef
from tests.generate.sample_files import BODY, KINDS, SAMPLES, TEXT, page, put, same_pages


def opened(file: File) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(file.content))


def mail_of(file: File) -> EmailMessage:
    message = message_from_bytes(file.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def held(message: EmailMessage) -> Iterator[bytes]:
    """The bytes of every part that is attached, those of mail in mail too."""
    for part in message.walk():
        if part.get_filename():
            yield part.get_payload(decode=True)  # type: ignore[misc]


@pytest.mark.parametrize("name", ["alone", "with_junk", "other_first", "many", "link", "leads_out"])
def test_an_archive_holds_the_sample(name: str) -> None:
    for file in (*SAMPLES.values(), TEXT):
        with opened(put(f"zip.{name}", file)) as archive:
            assert archive.testzip() is None
            assert [one for one in archive.infolist() if archive.read(one) == file.content]


def test_a_link_in_an_archive_points_to_its_neighbour_and_is_marked_as_one() -> None:
    with opened(put("zip.link", SAMPLES["png"])) as archive:
        link, beside = archive.infolist()
        assert link.external_attr >> 28 == 0o12
        assert archive.read(link).decode() == beside.filename


def test_a_name_stands_twice_in_either_order() -> None:
    firsts = set()
    for noise in range(6):
        with opened(put("zip.one_name_twice", SAMPLES["png"], noise)) as archive:
            one, other = archive.infolist()
            assert one.filename == other.filename == "scan.png"
            firsts.add(archive.read(one) == SAMPLES["png"].content)
            assert archive.read(one) != archive.read(other)
    assert firsts == {True, False}


def test_a_locked_archive_opens_with_its_password_alone() -> None:
    with opened(put("zip.locked", SAMPLES["png"])) as archive:
        with pytest.raises(RuntimeError, match="encrypted"):
            archive.read("scan.png")
        assert archive.read("scan.png", pwd=archives.PASSWORD) == SAMPLES["png"].content


def test_names_that_lead_out_lead_out() -> None:
    names = {opened(put("zip.leads_out", SAMPLES["png"], noise)).infolist()[0].filename for noise in range(40)}
    assert len(names) == 5
    assert all(name.startswith(("../", "/tmp/", "..\\", "C:\\")) for name in names)


def test_a_bomb_is_small_says_its_size_and_is_bounded() -> None:
    bomb, nested = put("zip.bomb", TEXT), put("zip.nested_bomb", TEXT)
    assert max(len(bomb.content), len(nested.content)) < 200_000
    with opened(bomb) as archive:
        assert archive.getinfo("rest.bin").file_size == 100 << 20
    with opened(nested) as archive:
        assert sum(one.file_size for one in archive.infolist()) < 200_000


def test_what_is_gzipped_is_the_sample() -> None:
    assert gzip.decompress(put("gzip.alone", SAMPLES["pdf"]).content) == SAMPLES["pdf"].content


MAILS = ("attached", "odd_names", "nested", "logo_first", "inline_twice", "html_only", "signed", "other_charset")
BESIDE = ("several", "older_attached", "quoted_figures")


@KINDS
@pytest.mark.parametrize("name", [*MAILS, *BESIDE])
def test_a_mail_holds_the_sample_and_has_no_defect(name: str, kind: str) -> None:
    for noise in range(3):
        message = mail_of(put(f"mail.{name}", SAMPLES[kind], noise, 10 if name not in ("nested",) else 3))
        assert SAMPLES[kind].content in list(held(message))
        assert [defect for part in message.walk() for defect in part.defects] == []
        assert {"from", "to", "subject", "date", "message-id"} <= {name.lower() for name in message}


@pytest.mark.parametrize("name", [*MAILS, *BESIDE])
def test_a_text_is_what_its_mail_says(name: str) -> None:
    message = mail_of(put(f"mail.{name}", TEXT))
    said = [part.get_payload(decode=True) for part in message.walk() if part.get_content_maintype() == "text"]
    assert any("parcel {has} not arrived" in one.decode() for one in said if isinstance(one, bytes))


def test_names_in_mail_come_in_three_forms_and_content_in_two() -> None:
    forms, packed = set(), set()
    for noise in range(24):
        message = mail_of(put("mail.odd_names", SAMPLES["png"], noise))
        (part,) = (part for part in message.walk() if part.get_filename())
        raw = put("mail.odd_names", SAMPLES["png"], noise).content
        forms |= {form for form in (b"filename*=utf-8", b'filename="=?utf-8?B?', b'filename="Rechnung') if form in raw}
        packed.add(part["content-transfer-encoding"])
        assert part.get_payload(decode=True) == SAMPLES["png"].content
    assert len(forms) == 3
    assert packed == {"base64", "quoted-printable"}


def test_the_older_invoice_comes_in_a_mail_of_its_own_behind_the_sample() -> None:
    first, *rest = held(mail_of(put("mail.older_attached", SAMPLES["png"])))
    assert first == SAMPLES["png"].content
    assert rest
    assert rest[-1] in {other_file(k).content for k in range(6)}


def test_the_sample_is_the_last_of_several_and_the_words_name_it() -> None:
    message = mail_of(put("mail.several", SAMPLES["png"], severity=3))
    others = list(held(message))
    assert others[-1] == SAMPLES["png"].content
    assert len(others) == 4
    body = message.get_body(("plain",))
    assert body is not None
    assert "scan.png" in body.get_content()


def test_nothing_is_attached_where_an_attachment_is_announced() -> None:
    assert list(held(mail_of(put("mail.nothing_attached", SAMPLES["png"])))) == []


def test_winmail_holds_the_sample_under_its_name() -> None:
    (stream,) = held(mail_of(put("mail.winmail", SAMPLES["png"])))
    found = read_tnef(stream)
    assert found[0x0006800F] == SAMPLES["png"].content
    assert found[0x00018010] == b"scan.png\0"


@KINDS
def test_office_files_hold_every_page_as_it_is(kind: str) -> None:
    pages = decode(SAMPLES[kind]).pages
    for name, folder in (("office.docx", "word/media/"), ("office.xlsx", "xl/media/")):
        with opened(put(name, SAMPLES[kind])) as package:
            for part in package.namelist():
                if part.endswith((".xml", ".rels")):
                    ElementTree.fromstring(package.read(part))
            pictures = [package.read(part) for part in package.namelist() if part.startswith(folder)]
        assert all(np.array_equal(read(one), page.pixels) for one, page in zip(pictures, pages, strict=True))


def read(picture: bytes) -> Pixels:
    with Image.open(io.BytesIO(picture)) as image:
        return np.asarray(image.convert("L"))


def test_a_web_page_and_rich_text_hold_the_page() -> None:
    html, rtf = put("office.html", SAMPLES["png"]).content.decode(), put("office.rtf", SAMPLES["png"]).content.decode()
    (picture,) = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    assert base64.b64decode(picture) == SAMPLES["png"].content
    (digits,) = re.findall(r"\\pngblip\n([0-9a-f\n]+)\}", rtf)
    assert bytes.fromhex(digits) == SAMPLES["png"].content


class Words(HTMLParser):
    """The text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def test_office_files_say_what_a_text_says() -> None:
    text = TEXT.content.decode()
    reader = Words()
    reader.feed(put("office.html", TEXT).content.decode())
    assert "".join(reader.said).split() == text.split()
    rtf = put("office.rtf", TEXT).content.decode().partition("Arial;}}\n")[2]
    plain = re.sub(r"\\u(-?\d+)\?", lambda found: chr(int(found[1])), rtf).replace("\\par", "")
    assert plain.replace("\\{", "{").replace("\\}", "}").rstrip("}\n").split() == text.split()
    for name, part in (("office.docx", "word/document.xml"), ("office.xlsx", "xl/worksheets/sheet1.xml")):
        with opened(put(name, TEXT)) as package:
            assert "\n".join(ElementTree.fromstring(package.read(part)).itertext()).split() == text.split()


def test_what_was_deleted_or_is_hidden_is_another_invoice_and_marked_so() -> None:
    old = lines_of(another_page(Stream(0, "files", "office.deleted_text")))
    with opened(put("office.deleted_text", TEXT)) as package:
        root = ElementTree.fromstring(package.read("word/document.xml"))
    assert [one.text for one in root.iter() if one.tag.endswith("}delText")] == old
    with opened(put("office.hidden_sheet", TEXT)) as package:
        book = package.read("xl/workbook.xml").decode()
        hidden = ElementTree.fromstring(package.read("xl/worksheets/sheet1.xml"))
    assert re.search(r'sheetId="1" state="hidden"', book)
    assert "INVOICE" in " ".join(hidden.itertext())


def test_names_are_as_long_and_as_odd_as_their_rows_say() -> None:
    odd = {put("file.odd_name", SAMPLES["png"], noise).filename for noise in range(200)}
    hostile = {put("file.hostile_name", SAMPLES["png"], noise).filename for noise in range(200)}
    assert len(odd) == len(rows("file_names", "odd"))
    assert len(hostile) == len(rows("file_names", "hostile"))
    assert max(len(name.encode()) for name in odd) == 255
    assert max(len(name.encode()) for name in hostile) > 900
    assert {"CON.png", "..", "", "scan.png\x00.txt"} <= hostile


@KINDS
def test_a_label_is_another_kind_s_and_the_bytes_stay(kind: str) -> None:
    for noise in range(8):
        for name in ("file.other_label", "file.no_label", "file.second_suffix"):
            assert put(name, SAMPLES[kind], noise).content == SAMPLES[kind].content
        assert put("file.other_label", SAMPLES[kind], noise).media_type != SAMPLES[kind].media_type
        assert put("file.no_label", SAMPLES[kind], noise).filename == "scan"
        assert put("file.second_suffix", SAMPLES[kind], noise).filename.startswith(SAMPLES[kind].filename)


@pytest.mark.parametrize("name", ["file.also_zip", "file.filled_up", "file.late_start"])
def test_what_is_put_around_a_file_hides_nothing_from_a_viewer(name: str) -> None:
    assert same_pages(put(name, SAMPLES["pdf"]), SAMPLES["pdf"])
    if name == "file.also_zip":
        with opened(put(name, SAMPLES["png"])) as archive:
            assert archive.testzip() is None
            assert same_pages(put(name, SAMPLES["png"]), SAMPLES["png"])


def test_a_gif_holds_the_page_and_a_script_that_is_a_comment() -> None:
    with Image.open(io.BytesIO(put("file.gif_note", SAMPLES["tiff"]).content)) as image:
        assert image.info["comment"] == b"<script>/* nothing is done here */</script>"
        assert np.array_equal(np.asarray(image.convert("L")), page().pixels)


def test_a_blank_file_holds_nothing_but_white_space() -> None:
    for noise in range(5):
        assert put("file.blank", SAMPLES["png"], noise).content.decode("utf-8-sig").replace("\ufeff", "").strip() == ""


LABELS = ("file.odd_name", "file.hostile_name", "file.other_label", "file.no_label", "file.second_suffix")
PACKING = [name for name in all_ops() if name.split(".")[0] in ("mail", "zip", "gzip", "office")]


@pytest.mark.parametrize("name", [*PACKING, *LABELS])
def test_a_request_s_own_body_travels_in_nothing(name: str) -> None:
    assert put(name, BODY) == BODY


def test_packing_leaves_nothing_of_the_day() -> None:
    told = opened(put("zip.alone", TEXT)).infolist()[0]
    assert (told.date_time[:3], told.create_system, told.CRC) == ((1980, 1, 1), 3, zlib.crc32(TEXT.content))
    assert put("gzip.alone", TEXT).content[4:8] == bytes(4)
