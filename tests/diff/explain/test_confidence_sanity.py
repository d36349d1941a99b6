import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.verdict import Finding
from harness.diff.explain.auc import MIN_CASES, separation
from harness.diff.explain.confidence_sanity import confidence_findings
from harness.diff.gate.rates import Evidence
from tests.diff.made import case_of, evidence_of, row_of

Says = Callable[[Case, bool], float]
"""How sure the service is of a case, and whether it is right there."""

CLEAN, DAMAGED = 40, 80


def service(says: Says, wrong: Callable[[Case, int], bool], *, known: bool = True) -> Evidence:
    """A pilot and its damaged copies at severities 1 to 10. wrong: which cases, by number, get another label."""
    cases = [case_of(f"pilot/samples#{k}") for k in range(CLEAN)]
    cases += [case_of(f"faxes/{k // CLEAN}#{k % CLEAN}", severity=1 + k % 10) for k in range(DAMAGED)]
    rows: list[Judged] = []
    for number, case in enumerate(cases):
        spoilt = wrong(case, number)
        rows.append(row_of(case, {"label": "b" if spoilt else "a"}, says(case, not spoilt), known=known))
    return evidence_of(cases, rows)


def heavily(case: Case, number: int) -> bool:
    """Wrong from severity 7 on."""
    return any(step.severity > 6 for step in case.plan.steps)


def at_random(share: float) -> Callable[[Case, int], bool]:
    return lambda case, number: random.Random(number).random() < share


def never(case: Case, number: int) -> bool:
    return False


def told(evidence: Evidence) -> Finding | None:
    found = list(confidence_findings(evidence, "r1"))
    assert len(found) <= 1
    return found[0] if found else None


def draw(case: Case) -> random.Random:
    return random.Random(case.address)


def test_a_frozen_confidence_is_named_with_the_wrong_answers_that_have_it_too() -> None:
    found = told(service(lambda case, right: 0.97, heavily))
    assert found is not None
    assert (found.kind, found.count) == ("confidence_constant", 32)
    assert found.text == (
        "confidence is 0.97 in all 120 answers, also in 32 wrong ones (32 of them right on the clean twin):"
        " no limit on it can sort these out"
    )
    assert found.show == f"harness show {found.cases[0]} --run r1"
    assert all(address.startswith("faxes/") for address in found.cases)


def test_a_confidence_at_its_maximum_throughout_is_saturated() -> None:
    found = told(service(lambda case, right: 1 - draw(case).random() / 2000, heavily))
    assert found is not None
    assert found.kind == "confidence_saturated"
    assert found.text.startswith("confidence is 0.999 to 1 in all 120 answers, also in 32 wrong ones")


def test_a_confidence_of_zero_is_an_unset_field_whether_or_not_answers_are_wrong() -> None:
    found = told(service(lambda case, right: 0.0, never))
    assert found is not None
    assert (found.kind, found.count) == ("confidence_zero", 120)
    assert "also in 120 right ones" in found.text


def test_a_service_that_says_zero_and_is_wrong_throughout_is_honest() -> None:
    assert told(service(lambda case, right: 0.0, lambda case, number: True)) is None


def test_a_service_that_is_always_right_may_always_be_sure() -> None:
    assert told(service(lambda case, right: 1.0, never)) is None


def test_one_slip_or_two_do_not_make_a_sure_service_a_liar() -> None:
    assert told(service(lambda case, right: 1.0, lambda case, number: number in (3, 90))) is None


def test_a_constant_confidence_without_truth_matters_where_damage_changed_the_answer() -> None:
    found = told(service(lambda case, right: 0.97, heavily, known=False))
    assert found is not None
    assert found.text == (
        "confidence is 0.97 in all 120 answers, also in 32 whose damaged input was answered otherwise than its clean"
        " twin: no limit on it can sort these out"
    )
    assert told(service(lambda case, right: 0.97, never, known=False)) is None


def test_a_constant_that_leaves_most_wrong_answers_among_the_rest_is_let_be() -> None:
    few_at_one = [3, 50, 70]
    rest = range(100, 106)

    def wrong(case: Case, number: int) -> bool:
        return number in few_at_one or number in rest

    assert told(service(lambda case, right: 1.0 if right or case.plan.base == "sample:3" else 0.2, wrong)) is None


