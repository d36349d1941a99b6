"""Laws of batches: the test itself against services that are functions of the rows they get, without a connection."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case, Plan
from harness.core.decide import status_of
from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.reply import Judged
from harness.core.robustness import (
    ROW_MISSING,
    ROW_REFUSED,
    RobustnessResult,
    RobustnessTest,
    Round,
    in_robustness_test,
)
from harness.core.seed import Stream
from harness.diff.robustness.batches import CALLS, MIN_ROWS, batches

Answers = list[str | None]
"""What a service says to the rows of one request, None for a refusal."""
Service = Callable[[list[str]], Answers]
BAD = "bad"


def clean(k: int) -> Case:
    key = f"orders.jsonl#{k}"
    return Case(
        address=f"pilot/samples#{key}",
        plan=Plan(base=f"sample:{key}"),
        content=f"row {k}".encode(),
        media_type="application/json",
        filename=key,
        tags={"sample": key},
    )


def make(part: str, key: str) -> Case:
    return replace(in_robustness_test(clean(int(key.partition("#")[2])), "concurrency", part), content=BAD.encode())


@dataclass(slots=True, kw_only=True)
class Drive:
    """Drives the robustness test with a service. calls: requests so far."""

    alone: Callable[[str], str | None]
    service: Service
    calls: int = 0

    def result(self, count: int, *, seed: int = 1, spare: int = 100) -> RobustnessResult:
        pilot = [clean(k) for k in range(count)]
        known = {case.address: self._judged(case, 0, self.alone(case.content.decode())) for case in pilot}
        test = batches(pilot, known, make, calls=CALLS, spare=spare, seed=seed, run="run")
        return self._to_the_end(test)

    def _to_the_end(self, test: RobustnessTest) -> RobustnessResult:
        try:
            asked = next(test)
            while True:
                self.calls += asked.calls
                asked = test.send([row for wave in self._waves(asked) for row in wave])
        except StopIteration as stop:
            result: RobustnessResult = stop.value
            return result

    def _waves(self, asked: Round) -> list[list[Judged]]:
        answer = self.service if asked.batch else lambda rows: [self.alone(row) for row in rows]
        return [self._told(wave, answer([case.content.decode() for case, _ in wave])) for wave in asked.waves()]

    def _told(self, wave: Sequence[tuple[Case, int]], answers: Answers) -> list[Judged]:
        there = [self._judged(case, repeat, answer) for (case, repeat), answer in zip(wave, answers, strict=False)]
        missing = [
            Judged(address=case.address, repeat=repeat, disposition="accepted", judgement="wrong", cause=ROW_MISSING)
            for case, repeat in wave[len(answers) :]
        ]
        return [*there, *missing]

    def _judged(self, case: Case, repeat: int, answer: str | None) -> Judged:
        if answer is None:
            return Judged(
                address=case.address, repeat=repeat, disposition="rejected", judgement="unscored", cause=ROW_REFUSED
            )
        return Judged(
            address=case.address,
            repeat=repeat,
            disposition="accepted",
            judgement="right",
            answer={"label": answer} if answer else {},
        )


def statuses(result: RobustnessResult) -> list[str]:
    return [status_of(criterion) for criterion in result.criteria]


def finding_of(result: RobustnessResult) -> Finding:
    (criterion,) = result.criteria
    assert criterion.finding
    return criterion.finding


def where(finding: Finding) -> list[str]:
    return [one.where.value for one in finding.circumstances]


def row_by_row(alone: Callable[[str], str | None]) -> Service:
    """A service that answers every row for itself."""
    return lambda rows: [alone(row) for row in rows]


def labelled(labels: Sequence[str], bad: str | None) -> Callable[[str], str | None]:
    """A label for each row by itself. bad: what is said to a bad one."""
    return lambda row: bad if row == BAD else labels[int(row.removeprefix("row "))]


rows = st.lists(st.sampled_from(["approve", "decline", "review"]), min_size=MIN_ROWS, max_size=24)


@given(labels=rows, bad=st.sampled_from([None, "approve"]), seed=st.integers(0, 1000))
def test_a_service_that_answers_every_row_for_itself_never_has_a_finding_in_any_order(
    labels: list[str], bad: str | None, seed: int
) -> None:
    alone = labelled(labels, bad)
    drive = Drive(alone=alone, service=row_by_row(alone))
    result = drive.result(len(labels), seed=seed)
    assert statuses(result) == ["passed"]
    notes = [(finding.kind, where(finding), finding.why) for finding in result.findings]
    assert notes == ([] if bad is None else [(FindingKind.NOT_TESTED, ["bad_row"], Why.NOTHING_REFUSED)])
    stable = finding_of(result)
    assert (stable.kind, stable.count) == (FindingKind.ANSWERS_STABLE, Count(0, result.criteria[0].estimate.n))
    assert drive.calls <= CALLS


@given(labels=rows, seed=st.integers(0, 1000), said=st.sampled_from(["", None]))
def test_a_bad_row_without_an_answer_is_fair_whatever_it_is_called(
    labels: list[str], seed: int, said: str | None
) -> None:
    alone = labelled(labels, None)
    drive = Drive(alone=alone, service=lambda asked: [said if row == BAD else alone(row) for row in asked])
    result = drive.result(len(labels), seed=seed)
    assert (statuses(result), result.findings) == (["passed"], ())


@given(count=st.integers(MIN_ROWS, 24), seed=st.integers(0, 1000))
def test_results_that_slip_after_a_bad_row_are_no_go_for_any_number_of_rows_and_say_who_gets_them(
    count: int, seed: int
) -> None:
    alone = labelled([f"score {k}" for k in range(count)], None)
    drive = Drive(alone=alone, service=lambda asked: [alone(row) for row in asked if row != BAD])
    result = drive.result(count, seed=seed)
    assert statuses(result) == ["failed"]
    found = finding_of(result)
    assert (found.kind, found.subject, where(found)) == (FindingKind.ANSWERS_CHANGED, "swapped", ["after_bad_row"])
    assert found.parts["after_bad_row"].all
    assert found.count == Count(found.parts["after_bad_row"].hits, result.criteria[0].estimate.n)
    assert found.control
    assert found.control.hits == 0


@given(count=st.integers(MIN_ROWS, 24), spare=st.integers(0, 120), seed=st.integers(0, 1000))
def test_no_more_requests_are_made_than_there_are(count: int, spare: int, seed: int) -> None:
    alone = labelled([f"score {k}" for k in range(count)], None)
    for service in (
        lambda asked: [alone(row) for row in reversed(asked)],
        lambda asked: [alone(asked[0])] * len(asked),
    ):
        drive = Drive(alone=alone, service=service)
        drive.result(count, spare=spare, seed=seed)
        assert drive.calls <= CALLS + spare


def test_a_bad_row_that_is_answered_in_a_batch_alone_is_found() -> None:
    alone = labelled([f"score {k}" for k in range(10)], None)
    drive = Drive(alone=alone, service=lambda asked: ["score" if row == BAD else alone(row) for row in asked])
    result = drive.result(10)
    found = finding_of(result)
    assert statuses(result) == ["failed"]
    assert (found.kind, found.subject, where(found)) == (FindingKind.ANSWERS_CHANGED, "answered", ["in_batch"])
    assert (found.count, found.control) == (Count(16, 16), Count(0, 16))
    assert found.example
    assert (found.example.expected, found.example.got) == ("a refusal", "score")


@pytest.mark.parametrize("right", [0.98, 0.9])
def test_a_service_that_differs_by_chance_is_blamed_in_at_most_one_of_a_hundred(right: float) -> None:
    blamed = 0
    for number in range(400):
        draw = Stream(number, "batches by chance", str(right))

        def unsteady(row: str, draw: Stream = draw) -> str | None:
            return None if row == BAD else "approve" if draw.uniform() < right else "decline"

        drive = Drive(alone=unsteady, service=row_by_row(unsteady))
        blamed += "failed" in statuses(drive.result(10, seed=number))
    assert blamed <= 4


def test_what_befalls_whole_batches_by_chance_is_no_go_in_at_most_one_of_a_hundred() -> None:
    blamed = 0
    alone = labelled([f"score {k}" for k in range(10)], None)
    for number in range(600):
        draw = Stream(number, "whole batches by chance")

        def slipping(rows: list[str], draw: Stream = draw) -> Answers:
            answers = [alone(row) for row in rows]
            return answers if draw.uniform() >= 0.1 else [*answers[1:], answers[0]]

        blamed += "failed" in statuses(Drive(alone=alone, service=slipping).result(10, seed=number))
    assert blamed <= 6
