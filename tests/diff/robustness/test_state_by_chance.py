"""How often a service that differs by chance alone is blamed on state: the test itself, without a connection."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from harness.core.case import Case, Plan
from harness.core.decide import status_of
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult, RobustnessTest, Round, in_robustness_test
from harness.core.seed import Stream
from harness.diff.robustness.afterwards import Before
from harness.diff.robustness.state import StateSetup, state

SAMPLES, CALLS, MOST, SPARE = 24, 15, 40, 90
LABELS = ("billing", "delivery", "login")


def clean(k: int) -> Case:
    key = f"text_{k:02d}"
    return Case(
        address=f"pilot/samples#{key}",
        plan=Plan(base=f"sample:{key}"),
        content=b"",
        media_type="text/plain",
        filename=key,
        truth={"label": LABELS[k % 3]},
        tags={"sample": key},
    )


PILOT = tuple(clean(k) for k in range(SAMPLES))


class Unsteady:
    """Right with that probability, else another label, drawn anew for every request."""

    def __init__(self, right: float, number: int) -> None:
        self.right = right
        self.draw = Stream(number, "by chance", str(right))
        self.calls = 0

    def answer(self, case: Case, repeat: int = 0) -> Judged:
        self.calls += 1
        label = str(case.truth["label"])
        if self.draw.uniform() >= self.right:
            label = self.draw.choice([one for one in LABELS if one != label])
        return Judged(
            address=case.address, repeat=repeat, disposition="accepted", judgement="right", answer={"label": label}
        )


def state_test_of(service: Unsteady, *, declared: bool) -> RobustnessTest:
    """declared: with a start command and a second identity."""
    first = {case.address: service.answer(case) for case in PILOT}
    alone = {case.address: first[case.address] for case in PILOT[:10]}

    def make(part: str, key: str) -> Case:
        case = in_robustness_test(next(c for c in PILOT if c.tags["sample"] == key), "state", part)
        return replace(case, content=part.encode())

    setup = StateSetup(
        kind="text",
        make=make,
        why_not_started=(lambda _: "") if declared else None,
        reply_values=(lambda row: {**row.answer, "took": service.calls}) if declared else None,
    )
    return state(Before(clean=PILOT, alone=alone, first=first), setup, calls=CALLS, most=MOST, spare=SPARE, run="run")


def carried_out(service: Unsteady, *, declared: bool = True) -> RobustnessResult:
    test, calls = state_test_of(service, declared=declared), 0
    try:
        sent: Round = next(test)
        while True:
            calls += len(sent.asks)
            rows: Sequence[Judged] = [service.answer(case, repeat) for case, repeat in sent.asks]
            sent = test.send(rows)
    except StopIteration as stop:
        assert calls <= CALLS + SPARE
        result: RobustnessResult = stop.value
        return result


@pytest.mark.parametrize("right", [1.0, 0.98, 0.9, 0.7, 0.4])
def test_chance_alone_is_blamed_on_state_in_two_of_a_hundred_runs_at_most(right: float) -> None:
    runs = 300
    results = [carried_out(Unsteady(right, number)) for number in range(runs)]
    statuses = [status_of(criterion) for result in results for criterion in result.criteria]
    assert len(statuses) == runs
    assert statuses.count("failed") <= 0.02 * runs
    assert right < 1.0 or statuses.count("passed") == runs
