"""Changed inputs that are handed over or refused more often than the samples themselves."""

from dataclasses import replace
from random import Random

from harness.core.case import Case
from harness.core.finding import Count, Finding
from harness.core.reply import Disposition
from harness.diff.explain.taken_less import taken_less_findings
from tests.diff.made import case_of, evidence_of, row_of

CLEAN = [case_of(f"pilot/samples#{k}") for k in range(30)]
NOISY = [case_of(f"noisy/typos#{k}", severity=2) for k in range(30)]
LOCALE = [case_of(f"locale/dates#{k}", severity=2) for k in range(30)]
EVERYTHING = [*CLEAN, *NOISY, *LOCALE]


def found_when(ended: dict[str, Disposition], cases: list[Case] = EVERYTHING) -> list[Finding]:
    """The findings if the cases with these addresses end so, and all others are accepted."""
    rows = [row_of(case, {"label": "a"}, disposition=ended.get(case.address, "accepted")) for case in cases]
    return list(taken_less_findings(evidence_of(cases, rows), "run"))


def test_hand_overs_in_one_pack_that_the_samples_do_not_have_are_one_finding_with_that_pack() -> None:
    (found,) = found_when({case.address: "handed_over" for case in NOISY[:12]})
    assert (found.subject, found.parts) == ("handed_over", {"noisy": Count(12, 30)})
    assert (found.count, found.control) == (Count(12, 30), Count(0, 30))
    assert set(found.cases) <= {case.address for case in NOISY[:12]}
    assert 0 < found.numbers["p"] <= 0.01


def test_refusals_are_a_finding_of_their_own() -> None:
    ended: dict[str, Disposition] = {case.address: "handed_over" for case in NOISY[:12]}
    found = found_when(ended | {case.address: "rejected" for case in LOCALE[:15]})
    assert [one.subject for one in found] == ["handed_over", "rejected"]
    assert found[1].parts == {"locale": Count(15, 30)}


def test_samples_that_are_handed_over_themselves_are_no_finding() -> None:
    assert found_when({case.address: "handed_over" for case in (*CLEAN[:12], *NOISY[:12])}) == []


def test_a_few_samples_are_no_finding_however_many_cases_they_have() -> None:
    many = [case_of(f"noisy/typos#{k % 3}", severity=2) for k in range(3)]
    again = [replace(case, address=f"{case.address}-{k}") for k in range(20) for case in many]
    assert found_when({case.address: "handed_over" for case in again}, [*CLEAN, *again]) == []


def test_a_case_that_lost_a_field_may_go_to_a_person() -> None:
    lost = [replace(case, truth={"label": "a", "total": 1}, effects={"total": "destroyed"}) for case in NOISY]
    assert found_when({case.address: "handed_over" for case in lost}, [*CLEAN, *lost]) == []


def test_hand_overs_by_chance_are_a_finding_in_one_run_of_a_hundred_at_most() -> None:
    draw, found = Random(7), 0
    for _ in range(400):
        found += bool(found_when({case.address: "handed_over" for case in EVERYTHING if draw.random() < 0.2}))
    assert found <= 4
