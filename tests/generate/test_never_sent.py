"""Ops that make what nobody has sent before: another opening, another last place, a comment in the file."""

import io

import pytest
from PIL import Image

from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.draw import find_case, make_case
from harness.generate.draw_robustness import draw_for_robustness
from harness.generate.files.comments import comment, name_accent
from harness.generate.payloads import File, Record
from harness.generate.records.changes.nudge import nudge
from harness.generate.text.message.opening import opening
from tests.endpoints.remembering import without_accents

TEXTS = Samples(
    kind="text",
    items=tuple(
        Sample(key=key, kind="text", content=text.encode(), media_type="text/plain", filename=key)
        for key, text in (("a.txt", "The parcel is late."), ("b.txt", "The invoice is wrong."))
    ),
    columns=(),
)


def content(address: str, seed: int = 1) -> bytes:
    return make_case(find_case(address, TEXTS, seed), Bases(seed=seed, samples=TEXTS)).content


def test_texts_of_one_part_begin_alike_and_those_of_another_otherwise() -> None:
    one, other = content("state/opening_1#a.txt"), content("state/opening_1#b.txt")
    assert one[:300] == other[:300]
    assert one != other
    assert content("state/opening_2#a.txt")[:24] != one[:24]
    assert content("state/opening_1#a.txt", seed=2)[:24] != one[:24]


def test_openings_differ_in_their_number_alone() -> None:
    first, second = (opening("", 5, Stream(1, name)) for name in ("one", "other"))
    assert first != second
    assert first.partition("\n")[2] == second.partition("\n")[2]


def test_texts_of_one_part_differ_by_an_accent_alone_before_the_text_begins() -> None:
    plain, accented = (content(f"state/{part}_1#a.txt").decode() for part in ("plain", "accented"))
    assert plain != accented
    assert without_accents(accented) == plain
    assert plain[:24] != content("state/plain_2#a.txt").decode()[:24]


def test_the_second_identity_sends_the_bytes_of_the_first() -> None:
    assert content("state/variant_3_other#a.txt") == content("state/variant_3#a.txt")
    assert content("state/variant_4#a.txt") != content("state/variant_3#a.txt")


def test_a_sample_that_is_asked_again_later_is_sent_as_it_is() -> None:
    (sample, _) = TEXTS.items
    assert draw_for_robustness("state", "later", sample).plan.steps == ()


@pytest.mark.parametrize(("form", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("TIFF", "image/tiff")])
def test_a_file_with_a_comment_has_the_same_pixels(form: str, media_type: str) -> None:
    picture = Image.effect_noise((60, 40), 80)
    out = io.BytesIO()
    picture.save(out, form)
    file = File(content=out.getvalue(), media_type=media_type, filename="a")
    after = comment(file, 10, Stream(1, "comment"))
    assert after.content != file.content
    before, again = (Image.open(io.BytesIO(one.content)).tobytes() for one in (file, after))
    assert before == again


@pytest.mark.parametrize(
    ("before", "after"),
    [("scan-1.png", "scań-1.png"), ("a.b.pdf", "a.ḃ.pdf"), ("007.tif", "007.tif"), ("scan", "scań")],
)
def test_the_suffix_of_a_file_name_gets_no_accent(before: str, after: str) -> None:
    file = File(content=b"", media_type="image/png", filename=before)
    assert name_accent(file, 10, Stream(1, "accent")).filename == after


def test_a_pdf_with_a_comment_can_still_be_read() -> None:
    import pypdfium2

    out = io.BytesIO()
    Image.new("L", (60, 40), 200).save(out, "PDF")
    after = comment(File(content=out.getvalue(), media_type="application/pdf", filename="a"), 10, Stream(1, "comment"))
    assert len(pypdfium2.PdfDocument(after.content)) == 1


def test_the_float_of_a_record_is_raised_in_its_last_place_and_nothing_else() -> None:
    record = Record(pairs=(("id", 123456), ("amount", 1250.55), ("rate", 0.5), ("vip", True)))
    after = dict(nudge(record, 10, Stream(1, "nudge")).pairs)
    assert 1250.56 <= after["amount"] <= 1251.54
    assert round(after["amount"], 2) == after["amount"]
    assert {**after, "amount": 1250.55} == dict(record.pairs)


def test_a_record_without_numbers_stays_as_it_is() -> None:
    record = Record(pairs=(("id", "7"), ("vip", True), ("score", float("nan"))))
    assert nudge(record, 10, Stream(1, "nudge")) is record
