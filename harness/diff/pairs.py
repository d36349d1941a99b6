"""The same case on both sides: what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from harness.core.arrays import Bools, Floats, Ints, looked_up
from harness.core.baseline import CaseResult, Change, Repeat
from harness.core.columns import Cases, Results
from harness.diff.kinds import Compared, Paired

CHANGES: tuple[Change, ...] = get_args(Change)
WORSE: Mapping[Change, int] = {"newly_failing": 0, "newly_handed_over": 1, "flaky": 2, "regressed": 3, "missing": 4}
"""The classes that a person should look at, the most urgent first."""

FEW = 4096
"""Different kinds of cases up to which a table is quicker than sorting."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """What the replies to each case came to, on one side; nothing at all where it has no such case.

    known: repeats that say anything of the service's quality; held: those of them that held. rows: repeats that are no
    integration error; handed, silent: those of them handed over, and accepted and wrong; surest: the most confident of
    the silent ones. fields, right: verdicts on fields, and those that are right.
    """

    known: Ints
    held: Ints
    rows: Ints
    handed: Ints
    silent: Ints
    surest: Floats
    fields: Ints
    right: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """All cases of two sides: those of the side before, then those that are new.

    places: of each pair on either side, -1 where it is not there. change: a place in CHANGES. sides: before and after.
    base: a number for the sample, of those that the side before has; -1 for none. other_bytes: addresses that both
    sides have, with different bytes: not the same case, so counted as missing.
    """

    cases: tuple[Cases, Cases]
    places: tuple[Ints, Ints]
    change: Ints
    sides: tuple[Side, Side]
    base: Ints
    other_bytes: tuple[str, ...] = field(default_factory=tuple)

    def inside(self, name: str) -> Ints:
        """The pairs in that slice, by the side before where it has the case."""
        return np.flatnonzero(self._told([cases.inside(name) for cases in self.cases]))

    def of_pack(self, pack: str) -> Bools:
        """Which pairs are of that pack."""
        return self._told([cases.of_pack(pack) for cases in self.cases])

    def _told(self, columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
        """What the side before says of its cases, and the side after of those that are new."""
        before, after = columns
        return np.concatenate([before, after[self.places[1][len(before) :]]])

    def look(self, place: int) -> tuple[CaseResult | None, CaseResult | None]:
        """One pair as a whole."""
        old, new = (
            cases.look(int(at[place])) if at[place] >= 0 else None
            for cases, at in zip(self.cases, self.places, strict=True)
        )
        return old, new

    def address(self, place: int) -> str:
        """The address of one pair."""
        side = 0 if self.places[0][place] >= 0 else 1
        return self.cases[side].addresses[int(self.places[side][place])]


def pair_up(before: Results, after: Results) -> Pairs:
    """Each case of either side, paired by its address where its bytes are the same."""
    cases = before.cases, after.cases
    old, new, other = _matched(*cases)
    sides = side_of(cases[0], old), side_of(cases[1], new)
    return Pairs(
        cases=cases,
        places=(old, new),
        change=classify(old, new, *sides),
        sides=sides,
        base=_bases(cases[0], old),
        other_bytes=tuple(other),
    )


def _bases(before: Cases, old: Ints) -> Ints:
    """A number for the sample of each pair that the side before has."""
    numbers: dict[str, int] = {"": -1}
    table = [numbers.setdefault(tags.get("sample", ""), len(numbers) - 1) for tags in before.tags]
    return _at(looked_up(np.array(table, np.int64), before.tag), old)


def _matched(before: Cases, after: Cases) -> tuple[Ints, Ints, list[str]]:
    """The places on either side, pair by pair, and the addresses whose bytes are not the same."""
    new = after.addresses.places_of(before.addresses)
    both = new >= 0
    left = np.ones(len(after), bool)
    left[new[both]] = False
    other = np.flatnonzero(both & (before.digests != _at(after.digests, new)))
    new[other] = -1
    added = np.flatnonzero(left)
    old = np.concatenate([np.arange(len(before)), np.full(len(added), -1)])
    return old, np.concatenate([new, added]), sorted(before.addresses[place] for place in other.tolist())


def side_of(cases: Cases, places: Ints) -> Side:
    """What became of the cases at these places."""
    broken = cases.where(lambda one: one.integration_error)
    silent = cases.where(_silent)
    handed = cases.where(lambda one: one.disposition == "handed_over")
    asked = cases.of_replies(cases.asks)
    held = np.where(asked, cases.where(_held(asks=True)), cases.where(_held(asks=False)))
    known = ~broken & ~cases.where(lambda one: one.disposition == "accepted" and one.judgement == "unscored")
    verdicts = [list(fields.values()) for fields in cases.verdicts]
    fields, right = (
        looked_up(np.array(table, np.int64), cases.verdict)
        for table in ([len(one) for one in verdicts], [one.count("right") for one in verdicts])
    )

    def added(values: NDArray[Any]) -> Ints:
        return _at(cases.of_cases(values), places)

    return Side(
        known=added(known),
        held=added(held & known),
        rows=added(~broken),
        handed=added(handed & ~broken),
        silent=added(silent),
        surest=_at(_surest(cases, silent), places),
        fields=added(np.where(broken, 0, fields)),
        right=added(np.where(broken, 0, right)),
    )


def _silent(one: Repeat) -> bool:
    return one.disposition == "accepted" and one.judgement == "wrong"


def _held(*, asks: bool) -> Any:
    return lambda one: bool(one.held(asks=asks))


def _surest(cases: Cases, silent: Bools) -> Floats:
    found = np.zeros(len(cases))
    owner = cases.of_replies(np.arange(len(cases)))[silent]
    np.maximum.at(found, owner, np.nan_to_num(cases.confidence[silent]))
    return found


def _at(column: NDArray[Any], places: Ints) -> NDArray[Any]:
    """The column at these places; 0 where there is none."""
    padded = np.concatenate([column, np.zeros(1, column.dtype)])
    return padded[places]


def classify(old: Ints, new: Ints, before: Side, after: Side) -> Ints:
    """What became of each case, as a place in CHANGES.

    missing: it was not sent again (or not with the same bytes). unanswered: a side has no reply that says anything of
    its quality. flaky: its repeats disagree on a side. newly_*: it held before, or does now. Where neither or both
    held, the right fields decide, and that a silent error is worse than an answer that was handed over.
    """
    disagree = [(side.held > 0) & (side.held < side.known) for side in (before, after)]
    fell, rose = (before.held > 0) & (after.held == 0), (before.held == 0) & (after.held > 0)
    better = _compared(after.silent * before.rows, before.silent * after.rows, worse=True)
    better = np.where(better, better, _compared(after.right * _some(before), before.right * _some(after), worse=False))
    of: list[tuple[Bools, Change]] = [
        (old < 0, "new"),
        (new < 0, "missing"),
        ((before.known == 0) | (after.known == 0), "unanswered"),
        (disagree[0] | disagree[1], "flaky"),
        (fell & (after.handed == after.rows), "newly_handed_over"),
        (fell, "newly_failing"),
        (rose, "newly_passing"),
        (better > 0, "improved"),
        (better < 0, "regressed"),
    ]
    chosen = np.select([which for which, _ in of], [CHANGES.index(name) for _, name in of], CHANGES.index("same"))
    return chosen.astype(np.int8)


def _some(side: Side) -> Ints:
    return np.maximum(side.fields, 1)


def _compared(one: Ints, other: Ints, *, worse: bool) -> Ints:
    """1 where `one` is better than `other`, -1 where it is worse, 0 where they are alike. worse: less is better."""
    sign: Ints = np.sign(other - one) if worse else np.sign(one - other)
    return sign


def paired(pairs: Pairs, inside: Ints) -> tuple[Compared, Floats]:
    """The pairs that can be compared, and the least and largest drop of each of those that were sent but cannot be."""
    before, after = pairs.sides
    sent = inside[(pairs.places[0][inside] >= 0) & (pairs.places[1][inside] >= 0)]
    told = (before.known[sent] > 0) & (after.known[sent] > 0)
    chosen, unknown = sent[told], sent[~told]
    columns = [column[chosen] for column in (before.known, before.held, after.known, after.held)]
    (old_low, old_high), (new_low, new_high) = _reach(before, unknown), _reach(after, unknown)
    compared = _kinds(columns, pairs.base[chosen])
    return compared, np.stack([old_low - new_high, old_high - new_low], axis=1)


def _kinds(columns: Sequence[Ints], base: Ints) -> Compared:
    """The cases by kind. The columns are small numbers, and so are written as the digits of one."""
    radix = 1 + max(int(column.max(initial=0)) for column in columns)
    code = np.zeros(len(base), np.int64)
    for column in columns:
        code = code * radix + column
    found, kind = _numbered(code, radix**4)
    kinds = []
    for one in found.tolist():
        digits = [one // radix**power % radix for power in (3, 2, 1, 0)]
        kinds.append(Paired(before=digits[0], before_held=digits[1], after=digits[2], after_held=digits[3]))
    return Compared(kinds=kinds, kind=kind, base=base)


def _numbered(code: Ints, end: int) -> tuple[Ints, Ints]:
    """The different codes, all below `end`, and the place of each code among them."""
    if end > FEW:
        found, kind = np.unique(code, return_inverse=True)
        return found, kind
    found = np.flatnonzero(np.bincount(code, minlength=end))
    place = np.zeros(end, np.int64)
    place[found] = np.arange(len(found))
    return found, place[code]


def _reach(side: Side, places: Ints) -> tuple[Floats, Floats]:
    known, held = side.known[places], side.held[places]
    share = held / np.maximum(known, 1)
    return np.where(known > 0, share, 0.0), np.where(known > 0, share, 1.0)


def counted(pairs: Pairs, inside: Ints | None = None) -> dict[Change, int]:
    """How many cases are of each class, the commonest first; classes without a case are left out."""
    counts = np.bincount(pairs.change if inside is None else pairs.change[inside], minlength=len(CHANGES)).tolist()
    order = sorted(range(len(CHANGES)), key=lambda place: -counts[place])
    return {CHANGES[place]: counts[place] for place in order if counts[place]}


def worst(pairs: Pairs, inside: Ints, most: int) -> tuple[str, ...]:
    """Addresses of the cases that became worse: by class, those that fail silently first, then the most confident."""
    before, after = pairs.sides
    rank = ranks(WORSE)[pairs.change]
    worse = inside[rank[inside] < len(WORSE)]
    drop = before.held[worse] * after.known[worse] - after.held[worse] * before.known[worse]
    fell = worse[(pairs.change[worse] != CHANGES.index("flaky")) | (drop > 0)]
    return tuple(pairs.address(place) for place in most_urgent(pairs, fell, (rank, -after.silent, -after.surest), most))


def ranks(order: Mapping[Change, int]) -> Ints:
    """The rank of each class; those that are not named come last."""
    return np.array([order.get(change, len(order)) for change in CHANGES])


def most_urgent(pairs: Pairs, chosen: Ints, keys: Sequence[NDArray[Any]], most: int | None) -> list[int]:
    """The pairs in the order of the keys, then of their addresses; the first `most` of them."""
    columns = [key[chosen] for key in keys]
    order = np.lexsort(columns[::-1])
    if most is not None and len(order) > most:
        order = order[: _end_of_tie(columns, order, most)]
    rows = zip(*(column[order].tolist() for column in columns), chosen[order].tolist(), strict=True)
    named = sorted((*row[:-1], pairs.address(row[-1]), row[-1]) for row in rows)
    return [row[-1] for row in named[:most]]


def _end_of_tie(columns: Sequence[NDArray[Any]], order: Ints, most: int) -> int:
    """How many must be looked at so that the first `most` are among them, whatever their addresses."""
    if not most:
        return 0
    last = order[most - 1]
    alike = np.all([column[order] == column[last] for column in columns], axis=0)
    return int(np.flatnonzero(alike)[-1]) + 1
