"""Baselines on disk: text for git, whole or not at all, and a changed byte is noticed."""

import resource
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.core.errors import BaselineError
from harness.core.regression.baseline import BaselineHead, CaseResult, Repeat, Sketch
from harness.core.settings import Target
from harness.store.baseline import FILES, read_baseline, recover, write_baseline
from tests.endpoints.command import ROOT

HEAD = BaselineHead(
    format=1,
    name="v1",
    run="reports/one",
    evidence="e",
    seed=1,
    calls=40,
    repeats={"pilot": 2},
    approver="Ada",
    reason="first",
    until="2027-01-31",
    verdict="go",
    digests={"samples": "s"},
    target=Target(url="http://127.0.0.1:1/"),
)
SILENT = Repeat(
    disposition="accepted", judgement="wrong", confidence=0.0, fields={"a": "wrong"}, answer={"a": "\u2028é"}
)
CASES = (
    CaseResult(address="p/a#10", sha256="b", asks=False, tags={"x": "y"}, repeats=(SILENT,)),
    CaseResult(address="p/a#1", sha256="a", repeats=(SILENT, replace(SILENT, crashed=True, answer={"a": None}))),
)
SKETCHES = (Sketch(slice="p", cases=2, replies=3, counts={"accepted wrong": 3}, confidence=(0.0,), latency=(0.25,)),)


def made(path: Path) -> Path:
    write_baseline(path, HEAD, CASES, SKETCHES)
    return path


def test_what_was_written_is_read_again_in_the_order_of_the_addresses(tmp_path: Path) -> None:
    found = read_baseline(made(tmp_path / "b"))
    assert tuple(found.cases) == tuple(sorted(CASES, key=lambda case: case.address))
    assert (found.sketches, found.edited) == (SKETCHES, False)
    assert found.head == replace(HEAD, content=found.head.content)


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = made(tmp_path / "one"), tmp_path / "two"
    write_baseline(two, HEAD, reversed(CASES), SKETCHES)
    for name in FILES:
        assert (one / name).read_bytes() == (two / name).read_bytes()
        assert (one / name).read_bytes().endswith(b"\n")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("baseline.json", '"until": "2027-01-31"', '"until": "2099-01-31"'),
        ("baseline.json", '"approver": "Ada"', '"approver": "Bob"'),
        ("baseline.json", '"samples": "s"', '"samples": "t"'),
        ("cases.jsonl", '"a":"wrong"', '"a":"right"'),
        ("sketches.json", "0.25", "0.26"),
    ],
)
def test_a_hand_edit_is_noticed_in_each_file(tmp_path: Path, name: str, old: str, new: str) -> None:
    path = made(tmp_path / "b") / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert read_baseline(path.parent).edited


def test_a_case_that_was_taken_out_is_noticed(tmp_path: Path) -> None:
    path = made(tmp_path / "b") / "cases.jsonl"
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])
    assert read_baseline(path.parent).edited


def test_line_ends_as_git_may_change_them_are_no_edit(tmp_path: Path) -> None:
    for path in made(tmp_path / "b").iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert not read_baseline(tmp_path / "b").edited


def test_a_new_baseline_replaces_the_files_of_the_old_one_and_no_others(tmp_path: Path) -> None:
    path = made(tmp_path / "b")
    (path / "README.md").write_text("ours", encoding="utf-8")
    (path / "more").mkdir()
    (path / "more" / "x").touch()
    write_baseline(path, replace(HEAD, name="v2"), CASES[:1], SKETCHES)
    found = read_baseline(path)
    assert (found.head.name, len(found.cases), found.edited) == ("v2", 1, False)
    assert (path / "README.md").read_text(encoding="utf-8") == "ours"
    assert [p.name for p in tmp_path.iterdir()] == ["b"]
    assert sorted(p.name for p in path.iterdir()) == sorted([*FILES, "README.md", "more"])


def test_what_a_crash_left_beside_it_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".b.part").mkdir()
    (tmp_path / ".b.part" / "half").touch()
    assert not read_baseline(made(tmp_path / "b")).edited
    assert [p.name for p in tmp_path.iterdir()] == ["b"]


def test_a_crash_between_the_two_moves_loses_nothing(tmp_path: Path) -> None:
    made(tmp_path / "b").rename(tmp_path / ".b.old")
    recover(tmp_path / "b")
    assert read_baseline(tmp_path / "b").head.name == "v1"
    (tmp_path / "b").rename(tmp_path / ".b.old")
    write_baseline(tmp_path / "b", replace(HEAD, name="v2"), CASES, SKETCHES)
    assert (read_baseline(tmp_path / "b").head.name, [p.name for p in tmp_path.iterdir()]) == ("v2", ["b"])


def test_where_there_is_no_room_the_old_one_stays_whole(tmp_path: Path) -> None:
    path = made(tmp_path / "b")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    many = [CaseResult(address=f"p/a#{i}", sha256="a" * 64) for i in range(2000)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, before[1]))
    try:
        with pytest.raises(
            BaselineError, match=r"b: cannot be written: File too large\n  the old baseline is unchanged"
        ):
            write_baseline(path, replace(HEAD, name="v2"), many, SKETCHES)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    found = read_baseline(path)
    assert (found.head.name, found.edited, [p.name for p in tmp_path.iterdir()]) == ("v1", False, ["b"])


def _cut_line(path: Path) -> None:
    (path / "cases.jsonl").write_bytes(b'{"address":"p/a#1"\n')


def _newer(path: Path) -> None:
    head = path / "baseline.json"
    head.write_text(head.read_text(encoding="utf-8").replace('"format": 1', '"format": 2'), encoding="utf-8")


def _torn(path: Path) -> None:
    (path / "baseline.json").write_text('{"format": 1, "na', encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda path: (path / "baseline.json").unlink(), "contains no baseline (baseline.json is missing)"),
        (lambda path: (path / "sketches.json").unlink(), "sketches.json: cannot be read"),
        (_cut_line, "cases.jsonl:1: is damaged"),
        (_torn, "baseline.json: is damaged"),
        (_newer, "was written in format 2, this harness reads 1"),
    ],
)
def test_what_cannot_be_read_is_told_in_words(tmp_path: Path, harm: Callable[[Path], object], says: str) -> None:
    path = made(tmp_path / "b")
    harm(path)
    with pytest.raises(BaselineError) as told:
        read_baseline(path)
    assert says in str(told.value)
    assert "promote" in str(told.value)
    assert str(ROOT) not in str(told.value)
