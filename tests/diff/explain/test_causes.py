"""Criteria that fail because of one defect have one cause: the failure mode, the circumstance, and its control."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case, Scalar
from harness.core.finding import Circumstance, Count, Example, FailureMode, Finding, How, Where
from harness.core.finding_kinds import FindingKind, Why
from harness.core.reply import Judged
from harness.core.robustness import robustness_criterion
from harness.core.verdict import Criterion, Estimate
from harness.diff.explain.causes import with_causes
from harness.diff.explain.failure_modes import modes_of, with_constants
from harness.diff.explain.splits import setting_of, strata
from harness.diff.scoring.field_types import FieldType
from tests.diff.made import case_of, evidence_of, row_of

TYPES: Mapping[str, FieldType] = {
    "day": FieldType(kind="date"),
    "total": FieldType(kind="number", mark="."),
    "vendor": FieldType(),
    "label": FieldType(fold=True),
}
SURE = 0.9


def mode(field: str, truth: Scalar, answer: Scalar) -> tuple[How, str]:
    """The one way in which that answer is wrong."""
    case = case_of("pack/one#1", truth={field: truth})
    (found,) = modes_of(row_of(case, {field: answer}, SURE), case, TYPES)
    assert found.field == field
    return found.how, found.value


@pytest.mark.parametrize(
    ("field", "truth", "answer", "how", "value"),
    [
        ("day", "2026-03-04", "2026-04-03", How.DAY_MONTH_SWAPPED, ""),
        ("day", "2026-03-04", "1926-03-04", How.OTHER_YEAR, ""),
        ("day", "2026-03-04", "2026-03-05", How.OTHER_VALUE, ""),
        ("day", "2026-03-04", "", How.LEFT_EMPTY, ""),
        ("total", 1234.5, 123450.0, How.TIMES, "100"),
        ("total", 1234.5, 1.2345, How.DIVIDED, "1000"),
        ("total", "1,234.56", "1.23", How.DIVIDED, "1000"),
        ("total", -12.5, 12.5, How.SIGN_LOST, ""),
        ("total", 12.5, -12.5, How.SIGN_ADDED, ""),
        ("total", 12.5, 12, How.DECIMALS_LOST, ""),
        ("total", 12.5, 0, How.CONSTANT, "0"),
        ("total", 12.5, 13.5, How.OTHER_VALUE, ""),
        ("total", "EUR 12.50", "USD 12.50", How.OTHER_CURRENCY, ""),
        ("vendor", "V-00120", "V-001", How.CUT_OFF, ""),
        ("vendor", "00120", "120", How.LEADING_ZEROS_LOST, ""),
        ("vendor", "Müller KG", "Muller KG", How.OTHER_FORM, ""),
        ("vendor", "V-00120", "V-00121", How.OTHER_VALUE, ""),
        ("vendor", None, "V-00121", How.FILLED, ""),
    ],
)
def test_a_wrong_answer_has_the_mode_in_which_it_is_wrong(
    field: str, truth: Scalar, answer: Scalar, how: How, value: str
) -> None:
    assert mode(field, truth, answer) == (how, value)


def test_a_case_that_is_not_accepted_fails_as_a_whole_and_a_right_answer_in_no_way() -> None:
    case = case_of("pack/one#1", truth={"total": 5.0})
    assert modes_of(row_of(case, {"total": 5.0}, SURE), case, TYPES) == []
    handed = row_of(case, {"total": 6.0}, SURE, disposition="handed_over")
    assert modes_of(handed, case, TYPES) == [FailureMode("", How.HANDED_OVER)]
    refused = row_of(case, {}, disposition="rejected")
    assert modes_of(refused, case, TYPES) == [FailureMode("", How.REFUSED, "rejected")]


def test_another_value_that_is_mostly_one_and_the_same_is_a_mode_of_its_own() -> None:
    cases = [case_of(f"pack/one#{k}", truth={"label": f"class {k}"}) for k in range(8)]
    given_ = [(row_of(case, {"label": "billing" if k < 6 else f"odd {k}"}, SURE), case) for k, case in enumerate(cases)]
    found = with_constants({FailureMode("label", How.OTHER_VALUE): given_})
    assert {one: len(rows) for one, rows in found.items()} == {
        FailureMode("label", How.CONSTANT, "billing"): 6,
        FailureMode("label", How.OTHER_VALUE): 2,
    }


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()), st.sampled_from(sorted(TYPES)))
def test_every_value_of_a_truth_has_strata_or_none(value: Scalar, field: str) -> None:
    found = strata(value, TYPES[field])
    assert len(set(found)) == len(found)
    assert all(one.value for one in found if one.where is Where.ID_KIND)


@given(
    st.one_of(st.text(), st.floats(), st.integers()),
    st.one_of(st.text(), st.floats(), st.integers(), st.none()),
    st.sampled_from(sorted(TYPES)),
)
def test_any_two_values_that_differ_have_one_mode_of_their_field(truth: Scalar, answer: Scalar, field: str) -> None:
    case = case_of("pack/one#1", truth={field: truth})
    row = row_of(case, {field: answer}, SURE)
    assert [one.field for one in modes_of(row, case, TYPES)] == [field] * (row.judgement == "wrong")


def dated(pack: str, days: Sequence[int]) -> list[Case]:
    return [
        case_of(
            f"{pack}/one#{k}",
            truth={"day": f"2026-{1 + k % 9:02}-{day:02}"},
            tags={"sample": f"{pack}-{k}"},
            severity=3,
        )
        for k, day in enumerate(days)
    ]


def month_first(case: Case) -> Judged:
    """What a service answers that reads every date it can month first."""
    year, month, day = str(case.truth["day"]).split("-")
    return row_of(case, {"day": f"{year}-{day}-{month}" if int(day) <= 12 else case.truth["day"]}, SURE)


def criterion(name: str, slice_: str, worst: Sequence[str]) -> Criterion:
    """A criterion beyond its limit with these as its worst cases."""
    estimate = Estimate(value=0.5, low=0.4, high=0.6, n=20)
    return Criterion(name=name, slice=slice_, estimate=estimate, limit=0.1, worst=tuple(worst))


def causes(
    criteria: Sequence[Criterion], cases: Sequence[Case], rows: Sequence[Judged], *test: tuple[Case, Judged]
) -> list[Finding | None]:
    """The cause of each criterion. test: cases of a robustness test beside the mix."""
    known = {case.address: case for case in (*cases, *(case for case, _ in test))}
    judged = [*rows, *(row for _, row in test)]
    return [one.cause for one in with_causes(criteria, evidence_of(cases, rows), judged, known, TYPES, "run")]


def the_one(criteria: Sequence[Criterion], cases: Sequence[Case], rows: Sequence[Judged]) -> Finding:
    """The cause of the one criterion."""
    (found,) = causes(criteria, cases, rows)
    assert found
    return found


def test_dates_read_month_first_are_one_cause_of_every_criterion_that_they_decide() -> None:
    cases = [*dated("invoices", [3, 4, 5, 6, 7, 11, *range(13, 27)]), *dated("letters", [5, 6, 7, *range(14, 28)])]
    rows = [month_first(case) for case in cases]
    wrong = [row.address for row in rows if row.judgement == "wrong"]
    criteria = [criterion("silent_errors", "", wrong), criterion("silent_errors_pack", "invoices", wrong[:6])]
    found, other = causes(criteria, cases, rows)
    assert found == other
    assert found == Finding(
        kind=FindingKind.FAILURE_PATTERN,
        modes=(FailureMode("day", How.DAY_MONTH_SWAPPED),),
        circumstances=(Circumstance(Where.DAY_UP_TO_12, field="day"),),
        count=Count(9, 9),
        control=Count(0, 28),
        example=Example(
            address="invoices/one#0", field="day", expected="2026-01-03", got="2026-03-01", confidence=SURE
        ),
        cases=tuple(wrong),
        show="harness show invoices/one#0 --run run",
    )


def test_two_circumstances_that_only_together_set_the_cases_apart_are_both_in_the_cause() -> None:
    days = [*range(3, 12), *range(13, 29)]
    cases = [*dated("invoices", days), *dated("letters", days)]
    rows = [month_first(c) if c.pack == "letters" else row_of(c, {"day": c.truth["day"]}, SURE) for c in cases]
    wrong = [row.address for row in rows if row.judgement == "wrong"]
    found = the_one([criterion("silent_errors", "", wrong)], cases, rows)
    assert {one.where for one in found.circumstances} == {Where.DAY_UP_TO_12, Where.SCENARIO}
    assert (found.count, found.control) == (Count(9, 9), Count(0, 41))


def test_a_criterion_that_passed_has_no_cause_and_one_of_other_cases_has_another() -> None:
    cases = dated("invoices", [3, 4, 5, 6, 7, 11, *range(13, 27)])
    rows = [month_first(case) for case in cases]
    fine = Criterion(name="errors", estimate=Estimate(value=0.0, low=0.0, high=0.01, n=20), limit=0.02)
    late = [case.address for case in cases if str(case.truth["day"])[8:] > "12"]
    assert causes([fine, criterion("regress", "invoices", late)], cases, rows) == [None, None]


def test_wrong_answers_that_nothing_sets_apart_have_no_cause() -> None:
    cases = dated("invoices", range(1, 29))
    rows = [row_of(c, {"day": "1999-01-01" if k % 3 else c.truth["day"]}, SURE) for k, c in enumerate(cases)]
    wrong = [row.address for row in rows if row.judgement == "wrong"]
    assert causes([criterion("silent_errors", "", wrong)], cases, rows) == [None]


def test_what_fails_in_the_mix_as_in_a_robustness_test_has_the_finding_of_the_test_as_its_cause() -> None:
    cases = [case_of(f"pack/one#{k}", truth={"label": f"class {k % 6}"}, tags={"sample": str(k)}) for k in range(30)]
    rows = [
        row_of(c, {"label": f"class {(k + 1) % 6}" if k % 4 == 0 else c.truth["label"]}, SURE)
        for k, c in enumerate(cases)
    ]
    wrong = [row.address for row in rows if row.judgement == "wrong"]
    together = [case_of(f"concurrency/in_flight_2#{k}", truth={"label": f"class {k}"}) for k in range(2)]
    test = [(case, row_of(case, {"label": "class 5"}, SURE)) for case in together]
    changed = Finding(
        kind=FindingKind.ANSWERS_CHANGED,
        circumstances=(Circumstance(Where.IN_FLIGHT, "2"),),
        count=Count(8, 16),
        control=Count(0, 16),
    )
    of_test = robustness_criterion(
        "concurrency", changed, "failed", value=0.5, n=16, worst=[case.address for case in together]
    )
    found = causes([of_test, criterion("silent_errors", "", wrong)], cases, rows, *test)
    assert found == [of_test.finding, of_test.finding]
    assert of_test.finding == replace(changed, test="concurrency")


def test_a_round_trip_never_explains_a_wrong_answer() -> None:
    cases = [case_of(f"pack/one#{k}", truth={"label": f"class {k % 6}"}, tags={"sample": str(k)}) for k in range(30)]
    rows = [row_of(c, {"label": "class 5" if k % 4 == 0 else c.truth["label"]}, SURE) for k, c in enumerate(cases)]
    wrong = [row.address for row in rows if row.judgement == "wrong"]
    odd = [case_of(f"round_trip/zeros:id#{k}", truth={"label": f"class {k}"}) for k in range(2)]
    test = [(case, row_of(case, {"label": "class 5"}, SURE)) for case in odd]
    changed = Finding(
        kind=FindingKind.ROUND_TRIP_CHANGED,
        circumstances=(Circumstance(Where.ID_KIND, "leading zeros"),),
        count=Count(2, 2),
        control=Count(0, 28),
    )
    of_test = robustness_criterion("round_trip", changed, "failed", value=1.0, n=2, worst=[one.address for one in odd])
    _, explained = causes([of_test, criterion("silent_errors", "", wrong)], cases, rows, *test)
    assert explained is None or explained.kind is FindingKind.FAILURE_PATTERN


def test_a_value_that_is_invented_needs_no_contrast() -> None:
    lost = [replace(one, effects={"day": "destroyed"}) for one in dated("torn", range(13, 23))]
    kept = dated("invoices", range(13, 27))
    rows = [row_of(case, {"day": "1999-01-01" if k % 3 else ""}, SURE) for k, case in enumerate(lost)]
    rows = [replace(row, judgement="wrong" if row.answer["day"] else "right") for row in rows]
    rows = [row if row.answer["day"] else replace(row, fields=()) for row in rows]
    wrong = [row.address for row in rows if row.judgement == "wrong"]
    found = the_one([criterion("silent_errors", "", wrong)], [*lost, *kept], [*rows, *map(month_first, kept)])
    assert found.modes == (FailureMode("day", How.INVENTED),)
    assert (found.count, found.control, found.circumstances) == (Count(6, 10), None, ())
    assert found.example
    assert (found.example.expected, found.example.got) == ("2026-02-14", "1999-01-01")


def test_a_service_that_hands_everything_over_does_so_in_all_cases() -> None:
    cases = dated("invoices", range(1, 29))
    rows = [row_of(case, {}, SURE, disposition="handed_over") for case in cases]
    found = the_one([criterion("straight_through", "", [case.address for case in cases])], cases, rows)
    assert found.modes == (FailureMode("", How.HANDED_OVER),)
    assert (found.count, found.control, found.circumstances) == (Count(28, 28), None, ())


def test_a_criterion_of_what_fails_elsewhere_is_not_explained_by_the_circumstance() -> None:
    cases, letters = dated("invoices", [3, 4, 5, 6, 7, 11, *range(13, 27)]), dated("letters", range(14, 24))
    rows = [month_first(case) for case in (*cases, *letters)]
    # Wrong in the same way, though its day is beyond the twelfth.
    odd = replace(rows[0], address=letters[0].address)
    rows = [odd if row.address == odd.address else row for row in rows]
    wrong = [row.address for row in rows if row.judgement == "wrong" and row.address != odd.address]
    criteria = [criterion("gap", "", wrong), criterion("regress", "letters", [odd.address])]
    answered = replace(letters[0], truth={"day": "2026-03-14"})
    inside, outside = causes(criteria, [*cases, answered, *letters[1:]], rows)
    assert inside
    assert inside.circumstances == (Circumstance(Where.DAY_UP_TO_12, field="day"),)
    assert odd.address not in inside.cases
    assert outside is None


def test_a_value_that_no_file_takes_is_written_in_letters_that_any_file_takes() -> None:
    cases = dated("invoices", range(1, 29))
    rows = [row_of(case, {"day": "2026\ud800"}, SURE) for case in cases]
    found = the_one([criterion("silent_errors", "", [case.address for case in cases])], cases, rows)
    assert found.modes == (FailureMode("day", How.CONSTANT, "2026?"),)
    assert (found.count, found.control) == (Count(28, 28), None)
    assert found.example
    assert found.example.got == "2026?"


def sized(address: str, size: int, media_type: str = "application/json", ops: int = 1) -> Case:
    """A case of so many bytes."""
    case = case_of(address, severity=ops)
    return replace(case, content=b"x" * size, media_type=media_type)


def circumstances_of(cases: Sequence[Case], failing: Sequence[Case]) -> list[tuple[Where, str]]:
    hits = np.array([case in failing for case in cases])
    found = setting_of(cases, hits)
    return [(one.where, one.value) for one in found.circumstances] if found else []


def test_a_length_that_an_op_brings_along_is_no_cause() -> None:
    twice = [sized(f"records/twice#{k}", 187 + k) for k in range(29)]
    others = [sized(f"records/plain#{k}", 120 + k % 40) for k in range(60)]
    where, name = circumstances_of([*twice, *others], twice)[0]
    assert where in (Where.OP, Where.SCENARIO)
    assert where is Where.OP or name == "records/twice"


def test_a_media_type_of_made_papers_is_no_cause() -> None:
    made = [sized(f"made_papers/dates#{k}", 900, "image/png") for k in range(30)]
    own = [sized(f"scans/skewed#{k}", 900, "application/pdf") for k in range(60)]
    assert (Where.MEDIA_TYPE, "image/png") not in circumstances_of([*made, *own], made)


@pytest.mark.parametrize(
    ("make", "where"),
    [
        (lambda k: sized(f"records/plain#{k}", 100 + 10 * k), Where.MIN_BYTES),
        (lambda k: sized(f"scans/plain#{k}", 900, "image/tiff" if k >= 30 else "image/png"), Where.MEDIA_TYPE),
    ],
)
def test_a_length_or_a_media_type_within_one_scenario_is_a_cause(make: Callable[[int], Case], where: Where) -> None:
    cases = [make(k) for k in range(60)]
    assert circumstances_of(cases, cases[30:])[0][0] is where


def test_a_length_that_matters_in_each_scenario_is_a_cause_beside_scenarios_of_one_length() -> None:
    cases = [sized(f"records/{name}#{k}", 100 + 10 * k) for name in ("one", "two") for k in range(40)]
    cases += [sized(f"records/short#{k}", 90) for k in range(40)]
    failing = [case for case in cases if len(case.content) >= 300]
    assert circumstances_of(cases, failing) == [(Where.MIN_BYTES, "300")]


def record(address: str, field: str, op: str = "record.drop") -> Case:
    """A record of which one field was changed; no field of the answer can be read any more."""
    case = case_of(address, severity=1, tags={"changed_field": field, "sample": address.partition("#")[2]})
    plan = replace(case.plan, steps=(replace(case.plan.steps[0], op=op),))
    return replace(case, plan=plan, truth={"label": "a", "total": 1}, effects={"label": "destroyed"})


def of_coverage(field: str, why: Why | None = None) -> Finding:
    kind = FindingKind.FIELD_ANSWERED_WRONG
    return Finding(kind=kind, test="coverage", subject=field, names=("missing",), count=Count(6, 6), why=why)


def judged_with(finding: Finding, fields: Sequence[str], *, beside: Sequence[Finding] = ()) -> Criterion:
    """The criterion of the pack whose records with these fields changed get an invented label."""
    cases = [record(f"records/missing#{k}", ("amount", "age", "channel")[k % 3]) for k in range(30)]
    wrong = [case for case in cases if case.tags["changed_field"] in fields]
    rows = [row_of(case, {"label": "b" if case in wrong else None, "total": 1}) for case in cases]
    rows = [
        replace(row, judgement="wrong" if case in wrong else "right") for row, case in zip(rows, cases, strict=True)
    ]
    share = len(wrong) / len(cases)
    pack = Criterion(
        name="silent_errors_pack",
        slice="records",
        estimate=Estimate(value=share, low=share - 0.1, high=share + 0.1, n=30),
        limit=0.1,
        worst=tuple(case.address for case in wrong)[:10],
    )
    test = robustness_criterion("coverage", finding, "failed", value=0.5, run="run")
    found = with_causes(
        [pack, test], evidence_of(cases, rows), rows, {case.address: case for case in cases}, TYPES, beside=beside
    )
    return found[0]


def test_what_fails_where_one_field_was_changed_has_the_finding_of_the_coverage_test_as_its_cause() -> None:
    amount = of_coverage("amount")
    assert judged_with(amount, ["amount"]).cause == amount


def test_several_fields_that_are_guessed_are_one_cause() -> None:
    amount = of_coverage("amount")
    assert judged_with(amount, ["amount", "age"], beside=[of_coverage("age")]).cause == amount


def test_a_field_of_which_the_coverage_test_found_nothing_is_not_its_fault() -> None:
    amount = of_coverage("amount")
    cause = judged_with(amount, ["channel"]).cause
    assert cause
    assert [(one.where, one.value) for one in cause.circumstances] == [(Where.CHANGED_FIELD, "channel")]
    undecided = of_coverage("channel", why=Why.MAY_BE_CHANCE)
    assert judged_with(amount, ["channel"], beside=[undecided]).cause == cause
