"""Each field on both sides: right before and after, the cases that moved, and how much it moves by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.regression.baseline import CaseResult, FieldVerdict, Repeat
from harness.core.regression.columns import Results
from harness.core.regression.gathering import columns_of
from harness.diff.regression.fields import field_changes
from harness.diff.regression.pairs import pair_up

Verdicts = dict[str, FieldVerdict]


def case(number: int, *repeats: Verdicts) -> CaseResult:
    rows = tuple(Repeat(disposition="accepted", judgement="right", fields=fields) for fields in repeats)
    return CaseResult(address=f"p/s#{number}", sha256="a", repeats=rows)


def side(*cases: CaseResult) -> Results:
    return Results(label="x", cases=columns_of(cases))


def test_a_field_that_fell_comes_first_with_the_cases_in_which_it_did() -> None:
    before = side(*(case(k, {"total": "right", "carrier": "right"}) for k in range(4)))
    after = side(
        case(0, {"total": "right", "carrier": "wrong"}),
        case(1, {"total": "wrong", "carrier": "wrong"}),
        *(case(k, {"total": "right", "carrier": "right"}) for k in (2, 3)),
    )
    carrier, total = field_changes(pair_up(before, after))
    assert (carrier.name, carrier.before, carrier.after, carrier.fell, carrier.rose) == ("carrier", 1.0, 0.5, 2, 0)
    assert (total.name, total.after, total.fell, total.noise) == ("total", 0.75, 1, None)


def test_what_differs_between_repeats_is_the_noise_floor() -> None:
    before = side(case(0, {"total": "right"}, {"total": "wrong"}), case(1, {"total": "right"}, {"total": "right"}))
    after = side(case(0, {"total": "right"}), case(1, {"total": "right"}))
    (total,) = field_changes(pair_up(before, after))
    assert total.noise == 0.5
    assert (total.rose, total.fell) == (1, 0)


def test_what_was_not_judged_on_a_side_is_left_out() -> None:
    before = side(case(0, {"total": "unscored"}), case(1, {"total": "right"}), case(2, {"total": "right"}))
    after = side(case(0, {"total": "wrong"}), case(1, {"total": "wrong"}))
    (total,) = field_changes(pair_up(before, after))
    assert (total.cases, total.fell) == (1, 1)
    assert field_changes(pair_up(side(case(0, {"a": "right"})), side(case(0, {"b": "right"})))) == ()


verdict: st.SearchStrategy[FieldVerdict] = st.sampled_from(["right", "wrong", "unscored"])
replies = st.lists(st.fixed_dictionaries({"a": verdict, "b": verdict}), min_size=1, max_size=3)


@given(st.lists(replies, min_size=1, max_size=8), st.data())
def test_it_is_what_counting_case_by_case_gives(old: list[list[Verdicts]], data: st.DataObject) -> None:
    new = [data.draw(replies) for _ in old]
    sides = [side(*(case(k, *rows) for k, rows in enumerate(one))) for one in (old, new)]
    for change in field_changes(pair_up(*sides)):
        shares = []
        for rows in zip(old, new, strict=True):
            known = [[one[change.name] for one in repeats if one[change.name] != "unscored"] for repeats in rows]
            if all(known):
                shares.append([one.count("right") / len(one) for one in known])
        assert change.cases == len(shares)
        assert change.before == pytest.approx(sum(before for before, _ in shares) / len(shares))
        assert change.fell == sum(after < before - 1e-12 for before, after in shares)
        assert change.rose == sum(after > before + 1e-12 for before, after in shares)


def test_a_side_compared_with_itself_moved_in_no_field() -> None:
    one = side(*(case(k, {"total": "right"}, {"total": "wrong"}) for k in range(3)))
    assert all(not change.fell and not change.rose for change in field_changes(pair_up(one, one)))
