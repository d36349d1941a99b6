"""`pytest harness.toml`: which items there are, what their results are, and what is sent for them."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.core.verdict import Verdict
from harness.report.findings.describe import describe
from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import MANNERS
from tests.endpoints.pytest_project import TOML, addresses, run_pytest, sent_once, write_project
from tests.endpoints.server import Heard, serving

SCENARIOS = [
    "pilot/samples",
    *(
        f"malformed_records/{name}"
        for name in (
            *("missing_field", "several_missing", "null_field", "wrong_type_field", "duplicate_key", "truncated"),
            *("conflicting_key", "not_a_number", "renamed_field", "other_build", "in_an_envelope", "other_word"),
            *("more_fields", "other_key_order"),
        )
    ),
]
CRITERIA = [
    "straight_through",
    "silent_errors",
    "silent_errors_other",
    "silent_errors_pack/pilot",
    "silent_errors_pack/malformed_records",
    "gap",
    "errors",
    "unknown",
    "samples",
    "concurrency",
    "state",
    "round_trip",
    "unanswerable",
    "coverage",
    "verdict",
]
ITEMS = [f"harness.toml::{name}" for name in (*SCENARIOS, *(f"gate/{name}" for name in CRITERIA))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One session over harness.toml, and what the service received from it."""

    said: CommandResult
    heard: list[Heard]
    folder: Path

    @property
    def run(self) -> RunFolder:
        (path,) = (self.folder / "reports").iterdir()
        return RunFolder.read(path)

    @property
    def verdict(self) -> Verdict:
        return self.run.read_verdict()

    def blocks(self) -> dict[str, list[str]]:
        """The lines of each failing item, by its name."""
        _, _, rest = self.said.out.partition("= FAILURES =")
        body = rest.partition("= golive-harness =")[0].splitlines()[1:]
        found: dict[str, list[str]] = {}
        for line in body:
            if line.startswith("___"):
                name = line.strip("_ ")
                found[name] = []
            elif not line.startswith(("[gw", "===", "---")):
                found[name].append(line)
        return found


def session(where: Path, manner: str, *args: str, calls: int = 400, toml: str = TOML) -> Ran:
    heard: list[Heard] = []
    with serving(MANNERS[manner], heard=heard) as url:
        write_project(where, url, calls=calls, toml=toml)
        said = run_pytest(where, *(args or ("harness.toml",)))
    return Ran(said=said, heard=heard, folder=where)


