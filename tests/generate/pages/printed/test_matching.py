"""Where values of the truth are found among the lines of a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Scalar
from harness.core.sample import Printed
from harness.generate.pages.printed.lines import Line, SeenWord, as_line
from harness.generate.pages.printed.matching import find_values


def line(text: str, page: int = 0, top: float = 0.1) -> Line:
    """A line whose characters stand side by side."""
    boxes = tuple((0.1 + 0.005 * i, top, 0.105 + 0.005 * i, top + 0.01) for i in range(len(text)))
    return Line(text=text, boxes=boxes, page=page)


def values(lines: list[str], truth: dict[str, Scalar], *, fuzzy: bool = False) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    places = find_values([line(text, top=0.1 + 0.05 * i) for i, text in enumerate(lines)], truth, {}, fuzzy=fuzzy)
    for place in places.printed:
        found.setdefault(place.field, []).append(place.text)
    return found


@pytest.mark.parametrize(
    "printed",
    ["1234.56", "1,234.56", "1.234,56", "1 234,56", "1'234.56", "1\u202f234,56", "EUR 1.234,56", "1,234.56 EUR"],
)
def test_an_amount_is_found_in_any_form(printed: str) -> None:
    (text,) = values([f"Total: {printed}"], {"total": "1234.56"})["total"]
    assert text in printed
    assert text[0] == "1"
    assert text[-1] == "6"


@pytest.mark.parametrize("printed", ["14.03.2024", "2024-03-14", "14/03/2024", "14 March 2024", "March 14, 2024"])
def test_a_day_is_found_in_any_form(printed: str) -> None:
    assert values([f"Date {printed} Page 1"], {"date": "2024-03-14"}) == {"date": [printed]}


def test_a_number_is_found_with_other_capitals_and_not_inside_a_longer_one() -> None:
    assert values(["No. re-2024/7, see RE-2024/77"], {"number": "RE-2024/7"}) == {"number": ["re-2024/7"]}


def test_two_amounts_side_by_side_are_two() -> None:
    assert values(["2 345,67 691,34"], {"price": "345.67", "sum": "691.34"}) == {"price": ["345,67"], "sum": ["691,34"]}


def test_a_value_that_stands_twice_has_two_places() -> None:
    assert values(["Total 88.10", "To pay: 88.10"], {"total": 88.1}) == {"total": ["88.10", "88.10"]}


def test_fields_with_one_value_are_not_used_because_nobody_knows_which_is_which() -> None:
    found = find_values(
        [line("Net 88.10"), line("Total 88.10", top=0.2)], {"net": "88.10", "total": "88.10"}, {}, fuzzy=False
    )
    assert not found.printed
    assert set(found.missing) == {"net", "total"}


def test_a_short_value_and_one_that_is_not_there_have_a_reason() -> None:
    found = find_values([line("Rate 19 % of 12.50")], {"rate": 19, "total": "99.10"}, {}, fuzzy=False)
    assert found.missing == {"rate": "too short to be found", "total": "not found on the page"}


def test_a_name_that_an_ocr_read_with_wrong_letters_is_found_and_carries_its_truth() -> None:
    assert values(["Firma Miller & Sohne GmbH, Graz"], {"v": "Müller & Söhne GmbH"}, fuzzy=True) == {
        "v": ["Müller & Söhne GmbH"]
    }
    assert not values(["Firma Miller & Sohne GmbH, Graz"], {"v": "Müller & Söhne GmbH"})


def test_a_number_is_never_found_by_likeness_alone() -> None:
    assert not values(["Total 1234.57"], {"total": "1234.56"}, fuzzy=True)


@pytest.mark.parametrize(
    ("lines", "label"),
    [
        (["Invoice no.: 4711-A"], "Invoice no."),
        (["Ship to: us Rechnungs-Nr 4711-A"], "Rechnungs-Nr"),
        (["Invoice no", "4711-A"], "Invoice no"),
    ],
)
def test_the_label_stands_in_front_of_a_value_or_above_it(lines: list[str], label: str) -> None:
    known = {"number": frozenset({"invoiceno", "rechnungsnr"})}
    found = find_values(
        [line(text, top=0.1 + 0.015 * i) for i, text in enumerate(lines)], {"number": "4711-A"}, known, fuzzy=False
    )
    assert [place.text for place in found.printed if place.label] == [label]


def test_a_label_behind_the_value_belongs_to_another_one() -> None:
    found = find_values([line("4711-A Invoice no")], {"n": "4711-A"}, {"n": frozenset({"invoiceno"})}, fuzzy=False)
    assert not [place for place in found.printed if place.label]


@given(st.lists(st.text("abi.W7", min_size=1, max_size=9), min_size=1, max_size=5))
def test_the_characters_of_an_ocr_line_fill_their_words_from_left_to_right(texts: list[str]) -> None:
    words = [SeenWord(text=text, box=(0.2 * i, 0.1, 0.2 * i + 0.15, 0.12)) for i, text in enumerate(texts)]
    made = as_line(words, 0)
    assert made.text == " ".join(texts)
    assert len(made.boxes) == len(made.text)
    start = 0
    for word in words:
        left, _, right, _ = made.box(start, start + len(word.text))
        assert (left, right) == pytest.approx((word.box[0], word.box[2]))
        start += len(word.text) + 1


def test_a_place_says_on_which_page_it_is() -> None:
    found = find_values([line("nothing"), line("Total 88.10", page=2)], {"total": "88.10"}, {}, fuzzy=False)
    assert [place.page for place in found.printed] == [2]
    assert isinstance(found.printed[0], Printed)
