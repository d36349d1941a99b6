"""Run folders: what was answered stays, what is damaged is refused, what was torn is cut."""

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case, Plan, Scalar
from harness.core.errors import RunError
from harness.core.reply import Judged, Reply
from harness.core.settings import Settings
from harness.core.under_load.load import Arrivals, WorkerEnd
from harness.core.verdict import Estimate, Headline, Verdict
from harness.store.files import FORMAT, RunHead
from harness.store.folder import RunFolder, new_path, newest, write_end
from harness.store.jsonl import storable
from harness.store.rows import LONGEST_INLINE, RowWriter

HEAD = RunHead(format=FORMAT, harness="0", seed=1, settings=Settings(), digests={"samples": "x"}, planned=3)


def reply(address: str = "p/s#0", repeat: int = 0) -> Reply:
    return Reply(address=address, repeat=repeat, due=0.5, sent=0.5, first=0.6, done=0.7, status=200)


def filled(path: Path, rows: int = 3) -> RunFolder:
    folder = RunFolder.create(path, HEAD)
    for k in range(rows):
        folder.add(reply(f"p/s#{k}"), b'{"total": 1}')
    folder.close()
    return folder


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    wrote = filled(tmp_path / "run")
    read = RunFolder.read(tmp_path / "run")
    assert (read.head, read.replies) == (wrote.head, wrote.replies)
    assert read.body(read.replies[("p/s#0", 0)]) == '{"total": 1}'


