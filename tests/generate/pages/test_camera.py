"""Pages that were photographed, bent or folded: where their words go, and which of them can no longer be read."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Plan, Step
from harness.core.errors import PackError
from harness.core.sample import Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.ops import get_op
from harness.generate.pages.raster.legible import cover
from harness.generate.pages.raster.warp import warp
from harness.generate.payloads import Document, Page, Pixels, Word
from harness.generate.recipes.packs import read_pack
from harness.generate.render import render
from harness.generate.steps import lost_fields
from harness.run.setup.probeable import probeable
from tests.generate.pages.test_page_geometry import marker_page, middle

NO_SAMPLES = Bases(seed=1, samples=Samples(kind="page", items=(), columns=("total",)))


def made(op: str, severity: int, index: int) -> dict[str, str]:
    """What the op does to the fields of a made invoice."""
    plan = Plan(base=f"made:invoices#{index}", steps=(Step(op=op, severity=severity),), stream=f"x/{op}#{index}")
    return dict(render(plan, NO_SAMPLES).effects)


def ink_middle(pixels: Pixels, word: Word) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Middle of the ink near a word, against the paper of each row: the shade of a crease is no ink."""
    x0, y0 = int(min(word.quad[::2])) - 6, int(min(word.quad[1::2])) - 6
    part = pixels[y0 : y0 + 40, x0 : x0 + 40].astype(np.float64)
    ink = 1 - part / part.max(axis=1, keepdims=True)
    rows, columns = np.indices(ink.shape)
    return np.array([x0 + 0.5 + (ink * columns).sum() / ink.sum(), y0 + 0.5 + (ink * rows).sum() / ink.sum()])


@pytest.mark.parametrize("name", ["photo.perspective", "photo.curl", "paper.crease"])
@pytest.mark.parametrize("severity", [1, 5, 10])
def test_words_move_with_their_ink_under_a_camera(name: str, severity: int) -> None:
    for noise in range(2):
        after = get_op(name).run(marker_page(), severity, Stream(1, "markers", noise))
        off = [np.abs(ink_middle(after.pixels, word) - middle(word)).max() for word in after.words]
        assert max(off) <= 1.0


@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 99))
def test_a_page_that_nothing_moves_keeps_every_pixel(width: int, height: int, seed: int) -> None:
    pixels = Stream(seed).array_bytes(width * height).reshape(height, width)
    page = Page(pixels=pixels, dpi=(200.0, 200.0))
    assert np.array_equal(warp(page, lambda x, y: (x, y)).pixels, pixels)


@given(st.integers(-9, 9), st.integers(-9, 9))
def test_a_page_that_is_moved_by_whole_pixels_is_moved_exactly(across: int, down: int) -> None:
    pixels = Stream(5).array_bytes(60 * 50).reshape(60, 50)
    page = Page(pixels=pixels, dpi=(200.0, 200.0), words=(Word(text="a", field="", quad=(9, 9, 20, 9, 20, 20, 9, 20)),))
    moved = warp(page, lambda x, y: (x - across, y - down), around=7)
    expected = np.full((60, 50), 7, dtype=np.uint8)
    expected[max(0, down) : 60 + min(0, down), max(0, across) : 50 + min(0, across)] = pixels[
        max(0, -down) : 60 + min(0, -down), max(0, -across) : 50 + min(0, -across)
    ]
    assert np.array_equal(moved.pixels, expected)
    assert moved.words[0].quad[:2] == pytest.approx((9 + across, 9 + down), abs=1e-6)


def test_the_whole_page_stays_in_the_frame_of_a_photo() -> None:
    page = Page(pixels=np.full((2339, 1654), 255, dtype=np.uint8), dpi=(200.0, 200.0))
    for noise in range(12):
        frame = get_op("photo.perspective").run(page, 10, Stream(1, noise)).pixels
        edges = np.concatenate([frame[0], frame[-1], frame[:, 0], frame[:, -1]])
        assert edges.max() <= 130
        assert (frame == 255).mean() > 0.5


def test_a_covered_word_loses_its_field_and_a_free_one_keeps_it() -> None:
    pixels = np.full((100, 200), 255, dtype=np.uint8)
    pixels[20:40, 20:80] = pixels[20:40, 120:180] = 0
    words = tuple(
        Word(text=name, field=name, quad=(x, 20, x + 60, 20, x + 60, 40, x, 40)) for name, x in (("a", 20), ("b", 120))
    )
    page = Page(pixels=pixels, dpi=(200.0, 200.0), words=words)
    hidden = np.ones((50, 22), dtype=bool)
    after = cover(page, pixels, hidden, left=0, top=0)
    assert [word.legible for word in after.words] == [False, True]
    assert lost_fields(Document(pages=(after,))) == {"a"}
    assert lost_fields(Document(pages=(page,))) == set()


def test_a_word_that_left_the_page_is_lost_with_its_field() -> None:
    word = Word(text="a", field="a", quad=(150, 20, 190, 20, 190, 40, 150, 40))
    page = Page(pixels=np.full((100, 200), 255, dtype=np.uint8), dpi=(200.0, 200.0), words=(word,))
    assert lost_fields(Document(pages=(warp(page, lambda x, y: (x - 30, y)),))) == {"a"}
    assert lost_fields(Document(pages=(warp(page, lambda x, y: (x - 5, y)),))) == set()


def test_a_folded_corner_destroys_what_lies_under_it_and_nothing_else() -> None:
    effects = [made("paper.fold", 10, index) for index in range(12)]
    assert {"vendor", "vendor_id"} in [set(one) for one in effects]
    assert all(set(one.values()) <= {"destroyed"} and ("vendor" in one) is ("vendor_id" in one) for one in effects)
    assert max(len(one) for one in effects) < 7
    assert all(made("paper.fold", 1, index) == {} for index in range(4))


@pytest.mark.parametrize("name", ["paper.crease", "photo.curl", "photo.perspective", "photo.shadow"])
def test_what_only_bends_or_darkens_the_page_keeps_every_field(name: str) -> None:
    assert all(made(name, 10, index) == {} for index in range(3))


@pytest.fixture
def own_pack(tmp_path: Path) -> Callable[[str], str]:
    def write(base: str) -> str:
        text = (
            f'pack = "own"\nversion = "1"\n[[scenario]]\nid = "ear"\nbase = "{base}"\nops = [{{ op = "paper.fold" }}]\n'
        )
        (tmp_path / "pack.toml").write_text(text, encoding="utf-8")
        return str(tmp_path)

    return write


def test_an_op_that_needs_words_is_refused_by_name_where_the_samples_may_have_none(
    own_pack: Callable[[str], str],
) -> None:
    with pytest.raises(PackError, match=r'op "paper\.fold" of scenario "ear" needs word positions'):
        read_pack(own_pack("pages"))
    assert read_pack(own_pack("invoices")).scenarios[0].ops[0].op.name == "paper.fold"


def test_what_needs_words_is_not_probed_on_samples_that_have_none() -> None:
    pack = read_pack("photographed_documents")
    used = {one.op.name for scenario in pack.scenarios for one in scenario.ops}
    probed = {one.op.name for one in probeable(pack.scenarios)}
    assert used - probed == {"paper.fold", "paper.stamp_field"}
    assert len(probed) == 20
