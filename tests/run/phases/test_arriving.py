"""The arrivals of a load run follow the shares of the mix."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case, Plan
from harness.core.settings import Mix
from harness.run.phases.arriving import REFERENCE_SHARE, apportion, arrivals_of

MIX = (Mix(pack="pilot", share=0.7), Mix(pack="faxes", share=0.2), Mix(pack="rare", share=0.001))


def cases(*packs: str, each: int = 6) -> list[Case]:
    return [
        Case(address=f"{pack}/a#{k}", plan=Plan(base="x"), content=b"", media_type="text/plain", filename="a")
        for k in range(each)
        for pack in packs
    ]


def test_each_pack_arrives_as_often_as_its_share_says_and_a_rare_one_at_least_once() -> None:
    arrivals = arrivals_of(cases("pilot", "faxes", "rare"), MIX, 450, seed=1)
    assert Counter(case.pack for case in arrivals) == {"pilot": 349, "faxes": 100, "rare": 1}


def test_the_cases_of_a_pack_come_in_turn() -> None:
    arrivals = arrivals_of(cases("pilot", "faxes"), MIX, 90, seed=1)
    assert set(Counter(case.address for case in arrivals if case.pack == "faxes").values()) <= {3, 4}


def test_packs_are_interleaved_by_the_seed_and_nothing_else() -> None:
    first, again, other = (
        [case.address for case in arrivals_of(cases("pilot", "faxes"), MIX, 200, seed=seed)] for seed in (1, 1, 2)
    )
    assert first == again != other
    assert "faxes" in {address.partition("/")[0] for address in first[:20]}


def test_the_pilot_is_the_control_of_a_mix_without_it() -> None:
    arrivals = arrivals_of(cases("pilot", "faxes"), [Mix(pack="faxes", share=1.0)], 2100, seed=1)
    assert Counter(case.pack for case in arrivals)["pilot"] == round(2100 * REFERENCE_SHARE / (1 + REFERENCE_SHARE))


@given(st.dictionaries(st.text(max_size=3), st.floats(0.001, 1), min_size=1, max_size=9), st.integers(0, 500))
def test_all_arrivals_are_shared_out_and_nobody_is_off_by_more_than_the_rare_ones_take(
    weights: dict[str, float], count: int
) -> None:
    counts = apportion(weights, count)
    assert sum(counts.values()) == count
    assert count < len(weights) or min(counts.values()) >= 1
    total = sum(weights.values())
    assert all(abs(counts[name] - count * weight / total) < 1 + len(weights) for name, weight in weights.items())
