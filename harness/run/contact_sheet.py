"""A contact sheet of a pack: several cases of each scenario side by side, with the steps that made them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from harness.core.case import Case
from harness.core.errors import PackError, RunError
from harness.core.sample import Samples
from harness.core.shipped import shipped
from harness.generate.bases import Bases, Wrapping, usable
from harness.generate.draw import draw_case, make_case
from harness.generate.packs import Pack, Scenario, read_pack
from harness.generate.pages.decode import decode
from harness.generate.pages.type import load_font
from harness.generate.payloads import File, Pixels
from harness.generate.samples import read_samples
from harness.store.jsonl import write_bytes

TILE, CAPTION, GAP = (420, 594), 74, 12
"""Width and height of a page on the sheet, height of what stands below it, and the space between: pixels."""

SMALL, GREY, PAPER = 15, 90, 214


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One case on the sheet: its first page, and the lines below it."""

    pixels: Pixels
    lines: tuple[str, ...]


def make_sheet(name: str, columns: int, seed: int, out: Path, samples: str, truth: str) -> Iterator[str]:
    """Write the PNG `out` with `columns` cases of each scenario of the pack `name` in a row; yields what was done.

    Raises PackError for a pack without pages that these samples fit, RunError where `out` cannot be written.
    """
    pack = read_pack(name)
    pilot = shipped("fixtures") / "pilot"
    found = read_samples(samples or str(pilot), truth or str(pilot / "truth.csv"))
    rows: list[list[Tile]] = []
    for scenario in pack.scenarios:
        why = _left_out(scenario, found, found.columns if samples or truth else ())
        if why:
            yield f"left out {pack.name}/{scenario.id}: {why}"
        else:
            rows.append(_row(pack, scenario, columns, Bases(seed=seed, samples=found, wrapping=Wrapping())))
    if not rows:
        raise PackError(f'pack "{pack.name}" has no scenario with pages for these samples')
    _write(out, draw_rows(rows))
    yield f"{sum(map(len, rows))} cases of {len(rows)} scenarios on {out}"


def _left_out(scenario: Scenario, samples: Samples, fields: tuple[str, ...]) -> str:
    """Why the sheet cannot show a scenario, "" where it can. fields: those that made items have to have."""
    if scenario.base in ("texts", "records", "files"):
        return f"its base is {scenario.base}, which have no picture"
    return usable(scenario, samples, fields)


def _row(pack: Pack, scenario: Scenario, columns: int, bases: Bases) -> list[Tile]:
    drawn = (draw_case(pack, scenario, index, bases.samples, bases.seed) for index in range(columns))
    return [_tile(make_case(one, bases)) for one in drawn]


def _tile(case: Case) -> Tile:
    document = decode(File(content=case.content, media_type=case.media_type, filename=case.filename))
    steps = ", ".join(f"{step.op} {step.severity}" for step in case.plan.steps if step.severity) or "as it is"
    lost = [name for name, effect in case.effects.items() if effect == "destroyed"]
    more = f" ({len(document.pages)} pages)" if len(document.pages) > 1 else ""
    lines = (case.address.partition("/")[2] + more, steps, f"destroyed: {', '.join(lost)}" if lost else "")
    return Tile(pixels=document.pages[0].pixels, lines=lines)


def draw_rows(rows: Sequence[Sequence[Tile]]) -> Image.Image:
    """The sheet: a row of tiles for each row, each page as large as fits its place."""
    width, height = TILE[0] + GAP, TILE[1] + CAPTION + GAP
    sheet = Image.new("L", (GAP + width * max(map(len, rows)), GAP + height * len(rows)), PAPER)
    for down, row in enumerate(rows):
        for across, tile in enumerate(row):
            _place(sheet, tile, GAP + across * width, GAP + down * height)
    return sheet


def _place(sheet: Image.Image, tile: Tile, left: int, top: int) -> None:
    page = Image.fromarray(np.ascontiguousarray(tile.pixels))
    page.thumbnail(TILE)
    sheet.paste(page, (left + (TILE[0] - page.width) // 2, top))
    pen, font = ImageDraw.Draw(sheet), load_font("NotoSans-Regular", SMALL)
    for number, line in enumerate(_wrapped(tile.lines)):
        pen.text((left, top + TILE[1] + 6 + number * (SMALL + 2)), line, fill=0 if not number else GREY, font=font)


def _wrapped(lines: Sequence[str]) -> Iterator[str]:
    """The lines as the sheet is wide: broken after a comma where they are longer."""
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
    """Where a line can be broken, the last place first."""
    return [at + 1 for at in range(len(line) - 1, 0, -1) if line[at] == ","]


def _write(out: Path, sheet: Image.Image) -> None:
    if out.is_dir():
        raise RunError(f"{out}: is a folder\n  name a file: --out sheet.png")
    content = BytesIO()
    sheet.save(content, "PNG")
    write_bytes(out, content.getvalue())
