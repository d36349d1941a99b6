"""`harness check` as a person sees it: whole screens, against services whose verdict is known."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.endpoints.command import CommandResult, harness
from tests.endpoints.golden import assert_golden
from tests.endpoints.orders import MANNERS, write_pilot
from tests.endpoints.server import serving

RUNS = [("honest", 400, 0), ("liar", 400, 1), ("timid", 400, 1), ("honest", 20, 5)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One check, and the folder that it was run in."""

    name: str
    code: int
    said: CommandResult
    where: Path


@pytest.fixture(scope="module", params=RUNS, ids=lambda run: f"{run[0]}-{run[1]}")
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    manner, calls, code = request.param
    where, before = tmp_path_factory.mktemp("check"), Path.cwd()
    write_pilot(where / "pilot")
    os.chdir(where)
    with serving(MANNERS[manner]) as url:
        said = harness(
            "check", url, "--samples", "pilot", "--truth", "total,carrier", "--calls", str(calls), "--out", "run"
        )
    yield Ran(name=f"{manner}-{calls}", code=code, said=said, where=where)
    os.chdir(before)


def test_the_exit_code_is_the_verdict(ran: Ran) -> None:
    told = json.loads((ran.where / "run/verdict.json").read_text(encoding="utf-8"))
    assert (ran.said.code, told["exit_code"]) == (ran.code, ran.code)


def test_standard_output_is_the_screen(ran: Ran) -> None:
    assert_golden(f"check-{ran.name}.out", ran.said.out)


def test_standard_error_tells_what_was_worked_out_and_the_price_before_the_first_call(ran: Ran) -> None:
    assert_golden(f"check-{ran.name}.err", ran.said.err)
    assert ran.said.err.index("price: ") < ran.said.err.index("first look: ")


def test_no_more_than_the_budget_is_on_record(ran: Ran) -> None:
    rows = (ran.where / "run/replies.jsonl").read_bytes().splitlines()
    keys = [(row["address"], row["repeat"]) for row in map(json.loads, rows)]
    assert len(keys) == len(set(keys)) <= int(ran.name.partition("-")[2])


def test_the_screen_is_shown_again_from_the_folder(ran: Ran) -> None:
    again = harness("show", "run")
    assert again.code == 0
    assert again.out == ran.said.out


def test_every_command_of_a_reason_works(ran: Ran) -> None:
    for reason in json.loads((ran.where / "run/verdict.json").read_text(encoding="utf-8"))["reasons"]:
        assert harness(*reason["show"].split()[1:]).code == 0, reason["show"]


def test_figures_of_a_wrong_answer_are_those_of_a_case_that_can_be_shown(ran: Ran) -> None:
    for reason in json.loads((ran.where / "run/verdict.json").read_text(encoding="utf-8"))["reasons"]:
        for address in reason["cases"][:2]:
            assert harness("show", address, "--run", "run").out.startswith(address)
