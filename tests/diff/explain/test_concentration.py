"""One answer to many inputs is found if it is a default, and not if the inputs ask for it."""

from collections.abc import Iterable, Sequence
from random import Random

import pytest

from harness.core.case import Case
from harness.core.finding import Circumstance, Count, Example, FailureMode, Finding, How, Where
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.diff.explain.concentration import concentration_findings
from tests.diff.made import case_of, evidence_of, row_of

SAMPLES = range(24)


def total_of(case: Case) -> float:
    """The right answer to a case: each sample has one of its own."""
    return 100.0 + int(case.tags["sample"])


def pilot() -> list[Case]:
    return [case_of(f"pilot/samples#{k}", truth={"total": 100.0 + k}) for k in SAMPLES]


def pack(name: str, samples: Iterable[int] = SAMPLES) -> list[Case]:
    """Damaged cases of these samples, the same ones again where they stand twice."""
    return [
        case_of(f"{name}/one#{at}", truth={"total": 100.0 + k}, tags={"sample": str(k)}, severity=5)
        for at, k in enumerate(samples)
    ]


def found_in(rows: Sequence[Judged], cases: Sequence[Case], *, timed: bool = False) -> list[Finding]:
    """The findings on these replies; timed: they were due one a second, in their order."""
    moments = {(row.address, row.repeat): float(second) for second, row in enumerate(rows)} if timed else {}
    return list(concentration_findings(evidence_of(cases, rows), moments, "run"))


def right(case: Case) -> Judged:
    return row_of(case, {"total": total_of(case)}, 0.9)


def test_a_default_in_one_pack_is_named_with_its_share_there_and_elsewhere() -> None:
    fine, faxes = [*pilot(), *pack("scans")], pack("faxes")
    rows = [right(case) for case in fine]
    rows += [row_of(case, {"total": 0.0}, 0.9) if k < 18 else right(case) for k, case in enumerate(faxes)]
    (found,) = found_in(rows, [*fine, *faxes])
    assert found == Finding(
        kind=FindingKind.ONE_ANSWER,
        slice="faxes",
        circumstances=(Circumstance(Where.PACK, "faxes"),),
        modes=(FailureMode("total", How.CONSTANT, "0.0"),),
        count=Count(18, 24),
        control=Count(0, 48),
        example=Example(address="faxes/one#0", field="total", expected=100.0, got=0.0, confidence=0.9),
        cases=found.cases,
        show=f"harness show {found.cases[0]} --run run",
    )
    assert found.cases[0] == "faxes/one#0"
    assert len(found.cases) == 10


def test_it_is_seen_without_truth_where_the_clean_input_is_answered_otherwise() -> None:
    fine, faxes = [*pilot(), *pack("scans")], pack("faxes")
    rows = [row_of(case, {"total": total_of(case)}, known=False) for case in fine]
    rows += [row_of(case, {"total": 0.0}, known=False) for case in faxes]
    (found,) = found_in(rows, [*fine, *faxes])
    assert found.slice == "faxes"


def test_a_pack_whose_answers_are_the_same_without_truth_is_let_be_where_the_clean_ones_are_too() -> None:
    cases = [*pilot(), *pack("faxes")]
    rows = [row_of(case, {"total": total_of(case)}, known=False) for case in cases]
    assert found_in(rows, cases) == []


def test_one_field_of_many_is_named_alone_where_the_others_are_read() -> None:
    fine, faxes = [*pilot(), *pack("scans")], pack("faxes")
    rows = [row_of(case, {"total": total_of(case), "id": f"id {case.address}"}) for case in fine]
    rows += [row_of(case, {"total": 1.0, "id": f"id {case.address}"}) for case in faxes]
    (found,) = found_in(rows, [*fine, *faxes])
    assert found.modes == (FailureMode("total", How.CONSTANT, "1.0"),)
    assert (found.slice, found.count) == ("faxes", Count(24, 24))


def test_a_slice_of_one_rare_answer_that_is_right_is_no_default() -> None:
    fine = [*pilot(), *pack("scans")]
    rare = [case_of(f"rare/one#{k}", truth={"total": 0.0}, tags={"sample": f"r{k}"}, severity=1) for k in range(20)]
    rows = [*(right(case) for case in fine), *(row_of(case, {"total": 0.0}, 0.9) for case in rare)]
    assert found_in(rows, [*fine, *rare]) == []


