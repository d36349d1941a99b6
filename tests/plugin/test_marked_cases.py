"""`@pytest.mark.pack` and `target.send`: cases in tests of the team's own."""

import re
from collections import Counter
from pathlib import Path

from tests.endpoints.orders import MANNERS
from tests.endpoints.pytest_project import TESTS, addresses, run_pytest, sent_once, write_project
from tests.endpoints.server import Heard, serving

IDS = [
    *(
        f"test_nothing_is_silently_wrong[malformed_records/{name}]"
        for name in ("missing_field#0", "null_field#0", "wrong_type_field#0", "duplicate_key#0", "truncated#0")
    ),
    "test_nothing_is_silently_wrong[malformed_records/conflicting_key#0]",
]


def test_ids_are_addresses_and_collecting_sends_nothing(tmp_path: Path) -> None:
    write_project(tmp_path, "http://127.0.0.1:9/score")
    said = run_pytest(tmp_path, "--collect-only", "-q")
    told = [line.partition("::")[2] for line in said.out.splitlines() if "::" in line]
    assert told[:1] == ["test_of_their_own"]
    assert told[1:7] == IDS
    assert all(name.startswith("test_the_pilot_is_read[pilot/samples#orders.jsonl#") for name in told[7:])
    assert not (tmp_path / "reports").exists()


def test_a_reply_is_judged_as_in_check(tmp_path: Path) -> None:
    heard: list[Heard] = []
    with serving(MANNERS["liar"], heard=heard) as url:
        write_project(tmp_path, url)
        said = run_pytest(tmp_path, "-q")
    assert said.code == 1
    failed = re.findall(r"^FAILED tests/test_service.py::(\S+)", said.out, re.MULTILINE)
    assert set(failed) == {name for name in IDS[:5] if "duplicate_key" not in name}
    (folder,) = (tmp_path / "reports").iterdir()
    assert folder.name.endswith("-pytest-tests")
    assert f"harness show 'malformed_records/truncated#0' --run reports/{folder.name}\n" in said.out
    assert f"all requests and replies are in reports/{folder.name}/\n" in said.out
    assert set(Counter(addresses(heard)).values()) <= {1, 2}, "the first look, then a test of the same sample"


EVERY_FIELD = """
import dataclasses
import pytest


@pytest.mark.pack("malformed_records/duplicate_key", cases=1)
@pytest.mark.pack("pilot", cases=1)
def test_the_reply(case, target):
    reply = target.send(case)
    assert (reply.address, reply.status, reply.confidence, reply.cause) == (case.address, 200, None, "")
    assert reply.disposition == "accepted"
    assert reply.straight_through and not reply.silent_error
    assert dict(reply.answer) == dict(case.truth)
    assert {scored.name: scored.verdict for scored in reply.fields} == {"total": "right", "carrier": "right"}
    assert 0 < reply.latency < 10
    with pytest.raises(dataclasses.FrozenInstanceError):
        reply.answer = {}


@pytest.mark.pack("malformed_records/truncated", cases=1)
def test_a_refusal_is_right(case, target):
    reply = target.send(case)
    assert (reply.disposition, reply.judgement, reply.cause) == ("rejected", "right", "422")


@pytest.mark.pack("pilot", cases=1)
def test_a_changed_case_needs_an_address_of_its_own(case, target):
    mine = dataclasses.replace(case, address="mine/empty#0", content=b"{}", expect="reject")
    assert target.send(mine).judgement == "right"
    assert target.send(mine).judgement == "right"
    target.send(dataclasses.replace(case, content=b"{}"))


@pytest.mark.pack("pilot", cases=1)
def test_in_an_event_loop(case, target):
    import asyncio

    async def send():
        return target.send(case)

    assert asyncio.run(send()).judgement == "right"


def test_a_case_without_a_pack(case):
    pass


def test_with_a_baseline(baseline):
    pass
"""


