"""Cases are paired and classed, and each slice is compared with its limit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from harness.core.decide import more_cases, status_of
from harness.core.finding import Count
from harness.core.finding_kinds import FindingKind
from harness.core.regression.baseline import CaseResult, Change, Repeat
from harness.core.regression.columns import Results
from harness.core.regression.gathering import columns_of
from harness.core.reply import Disposition
from harness.core.verdict import Criterion, Status
from harness.diff.regression.compare import compare
from harness.diff.regression.pairs import CHANGES, pair_up
from harness.diff.regression.regress import regression_criteria, slice_drops
from harness.diff.regression.sketch import quantiles, sketch_of

GOOD = Repeat(disposition="accepted", judgement="right", confidence=0.9, fields={"total": "right", "date": "right"})
SILENT = Repeat(disposition="accepted", judgement="wrong", confidence=0.8, fields={"total": "wrong", "date": "right"})
WORSE = Repeat(disposition="accepted", judgement="wrong", confidence=0.7, fields={"total": "wrong", "date": "wrong"})
FLAGGED = replace(GOOD, disposition="handed_over")
REFUSED = Repeat(disposition="rejected", judgement="unscored")
LOST = Repeat(disposition="timeout", judgement="unscored", cause="timeout")
CRASHED = Repeat(disposition="error", judgement="unscored", cause="status 500", crashed=True)
UNREAD = Repeat(disposition="accepted", judgement="unscored")


def case(address: str, *repeats: Repeat, asks: bool = True, sha256: str = "a", country: str = "de") -> CaseResult:
    tags = {"country": country}
    return CaseResult(address=address, sha256=sha256, asks=asks, tags=tags, repeats=repeats)


def side(*cases: CaseResult, complete: bool = False) -> Results:
    return Results(label="x", cases=columns_of(cases), complete=complete)


def changes(before: Results, after: Results) -> dict[str, Change]:
    """What became of each case, by its address."""
    pairs = pair_up(before, after)
    named = pairs.addresses(np.arange(len(pairs.change)))
    return {address: CHANGES[change] for address, change in zip(named, pairs.change.tolist(), strict=True)}


def pack(name: str, n: int, bad: int = 0, how: Repeat = SILENT) -> list[CaseResult]:
    return [case(f"{name}/a#{i}", how if i < bad else GOOD) for i in range(n)]


def criteria(before: Results, after: Results, *critical: str) -> dict[str, Criterion]:
    return {one.slice: one for one in regression_criteria(slice_drops(before, after, critical)[1], 0.05, "run")}


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ([GOOD], [GOOD], "same"),
        ([GOOD], [replace(GOOD, confidence=0.3)], "same"),
        ([GOOD], [SILENT], "newly_failing"),
        ([GOOD, GOOD], [REFUSED], "newly_failing"),
        ([GOOD], [CRASHED], "newly_failing"),
        ([GOOD], [FLAGGED], "newly_handed_over"),
        ([GOOD], [FLAGGED, LOST], "newly_handed_over"),
        ([SILENT], [GOOD], "newly_passing"),
        ([FLAGGED], [GOOD, GOOD], "newly_passing"),
        ([GOOD, SILENT], [GOOD], "flaky"),
        ([GOOD], [GOOD, SILENT], "flaky"),
        ([SILENT], [SILENT], "same"),
        ([SILENT], [WORSE], "regressed"),
        ([WORSE], [SILENT], "improved"),
        ([FLAGGED], [SILENT], "newly_silent"),
        ([REFUSED], [SILENT], "newly_silent"),
        ([CRASHED, REFUSED], [FLAGGED, WORSE], "newly_silent"),
        ([SILENT, FLAGGED], [SILENT], "regressed"),
        ([SILENT], [FLAGGED], "improved"),
        ([GOOD], [LOST], "unanswered"),
        ([UNREAD], [GOOD], "unanswered"),
    ],
)
def test_the_class_of_a_case(before: Sequence[Repeat], after: Sequence[Repeat], change: Change) -> None:
    assert changes(side(case("p/a#0", *before)), side(case("p/a#0", *after))) == {"p/a#0": change}


def test_a_case_that_one_side_does_not_have_is_missing_or_new() -> None:
    both = changes(side(case("p/a#0", GOOD)), side(case("p/a#1", GOOD)))
    assert both == {"p/a#0": "missing", "p/a#1": "new"}


def test_other_bytes_at_the_same_address_are_not_the_same_case() -> None:
    before, after = side(case("p/a#0", GOOD)), side(case("p/a#0", GOOD, sha256="b"))
    assert (pair_up(before, after).other_bytes, changes(before, after)) == (("p/a#0",), {"p/a#0": "missing"})


@pytest.mark.parametrize(
    ("disposition", "passed"),
    [("accepted", False), ("rejected", True), ("handed_over", True)],
)
def test_where_nothing_can_be_answered_a_refusal_holds_and_an_accepted_wrong_answer_does_not(
    disposition: Disposition, passed: bool
) -> None:
    assert Repeat(disposition=disposition, judgement="wrong").passed(asks=False) is passed


@pytest.mark.parametrize(
    ("bad", "status"),
    [(0, "passed"), (1, "undecided"), (4, "undecided"), (5, "failed"), (84, "failed")],
)
def test_one_run_each_of_84_cases(bad: int, status: Status) -> None:
    drop = criteria(side(*pack("faxes", 84)), side(*pack("faxes", 84, bad)), "faxes")["faxes"]
    assert status_of(drop) == status


def test_the_criterion_notes_what_moved_how_sure_that_is_and_which_case_to_look_at() -> None:
    after = [*pack("faxes", 84, 10), case("faxes/a#84", GOOD)]
    after[3] = case("faxes/a#3", replace(SILENT, confidence=0.99))
    after[20] = case("faxes/a#20", FLAGGED)
    drop = criteria(side(*pack("faxes", 84)), side(*after), "faxes")["faxes"]
    assert [drop.estimate.value, drop.estimate.low] == pytest.approx([0.131, 0.065], abs=5e-4)
    (note,) = drop.notes
    assert (note.kind, note.test, note.slice, note.count) == (FindingKind.DROP, "regress", "faxes", Count(11, 84))
    assert note.parts == {"newly_failing": Count(10, 84), "newly_handed_over": Count(1, 84)}
    assert note.numbers == pytest.approx({"before": 1.0, "after": 73 / 84, "q": 1 / 1024}, abs=5e-6)
    assert drop.worst[0] == note.cases[0] == "faxes/a#3"
    assert drop.show == note.show == "harness show faxes/a#3 --run run"


def test_an_undecided_criterion_knows_how_many_more_cases_would_decide() -> None:
    # 4 of 40 newly failing is 10 %, and one of 16 coin throws: about twice as many of the same would show it.
    drop = criteria(side(*pack("faxes", 40)), side(*pack("faxes", 40, 4)), "faxes")["faxes"]
    assert status_of(drop) == "undecided"
    more = more_cases(drop)
    assert more is not None
    wider = criteria(side(*pack("faxes", 40 + more)), side(*pack("faxes", 40 + more, 4 + more // 10 + 1)), "faxes")
    assert status_of(wider["faxes"]) == "failed"


@pytest.mark.parametrize("n", [1, 24, 41, 58])
def test_a_slice_in_which_no_case_moved_passes_with_the_cases_that_it_needs_and_not_before(n: int) -> None:
    def unmoved(cases: int) -> Criterion:
        return criteria(side(*pack("faxes", cases)), side(*pack("faxes", cases)), "faxes")["faxes"]

    more = more_cases(unmoved(n))
    assert more == 59 - n
    assert [status_of(unmoved(n + count)) for count in (more - 1, more)] == ["undecided", "passed"]


def test_the_correction_counts_every_critical_slice_also_one_without_evidence() -> None:
    before, after = [*pack("faxes", 50), *pack("phones", 50)], [*pack("faxes", 50, 5), *pack("phones", 50)]
    alone = criteria(side(*before), side(*after), "faxes")["faxes"]
    among = criteria(side(*before), side(*after), "faxes", "phones", "nobody")["faxes"]
    assert [alone.q, among.q] == pytest.approx([1 / 32, 3 / 32])
    assert (status_of(alone), status_of(among)) == ("failed", "undecided")


def test_a_slice_that_the_baseline_has_no_case_in_is_undecided() -> None:
    empty = criteria(side(*pack("faxes", 84)), side(*pack("phones", 84)), "phones")["phones"]
    assert status_of(empty) == "undecided"
    (note,) = empty.notes
    assert (note.kind, note.slice, note.subject) == (FindingKind.EMPTY_SLICE, "phones", "baseline")


def test_missing_cases_never_pass_and_may_fail() -> None:
    before = side(*pack("faxes", 200))
    short = criteria(before, side(*pack("faxes", 200)[:-3]), "faxes")["faxes"]
    assert status_of(short) == "undecided"
    assert [(note.kind, note.parts) for note in short.notes] == [(FindingKind.DROP, {"missing": Count(3, 200)})]
    assert status_of(criteria(before, side(*pack("faxes", 200, 60)[:-3]), "faxes")["faxes"]) == "failed"


def test_a_new_case_changes_no_criterion() -> None:
    before, after = side(*pack("faxes", 84)), [*pack("faxes", 84), case("faxes/b#0", SILENT)]
    assert criteria(before, side(*after), "faxes") == criteria(before, before, "faxes")


def test_replies_that_never_came_are_no_drop_but_leave_it_open() -> None:
    lost = criteria(side(*pack("faxes", 84)), side(*pack("faxes", 84, 40, LOST)), "faxes")["faxes"]
    assert (lost.estimate.value, status_of(lost)) == (0.0, "undecided")
    assert [note.parts for note in lost.notes] == [{"unanswered": Count(40, 84)}]
    assert "q" not in lost.notes[0].numbers
    crashed = criteria(side(*pack("faxes", 84)), side(*pack("faxes", 84, 40, CRASHED)), "faxes")["faxes"]
    assert status_of(crashed) == "failed"


@pytest.mark.parametrize("before", [REFUSED, FLAGGED, CRASHED])
@pytest.mark.parametrize("asks", [True, False])
def test_what_was_refused_and_is_now_accepted_and_wrong_fails_although_quality_did_not_fall(
    before: Repeat, asks: bool
) -> None:
    def sides(how: Repeat) -> Results:
        return side(*(case(f"faxes/a#{i}", how if i < 15 else GOOD, asks=asks) for i in range(60)))

    found = criteria(sides(before), sides(SILENT), "faxes")["faxes"]
    assert (status_of(found), found.estimate.value) == ("failed", 0.25)
    if asks:  # where nothing can be answered, a refusal passed, so that quality fell too
        (note,) = found.notes
        assert (note.kind, note.count) == (FindingKind.SILENT_RISE, Count(15, 60))
        assert note.parts == {"newly_silent": Count(15, 60)}
        assert (note.numbers["before"], note.numbers["after"]) == (0.0, 0.25)
    assert status_of(criteria(sides(SILENT), sides(before), "faxes")["faxes"]) != "failed"


def test_a_rise_of_silent_errors_is_reported_where_it_is_more_than_the_drop() -> None:
    before = [*pack("faxes", 50), *(case(f"faxes/b#{i}", REFUSED) for i in range(50))]
    after = [*pack("faxes", 50, 12), *(case(f"faxes/b#{i}", SILENT if i < 20 else REFUSED) for i in range(50))]
    found = criteria(side(*before), side(*after), "faxes")["faxes"]
    assert (status_of(found), found.estimate.value) == ("failed", 0.32)
    # The smaller change alone is still the one that counts when the other one is none.
    only = criteria(side(*before), side(*after[:50], *before[50:]), "faxes")["faxes"]
    assert (only.notes[0].kind, only.estimate.value) == (FindingKind.DROP, 0.12)


def test_silent_errors_that_move_between_unsteady_replies_raise_no_false_alarm() -> None:
    draw = np.random.default_rng(8)

    def unsteady() -> Results:
        choice = draw.random((60, 2))
        return side(
            *(
                case(f"faxes/a#{i}", *(SILENT if one < 0.1 else REFUSED if one < 0.3 else GOOD for one in two))
                for i, two in enumerate(choice.tolist())
            )
        )

    found = [status_of(criteria(unsteady(), unsteady(), "faxes")["faxes"]) for _ in range(200)]
    assert found.count("failed") <= 10


def test_a_test_that_cannot_show_a_rise_costs_the_others_nothing() -> None:
    """Cases that are refused on both sides, or wrong on both, leave the drop its q-value."""
    steady = [case(f"faxes/b#{i}", REFUSED) for i in range(9)] + [case(f"faxes/c#{i}", SILENT) for i in range(9)]
    before, after = side(*pack("faxes", 50), *steady), side(*pack("faxes", 50, 5, REFUSED), *steady)
    found = criteria(before, after, "faxes")["faxes"]
    assert found.q == pytest.approx(1 / 32)
    assert slice_drops(before, after, ["faxes"])[1][0].silent is None


@pytest.mark.parametrize("repeats", [2, 5])
@pytest.mark.parametrize("share", [1.0, 0.95, 0.85])
@pytest.mark.parametrize("steady", [True, False])
def test_a_drop_of_25_points_in_a_slice_of_60_samples_fails(steady: bool, share: float, repeats: int) -> None:
    # 1,200 calls send a pilot of up to 60 samples five times and one of up to 150 twice. Sent once, an unsteady
    # service that was right in 85 % fails in 87 % of the runs and is undecided in the others.
    draw = np.random.default_rng(60)

    def sent(right: float, luck: Sequence[float]) -> list[CaseResult]:
        passed = [draw.random(repeats) < right if not steady else np.full(repeats, one < right) for one in luck]
        return [case(f"pilot/a#{i}", *(GOOD if ok else SILENT for ok in one)) for i, one in enumerate(passed)]

    found = []
    for _ in range(100):
        luck = draw.random(60).tolist()
        before, after = side(*sent(share, luck)), side(*sent(share - 0.25, luck), complete=True)
        found.append(status_of(criteria(before, after, "de")["de"]))
    assert found.count("failed") >= 95
    assert "passed" not in found


def test_a_complete_pilot_that_is_steady_passes_with_few_samples_if_they_are_repeated() -> None:
    few = pack("pilot", 12)
    often = [replace(one, repeats=one.repeats * 6) for one in few]
    same = criteria(side(*often), side(*often, complete=True), "pilot")["pilot"]
    once = criteria(side(*few), side(*few, complete=True), "pilot")["pilot"]
    drawn = criteria(side(*often), side(*often), "pilot")["pilot"]
    assert (status_of(same), status_of(once), status_of(drawn)) == ("passed", "undecided", "undecided")


def test_a_pilot_of_which_the_baseline_had_only_a_part_is_not_complete() -> None:
    part = criteria(side(*pack("pilot", 12)), side(*pack("pilot", 24), complete=True), "pilot")["pilot"]
    assert (part.estimate.n, status_of(part)) == (12, "undecided")


@pytest.mark.parametrize("name", ["de", "country=de"])
def test_a_critical_slice_may_be_a_tag(name: str) -> None:
    others = [case(f"faxes/b#{i}", SILENT, country="fr") for i in range(60)]
    before = side(*pack("faxes", 84), *(replace(one, repeats=(GOOD,)) for one in others))
    after = side(*pack("faxes", 84), *others)
    found = criteria(before, after, name, "fr")
    assert {name: status_of(one) for name, one in found.items()} == {name: "passed", "fr": "failed"}


def test_slices_that_are_not_critical_are_listed_without_a_criterion() -> None:
    before, after = side(*pack("faxes", 84), *pack("phones", 9)), side(*pack("faxes", 84), *pack("phones", 9, 9))
    difference, found = compare(before, after, ("faxes",), ("phones",), 0.05, "run")
    assert [one.slice for one in found] == ["faxes"]
    assert [(one.slice, one.critical, one.q is None) for one in difference.slices] == [
        ("faxes", True, False),
        ("phones", False, True),
    ]
    assert difference.changes == {"same": 84, "newly_failing": 9}


def test_the_worst_cases_come_first_and_errors_stand_apart() -> None:
    before = side(case("p/a#0", GOOD), case("p/a#1", GOOD), case("p/a#2", GOOD), case("p/a#3", SILENT))
    after = side(case("p/a#0", FLAGGED), case("p/a#1", LOST), case("p/a#2", SILENT), case("p/a#3", GOOD))
    difference, _ = compare(before, after, ("p",), (), 0.05, "run")
    assert [(one.address, one.change) for one in difference.cases] == [
        ("p/a#2", "newly_failing"),
        ("p/a#0", "newly_handed_over"),
        ("p/a#1", "unanswered"),
        ("p/a#3", "newly_passing"),
    ]
    assert [dict(one.causes) for one in difference.errors] == [{}, {"timeout": 1}]


def test_a_sketch_keeps_counts_and_quantiles() -> None:
    latency: Mapping[str, Sequence[float]] = {f"p/a#{i}": [0.1 * i] for i in range(11)}
    found = sketch_of("p", columns_of([case(f"p/a#{i}", SILENT if i < 3 else GOOD) for i in range(11)], latency))
    assert dict(found.counts) == {"accepted right": 8, "accepted wrong": 3}
    assert found.latency == (0.0, 0.0, 0.2, 0.5, 0.8, 1.0, 1.0)
    assert found.confidence[0] == 0.8
    assert dict(found.fields) == {"date right": 11, "total right": 8, "total wrong": 3}
    assert quantiles([]) == ()
