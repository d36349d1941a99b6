"""How calls are spent."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.settings import Batch, Mix, RobustnessName, Target
from harness.core.statistics.fisher import by_chance
from harness.run.setup.budget import (
    CASES_A_PACK,
    FAULT_CASES,
    MIN_FAULT_CASES,
    MIN_PROBES,
    MIN_UPSTREAM_CASES,
    PILOT_REPLIES,
    Allotment,
    allot,
)
from harness.run.setup.configure import even_mix
from harness.run.setup.robustness_tests import robustness_tests

ROBUSTNESS: tuple[RobustnessName, ...] = ("concurrency", "state", "round_trip", "unanswerable")
names = st.lists(st.text("abcdef", min_size=1, max_size=4), max_size=8, unique=True)
spent = st.builds(
    lambda calls, samples, packs, probing: (
        calls,
        samples,
        allot(calls, samples, even_mix(tuple(packs)), probing=probing),
    ),
    st.integers(1, 3000),
    st.integers(1, 3000),
    names,
    st.booleans(),
)

MIN_CALLS = {one.name: one.min_calls for one in robustness_tests()}
WHOLE = {one.name: one.whole(Target()) for one in robustness_tests() if one.name != "coverage"}


@given(spent)
def test_never_more_than_the_budget(case: tuple[int, int, Allotment]) -> None:
    calls, samples, got = case
    assert got.calls <= calls
    assert got.calls == got.pilot_calls + sum(got.packs.values()) + got.probes
    assert 0 <= got.once_more <= got.pilot
    assert 1 <= got.pilot <= samples
    assert min([got.probes, *got.packs.values()]) >= 0


@given(spent)
def test_with_packs_in_the_mix_every_call_is_spent(case: tuple[int, int, Allotment]) -> None:
    calls, _, got = case
    assert got.calls == calls or not got.packs


@given(spent)
def test_the_pilot_takes_a_quarter_or_the_replies_that_a_go_needs_and_probes_another_quarter(
    case: tuple[int, int, Allotment],
) -> None:
    calls, samples, got = case
    if got.packs:
        enough = calls >= PILOT_REPLIES + CASES_A_PACK * len(got.packs) + MIN_PROBES * (got.probes > 0)
        assert got.pilot_calls <= max(1, calls / 4, PILOT_REPLIES * enough)
        assert got.pilot == samples or got.pilot_calls >= calls // 4
        assert got.probes == 0 or MIN_PROBES <= got.probes <= calls // 4
        assert got.probes in (0, max(1, calls // 4)) or set(got.packs.values()) == {CASES_A_PACK}


@given(spent, st.lists(st.sampled_from(ROBUSTNESS), unique=True))
def test_packs_have_the_cases_of_a_go_wherever_the_budget_holds_them_beside_the_least_of_stages_and_probes(
    case: tuple[int, int, Allotment], robustness: list[RobustnessName]
) -> None:
    calls, samples, without = case
    probing = without.probes > 0
    got = allot(calls, samples, even_mix(tuple(without.packs)), probing=probing, robustness=robustness)
    least = sum(MIN_CALLS.get(name, 0) for name in robustness) + MIN_PROBES * probing
    if calls >= got.pilot_calls + CASES_A_PACK * len(got.packs) + least:
        assert min(got.packs.values(), default=CASES_A_PACK) >= CASES_A_PACK
        assert not probing or all(n >= MIN_CALLS[name] for name, n in got.robustness.items())
        assert got.probes >= MIN_PROBES * probing


def test_a_budget_of_760_gives_eight_packs_60_cases_each_a_quarter_to_the_pilot_and_halves_the_rest() -> None:
    got = allot(760, 30, even_mix(tuple("abcdefgh")), probing=True, robustness=("concurrency", "state", "unanswerable"))
    assert set(got.packs.values()) == {60}
    assert (got.pilot_calls, sum(got.robustness.values()), got.probes) == (190, 46, 44)


def test_the_calls_of_the_pilot_repeat_its_samples_and_the_last_of_them_some_once_more() -> None:
    mix = (Mix(pack="pilot", share=0.7), Mix(pack="a", share=0.3))
    for samples, pilot, repeats, once_more in (
        (12, 12, 15, 0),
        (24, 24, 7, 12),
        (100, 100, 1, 80),
        (180, 180, 1, 0),
        (20_000, 180, 1, 0),
    ):
        got = allot(480, samples, mix, probing=True)
        assert (got.pilot, got.repeats, got.once_more) == (pilot, repeats, once_more)


def test_calls_that_no_pack_needs_repeat_the_samples() -> None:
    got = allot(1200, 390, (Mix(pack="pilot", share=1.0),), probing=False)
    assert (got.repeats, got.once_more, got.calls) == (3, 30, 1200)


@given(spent)
def test_packs_get_equal_parts(case: tuple[int, int, Allotment]) -> None:
    parts = case[2].packs.values()
    assert max(parts, default=0) - min(parts, default=0) <= 1


@given(spent, st.integers(0, 12))
def test_faults_take_at_most_half_of_the_probes_and_leave_the_packs_alone(
    case: tuple[int, int, Allotment], faults: int
) -> None:
    calls, samples, without = case
    mix = even_mix(tuple(without.packs))
    got = allot(calls, samples, mix, probing=without.probes > 0, faults=faults)
    assert got.calls <= calls
    assert (got.pilot, got.repeats) == (without.pilot, without.repeats)
    if without.probes:
        assert (got.packs, got.probes + got.faults) == (without.packs, without.probes)
        assert got.faults <= without.probes // 2
    assert got.faults == 0 or got.faults % got.each == 0
    assert got.faults == 0 or MIN_FAULT_CASES <= got.each <= FAULT_CASES
    assert got.faults <= (faults + 1) * FAULT_CASES


@given(spent, st.integers(1, 12), st.integers(0, 4))
def test_faults_of_upstreams_get_as_many_clean_cases_as_convict_them(
    case: tuple[int, int, Allotment], behind: int, before: int
) -> None:
    calls, samples, without = case
    mix, probing = even_mix(tuple(without.packs)), without.probes > 0
    got = allot(calls, samples, mix, probing=probing, faults=behind + before, recovering=behind)
    assert got.calls <= calls
    assert (got.pilot, got.repeats) == (without.pilot, without.repeats)
    if without.probes:
        assert (got.packs, got.probes + got.faults) == (without.packs, without.probes)
        assert got.faults <= without.probes // 2
    if got.faults:
        assert MIN_UPSTREAM_CASES <= got.each <= FAULT_CASES
        assert got.clean >= got.each
        assert got.faults >= got.clean + 2 * got.each
        tried = min(behind, (got.faults - got.clean) // (2 * got.each))
        assert by_chance(got.each, got.each, 0, got.clean) * tried <= 0.01


def test_five_of_the_usual_faults_fit_a_budget_of_400_with_all_their_recoveries() -> None:
    mix = (Mix(pack="pilot", share=0.7), Mix(pack="a", share=0.3))
    got = allot(400, 24, mix, probing=True, faults=8, recovering=8)
    assert (got.probes, got.faults, got.each, got.clean) == (51, 49, 4, 9)


@given(spent)
def test_stages_take_half_of_a_quarter_or_what_their_parts_need_from_what_the_pilot_leaves_and_then_from_the_probes(
    case: tuple[int, int, Allotment],
) -> None:
    calls, samples, without = case
    got = allot(calls, samples, even_mix(tuple(without.packs)), probing=without.probes > 0, robustness=ROBUSTNESS)
    quarter, spent = calls // 4, sum(got.robustness.values())
    assert got.calls <= calls
    assert got.pilot_calls <= without.pilot_calls
    wanted = max(max(1, quarter) // 2, min(quarter, sum(WHOLE.values())), sum(MIN_CALLS.values()))
    assert spent <= wanted
    if without.packs:
        assert got.calls == calls
        assert sum(got.packs.values()) >= calls - quarter - max(1, quarter, got.pilot_calls) - sum(MIN_CALLS.values())
        if min(got.packs.values()) > CASES_A_PACK:
            assert got.probes >= without.probes - wanted
    assert allot(calls, samples, even_mix(tuple(without.packs)), probing=without.probes > 0) == without


def test_four_faults_of_a_budget_of_400_get_ten_cases_each_and_ten_clean() -> None:
    mix = (Mix(pack="pilot", share=0.7), Mix(pack="a", share=0.3))
    got = allot(400, 24, mix, probing=True, faults=4)
    assert (got.probes, got.faults, got.each) == (50, 50, 10)


def test_a_budget_of_480_is_spent_as_the_design_says() -> None:
    mix = (Mix(pack="pilot", share=0.7), Mix(pack="a", share=0.15), Mix(pack="b", share=0.15))
    assert allot(480, 30, mix, probing=True) == Allotment(pilot=30, repeats=6, packs={"a": 90, "b": 90}, probes=120)
    with_tests = allot(480, 30, mix, probing=True, robustness=ROBUSTNESS)
    assert with_tests == Allotment(
        pilot=30,
        repeats=6,
        packs={"a": 90, "b": 90},
        probes=60,
        robustness={"concurrency": 30, "state": 19, "round_trip": 5, "unanswerable": 6},
    )


@pytest.mark.parametrize("packs", range(1, 9))
@pytest.mark.parametrize("coverage", [0, 60])
@pytest.mark.parametrize(
    "target",
    [
        Target(),
        Target(start="python serve.py"),
        Target(other_headers={"X-Customer": "b"}, batch=Batch(url="/batch")),
        Target(start="python serve.py", other_headers={"X-Customer": "b"}, batch=Batch(url="/batch")),
    ],
    ids=["plain", "start", "customers_and_batches", "all"],
)
def test_a_budget_of_400_holds_all_parts_of_every_robustness_test_unless_packs_need_its_calls_for_a_go(
    target: Target, coverage: int, packs: int
) -> None:
    mix = even_mix(tuple("abcdefgh"[:packs]))
    tests: tuple[RobustnessName, ...] = (*ROBUSTNESS, "coverage")
    got = allot(400, 30, mix, probing=True, robustness=tests, coverage=coverage, target=target)
    needed = {one.name: one.whole(target) for one in robustness_tests() if one.name in ROBUSTNESS}
    lacking = {name: count for name, count in needed.items() if got.robustness[name] < count}
    assert not lacking or (packs in (3, 4) and set(got.packs.values()) == {CASES_A_PACK})


@given(st.integers(1, 3000), st.integers(1, 300), names, st.integers(0, 400), st.booleans())
def test_the_coverage_test_gets_what_the_pilot_the_packs_and_the_other_tests_leave(
    calls: int, samples: int, packs: list[str], coverage: int, probing: bool
) -> None:
    mix = even_mix(tuple(packs))
    sharing: tuple[RobustnessName, ...] = (*ROBUSTNESS, "coverage")
    with_it = allot(calls, samples, mix, probing=probing, robustness=sharing, coverage=coverage)
    without = allot(calls, samples, mix, probing=probing, robustness=ROBUSTNESS)
    given_calls = with_it.robustness["coverage"]
    assert with_it.calls <= calls
    assert 0 <= given_calls <= coverage
    if given_calls and with_it.packs:
        assert with_it.pilot_calls >= min(without.pilot_calls, PILOT_REPLIES - samples)
        assert all(count >= CASES_A_PACK for count in with_it.packs.values())
        least = {name: min(MIN_CALLS[name], without.robustness[name]) for name in ROBUSTNESS}
        assert all(with_it.robustness[name] >= count for name, count in least.items())
    elif not given_calls:
        assert replace(with_it, robustness=without.robustness) == without