def test_labels_that_go_wrong_to_the_same_side_are_no_default() -> None:
    labels = "abc"
    cases = [
        case_of(f"{name}#{k}", truth={"label": labels[k % 3]}, tags={"sample": str(k)}, severity=5)
        for name in ("pilot/samples", "scans/one", "faxes/one")
        for k in SAMPLES
    ]
    rows = [row_of(case, {"label": "a" if case.pack == "faxes" else str(case.truth["label"])}, 0.8) for case in cases]
    assert found_in(rows, cases) == []


def test_one_sample_that_is_misread_alike_again_and_again_is_one_fact() -> None:
    fine, faxes = [*pilot(), *pack("scans")], pack("faxes", [3, 4] * 20)
    rows = [*(right(case) for case in fine), *(row_of(case, {"total": 7.0}) for case in faxes)]
    assert found_in(rows, [*fine, *faxes]) == []


def test_two_samples_that_are_misread_alike_in_every_scenario_are_two_facts() -> None:
    fine = [*pilot(), *pack("scans")]
    faxes = [
        case_of(f"faxes/{way}#{k}", truth={"total": 100.0 + k}, tags={"sample": str(k)}, severity=5)
        for way in "abcdef"
        for k in (3, 4)
    ]
    rows = [*(right(case) for case in fine), *(row_of(case, {"total": 7.0}) for case in faxes)]
    assert found_in(rows, [*fine, *faxes]) == []


@pytest.mark.parametrize("answer", [{"total": None}, {"total": ""}, {}])
def test_answers_that_are_empty_are_no_default(answer: dict[str, str | None]) -> None:
    fine, faxes = [*pilot(), *pack("scans")], pack("faxes")
    rows = [*(right(case) for case in fine), *(row_of(case, answer) for case in faxes)]
    assert found_in(rows, [*fine, *faxes]) == []


def test_a_default_that_is_handed_over_is_no_finding() -> None:
    fine, faxes = [*pilot(), *pack("scans")], pack("faxes")
    rows = [right(case) for case in fine]
    rows += [row_of(case, {"total": 0.0}, disposition="handed_over") for case in faxes]
    assert found_in(rows, [*fine, *faxes]) == []


def labelled(count: int) -> list[Case]:
    return [
        case_of(f"pilot/samples#{k}", truth={"label": "approve" if k % 4 == 0 else "decline"}) for k in range(count)
    ]


def test_load_that_is_shed_to_one_label_for_a_while_is_named_with_its_seconds() -> None:
    cases = labelled(200)
    rows = [
        row_of(case, {"label": "approve" if 50 <= second < 90 else str(case.truth["label"])}, 0.91)
        for second, case in enumerate(cases)
    ]
    (found,) = found_in(rows, cases, timed=True)
    assert found.modes == (FailureMode("label", How.CONSTANT, "approve"),)
    assert found.circumstances == (Circumstance(Where.WINDOW, "50.0-99.0"),)
    assert (found.count, found.control) == (Count(30, 50), Count(0, 150))
    assert found.slice == ""


def arrivals(count: int, seed: int) -> list[float]:
    """At 8 a second on average, and in bursts: twelve in a fifth of a second, then a pause."""
    draw = Random(seed)
    return sorted(1.5 * (k // 12) + (0.2 if k // 12 % 6 == 0 else 1.5) * draw.random() for k in range(count))


def test_load_that_is_shed_in_bursts_is_named_with_their_rate() -> None:
    cases, due = labelled(240), arrivals(240, seed=1)
    before = [sum(moment - 1 < one <= moment for one in due) for moment in due]
    rows = [
        row_of(case, {"label": "approve" if many >= 12 else str(case.truth["label"])}, 0.91)
        for case, many in zip(cases, before, strict=True)
    ]
    moments = {(row.address, row.repeat): at for row, at in zip(rows, due, strict=True)}
    (found,) = concentration_findings(evidence_of(cases, rows), moments, "run")
    assert found.circumstances == (Circumstance(Where.BURST, "14"),)


def test_a_while_in_which_one_label_is_right_is_let_be() -> None:
    cases = [case_of(f"pilot/samples#{k}", truth={"label": "a" if 50 <= k < 90 else "b"}) for k in range(200)]
    rows = [row_of(case, {"label": str(case.truth["label"])}) for case in cases]
    assert found_in(rows, cases, timed=True) == []


def test_a_service_that_is_wrong_at_random_moments_is_blamed_in_one_run_of_a_hundred_at_most() -> None:
    cases = labelled(160)
    blamed = 0
    for number in range(300):
        draw = Random(number)
        rows = [row_of(case, {"label": draw.choice(("approve", "decline"))}, round(draw.random(), 1)) for case in cases]
        blamed += bool(found_in(rows, cases, timed=True))
    assert blamed <= 3
