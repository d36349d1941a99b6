from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case, Effect, Expect, Plan
from harness.core.reply import Disposition, Judged
from harness.core.settings import Mix
from harness.core.statistics.shares import share_bounds
from harness.diff.gate.rates import Rates, measure

HOWS = ("right", "wrong", "handed_over", "unscored", "rejected", "error", "crashed")
MIX = (Mix(pack="pilot", share=0.7, source="log"), Mix(pack="faxes", share=0.3, source="guess"))


def case(
    address: str, *, expect: Expect = "answer", changed: bool = True, effect: Effect = "kept", tag: str = ""
) -> Case:
    return Case(
        address=address,
        plan=Plan(base="sample:a"),
        content=address.encode(),
        media_type="text/plain",
        filename="a.txt",
        expect=expect,
        truth={"total": 1},
        effects={"total": effect},
        changed=changed,
        tags={"language": tag},
    )


def row(address: str, how: str, repeat: int = 0) -> Judged:
    """`how`: right, wrong, handed_over, unscored, rejected, error, timeout, dropped, crashed."""
    answered = how in ("right", "wrong", "unscored", "handed_over")
    disposition: Disposition = "accepted"
    if how in ("handed_over", "rejected", "timeout", "dropped"):
        disposition = how  # type: ignore[assignment]
    elif how in ("error", "crashed"):
        disposition = "error"
    return Judged(
        address=address,
        repeat=repeat,
        disposition=disposition,
        judgement="wrong" if how in ("wrong", "handed_over") else "right" if how == "right" else "unscored",
        quality={"right": 1.0, "unscored": None}.get(how, 0.0) if answered else 0.0,
        crashed_on_input=how == "crashed",
    )


def run(pilot: str, faxes: str, mix: tuple[Mix, ...] = MIX, *, complete: bool = True) -> Rates:
    """r, w, h, u, x, e, c, - : right, wrong, handed over, unscored, rejected, error, crashed, no row."""
    names = dict(zip("rwhuxec", HOWS, strict=True))
    outcomes = [
        (f"{pack}/a#{i}", how) for pack, hows in [("pilot", pilot), ("faxes", faxes)] for i, how in enumerate(hows)
    ]
    cases = {address: case(address, changed=address.startswith("faxes")) for address, _ in outcomes}
    rows = [row(address, names[how]) for address, how in outcomes if how != "-"]
    return measure(cases, rows, mix, pilot_complete=complete)[1]


def test_a_rate_over_the_mix_is_the_sum_of_share_times_rate() -> None:
    rates = run("r" * 45 + "w" * 5, "r" * 30 + "w" * 10)
    assert rates.known.silent_errors.value == pytest.approx(0.7 * 0.1 + 0.3 * 0.25)
    assert rates.known.straight_through.value == pytest.approx(0.7 * 0.9 + 0.3 * 0.75)
    assert rates.known.silent_errors.n == 90
    assert rates.pilot.value == pytest.approx(0.9)
    assert rates.known.gap.value == pytest.approx(0.9 - (0.7 * 0.9 + 0.3 * 0.75))


def test_a_complete_pilot_that_was_sent_once_is_as_uncertain_as_a_sample() -> None:
    rates, sampled = (run("r" * 45 + "w" * 5, "r" * 30 + "w" * 10, complete=whole) for whole in (True, False))
    assert (rates.pilot.low, rates.pilot.high) == pytest.approx(share_bounds(45, 50))
    assert sampled.known.silent_errors.high == pytest.approx(rates.known.silent_errors.high)


def test_what_was_handed_over_refused_or_never_answered_is_no_silent_error_and_not_straight_through() -> None:
    rates = run("rrrr", "hxec")
    assert rates.packs["faxes"].silent_errors.value == 0.0
    assert rates.packs["faxes"].classes["accepted_right"].value == 0.0
    assert rates.packs["faxes"].quality.value == 0.0
    assert rates.packs["faxes"].silent_errors.reach == (0.0, 0.0)
    assert rates.packs["faxes"].classes["handed_over"].value == 0.25


def test_an_accepted_answer_that_cannot_be_scored_widens_the_bounds_by_its_whole_share() -> None:
    tally = run("rr", "r" * 8 + "uu").packs["faxes"].silent_errors
    assert (tally.value, tally.n, tally.known) == (0.0, 10, 10)
    assert tally.bounds[1] == share_bounds(2, 10)[1]