def calibrated(sure: Callable[[Case], float], seed: int) -> Evidence:
    """As often wrong as it says."""

    def wrong(case: Case, number: int) -> bool:
        return random.Random(f"{seed} {number}").random() > sure(case)

    return service(lambda case, right: sure(case), wrong)


@pytest.mark.parametrize("digits", [1, 2, 6])
def test_a_calibrated_service_is_not_blamed_however_few_grades_it_knows(digits: int) -> None:
    def sure(case: Case) -> float:
        return round(0.5 + draw(case).random() / 2, digits)

    assert sum(told(calibrated(sure, seed)) is not None for seed in range(40)) <= 2


def leaf(case: Case) -> float:
    """A tree of two leaves."""
    return 0.95 if draw(case).random() < 0.8 else 0.6


def test_a_calibrated_tree_of_two_leaves_is_not_blamed_and_one_that_overclaims_is() -> None:
    assert sum(told(calibrated(leaf, seed)) is not None for seed in range(100)) <= 2
    found = told(service(lambda case, right: 0.99 if leaf(case) > 0.9 else 0.6, at_random(0.25)))
    assert found is not None
    assert found.kind == "confidence_two_values"
    assert found.text.startswith("confidence takes two values only: 0.99 in ")


def test_a_confidence_that_is_drawn_from_a_hat_is_unrelated_to_being_right() -> None:
    found = told(service(lambda case, right: 0.5 + draw(case).random() / 2, at_random(0.4)))
    assert found is not None
    assert found.kind == "confidence_unrelated"
    assert "does not tell right from wrong" in found.text


def test_a_confidence_that_is_higher_for_wrong_answers_is_called_so() -> None:
    found = told(service(lambda case, right: draw(case).random() / 2 + (0 if right else 0.5), at_random(0.4)))
    assert found is not None
    assert "is lower for right answers than for wrong ones" in found.text


def test_a_confidence_that_stays_while_damage_makes_answers_wrong_is_blind() -> None:
    """It differs from sample to sample, and ranks wrong answers somewhat, since only some samples were damaged much."""

    def sure(case: Case, right: bool) -> float:
        return 0.8 + (int(case.plan.base.partition(":")[2]) * 7 % 20) / 100

    def wrong(case: Case, number: int) -> bool:
        return heavily(case, number) and number % 4 == 1

    found = told(service(sure, wrong))
    assert found is not None
    assert found.kind == "confidence_blind"
    assert "have the confidence of their clean twin, which was right; at severity 1 to 3 0 % are wrong" in found.text


def test_a_confidence_that_falls_with_damage_is_not_blind() -> None:
    def sure(case: Case, right: bool) -> float:
        return 0.95 - 0.05 * max((step.severity for step in case.plan.steps), default=0) + draw(case).random() / 50

    assert told(service(sure, heavily)) is None


def test_too_few_answers_say_nothing() -> None:
    cases = [case_of(f"pilot/samples#{k}") for k in range(19)]
    assert told(evidence_of(cases, [row_of(case, {"label": "b"}, 0.97) for case in cases])) is None


def test_repeats_count_once() -> None:
    cases = [case_of(f"pilot/samples#{k}") for k in range(10)]
    rows = [row_of(case, {"label": "b"}, 0.97, repeat=repeat) for case in cases for repeat in range(5)]
    assert told(evidence_of(cases, rows)) is None


@given(
    st.lists(st.floats(0, 1), min_size=MIN_CASES, max_size=60),
    st.lists(st.floats(0, 1), min_size=MIN_CASES, max_size=60),
)
def test_the_area_is_that_of_all_pairs_and_its_bound_is_above_it(upper: list[float], lower: list[float]) -> None:
    apart = separation(upper, lower)
    pairs = [(a > b) + (a == b) / 2 for a in upper for b in lower]
    assert apart is not None
    assert apart.value == pytest.approx(sum(pairs) / len(pairs))
    assert apart.value <= apart.high <= 1
    other = separation(lower, upper)
    assert other is not None
    assert other.value == pytest.approx(1 - apart.value)


def test_the_bound_of_the_area_holds_for_two_values_where_it_is_weakest() -> None:
    """True area 0.6. Measured over 12,000 runs: below it in 6.2 %."""
    draw = random.Random(5)
    below = 0
    for _ in range(1000):
        right = [float(draw.random() < 0.8) for _ in range(200)]
        wrong = [float(draw.random() < 0.6) for _ in range(20)]
        apart = separation(right, wrong)
        assert apart is not None
        below += apart.high < 0.6
    assert below <= 80
