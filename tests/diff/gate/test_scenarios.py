"""Silent errors by pack and by scenario: a part without any answer never passes, and a pack speaks for few cases."""

from harness.core.case import Case
from harness.core.decide import status_of
from harness.core.finding import Count
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.core.settings import Gate
from harness.core.verdict import Criterion
from harness.diff.gate.scenarios import part_lines, speaking
from harness.diff.gate.worst import RunContext
from tests.diff.made import case_of, row_of

ABOUT = RunContext(run="r1", samples=20)


def criteria(cases: list[Case], rows: list[Judged]) -> dict[str, Criterion]:
    return part_lines({case.address: case for case in cases}, rows, Gate(), ABOUT)


def lost(case: Case, cause: str) -> Judged:
    return Judged(address=case.address, repeat=0, disposition="error", judgement="unscored", cause=cause)


def test_a_scenario_of_which_nothing_was_answered_is_undecided_and_says_why() -> None:
    dead = [case_of(f"faxes/dead#{k}", severity=3) for k in range(40)]
    alive = [case_of(f"faxes/alive#{k}", severity=3) for k in range(40)]
    rows = [lost(case, "timeout" if k else "server_error") for k, case in enumerate(dead)]
    found = criteria([*dead, *alive], [*rows, *(row_of(case, {"label": "a"}) for case in alive)])
    (note,) = found["faxes/dead"].notes
    assert (status_of(found["faxes/dead"]), found["faxes/dead"].estimate.value) == ("undecided", None)
    assert (note.kind, note.slice, note.count) == (FindingKind.NO_ANSWERS, "faxes/dead", Count(40, 40))
    assert note.causes == {"timeout": 39, "server_error": 1}
    assert (status_of(found["faxes/alive"]), found["faxes/alive"].notes) == ("passed", ())
    assert found["faxes"].estimate.n == 80


def test_a_pack_counts_for_a_scenario_with_few_cases_and_never_for_one_that_failed_or_has_no_answer() -> None:
    few = [case_of(f"faxes/few#{k}", severity=3) for k in range(3)]
    wrong = [case_of(f"faxes/wrong#{k}", severity=3) for k in range(6)]
    many = [case_of(f"faxes/many#{k}", severity=3) for k in range(300)]
    rows = [row_of(case, {"label": "b" if case in wrong else "a"}) for case in (*few, *wrong, *many)]
    found = criteria([*few, *wrong, *many], rows)
    pack = found["faxes"]
    assert [status_of(found[name]) for name in ("faxes/few", "faxes/wrong", "faxes")] == [
        "undecided",
        "failed",
        "passed",
    ]
    assert speaking(found["faxes/few"], pack) is pack
    assert speaking(found["faxes/wrong"], pack) is found["faxes/wrong"]
    assert speaking(found["faxes/few"], None) is found["faxes/few"]
