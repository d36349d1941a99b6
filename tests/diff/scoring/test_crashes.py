"""Crashes under load: damage is blamed only if untouched samples under the same load crash less often."""

from dataclasses import replace

import pytest

from harness.core.case import Case, Plan, Step
from harness.core.finding import Circumstance, Where
from harness.core.reply import Judged
from harness.diff.scoring.crashes import blamed_on_input, proven_crashes

Part = tuple[str, int, int]
"""Op ("" for untouched samples), requests that fail, and all requests."""


def rows(*parts: Part) -> tuple[list[Judged], dict[str, Case]]:
    cases = {op: case(op) for op, _, _ in parts}
    found = [row(cases[op], k, k < failed) for op, failed, n in parts for k in range(n)]
    return found, {case.address: case for case in cases.values()}


def case(op: str) -> Case:
    plan = Plan(base="sample:a", steps=(Step(op=op, severity=3),) if op else ())
    address = f"records/{op}#0" if op else "pilot/a#0"
    return Case(
        address=address, plan=plan, content=b"", media_type="text/plain", filename="a", truth={"a": 1}, changed=bool(op)
    )


def row(of: Case, number: int, failed: bool) -> Judged:
    right = Judged(address=of.address, repeat=number, disposition="accepted", judgement="right")
    if not failed:
        return right
    return replace(
        right, disposition="error", judgement="unscored", cause="server_error", crashed_on_input=bool(of.plan.steps)
    )


def blamed(*parts: Part) -> int:
    found, cases = rows(*parts)
    return sum(one.crashed_on_input for one in blamed_on_input(found, cases))


def test_an_op_that_fails_no_more_often_than_untouched_samples_is_not_blamed() -> None:
    assert blamed(("", 9, 70), ("duplicate_key", 5, 27)) == 0


@pytest.mark.parametrize("untouched", [0, 9])
def test_an_op_that_fails_far_more_often_is_blamed(untouched: int) -> None:
    assert blamed(("", untouched, 70), ("duplicate_key", 25, 27), ("rename", 2, 30)) == 25


def test_ops_with_few_cases_each_are_blamed_together_as_their_pack() -> None:
    parts: list[Part] = [("", 0, 70), *((f"op{k}", 1, 1) for k in range(20))]
    found, cases = rows(*parts)
    groups = proven_crashes([(one, cases[one.address]) for one in found])
    assert {one: len(crashes) for one, crashes in groups.items()} == {Circumstance(Where.PACK, "records"): 20}


def test_without_untouched_samples_nothing_is_blamed() -> None:
    assert blamed(("duplicate_key", 27, 27)) == 0
