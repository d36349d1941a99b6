"""Cases that were sent several times: two instances are told apart from chance, and steady services are let be."""

from collections.abc import Callable
from random import Random

import pytest

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.verdict import Finding
from harness.diff.explain.unsteady import smallest_rate, unsteady_findings, without_second
from tests.diff.made import case_of, evidence_of, row_of

CASES = [case_of(f"pilot/samples#{k}", truth={"label": "abc"[k % 3]}) for k in range(24)]
Sent = Callable[[Case, int, Random], Judged]


def told(sent: Sent, times: int, *, seed: int = 1, explained: bool = False) -> list[Finding]:
    """What is told of every case sent so often, all due in their order."""
    draw = Random(seed)
    rows = [sent(case, repeat, draw) for repeat in range(times) for case in CASES]
    moments = {(row.address, row.repeat): float(second) for second, row in enumerate(rows)}
    return list(unsteady_findings(evidence_of(CASES, rows), moments, "run", told=explained))


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


def test_two_instances_are_told_with_the_share_of_the_rarer_one_and_the_cases_that_change() -> None:
    (found,) = told(two_instances, 12)
    assert found.kind == "instances_disagree"
    assert found.text.startswith(
        "answers come in two versions, as from two instances that disagree: all 24 cases sent 4 times or more"
        " have the same two, the rarer one in 38 % of their sendings; "
    )
    assert found.text.endswith("in 6 of 24 it is another answer, else another confidence")
    assert found.count == 6
    assert all(int(address.partition("#")[2]) % 4 == 0 for address in found.cases)


def test_two_instances_are_told_although_something_else_explains_that_answers_change() -> None:
    assert [one.kind for one in told(two_instances, 12, explained=True)] == ["instances_disagree"]


@pytest.mark.parametrize("sent", [rolled_out, jittering, flipping])
def test_what_changes_by_chance_or_once_is_no_disagreement_of_instances(sent: Sent) -> None:
    assert all([one.kind for one in told(sent, 8, seed=seed)] == ["noise"] for seed in range(50))


def test_noise_is_told_with_its_rate_and_with_the_smallest_that_would_have_been_seen() -> None:
    def twice(case: Case, repeat: int, draw: Random) -> Judged:
        return row_of(case, {"label": "z" if repeat and number(case) < 2 else "a"}, repeat=repeat)

    (found,) = told(twice, 2)
    assert found.text == (
        "answers do not repeat themselves: 2 of 24 sendings of known cases were answered otherwise than before (8.3 %);"
        " so many show a rate from 12 % on with chance 0.95"
    )
    assert found.cases == ("pilot/samples#0", "pilot/samples#1")


def test_noise_that_has_been_told_or_has_a_reason_is_not_told_again() -> None:
    assert told(flipping, 8, explained=True) == []


def test_a_single_case_that_changes_is_no_noise() -> None:
    def once(case: Case, repeat: int, draw: Random) -> Judged:
        return row_of(case, {"label": "z" if repeat and number(case) == 5 else "a"}, repeat=repeat)

    assert told(once, 2) == []


def test_a_service_that_repeats_itself_is_let_be() -> None:
    assert told(steady, 8) == []
    assert told(lambda case, repeat, draw: row_of(case, {"label": "a"}, draw.random(), repeat=repeat), 8) == []


@pytest.mark.parametrize("sendings", [1, 10, 300])
def test_the_smallest_rate_is_the_one_that_is_seen_with_chance_95_in_100(sendings: int) -> None:
    assert 1 - (1 - smallest_rate(sendings)) ** sendings == pytest.approx(0.95)


def test_disagreeing_instances_explain_the_noise_of_a_stage() -> None:
    noise = Finding(kind="noise", text="")
    instances = Finding(kind="instances_disagree", text="")
    assert without_second([noise], [instances]) == ()
    assert without_second([noise], []) == (noise,)
