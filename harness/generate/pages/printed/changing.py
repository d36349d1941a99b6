"""Change one value of a sample: the op says what is printed instead, and the page shows it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.core.case import Scalar
from harness.core.sample import Printed, Sample, Samples
from harness.core.seed import Stream
from harness.generate.pages.printed.pdf_edit import Change
from harness.generate.pages.printed.redraw import redrawn
from harness.generate.pages.printed.values import FieldValue, kind_of
from harness.generate.payloads import Document

MIN_VARIED = 0.5
"""Minimum share of distinct values among the samples of a field whose values are names rather than classes."""

Write = Callable[[FieldValue], FieldValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """A field of a sample with the places that show it. value: as the first of them shows it."""

    value: FieldValue
    places: tuple[Printed, ...]
    label: Printed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedField:
    """What is printed instead, and the new truth."""

    truth: Scalar
    changes: tuple[Change, ...]


def shown_fields(sample: Sample, varied: Mapping[str, bool], meanings: Mapping[str, str]) -> tuple[ShownField, ...]:
    """The fields whose values the pages show, in the order of the truth."""
    found: list[ShownField] = []
    for name, truth in sample.truth.items():
        places = tuple(one for one in sample.printed if one.field == name and not one.label)
        label = next((one for one in sample.printed if one.field == name and one.label), None)
        if places:
            value = FieldValue(
                field=name,
                kind=kind_of(truth),
                text=places[0].text,
                truth=truth,
                label=label.text if label else "",
                meaning=meanings.get(name, ""),
                varied=varied.get(name, True),
            )
            found.append(ShownField(value=value, places=places, label=label))
    return tuple(found)


def varied_fields(samples: Samples) -> dict[str, bool]:
    """Whether a field has other values in most samples."""
    columns = {name: [item.truth.get(name) for item in samples.items] for name in samples.columns}
    return {name: len(set(map(str, values))) >= MIN_VARIED * len(values) for name, values in columns.items()}


def change_field(shown: ShownField, write: Write) -> ChangedField | None:
    """The field as the op writes it, at each place in the form of that place; None if it changes nothing.

    write: the op with its severity and its draws, which are the same at each place.
    """
    after = [write(replace(shown.value, text=place.text)) for place in shown.places]
    if after[0].label != shown.value.label and shown.label:
        return ChangedField(truth=shown.value.truth, changes=(Change(place=shown.label, text=after[0].label),))
    same = any(one.text == place.text for one, place in zip(after, shown.places, strict=True))
    if same or len({str(one.truth) for one in after}) > 1:
        return None
    changes = [Change(place=place, text=one.text) for one, place in zip(after, shown.places, strict=True)]
    return ChangedField(truth=after[0].truth, changes=tuple(changes))


def change_pixels(document: Document, changes: Sequence[Change], family: str, draw: Stream) -> Document | None:
    """The pages with these changes drawn on them; None if one of them cannot be drawn."""
    pages = list(document.pages)
    for number, change in enumerate(changes):
        page = redrawn(pages[change.place.page], change.place, change.text, draw.child(number), family)
        if page is None:
            return None
        pages[change.place.page] = page
    return Document(pages=tuple(pages))
