"""A run is promoted, later runs are compared with it, and two are compared: what people see, and what is refused."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.core.clock import today
from harness.store.baseline import read_baseline, write_baseline
from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.golden import assert_golden
from tests.endpoints.orders import honest, timid, write_pilot
from tests.endpoints.server import Answer, HangUp, serving

LATER = "2099-12-31"
PACK = """pack = "ours"
version = "1.0.0"
[[scenario]]
id = "renamed"
base = "records"
ops = [{ op = "record.reorder", severity = "1..9" }]
"""


def by_parcel(body: bytes) -> tuple[int, object]:
    """A release that forgot about pallets."""
    status, reply = honest(body)
    return status, json.loads(json.dumps(reply).replace('"pallet"', '"parcel"'))


def check(answer: Answer, out: str, *more: str, calls: int = 467) -> CommandResult:
    with serving(answer) as url:
        asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", str(calls), "--out", out)
        return harness("check", url, *asked, *more)


def promote(run: str, *more: str, name: str = "v1", why: str = "first release", until: str = LATER) -> CommandResult:
    given = ("--as", name, "--why", why, "--until", until, "--approver", "Ada", "--accept-no-go", "known")
    return harness("promote", run, *given, *more)


def regress(out: str) -> dict[str, str]:
    """The status of each regression criterion that did not pass, by slice."""
    return {reason["slice"]: reason["status"] for reason in reasons(out) if reason["criterion"] == "regress"}


def reasons(out: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(Path(out, "verdict.json").read_text(encoding="utf-8"))["reasons"]
    return found


def findings(out: str, kind: str) -> list[dict[str, Any]]:
    every = json.loads(Path(out, "findings.json").read_text(encoding="utf-8"))
    return [one for one in every if one["kind"] == kind]


def drop_parts(out: str, name: str) -> dict[str, dict[str, int]]:
    """What became of the cases of a slice, as the note of its regression criterion has it."""
    (drop,) = (one for one in reasons(out) if (one["criterion"], one["slice"]) == ("regress", name))
    (note,) = drop["notes"]
    assert note["kind"] == "drop"
    parts: dict[str, dict[str, int]] = note["parts"]
    return parts


def refused(said: CommandResult, *says: str) -> None:
    assert (said.code, said.out) == (4, "")
    assert said.err.count("error: ") == 1
    assert "Traceback" not in said.err
    for text in says:
        assert text in said.err


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two runs of one service, one of a worse one, and the first promoted."""
    where = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(where)
        write_pilot(where / "pilot")
        assert check(honest, "one").code == 0
        promoted = promote("one")
        assert (promoted.code, promoted.err) == (0, "commit it; harness check compares every run with it (seed 1)\n")
        assert_golden("promote.out", promoted.out)
        for out, answer in [("two", honest), ("worse", by_parcel)]:
            said = check(answer, out)
            assert_golden(f"check-{out}-than-baseline.out", said.out)
    return where


