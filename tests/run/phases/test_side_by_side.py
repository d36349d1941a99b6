"""`check --against`: two services get the same cases at the same moments, and one is compared with the other."""

import json
from collections import Counter
from pathlib import Path

import pytest

from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import honest, unsteady, write_pilot
from tests.endpoints.server import Answer, HangUp, serving
from tests.run.baseline.test_baseline import by_parcel


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))


def beside(new: Answer, old: Answer, out: str = "run", *more: str) -> CommandResult:
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "400", "--out", out)
    with serving(new) as url, serving(old) as other:
        return harness("check", url, "--against", other, *asked, *more)


def regress(out: str = "run") -> dict[str, str]:
    told = json.loads(Path(out, "verdict.json").read_text(encoding="utf-8"))
    return {reason["slice"]: reason["status"] for reason in told["reasons"] if reason["criterion"] == "regress"}


def sent(path: str) -> Counter[tuple[str, int]]:
    mix = [key for key in RunFolder.read(Path(path)).replies if key[0].startswith(("pilot/", "malformed_records/"))]
    return Counter(mix)


def test_a_worse_release_is_a_regression_against_the_running_one_without_any_baseline() -> None:
    said = beside(by_parcel, honest)
    assert regress() == {"pilot": "failed", "malformed_records": "failed"}
    assert said.code == 1
    findings = json.loads(Path("run", "findings.json").read_text(encoding="utf-8"))
    (reference,) = (one for one in findings if one["kind"] == "reference")
    assert reference["subject"].startswith("http://127.0.0.1:")
    assert reference["parts"] == {"failed": {"hits": 2, "n": 2}, "undecided": {"hits": 0, "n": 2}}
    assert reference["show"] == "harness diff run/against run"
    assert "which gets the same cases at the same moments" in said.err


def test_two_services_that_are_alike_have_no_regression() -> None:
    assert beside(honest, honest).code == 0
    assert regress() == {}


def test_both_get_the_same_cases_as_often_and_at_the_same_moments() -> None:
    beside(honest, honest)
    assert sent("run") == sent("run/against")
    ours, theirs = (RunFolder.read(Path(path)).replies for path in ("run", "run/against"))
    apart = [abs(ours[key].due - row.due) for key, row in theirs.items()]
    assert sorted(apart)[len(apart) // 2] < 0.5


def test_what_the_other_said_is_a_run_that_can_be_compared_and_shown() -> None:
    beside(by_parcel, honest)
    said = harness("diff", "run/against", "run", "--json")
    found = json.loads(said.out)["verdict"]["reasons"]
    assert [reason["status"] for reason in found if reason["slice"] == "pilot"] == ["failed"]
    assert harness("show", "run/against").code == 0
    assert Path("run/against/report.html").is_file()


def test_an_unsteady_pair_is_not_called_worse() -> None:
    beside(unsteady(1, 0.9), unsteady(2, 0.9))
    assert "failed" not in regress().values()


def test_an_other_that_dies_in_the_middle_makes_the_run_untrusted() -> None:
    asked = 0

    def dying(body: bytes) -> tuple[int, object]:
        nonlocal asked
        asked += 1
        if asked > 40:
            raise HangUp
        return honest(body)

    said = beside(honest, dying)
    assert said.code == 5
    assert "the target stopped answering" in said.out


def test_an_other_that_is_not_there_is_named_before_the_run() -> None:
    with serving(honest) as url:
        asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "60", "--out", "run")
        said = harness("check", url, "--against", "http://127.0.0.1:9/score", *asked)
    assert said.code == 4
    assert "nothing answers at 127.0.0.1:9" in said.err


def test_another_host_needs_permission_as_any_target_does() -> None:
    with serving(honest) as url:
        said = harness("check", url, "--against", "http://example.com/x", "--samples", "pilot", "--truth", "total")
    assert said.code == 4
    assert "host example.com is not this machine and is not allowed" in said.err
    assert not Path("reports").exists()


def test_a_run_side_by_side_is_gone_on_with_on_both_sides() -> None:
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "400", "--out", "run", "--resume")
    with serving(honest) as url, serving(honest) as other:
        assert harness("check", url, "--against", other, *asked).code == 0
        whole = sent("run"), sent("run/against")
        for path in ("run", "run/against"):
            rows = Path(path, "replies.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
            Path(path, "replies.jsonl").write_text("".join(rows[:30]), encoding="utf-8")
        assert harness("check", url, "--against", other, *asked).code == 0
    assert (sent("run"), sent("run/against")) == whole
    assert max(sent("run/against").values()) == 1
