"""Sides read as columns: the same cases as on disk, and whatever is damaged or there twice is refused by name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.core.errors import RunError
from harness.store.columns import read_results, read_run
from tests.speed.big_sides import write_baseline, write_run

CASES = 4000
"""More than are read at once."""


def everything(pack: str, changed: bool) -> bool:
    return True


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sides")
    write_baseline(folder / "baseline", CASES)
    write_run(folder / "run", CASES)
    return folder


def copy_with(made: Path, to: Path, name: str, change: Callable[[list[bytes]], None]) -> Path:
    """The run with the lines of one file changed."""
    to.mkdir()
    for path in (made / "run").iterdir():
        (to / path.name).write_bytes(path.read_bytes())
    lines = (to / name).read_bytes().splitlines(keepends=True)
    change(lines)
    (to / name).write_bytes(b"".join(lines))
    return to


def test_a_case_is_shown_as_it_stands_on_disk(made: Path) -> None:
    before, after = read_results(made / "baseline/cases.jsonl"), read_run(made / "run", everything)
    assert len(before) == len(after) == CASES
    for place in (0, CASES // 2 + 1, CASES - 1):
        assert before.look(place).address == before.addresses[place]
        shown = after.look(place)
        assert shown.address == after.addresses[place]
        assert [row.judgement for row in shown.repeats] == ["wrong" if place % 20 == 7 else "right"]


def test_rows_in_any_order_are_the_same_replies(made: Path, tmp_path: Path) -> None:
    other = read_run(copy_with(made, tmp_path / "run", "judged.jsonl", list.reverse), everything)
    there = read_run(made / "run", everything)
    assert (other.outcome == there.outcome).all()
    assert (other.latency == there.latency).all()
    assert other.look(27) == there.look(27)


def _damage(lines: list[bytes]) -> None:
    lines[2999] = lines[2999][:40] + b"\n"


def _twice(lines: list[bytes]) -> None:
    lines.insert(3500, lines[17])


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("cases.jsonl", _damage, "cases.jsonl:3000: is damaged: "),
        ("judged.jsonl", _damage, "judged.jsonl:3000: is damaged: "),
        ("cases.jsonl", _twice, "cases.jsonl: pack_0/drawn#17 stands twice\n  a run is evidence"),
        ("judged.jsonl", _twice, "judged.jsonl: pack_0/drawn#17 repeat 0 stands twice\n  a run is evidence"),
    ],
)
@pytest.mark.parametrize("keep", [everything, lambda pack, changed: pack == "pack_5"])
def test_a_run_that_is_damaged_or_holds_a_row_twice_is_refused(
    made: Path,
    tmp_path: Path,
    name: str,
    change: Callable[[list[bytes]], None],
    says: str,
    keep: Callable[[str, bool], bool],
) -> None:
    path = copy_with(made, tmp_path / "run", name, change)
    with pytest.raises(RunError) as told:
        read_run(path, keep)
    assert says in str(told.value)


@pytest.mark.parametrize(
    ("change", "says"), [(_damage, "cases.jsonl:3000: is damaged: "), (_twice, "stands twice\n  a run is evidence")]
)
def test_a_baseline_that_is_damaged_or_holds_a_case_twice_is_refused(
    made: Path, tmp_path: Path, change: Callable[[list[bytes]], None], says: str
) -> None:
    lines = (made / "baseline/cases.jsonl").read_bytes().splitlines(keepends=True)
    change(lines)
    (tmp_path / "cases.jsonl").write_bytes(b"".join(lines))
    with pytest.raises(RunError) as told:
        read_results(tmp_path / "cases.jsonl")
    assert says in str(told.value)
