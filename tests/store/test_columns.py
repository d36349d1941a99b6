"""Sides read as columns: the same cases as on disk, and whatever is damaged or there twice is refused by name."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import RunError
from harness.core.regression.columns import Cases
from harness.core.regression.gathering import columns_of
from harness.core.reply import FieldScore, Judged
from harness.store.columns import result_of, results_reading, run_reading
from harness.store.files import CaseLine
from harness.store.jsonl import write_lines
from harness.store.lines import FilePart, Lines, read_batches
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
    before, after = results_reading(made / "baseline/cases.jsonl").now(), run_reading(made / "run", everything).now()
    assert len(before) == len(after) == CASES
    for place in (0, CASES // 2 + 1, CASES - 1):
        assert before.look(place).address == before.addresses[place]
        shown = after.look(place)
        assert shown.address == after.addresses[place]
        assert [row.judgement for row in shown.repeats] == ["wrong" if place % 20 == 7 else "right"]


def test_rows_in_any_order_are_the_same_replies(made: Path, tmp_path: Path) -> None:
    other = run_reading(copy_with(made, tmp_path / "run", "judged.jsonl", list.reverse), everything).now()
    there = run_reading(made / "run", everything).now()
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
        ("cases.jsonl", _twice, "cases.jsonl: pack_0/drawn#17 appears twice\n  a run is evidence"),
        ("judged.jsonl", _twice, "judged.jsonl: pack_0/drawn#17 repeat 0 appears twice\n  a run is evidence"),
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
        run_reading(path, keep).now()
    assert says in str(told.value)


@pytest.mark.parametrize(
    ("change", "says"), [(_damage, "cases.jsonl:3000: is damaged: "), (_twice, "appears twice\n  a run is evidence")]
)
def test_a_baseline_that_is_damaged_or_holds_a_case_twice_is_refused(
    made: Path, tmp_path: Path, change: Callable[[list[bytes]], None], says: str
) -> None:
    lines = (made / "baseline/cases.jsonl").read_bytes().splitlines(keepends=True)
    change(lines)
    (tmp_path / "cases.jsonl").write_bytes(b"".join(lines))
    with pytest.raises(RunError) as told:
        results_reading(tmp_path / "cases.jsonl").now()
    assert says in str(told.value)


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in many parts by several processes, however small they are."""
    monkeypatch.setattr("harness.store.lines.PART", 100_003)
    monkeypatch.setattr("harness.store.spread.LARGE", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


def _columns(cases: Cases) -> list[object]:
    outcomes = [cases.outcomes[place] for place in cases.outcome]
    tags, verdicts = [cases.tags[place] for place in cases.tag], [cases.verdicts[place] for place in cases.verdict]
    plain = [column.tolist() for column in (cases.digests, cases.asks, cases.starts, cases.confidence)]
    return [list(cases.addresses), [cases.packs[place] for place in cases.pack], outcomes, tags, verdicts, *plain]


def test_a_side_read_in_parts_by_several_processes_is_the_same(made: Path, request: pytest.FixtureRequest) -> None:
    whole = results_reading(made / "baseline/cases.jsonl").now(), run_reading(made / "run", everything).now()
    request.getfixturevalue("in_parts")
    parts = results_reading(made / "baseline/cases.jsonl").now(), run_reading(made / "run", everything).now()
    assert list(map(_columns, parts)) == list(map(_columns, whole))
    assert parts[1].latency.tolist() == whole[1].latency.tolist()
    assert [side.look(CASES - 3) for side in parts] == [side.look(CASES - 3) for side in whole]


@pytest.mark.usefixtures("in_parts")
def test_a_damaged_line_of_a_later_part_is_told_by_its_number_in_the_file(made: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError) as told:
        run_reading(copy_with(made, tmp_path / "run", "judged.jsonl", _damage), everything).now()
    assert "judged.jsonl:3000: is damaged: " in str(told.value)


@pytest.mark.parametrize("cut", range(1, 40))
def test_every_line_is_in_one_part_wherever_the_cuts_fall(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'"a"\n"bcd"\n"' + b"e" * 9 + b'"\n"f"\n"torn')
    parts = [FilePart(path, at, at + cut) for at in range(0, 40, cut)]
    found = [batch for part in parts for batch in read_batches(part, str)]
    rows = [row for rows, _ in found for row in rows]
    assert rows == ["a", "bcd", "e" * 9, "f"]
    lines = Lines(path, str, [(len(rows), at) for rows, at in found])
    assert [lines[row] for row in (3, 0, 2, 1, 2)] == [rows[row] for row in (3, 0, 2, 1, 2)]


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize("python", ["/bin/false", "/no/such/python"])
def test_a_process_that_is_lost_costs_no_result(made: Path, monkeypatch: pytest.MonkeyPatch, python: str) -> None:
    monkeypatch.setattr("sys.executable", python)
    assert len(run_reading(made / "run", everything).now()) == CASES


addresses = st.builds("{}/s#{}".format, st.sampled_from(["pilot", "p", "ß"]), st.integers(0, 5))
lines = st.builds(
    CaseLine,
    address=addresses,
    sha256=st.sampled_from(["a" * 64, "b" * 64]),
    media_type=st.just("text/plain"),
    expect=st.just("answer"),
    tags=st.dictionaries(st.sampled_from(["sample", "x"]), st.sampled_from(["1", "2"])),
    asks=st.booleans(),
    changed=st.booleans(),
)
scores = st.builds(FieldScore, name=st.sampled_from(["total", "date"]), verdict=st.sampled_from(["right", "wrong"]))
rows = st.builds(
    Judged,
    address=addresses,
    repeat=st.integers(0, 2),
    disposition=st.sampled_from(["accepted", "rejected", "error"]),
    judgement=st.sampled_from(["right", "wrong", "unscored"]),
    cause=st.sampled_from(["", "late"]),
    answer=st.dictionaries(st.sampled_from(["total", "date"]), st.integers(0, 9)),
    confidence=st.none() | st.floats(0, 1),
    fields=st.lists(scores, max_size=2, unique_by=lambda one: one.name).map(tuple),
    crashed_on_input=st.booleans(),
    latency=st.floats(0, 9),
)


@given(
    st.lists(lines, max_size=9, unique_by=lambda line: line.address),
    st.lists(rows, max_size=20, unique_by=lambda row: (row.address, row.repeat)),
)
def test_a_run_is_read_as_its_cases_one_by_one_with_the_replies_to_them(
    lines: list[CaseLine], rows: list[Judged]
) -> None:
    def kept(pack: str, changed: bool) -> bool:
        return pack == "pilot" or (pack == "p" and changed)

    with TemporaryDirectory() as name:
        write_lines(Path(name, "cases.jsonl"), iter(lines))
        write_lines(Path(name, "judged.jsonl"), iter(rows))
        read = run_reading(Path(name), kept).now()
        shown = list(read)
    whole = [
        result_of(line, [row for row in rows if row.address == line.address])
        for line in lines
        if kept(line.address.partition("/")[0], line.changed)
    ]
    assert shown == whole
    latency = {
        case.address: [row.latency for row in sorted(rows, key=lambda row: row.repeat) if row.address == case.address]
        for case in whole
    }
    plain = columns_of(whole, latency)
    assert repr(_columns(read)) == repr(_columns(plain))
    assert read.latency.tolist() == plain.latency.tolist()
