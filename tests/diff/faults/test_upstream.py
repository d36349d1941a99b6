"""The line of an upstream: what convicts a service, what does not, and what decides nothing."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.decide import first_line, judge_line
from harness.core.fault import KINDS, Fault
from harness.core.reply import FieldScore, Judged
from harness.core.seed import Stream
from harness.core.verdict import Criterion
from harness.diff.faults.under_fault import Arm, Recovery, Trial, fault_findings
from harness.diff.faults.upstream import upstream_line

Kind = str
KIND = st.sampled_from(("right", "silent", "handed over", "error"))


def row(name: str, k: int, what: Kind, repeat: int = 0) -> Judged:
    disposition = {"handed over": "handed_over", "error": "error"}.get(what, "accepted")
    return Judged(
        address=f"fault/{name}#{k}",
        repeat=repeat,
        disposition=disposition,  # type: ignore[arg-type]
        judgement="unscored" if what == "error" else "wrong" if what == "silent" else "right",
        answer={"total": 0 if what == "silent" else 7},
        fields=(FieldScore(name="total", verdict="wrong" if what == "silent" else "right"),),
    )


def trial(
    under: Sequence[Kind], clean: Sequence[Kind], after: Sequence[Kind] = (), kind: str = "status", met: bool = True
) -> Trial:
    name = f"erp.{kind}"
    rows = tuple(row(name, k, what) for k, what in enumerate(under))
    again = tuple(row(name, k, what, 1) for k, what in enumerate(after))
    return Trial(
        fault=Fault(kind=kind, where="erp", name=name),
        arm=Arm(
            name=name,
            rows=rows,
            met={one.address: (name,) for one in rows} if met else {},
            after=Recovery(rows=again, tried=0.6),
        ),
        clean=Arm(name="clean", rows=tuple(row("clean", k, what) for k, what in enumerate(clean))),
    )


def line(*trials: Trial, why: str = "") -> Criterion:
    return upstream_line("erp", trials, "run", why)


RIGHT = ["right"] * 9


def test_all_wrong_under_one_of_five_faults_is_no_go_and_names_the_fault_and_its_cases() -> None:
    held = [trial(["right"] * 4, RIGHT, kind=kind) for kind in ("reset", "latency", "hang", "corrupt")]
    got = line(*held, trial(["silent"] * 4, RIGHT))
    assert judge_line(got) == "no-go"
    assert first_line(got, "no-go") == (
        "silent errors under upstream faults in erp: 100.0 % (at least 47.3 %), limit 0 %; "
        "erp.status: total became 0 in 4 of 4 cases, right without it"
    )
    assert got.worst == tuple(f"fault/erp.status#{k}" for k in range(4))


@given(
    st.lists(st.tuples(st.lists(KIND, min_size=1, max_size=12), st.lists(KIND, min_size=1, max_size=12)), min_size=1)
)
def test_go_says_that_no_case_was_silent_and_right_without_the_fault(
    given: list[tuple[list[Kind], list[Kind]]],
) -> None:
    trials = [trial(under, clean) for under, clean in given]
    got = line(*trials)
    right = [{k for k, what in enumerate(clean) if what == "right"} for _, clean in given]
    blamed = [k for (under, _), ok in zip(given, right, strict=True) for k in ok if under[k : k + 1] == ["silent"]]
    assert bool(got.worst) == bool(blamed)
    assert judge_line(got) == "go" or blamed
    assert judge_line(got) != "no-go" or len(blamed) >= 2


@pytest.mark.parametrize("n", [4, 12, 200])
def test_a_single_case_convicts_nobody_and_acquits_nobody(n: int) -> None:
    got = line(trial(["silent", *["right"] * (n - 1)], ["right"] * 300))
    assert judge_line(got) == "undecided"


def test_as_many_silent_errors_without_the_fault_are_not_laid_at_its_door() -> None:
    mixed = ["silent", "right"] * 6
    assert judge_line(line(trial(mixed[::-1], mixed))) == "go"


def test_what_was_kept_after_the_fault_counts_where_the_fault_itself_was_flagged() -> None:
    got = line(trial(["handed over"] * 4, RIGHT, after=["silent"] * 4))
    assert judge_line(got) == "no-go"
    assert got.note.endswith("wrong during the fault and after it, does not recover (erp.status)")


def test_errors_and_hand_overs_during_and_after_are_no_silent_errors() -> None:
    assert judge_line(line(trial(["error"] * 4, RIGHT, after=["error"] * 4))) == "go"


@pytest.mark.parametrize("trials", [(), (trial(["silent"] * 12, RIGHT, met=False),)])
def test_what_was_not_tried_or_not_met_is_undecided_and_says_why(trials: tuple[Trial, ...]) -> None:
    got = line(*trials, why="the budget of calls is too small")
    assert (judge_line(got), got.note) == ("undecided", "the budget of calls is too small")


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if not kind.noticeable])
def test_what_nobody_can_notice_is_told_and_held_against_nobody(kind: str) -> None:
    blind = trial(["silent"] * 12, ["right"] * 12, kind=kind)
    assert judge_line(line(blind, trial(["right"] * 4, RIGHT))) == "go"
    (finding,) = fault_findings([blind], "run")
    assert finding.kind == "fault_unnoticed"
    assert "held against nobody" in finding.text


def test_a_service_to_which_faults_do_nothing_is_convicted_in_at_most_one_of_a_hundred_runs() -> None:
    """Twelve samples, of which each is wrong with a chance of its own, under seven faults that change nothing."""
    convicted, runs = 0, 400
    for run in range(runs):
        draw = Stream(5, "unsteady", run)
        chances = [draw.uniform(0, 0.6) for _ in range(12)]

        def sent(chances: list[float] = chances, draw: Stream = draw) -> list[Kind]:
            return ["silent" if draw.uniform() < chance else "right" for chance in chances]

        clean = sent()
        convicted += judge_line(line(*(trial(sent(), clean) for _ in range(7)))) == "no-go"
    assert convicted <= 0.01 * runs
