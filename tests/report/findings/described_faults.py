"""One made-up finding for each kind about faults, with its words."""

from dataclasses import replace

from harness.core.finding import Count, Example, FailureMode, Finding, How
from harness.core.finding_kinds import FindingKind, Why
from harness.core.integration.fault import Fault
from harness.report.findings.registry import Words

ALL = Count(7, 7)
ERP = Fault(kind="status", where="erp", name="erp.status")
EXAMPLE = Example(
    address="fault/erp.status#invoice_04.png",
    field="vendor_id",
    given="invoice_04.png",
    expected="V-10023",
    got="V-00000",
    confidence=0.99,
)
SILENT = Finding(
    kind=FindingKind.FAULT_SILENT,
    slice="erp",
    subject="erp.status",
    fault=ERP,
    modes=(FailureMode("vendor_id", How.CONSTANT, "V-00000"),),
    count=ALL,
    control=Count(0, 7),
    parts={"silent": ALL, "field:vendor_id": ALL, "recovered": ALL},
    numbers={"seconds_after": 0.0},
    example=EXAMPLE,
    show="harness show fault/erp.status#invoice_04.png --run run",
)
CONTRAST = "When erp answers 503, 7 of 7 cases were accepted with a wrong answer (0 of 7 without the fault)."
SHOWN = "Example: invoice_04.png: vendor_id V-00000 instead of V-10023, confidence 0.99."
FIELD = "vendor_id becomes V-00000 in 7 of 7 cases."
RECOVERED = "All cases were right again as soon as the fault was over."
REPAIR = "Let the service return an error, or hand the case over, when erp fails."
ONE_WRONG = "When erp answers 503, 1 of 7 cases was accepted with a wrong answer (0 of 7 without the fault)."
MORE_CALLS = ("Raise --calls, so that more cases meet the fault.",)
CHANCE = "This may be chance: too few cases were wrong."


def other(kind: FindingKind, count: Count, control: Count, **more: object) -> Finding:
    """A finding of the same fault without silent errors."""
    facts: dict[str, object] = {"modes": (), "parts": {}, "numbers": {}, "example": None, **more}
    return replace(SILENT, kind=kind, count=count, control=control, **facts)  # type: ignore[arg-type]


