"""What sets some cases apart from the others: how they were made, how large they are, what their truth is like."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from harness.core.case import USUAL, Case, Scalar
from harness.core.regression.arrays import Bools
from harness.core.statistics.fisher import by_chance
from harness.diff.scoring.amounts import read_amount
from harness.diff.scoring.dates import read_dates
from harness.diff.scoring.field_types import FieldType, empty
from harness.diff.scoring.id_kinds import kind_of
from harness.diff.scoring.texts import plain

LAST_MONTH = 12
"""A day up to here can be taken for a month."""

THOUSANDS = 1000
"""From here on an amount has a separator of thousands."""

ALPHA = 0.01
"""Over all splits that were looked at (Bonferroni)."""

MIN_SHARE_INSIDE = 0.5
"""The share of what fails that has to be inside: a place with less of it is not where it fails."""

SURE = 0.9
"""The share of a place that fails from which on it needs no second word."""

QUARTERS = (0.0, 0.25, 0.5)
"""Points of the lengths of what fails, from which on a case is a long one."""

MEASURED = ("text/", "application/json")
"""Media types of which the number of bytes says how much there is to read."""

NO_SLICES = ("sample", "scenario", "robustness")
"""Tags that name a case, or are told by another split."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """Some of a number of cases. words, others: "with a day up to 12", "others". inside: which ones."""

    words: str
    inside: Bools
    others: str = "others"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """Where cases fail. words: of the split. hit of n inside, other_hit of other_n outside, others: what those are.

    inside: which cases are in it.
    """

    words: str
    others: str
    hit: int
    n: int
    other_hit: int
    other_n: int
    inside: Bools


def setting_of(cases: Sequence[Case], hits: Bools, field: str = "", type_: FieldType | None = None) -> Setting | None:
    """What sets those that fail apart from the others beyond chance: one split, or two where one is not enough.

    hits: which cases fail. field, type_: of the truth that may set them apart.
    """
    found = list(_splits(cases, hits, field, type_))
    first = _clearest(found, hits, np.ones(len(cases), bool))
    if first is None:
        return None
    words, inside, others = first.words, first.inside, first.others
    if hits[inside].mean() < SURE and (second := _clearest(found, hits, inside)):
        words, inside, others = f"{words} and {second.words}", inside & second.inside, "others"
    hit, n = int(hits[inside].sum()), int(inside.sum())
    return Setting(
        words=words,
        others=others,
        hit=hit,
        n=n,
        other_hit=int(hits.sum()) - hit,
        other_n=len(cases) - n,
        inside=inside,
    )


def _clearest(splits: Sequence[Split], hits: Bools, among: Bools) -> Split | None:
    """The split of `among` that chance explains least; None where chance explains the best of them too."""
    best, least = None, ALPHA
    total, size = int(hits[among].sum()), int(among.sum())
    for split in splits:
        inside = split.inside & among
        hit, n = int(hits[inside].sum()), int(inside.sum())
        if n == size or hit < MIN_SHARE_INSIDE * total:
            continue
        chance = by_chance(hit, n, total - hit, size - n) * len(splits)
        if chance < least:
            best, least = split, chance
    return best


def _splits(cases: Sequence[Case], hits: Bools, field: str, type_: FieldType | None) -> Iterator[Split]:
    """Those by the truth first, then how a case was made, its pack, its length: of two as clear the first counts."""
    if field and type_:
        yield from _by_truth(cases, field, type_)
    named: defaultdict[str, list[int]] = defaultdict(list)
    for k, case in enumerate(cases):
        for words in _made(case):
            named[words].append(k)
    for words, places in named.items():
        if len(places) < len(cases):
            yield Split(words=words, inside=_mask(places, len(cases)))
    yield from _by_size(cases, hits)


def _made(case: Case) -> Iterator[str]:
    """How a case came to be, each as a place in a sentence."""
    yield from dict.fromkeys(f"with {step.op}" for step in case.plan.steps)
    if "scenario" in case.tags:
        yield f"in {case.address.partition('#')[0]}"
    yield f"in {case.pack}"
    yield f"sent as {case.media_type}"
    yield from (f"where {tag}={one}" for tag, one in _told_tags(case))


def _told_tags(case: Case) -> Iterator[tuple[str, str]]:
    return (item for item in case.tags.items() if item[0] not in NO_SLICES and item != USUAL)


def _by_size(cases: Sequence[Case], hits: Bools) -> Iterator[Split]:
    if not all(case.media_type.startswith(MEASURED) for case in cases):
        return
    sizes = np.array([len(case.content) for case in cases])
    for least in dict.fromkeys(int(np.quantile(sizes[hits], at, method="lower")) for at in QUARTERS):
        if (sizes < least).any():
            yield Split(words=f"of {least:,} bytes and more", inside=sizes >= least, others="shorter ones")


def _by_truth(cases: Sequence[Case], field: str, type_: FieldType) -> Iterator[Split]:
    named: defaultdict[str, list[int]] = defaultdict(list)
    for k, case in enumerate(cases):
        for words in strata(case.truth.get(field), type_):
            named[words].append(k)
    for words, places in named.items():
        if len(places) < len(cases):
            yield Split(words=f"{words} ({field})", inside=_mask(places, len(cases)))


def strata(value: Scalar, type_: FieldType) -> list[str]:
    """What is special about a value of the truth, each as "with a day up to 12"; nothing of an empty one."""
    if empty(value):
        return []
    if type_.kind == "date":
        early = any(day.day <= LAST_MONTH for day in read_dates(value, type_.day_first))
        return [f"with a day up to {LAST_MONTH}"] if early else []
    if type_.kind in ("number", "money"):
        amount = read_amount(value, type_.mark)
        return _of_number(amount.number) if amount else []
    text = plain(value)
    found = {kind_of(text): True, "with letters beyond ASCII": not text.isascii()}
    return [words for words, holds in found.items() if words and holds]


def _of_number(number: Decimal) -> list[str]:
    found = {
        f"from {THOUSANDS:,}": abs(number) >= THOUSANDS,
        "below 0": number < 0,
        "with decimals": number != number.to_integral_value(),
    }
    return [words for words, holds in found.items() if holds]


def _mask(inside: Sequence[int], length: int) -> Bools:
    mask = np.zeros(length, bool)
    mask[list(inside)] = True
    return mask
