from itertools import product
from typing import get_args

import pytest

from harness.core.case import Case, Effect, Expect, Plan, Scalar, Step
from harness.core.reply import Disposition, FieldScore, Outcome, Reply
from harness.diff.scoring.field_types import FieldType
from harness.diff.scoring.judge import Field, judge, judge_reply, judgement_table

DISPOSITIONS: tuple[Disposition, ...] = get_args(Disposition)
SILENT: tuple[Disposition, ...] = ("error", "timeout", "dropped")
RIGHT = FieldScore(name="a", verdict="right")
WRONG = FieldScore(name="a", verdict="wrong")
MISSING = FieldScore(name="a", verdict="wrong", reason="missing")
STRANGE = FieldScore(name="a", verdict="unscored", reason="non_finite")
NO_TRUTH = FieldScore(name="a", verdict="unscored", reason="no truth")

ANSWERED: list[tuple[tuple[Field, ...], str, str]] = [
    # fields, judgement when accepted, judgement when handed over
    ((("kept", RIGHT),), "right", "right"),
    ((("renormalised", RIGHT), ("kept", NO_TRUTH)), "right", "right"),
    ((("kept", RIGHT), ("kept", WRONG)), "wrong", "wrong"),
    ((("renormalised", WRONG),), "wrong", "wrong"),
    ((("kept", MISSING),), "wrong", "wrong"),
    ((("kept", STRANGE), ("kept", WRONG)), "wrong", "wrong"),
    ((("kept", STRANGE), ("kept", RIGHT)), "unscored", "unscored"),
    ((("destroyed", RIGHT),), "right", "right"),
    ((("destroyed", MISSING),), "right", "right"),
    ((("destroyed", WRONG),), "wrong", "right"),
    ((("destroyed", STRANGE),), "unscored", "right"),
    ((("destroyed", MISSING), ("kept", WRONG)), "wrong", "wrong"),
    ((("destroyed", WRONG), ("kept", RIGHT)), "wrong", "right"),
    ((("destroyed", NO_TRUTH),), "unscored", "unscored"),
    ((("kept", NO_TRUTH),), "unscored", "unscored"),
    ((), "unscored", "unscored"),
]


@pytest.mark.parametrize(("fields", "accepted", "handed_over"), ANSWERED)
@pytest.mark.parametrize("expect", ["answer", "same"])
def test_every_cell_where_an_answer_is_expected(
    expect: Expect, fields: tuple[Field, ...], accepted: str, handed_over: str
) -> None:
    assert judge(expect, "accepted", fields)[0] == accepted
    assert judge(expect, "handed_over", fields)[0] == handed_over
    for disposition in ("rejected", *SILENT):
        assert judge(expect, disposition, fields) == ("unscored", f"no answer: {disposition}")


@pytest.mark.parametrize("fields", [cell[0] for cell in ANSWERED])
@pytest.mark.parametrize("expect", ["reject", "hand_over"])
def test_every_cell_where_a_refusal_is_expected(expect: Expect, fields: tuple[Field, ...]) -> None:
    assert judge(expect, "accepted", fields)[0] == "wrong"
    assert judge(expect, "handed_over", fields)[0] == "right"
    assert judge(expect, "rejected", fields)[0] == "right"
    for disposition in SILENT:
        assert judge(expect, disposition, fields) == ("unscored", f"no answer: {disposition}")


def test_a_judgement_that_is_not_right_says_why() -> None:
    for expect, disposition, (fields, _, _) in product(get_args(Expect), DISPOSITIONS, ANSWERED):
        judgement, reason = judge(expect, disposition, fields)
        assert bool(reason) == (judgement != "right")


def test_the_table_has_a_row_for_each_expectation_and_a_cell_for_each_disposition() -> None:
    header, _, *rows = judgement_table().splitlines()
    assert header.count("|") == len(DISPOSITIONS) + 3
    assert {row.split("|")[1].strip() for row in rows} == set(get_args(Expect))
    assert all(row.count("|") == header.count("|") for row in rows)
    assert "| reject | any | wrong | right | right | unscored | unscored | unscored |" in rows


def case(
    expect: Expect = "answer", *, truth: dict[str, Scalar] | None = None, changed: bool = True, **effects: Effect
) -> Case:
    return Case(
        address="faxes/a#1",
        plan=Plan(base="sample:a", steps=(Step(op="fax.refax", severity=3),)),
        content=b"x",
        media_type="text/plain",
        filename="a.txt",
        expect=expect,
        truth={"total": 10, "name": "Acme Ltd"} if truth is None else truth,
        effects=effects,
        changed=changed,
        clean_twin="pilot/a#1",
    )