def test_a_planned_case_without_a_row_widens_every_figure() -> None:
    pack = run("rr", "rrrr-").packs["faxes"]
    for tally in (pack.silent_errors, pack.classes["accepted_right"], pack.quality, pack.errors):
        assert tally.reach[1] - tally.reach[0] == pytest.approx(0.2)


def test_a_crash_on_damaged_input_is_no_error_on_good_input() -> None:
    pack = run("rrrr", "reec").packs["faxes"]
    assert pack.errors.value == 0.5


def test_a_pack_that_was_never_sent_widens_the_mix_by_its_whole_share() -> None:
    silent = run("r" * 10, "").known.silent_errors
    assert (silent.value, silent.low) == (0.0, 0.0)
    assert silent.high == pytest.approx(0.3 + 0.7 * share_bounds(0, 10)[1])


def test_nothing_sent_is_nothing_measured() -> None:
    rates = run("", "")
    for estimate in (rates.pilot, rates.known.gap, rates.known.silent_errors, rates.known.quality):
        assert estimate.value is None


def test_an_undescribed_part_of_the_mix_widens_the_headline_and_not_the_lines() -> None:
    part = (Mix(pack="pilot", share=0.63), Mix(pack="faxes", share=0.27))
    rates, described = run("r" * 10, "r" * 10, part), run("r" * 10, "r" * 10)
    assert rates.unknown == pytest.approx(0.1)
    assert rates.known.silent_errors.high == pytest.approx(described.known.silent_errors.high)
    assert rates.whole.silent_errors.value == rates.known.silent_errors.value == 0.0
    assert rates.whole.silent_errors.high == pytest.approx(0.1 + 0.9 * described.known.silent_errors.high)
    assert rates.whole.gap.high >= 0.1 > rates.known.gap.high - 0.1


def test_a_fully_described_mix_has_no_unknown_part_for_all_the_rounding_of_floats() -> None:
    mix = tuple(Mix(pack=name, share=0.1) for name in "abcdefghij")
    assert measure({}, [], mix)[1].unknown == 0.0


def test_a_pack_that_is_written_twice_in_the_mix_has_both_its_shares() -> None:
    twice = (*MIX[:1], Mix(pack="faxes", share=0.1), Mix(pack="faxes", share=0.2))
    assert run("r" * 10, "w" * 10, twice).known.silent_errors.value == pytest.approx(0.3)


def ended(rates: Rates) -> dict[str, float]:
    return {name: round(one.value or 0.0, 9) for name, one in rates.known.classes.items()}


def test_the_classes_of_the_cases_that_ask_for_an_answer_add_up_to_one() -> None:
    rates = run("r" * 8 + "wu", "rwuhxxec")
    assert sum(ended(rates).values()) == pytest.approx(1.0)
    assert ended(rates) == {
        "accepted_right": round(0.7 * 0.8 + 0.3 / 8, 9),
        "accepted_wrong": round(0.7 * 0.1 + 0.3 / 8, 9),
        "accepted_unscored": round(0.7 * 0.1 + 0.3 / 8, 9),
        "handed_over": round(0.3 / 8, 9),
        "rejected": 0.075,
        "error": 0.075,
    }


def test_repeats_of_a_case_are_averaged_in_its_classes() -> None:
    cases = {address: case(address, changed=False) for address in ("pilot/a#0", "pilot/a#1")}
    rows = [row("pilot/a#0", "right"), row("pilot/a#0", "wrong", 1), row("pilot/a#1", "unscored")]
    rates = measure(cases, rows, (Mix(pack="pilot", share=1.0),), pilot_complete=True)[1]
    assert ended(rates) == {
        **dict.fromkeys(("handed_over", "rejected", "error"), 0.0),
        "accepted_right": 0.25,
        "accepted_wrong": 0.25,
        "accepted_unscored": 0.5,
    }


def test_a_pack_weighs_its_share_times_the_part_of_its_cases_that_ask_for_an_answer() -> None:
    cases = {f"pilot/a#{i}": case(f"pilot/a#{i}", changed=False) for i in range(4)}
    cases |= {f"faxes/a#{i}": case(f"faxes/a#{i}", effect="destroyed" if i else "kept") for i in range(10)}
    rows = [row(address, "right" if address.startswith("pilot") else "rejected") for address in cases]
    rates = measure(cases, rows, MIX, pilot_complete=True)[1]
    assert rates.known.straight_through.value == pytest.approx(0.7 / 0.73)
    assert rates.known.gap.value == pytest.approx(0.03 / 0.73)


