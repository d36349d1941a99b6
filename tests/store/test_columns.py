"""Sides read as columns: the same cases as on disk, and whatever is damaged or there twice is refused by name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.core.columns import Cases
from harness.core.errors import RunError
from harness.store.columns import read_results, read_run
from harness.store.jsonl import Part, read_batches
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


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in many parts by several processes, however small they are."""
    monkeypatch.setattr("harness.store.jsonl.PART", 100_003)
    monkeypatch.setattr("harness.store.spread.LARGE", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


def _columns(cases: Cases) -> list[object]:
    outcomes = [cases.outcomes[place] for place in cases.outcome]
    tags, verdicts = [cases.tags[place] for place in cases.tag], [cases.verdicts[place] for place in cases.verdict]
    plain = [column.tolist() for column in (cases.digests, cases.asks, cases.starts, cases.confidence)]
    return [list(cases.addresses), [cases.packs[place] for place in cases.pack], outcomes, tags, verdicts, *plain]


def test_a_side_read_in_parts_by_several_processes_is_the_same(made: Path, request: pytest.FixtureRequest) -> None:
    whole = read_results(made / "baseline/cases.jsonl"), read_run(made / "run", everything)
    request.getfixturevalue("in_parts")
    parts = read_results(made / "baseline/cases.jsonl"), read_run(made / "run", everything)
    assert list(map(_columns, parts)) == list(map(_columns, whole))
    assert parts[1].latency.tolist() == whole[1].latency.tolist()
    assert [side.look(CASES - 3) for side in parts] == [side.look(CASES - 3) for side in whole]


@pytest.mark.usefixtures("in_parts")
def test_a_damaged_line_of_a_later_part_is_told_by_its_number_in_the_file(made: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError) as told:
        read_run(copy_with(made, tmp_path / "run", "judged.jsonl", _damage), everything)
    assert "judged.jsonl:3000: is damaged: " in str(told.value)


@pytest.mark.parametrize("cut", range(1, 40))
def test_every_line_is_in_one_part_wherever_the_cuts_fall(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'"a"\n"bcd"\n"' + b"e" * 9 + b'"\n"f"\n"torn')
    parts = [Part(path, at, at + cut) for at in range(0, 40, cut)]
    rows = [
        (row, int(at))
        for part in parts
        for rows, starts in read_batches(part, str)
        for row, at in zip(rows, starts, strict=True)
    ]
    assert rows == [("a", 0), ("bcd", 4), ("e" * 9, 10), ("f", 22)]


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize("python", ["/bin/false", "/no/such/python"])
def test_a_process_that_is_lost_costs_no_result(made: Path, monkeypatch: pytest.MonkeyPatch, python: str) -> None:
    monkeypatch.setattr("sys.executable", python)
    assert len(read_run(made / "run", everything)) == CASES
