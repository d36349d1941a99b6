"""What a person can see of a case: any page as PNG or JPEG at the shape of its paper, a text as its beginning."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from harness.core.case import Case, Plan, Step
from harness.core.loading.shipped import shipped
from harness.core.sample import Samples
from harness.generate.bases import Bases
from harness.generate.draw import make_case
from harness.generate.drawn import Drawn
from harness.generate.fill import Wrapping
from harness.generate.payloads import Page
from harness.generate.samples.read_samples import read_samples
from harness.report.view import Excerpt, NoPicture, Picture
from harness.run.outcome.pictures import LONGEST, TALLEST, WIDTH, excerpt, look_of, picture


@pytest.fixture(scope="module")
def samples() -> Samples:
    pilot = shipped("fixtures") / "pilot"
    return read_samples(str(pilot), str(pilot / "truth.csv"))


def made(samples: Samples, *steps: Step, encode: str = "as_is") -> Case:
    plan = Plan(base=f"sample:{samples.items[0].key}", steps=steps, encode=encode, stream="x")
    bases = Bases(seed=1, samples=samples, wrapping=Wrapping())
    return make_case(Drawn(address="p/s#0", plan=plan, expect="answer"), bases)


@pytest.mark.parametrize("op", ["fax.fine", "fax.standard"])
def test_a_fax_is_shown_in_a_form_that_browsers_know_and_at_the_shape_of_its_paper(samples: Samples, op: str) -> None:
    case = made(samples, Step(op=op, severity=10), encode="tiff-g4")
    look, clean = look_of(case, samples), look_of(made(samples), samples)
    assert case.media_type == "image/tiff"
    assert isinstance(look, Picture)
    assert isinstance(clean, Picture)
    assert look.media_type in ("image/png", "image/jpeg")
    assert Image.open(BytesIO(look.content)).size == (look.width, look.height)
    assert look.width == WIDTH
    assert abs(look.height - clean.height) < 0.06 * clean.height
    assert len(look.content) < 150_000


def test_a_pdf_of_several_pages_shows_its_first_and_counts_them(samples: Samples) -> None:
    page = Page(pixels=np.full((300, 200), 255, np.uint8), dpi=(100.0, 100.0))
    assert picture(page, 3, 5_000).pages == 3


def test_a_page_that_is_one_long_strip_is_not_drawn_out_for_ever() -> None:
    strip = Page(pixels=np.zeros((9_000, 10), np.uint8), dpi=(200.0, 200.0))
    assert picture(strip, 1, 10).height == TALLEST


@pytest.mark.parametrize(
    ("op", "why"), [("file.empty", "the file is empty"), ("file.wrong_type", ""), ("file.truncate", "")]
)
def test_bytes_that_are_no_page_say_why(samples: Samples, op: str, why: str) -> None:
    look = look_of(made(samples, Step(op=op, severity=9)), samples)
    assert isinstance(look, NoPicture | Picture)
    assert isinstance(look, Picture) or (look.why.startswith(why) and look.why)


def test_a_record_or_a_text_is_shown_by_its_beginning(samples: Samples) -> None:
    case = replace(made(samples), content=b"\xff" + b"x" * 5_000)
    look = look_of(case, replace(samples, kind="record"))
    assert isinstance(look, Excerpt)
    assert (look.text[0], len(look.text), look.length) == ("\N{REPLACEMENT CHARACTER}", LONGEST, 5_001)
    assert excerpt(b"") == Excerpt(text="", length=0)


def test_the_same_page_gives_the_same_bytes(samples: Samples) -> None:
    assert look_of(made(samples), samples) == look_of(made(samples), samples)
