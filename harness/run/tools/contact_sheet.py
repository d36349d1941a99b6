"""A contact sheet of a pack: several cases of each scenario side by side, with the steps that made them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from harness.core.case import Case
from harness.core.errors import PackError, RunError, SampleError
from harness.core.loading.shipped import shipped
from harness.core.sample import Printed, Samples
from harness.core.settings import Pilot
from harness.generate.bases import Bases
from harness.generate.draw import draw_case, make_case
from harness.generate.fill import Wrapping
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.typesetting.fonts import check_fonts, read_fonts
from harness.generate.pages.typesetting.type import load_font
from harness.generate.payloads import File, Page, Pixels
from harness.generate.recipes.packs import Pack, Scenario, read_pack
from harness.generate.samples.read_samples import read_samples
from harness.generate.usable import usable
from harness.generate.value_changes import changes_of
from harness.run.setup.inputs import locate_values
from harness.store.jsonl import write_bytes

TILE, DETAIL, CAPTION, GAP = (420, 594), 96, 92, 12
"""Width and height of a case's pages, height of the detail, height of the caption, and gap between tiles, in pixels."""

MAX_PAGES, BETWEEN = 4, 6
"""Maximum pages shown of a case, in two columns, and the pixels between them."""

SMALL, GREY, PAPER = 15, 90, 214
EDGE, CELL = 64, 12
"""Grey difference of two pixels at the edge of a stroke; step in pixels of the search for the densest area."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One case on the sheet: its pages scaled down, an area pixel by pixel, and its caption.

    The area is that of a changed value, else the one with the most strokes.
    """

    picture: Image.Image
    detail: Image.Image
    lines: tuple[str, ...]


def make_sheet(
    name: str, columns: int, seed: int, out: Path, samples: str, truth: str, font_dir: str = ""
) -> Iterator[str]:
    """Write the PNG `out` with `columns` cases of each scenario of the pack `name` in a row; yields messages.

    Raises PackError if no scenario with pages fits these samples, RunError if `out` cannot be written.
    """
    pack = read_pack(name)
    pilot = shipped("fixtures") / "pilot"
    found = read_samples(samples or str(pilot), truth or str(pilot / "truth.csv"))
    found = locate_values(found, Pilot(), [pack]).samples
    fonts = read_fonts(font_dir)
    yield from check_fonts(fonts)
    bases = Bases(seed=seed, samples=found, wrapping=Wrapping(request=found.wrapper), fonts=fonts)
    rows: list[list[Tile]] = []
    for scenario in pack.scenarios:
        why = _left_out(scenario, found, found.columns if samples or truth else ())
        if why:
            yield f"left out {pack.name}/{scenario.id}: {why}"
        else:
            rows.append(_row(pack, scenario, columns, bases))
    if not rows:
        raise PackError(f'pack "{pack.name}" has no scenario with pages for these samples')
    _write(out, draw_rows(rows))
    yield f"{sum(map(len, rows))} cases of {len(rows)} scenarios in {out}"


def _left_out(scenario: Scenario, samples: Samples, fields: tuple[str, ...]) -> str:
    """Why the sheet cannot show a scenario, or "" if it can. fields: the fields that made items need."""
    if scenario.base in ("texts", "records", "files"):
        return f"its base is {scenario.base}, which has no pages"
    return usable(scenario, samples, fields)


def _row(pack: Pack, scenario: Scenario, columns: int, bases: Bases) -> list[Tile]:
    drawn = (draw_case(pack, scenario, index, bases.samples, bases.seed) for index in range(columns))
    return [_tile(make_case(one, bases), bases) for one in drawn]


def _tile(case: Case, bases: Bases) -> Tile:
    pages, why = _pages_of(case)
    steps = ", ".join(f"{step.op} {step.severity}" for step in case.plan.steps if step.severity) or "unchanged"
    lost = [name for name, effect in case.effects.items() if effect == "destroyed"]
    what = "every field" if len(lost) == len(case.truth) else ", ".join(lost)
    more = f" ({len(pages)} pages)" if len(pages) > 1 else ""
    lines = (case.address.partition("/")[2] + more, steps, f"destroyed: {what}" if lost else "", why)
    changes = changes_of(case, bases)
    detail = _place_of(pages, changes[0].place) if pages and changes else _detail(pages)
    return Tile(picture=_picture(pages), detail=detail, lines=lines)


def _pages_of(case: Case) -> tuple[Sequence[Page], str]:
    """The pages of a case; none, with the reason, if they cannot or should not be opened."""
    try:
        return decode(File(content=case.content, media_type=case.media_type, filename=case.filename)).pages, ""
    except SampleError as reason:
        return (), str(reason).partition("\n")[0].removeprefix(f"{case.filename}: ")


