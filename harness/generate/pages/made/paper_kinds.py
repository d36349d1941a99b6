"""Papers that are not invoices, in every language of the tables: claim forms, delivery notes, letters, cards."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from harness.core.case import Scalar
from harness.core.seed import Stream
from harness.generate.pages.locale.figures import Form, draw_form
from harness.generate.pages.locale.locales import Locale, all_locales, locales, texts
from harness.generate.pages.locale.tables import Vendor, vendors
from harness.generate.pages.made.invoice_data import Item, draw_date, plain_money

PaperKind = Literal["claims", "delivery_notes", "letters", "cards"]
KINDS: tuple[PaperKind, ...] = get_args(PaperKind)

CLAIM = (4_000, 950_000)
"""Range of the amount of a claim, in hundredths of the shipped price list's currency."""

WEIGHT = (80, 95_000)
"""Range of the weight of a delivery, in hundredths of a kilogram."""

THINGS = (0, 1, 2, 3, 6, 7, 9)
"""Indices of the goods that are physical items; the others are services."""

OLDEST, YOUNGEST = 1948, 2003
"""Range of the birth years of the people on these papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One labelled value: as on the paper, and as in the truth."""

    printed: str
    truth: Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper. values: by field name, in reading order. items: lines of a delivery, without prices."""

    kind: PaperKind
    form: Form
    vendor: Vendor
    values: tuple[tuple[str, Value], ...]
    event: str = ""
    items: tuple[Item, ...] = ()

    def printed(self, name: str) -> str:
        """A value as on the paper."""
        return dict(self.values)[name].printed

    @property
    def truth(self) -> dict[str, Scalar]:
        """The truth, field by field: dates in ISO 8601, amounts with a decimal point, all as text."""
        return {name: value.truth for name, value in self.values}


def draw_paper(kind: PaperKind, draw: Stream) -> Paper:
    """A paper of this kind. Each language is equally likely."""
    languages = list(dict.fromkeys(locale.language for locale in all_locales()))
    locale = draw.choice(locales(draw.choice(languages)))
    form = draw_form(locale, draw)
    at_home = [vendor for vendor in vendors(locale.language) if vendor.country == locale.country]
    event = draw.choice(texts(locale.language, "event")) if kind == "claims" else ""
    return Paper(
        kind=kind,
        form=form,
        vendor=draw.choice(at_home),
        values=tuple(_VALUES[kind](form, draw).items()),
        event=event,
        items=_delivered(locale, draw) if kind == "delivery_notes" else (),
    )


def paper_fields(kind: PaperKind) -> tuple[str, ...]:
    """The fields on a paper of this kind."""
    return tuple(draw_paper(kind, Stream(0, kind)).truth)


def _same(text: str) -> Value:
    return Value(printed=text, truth=text)


def _day(form: Form, day: datetime.date) -> Value:
    return Value(printed=form.figures.date(day), truth=day.isoformat())


def _born(draw: Stream) -> datetime.date:
    return datetime.date(draw.between(OLDEST, YOUNGEST), draw.between(1, 12), draw.between(1, 28))


def _person(form: Form, draw: Stream) -> Value:
    return _same(draw.choice(texts(form.figures.locale.language, "person")))


def _claim(form: Form, draw: Stream) -> dict[str, Value]:
    locale, step = form.figures.locale, 1 if form.figures.locale.decimals else 10_000
    cents = draw.between(*CLAIM) * locale.price // step * step
    return {
        "policy_number": _same(f"P-{draw.between(100000, 999999)}"),
        "claimant": _person(form, draw),
        "birth_date": _day(form, _born(draw)),
        "loss_date": _day(form, draw_date(draw)),
        "place": _same(draw.choice(texts(locale.language, "town"))),
        "amount": Value(printed=form.figures.money(cents), truth=plain_money(cents)),
    }


def _delivery(form: Form, draw: Stream) -> dict[str, Value]:
    day, weight = draw_date(draw), draw.between(*WEIGHT)
    packages = draw.between(1, 40)
    return {
        "delivery_number": _same(f"{day.year}-{draw.between(10000, 99999)}"),
        "delivery_date": _day(form, day),
        "order_number": _same(str(draw.between(40000, 79999))),
        "packages": Value(printed=form.figures.plain(str(packages)), truth=str(packages)),
        "weight_kg": Value(printed=form.figures.number(weight, 2), truth=plain_money(weight)),
    }


def _letter(form: Form, draw: Stream) -> dict[str, Value]:
    day = draw_date(draw)
    return {
        "letter_date": _day(form, day),
        "appointment_date": _day(form, day + datetime.timedelta(days=draw.between(5, 60))),
        "reference": _same(f"{draw.between(10, 99)}/{draw.between(1000, 9999)}"),
        "sender": _person(form, draw),
    }


def _card(form: Form, draw: Stream) -> dict[str, Value]:
    day = draw_date(draw)
    return {
        "name": _person(form, draw),
        "card_number": _same(f"{draw.between(1000, 9999)} {draw.between(1000, 9999)}"),
        "birth_date": _day(form, _born(draw)),
        "valid_until": _day(form, day.replace(year=day.year + draw.between(2, 5))),
    }


_VALUES: Mapping[PaperKind, Callable[[Form, Stream], dict[str, Value]]] = MappingProxyType(
    {"claims": _claim, "delivery_notes": _delivery, "letters": _letter, "cards": _card}
)


def _delivered(locale: Locale, draw: Stream) -> tuple[Item, ...]:
    names = [texts(locale.language, "goods")[i] for i in THINGS]
    chosen = draw.order(len(names))[: draw.between(3, len(names))]
    return tuple(Item(description=names[i], quantity=draw.between(1, 48), unit_cents=0) for i in chosen)
