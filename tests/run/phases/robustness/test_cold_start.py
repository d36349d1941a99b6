"""The first answers after a start, from an instance that the harness starts for itself."""

import json
import os
import shlex
import sys
from pathlib import Path

import pytest

from harness.core.finding import Where
from harness.core.finding_kinds import FindingKind, Why
from harness.core.settings import Target
from harness.run.sending.starting import Instances
from tests.endpoints.checking import changed_in, circumstance, cut_off, parts, reasons, routed, untested, write_samples
from tests.endpoints.command import ROOT, harness
from tests.endpoints.processes import children, group
from tests.endpoints.remembering import route


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_samples()


STARTED = "{python} -m tests.endpoints.remembering {{port}} {wrong} {seconds}"


def started(wrong: int, seconds: float = 0.0) -> str:
    """The command that starts the text service, whose first answers are the commonest label."""
    return STARTED.format(python=sys.executable, wrong=wrong, seconds=seconds)


def configured(command: str, **more: object) -> None:
    """A harness.toml with that start command."""
    lines = ["[target]", f"start = {json.dumps(command)}", *(f"{key} = {value}" for key, value in more.items())]
    Path("harness.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.mark.usefixtures("_importable")
def test_the_first_answers_after_a_start_are_found_with_what_they_are_and_when_they_end() -> None:
    configured(started(wrong=20))
    assert routed(route).code == 1
    finding = changed_in(Where.AFTER_START, "20")
    assert (finding["subject"], finding["names"]) == ("constant", ["billing"])
    assert finding["count"] == {"hits": 10, "n": 10}
    assert finding["parts"] == {"constant": {"hits": 10, "n": 10}}
    assert finding["control"] == {"hits": 0, "n": 10}
    (reason,) = reasons()
    assert all(case.startswith("state/start_2#") for case in reason["cases"])
    assert harness("show", reason["cases"][0], "--run", "run").code == 0


@pytest.mark.usefixtures("_importable")
def test_an_instance_that_is_right_from_the_first_request_passes_and_is_ended() -> None:
    configured(started(wrong=0, seconds=0.5))
    routed(route)
    assert reasons() == []
    assert "state/start_1" in parts()
    assert Where.AFTER_START not in untested()


@pytest.mark.usefixtures("_importable")
def test_an_instance_is_ended_with_all_that_it_started_also_when_the_run_fails() -> None:
    command = f"sh -c 'sleep 300 & exec {started(wrong=0)}'"
    target = Target(protocol="json", url="http://127.0.0.1:1/route", start=command)
    groups: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted(Instances(target=target, folder=Path()), groups)
    assert len(groups) == 1
    assert [group(one) for one in groups] == [[]]


def interrupted(instances: Instances, groups: list[int]) -> None:
    """Ctrl-C while an instance runs; `groups` gets the process groups of more than one process."""
    with instances:
        assert instances.url(1).startswith("http://127.0.0.1:")
        assert instances.why(1) == ""
        groups += [child for child in children(os.getpid()) if len(group(child)) > 1]
        raise KeyboardInterrupt


@pytest.mark.full_dose
@pytest.mark.usefixtures("_importable")
def test_an_instance_of_another_release_is_not_taken_for_a_cold_one() -> None:
    configured(started(wrong=1000))
    routed(route)
    (reason,) = reasons()
    finding = reason["finding"]
    assert reason["status"] == "undecided"
    assert finding["kind"] == FindingKind.INSTANCE_DIFFERS
    assert finding["count"]["hits"] > 0
    assert finding["control"]["hits"] == 0
    assert finding["numbers"]["requests"] >= finding["count"]["n"]
    assert (finding["example"]["field"], finding["example"]["got"]) == ("label", "billing")


def test_a_command_that_ends_is_reported_with_its_last_lines_and_without_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STATE_TOKEN", "very-secret-word")
    script = "import os, sys; print('no model in', os.environ['STATE_TOKEN'], sys.argv[1]); sys.exit(3)"
    configured(f"{sys.executable} -c {shlex.quote(script)} {{port}}", headers='{ Authorization = "env:STATE_TOKEN" }')
    routed(route)
    (reason,) = reasons()
    finding = reason["finding"]
    assert reason["status"] == "undecided"
    assert (finding["kind"], finding["why"]) == (FindingKind.NOT_TESTED, Why.FAILED_TO_START)
    assert circumstance(finding) == (Where.AFTER_START, "")
    assert "the instance ended before it listened; its last output: no model in (hidden)" in finding["names"][0]
    assert [
        path for path in Path("run").rglob("*") if path.is_file() and b"very-secret-word" in path.read_bytes()
    ] == []


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("uvicorn app:app", "has no {port}"),
        ("pyhton3 app.py {port}", 'there is no command "pyhton3"\n  did you mean "python3"?'),
        ("python3 'app.py {port}", "cannot be read: No closing quotation"),
    ],
)
def test_a_start_command_that_cannot_work_is_an_error_before_the_run(command: str, message: str) -> None:
    configured(command)
    ran = routed(route)
    assert ran.code == 4
    assert message in ran.err
    assert not Path("run").exists()


@pytest.mark.full_dose
@pytest.mark.usefixtures("_importable")
def test_a_run_that_was_cut_off_after_a_start_does_not_mix_two_starts() -> None:
    configured(started(wrong=20))
    (before,) = cut_off(route, "state/start_1#", 11)
    (reason,) = reasons()
    assert (before["status"], reason["status"]) == ("failed", "undecided")
    assert (reason["finding"]["kind"], reason["finding"]["why"]) == (FindingKind.NOT_TESTED, Why.INTERRUPTED)


@pytest.mark.usefixtures("_importable")
def test_a_budget_of_400_runs_all_parts_with_a_start_command_and_a_second_customer() -> None:
    configured(started(wrong=0), headers='{ X-Customer = "anna" }', other_headers='{ X-Customer = "bert" }')
    routed(route, "--calls", "400")
    sent = {part.rstrip("0123456789") for part in parts() if part.startswith("state/")}
    kinds = {"burst", "later", "plain_", "accented_", "opening_", "start_", "variant_"}
    assert {f"state/{kind}" for kind in kinds} <= sent
    assert [one for one in untested().values() if one["why"] == Why.TOO_FEW_CALLS] == []