def _picture(pages: Sequence[Page]) -> Image.Image:
    """The first pages in the proportions of their paper: a fax of 98 lines per inch is half as high in pixels."""
    if not pages:
        return Image.new("L", TILE, PAPER)
    if len(pages) == 1:
        return _small(pages[0], TILE)
    place = ((TILE[0] - BETWEEN) // 2, (TILE[1] - BETWEEN) // 2)
    picture = Image.new("L", TILE, PAPER)
    for number, page in enumerate(pages[:MAX_PAGES]):
        picture.paste(_small(page, place), (number % 2 * (place[0] + BETWEEN), number // 2 * (place[1] + BETWEEN)))
    return picture


def _small(page: Page, place: tuple[int, int]) -> Image.Image:
    """The page scaled so that its paper fits the area."""
    paper = [pixels / dpi for pixels, dpi in zip(page.pixels.shape[::-1], page.dpi, strict=True)]
    scale = min(place[0] / paper[0], place[1] / paper[1])
    size = (max(1, round(paper[0] * scale)), max(1, round(paper[1] * scale)))
    return Image.fromarray(np.ascontiguousarray(page.pixels)).resize(size, reducing_gap=2)


def _detail(pages: Sequence[Page]) -> Image.Image:
    """The area with the most strokes on any page, pixel by pixel: scaling down would hide noise and blur."""
    if not pages:
        return Image.new("L", (TILE[0], DETAIL), PAPER)
    found = [_fullest(page.pixels) for page in pages]
    (_, left, top), page = max(zip(found, pages, strict=True), key=lambda one: one[0][0])
    detail = Image.new("L", (TILE[0], DETAIL), PAPER)
    detail.paste(Image.fromarray(np.ascontiguousarray(page.pixels[top : top + DETAIL, left : left + TILE[0]])), (0, 0))
    return detail


def _place_of(pages: Sequence[Page], place: Printed) -> Image.Image:
    """The area around a value that was changed, pixel by pixel."""
    pixels = pages[place.page].pixels
    left, top, right, bottom = place.box
    x, y = (round((a + b) / 2 * n) for a, b, n in ((left, right, pixels.shape[1]), (top, bottom, pixels.shape[0])))
    return Image.fromarray(np.ascontiguousarray(pixels)).crop(
        (x - TILE[0] // 2, y - DETAIL // 2, x + TILE[0] // 2, y + DETAIL // 2)
    )


def _fullest(pixels: Pixels) -> tuple[int, int, int]:
    """The number of stroke ends in the part of the page that has most of them, and its left and top."""
    strokes = np.abs(np.diff(pixels.astype(np.int16), axis=1, prepend=pixels[:, :1])) > EDGE
    rows, columns = (np.arange(0, n, CELL) for n in pixels.shape)
    cells = np.add.reduceat(np.add.reduceat(strokes, rows, axis=0, dtype=np.int64), columns, axis=1)
    sums = np.pad(cells, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    down, across = (min(n // CELL, have) for n, have in zip((DETAIL, TILE[0]), cells.shape, strict=True))
    windows = sums[down:, across:] - sums[:-down, across:] - sums[down:, :-across] + sums[:-down, :-across]
    top, left = divmod(int(windows.argmax()), windows.shape[1])
    return int(windows[top, left]), left * CELL, top * CELL


def draw_rows(rows: Sequence[Sequence[Tile]]) -> Image.Image:
    """The sheet: a row of tiles for each row."""
    width, height = TILE[0] + GAP, TILE[1] + BETWEEN + DETAIL + CAPTION + GAP
    sheet = Image.new("L", (GAP + width * max(map(len, rows)), GAP + height * len(rows)), PAPER)
    for down, row in enumerate(rows):
        for across, tile in enumerate(row):
            _place(sheet, tile, GAP + across * width, GAP + down * height)
    return sheet


def _place(sheet: Image.Image, tile: Tile, left: int, top: int) -> None:
    sheet.paste(tile.picture, (left + (TILE[0] - tile.picture.width) // 2, top))
    sheet.paste(tile.detail, (left, top + TILE[1] + BETWEEN))
    below = top + TILE[1] + BETWEEN + DETAIL + BETWEEN
    pen, font = ImageDraw.Draw(sheet), load_font("NotoSans-Regular", SMALL)
    for number, line in enumerate(_wrapped(tile.lines)):
        pen.text((left, below + number * (SMALL + 2)), line, fill=0 if not number else GREY, font=font)


def _wrapped(lines: Sequence[str]) -> Iterator[str]:
    """The lines wrapped to the width of the sheet, after a comma if they are too long."""
    font = load_font("NotoSans-Regular", SMALL)
    for line in lines:
        rest = line
        while font.getlength(rest) > TILE[0] and ", " in rest:
            fits = next((c for c in _breaks(rest) if font.getlength(rest[:c]) <= TILE[0]), 0)
            if not fits:
                break
            yield rest[:fits]
            rest = rest[fits + 1 :]
        if rest:
            yield rest


def _breaks(line: str) -> list[int]:
    """The positions where a line can be wrapped, the last one first."""
    return [at + 1 for at in range(len(line) - 1, 0, -1) if line[at] == ","]


def _write(out: Path, sheet: Image.Image) -> None:
    if out.is_dir():
        raise RunError(f"{out}: is a folder\n  give a file: --out sheet.png")
    content = BytesIO()
    sheet.save(content, "PNG")
    write_bytes(out, content.getvalue())