def test_new_documents_are_judged_by_the_distinct_samples_that_were_ever_silently_wrong() -> None:
    cases = {f"pilot/a#{i}": case(f"pilot/a#{i % 3}", changed=False) for i in range(4)}
    rows = [row(address, "right") for address in cases] + [row("pilot/a#2", "wrong", 1)]
    cases = {address: replace(made, address=address) for address, made in cases.items()}
    found = measure(cases, rows, MIX)[1].new_documents
    assert (found.hits, found.n) == (1, 3)


def test_accepted_cases_that_ask_for_no_answer_have_a_rate_of_their_own() -> None:
    cases = {f"pilot/a#{i}": case(f"pilot/a#{i}", changed=False) for i in range(4)}
    cases |= {f"faxes/a#{i}": case(f"faxes/a#{i}", expect="reject") for i in range(4)}
    rows = [row(address, "right" if address.startswith("pilot") else "wrong") for address in cases]
    rates = measure(cases, rows, MIX, pilot_complete=True)[1]
    assert rates.known.silent_errors.value == 0.0
    assert rates.known.other_silent.value == pytest.approx(0.3)
    assert rates.known.straight_through.value == pytest.approx(1.0)
    assert rates.known.gap.value == pytest.approx(0.0)


def test_handing_over_what_asks_for_no_answer_is_no_burden() -> None:
    cases = {f"pilot/a#{i}": case(f"pilot/a#{i}", changed=False) for i in range(4)}
    cases |= {f"faxes/a#{i}": case(f"faxes/a#{i}", expect="reject") for i in range(4)}
    rows = [row(address, "right" if address.startswith("pilot") else "handed_over") for address in cases]
    assert measure(cases, rows, MIX, pilot_complete=True)[1].whole.classes["handed_over"].value == 0.0


def test_vacuous_cases_are_counted_apart_and_in_no_rate() -> None:
    cases = {
        address: case(address, changed=address != "faxes/a#1") for address in ("pilot/a#0", "faxes/a#0", "faxes/a#1")
    }
    rates = measure(cases, [row(address, "right") for address in cases], MIX)[1]
    assert rates.vacuous == ("faxes/a#1",)
    assert (rates.packs["faxes"].cases, rates.packs["faxes"].vacuous) == (1, 1)
    assert rates.packs["faxes"].silent_errors.n == 1


def test_cases_of_other_packs_are_left_out() -> None:
    evidence, rates = measure({"probe/a#0": case("probe/a#0")}, [row("probe/a#0", "wrong")], MIX)
    assert not evidence.cases
    assert rates.known.silent_errors.value is None


@given(st.lists(st.lists(st.sampled_from(["right", "wrong", "error"]), min_size=1, max_size=4), min_size=1, max_size=9))
def test_sending_every_case_again_with_the_same_results_changes_nothing(hows: list[list[str]]) -> None:
    cases = {f"faxes/a#{i}": case(f"faxes/a#{i}") for i in range(len(hows))}
    once = [row(f"faxes/a#{i}", how, r) for i, case_hows in enumerate(hows) for r, how in enumerate(case_hows)]
    twice = [*once, *once]
    tally, again = (measure(cases, rows, MIX)[1].packs["faxes"].silent_errors for rows in (once, twice))
    assert (again.n, again.known) == (tally.n, tally.known)
    assert (again.total, again.least, again.most) == pytest.approx((tally.total, tally.least, tally.most))


def test_guesses_that_carry_the_gap_are_told() -> None:
    assert run("r" * 10, "w" * 10).guessed == 1.0
    logged = tuple(Mix(pack=part.pack, share=part.share, source="log") for part in MIX)
    assert run("r" * 10, "w" * 10, logged).guessed == 0.0
    assert run("r" * 10, "r" * 10).guessed == pytest.approx(0.3)


def test_the_bounds_of_the_gap_hold_in_93_percent_or_more_of_simulated_runs() -> None:
    rng, held = np.random.default_rng(5), [0, 0]
    for _ in range(600):
        right = int(rng.binomial(70, 0.7))
        gap = run("r" * 38 + "w" * 2, "r" * right + "w" * (70 - right)).known.gap
        held[0] += gap.low <= 0.3 * (0.95 - 0.7)
        held[1] += gap.high >= 0.3 * (0.95 - 0.7)
    assert min(held) / 600 >= 0.93