EXPECTED: dict[FindingKind, tuple[Finding, Words]] = {
    FindingKind.FAULT_SILENT: (
        SILENT,
        Words("When erp fails, vendor_id becomes V-00000", (CONTRAST, SHOWN, FIELD, RECOVERED), (REPAIR,)),
    ),
    FindingKind.FAULT_LASTING: (
        replace(
            SILENT,
            kind=FindingKind.FAULT_LASTING,
            count=Count(5, 7),
            parts={"silent": Count(4, 5), "field:vendor_id": Count(4, 5)},
            numbers={"seconds_after": 3.52},
        ),
        Words(
            "Cases do not recover after erp.status (erp answers 503)",
            (
                "3.5 s after the fault, 5 of 7 cases were still not right (0 of 7 without the fault).",
                "4 of these 5 were accepted with a wrong answer.",
                SHOWN,
                "vendor_id becomes V-00000 in 4 of 5 cases.",
            ),
            ("Check what the service keeps from the time of the fault, such as a cached fallback value.",),
        ),
    ),
    FindingKind.FAULT_NO_ANSWER: (
        other(
            FindingKind.FAULT_NO_ANSWER,
            Count(6, 8),
            Count(0, 8),
            parts={
                "no_answer": Count(6, 8),
                "silent": Count(1, 8),
                "silent_without": Count(0, 8),
                "handed_over": Count(1, 8),
                "possibly_met": Count(2, 10),
            },
            numbers={"seconds_after": 0.84},
            causes={"timeout": 1, "server_error": 5},
        ),
        Words(
            "erp.status (erp answers 503) causes errors",
            (
                "When erp answers 503, 6 of 8 cases were without an answer (0 of 8 without the fault).",
                "Causes: server_error 5, timeout 1.",
                "1 of 8 cases was accepted with a wrong answer (0 of 8 without the fault), which may be chance.",
                "1 of 8 cases was handed over.",
                "All cases were right again 0.8 s after the fault.",
                "2 more cases may have met the fault and are not counted.",
            ),
            ("Callers can see these errors. Check that each caller handles them.",),
        ),
    ),
    FindingKind.FAULT_HANDED_OVER: (
        other(FindingKind.FAULT_HANDED_OVER, Count(8, 8), Count(1, 9)),
        Words(
            "erp.status (erp answers 503) causes hand-overs",
            ("When erp answers 503, 8 of 8 cases were handed over (1 of 9 without the fault).",),
            ("Check that enough people can take these cases while the fault lasts.",),
        ),
    ),
    FindingKind.FAULT_UNCONFIRMED: (
        replace(SILENT, kind=FindingKind.FAULT_UNCONFIRMED, count=Count(1, 7), parts={"silent": Count(1, 7)}),
        Words(
            "erp.status (erp answers 503) may cause silent errors",
            (
                ONE_WRONG,
                CHANCE,
                SHOWN,
                RECOVERED,
            ),
            MORE_CALLS,
        ),
    ),
    FindingKind.FAULT_NOT_JUDGED: (
        other(FindingKind.FAULT_NOT_JUDGED, Count(3, 8), Count(0, 8)),
        Words(
            "Answers under erp.status (erp answers 503) cannot be judged",
            ("When erp answers 503, 3 of 8 cases were not judged (0 of 8 without the fault).",),
            ("Check that the answers hold the fields of the truth file.",),
        ),
    ),
    FindingKind.FAULT_UNNOTICEABLE: (
        replace(
            SILENT,
            kind=FindingKind.FAULT_UNNOTICEABLE,
            subject="erp.field_stale",
            fault=Fault(kind="field_stale", where="erp", name="erp.field_stale", field="vendor_id"),
            modes=(FailureMode("vendor_id", How.OTHER_VALUE),),
        ),
        Words(
            "erp.field_stale (erp sends an outdated vendor_id) causes wrong answers",
            (
                "Under erp.field_stale, 7 of 7 cases were accepted with a wrong answer (0 of 7 without the fault).",
                "No reply shows this fault, so it does not block the release.",
                SHOWN,
                "vendor_id gets a wrong value in 7 of 7 cases.",
                RECOVERED,
            ),
            ("Let erp state when, or for which request, it made each reply.",),
        ),
    ),
    FindingKind.FAULT_NOT_MET: (
        other(FindingKind.FAULT_NOT_MET, Count(0, 8), Count(0, 8), parts={"possibly_met": Count(1, 8)}),
        Words(
            "No case tested erp.status (erp answers 503)",
            (
                "0 of 8 cases met the fault. Nothing is known about this fault.",
                "1 more case may have met the fault and is not counted.",
            ),
            ("Check share, window, path and method of the fault, and that the service calls erp for each case.",),
        ),
    ),
    FindingKind.FAULT_PASSED: (
        other(FindingKind.FAULT_PASSED, Count(8, 8), Count(8, 8)),
        Words(
            "Answers stay right under erp.status (erp answers 503)",
            ("When erp answers 503, 8 of 8 cases were right (8 of 8 without the fault).",),
        ),
    ),
    FindingKind.FAULT_NOT_TRIED: (
        Finding(
            kind=FindingKind.FAULT_NOT_TRIED,
            names=("erp.latency", "erp.timeout", "erp.reset", "erp.field_stale"),
            count=Count(4, 8),
            why=Why.TOO_FEW_CALLS,
        ),
        Words(
            "4 of 8 faults were not tested",
            ("Not tested: erp.latency, erp.timeout, erp.reset and 1 more; the budget has too few calls.",),
            ("Raise --calls.",),
        ),
    ),
    FindingKind.UPSTREAM_FAILS_SILENTLY: (
        replace(
            SILENT,
            kind=FindingKind.UPSTREAM_FAILS_SILENTLY,
            names=("erp.wrong_type",),
            parts={**SILENT.parts, "during": Count(7, 7), "after": Count(3, 7), "erp.wrong_type": Count(6, 7)},
        ),
        Words(
            "When erp fails, vendor_id becomes V-00000",
            (
                CONTRAST,
                SHOWN,
                FIELD,
                "After the fault, 3 of 7 cases were accepted with a wrong answer again.",
                "Under erp.wrong_type, 6 of 7 cases were accepted with a wrong answer as well.",
            ),
            (REPAIR,),
        ),
    ),
    FindingKind.UPSTREAM_UNCONFIRMED: (
        replace(
            SILENT,
            kind=FindingKind.UPSTREAM_UNCONFIRMED,
            count=Count(1, 7),
            parts={"during": Count(1, 7), "field:vendor_id": Count(1, 7)},
        ),
        Words(
            "erp.status (erp answers 503) may cause silent errors",
            (
                ONE_WRONG,
                SHOWN,
                CHANCE,
                "vendor_id becomes V-00000 in 1 of 7 cases.",
            ),
            MORE_CALLS,
        ),
    ),
    FindingKind.UPSTREAM_PASSED: (
        Finding(
            kind=FindingKind.UPSTREAM_PASSED,
            slice="erp",
            count=Count(0, 28),
            control=Count(0, 12),
            names=("erp.error_in_200", "erp.status"),
        ),
        Words(
            "No fault of erp adds silent errors",
            (
                "Under all faults together, 0 of 28 cases were silently wrong (0 of 12 without the fault).",
                "Tested: erp.error_in_200, erp.status.",
            ),
        ),
    ),
    FindingKind.UPSTREAM_NOT_JUDGED: (
        Finding(kind=FindingKind.UPSTREAM_NOT_JUDGED, slice="erp"),
        Words(
            "The faults of erp were not tested",
            ("No case met any of its faults.",),
            ("Check whether the service answers from a cache instead of calling erp.",),
        ),
    ),
    FindingKind.UPSTREAM_UNUSED: (
        Finding(kind=FindingKind.UPSTREAM_UNUSED, slice="erp", names=("127.0.0.1:9100",)),
        Words(
            "The service sends no request to the relay of erp",
            ("No request came through its relay at 127.0.0.1:9100, so no case could meet its faults.",),
            ("Point the service at http://127.0.0.1:9100 instead of the address of erp.",),
        ),
    ),
}
