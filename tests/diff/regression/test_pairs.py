"""Pairing column by column: what a dictionary of the cases gives, whatever is missing, new or in another order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.regression.addresses import Twice
from harness.core.regression.baseline import CaseResult, Repeat
from harness.core.regression.columns import Results
from harness.core.regression.gathering import columns_of
from harness.diff.regression.pairs import Pairs, pair_up

repeats = st.builds(
    Repeat,
    disposition=st.sampled_from(["accepted", "handed_over", "rejected", "error", "timeout"]),
    judgement=st.sampled_from(["right", "wrong", "unscored"]),
    crashed=st.booleans(),
    confidence=st.none() | st.floats(0, 1),
    fields=st.dictionaries(st.sampled_from(["total", "date"]), st.sampled_from(["right", "wrong", "unscored"])),
)
cases = st.builds(
    CaseResult,
    address=st.builds("{}/{}#{}".format, st.sampled_from(["pilot", "p", "ß"]), st.just("s"), st.integers(0, 9)),
    sha256=st.sampled_from(["a" * 64, "b" * 64]),
    asks=st.booleans(),
    tags=st.dictionaries(st.sampled_from(["sample", "x"]), st.sampled_from(["1", "2"])),
    repeats=st.lists(repeats, max_size=3).map(tuple),
)
sides = st.lists(cases, max_size=12, unique_by=lambda case: case.address)


def paired(before: list[CaseResult], after: list[CaseResult]) -> Pairs:
    old, new = (Results(label="x", cases=columns_of(side)) for side in (before, after))
    return pair_up(old, new)


def by_dictionary(
    before: list[CaseResult], after: list[CaseResult]
) -> list[tuple[CaseResult | None, CaseResult | None]]:
    """Each case of the side before with itself where its bytes are the same, then what only the side after has."""
    new = {case.address: case for case in after}
    old = {case.address for case in before}
    pairs: list[tuple[CaseResult | None, CaseResult | None]] = []
    for case in before:
        other = new.get(case.address)
        pairs.append((case, other if other and other.sha256 == case.sha256 else None))
    return [*pairs, *((None, case) for case in after if case.address not in old)]


def counts(case: CaseResult | None) -> list[int]:
    """How many repeats are known, held, no integration error, handed over, silent; and how many fields are right."""
    rows = case.repeats if case else ()
    asks = case.asks if case else True
    answered = [row for row in rows if not row.integration_error]
    return [
        sum(row.passed(asks=asks) is not None for row in rows),
        sum(bool(row.passed(asks=asks)) for row in rows),
        len(answered),
        sum(row.disposition == "handed_over" for row in answered),
        sum((row.disposition, row.judgement) == ("accepted", "wrong") for row in rows),
        sum(len(row.fields) for row in answered),
        sum(verdict == "right" for row in answered for verdict in row.fields.values()),
    ]


def surest(case: CaseResult | None) -> float:
    silent = (
        row for row in (case.repeats if case else ()) if (row.disposition, row.judgement) == ("accepted", "wrong")
    )
    return max((row.confidence or 0.0 for row in silent), default=0.0)


@given(sides, sides)
def test_cases_are_paired_as_a_dictionary_pairs_them(before: list[CaseResult], after: list[CaseResult]) -> None:
    pairs, told = paired(before, after), by_dictionary(before, after)
    assert [pairs.look(place) for place in range(len(pairs.change))] == told
    addresses = [case.address for pair in told if (case := pair[0] or pair[1])]
    assert pairs.addresses(np.arange(len(told))) == addresses


@given(sides, st.data())
def test_the_order_of_a_side_changes_no_pair(before: list[CaseResult], data: st.DataObject) -> None:
    after = data.draw(st.permutations(before))
    assert list(map(paired(before, after).look, range(len(before)))) == [(case, case) for case in before]


@given(sides, sides)
def test_what_became_of_a_case_is_counted_over_its_repeats(before: list[CaseResult], after: list[CaseResult]) -> None:
    pairs, told = paired(before, after), by_dictionary(before, after)
    for side, cases in zip(pairs.sides, zip(*told, strict=True), strict=True) if told else ():
        columns = (side.known, side.passed, side.rows, side.handed, side.silent, side.fields, side.right)
        assert np.stack([column[pairs.kind] for column in columns], axis=1).tolist() == [counts(case) for case in cases]
    assert pairs.surest.tolist() == [surest(after) for _, after in told]


@given(sides, sides)
def test_cases_of_other_bytes_are_named(before: list[CaseResult], after: list[CaseResult]) -> None:
    digests = {case.address: case.sha256 for case in after}
    other = [case.address for case in before if digests.get(case.address, case.sha256) != case.sha256]
    assert paired(before, after).other_bytes == tuple(sorted(other))


@given(st.lists(cases, min_size=1, max_size=12, unique_by=lambda case: case.address), st.data())
def test_a_case_that_is_there_twice_is_refused(side: list[CaseResult], data: st.DataObject) -> None:
    again = data.draw(st.sampled_from(side))
    with pytest.raises(Twice, match=f"^{again.address}$"):
        columns_of(data.draw(st.permutations([*side, again])))
