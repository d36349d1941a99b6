"""Addresses as one text: what a list and a dictionary of them would give, whatever stands in them."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.core.regression.addresses import Addresses, Twice

addresses = st.one_of(
    st.text(max_size=20),
    st.text(st.sampled_from("a/#\0\nß🄰\ud800"), max_size=20),
    st.integers(0, 30).map(lambda number: f"pack_1/drawn#{number}"),
)
sides = st.lists(addresses, max_size=12, unique=True)


def hashed(texts: list[str]) -> Addresses:
    return Addresses.of(texts)


def all_alike(texts: list[str]) -> Addresses:
    """As if every address had one and the same key."""
    made = Addresses.of(texts)
    vars(made)["keys"] = np.zeros(len(texts), np.uint64)
    return made


both_ways = pytest.mark.parametrize("made", [hashed, all_alike])


@given(st.lists(addresses, max_size=8), st.lists(addresses, max_size=8), st.data())
def test_they_are_a_list(one: list[str], other: list[str], data: st.DataObject) -> None:
    whole, texts = Addresses.joined([Addresses.of(one), Addresses.of(other)]), [*one, *other]
    assert (len(whole), list(whole)) == (len(texts), texts)
    which = data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    chosen = [text for text, wanted in zip(texts, which, strict=True) if wanted]
    assert list(whole.chosen(np.array(which, bool))) == chosen
    assert Addresses.of(one).same_as(Addresses.of(other)) == (one == other)


@both_ways
@given(sides, st.lists(addresses, max_size=12), st.data())
def test_a_place_is_that_of_a_dictionary(
    made: Callable[[list[str]], Addresses], here: list[str], strange: list[str], data: st.DataObject
) -> None:
    others = data.draw(
        st.permutations([*data.draw(st.lists(st.sampled_from(here)) if here else st.just([])), *strange])
    )
    place = {address: place for place, address in enumerate(here)}
    assert made(here).places_of(made(others)).tolist() == [place.get(address, -1) for address in others]


@both_ways
@given(sides, st.data())
def test_one_that_stands_twice_is_refused_and_no_other(
    made: Callable[[list[str]], Addresses], once: list[str], data: st.DataObject
) -> None:
    made(once).refuse_doubles()
    if once:
        again = data.draw(st.sampled_from(once))
        with pytest.raises(Twice) as refused:
            made(data.draw(st.permutations([*once, again]))).refuse_doubles()
        assert refused.value.what == again


@example(["", "\x01"])
@given(sides)
def test_different_addresses_have_different_keys(texts: list[str]) -> None:
    assert len({*Addresses.of(texts).keys.tolist()}) == len(texts)