@pytest.fixture(scope="module")
def liar(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return session(tmp_path_factory.mktemp("liar"), "liar", "harness.toml", "--junitxml=junit.xml")


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return session(tmp_path_factory.mktemp("honest"), "honest", "harness.toml", "-v")


def test_an_honest_service_passes_every_item(honest: Ran) -> None:
    assert honest.said.code == 0, honest.said.out
    assert f"{len(ITEMS)} passed" in honest.said.out
    assert honest.verdict.verdict == "go"


def test_there_is_one_item_for_each_scenario_and_criterion_the_verdict_last(honest: Ran) -> None:
    passed = [line.split()[0] for line in honest.said.out.splitlines() if " PASSED" in line]
    assert passed == ITEMS


def test_the_end_has_the_verdict_the_figures_and_the_folder(honest: Ran) -> None:
    end = honest.said.out.partition("= golive-harness =")[2]
    assert f"\nGO   all {len(honest.verdict.passed)} criteria passed" in end
    for figure in ("pilot-to-production gap", "silent errors", "straight-through (answerable cases)"):
        assert f"\n{figure} " in end
    assert f"again: harness show reports/{honest.run.path.name}\n" in end


def test_the_price_is_shown_before_the_first_item(honest: Ran) -> None:
    before = honest.said.out.partition("PASSED")[0]
    assert (
        "harness: one run for 30 items, at most 400 calls (cases: pilot 30, malformed_records 90; concurrency 26;"
        " state 16; round_trip 3; unanswerable 5; coverage 74; probes 6)" in before
    )
    assert "malformed_records: 90 cases without a silent error show at most" in before


def test_one_run_feeds_all_items_and_no_case_is_sent_twice(honest: Ran) -> None:
    assert len(honest.heard) == len(honest.run.replies) <= 400
    sent = Counter(sent_once(honest.heard))
    assert {times for address, times in sent.items() if address.startswith("pilot/")} == {6}
    assert {times for address, times in sent.items() if not address.startswith("pilot/")} == {1}


def test_what_blocks_a_release_fails_and_the_rest_passes(liar: Ran) -> None:
    assert liar.said.code == 1
    failed = set(liar.blocks())
    reasons = liar.verdict.reasons
    assert liar.verdict.verdict == "no-go"
    blocking = {f"gate/{r.criterion}" + (f"/{r.slice}" if r.slice else "") for r in reasons}
    assert {name for name in failed if name.startswith("gate/")} == {*blocking, "gate/verdict"}
    assert {"malformed_records/missing_field", "malformed_records/truncated"} <= failed
    assert "pilot/samples" not in failed


def test_a_failing_item_has_its_status_first_and_the_command_last(liar: Ran) -> None:
    blocks = liar.blocks()
    whole = blocks.pop("gate/verdict")
    assert whole[0].startswith("NO-GO   ")
    assert f"harness show reports/{liar.run.path.name}" in whole[-1]
    for name, lines in blocks.items():
        assert lines[0].startswith(("failed: ", "undecided: ")), name
        assert lines[-1].startswith("harness show "), name
        assert "Traceback" not in "".join(lines), name
    assert "Traceback" not in "".join(whole)


def test_a_failing_scenario_shows_truth_against_answer(liar: Ran) -> None:
    first, measured, worst, *_, last = liar.blocks()["malformed_records/missing_field"]
    assert first.startswith("failed: Silent errors in malformed_records/missing_field: ")
    assert first.endswith(", limit 10 %")
    assert re.fullmatch(r"  90 % interval [\d.]+ - [\d.]+ %; \d+ of 10", measured)
    assert worst.startswith("  malformed_records/missing_field#")
    assert ": accepted: total is " in worst
    assert ", the service answered " in worst
    assert last.startswith("harness show malformed_records/missing_field#")
    assert last.endswith(f" --run reports/{liar.run.path.name}")


def test_a_failing_criterion_has_its_cause_as_the_screen_has_it(liar: Ran) -> None:
    lines = liar.blocks()["gate/silent_errors_other"]
    (cause,) = (reason.cause for reason in liar.verdict.reasons if reason.criterion == "silent_errors_other")
    assert cause is not None
    assert f"  cause: {describe(cause).headline}" in lines


def test_the_item_of_the_verdict_is_the_screen(liar: Ran) -> None:
    lines = liar.blocks()["gate/verdict"]
    figures = ("pilot-to-production gap ", "silent errors (", "straight-through (", "changes of single fields ")
    assert all(any(line.startswith(figure) for line in lines) for figure in figures)


def test_the_short_summary_is_the_first_line(liar: Ran) -> None:
    summary = liar.said.out.partition("short test summary info")[2]
    name = "malformed_records/truncated"
    assert f"FAILED harness.toml::{name} - failed: Silent errors in {name}: 100.0 %" in summary
    first = {f"FAILED harness.toml::{name} - {lines[0]}" for name, lines in liar.blocks().items()}
    assert {line for line in summary.splitlines() if line.startswith("FAILED ")} == first


def test_junit_has_a_testcase_an_item_with_two_properties(liar: Ran) -> None:
    cases = ElementTree.parse(liar.folder / "junit.xml").findall(".//testcase")
    assert [f"{one.get('classname')}::{one.get('name')}" for one in cases] == ITEMS
    properties = {one.get("name"): {p.get("name"): p.get("value") for p in one.iter("property")} for one in cases}
    run = f"reports/{liar.run.path.name}"
    assert properties["gate/verdict"] == {"harness_status": "failed", "harness_run": run}
    assert properties["gate/gap"] == {"harness_status": "passed", "harness_run": run}
    failure = next(one for one in cases if one.get("name") == "gate/verdict").find("failure")
    assert failure is not None
    assert (failure.text or "").startswith("NO-GO   ")


def test_with_too_small_a_budget_what_is_open_is_skipped_and_the_verdict_fails(tmp_path: Path) -> None:
    ran = session(tmp_path, "honest", "harness.toml", "-rs", calls=60)
    assert (ran.said.code, ran.verdict.verdict) == (1, "undecided")
    assert list(ran.blocks()) == ["gate/verdict"]
    what = r"Not enough evidence: silent errors \(answerable cases\) 0\.0 %, limit 2 %"
    decides = rf"undecided: {what}\. About \d+ more cases would decide this\. harness show reports/\S+\n"
    assert re.search(rf"SKIPPED \[1\] harness\.toml:\d+: {decides}", ran.said.out), ran.said.out


def test_an_undecided_verdict_may_be_allowed_and_a_no_go_may_not(tmp_path: Path) -> None:
    allowed = ("harness.toml", "-rs", "--harness-allow-undecided", "--harness-calls", "60")
    small = session(tmp_path / "small", "honest", *allowed)
    assert (small.said.code, small.verdict.verdict) == (0, "undecided"), small.said.out
    assert re.search(r"SKIPPED \[1\] \S+: UNDECIDED   \d+ undecided, \d+ passed\. harness show ", small.said.out)
    weak = session(tmp_path / "weak", "liar", *allowed)
    assert (weak.said.code, weak.verdict.verdict) == (1, "no-go")
    assert "gate/verdict" in weak.blocks()


def test_a_scenario_without_a_failing_case_is_not_red(liar: Ran) -> None:
    red = {name for name in liar.blocks() if not name.startswith("gate/")}
    silent = {row.address.partition("#")[0] for row in liar.run.read_judged() if row.silent_error}
    assert red
    assert red <= silent


def test_nothing_is_collected_and_nothing_sent_unless_it_is_asked_for(tmp_path: Path) -> None:
    heard: list[Heard] = []
    with serving(MANNERS["liar"], heard=heard) as url:
        write_project(tmp_path, url, tests="def test_of_their_own():\n    pass\n")
        (tmp_path / "pytest.toml").write_text('[pytest]\ntestpaths = ["tests", "."]\n', encoding="utf-8")
        plain = run_pytest(tmp_path, "-q")
        of_tests = run_pytest(tmp_path, "-q", "tests")
        collected = [
            run_pytest(tmp_path, "--collect-only", "-q", *how)
            for how in (
                [
                    ".",
                ],
                ["harness.toml"],
                ["--harness"],
            )
        ]
    for said in (plain, of_tests):
        assert (said.code, "1 passed" in said.out, "golive" in said.out) == (0, True, False)
    for said in collected:
        assert [line for line in said.out.splitlines() if line.startswith("harness.toml::")] == ITEMS
    assert not heard
    assert not (tmp_path / "reports").exists()


def test_a_pyproject_with_our_table_serves_as_well(tmp_path: Path) -> None:
    write_project(tmp_path, "http://127.0.0.1:9/score")
    toml = (tmp_path / "harness.toml").read_text(encoding="utf-8")
    (tmp_path / "harness.toml").unlink()
    toml = (
        toml.replace("[[", "[[tool.harness.")
        .replace("\n[", "\n[tool.harness.")
        .replace("[tool.harness.[tool", "[[tool")
    )
    (tmp_path / "pyproject.toml").write_text("[tool.harness." + toml.removeprefix("["), encoding="utf-8")
    said = run_pytest(tmp_path, "--harness", "--collect-only", "-q")
    assert "pyproject.toml::malformed_records/null_field\n" in said.out, said.out


def test_one_scenario_is_sent_alone_with_its_pilot(tmp_path: Path) -> None:
    ran = session(tmp_path, "liar", "harness.toml", "-k", "missing_field")
    assert ran.said.code == 1
    assert {one.partition("#")[0] for one in addresses(ran.heard)} == {
        "pilot/samples",
        "malformed_records/missing_field",
    }
    assert len(ran.heard) == 30 + 90, "the scenario has the calls of its pack"
    assert list(ran.blocks()) == ["malformed_records/missing_field"]
    assert "pilot-to-production gap" not in ran.said.out, "a part of the mix has no such figure"
    (problem,) = ran.verdict.problems
    assert problem == "only malformed_records/missing_field was asked for, which is a part of the mix"


def test_last_failed_and_exitfirst_run_what_they_name(tmp_path: Path) -> None:
    heard: list[Heard] = []
    with serving(MANNERS["liar"], heard=heard) as url:
        write_project(tmp_path, url)
        first = run_pytest(tmp_path, "harness.toml", "-x", "-q", "-k", "malformed_records/")
        sent = len(heard)
        again = run_pytest(tmp_path, "harness.toml", "--lf", "-q")
    assert "1 failed" in first.out
    assert "1 failed" in again.out
    assert "harness.toml::malformed_records/missing_field - failed: " in again.out
    assert {one.partition("#")[0] for one in addresses(heard[sent:])} == {
        "pilot/samples",
        "malformed_records/missing_field",
    }


@pytest.mark.full_dose
def test_a_pack_that_is_not_critical_does_not_block(tmp_path: Path) -> None:
    lenient = TOML + 'robustness = []\n[gate]\ncritical = ["pilot"]\nsilent_errors = 0.5\n'
    ran = session(tmp_path, "liar", "harness.toml", "-rx", toml=lenient)
    assert (ran.said.code, ran.verdict.verdict) == (0, "go"), ran.said.out
    name = "malformed_records/truncated"
    assert f"XFAIL harness.toml::{name} - failed: Silent errors in {name}: 100.0 %" in ran.said.out
    assert "(not critical, does not block)" in ran.said.out
    assert "xfailed" in ran.said.out


@pytest.mark.full_dose
def test_options_take_the_place_of_the_file(tmp_path: Path) -> None:
    heard: list[Heard] = []
    with serving(MANNERS["honest"], heard=heard) as url:
        write_project(tmp_path, "http://127.0.0.1:9/score")
        options = ("--harness-url", url, "--harness-seed", "7", "--harness-calls", "50", "--harness-out", "mine")
        said = run_pytest(tmp_path, "--harness", "--harness-config", "harness.toml", "-q", *options, "-k", "samples")
        again = run_pytest(tmp_path, "harness.toml", "-q", *options)
    head = json.loads((tmp_path / "mine/run.json").read_text(encoding="utf-8"))
    assert (head["seed"], head["settings"]["budget"]["calls"], head["settings"]["target"]["url"]) == (7, 50, url)
    assert "all results are in mine/" in said.out
    assert "mine: already contains a run" in again.out, "an old run is no evidence for a new session"
    assert "1 error" in again.out


ANSWER = 'answer = {{ total = "result.total", carrier = "result.carrier" }}\nhand_over = "needs_review"\n'


def hostile(_: bytes) -> tuple[int, object]:
    return 200, {
        "result": {"total": "\x1b[2J\x1b]0;owned\x07" + "9" * 500, "carrier": "\x00\u202e"},
        "needs_review": False,
    }


@pytest.fixture
def said_by_hostile(tmp_path: Path) -> Iterator[CommandResult]:
    with serving(hostile) as url:
        write_project(tmp_path, url, toml=TOML.replace("[pilot]", ANSWER + "[pilot]"))
        yield run_pytest(tmp_path, "harness.toml", "-q", "--harness-calls", "60")


def test_what_a_model_says_reaches_no_terminal_as_it_is(said_by_hostile: CommandResult) -> None:
    assert said_by_hostile.code == 1
    for character in ("\x1b", "\x07", "\x00", "\u202e"):
        assert character not in said_by_hostile.out
    assert "9" * 100 not in said_by_hostile.out


def test_with_a_baseline_every_critical_slice_has_an_item_of_its_regression(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with serving(MANNERS["honest"]) as url:
        write_project(tmp_path, url)
        before = run_pytest(tmp_path, "harness.toml", "--harness-out", "first")
    assert (before.code, "gate/regress" in before.out) == (0, False), before.out
    assert harness("promote", "first", "--as", "1", "--why", "it was right", "--until", "2999-12-31").code == 0
    with serving(MANNERS["liar"]) as url:
        said = run_pytest(tmp_path, "harness.toml", "--harness-url", url)
    assert "FAILED harness.toml::gate/regress/malformed_records - failed: Regression in" in said.out
    assert "FAILED harness.toml::gate/regress/pilot" not in said.out