def test_everything_that_a_reply_tells(tmp_path: Path) -> None:
    with serving(MANNERS["honest"]) as url:
        write_project(tmp_path, url, tests=EVERY_FIELD)
        said = run_pytest(tmp_path, "-q", "-rfEs")
        (folder,) = (tmp_path / "reports").iterdir()
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", said.out, re.MULTILINE)
    named = "tests/test_service.py::test_a_changed_case_needs_an_address_of_its_own[pilot/samples#orders.jsonl#20]"
    assert failed == [named, "tests/test_service.py::test_a_case_without_a_pack"], said.out
    assert "was already sent with other bytes" in said.out
    assert "the argument `case` needs a pack" in said.out
    assert "no baseline" in said.out
    assert (folder / "judged.jsonl").read_text(encoding="utf-8").count('"mine/empty#0"') == 2


def test_the_first_look_is_taken_once_and_taken_over_from_the_run_of_the_packs(tmp_path: Path) -> None:
    heard: list[Heard] = []
    with serving(MANNERS["honest"], heard=heard) as url:
        write_project(tmp_path, url)
        said = run_pytest(tmp_path, "--harness", "-q")
    assert said.code == 0, said.out
    sent = Counter(sent_once(heard))
    by_tests = 6 + 3 + 5 * 30
    assert sum(sent.values()) == len(sent) + by_tests, "beyond the plan, only what the tests sent themselves"


def test_the_declared_ceiling_holds_for_tests_too(tmp_path: Path) -> None:
    heard: list[Heard] = []
    with serving(MANNERS["honest"], heard=heard) as url:
        write_project(tmp_path, url)
        toml = (tmp_path / "harness.toml").read_text(encoding="utf-8")
        (tmp_path / "harness.toml").write_text(toml.replace("[target]", "[target]\nmax_rate = 4"), encoding="utf-8")
        said = run_pytest(tmp_path, "-q", "-k", "silently")
    seconds = float(re.findall(r"in (\d+\.\d+)s", said.out)[-1])
    assert said.code == 0
    assert seconds >= 5 / 4


def test_the_budget_holds_for_tests_too(tmp_path: Path) -> None:
    heard: list[Heard] = []
    with serving(MANNERS["honest"], heard=heard) as url:
        write_project(tmp_path, url)
        said = run_pytest(tmp_path, "-q", "--harness-calls", "6", "-k", "silently")
    assert "the budget of 6 calls is used up" in said.out
    assert len(heard) == 6
    assert "1 failed, 5 passed" in said.out


BAD_MARKS = [
    ('"scanned_fax"', 'unknown pack "scanned_fax"\n  did you mean "scanned_faxes"?'),
    (
        '"malformed_records/mising_field"',
        'pack "malformed_records" has no scenario "mising_field"\n  did you mean "missing_field"?',
    ),
    ('"scanned_faxes"', 'pack "scanned_faxes" has nothing for these samples: it needs pages, the samples are records'),
    ('"pilot", case=3', "pytest.mark.pack('pilot', case=3) is not understood\n  write: @pytest.mark.pack("),
    ('"pilot", cases=0', "pytest.mark.pack('pilot', cases=0) is not understood\n  write: @pytest.mark.pack("),
]


def test_a_wrong_marker_is_one_collection_error(tmp_path: Path) -> None:
    write_project(tmp_path, "http://127.0.0.1:9/score", tests="")
    for number, (given, _) in enumerate(BAD_MARKS):
        tests = f"import pytest\n\n\n@pytest.mark.pack({given})\ndef test_it(case, target):\n    pass\n"
        (tmp_path / f"tests/test_{number}.py").write_text(tests, encoding="utf-8")
    said = run_pytest(tmp_path, "-q")
    assert (said.code, said.out.count("ERROR collecting")) == (2, len(BAD_MARKS))
    for number, (_, text) in enumerate(BAD_MARKS):
        assert f"tests/test_{number}.py:4: test_it: {text}" in said.out
    assert "Traceback" not in said.out


def test_a_marked_test_that_takes_no_case_is_one_collection_error(tmp_path: Path) -> None:
    tests = TESTS.replace("def test_nothing_is_silently_wrong(case, target)", "def test_nothing(target)")
    write_project(tmp_path, "http://127.0.0.1:9/score", tests=tests)
    said = run_pytest(tmp_path, "-q")
    assert said.code == 2
    assert "test_nothing: is marked with a pack, but has no argument `case`\n  write: def test_nothing(case" in said.out