@pytest.fixture
def here(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it to work in."""
    shutil.copytree(made, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def test_the_same_service_has_no_regression_and_a_worse_one_does(here: Path) -> None:
    assert (regress("one"), regress("two")) == ({}, {})
    # The seven cases that fell in the records are variants of several samples, and enough of them.
    assert regress("worse") == {"pilot": "failed", "malformed_records": "failed"}
    for run, failed in (("two", 0), ("worse", 2)):
        (baseline,) = findings(run, "baseline")
        assert (baseline["subject"], baseline["names"]) == ("v1", ["Ada", LATER])
        assert baseline["parts"] == {"failed": {"hits": failed, "n": 2}, "undecided": {"hits": 0, "n": 2}}
        assert baseline["count"] == {"hits": 0, "n": 120}
    assert findings("one", "baseline") == []


def test_what_a_run_was_compared_with_is_on_the_screen_also_when_it_is_shown_again(here: Path) -> None:
    for run in ("two", "worse"):
        assert_golden(f"check-{run}-than-baseline.out", harness("show", run).out)


def test_diff_of_baseline_and_run_says_the_same_as_check_did(here: Path) -> None:
    for run, code in [("two", 0), ("worse", 1)]:
        said = harness("diff", "baseline", run)
        assert (said.code, said.err) == (code, "")
        assert_golden(f"diff-{run}.out", said.out)
        for reason in json.loads(harness("diff", "baseline", run, "--json").out)["verdict"]["reasons"]:
            assert harness(*reason["show"].split()[1:]).code == 0


def test_diff_of_two_runs_needs_no_baseline(here: Path) -> None:
    shutil.rmtree("baseline")
    said = harness("diff", "one", "worse", "--json")
    told = json.loads(said.out)
    assert (said.code, told["verdict"]["exit_code"], told["before"], told["after"]) == (1, 1, "one", "worse")
    assert set(told["difference"]["changes"]) == {"same", "newly_failing"}
    back = json.loads(harness("diff", "worse", "one", "--json").out)
    assert (back["verdict"]["verdict"], set(back["difference"]["changes"])) == ("go", {"same", "newly_passing"})


def test_a_run_compared_with_itself_is_refused_under_whatever_name(here: Path) -> None:
    shutil.copytree("one", "copy")
    for before, after in [("one", "one"), ("one", "./one"), ("one", "copy"), ("baseline", "one"), ("baseline", "copy")]:
        refused(harness("diff", before, after), "are the same run: a run compared with itself shows nothing")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("nowhere", "one"), "nowhere: there is neither a run nor a baseline"),
        (("one", "nowhere"), "nowhere: contains no run"),
        (("one", "baseline"), "baseline: is a baseline; it comes first\n  harness diff baseline RUN"),
        (("pilot", "one"), "pilot: there is neither a run nor a baseline"),
    ],
)
def test_what_cannot_be_compared_is_named(here: Path, args: tuple[str, str], says: str) -> None:
    refused(harness("diff", *args), says)


def test_a_baseline_brings_its_seed_and_another_one_is_refused(here: Path) -> None:
    shutil.rmtree("baseline")
    check(honest, "seven", "--seed", "7", calls=40)
    promote("seven")
    assert check(honest, "again", calls=40).code in (0, 5)
    assert RunFolder.read(Path("again")).head.seed == 7
    assert regress("again").get("pilot") != "failed"
    refused(
        check(honest, "other", "--seed", "8", calls=40),
        'the baseline "v1" (approved by Ada, until 2099-12-31) in baseline/ was drawn with seed 7',
        "  leave --seed out",
    )
    assert not Path("other").exists()
    refused(harness("diff", "one", "seven"), "one was drawn with seed 1, seven with seed 7")


def _edit(here: Path) -> None:
    path = here / "baseline/cases.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"wrong"', b'"right"').replace(b'"right"', b'"wrong"', 1))


def _expire(here: Path) -> None:
    found = read_baseline(here / "baseline")
    past = (today() - timedelta(days=1)).isoformat()
    write_baseline(here / "baseline", replace(found.head, until=past), found.cases, found.sketches)


def _other_samples(here: Path) -> None:
    lines = (here / "pilot/orders.jsonl").read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    lines[0] = json.dumps({**first, "note": "another note here"})
    (here / "pilot/orders.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (_edit, 'baseline "v1" was edited by hand since it was promoted'),
        (_expire, f'baseline "v1" expired on {today() - timedelta(days=1)}'),
        (_other_samples, 'baseline "v1" is of other samples'),
    ],
    ids=["edited", "expired", "samples"],
)
def test_a_baseline_that_does_not_count_is_named_and_its_criteria_are_undecided(
    here: Path, harm: Callable[[Path], None], says: str
) -> None:
    harm(here)
    said = check(by_parcel, "new")
    flaws = says.removeprefix('baseline "v1" ')
    assert f"baseline: it {flaws}: its criteria will be undecided; promote a new run" in said.err
    (unusable,) = findings("new", "baseline_unusable")
    assert (unusable["subject"], unusable["names"][:2]) == (flaws, ["v1", "Ada"])
    for reason in reasons("new"):
        if reason["criterion"] == "regress":
            assert [(note["kind"], note["subject"]) for note in reason["notes"]] == [("baseline_unusable", flaws)]
    assert findings("new", "baseline") == []
    assert regress("new") == {"pilot": "undecided", "malformed_records": "undecided"}
    refused(harness("diff", "baseline", "new"), says)


def test_which_cases_changed_is_named(here: Path) -> None:
    _other_samples(here)
    check(honest, "new")
    (unusable,) = findings("new", "baseline_unusable")
    assert unusable["count"] == {"hits": 6, "n": 120}
    assert len(unusable["cases"]) == 6
    assert unusable["cases"][0].startswith("malformed_records/")
    assert "other bytes in 6 cases (malformed_records/" in harness("diff", "baseline", "new").err


def test_a_pack_of_another_version_is_named(here: Path) -> None:
    shutil.rmtree("baseline")
    Path("own").mkdir()
    Path("own/pack.toml").write_text(PACK.replace("record.reorder", "record.duplicate_key"), encoding="utf-8")
    with_pack = ("--pack", "pilot", "--pack", "own")
    check(honest, "before", *with_pack, calls=60)
    assert promote("before").code == 0
    Path("own/pack.toml").write_text(PACK.replace("record.reorder", "record.null"), encoding="utf-8")
    says = 'baseline "v1" is of other pack ours'
    check(honest, "after", *with_pack, calls=60)
    assert [one["subject"] for one in findings("after", "baseline_unusable")] == ["is of other pack ours"]
    assert regress("after")["ours"] == "undecided"
    refused(harness("diff", "baseline", "after"), says, "other bytes in ")
    refused(promote("before"), "before: pack ours changed since this run")


def test_what_the_criteria_can_see_is_printed_before_the_first_call(here: Path) -> None:
    said = check(honest, "new", calls=467)
    clause = r"a drop is shown if \d of {} cases fall; a drop of \d+ points fails with chance 0.8"
    for name, cases in (("pilot", 30), ("malformed_records", 90)):
        assert re.search(f"baseline: {name}: {clause.format(cases)}", said.err)
    assert said.err.index("a drop is shown") < said.err.index("price: ") < said.err.index("first look: ")


def test_a_pack_that_was_taken_out_of_the_mix_is_not_forgotten(here: Path) -> None:
    said = check(honest, "new", "--pack", "pilot", calls=60)
    assert (said.code, regress("new")) == (5, dict.fromkeys(("malformed_records", "pilot"), "undecided"))
    assert drop_parts("new", "malformed_records") == {"missing": {"hits": 90, "n": 90}}
    assert harness("diff", "baseline", "new").code == 5


def test_fewer_calls_than_the_baseline_had_are_never_go(here: Path) -> None:
    said = check(honest, "few", calls=60)
    assert "it was made with 467 calls; 60 do not send all of its cases, so its criteria cannot pass" in said.err
    assert regress("few")["malformed_records"] == "undecided"
    missing = drop_parts("few", "malformed_records")["missing"]
    assert 0 < missing["hits"] < missing["n"] == 90


def test_a_resumed_run_is_compared_with_the_baseline_that_it_was_started_with(here: Path) -> None:
    asked = 0

    def dies(body: bytes) -> tuple[int, object]:
        nonlocal asked
        asked += 1
        if asked > 50:
            raise HangUp
        return by_parcel(body)

    with serving(dies) as url:
        command = ("check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", "467", "--out", "run")
        assert harness(*command).code == 5
        assert RunFolder.read(Path("run")).head.baseline == read_baseline(Path("baseline")).digest
        asked = -1000
        shutil.copytree("baseline", "kept")
        promote("worse", name="v2")
        refused(harness(*command, "--resume"), "run: was started with different baseline\n")
        shutil.rmtree("baseline")
        refused(harness(*command, "--resume"), "run: was started with different baseline\n")
        shutil.copytree("kept", "baseline")
        assert harness(*command, "--resume").code == 1
    assert regress("run")["pilot"] == "failed"


def test_without_a_baseline_nothing_is_said_of_it(here: Path) -> None:
    shutil.rmtree("baseline")
    said = check(honest, "new", calls=40)
    assert "baseline" not in said.out + said.err
    assert regress("new") == {}


def test_an_empty_path_means_no_baseline_and_a_missing_one_is_named(here: Path) -> None:
    Path("harness.toml").write_text('[baseline]\npath = ""\n', encoding="utf-8")
    assert "baseline" not in check(honest, "new", "--seed", "5", calls=40).err
    Path("harness.toml").write_text('[baseline]\npath = "approved"\n', encoding="utf-8")
    said = check(honest, "newer", calls=40)
    assert (
        "baseline: there is none in approved/, so regressions are not tested; make one: harness promote RUN" in said.err
    )
    assert promote("newer").code == 0
    assert read_baseline(Path("approved")).head.run == "newer"


def test_a_damaged_baseline_is_told_before_the_first_call(here: Path) -> None:
    Path("baseline/baseline.json").write_text("{", encoding="utf-8")
    refused(check(honest, "new"), "baseline/baseline.json: is damaged", "promote a new run")
    assert not Path("new").exists()


def test_promoting_replaces_the_old_one_and_names_it(here: Path) -> None:
    said = promote("worse", name="v2", why="the pallets are gone", until=str(today()))
    assert said.code == 0
    assert 'replaced: "v1" (approved by Ada, until 2099-12-31)\n' in said.err
    head = read_baseline(Path("baseline")).head
    assert (head.name, head.verdict, head.reason) == ("v2", "no-go", "the pallets are gone")
    assert (head.calls, head.repeats) == (467, {"malformed_records": 1, "pilot": 6})
    _edit(here)
    again = promote("two", name="v3")
    assert (
        f'replaced: "v2" (approved by Ada, until {today()}, a no-go that was accepted), which was edited by hand'
        in again.err
    )


def test_a_no_go_becomes_the_baseline_only_with_a_reason_of_its_own(here: Path) -> None:
    told = ("promote", "worse", "--as", "v2", "--why", "better", "--until", LATER, "--approver", "Ada")
    failed = "silent errors (answerable cases)"
    refused(harness(*told), f"worse: its verdict is no-go ({failed}", '--accept-no-go "known until the next release"')
    refused(harness(*told, "--accept-no-go", "  "), "its verdict is no-go")
    said = harness(*told, "--accept-no-go", "known  until March")
    assert said.code == 0, said.err
    assert "the no-go was accepted: known until March\n" in said.out
    head = json.loads(Path("baseline/baseline.json").read_text(encoding="utf-8"))
    assert (head["verdict"], head["accepted_no_go"]) == ("no-go", "known until March")
    assert "a no-go that was accepted)" in check(honest, "after").err


def test_a_go_needs_no_such_reason(here: Path) -> None:
    told = ("--as", "v2", "--why", "better", "--until", LATER, "--approver", "Ada")
    assert harness("promote", "two", *told).code == 0
    assert json.loads(Path("baseline/baseline.json").read_text(encoding="utf-8"))["accepted_no_go"] == ""


def test_promote_tells_baseline_json(here: Path) -> None:
    said = promote("two", "--json", name="v2")
    told = json.loads(said.out)
    assert (told["name"], told["approver"], told["until"], told["seed"]) == ("v2", "Ada", LATER, 1)
    assert json.loads(Path("baseline/baseline.json").read_text(encoding="utf-8"))["name"] == "v2"


def test_the_approver_is_who_git_says(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "Grace Hopper")
    said = harness("promote", "two", "--as", "v2", "--why", "better", "--until", LATER)
    assert "approved by Grace Hopper (git config user.name): better" in said.out
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("LOGNAME", "grace")
    said = harness("promote", "two", "--as", "v2", "--why", "better", "--until", LATER)
    assert "approved by grace (the login name): better" in said.out


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"why": " "}, "--why is empty: a baseline needs the reason for the approval"),
        ({"name": ""}, "--as is empty: a baseline needs a name"),
        ({"until": ""}, "no date given: a baseline needs a last valid day"),
        ({"until": "soon"}, '--until "soon" is not a date\n  write it like '),
        ({"until": str(today() - timedelta(days=1))}, "is in the past"),
        ({"run": "nowhere"}, "nowhere: contains no run"),
        ({"run": "baseline"}, "baseline: contains no run"),
    ],
)
def test_what_makes_no_baseline_is_refused_and_the_old_one_stays(here: Path, more: dict[str, str], says: str) -> None:
    before = {path.name: path.read_bytes() for path in Path("baseline").iterdir()}
    refused(promote(more.pop("run", "two"), **more), says)
    assert {path.name: path.read_bytes() for path in Path("baseline").iterdir()} == before


def test_no_reason_given_is_refused(here: Path) -> None:
    refused(harness("promote", "two", "--as", "v2", "--until", LATER), "--why is empty")


def test_a_run_that_cannot_be_trusted_or_was_not_finished_is_no_baseline(here: Path) -> None:
    asked = 0

    def dies(body: bytes) -> tuple[int, object]:
        nonlocal asked
        asked += 1
        if asked > 50:
            raise HangUp
        return honest(body)

    check(dies, "invalid")
    refused(promote("invalid"), "invalid: this run cannot be trusted: the target stopped answering", "--resume")
    Path("two/verdict.json").unlink()
    refused(promote("two"), "two: the run was not finished")
    assert harness("diff", "one", "invalid").code == 5


def test_a_run_without_its_judgements_is_no_baseline(here: Path) -> None:
    Path("two/judged.jsonl").unlink()
    refused(promote("two"), "two: there is no reply for 120 cases (pilot/")


def test_a_baseline_that_a_crash_left_beside_its_place_is_found(here: Path) -> None:
    Path("baseline").rename(".baseline.old")
    assert 'baseline: "v1" (approved by Ada' in check(honest, "new").err
    assert Path("baseline").is_dir()


def test_samples_that_changed_since_the_run_are_no_baseline(here: Path) -> None:
    _other_samples(here)
    refused(promote("two"), "two: samples changed since this run, so no run could be compared with it")


def test_a_place_that_is_no_baseline_or_cannot_be_written_is_refused(here: Path) -> None:
    Path("file").touch()
    for path, says in [
        ("pilot", "pilot: exists, but is not a baseline (baseline.json is missing): not replaced"),
        ("file", "file: exists, but is not a baseline"),
        ("file/deep", "file/deep: cannot be written: "),
        ("/proc/self/none", "/proc/self/none: cannot be written: "),
        ("", 'path = "" disables the baseline'),
    ]:
        Path("harness.toml").write_text(f'[baseline]\npath = "{path}"\n', encoding="utf-8")
        refused(promote("two"), says)
    assert sorted(path.name for path in Path("pilot").iterdir()) == ["orders.jsonl"]


def test_a_folder_called_baseline_that_holds_none_is_told(here: Path) -> None:
    shutil.rmtree("baseline")
    Path("baseline").mkdir()
    Path("baseline/ours.txt").touch()
    said = check(honest, "new", calls=40)
    assert "baseline: there is none in baseline/, so regressions are not tested" in said.err
    assert regress("new") == {}
    refused(promote("new"), "baseline: exists, but is not a baseline")


def test_no_secret_is_in_a_baseline(here: Path) -> None:
    Path("harness.toml").write_text('[target.headers]\nX-Key = "in-the-clear"\n', encoding="utf-8")
    shutil.rmtree("baseline")
    with serving(honest) as url:
        secret = url.replace("http://", "http://me:in-the-address@")
        harness("check", secret, "--samples", "pilot", "--truth", "total,carrier", "--calls", "40", "--out", "new")
    promote("new")
    everything = b"".join(path.read_bytes() for path in Path("baseline").iterdir())
    assert b"in-the-" not in everything
    assert b"(hidden)" in everything


def _cut_in_the_middle(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:5], lines[5][:50] + b"\n", *lines[6:]]))


def _repeat_a_line(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, lines[3]]))


@pytest.mark.parametrize("name", ["replies.jsonl", "cases.jsonl", "judged.jsonl"])
@pytest.mark.parametrize(
    ("harm", "says"), [(_cut_in_the_middle, ":6: is damaged: "), (_repeat_a_line, " appears twice\n")]
)
def test_a_run_that_is_damaged_or_holds_a_row_twice_is_no_side_and_no_baseline(
    here: Path, name: str, harm: Callable[[Path], None], says: str
) -> None:
    harm(here / "two" / name)
    for said in (harness("diff", "baseline", "two"), harness("diff", "two", "one"), promote("two", name="v2")):
        refused(said, f"two/{name}", says, "a run is evidence: restore the file")


def test_a_run_of_a_newer_format_is_no_side_and_no_baseline(here: Path) -> None:
    head = here / "two/run.json"
    head.write_text(json.dumps({**json.loads(head.read_text(encoding="utf-8")), "format": 2}), encoding="utf-8")
    for said in (harness("diff", "baseline", "two"), promote("two", name="v2")):
        refused(said, "two: was written in format 2, this harness reads up to 1\n")


@pytest.mark.parametrize(
    ("harm", "says"), [(_cut_in_the_middle, "cases.jsonl:6: is damaged: "), (_repeat_a_line, " appears twice\n")]
)
def test_a_baseline_that_is_damaged_or_holds_a_case_twice_is_refused_everywhere(
    here: Path, harm: Callable[[Path], None], says: str
) -> None:
    harm(here / "baseline/cases.jsonl")
    for said in (harness("diff", "baseline", "two"), check(honest, "new")):
        refused(said, "baseline/cases.jsonl", says, "restore the baseline from git, or promote a new run")


def test_runs_of_other_packs_are_never_go_in_a_comparison(here: Path) -> None:
    Path("own").mkdir()
    Path("own/pack.toml").write_text(PACK.replace("record.reorder", "record.duplicate_key"), encoding="utf-8")
    Path("harness.toml").write_text('[baseline]\npath = ""\n', encoding="utf-8")
    check(honest, "other", "--pack", "pilot", "--pack", "own", calls=60)
    said = harness("diff", "one", "other", "--json")
    assert said.code == 5
    found = {reason["slice"]: reason for reason in json.loads(said.out)["verdict"]["reasons"]}
    for name, kind in (("ours", "empty_slice"), ("malformed_records", "drop")):
        assert (found[name]["criterion"], found[name]["value"], found[name]["limit"]) == ("regress", None, 0.05)
        assert [note["kind"] for note in found[name]["notes"]] == [kind]
    assert found["ours"]["notes"][0]["subject"] == "baseline"
    assert found["malformed_records"]["notes"][0]["parts"] == {"missing": {"hits": 90, "n": 90}}


def test_a_critical_slice_that_does_not_exist_is_an_error_that_lists_the_slices(here: Path) -> None:
    Path("harness.toml").write_text('[pilot]\nslice = ["country"]\n[gate]\ncritical = ["XX"]\n', encoding="utf-8")
    said = check(honest, "new", calls=467)
    assert said.code == 4
    assert 'gate.critical: no case of this run is in the slice "XX"' in said.err
    assert "slices: pilot, malformed_records, country=DE, country=FR" in said.err


def test_cases_that_all_changed_nothing_are_never_go(here: Path) -> None:
    Path("own").mkdir()
    Path("own/pack.toml").write_text(
        PACK.replace("record.reorder", "record.retype").replace("1..9", "0..0"), encoding="utf-8"
    )
    Path("harness.toml").write_text('[baseline]\npath = ""\n', encoding="utf-8")
    said = check(honest, "new", "--pack", "own", calls=200)
    assert said.code == 5
    assert ("ours", None) in [(one["slice"], one["value"]) for one in reasons("new")]


def test_faults_are_no_slice_and_other_faults_are_still_the_same_cases(here: Path) -> None:
    """They have a phase of their own, after everything that is compared."""
    Path("faults.toml").write_text('[[fault]]\nkind = "latency"\nwhere = "target"\nseconds = 0.01\n', encoding="utf-8")
    assert check(honest, "faulty", "--faults", "faults.toml", calls=467).code == 0
    promote("faulty")
    assert check(honest, "plain", calls=467).code == 0
    assert regress("plain") == {}


def test_a_release_that_hands_everything_over_is_a_finding_beside_the_regression(here: Path) -> None:
    check(timid, "flagging")
    (more,) = findings("flagging", "more_handed_over")
    assert more["count"]["hits"] > more["control"]["hits"]
    assert more["count"]["n"] == more["control"]["n"] == 120
    gained = more["parts"]["newly"]["hits"] - more["parts"]["no_longer"]["hits"]
    assert more["count"]["hits"] - more["control"]["hits"] == gained > 0
    assert findings("two", "more_handed_over") == []
    assert "regress" in [reason["criterion"] for reason in reasons("flagging")]


def test_orders_that_were_refused_and_now_get_a_wrong_total_are_a_regression_although_quality_did_not_fall(
    here: Path,
) -> None:
    def careful(body: bytes) -> tuple[int, object]:
        return (422, {"detail": "no rate"}) if b'"PL"' in body else honest(body)

    def guessing(body: bytes) -> tuple[int, object]:
        return honest(body.replace(b'"PL"', b'"DE"'))

    check(careful, "careful")
    promote("careful")
    said = check(guessing, "guessing")
    assert said.code == 1
    (found,) = (one for one in reasons("guessing") if (one["criterion"], one["slice"]) == ("regress", "pilot"))
    (note,) = found["notes"]
    assert (found["status"], note["kind"], note["numbers"]["before"]) == ("failed", "silent_rise", 0.0)
    assert set(note["parts"]) == {"newly_silent"}
    assert "Silent errors rose in" in harness("show", "guessing", "--verbose").out
    compared = harness("diff", "careful", "guessing")
    assert (compared.code, compared.out.count("rise of silent errors")) == (1, 1)
    assert re.search(r"^cases .*\b\d+ newly silent", compared.out, re.MULTILINE)
