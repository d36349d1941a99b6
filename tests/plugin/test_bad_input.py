"""What a person may get wrong, and a target that is not there: one message each, never a traceback of ours."""

from pathlib import Path

import pytest

from tests.endpoints.orders import MANNERS, honest
from tests.endpoints.pytest_project import TOML, run_pytest, write_project
from tests.endpoints.server import HangUp, Heard, serving

NOWHERE = "http://127.0.0.1:9/score"


def test_without_a_configuration_it_is_one_usage_error(tmp_path: Path) -> None:
    said = run_pytest(tmp_path, "--harness")
    assert said.code == 4
    assert said.err.startswith(
        f"ERROR: no harness.toml in {tmp_path}\n  choose one: --harness-config FILE; create one: "
    )
    named = run_pytest(tmp_path, "--harness", "--harness-config", "gone.toml")
    assert (named.code, f"ERROR: {tmp_path}/gone.toml: does not exist\n" in named.err) == (4, True), named.err


def test_a_number_that_is_none_is_a_usage_error(tmp_path: Path) -> None:
    said = run_pytest(tmp_path, "--harness-calls", "0")
    assert said.code == 4
    assert "argument --harness-calls: invalid whole number from 1 on value: '0'" in said.err


def test_a_marked_test_without_a_configuration_is_one_collection_error(tmp_path: Path) -> None:
    write_project(tmp_path, NOWHERE)
    (tmp_path / "harness.toml").unlink()
    said = run_pytest(tmp_path, "-q")
    assert (said.code, said.out.count("ERROR collecting")) == (2, 1)
    assert f"test_service.py:8: test_nothing_is_silently_wrong: no harness.toml in {tmp_path}\n" in said.out


BROKEN = [
    ("url =", "ur =", '3: unknown key "ur"\n  did you mean "url"?'),
    ("calls = 400", 'calls = "many"', "20: budget.calls: expected `int`, got `str`"),
    ('pack = "malformed_records"', 'pack = "malformed_record"', 'unknown pack "malformed_record"\n  did you mean'),
    ('"total,carrier"', '"totl"', "totl"),
    ("share = 0.30", "share = 0.60", "the shares of the mix add up to 1.3"),
    ("[pilot]", "[pilot", "TOML syntax"),
]


def test_a_broken_configuration_is_one_collection_error(tmp_path: Path) -> None:
    for number, (right, wrong, _) in enumerate(BROKEN):
        write_project(tmp_path / str(number), NOWHERE)
        path = tmp_path / f"{number}/harness.toml"
        toml = path.read_text(encoding="utf-8")
        assert right in toml
        path.write_text(toml.replace(right, wrong), encoding="utf-8")
    said = run_pytest(tmp_path, *(f"{number}/harness.toml" for number in range(len(BROKEN))), "-q")
    assert (said.code, said.out.count("ERROR collecting")) == (2, len(BROKEN)), said.out
    for number, (_, _, says) in enumerate(BROKEN):
        block = said.out.partition(f" ERROR collecting {number}/harness.toml ")[2].partition("\n___")[0]
        assert says in block
    assert "Traceback" not in said.out


def test_an_unreachable_target_is_one_error_and_the_rest_points_to_it(tmp_path: Path) -> None:
    write_project(tmp_path, NOWHERE)
    said = run_pytest(tmp_path, "--harness", "-rs")
    assert said.code == 1
    assert "1 passed, 38 skipped, 1 error in" in said.out
    told = "nothing answers at 127.0.0.1:9: [Errno 111] Connection refused"
    assert said.out.count(f"{told}\n  is the service started, and is this its port?\n") == 1
    assert f"no run, see harness.toml::pilot/samples: {told}" in said.out
    assert f"nothing can be sent, see harness.toml::pilot/samples: {told}" in said.out
    assert "Traceback" not in said.out
    assert "SKIPPED [29] harness.toml:1: no run, see" in said.out
    assert "SKIPPED [6] tests/test_service.py:8: nothing can be sent, see" in said.out
    assert "pytest_support" not in said.out


@pytest.mark.full_dose
def test_an_unreachable_target_is_one_failure_among_tests(tmp_path: Path) -> None:
    write_project(tmp_path, NOWHERE)
    said = run_pytest(tmp_path, "-q")
    assert "1 failed, 1 passed, 8 skipped in" in said.out
    assert said.out.count("is the service started, and is this its port?\n") == 1


def test_a_host_that_is_not_allowed_is_not_called(tmp_path: Path) -> None:
    write_project(tmp_path, "http://192.0.2.1/score")
    said = run_pytest(tmp_path, "--harness", "-q")
    assert (said.code, "1 passed, 38 skipped, 1 error in" in said.out) == (1, True)
    assert "host 192.0.2.1 is not this machine and is not allowed" in said.out


@pytest.mark.parametrize(
    ("args", "ends"),
    [
        ((), "1 failed, 29 skipped in"),
        (("--harness-allow-undecided",), "1 failed, 29 skipped in"),
        (("-k", "missing_field"), "1 failed, 29 deselected in"),
    ],
)
def test_a_target_that_dies_in_the_middle_is_never_green(tmp_path: Path, args: tuple[str, ...], ends: str) -> None:
    heard: list[Heard] = []

    def dies(body: bytes) -> tuple[int, object]:
        if len(heard) > 50:
            raise HangUp
        return honest(body)

    with serving(dies, heard=heard) as url:
        write_project(tmp_path, url)
        said = run_pytest(tmp_path, "harness.toml", "-q", "-rfs", *args)
    assert (said.code, ends in said.out) == (1, True), said.out
    assert "undecided: this run cannot be trusted: the target stopped answering: 12 requests in a row" in said.out
    if "-k" not in args:
        assert "FAILED harness.toml::gate/verdict - UNDECIDED" in said.out


def test_a_scenario_that_was_never_answered_is_no_pass(tmp_path: Path) -> None:
    def breaks(body: bytes) -> tuple[int, object]:
        status, reply = honest(body)
        return (500, {"detail": "bug"}) if status == 422 else (status, reply)

    with serving(breaks) as url:
        write_project(tmp_path, url)
        said = run_pytest(tmp_path, "harness.toml", "-q", "-k", "truncated")
    assert said.code == 1
    assert "undecided: Not measured: silent errors in malformed_records/truncated\n" in said.out
    assert "  90 of 90 cases got no answer (server_error 90).\n" in said.out


@pytest.mark.full_dose
def test_more_scenarios_than_calls_are_undecided_by_name(tmp_path: Path) -> None:
    with serving(MANNERS["honest"]) as url:
        write_project(tmp_path, url, calls=6, toml=TOML)
        whole = run_pytest(tmp_path, "harness.toml", "-q", "-rfs")
    named = "undecided: malformed_records/several_missing: the budget covered none of its cases. harness show reports/"
    assert (whole.code, named in whole.out) == (1, True), whole.out