TYPES = {"total": FieldType(kind="number"), "name": FieldType(fold=True)}
TWIN = Outcome(disposition="accepted", answer={"total": 11, "name": "Acme Ltd"})


def reply(status: int = 200) -> Reply:
    return Reply(address="faxes/a#1", repeat=1, due=1.0, sent=1.1, first=1.4, done=1.5, status=status)


def test_a_reply_is_judged_with_its_fields_its_quality_and_its_latency() -> None:
    outcome = Outcome(disposition="accepted", answer={"total": "10.00", "name": "Other"}, confidence=0.9)
    judged = judge_reply(case(), outcome, TYPES, TWIN, reply())
    assert (judged.judgement, judged.reason, judged.quality, judged.silent_error) == ("wrong", "name", 0.5, True)
    assert (judged.repeat, judged.latency, judged.confidence) == (1, 0.5, 0.9)
    assert [field.verdict for field in judged.fields] == ["right", "wrong"]


def test_the_quality_of_no_answer_is_zero_and_its_fields_are_not_told() -> None:
    for disposition in ("rejected", *SILENT):
        judged = judge_reply(case(), Outcome(disposition=disposition), TYPES, None, reply())
        assert (judged.judgement, judged.quality, judged.fields) == ("unscored", 0.0, ())


def test_a_case_without_a_kept_field_has_no_quality() -> None:
    outcome = Outcome(disposition="accepted", answer={})
    judged = judge_reply(case(total="destroyed", name="destroyed"), outcome, TYPES, None, reply())
    assert (judged.judgement, judged.quality) == ("right", None)
    assert judge_reply(case("reject"), outcome, TYPES, None, reply()).quality is None


def test_a_destroyed_field_does_not_count_for_quality() -> None:
    outcome = Outcome(disposition="accepted", answer={"total": 99, "name": "Acme Ltd"})
    judged = judge_reply(case(total="destroyed"), outcome, TYPES, None, reply())
    assert (judged.judgement, judged.quality) == ("wrong", 1.0)


def test_same_is_judged_against_the_answer_of_the_twin_and_not_the_truth() -> None:
    as_twin = Outcome(disposition="accepted", answer={"total": "11.0", "name": "ACME LTD"})
    true = Outcome(disposition="accepted", answer={"total": 10, "name": "Acme Ltd"})
    assert judge_reply(case("same"), as_twin, TYPES, TWIN, reply()).judgement == "right"
    assert judge_reply(case("same"), true, TYPES, TWIN, reply()).judgement == "wrong"


def test_same_without_any_truth_compares_every_field_of_either_answer() -> None:
    more = Outcome(disposition="accepted", answer={**TWIN.answer, "iban": "DE1"})
    assert judge_reply(case("same", truth={}), TWIN, {}, TWIN, reply()).judgement == "right"
    assert judge_reply(case("same", truth={}), more, {}, TWIN, reply()).judgement == "wrong"


def test_same_is_not_judged_when_the_twin_had_no_answer() -> None:
    for clean_twin in (None, Outcome(disposition="rejected")):
        judged = judge_reply(case("same"), TWIN, TYPES, clean_twin, reply())
        assert (judged.judgement, judged.reason, judged.quality) == ("unscored", "its twin was not answered", None)


def test_same_is_never_compared_with_a_case_that_is_not_its_twin() -> None:
    made = Case(address="a/b#1", plan=Plan(base="made:a#1"), content=b"", media_type="", filename="", expect="same")
    assert judge_reply(made, TWIN, TYPES, TWIN, reply()).reason == "its twin was not answered"


@pytest.mark.parametrize(
    ("made", "outcome", "clean_twin", "status", "crashed"),
    [
        (case(), Outcome(disposition="error"), TWIN, 500, True),
        (case(), Outcome(disposition="dropped"), TWIN, 0, True),
        (case("reject", changed=False), Outcome(disposition="error"), TWIN, 503, True),
        (case(changed=False, total="destroyed"), Outcome(disposition="error"), TWIN, 500, True),
        (case(changed=False), Outcome(disposition="error"), TWIN, 500, False),
        (case(), Outcome(disposition="error"), TWIN, 404, False),
        (case(), Outcome(disposition="timeout"), TWIN, 0, False),
        (case(), Outcome(disposition="rejected"), TWIN, 422, False),
        (case(), Outcome(disposition="error"), None, 500, False),
        (case(), Outcome(disposition="error"), Outcome(disposition="error"), 500, False),
    ],
)
def test_a_crash_on_input_is_a_5xx_or_a_lost_connection_on_damage_whose_twin_was_answered(
    made: Case, outcome: Outcome, clean_twin: Outcome | None, status: int, crashed: bool
) -> None:
    assert judge_reply(made, outcome, TYPES, clean_twin, reply(status)).crashed_on_input is crashed
