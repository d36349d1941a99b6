"""What sets some cases apart from the others: how they were made, how large they are, what their truth is like."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from harness.core.case import CHANGED_FIELD, USUAL, Case, Scalar
from harness.core.figures.amounts import read_amount
from harness.core.figures.dates import read_dates
from harness.core.finding import Circumstance, Count, Where
from harness.core.regression.arrays import Bools, Ints
from harness.core.statistics.fisher import by_chance, by_chance_within
from harness.diff.scoring.field_types import FieldType, empty
from harness.diff.scoring.id_kinds import kind_of
from harness.diff.scoring.texts import plain

LAST_MONTH = 12
"""Days up to this can be read as a month."""

THOUSANDS = 1000
"""The smallest amount that is usually written with a thousands separator."""

ALPHA = 0.01
"""Significance level, corrected for the number of splits compared (Bonferroni)."""

MIN_SHARE_INSIDE = 0.5
"""Minimum share of the failing cases that must be inside a split."""

SURE = 0.9
"""Minimum failure rate of a split at which it needs no second circumstance."""

QUARTERS = (0.0, 0.25, 0.5)
"""Quantiles of the sizes of failing cases that are tried as the minimum size of a split."""

MEASURED = ("text/", "application/json")
"""Media types whose size in bytes shows how much text there is to read."""

NO_SLICES = ("sample", "scenario", "robustness", CHANGED_FIELD)
"""Tags that identify a case or that another split covers."""


CARRIERS = (Where.MEDIA_TYPE, Where.MIN_BYTES)
"""How a case travels. An op, or a paper of another make, changes it as well; so it is a cause only if it sets cases of
one scenario with the same ops apart."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """Some of a number of cases. inside: which ones."""

    circumstance: Circumstance
    inside: Bools

    @property
    def carrier(self) -> bool:
        """Whether it says how cases travel, not what they are."""
        return self.circumstance.where in CARRIERS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """What failing cases share. count: failing cases of those inside; control: of those outside. inside: which ones."""

    circumstances: tuple[Circumstance, ...]
    count: Count
    control: Count
    inside: Bools


def setting_of(cases: Sequence[Case], hits: Bools, field: str = "", type_: FieldType | None = None) -> Setting | None:
    """What sets the failing cases apart from the others beyond chance: one split, or two if one is not enough.

    hits: which cases fail. field, type_: of the truth that may set them apart.
    """
    found = list(_splits(cases, hits, field, type_))
    alike = _alike(cases)
    first = _clearest(found, hits, np.ones(len(cases), bool), alike)
    if first is None:
        return None
    chosen, inside = [first.circumstance], first.inside
    if hits[inside].mean() < SURE and (second := _clearest(found, hits, inside, alike)):
        chosen, inside = [first.circumstance, second.circumstance], inside & second.inside
    return Setting(
        circumstances=tuple(chosen), count=_count(hits, inside), control=_count(hits, ~inside), inside=inside
    )


def _count(hits: Bools, among: Bools) -> Count:
    return Count(int(hits[among].sum()), int(among.sum()))


def _alike(cases: Sequence[Case]) -> Ints:
    """A number for each case, the same for cases of one scenario with the same ops."""
    numbers: dict[tuple[str, ...], int] = {}
    keys = ((case.address.partition("#")[0], *(step.op for step in case.plan.steps)) for case in cases)
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)


def _clearest(splits: Sequence[Split], hits: Bools, among: Bools, alike: Ints) -> Split | None:
    """The most significant split of `among`; None if none is significant. alike: which cases a carrier is tested on."""
    best, least = None, ALPHA
    total, size = int(hits[among].sum()), int(among.sum())
    for split in splits:
        inside = split.inside & among
        hit, n = int(hits[inside].sum()), int(inside.sum())
        if n == size or hit < MIN_SHARE_INSIDE * total:
            continue
        if split.carrier:
            chance = by_chance_within(_tables(inside, hits, among, alike))
        else:
            chance = by_chance(hit, n, total - hit, size - n)
        if chance * len(splits) < least:
            best, least = split, chance * len(splits)
    return best


def _tables(inside: Bools, hits: Bools, among: Bools, alike: Ints) -> Iterator[tuple[int, int, int, int]]:
    """Failing cases and cases inside, and those outside, for each group of cases that are alike."""
    length = int(alike.max(initial=-1)) + 1
    outside = among & ~inside
    counted = (np.bincount(alike[of], minlength=length) for of in (inside & hits, inside, outside & hits, outside))
    for hit, n, other_hit, other_n in zip(*counted, strict=True):
        yield int(hit), int(n), int(other_hit), int(other_n)


def _splits(cases: Sequence[Case], hits: Bools, field: str, type_: FieldType | None) -> Iterator[Split]:
    """By the truth, then by origin, pack and size of a case: of equally significant splits, the first counts."""
    if field and type_:
        yield from _named(cases, [_of_truth(case, field, type_) for case in cases])
    yield from _named(cases, [_of_case(case) for case in cases])
    yield from _by_size(cases, hits)


def _named(cases: Sequence[Case], properties: Sequence[Sequence[Circumstance]]) -> Iterator[Split]:
    """One split for each property that some cases have and others lack. properties: those of each case."""
    places: defaultdict[Circumstance, list[int]] = defaultdict(list)
    for k, found in enumerate(properties):
        for one in found:
            places[one].append(k)
    for one, inside in places.items():
        if len(inside) < len(cases):
            yield Split(circumstance=one, inside=_mask(inside, len(cases)))


def _of_case(case: Case) -> list[Circumstance]:
    """How a case was made and sent."""
    scenario = [Circumstance(Where.SCENARIO, case.address.partition("#")[0])] if "scenario" in case.tags else []
    return [
        *dict.fromkeys(Circumstance(Where.OP, step.op) for step in case.plan.steps),
        *scenario,
        Circumstance(Where.PACK, case.pack),
        Circumstance(Where.MEDIA_TYPE, case.media_type),
        *_changed_field(case),
        *(Circumstance(Where.TAG, f"{tag}={one}") for tag, one in _own_tags(case)),
    ]


def _changed_field(case: Case) -> Iterator[Circumstance]:
    if field := case.tags.get(CHANGED_FIELD):
        yield Circumstance(Where.CHANGED_FIELD, field)


def _own_tags(case: Case) -> Iterator[tuple[str, str]]:
    return (item for item in case.tags.items() if item[0] not in NO_SLICES and item != USUAL)


def _by_size(cases: Sequence[Case], hits: Bools) -> Iterator[Split]:
    if not all(case.media_type.startswith(MEASURED) for case in cases):
        return
    sizes = np.array([len(case.content) for case in cases])
    for least in dict.fromkeys(int(np.quantile(sizes[hits], at, method="lower")) for at in QUARTERS):
        if (sizes < least).any():
            yield Split(circumstance=Circumstance(Where.MIN_BYTES, str(least)), inside=sizes >= least)


def _of_truth(case: Case, field: str, type_: FieldType) -> list[Circumstance]:
    return [replace(one, field=field) for one in strata(case.truth.get(field), type_)]


def strata(value: Scalar, type_: FieldType) -> list[Circumstance]:
    """The properties of a value of the truth, such as a day up to 12; none for an empty one."""
    if empty(value):
        return []
    if type_.kind == "date":
        early = any(day.day <= LAST_MONTH for day in read_dates(value, type_.day_first))
        return [Circumstance(Where.DAY_UP_TO_12)] if early else []
    if type_.kind in ("number", "money"):
        amount = read_amount(value, type_.mark)
        return _of_number(amount.number) if amount else []
    text = plain(value)
    kind = kind_of(text)
    return [
        *([Circumstance(Where.ID_KIND, kind)] if kind else []),
        *([] if text.isascii() else [Circumstance(Where.NON_ASCII)]),
    ]


def _of_number(number: Decimal) -> list[Circumstance]:
    found = {
        Where.FROM_1000: abs(number) >= THOUSANDS,
        Where.BELOW_ZERO: number < 0,
        Where.WITH_DECIMALS: number != number.to_integral_value(),
    }
    return [Circumstance(where) for where, holds in found.items() if holds]


def _mask(inside: Sequence[int], length: int) -> Bools:
    mask = np.zeros(length, bool)
    mask[list(inside)] = True
    return mask
