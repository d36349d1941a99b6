from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.core.case import Case, Plan
from harness.core.reply import Judged
from harness.core.verdict import BreakingPoint
from harness.diff.gate.breaking import TOP, OpKind, Probe, Result, calls_of, find_breaking, result_of

SIX = tuple("abcdef")
Reader = Callable[[Probe], Result]


def drive(
    reader: Reader, kind: OpKind = "nested", bases: Sequence[str] = SIX, budget: int = 1000
) -> tuple[BreakingPoint, list[Probe]]:
    sent: list[Probe] = []
    search = find_breaking("fax.refax", kind, bases, budget)
    try:
        probes = next(search)
        while True:
            sent.extend(probes)
            probes = search.send([reader(probe) for probe in probes])
    except StopIteration as end:
        return end.value, sent


def fails_at(severities: set[int], how: Result = "silent") -> Reader:
    return lambda probe: how if probe.severity in severities else "right"


@given(st.integers(1, TOP))
def test_the_breaking_point_of_a_monotone_reader_is_found(point: int) -> None:
    found, sent = drive(fails_at(set(range(point, TOP + 1))))
    assert (found.severity, found.how, found.n, found.confirmed) == (point, "silent", 6, True)
    assert found.low == pytest.approx(float(stats.beta.ppf(0.05, 6, 1)))
    assert len(sent) <= calls_of("nested").most


@given(st.sets(st.integers(1, TOP)))
def test_the_answer_of_any_reader_fails_and_the_two_below_it_hold(failing: set[int]) -> None:
    found, _ = drive(fails_at(failing))
    if found.severity is None:
        assert found.how == "holds"
        assert TOP not in failing
        return
    assert found.severity in failing
    assert not failing & {found.severity - 1, found.severity - 2}


@given(st.sets(st.integers(1, TOP)), st.integers(0, 70))
def test_no_severity_is_asked_twice_and_the_budget_is_kept(failing: set[int], budget: int) -> None:
    found, sent = drive(fails_at(failing), budget=budget)
    asked = [(probe.severity, probe.base, probe.noise) for probe in sent]
    assert len(asked) == len(set(asked)) <= budget
    assert found.severity is None or found.severity in failing
    assert found.how != "holds" or len(sent) >= calls_of("nested").least


def test_a_reader_that_fails_at_4_passes_at_5_and_fails_at_6_breaks_at_4() -> None:
    assert drive(fails_at({4, 6, 7, 8, 9, 10}))[0].severity == 4


def test_the_way_down_goes_on_as_long_as_one_of_the_two_below_fails() -> None:
    assert drive(fails_at({1, 3, 5, 6, 7, 8, 9, 10}))[0].severity == 1


def test_three_failures_of_six_break_and_two_do_not() -> None:
    def some(failures: int) -> Reader:
        return lambda probe: "handed_over" if probe.base in SIX[:failures] else "right"

    assert drive(some(3))[0].severity == 1
    assert drive(some(2))[0] == BreakingPoint(op="fax.refax", severity=None, how="holds", n=6)


def test_how_is_the_commonest_way_of_failing_there() -> None:
    ways: dict[str, Result] = {"a": "right", "b": "error", "c": "rejected", "d": "silent", "e": "silent", "f": "right"}
    assert drive(lambda probe: ways[probe.base])[0].how == "silent"


def test_a_switch_is_probed_at_10_only() -> None:
    found, sent = drive(fails_at({TOP}, "rejected"), kind="binary")
    assert (found.severity, found.how) == (TOP, "rejected")
    assert {probe.severity for probe in sent} == {TOP}
    assert len(sent) == calls_of("binary").most
    assert drive(fails_at(set()), kind="binary")[0].how == "holds"


def test_few_samples_are_used_again_with_other_noise() -> None:
    _, sent = drive(fails_at({TOP}), kind="binary", bases=("a", "b", "c", "d"))
    assert [(probe.base, probe.base_index, probe.noise) for probe in sent] == [
        ("a", 0, 0),
        ("b", 1, 0),
        ("c", 2, 0),
        ("d", 3, 0),
        ("a", 0, 1),
        ("b", 1, 1),
    ]


@pytest.mark.parametrize(("bases", "budget"), [((), 1000), (SIX, 5), (SIX, 11)])
def test_what_the_budget_or_the_samples_do_not_reach_is_not_probed(bases: tuple[str, ...], budget: int) -> None:
    found, sent = drive(fails_at(set()), bases=bases, budget=budget)
    assert (found.severity, found.how) == (None, "not probed")
    assert len(sent) <= budget


def test_a_failure_whose_neighbours_the_budget_did_not_reach_is_not_called_confirmed() -> None:
    found, _ = drive(fails_at(set(range(1, 11))), budget=6)
    assert (found.severity, found.confirmed) == (5, False)


def test_probes_that_say_nothing_count_neither_way() -> None:
    found, _ = drive(lambda probe: None if probe.base == "a" else "silent")
    assert found.how == "not probed"


@pytest.mark.parametrize(
    ("expect", "disposition", "judgement", "result"),
    [
        ("answer", "accepted", "right", "right"),
        ("answer", "accepted", "wrong", "silent"),
        ("answer", "accepted", "unscored", None),
        ("answer", "handed_over", "right", "handed_over"),
        ("answer", "rejected", "unscored", "rejected"),
        ("answer", "timeout", "unscored", "error"),
        ("reject", "rejected", "right", "right"),
        ("reject", "handed_over", "right", "right"),
        ("reject", "accepted", "wrong", "silent"),
        ("reject", "dropped", "unscored", "error"),
        ("destroyed", "rejected", "unscored", "right"),
        ("destroyed", "handed_over", "right", "right"),
        ("destroyed", "accepted", "wrong", "silent"),
    ],
)
def test_a_probe_is_right_when_its_expectation_is_met(
    expect: str, disposition: str, judgement: str, result: Result
) -> None:
    case = Case(
        address="a/b#1",
        plan=Plan(base="sample:a"),
        content=b"",
        media_type="text/plain",
        filename="a",
        expect="answer" if expect == "destroyed" else expect,  # type: ignore[arg-type]
        truth={"total": 1},
        effects={"total": "destroyed"} if expect == "destroyed" else {},
    )
    judged = Judged(address="a/b#1", repeat=0, disposition=disposition, judgement=judgement)  # type: ignore[arg-type]
    assert result_of(case, judged) == result
