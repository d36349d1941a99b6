"""What happens to answers that change between sendings of the same case, with counts and an example."""

import pytest

from harness.core.case import Scalar
from harness.core.finding import Count
from harness.core.reply import Disposition, Judged
from harness.diff.explain.contrast import Contrast, Observation


def reply(
    label: Scalar,
    repeat: int = 0,
    *,
    sample: str = "a",
    disposition: Disposition = "accepted",
    part: str = "pilot/samples",
) -> Judged:
    answer = {} if disposition == "rejected" else {"total": 5, "label": label}
    return Judged(address=f"{part}#{sample}", repeat=repeat, disposition=disposition, judgement="right", answer=answer)


def seen(before: str, now: Judged, *beside: Judged, sample: str = "a") -> Observation:
    return Observation(before=reply(before, sample=sample), now=now, beside=beside)


def test_one_odd_first_answer_is_one_unusual_answer_however_often_the_case_was_sent_after_it() -> None:
    first, later = reply("odd", 0), [reply("usual", k) for k in range(1, 10)]
    contrast = Contrast(tuple(Observation(before=first, now=row) for row in later))
    assert contrast.count == Count(9, 9)
    assert contrast.unusual() == ([first], 10)


def test_one_odd_later_answer_is_unusual_too() -> None:
    rows = [reply("usual", k) for k in range(9)] + [reply("odd", 9)]
    contrast = Contrast(tuple(Observation(before=rows[0], now=row) for row in rows[1:]))
    assert contrast.count == Count(1, 9)
    assert contrast.unusual() == ([rows[9]], 10)


def test_answers_of_neighbours_are_swapped_and_the_example_names_whose_answer_it_is() -> None:
    a, b, c = (reply(f"label {name}", sample=name) for name in "abc")
    now = reply("label b", sample="a", part="concurrency/in_flight_2")
    swapped = Contrast(
        (
            Observation(before=a, now=now, beside=(b,)),
            Observation(before=b, now=reply("label a", sample="b"), beside=(a,)),
            Observation(before=c, now=reply("other", sample="c"), beside=(a,)),
            Observation(before=c, now=c, beside=(b,)),
            Observation(before=c, now=None),
        )
    )
    assert (swapped.change(), swapped.count, swapped.showing("swapped")) == ("swapped", Count(3, 4), Count(2, 3))
    example = swapped.example()
    assert example
    assert (example.address, example.other) == ("concurrency/in_flight_2#a", "pilot/samples#b")
    assert (example.field, example.expected, example.got) == ("label", "label a", "label b")


def test_one_value_for_all_is_a_constant_even_if_a_neighbour_has_it_too() -> None:
    b = reply("default", sample="b")
    contrast = Contrast((seen("x", reply("default"), b), seen("y", reply("default", 1), b, sample="c")))
    assert (contrast.change(), contrast.commonest()) == ("constant", ("5 / default", 2))
    assert contrast.showing("constant") == Count(2, 2)


@pytest.mark.parametrize(
    ("now", "change"),
    [
        (reply("", disposition="rejected"), "refused"),
        (reply("other", disposition="handed_over"), "handed_over"),
        (reply("other"), "changed"),
    ],
    ids=["refused", "handed over", "changed"],
)
def test_the_change_is_what_happens_to_more_than_half_of_the_changed_answers(now: Judged, change: str) -> None:
    mostly = Contrast((seen("x", now), seen("x", now), seen("x", reply("z"))))
    assert mostly.change() == change
    half = Contrast((seen("x", now), seen("x", reply("z"))))
    assert half.change() == "changed"


def test_answers_without_any_value_are_empty() -> None:
    nothing = Judged(address="pilot/samples#a", repeat=0, disposition="accepted", judgement="wrong")
    assert Contrast((seen("x", nothing), seen("y", nothing))).change() == "empty"


def test_the_example_shows_the_change_and_a_refusal_stands_for_the_whole_answer() -> None:
    contrast = Contrast((seen("x", reply("z")), *(seen("x", reply("", 1, disposition="rejected")) for _ in range(2))))
    example = contrast.example()
    assert example
    assert (example.field, example.expected, example.got) == ("", "5 / x", "a refusal")


def test_an_example_holds_only_what_a_file_takes() -> None:
    example = Contrast((seen("x", reply("\ud800" + "y" * 1000)),)).example()
    assert example
    assert isinstance(example.got, str)
    assert len(example.got.encode("utf-8")) < 250


def test_nothing_that_changed_has_no_example() -> None:
    steady = Contrast((seen("x", reply("x")),))
    assert (steady.example(), steady.count, steady.change()) == (None, Count(0, 1), "changed")
