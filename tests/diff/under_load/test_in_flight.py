"""Answers by the number of requests in flight: simulated loads whose cause is known."""

from collections.abc import Callable

import numpy as np
import pytest

from harness.core.decide import status_of
from harness.core.finding import Count
from harness.core.finding_kinds import FindingKind, Why
from harness.core.reply import Judged
from harness.diff.faults.windows import Request
from harness.diff.under_load.in_flight import Loaded, at_each, concurrency_under_load, in_flight, needed_alone

CASES = 40
Wrong = Callable[[int, int, float], float]
"""The chance of a wrong answer, given the case, the requests in flight and the moment."""


def request(case: int, due: float, took: float, *, wrong: bool) -> Request:
    judgement = "wrong" if wrong else "right"
    row = Judged(address=f"pack/one#{case}", repeat=0, disposition="accepted", judgement=judgement, latency=took)  # type: ignore[arg-type]
    return Request(due=due, sent=due, done=due + took, row=row)


def simulated(
    seed: int, wrong: Wrong, *, load: int = 6000, alone: int = 300, most: int = 64, after: Wrong | None = None
) -> Loaded:
    """A load whose concurrency rises and falls between 1 and `most` four times, with requests alone on both sides."""
    draw = np.random.default_rng(seed)
    levels = np.maximum(1, np.round(most * (0.5 - 0.5 * np.cos(np.arange(load) / load * 8 * np.pi)))).astype(np.int64)

    def sent(k: int, level: int, at: float, wrong: Wrong) -> Request:
        return request(k % CASES, at, 0.1, wrong=bool(draw.random() < wrong(k % CASES, level, at)))

    return Loaded(
        before=[sent(k, 1, -60.0, wrong) for k in range(alone)],
        after=[sent(k, 1, 60.0, after or wrong) for k in range(alone)],
        loaded=[sent(k, int(level), k * 60 / load, wrong) for k, level in enumerate(levels.tolist())],
        levels=levels,
    )


def above_32(_: int, level: int, __: float) -> float:
    return 0.01 if level > 32 else 0.0


def one_percent(_: int, __: int, ___: float) -> float:
    return 0.01


def hard_cases(case: int, _: int, __: float) -> float:
    """Some cases are always wrong, others now and then."""
    return 1.0 if case < 4 else 0.2 if case < 12 else 0.0


def in_bursts(_: int, __: int, at: float) -> float:
    """Wrong for half a second now and then, whatever the concurrency."""
    return 0.5 if int(at * 2) % 17 == 0 else 0.0


def found(here: Loaded) -> bool:
    (criterion,) = concurrency_under_load(here, {}, "run").criteria
    return status_of(criterion) == "failed"


def test_one_percent_of_wrong_answers_above_32_in_flight_is_found_with_its_concurrency() -> None:
    hits = [concurrency_under_load(simulated(seed, above_32), {}, "run").criteria[0] for seed in range(20)]
    assert sum(status_of(one) == "failed" for one in hits) >= 19
    edges = [int(one.finding.circumstances[0].value) for one in hits if one.finding and one.finding.circumstances]
    assert np.median(edges) == pytest.approx(32, abs=4)


def test_it_is_found_as_well_if_the_load_never_goes_below_that() -> None:
    def loaded(seed: int) -> Loaded:
        here = simulated(seed, lambda _, level, __: 0.02 if level > 1 else 0.0)
        return Loaded(before=here.before, after=here.after, loaded=here.loaded, levels=np.full(len(here.loaded), 40))

    assert sum(found(loaded(seed)) for seed in range(20)) >= 19


@pytest.mark.parametrize("wrong", [one_percent, hard_cases, in_bursts])
def test_a_service_that_is_merely_unsteady_is_not_blamed(wrong: Wrong) -> None:
    assert sum(found(simulated(seed, wrong)) for seed in range(40)) <= 1


def test_the_finding_holds_the_contrast_one_example_and_whether_it_lasts() -> None:
    here = simulated(1, above_32, after=lambda *_: 0.01)
    (criterion,) = concurrency_under_load(here, {}, "run").criteria
    assert criterion.finding
    assert criterion.finding.kind is FindingKind.WRONG_UNDER_LOAD
    assert criterion.finding.count
    assert criterion.finding.control
    assert criterion.finding.count.share > 5 * criterion.finding.control.share
    assert criterion.finding.parts["after"].n == 300
    assert criterion.estimate.value == criterion.finding.count.share


def test_without_anything_sent_alone_nothing_is_decided() -> None:
    here = simulated(1, above_32, alone=0)
    (criterion,) = concurrency_under_load(here, {}, "run").criteria
    assert status_of(criterion) == "undecided"
    assert criterion.finding
    assert criterion.finding.why is Why.NO_CONTROL


def test_more_requests_alone_are_asked_for_if_they_would_decide_and_they_do() -> None:
    always = simulated(2, lambda *_: 0.02, alone=0)
    few = [request(k % CASES, -1.0, 0.1, wrong=False) for k in range(40)]
    here = Loaded(before=few, after=[], loaded=always.loaded, levels=np.full(len(always.loaded), 40))
    assert not found(here)
    more = needed_alone(here, 1500)
    assert 50 <= more <= 600
    after = [request(k % CASES, 70.0, 0.1, wrong=False) for k in range(more)]
    assert found(Loaded(before=few, after=after, loaded=here.loaded, levels=here.levels))


def test_no_more_requests_alone_are_asked_for_if_they_would_not_decide() -> None:
    assert needed_alone(simulated(1, lambda *_: 0.0), 1500) == 0
    assert needed_alone(simulated(1, lambda *_: 0.02, alone=0), 1500) == 0
    assert sum(needed_alone(simulated(seed, one_percent), 1500) > 0 for seed in range(20)) <= 3


def test_wrong_answers_to_a_single_case_are_no_finding() -> None:
    assert not found(simulated(1, lambda case, level, _: 0.5 if level > 32 and case == 7 else 0.0))


def test_requests_in_flight_are_counted_with_those_that_ask_for_no_answer() -> None:
    spans = [(0.0, 1.0), (0.5, 1.5), (2.0, 3.0), (2.5, 2.6), (2.6, 2.7)]
    asked = [request(0, *spans[0], wrong=False), request(1, 2.0, 1.0, wrong=False), request(2, 2.6, 0.1, wrong=False)]
    asked[0] = request(0, 0.0, 1.0, wrong=False)
    assert in_flight(spans, asked).tolist() == [2, 1, 3]


def test_quality_is_counted_alone_and_in_steps_of_powers_of_two() -> None:
    here = simulated(1, above_32, load=640)
    levels = at_each(here, 30.0)
    assert [(one.low, one.high) for one in levels] == [
        (0, 0),
        (1, 1),
        (2, 2),
        (3, 4),
        (5, 8),
        (9, 16),
        (17, 32),
        (33, 64),
    ]
    assert sum(one.quality.n for one in levels) == 640 + 600
    assert levels[0].quality.silent == 0


def test_a_steady_service_passes_with_its_counts() -> None:
    (criterion,) = concurrency_under_load(simulated(1, lambda *_: 0.0), {}, "run").criteria
    assert status_of(criterion) == "passed"
    assert criterion.finding
    assert criterion.finding.count == Count(0, 6000)
    assert criterion.finding.numbers["most"] == 64
