"""Lines that are not go because of one defect say one circumstance, with the contrast that shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case, Scalar
from harness.core.reply import Judged
from harness.core.robustness import robustness_criterion
from harness.core.verdict import Criterion, Estimate
from harness.diff.explain.causes import with_causes
from harness.diff.explain.failure_modes import FailureMode, ways_of, with_one_answer
from harness.diff.explain.splits import strata
from harness.diff.scoring.field_types import FieldType
from tests.diff.made import case_of, evidence_of, row_of

TYPES: Mapping[str, FieldType] = {
    "day": FieldType(kind="date"),
    "total": FieldType(kind="number", mark="."),
    "vendor": FieldType(),
    "label": FieldType(fold=True),
}
SURE = 0.9


def way(field: str, truth: Scalar, answer: Scalar) -> str:
    """The one way in which that answer is wrong."""
    case = case_of("pack/one#1", truth={field: truth})
    ((name, words),) = ways_of(row_of(case, {field: answer}, SURE), case, TYPES)
    assert name == field
    return words


@pytest.mark.parametrize(
    ("field", "truth", "answer", "words"),
    [
        ("day", "2026-03-04", "2026-04-03", "has day and month exchanged"),
        ("day", "2026-03-04", "1926-03-04", "has another year"),
        ("day", "2026-03-04", "2026-03-05", "is another value"),
        ("day", "2026-03-04", "", "is left empty"),
        ("total", 1234.5, 123450.0, "is 100 times as much"),
        ("total", 1234.5, 1.2345, "is 1,000 times too small"),
        ("total", "1,234.56", "1.23", "is 1,000 times too small"),
        ("total", -12.5, 12.5, "has lost its sign"),
        ("total", 12.5, -12.5, "has the other sign"),
        ("total", 12.5, 12, "has lost its decimals"),
        ("total", 12.5, 0, "becomes 0"),
        ("total", 12.5, 13.5, "is another value"),
        ("total", "EUR 12.50", "USD 12.50", "has another currency"),
        ("vendor", "V-00120", "V-001", "is cut off"),
        ("vendor", "00120", "120", "has lost its leading zeros"),
        ("vendor", "Müller KG", "Muller KG", "has its letters in another form"),
        ("vendor", "V-00120", "V-00121", "is another value"),
        ("vendor", None, "V-00121", "is filled in where there is nothing"),
    ],
)
def test_a_wrong_answer_says_in_which_way_it_is_wrong(field: str, truth: Scalar, answer: Scalar, words: str) -> None:
    assert way(field, truth, answer) == words


def test_what_was_not_accepted_fails_as_a_whole_and_a_right_answer_in_no_way() -> None:
    case = case_of("pack/one#1", truth={"total": 5.0})
    assert ways_of(row_of(case, {"total": 5.0}, SURE), case, TYPES) == []
    handed = row_of(case, {"total": 6.0}, SURE, disposition="handed_over")
    assert ways_of(handed, case, TYPES) == [FailureMode("", "is handed over")]
    assert ways_of(row_of(case, {}, disposition="rejected"), case, TYPES) == [FailureMode("", "is refused (rejected)")]


def test_another_value_that_is_mostly_one_and_the_same_is_named() -> None:
    cases = [case_of(f"pack/one#{k}", truth={"label": f"class {k}"}) for k in range(8)]
    given_ = [(row_of(case, {"label": "billing" if k < 6 else f"odd {k}"}, SURE), case) for k, case in enumerate(cases)]
    found = with_one_answer({FailureMode("label", "is another value"): given_})
    assert {one: len(rows) for one, rows in found.items()} == {
        FailureMode("label", "becomes billing"): 6,
        FailureMode("label", "is another value"): 2,
    }


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()), st.sampled_from(sorted(TYPES)))
def test_every_value_of_a_truth_has_strata_or_none(value: Scalar, field: str) -> None:
    assert all(words for words in strata(value, TYPES[field]))


@given(
    st.one_of(st.text(), st.floats(), st.integers()),
    st.one_of(st.text(), st.floats(), st.integers(), st.none()),
    st.sampled_from(sorted(TYPES)),
)
def test_any_two_values_are_told_in_words(truth: Scalar, answer: Scalar, field: str) -> None:
    case = case_of("pack/one#1", truth={field: truth})
    row = row_of(case, {field: answer}, SURE)
    assert all(one.told() for one in ways_of(row, case, TYPES))


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


def line(name: str, where: str, worst: Sequence[str]) -> Criterion:
    """A line beyond its limit with these as its worst cases."""
    estimate = Estimate(value=0.5, low=0.4, high=0.6, n=20)
    return Criterion(name=name, slice=where, estimate=estimate, limit=0.1, worst=tuple(worst))


def caused(
    lines: Sequence[Criterion], cases: Sequence[Case], rows: Sequence[Judged], *test: tuple[Case, Judged]
) -> list[str]:
    """The cause of each line. test: cases of a robustness test beside the mix."""
    known = {case.address: case for case in (*cases, *(case for case, _ in test))}
    judged = [*rows, *(row for _, row in test)]
    return [one.cause for one in with_causes(lines, evidence_of(cases, rows), judged, known, TYPES)]


def test_dates_read_month_first_are_one_cause_of_every_line_that_they_decide() -> None:
    cases = [*dated("invoices", [3, 4, 5, 6, 7, 11, *range(13, 27)]), *dated("letters", [5, 6, 7, *range(14, 28)])]
    rows = [month_first(case) for case in cases]
    wrong = [row.address for row in rows if row.judgement == "wrong"]
    lines = [line("silent_errors", "", wrong), line("silent_errors_pack", "invoices", wrong[:6])]
    said = "day has day and month exchanged in all 9 with a day up to 12 (day), in 0 of 28 others"
    assert caused(lines, cases, rows) == [said, said]


def test_a_line_that_is_go_has_no_cause_and_one_of_other_cases_has_another() -> None:
    cases = dated("invoices", [3, 4, 5, 6, 7, 11, *range(13, 27)])
    rows = [month_first(case) for case in cases]
    fine = Criterion(name="errors", estimate=Estimate(value=0.0, low=0.0, high=0.01, n=20), limit=0.02)
    late = [case.address for case in cases if str(case.truth["day"])[8:] > "12"]
    assert caused([fine, line("regress", "invoices", late)], cases, rows) == ["", ""]


def test_wrong_answers_that_nothing_sets_apart_have_no_cause() -> None:
    cases = dated("invoices", range(1, 29))
    rows = [row_of(c, {"day": "1999-01-01" if k % 3 else c.truth["day"]}, SURE) for k, c in enumerate(cases)]
    wrong = [row.address for row in rows if row.judgement == "wrong"]
    (said,) = caused([line("silent_errors", "", wrong)], cases, rows)
    assert said == ""


def test_what_fails_in_the_mix_as_in_a_stage_stands_under_the_sentence_of_the_stage() -> None:
    cases = [case_of(f"pack/one#{k}", truth={"label": f"class {k % 6}"}, tags={"sample": str(k)}) for k in range(30)]
    rows = [
        row_of(c, {"label": f"class {(k + 1) % 6}" if k % 4 == 0 else c.truth["label"]}, SURE)
        for k, c in enumerate(cases)
    ]
    wrong = [row.address for row in rows if row.judgement == "wrong"]
    beside = [case_of(f"concurrency/in_flight_2#{k}", truth={"label": f"class {k}"}) for k in range(2)]
    test = [(case, row_of(case, {"label": "class 5"}, SURE)) for case in beside]
    says = "answers are exchanged when 2 requests are in flight: 8 of 16 changed; asked alone, 0 of 16 changed"
    of_stage = robustness_criterion(
        "concurrency", says, value=0.5, n=16, worst=[case.address for case in beside], q=0.0001
    )
    assert caused([of_stage, line("silent_errors", "", wrong)], cases, rows, *test) == [says, says]


def test_what_is_made_up_wherever_nothing_can_be_read_needs_no_contrast() -> None:
    lost = [replace(one, effects={"day": "destroyed"}) for one in dated("torn", range(13, 23))]
    kept = dated("invoices", range(13, 27))
    rows = [row_of(case, {"day": "1999-01-01" if k % 3 else ""}, SURE) for k, case in enumerate(lost)]
    rows = [replace(row, judgement="wrong" if row.answer["day"] else "right") for row in rows]
    rows = [row if row.answer["day"] else replace(row, fields=()) for row in rows]
    wrong = [row.address for row in rows if row.judgement == "wrong"]
    (said,) = caused([line("silent_errors", "", wrong)], [*lost, *kept], [*rows, *map(month_first, kept)])
    assert said == "day is filled in wrongly where it may be left empty in 6 of 10 such cases"


def test_a_service_that_hands_everything_over_does_so_in_all_cases() -> None:
    cases = dated("invoices", range(1, 29))
    rows = [row_of(case, {}, SURE, disposition="handed_over") for case in cases]
    (said,) = caused([line("straight_through", "", [case.address for case in cases])], cases, rows)
    assert said == "it is handed over in all 28 cases that ask for an answer"


def test_a_line_of_what_fails_elsewhere_is_not_put_under_the_circumstance() -> None:
    cases, letters = dated("invoices", [3, 4, 5, 6, 7, 11, *range(13, 27)]), dated("letters", range(14, 24))
    rows = [month_first(case) for case in (*cases, *letters)]
    # Wrong in the same way, though its day is beyond the twelfth.
    odd = replace(rows[0], address=letters[0].address)
    rows = [odd if row.address == odd.address else row for row in rows]
    wrong = [row.address for row in rows if row.judgement == "wrong" and row.address != odd.address]
    lines = [line("gap", "", wrong), line("regress", "letters", [odd.address])]
    answered = replace(letters[0], truth={"day": "2026-03-14"})
    inside, outside = caused(lines, [*cases, answered, *letters[1:]], rows)
    assert "with a day up to 12" in inside
    assert outside == ""


def test_a_value_that_no_file_takes_is_told_in_letters_that_any_file_takes() -> None:
    cases = dated("invoices", range(1, 29))
    rows = [row_of(case, {"day": "2026\ud800"}, SURE) for case in cases]
    (said,) = caused([line("silent_errors", "", [case.address for case in cases])], cases, rows)
    assert said.encode("utf-8") == b"day becomes 2026? in all 28 cases"
