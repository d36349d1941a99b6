"""Decoded samples: each is decoded once, and what is kept of them stays within its bound."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Plan, Step
from harness.core.errors import SampleError
from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.page_cache import PageCache
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.codecs.encode import encode
from harness.generate.payloads import Document, File, Page
from harness.generate.render import render

HEIGHT, WIDTH = 96, 128
RAW = HEIGHT * WIDTH


def page(number: int, noisy: bool = False) -> Page:
    """Paper with a few lines of ink, or with noise on every pixel."""
    pixels = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
    pixels[number % HEIGHT :: 8, ::5] = number % 200
    noise = Stream(1, "kept", number).array_bytes(RAW).reshape(HEIGHT, WIDTH)
    return Page(pixels=noise if noisy else pixels, dpi=(204.0, 98.0))


def file(number: int, noisy: bool = False, pages: int = 1) -> File:
    return encode(
        Document(pages=tuple(page(number + k, noisy) for k in range(pages))), "tiff-grey", f"{number}-{noisy}"
    )


class Counted:
    """The real decoder, and the names of the files that it was given."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, file: File) -> Document:
        self.names.append(file.filename)
        return decode(file)


@pytest.mark.parametrize("noisy", [False, True])
def test_a_document_is_decoded_once_and_comes_back_as_it_was(noisy: bool) -> None:
    counted, asked = Counted(), file(3, noisy, pages=2)
    kept, whole = PageCache(decode=counted), decode(asked)
    for _ in range(3):
        again = kept.document(asked)
        assert [one.dpi for one in again.pages] == [one.dpi for one in whole.pages]
        assert all(
            np.array_equal(one.pixels, other.pixels) for one, other in zip(again.pages, whole.pages, strict=True)
        )
    assert counted.names == [asked.filename]


def test_cases_that_start_from_one_sample_share_its_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    counted, names = Counted(), ("a", "b")
    monkeypatch.setattr("harness.generate.bases._DOCUMENTS", PageCache(decode=counted))
    items = tuple(replace(sample_of(file(number)), key=name) for number, name in enumerate(names))
    bases = Bases(seed=1, samples=Samples(kind="page", items=items, columns=()))
    for number in range(12):
        plan = Plan(
            base=f"sample:{names[number % 2]}", steps=(Step(op="page.speckle", severity=3),), stream=str(number)
        )
        render(plan, bases)
    assert counted.names == ["a", "b"]


def sample_of(file: File) -> Sample:
    return Sample(
        key=file.filename, kind="page", content=file.content, media_type=file.media_type, filename=file.filename
    )


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=40), st.integers(0, 4 * RAW))
def test_what_is_kept_never_passes_its_bound_and_no_page_is_another_s(asked: list[tuple[int, bool]], most: int) -> None:
    kept = PageCache(decode=decode, most=most)
    for number, noisy in asked:
        (shown,) = kept.document(file(number, noisy)).pages
        assert np.array_equal(shown.pixels, page(number, noisy).pixels)
        assert kept.size <= most


def test_what_was_asked_for_last_stays() -> None:
    counted = Counted()
    kept = PageCache(decode=counted, most=2 * RAW)
    for number in (1, 2, 1, 3, 1, 2):
        kept.document(file(number, noisy=True))
    assert counted.names == ["1-True.tif", "2-True.tif", "3-True.tif", "2-True.tif"]


def test_clean_pages_take_a_small_part_of_their_pixels() -> None:
    kept = PageCache(decode=decode)
    for number in range(20):
        kept.document(file(number))
    assert 0 < kept.size < 20 * RAW // 5


def test_a_file_that_cannot_be_decoded_is_told_every_time() -> None:
    kept = PageCache(decode=decode)
    for _ in range(2):
        with pytest.raises(SampleError, match=r"a\.png: the image cannot be read"):
            kept.document(File(content=b"no image", media_type="image/png", filename="a.png"))
    assert kept.size == 0
