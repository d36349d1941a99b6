"""Only the same input in the same circumstances is a repeat: another id is another input, a fault another case."""

import json
from pathlib import Path

import pytest

from harness.core.finding_kinds import FindingKind, Why
from harness.core.seed import Stream
from harness.core.settings import Budget, Pilot, Settings, Target
from harness.run.check import run_check
from harness.run.events import Event, Finished
from harness.run.setup.configure import RunRequest
from tests.endpoints.orders import honest, unsteady, write_pilot
from tests.endpoints.server import Answer, serving


def by_id(body: bytes) -> tuple[int, object]:
    """The carrier depends on the id of the order, as if a master record were looked up."""
    status, reply = honest(body)
    if status != 200 or not isinstance(reply, dict):
        return status, reply
    carrier = Stream(1, json.loads(body)["order_id"].strip()).choice(("courier", "pallet", "parcel"))
    return status, {**reply, "result": {**reply["result"], "carrier": carrier}}


def write(folder: Path) -> str:
    """The pilot, with the carrier that the service finds by the id."""
    path = write_pilot(folder / "pilot") / "orders.jsonl"
    orders = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for order in orders:
        order["carrier"] = Stream(1, order["order_id"]).choice(("courier", "pallet", "parcel"))
    path.write_text("\n".join(map(json.dumps, orders)) + "\n", encoding="utf-8")
    return str(path.parent)


def check(answer: Answer, samples: str, folder: Path, calls: int) -> Finished:
    told: list[Event] = []
    with serving(answer) as url:
        settings = Settings(
            target=Target(url=url, rate=300.0),
            pilot=Pilot(samples=samples, truth="total,carrier"),
            budget=Budget(calls=calls),
        )
        run_check(RunRequest(out=str(folder / "run")), told.append, settings)
    return next(event for event in told if isinstance(event, Finished))


@pytest.mark.parametrize("calls", [580, 1200])
def test_a_service_whose_answer_depends_on_the_id_is_not_called_unsteady(calls: int, tmp_path: Path) -> None:
    end = check(by_id, write(tmp_path), tmp_path, calls)
    assert not [one for one in end.findings if one.kind is FindingKind.NOT_REPEATABLE]
    assert Why.ANSWERS_VARY in {one.why for one in end.findings if one.test == "state"}
    assert (end.verdict.verdict, [reason.criterion for reason in end.verdict.reasons]) == ("go", [])


def test_a_service_that_answers_by_chance_is_still_called_unsteady(tmp_path: Path) -> None:
    end = check(unsteady(1, 0.9), str(write_pilot(tmp_path / "pilot")), tmp_path, 480)
    assert [one for one in end.findings if one.kind is FindingKind.NOT_REPEATABLE]
