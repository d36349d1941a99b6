"""A check of own pages replaces their values, says where it could not, and its cases are made again from its folder."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.core.errors import ConfigError, SampleError
from harness.core.settings import Mix, Pilot, Settings
from harness.generate.bases import Bases
from harness.generate.draw import draw_case, make_case
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.printed.text_layer import text_lines
from harness.generate.payloads import Document, Page
from harness.generate.recipes.packs import read_pack
from harness.generate.samples.read_samples import read_samples
from harness.run.events import Event, Noted
from harness.run.ocr.second_reading import misread
from harness.run.ocr.tesseract import installed
from harness.run.setup.inputs import describe_located, find_values, locate_values
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.ocr import file_part
from tests.endpoints.office_papers import COLUMNS, write_papers
from tests.endpoints.server import serving

MIX = "".join(
    f'[[mix]]\npack = "{name}"\nshare = {share}\n' for name, share in (("pilot", 0.6), ("changed_values", 0.4))
)
with_ocr = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def careful(body: bytes) -> tuple[int, object]:
    """A service that reads the first line of a PDF and hands everything over."""
    content = file_part(body)
    first = text_lines(content)[0].text if content.startswith(b"%PDF") else None
    return 200, {"fields": {"number": None, "date": None, "vendor": first, "total": None}, "needs_review": True}


def check(url: str, samples: str, truth: str, *options: str, more: str = "") -> CommandResult:
    Path("harness.toml").write_text(f"{more}\n{MIX}", encoding="utf-8")
    asked = ("check", url, "--samples", samples, "--truth", truth, "--calls", "60", "--out", "run")
    return harness(*asked, *options)


def lines_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (Path("run") / name).read_text(encoding="utf-8").splitlines()]


def test_cases_show_one_other_value_with_its_truth_and_are_made_again_from_the_run() -> None:
    samples, truth = write_papers(Path("papers"), 6, 0)
    with serving(careful, "/extract") as url:
        said = check(url, samples, truth)
    assert said.code in (0, 1, 5), said.err
    assert "24 of 24 values of the truth were found on the pages" in said.out + said.err
    drawn = [line for line in lines_of("cases.jsonl") if line["address"].startswith("changed_values/")]
    cases = [line for line in drawn if line.get("changed", True)]
    assert len(cases) >= 5
    assert {line["media_type"] for line in cases} == {"application/pdf"}
    assert all(line["tags"]["changed_field"] in line["truth"] for line in cases)
    one = next(line["address"] for line in cases if "number_forms" in line["address"])
    shown = harness("show", one, "--run", "run", "--save-bytes", "case.pdf")
    assert shown.code == 0, shown.err
    assert Path("case.pdf").read_bytes().startswith(b"%PDF")


def test_a_run_that_is_resumed_keeps_the_places_that_it_found() -> None:
    samples, truth = write_papers(Path("papers"), 4, 0)
    with serving(careful, "/extract") as url:
        check(url, samples, truth)
        printed = json.loads(Path("run/run.json").read_text(encoding="utf-8"))["printed"]
        assert set(printed) == {f"paper_{k:02}.pdf" for k in range(4)}
        again = check(url, samples, truth, "--resume")
    assert again.code in (0, 1, 5), again.err
    assert json.loads(Path("run/run.json").read_text(encoding="utf-8"))["printed"] == printed


def test_scans_without_an_ocr_are_named_beside_the_verdict() -> None:
    samples, truth = write_papers(Path("papers"), 4, 2)
    with serving(careful, "/extract") as url:
        said = check(url, samples, truth, more='[pilot]\nocr = "off"')
    assert said.code in (0, 1, 5), said.err
    (found,) = [
        one
        for one in json.loads(Path("run/findings.json").read_text(encoding="utf-8"))
        if one["kind"] == "values_left_out"
    ]
    assert found["names"] == ["scan_00.png", "scan_01.tif"]
    assert "Not tested: other values on 2 samples" in harness("show", "run", "--verbose").out


@with_ocr
def test_values_on_scans_are_found_by_an_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HARNESS_TESSERACT")
    samples = read_samples(*write_papers(Path("papers"), 1, 4))
    found = locate_values(samples, Pilot(), [read_pack("changed_values")])
    assert found.read == 4
    shown = {(item.key, one.field) for item in found.samples.items for one in item.printed if one.pixels}
    assert len(shown) >= 14
    assert "Tesseract read 4 of 5 samples" in describe_located(found)


@with_ocr
def test_a_run_says_that_it_reads_scans_before_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HARNESS_TESSERACT")
    told: list[str] = []
    samples, truth = write_papers(Path("papers"), 1, 2)
    pilot = Pilot(samples=samples, truth=truth)
    mix = (Mix(pack="pilot", share=0.5), Mix(pack="changed_values", share=0.5))

    def note(event: Event) -> None:
        assert isinstance(event, Noted)
        told.append(event.text)

    find_values(Settings(pilot=pilot, mix=mix), read_samples(samples, truth), note)
    assert told[0].startswith("Tesseract reads 2 samples first")
    assert "values of the truth were found" in told[1]


@with_ocr
def test_what_was_drawn_on_a_scan_is_read_again_before_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HARNESS_TESSERACT")
    samples = read_samples(*write_papers(Path("papers"), 0, 3))
    pack = read_pack("changed_values")
    bases = Bases(seed=1, samples=locate_values(samples, Pilot(), [pack]).samples)
    scenario = next(one for one in pack.scenarios if one.id == "amount_sizes")
    cases = [make_case(draw_case(pack, scenario, k, bases.samples, 1), bases) for k in range(4)]
    drawn = [case for case in cases if case.changed]
    assert drawn
    assert sum(not misread(case, bases) for case in drawn) >= len(drawn) - 1
    blank = replace(drawn[0], content=encode(Document(pages=(_white(),)), "png", "a").content, media_type="image/png")
    assert misread(blank, bases)


def _white() -> Page:
    return Page(pixels=np.full((2339, 1654), 255, dtype=np.uint8), dpi=(200.0, 200.0))


def test_nothing_is_looked_for_if_no_pack_changes_values() -> None:
    samples = read_samples(*write_papers(Path("papers"), 2, 0))
    found = locate_values(samples, Pilot(), [read_pack("scanned_faxes")])
    assert not any(item.printed for item in found.samples.items)


HEAD = "file,field,left,top,right,bottom,page,text\n"


def boxes(rows: str, head: str = HEAD) -> str:
    Path("boxes.csv").write_text(head + rows, encoding="utf-8")
    return "boxes.csv"


def test_a_table_of_the_team_says_where_values_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_TESSERACT", "true")
    samples = read_samples(*write_papers(Path("papers"), 0, 2))
    table = boxes("scan_00.jpg,total,1200,1200,1460,1250,1,\n")
    found = locate_values(samples, Pilot(boxes=table), [read_pack("changed_values")])
    (place,) = found.samples.items[0].printed
    assert place.text == samples.items[0].truth["total"]
    assert place.pixels
    assert place.box[0] == pytest.approx(1200 / 1654, rel=0.01)


@pytest.mark.parametrize(
    ("rows", "head", "said"),
    [
        ("", "file,field,left\n", "no column top, right, bottom"),
        ("scan_1.jpg,total,1,1,9,9,1,\n", HEAD, 'no sample "scan_1.jpg"'),
        ("scan_00.jpg,totl,1,1,9,9,1,\n", HEAD, 'did you mean "total"'),
        ("scan_00.jpg,total,1,one,9,9,1,\n", HEAD, "boxes.csv:2: not a number"),
        ("scan_00.jpg,total,1,1,9,9,4,\n", HEAD, "has no page 4"),
        ("scan_00.jpg,total,900,1,9,9,1,\n", HEAD, "the box is not on the page"),
    ],
)
def test_a_wrong_table_is_named_with_its_line(rows: str, head: str, said: str) -> None:
    samples = read_samples(*write_papers(Path("papers"), 0, 1))
    with pytest.raises(SampleError, match=said):
        locate_values(samples, Pilot(boxes=boxes(rows, head), ocr="off"), [read_pack("changed_values")])


def test_an_ocr_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_TESSERACT", "/nowhere/tesseract")
    with pytest.raises(ConfigError, match='HARNESS_TESSERACT: no program "/nowhere/tesseract"'):
        installed()


def test_without_an_ocr_no_value_is_drawn_on_pixels_because_nothing_reads_it_again() -> None:
    samples = read_samples(*write_papers(Path("papers"), 0, 2))
    table = boxes("scan_00.jpg,total,1200,1200,1460,1250,1,\n")
    found = locate_values(samples, Pilot(boxes=table, ocr="off"), [read_pack("changed_values")])
    assert not found.samples.items[0].printed
    assert found.missing["scan_00.jpg"] == {"total": "no OCR to read what is drawn"}


def test_a_value_that_no_ocr_reads_is_sent_neither_by_a_pack_nor_by_a_probe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The OCR is a program that reads nothing, and the team's table says where the values stand."""
    monkeypatch.setenv("HARNESS_TESSERACT", "true")
    samples, truth = write_papers(Path("papers"), 0, 8)
    rows = [line.split(",") for line in Path(truth).read_text(encoding="utf-8").splitlines()[1:]]
    known = {Path(samples, row[0]).read_bytes(): dict(zip(COLUMNS, row[1:], strict=True)) for row in rows}
    table = boxes("".join(f"{row[0]},total,1200,1200,1460,1250,1,\n" for row in rows))

    def by_heart(body: bytes) -> tuple[int, object]:
        fields = known.get(file_part(body))
        return 200, {"fields": fields or dict.fromkeys(COLUMNS), "needs_review": not fields}

    with serving(by_heart, "/extract") as url:
        more = f'[pilot]\nboxes = "{table}"\n[budget]\nrobustness = []'
        said = check(url, samples, truth, "--calls", "120", more=more)
    assert said.code in (0, 1, 5), said.err
    sent = {line["address"] for line in lines_of("replies.jsonl")}
    drawn = {line["address"] for line in lines_of("cases.jsonl") if line["tags"].get("changed_field")}
    assert len(sent) >= len(known)
    assert {one.split("/")[0] for one in drawn} == {"probe"}
    assert not drawn & sent
    assert not [one for one in sent if one.startswith("changed_values/")]
