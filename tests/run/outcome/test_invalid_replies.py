"""Replies that a strict JSON client could not read: a finding, and a reason not to go live if the team says so."""

import json
from pathlib import Path

import pytest

from harness.core.finding_kinds import FindingKind
from harness.core.settings import Budget, Gate, Pilot, Settings, Target
from harness.core.verdict import Decision
from harness.run.check import run_check
from harness.run.events import Event, Finished
from harness.run.setup.configure import RunRequest
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import serving

SPOILS = {
    "not_a_number": '"took": NaN',
    "duplicate_key": '"took": 1, "took": 2',
    "too_large_a_number": '"took": 1e999',
    "no_character": '"note": "\\ud83d"',
}


def spoilt(body: bytes, extra: str, every: int) -> tuple[int, object]:
    status, reply = honest(body)
    if status != 200 or sum(body) % every:
        return status, reply
    return status, (json.dumps(reply)[:-1] + f", {extra}}}").encode()


def check(folder: Path, extra: str, gate: Gate, every: int = 3) -> Finished:
    told: list[Event] = []
    with serving(lambda body: spoilt(body, extra, every)) as url:
        settings = Settings(
            target=Target(url=url, rate=300.0),
            pilot=Pilot(samples=str(write_pilot(folder / "pilot")), truth="total,carrier"),
            budget=Budget(calls=400, robustness=()),
            gate=gate,
        )
        run_check(RunRequest(out=str(folder / "run")), told.append, settings)
    return next(event for event in told if isinstance(event, Finished))


@pytest.mark.parametrize("reason", SPOILS)
def test_replies_that_a_strict_client_cannot_read_are_counted_by_reason(reason: str, tmp_path: Path) -> None:
    end = check(tmp_path, SPOILS[reason], Gate())
    (found,) = [one for one in end.findings if one.kind is FindingKind.INVALID_REPLIES]
    assert found.count is not None
    assert dict(found.causes) == {reason: found.count.hits}
    in_mix = [row for row in end.judged if row.address.startswith(("pilot/", "malformed_records/"))]
    assert found.count.hits == sum(bool(row.invalid) for row in in_mix)
    assert 0 < found.count.hits < found.count.n
    assert end.verdict.verdict == "go"


@pytest.mark.parametrize(("limit", "verdict"), [(0.0, "no-go"), (0.1, "no-go"), (0.9, "go")])
def test_invalid_replies_block_beyond_the_limit_of_the_gate(limit: float, verdict: Decision, tmp_path: Path) -> None:
    end = check(tmp_path, SPOILS["duplicate_key"], Gate(invalid_replies=limit))
    assert end.verdict.verdict == verdict
    blocking = [reason.criterion for reason in end.verdict.reasons]
    assert blocking == (["invalid_replies"] if verdict == "no-go" else [])


def test_valid_replies_pass_a_limit_of_nothing(tmp_path: Path) -> None:
    end = check(tmp_path, "", Gate(invalid_replies=0.0), every=10**9)
    assert end.verdict.verdict == "go"
    assert not [one for one in end.findings if one.kind is FindingKind.INVALID_REPLIES]
