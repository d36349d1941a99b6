"""Cases that were sent several times: two instances are told from chance, and steady services have no finding."""

from collections.abc import Callable
from random import Random

import pytest

from harness.core.case import Case
from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.diff.explain.unsteady import smallest_rate, unsteady_findings, without_second
from tests.diff.made import case_of, evidence_of, row_of

CASES = [case_of(f"pilot/samples#{k}", truth={"label": "abc"[k % 3]}) for k in range(24)]
Sent = Callable[[Case, int, Random], Judged]


def found_in(sent: Sent, times: int, *, seed: int = 1, explained: bool = False) -> list[Finding]:
    """The findings if every case is sent so often, all due in their order."""
    draw = Random(seed)
    rows = [sent(case, repeat, draw) for repeat in range(times) for case in CASES]
    moments = {(row.address, row.repeat): float(second) for second, row in enumerate(rows)}
    return list(unsteady_findings(evidence_of(CASES, rows), moments, "run", known=explained))


def number(case: Case) -> int:
    return int(case.tags["sample"])


def steady(case: Case, repeat: int, draw: Random) -> Judged:
    return row_of(case, {"label": "abc"[number(case) % 3]}, 0.9, repeat=repeat)


def version(case: Case, repeat: int, *, old: bool) -> Judged:
    """One of two models: another confidence for each case, and another label for each fourth."""
    label = "z" if old and number(case) % 4 == 0 else str(case.truth["label"])
    return row_of(case, {"label": label}, round((0.6 if old else 0.9) + number(case) / 997, 6), repeat=repeat)


def two_instances(case: Case, repeat: int, draw: Random) -> Judged:
    return version(case, repeat, old=draw.random() < 0.4)


def rolled_out(case: Case, repeat: int, draw: Random) -> Judged:
    return version(case, repeat, old=repeat < 4)


def jittering(case: Case, repeat: int, draw: Random) -> Judged:
    """Confidences of two digits that move by one of the last, and a few borderline cases that flip."""
    label = draw.choice("ab") if number(case) in (3, 7, 11) else str(case.truth["label"])
    return row_of(case, {"label": label}, draw.choice((0.81, 0.82)), repeat=repeat)


def flipping(case: Case, repeat: int, draw: Random) -> Judged:
    return row_of(case, {"label": draw.choice("ab")}, repeat=repeat)


def test_two_instances_are_found_with_the_share_of_the_rarer_one_and_the_cases_that_change() -> None:
    (found,) = found_in(two_instances, 12)
    assert (found.kind, found.count) == (FindingKind.INSTANCES_DISAGREE, Count(24, 24))
    assert found.parts["other_answer"] == Count(6, 24)
    assert found.parts["rarer_version"].n == 24 * 12
    assert round(100 * found.parts["rarer_version"].share) == 38
    assert found.numbers == {"sendings": 4}
    assert len(found.cases) == 6
    assert all(int(address.partition("#")[2]) % 4 == 0 for address in found.cases)
    assert found.example
    assert {found.example.expected, found.example.got} & {"z"}


def test_two_instances_are_found_although_something_else_explains_that_answers_change() -> None:
    assert [one.kind for one in found_in(two_instances, 12, explained=True)] == [FindingKind.INSTANCES_DISAGREE]


@pytest.mark.parametrize("sent", [rolled_out, jittering, flipping])
def test_what_changes_by_chance_or_once_is_no_disagreement_of_instances(sent: Sent) -> None:
    kinds = [[one.kind for one in found_in(sent, 8, seed=seed)] for seed in range(50)]
    assert kinds == [[FindingKind.NOT_REPEATABLE]] * 50


def test_changes_by_chance_have_their_rate_and_the_smallest_one_that_would_have_been_seen() -> None:
    def twice(case: Case, repeat: int, draw: Random) -> Judged:
        return row_of(case, {"label": "z" if repeat and number(case) < 2 else "a"}, repeat=repeat)

    (found,) = found_in(twice, 2)
    assert (found.kind, found.count, found.subject) == (FindingKind.NOT_REPEATABLE, Count(2, 24), "first")
    assert found.numbers["detectable_share"] == pytest.approx(0.117, abs=0.001)
    assert found.cases == ("pilot/samples#0", "pilot/samples#1")
    assert found.example
    assert (found.example.field, found.example.expected, found.example.got) == ("label", "a", "z")


def test_changes_that_have_another_explanation_are_no_second_finding() -> None:
    assert found_in(flipping, 8, explained=True) == []


def test_a_single_case_that_changes_is_no_finding() -> None:
    def once(case: Case, repeat: int, draw: Random) -> Judged:
        return row_of(case, {"label": "z" if repeat and number(case) == 5 else "a"}, repeat=repeat)

    assert found_in(once, 2) == []


def test_a_service_that_repeats_itself_has_no_finding() -> None:
    assert found_in(steady, 8) == []
    assert found_in(lambda case, repeat, draw: row_of(case, {"label": "a"}, draw.random(), repeat=repeat), 8) == []


@pytest.mark.parametrize("sendings", [1, 10, 300])
def test_the_smallest_rate_is_the_one_that_is_seen_with_chance_95_in_100(sendings: int) -> None:
    assert 1 - (1 - smallest_rate(sendings)) ** sendings == pytest.approx(0.95)


def test_disagreeing_instances_explain_that_a_robustness_test_found_changes_by_chance() -> None:
    by_chance = Finding(kind=FindingKind.NOT_REPEATABLE)
    instances = Finding(kind=FindingKind.INSTANCES_DISAGREE)
    assert without_second([by_chance], [instances]) == ()
    assert without_second([by_chance], []) == (by_chance,)
