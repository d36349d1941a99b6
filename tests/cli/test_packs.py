"""`harness packs`: what comes with the harness, and drawing it into a folder."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image

from harness.generate.ops import all_ops
from harness.generate.recipes.pack_folders import shipped_packs
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import write_pilot


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(tmp_path / "samples")


def drawn(out: str, *more: str, what: str = "malformed_records", count: int = 12) -> CommandResult:
    where = ("--samples", "samples", "--truth", "total,carrier")
    return harness("packs", "draw", what, "-n", str(count), "--out", out, *where, *more)


def files_of(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def test_every_shipped_pack_is_listed_and_sound() -> None:
    listed = json.loads(harness("packs", "list", "--json").out)
    assert [pack["pack"] for pack in listed] == list(shipped_packs())
    plain = harness("packs", "list").out
    for pack in listed:
        assert f"{pack['pack']} {pack['version']}: {pack['summary']}" in plain
        assert all(f"  {scenario} " in plain for scenario in pack["scenarios"])
    assert harness("packs", "lint").code == 0


def test_every_op_is_listed_with_what_it_does() -> None:
    listed = json.loads(harness("packs", "ops", "--json").out)
    assert [op["name"] for op in listed] == list(all_ops())
    assert all(op["layer"] and op["kind"] and op["effect"] and op["summary"] for op in listed)
    assert len(harness("packs", "ops").out.splitlines()) == len(listed)


def test_lint_tells_all_that_is_wrong_at_once() -> None:
    for name in ("a", "b"):
        Path(name).mkdir()
        Path(name, "pack.toml").write_text("pak = 1\n", encoding="utf-8")
    said = harness("packs", "lint", "a", "pilot", "b")
    assert said.code == 4
    assert "a/pack.toml:1" in said.err
    assert "b/pack.toml:1" in said.err


def test_drawing_writes_one_file_a_case_and_describes_them() -> None:
    said = drawn("out")
    lines = [json.loads(line) for line in Path("out/cases.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (said.code, said.out, len(lines)) == (0, "", 12)
    assert re.search(r"described in out/cases\.jsonl; 12 cases, \d+\.\d cases/s$", said.err.strip())
    assert sorted(files_of("out")) == sorted(["cases.jsonl", *(line["file"] for line in lines)])
    for line in lines:
        assert sha256(files_of("out")[line["file"]]).hexdigest() == line["sha256"]


def test_the_same_seed_draws_the_same_files_and_another_seed_others() -> None:
    for out, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        assert drawn(out, "--seed", seed).code == 0
    assert files_of("a") == files_of("b")
    assert files_of("a") != files_of("c")


def test_the_first_cases_are_the_same_however_many_are_drawn() -> None:
    drawn("few", count=5)
    drawn("many", count=12)
    few, many = files_of("few"), files_of("many")
    assert all(many[name] == content for name, content in few.items() if name != "cases.jsonl")


def test_one_scenario_can_be_drawn_by_its_name() -> None:
    drawn("out", what="malformed_records/truncated", count=3)
    lines = [json.loads(line) for line in Path("out/cases.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["address"] for line in lines] == [f"malformed_records/truncated#{k}" for k in range(3)]


def test_a_pack_in_a_folder_can_be_drawn_whole_and_by_scenario() -> None:
    Path("sub/own").mkdir(parents=True)
    Path("sub/own/pack.toml").write_text(
        'pack = "ours"\nversion = "1.0.0"\n[[scenario]]\nid = "as_is"\nbase = "samples"\n', encoding="utf-8"
    )
    assert drawn("a", what="sub/own", count=2).code == 0
    assert drawn("b", what="sub/own/as_is", count=2).code == 0
    assert files_of("a") == files_of("b")


def test_samples_whose_names_differ_in_odd_characters_get_files_of_their_own() -> None:
    Path("odd").mkdir()
    for name in ("a b.json", "a-b.json", "a+b.json"):
        Path("odd", name).write_text(json.dumps({"x": name, "total": 1}), encoding="utf-8")
    said = harness("packs", "draw", "pilot", "--out", "out", "--samples", "odd", "--truth", "total")
    assert said.code == 0
    assert len(files_of("out")) == 4
    assert len(set(files_of("out").values())) == 4


def test_without_samples_the_shipped_invoices_are_drawn() -> None:
    said = harness("packs", "draw", "pilot", "-n", "1", "--out", "out")
    assert (said.code, len(files_of("out"))) == (0, 2)


def test_how_many_pages_were_drawn_is_counted_in_the_files() -> None:
    said = harness("packs", "draw", "scanned_faxes/whole_stack", "-n", "2", "--out", "out")
    assert re.search(r"2 cases in out/, .*; 8 pages, \d+\.\d pages/s$", said.err.strip())


def test_a_sheet_shows_cases_of_each_scenario_side_by_side() -> None:
    Path("own").mkdir()
    Path("own/pack.toml").write_text(
        'pack = "ours"\nversion = "1.0.0"\n'
        '[[scenario]]\nid = "bent"\nbase = "pages"\nops = [{ op = "photo.curl", severity = "2..4" }]\n'
        '[[scenario]]\nid = "ear"\nbase = "invoices"\nops = [{ op = "paper.fold", severity = 10 }]\n'
        '[[scenario]]\nid = "cut"\nbase = "files"\nops = [{ op = "file.truncate", severity = 2 }]\n',
        encoding="utf-8",
    )
    said = harness("packs", "sheet", "own", "-n", "3", "--out", "sheet.png")
    assert (said.code, said.out) == (0, "")
    assert "left out ours/cut: its base is files, which has no pages" in said.err
    assert "6 cases of 2 scenarios in sheet.png" in said.err
    first = Path("sheet.png").read_bytes()
    with Image.open("sheet.png") as image:
        assert image.size == (12 + 3 * (420 + 12), 12 + 2 * (594 + 6 + 96 + 92 + 12))
    harness("packs", "sheet", "own", "-n", "3", "--out", "again.png")
    harness("packs", "sheet", "own", "-n", "3", "--seed", "2", "--out", "other.png")
    assert Path("again.png").read_bytes() == first != Path("other.png").read_bytes()


def test_a_sheet_shows_pages_as_their_paper_is_all_of_a_fax_and_a_detail_as_it_was_sent() -> None:
    Path("own").mkdir()
    Path("own/pack.toml").write_text(
        'pack = "ours"\nversion = "1.0.0"\n'
        '[[scenario]]\nid = "low"\nbase = "pages"\nencode = "tiff-g4"\n'
        'ops = [{ op = "fax.standard", severity = 10 }, { op = "fax.cut_off", severity = 1 }]\n'
        '[[scenario]]\nid = "two"\nbase = "pages"\nencode = "tiff-g4"\n'
        'ops = [{ op = "fax.cover_sheet", severity = 10 }]\n',
        encoding="utf-8",
    )
    assert harness("packs", "sheet", "own", "-n", "1", "--out", "sheet.png").code == 0
    with Image.open("sheet.png") as image:
        low, two = (image.crop((12, 12 + 800 * row, 12 + 420, 12 + 800 * row + 700)) for row in range(2))
    assert [low.getpixel((400, y)) for y in (300, 500, 590)] == [255, 255, 214]  # nearly as high as A4, not half
    assert [two.getpixel((x, 290)) for x in (150, 210, 230)] == [255, 214, 255]  # the cover sheet, a gap, the page
    for tile in (low, two):
        levels = tile.crop((0, 600, 420, 696)).getcolors()
        assert levels is not None
        assert {level for _, level in levels} == {0, 255}  # as the fax was sent: smaller pages have greys between
        assert min(count for count, _ in levels) > 2000


def test_a_sheet_says_of_a_page_that_is_too_large_to_open_that_it_is() -> None:
    said = harness("packs", "sheet", "giant_files", "-n", "2", "--out", "sheet.png")
    assert said.code == 0
    assert "2 cases of 1 scenarios in sheet.png" in said.err
    with Image.open("sheet.png") as image:
        pages, caption = image.crop((12, 12, 432, 700)), image.crop((12, 766, 432, 784))
    assert pages.getextrema() == (214, 214)
    assert caption.getextrema() == (90, 214)  # the fourth line: why nothing is shown


def test_a_sheet_of_a_pack_without_pages_is_refused() -> None:
    said = harness("packs", "sheet", "malformed_records", "--out", "sheet.png")
    assert said.code == 4
    assert 'pack "malformed_records" has no scenario with pages for these samples' in said.err
    assert not Path("sheet.png").exists()