def test_every_row_is_on_disk_before_the_next_is_sent(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", HEAD)
    for k in range(5):
        folder.add(reply(f"p/s#{k}"), b"{}")
        assert len((tmp_path / "run/replies.jsonl").read_bytes().splitlines()) == k + 1
    folder.close()


@given(cut=st.integers(1, 140))
def test_a_torn_last_row_is_cut_off_and_the_others_are_kept(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("torn") / "run"
    filled(path)
    rows = path / "replies.jsonl"
    whole = rows.read_bytes()
    rows.write_bytes(whole[:-cut])
    folder = RunFolder.resume(path)
    assert set(folder.replies) == {("p/s#0", 0), ("p/s#1", 0)}
    folder.add(reply("p/s#2"), b'{"total": 1}')
    folder.close()
    assert rows.read_bytes() == whole


def test_reading_never_cuts(tmp_path: Path) -> None:
    filled(tmp_path / "run")
    rows = tmp_path / "run/replies.jsonl"
    torn = rows.read_bytes()[:-9]
    rows.write_bytes(torn)
    assert len(RunFolder.read(tmp_path / "run").replies) == 2
    assert rows.read_bytes() == torn


@pytest.mark.parametrize("damage", [b"\0" * 40, b"{}", b"", b'{"address": 3}', b"\xff\xfe"])
def test_damage_in_the_middle_is_refused_by_its_line(tmp_path: Path, damage: bytes) -> None:
    filled(tmp_path / "run")
    rows = tmp_path / "run/replies.jsonl"
    lines = rows.read_bytes().splitlines(keepends=True)
    rows.write_bytes(lines[0] + damage + b"\n" + lines[2])
    for opens in (RunFolder.read, RunFolder.resume):
        with pytest.raises(RunError, match=r"replies.jsonl:2: is damaged: .*\n  a run is evidence"):
            opens(tmp_path / "run")
    assert rows.read_bytes() == lines[0] + damage + b"\n" + lines[2]


def test_the_same_row_twice_is_refused(tmp_path: Path) -> None:
    filled(tmp_path / "run")
    rows = tmp_path / "run/replies.jsonl"
    rows.write_bytes(rows.read_bytes() + rows.read_bytes().splitlines(keepends=True)[1])
    with pytest.raises(RunError, match=r"p/s#1 repeat 0 appears twice"):
        RunFolder.resume(tmp_path / "run")


def test_answering_twice_is_our_own_mistake_and_leaves_the_row_alone(tmp_path: Path) -> None:
    folder = filled(tmp_path / "run")
    before = (tmp_path / "run/replies.jsonl").read_bytes()
    with pytest.raises(RunError, match="answered twice"):
        folder.add(reply(), b"{}")
    assert (tmp_path / "run/replies.jsonl").read_bytes() == before


def test_the_same_case_may_be_sent_as_another_repeat(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", HEAD)
    folder.add(reply(repeat=0), b"{}")
    folder.add(reply(repeat=1), b"{}")
    folder.close()
    assert set(RunFolder.read(tmp_path / "run").replies) == {("p/s#0", 0), ("p/s#0", 1)}


@pytest.mark.parametrize("other", [{}, {"settings": 3, "seed": "a"}])
def test_a_newer_format_is_refused_whatever_else_it_holds(tmp_path: Path, other: dict[str, object]) -> None:
    filled(tmp_path / "run")
    head = tmp_path / "run/run.json"
    head.write_text(json.dumps({**json.loads(head.read_text()), "format": FORMAT + 1, **other}), encoding="utf-8")
    with pytest.raises(RunError, match=f"was written in format {FORMAT + 1}, this harness reads up to {FORMAT}"):
        RunFolder.read(tmp_path / "run")


def test_a_damaged_head_is_refused(tmp_path: Path) -> None:
    filled(tmp_path / "run")
    (tmp_path / "run/run.json").write_text('{"format": 1, "har')
    with pytest.raises(RunError, match=r"run\.json: is damaged"):
        RunFolder.read(tmp_path / "run")


def test_no_run_is_no_run(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(RunError, match="contains no run"):
            RunFolder.read(path)


@pytest.mark.parametrize(
    ("body", "beside"),
    [
        (b"", False),
        ("\u00e4\u4e2d\0\x1b".encode(), False),
        (b"a" * LONGEST_INLINE, False),
        (b"a" * (LONGEST_INLINE + 1), True),
        (b"\xff\xfe\x00binary", True),
        (b"\xed\xa0\x80", True),
    ],
    ids=["empty", "text", "longest", "longer", "binary", "surrogate"],
)
def test_long_bodies_and_those_that_are_no_text_stand_beside_the_row(tmp_path: Path, body: bytes, beside: bool) -> None:
    folder = RunFolder.create(tmp_path / "run", HEAD)
    folder.add(reply(), body)
    folder.close()
    row = RunFolder.read(tmp_path / "run").replies[("p/s#0", 0)]
    assert bool(row.body_file) is beside
    assert folder.body(row) == body.decode("utf-8", "replace")
    if beside:
        assert row.body_file == f"bodies/{sha256(body).hexdigest()}"
        assert (tmp_path / "run" / row.body_file).read_bytes() == body


def test_the_same_long_body_is_kept_once(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", HEAD)
    for k in range(3):
        folder.add(reply(f"p/s#{k}"), b"\xff" * 9)
    folder.close()
    assert len(list((tmp_path / "run/bodies").iterdir())) == 1


def test_a_body_that_was_removed_is_named(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", HEAD)
    row = folder.add(reply(), b"\xff")
    folder.close()
    (tmp_path / "run" / row.body_file).unlink()
    with pytest.raises(RunError, match="cannot be read: No such file"):
        folder.body(row)


def test_a_folder_that_holds_something_is_never_written_to(tmp_path: Path) -> None:
    filled(tmp_path / "run")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name, says in (("run", "already contains a run"), ("other", "is not empty"), ("file", "is not empty")):
        with pytest.raises(RunError, match=says):
            RunFolder.create(tmp_path / name, HEAD)


def test_a_folder_left_by_a_kill_before_its_first_file_can_be_used(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run/run.json.part").write_text('{"form')
    assert RunFolder.create(tmp_path / "run", HEAD).head == HEAD


@pytest.mark.parametrize("where", ["file/run", "/proc/self/run"])
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RunError, match=r"cannot be created: .*\n  choose a writable folder: --out"):
        RunFolder.create(tmp_path / where, HEAD)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_with_the_way_on(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", HEAD)
    (tmp_path / "run/replies.jsonl").symlink_to("/dev/full")
    with pytest.raises(RunError, match=r"cannot be written: No space left on device\n.*--resume --out .*run"):
        folder.add(reply(), b"{}")
    folder.close()


def test_a_file_where_the_bodies_should_be_is_told(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", HEAD)
    (tmp_path / "run/bodies").write_text("in the way")
    with pytest.raises(RunError, match="cannot be written"):
        folder.add(reply(), b"\xff")
    folder.close()


def test_a_folder_where_the_rows_should_be_is_told(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", HEAD)
    (tmp_path / "run/replies.jsonl").mkdir()
    with pytest.raises(RunError, match="Is a directory"):
        folder.add(reply(), b"{}")
    with pytest.raises(RunError, match="Is a directory"):
        RunFolder.read(tmp_path / "run")


ODD: dict[str, Scalar] = {
    "big": 10**30,
    "small": -(10**30),
    "half": "a\ud800b",
    "smile": "\U0001f600",
    "n": 7,
    "b": True,
}


def test_values_that_no_json_file_can_hold_are_kept_as_text(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", HEAD)
    case = Case(
        address="p/s#0", plan=Plan(base="sample:a"), content=b"", media_type="text/plain", filename="a", truth=ODD
    )
    row = Judged(address="p/s#0", repeat=0, disposition="accepted", judgement="wrong", answer=ODD)
    folder.write_cases([case])
    folder.write_judged([row])
    kept = {"big": str(10**30), "small": str(-(10**30)), "half": "a\ufffdb", "smile": "\U0001f600", "n": 7, "b": True}
    assert folder.read_cases()[0].truth == kept
    assert folder.read_judged()[0].answer == kept


@given(st.dictionaries(st.text(st.characters()), st.none() | st.booleans() | st.integers() | st.text(st.characters())))
def test_any_answer_can_be_stored(answer: dict[str, Scalar]) -> None:
    import msgspec

    kept = storable(answer)
    assert msgspec.json.decode(msgspec.json.encode(kept), type=dict[str, Scalar]) == kept


def test_a_run_without_a_verdict_says_how_to_finish_it(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"not finished\n  finish it: harness check .* --resume --out"):
        filled(tmp_path / "run").read_verdict()


def test_the_newest_run_is_the_one_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match="contains no run yet"):
        newest()
    for k, name in enumerate(("b", "a")):
        RunFolder.create(Path("reports") / name, HEAD)
        os.utime(Path("reports") / name / "run.json", (k, k))
    assert newest() == Path("reports/a")


def test_names_of_new_runs_are_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    paths = []
    for _ in range(3):
        paths.append(new_path("check"))
        paths[-1].mkdir(parents=True)
    assert len(set(paths)) == 3


def of_two_workers(path: Path) -> None:
    """A run with one row of the harness itself and two of each of two workers."""
    filled(path, 1)
    for worker in (1, 2):
        writer = RowWriter(path, worker)
        for k in range(2):
            writer.add(reply(f"p/w{worker}#{k}"), b"{}")
        writer.close()


def test_the_rows_of_every_worker_are_read(tmp_path: Path) -> None:
    of_two_workers(tmp_path / "run")
    keys = {address for address, _ in RunFolder.read(tmp_path / "run").replies}
    assert keys == {"p/s#0", "p/w1#0", "p/w1#1", "p/w2#0", "p/w2#1"}


def test_a_torn_last_row_of_each_worker_is_cut_off(tmp_path: Path) -> None:
    of_two_workers(tmp_path / "run")
    for worker in (1, 2):
        path = tmp_path / f"run/replies-{worker}.jsonl"
        path.write_bytes(path.read_bytes()[:-5])
    assert len(RunFolder.resume(tmp_path / "run").replies) == 3
    for worker in (1, 2):
        assert (tmp_path / f"run/replies-{worker}.jsonl").read_bytes().count(b"\n") == 1


def test_no_row_may_stand_in_the_files_of_two_workers(tmp_path: Path) -> None:
    of_two_workers(tmp_path / "run")
    path = tmp_path / "run/replies-2.jsonl"
    path.write_bytes(path.read_bytes() + (tmp_path / "run/replies-1.jsonl").read_bytes())
    with pytest.raises(RunError, match=r"replies-2\.jsonl: p/w1#0 repeat 0 appears twice"):
        RunFolder.read(tmp_path / "run")


def test_what_other_processes_added_is_gathered(tmp_path: Path) -> None:
    folder = filled(tmp_path / "run", 1)
    writer = RowWriter(tmp_path / "run", 1)
    writer.add(reply("p/w1#0"), b"\xff")
    writer.close()
    folder.gather()
    assert folder.body(folder.replies[("p/w1#0", 0)]) == "\N{REPLACEMENT CHARACTER}"


def test_arrivals_and_ends_of_workers_are_read_as_they_were_written(tmp_path: Path) -> None:
    folder = filled(tmp_path / "run")
    arrivals = Arrivals(format=1, schedule="poisson", rate=2.5, duration=4.0, workers=2, cycle=("a", "b"))
    ends = [WorkerEnd(worker=k, planned=5, recorded=5, lags={3: 4, 12: 1}) for k in (1, 2)]
    folder.write_arrivals(arrivals)
    for end in ends:
        write_end(folder.path, end)
    assert (folder.read_arrivals(), folder.read_ends()) == (arrivals, ends)


def concluded(path: Path) -> RunFolder:
    folder = filled(path)
    none = Estimate(value=None, low=0.0, high=1.0, n=0)
    headline = Headline(pilot=none, projected=none, gap=none, silent_errors=none, straight_through=none)
    folder.conclude((), Verdict(format=1, verdict="go", exit_code=0, valid=True, problems=(), headline=headline))
    return folder


def test_a_concluded_run_is_known_to_be_whole_and_by_its_evidence(tmp_path: Path) -> None:
    wrote = concluded(tmp_path / "run")
    read = RunFolder.read(tmp_path / "run")
    assert read.evidence() == wrote.evidence()
    assert read.replies == wrote.replies


def test_rows_of_a_concluded_run_that_were_spread_anew_are_the_same_evidence(tmp_path: Path) -> None:
    wrote = concluded(tmp_path / "run")
    lines = (tmp_path / "run/replies.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "run/replies.jsonl").write_bytes(lines[2])
    (tmp_path / "run/replies-1.jsonl").write_bytes(lines[0] + lines[1])
    assert RunFolder.read(tmp_path / "run").evidence() == wrote.evidence()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: [lines[0], lines[1][:30] + b"\n", lines[2]], r"replies\.jsonl:2: is damaged"),
        (lambda lines: [*lines, lines[1]], r"p/s#1 repeat 0 appears twice"),
    ],
)
def test_a_concluded_run_is_refused_when_its_rows_were_damaged_since(
    tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], says: str
) -> None:
    concluded(tmp_path / "run")
    rows = tmp_path / "run/replies.jsonl"
    rows.write_bytes(b"".join(change(rows.read_bytes().splitlines(keepends=True))))
    with pytest.raises(RunError, match=says):
        RunFolder.read(tmp_path / "run")


def test_an_edited_reply_is_other_evidence(tmp_path: Path) -> None:
    wrote = concluded(tmp_path / "run")
    rows = tmp_path / "run/replies.jsonl"
    rows.write_bytes(rows.read_bytes().replace(b'"status":200', b'"status":500', 1))
    assert RunFolder.read(tmp_path / "run").evidence() != wrote.evidence()


def test_replies_that_are_gone_when_they_are_first_asked_for_are_never_taken_for_none(tmp_path: Path) -> None:
    concluded(tmp_path / "run")
    read = RunFolder.read(tmp_path / "run")
    (tmp_path / "run/replies.jsonl").unlink()
    with pytest.raises(RunError, match="its replies changed while they were used"):
        _ = read.replies
