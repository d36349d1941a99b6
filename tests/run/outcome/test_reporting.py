"""Reports of real runs: written at the end, the same each time, and a run is never lost over them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.core.errors import RunError
from harness.run.outcome.reporting import WRITERS, view_of, write_reports
from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.hostile import hostile
from tests.endpoints.orders import liar, write_pilot
from tests.endpoints.server import serving
from tests.report.parsed import Page, problems


def checked(where: Path, answer: object, calls: int = 120) -> CommandResult:
    write_pilot(where / "pilot")
    with serving(answer) as url:  # type: ignore[arg-type]
        return harness(
            "check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", str(calls), "--out", "run"
        )


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A run of the liar, in the folder `run`."""
    where, before = tmp_path_factory.mktemp("reporting"), Path.cwd()
    os.chdir(where)
    checked(where, liar)
    yield where / "run"
    os.chdir(before)


@pytest.fixture
def folder(ran: Path, tmp_path: Path) -> RunFolder:
    """A copy of it, with its samples where they were."""
    shutil.copytree(ran, tmp_path / "run")
    return RunFolder.read(tmp_path / "run")


def test_every_check_writes_every_report(ran: Path) -> None:
    assert {path.name for path in ran.iterdir()} >= set(WRITERS)
    assert problems((ran / "report.html").read_text(encoding="utf-8")) == []
    suite = ElementTree.fromstring((ran / "junit.xml").read_bytes())[0]
    assert int(str(suite.get("failures"))) >= 1


def test_the_screen_names_the_page_and_so_does_show(ran: Path) -> None:
    assert "Report: run/report.html" in harness("show", "run").out


def test_a_run_from_before_there_was_a_page_is_shown_without_it(folder: RunFolder) -> None:
    (folder.path / "report.html").unlink()
    said = harness("show", str(folder.path))
    assert (said.code, "report.html" in said.out) == (0, False)


def test_the_same_folder_gives_the_same_bytes(folder: RunFolder) -> None:
    both = []
    for _ in range(2):
        paths = write_reports(RunFolder.read(folder.path), untimed="x")
        both.append([path.read_bytes() for path in paths])
    assert both[0] == both[1]
    assert [path.name for path in paths] == list(WRITERS)


def test_silent_errors_stand_beside_their_clean_record_with_the_difference_marked(folder: RunFolder) -> None:
    text = (folder.path / "report.html").read_text(encoding="utf-8")
    assert "As it was sent" in text
    assert '<pre tabindex="0">{&#34;order_id&#34;' in text
    assert "<mark>" in text.partition("<figure>")[2].partition("</figure>")[0]


def test_samples_that_are_gone_cost_the_pictures_and_nothing_else(folder: RunFolder, ran: Path) -> None:
    file = ran.parent / "pilot/orders.jsonl"
    before = file.read_bytes()
    file.write_bytes(before.replace(b"parcel", b"pallet"))
    try:
        (page, *_) = write_reports(folder)
    finally:
        file.write_bytes(before)
    assert "Cannot be shown: " in page.read_text(encoding="utf-8")
    assert "samples changed since this run" in page.read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_is_told_in_plain_words(folder: RunFolder) -> None:
    page = folder.path / "report.html"
    page.unlink(missing_ok=True)
    page.mkdir()
    try:
        with pytest.raises(RunError, match=r"report\.html: cannot be written"):
            write_reports(folder)
    finally:
        page.rmdir()


def test_the_view_has_every_reply_and_every_case_without_one(folder: RunFolder) -> None:
    rows = view_of(folder).rows
    assert sum(row.judged is not None for row in rows) == len(folder.read_judged())
    assert {row.address for row in rows} == {line.address for line in folder.read_cases()}
    assert all(row.changed for row in rows if row.pack == "pilot")


def test_hostile_answers_of_a_real_service_stay_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = checked(tmp_path, hostile(), calls=200)
    assert said.code == 1, said.err
    page = (tmp_path / "run/report.html").read_text(encoding="utf-8")
    assert problems(page) == []
    assert "<script>document.title='pwned'" in "".join(Page(page).texts)
    assert "[U+001B]" in page
    assert "[U+202E]" in page
    ElementTree.fromstring((tmp_path / "run/junit.xml").read_bytes())
    for name in ("report.md", "junit.xml"):
        text = (tmp_path / "run" / name).read_text(encoding="utf-8")
        assert all(c.isprintable() or c == "\n" for c in text)
