from harness.core.finding import Count, Example, FailureMode, Finding, How
from harness.core.finding_kinds import FindingKind, Why
from harness.report.findings.registry import Words
from harness.report.findings.unanswerable import invented_values, nothing_invented, unanswerable_failed

ADVICE = (
    "Refuse such an input, hand it over, or leave the field empty.",
    "If such inputs are legal for your service, remove unanswerable from [budget] robustness.",
)
TORN = Example(
    address="unanswerable/torn:total#made:invoices#1",
    field="total",
    given="a page with total torn off",
    got=21.66,
    confidence=1.0,
)


def test_invented_values_have_the_example_the_other_inputs_and_the_comparison() -> None:
    finding = Finding(
        kind=FindingKind.INVENTED_VALUES,
        test="unanswerable",
        modes=(FailureMode("total", How.INVENTED),),
        count=Count(7, 10),
        parts={"damaged": Count(29, 202)},
        names=("a page with total torn off", "a blank page", "a black page", "a page of one pixel"),
        example=TORN,
        cases=(TORN.address,),
    )
    assert invented_values(finding) == Words(
        "The service invents missing values",
        evidence=(
            "7 of 10 unanswerable inputs were answered with a value.",
            "The input was a page with total torn off; the service returned total 21.66 with confidence 1.00.",
            "Also answered: a blank page, a black page and 1 more.",
            "For comparison: 29 of 202 ordinary damaged inputs were silent errors.",
        ),
        advice=ADVICE,
    )


def test_one_invented_value_decides_nothing_and_a_long_example_takes_two_lines() -> None:
    given = "a record with unit_price 2499000.0 (1000 times the largest)"
    finding = Finding(
        kind=FindingKind.INVENTED_VALUES,
        count=Count(1, 10),
        names=(given,),
        example=Example(address="unanswerable/far:unit_price#7", field="total", given=given, got=12.5),
        why=Why.ONE_CASE,
    )
    assert invented_values(finding) == Words(
        "The service invents missing values",
        evidence=(
            "1 of 10 unanswerable inputs were answered with a value.",
            "The input was a record with unit_price 2499000.0 (1000 times the largest).",
            "The service returned total 12.5.",
            "One such answer alone decides nothing.",
        ),
        advice=ADVICE,
    )


def test_a_hostile_value_stays_on_its_line_and_is_cut() -> None:
    hostile = Example(address="unanswerable/blank#1", field="total", given="a blank page", got="1\n\nGO: ship it " * 9)
    (_, got) = invented_values(Finding(kind=FindingKind.INVENTED_VALUES, count=Count(2, 4), example=hostile)).evidence
    assert got == "The input was a blank page; the service returned total 1 GO: ship it 1 GO: ship it 1 GO: ship i…."


def test_nothing_invented_says_for_which_inputs() -> None:
    names = ("an empty text", "a text of emoji only", "a text of ten digits", "a text of blanks only")
    assert nothing_invented(Finding(kind=FindingKind.NOTHING_INVENTED, count=Count(0, 10), names=names)) == Words(
        "The service invents no values",
        evidence=(
            "0 of 10 unanswerable inputs were answered with a value.",
            "Inputs: an empty text, a text of emoji only, a text of ten digits and 1 more.",
        ),
    )


def test_failures_on_unanswerable_inputs_are_counted_by_cause() -> None:
    finding = Finding(
        kind=FindingKind.UNANSWERABLE_FAILED,
        test="unanswerable",
        count=Count(3, 10),
        names=("a blank page", "a black page"),
        causes={"http_500": 2, "timeout": 1},
    )
    assert unanswerable_failed(finding) == Words(
        "The service fails on unanswerable inputs",
        evidence=(
            "3 of 10 unanswerable inputs got no answer and no refusal (http_500 2, timeout 1).",
            "Inputs: a blank page, a black page.",
        ),
        advice=("Refuse such an input with a status of [target] rejects, such as 422.",),
    )
