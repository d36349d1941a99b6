"""Parallel requests and batches as one criterion: the worse one, or both counts if both passed."""

from dataclasses import replace

from harness.core.decide import status_of
from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.robustness import RobustnessResult, robustness_criterion
from harness.core.verdict import Status
from harness.diff.robustness.batches import joined


def finding_of(result: RobustnessResult) -> Finding:
    (criterion,) = result.criteria
    assert criterion.finding
    return criterion.finding


def result_of(status: Status, finding: Finding, *notes: Finding, value: float | None = 0.0) -> RobustnessResult:
    criterion = robustness_criterion("concurrency", finding, status, value=value, n=4)
    return RobustnessResult(criteria=(criterion,), findings=notes)


STABLE = Finding(kind=FindingKind.ANSWERS_STABLE, count=Count(0, 4))
ROWS = Finding(kind=FindingKind.ANSWERS_STABLE, count=Count(0, 8), numbers={"batches": 5})
UNTESTED = Finding(kind=FindingKind.NOT_TESTED, why=Why.TOO_FEW_CALLS)
WRONG = Finding(kind=FindingKind.ANSWERS_CHANGED, subject="swapped", count=Count(2, 4))


def test_the_worse_of_two_parts_is_the_criterion_and_the_other_is_a_finding_unless_it_passed() -> None:
    well, rows_well = result_of("passed", STABLE), result_of("passed", ROWS)
    unsent, wrong = result_of("undecided", UNTESTED, value=None), result_of("failed", WRONG, value=0.5)
    assert joined(well, wrong).criteria == wrong.criteria
    assert joined(unsent, rows_well).criteria == unsent.criteria
    both = joined(unsent, wrong)
    assert (both.criteria, both.findings) == (wrong.criteria, (finding_of(unsent),))


def test_two_parts_that_passed_are_one_finding_with_the_counts_of_both() -> None:
    result = joined(result_of("passed", STABLE), result_of("passed", ROWS))
    found = finding_of(result)
    assert ([status_of(criterion) for criterion in result.criteria], result.findings) == (["passed"], ())
    assert (found.kind, found.count) == (FindingKind.ANSWERS_STABLE, Count(0, 12))
    assert found.parts == {"requests": Count(0, 4), "rows": Count(0, 8)}
    assert (found.numbers, result.criteria[0].estimate.n) == ({"batches": 5}, 8)


def test_changes_that_are_no_more_frequent_keep_their_controls_when_both_parts_passed() -> None:
    noisy = replace(STABLE, count=Count(1, 16), control=Count(2, 16))
    found = finding_of(joined(result_of("passed", noisy), result_of("passed", ROWS)))
    assert (found.count, found.control) == (Count(1, 24), None)
    assert found.parts == {"requests": Count(1, 16), "requests_without": Count(2, 16), "rows": Count(0, 8)}


def test_rows_that_passed_are_the_finding_if_the_settings_allow_one_request_at_a_time() -> None:
    alone = replace(UNTESTED, why=Why.SWITCHED_OFF, subject="[target] in_flight")
    (criterion,) = joined(result_of("passed", alone), result_of("passed", ROWS)).criteria
    assert criterion.finding
    assert criterion.finding.kind == FindingKind.ANSWERS_STABLE
    assert [note.why for note in criterion.notes] == [Why.SWITCHED_OFF]
