"""The rounds of the coverage test: unchanged samples, which fields matter, each change once, suspects again."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import islice

from harness.core.case import Case
from harness.core.finding import Count
from harness.core.reply import Judged
from harness.core.robustness import ALPHA, NEW_ID, TWO_ORDERS, UNCHANGED, CoveredField, Round, part_of
from harness.core.settings import RobustnessName
from harness.diff.explain.contrast import answered
from harness.diff.robustness.fields.tried import Tried, size

COVERAGE: RobustnessName = "coverage"

CONTROLS = 12
"""Samples that are sent unchanged, first of all."""

BESIDES = CONTROLS + 30
"""Calls that are not for the first try of a change: unchanged samples, and further samples for suspects."""

MAX_TRIES = 3
"""Samples on which another valid value is tried, before a field counts as one that no answer depends on."""

MIN_WRONG = 3
"""Samples that a change must make wrong."""

MAX_SAMPLES = 6
"""Samples on which a suspect is tried, the first one included."""

MAX_SCREENED = 3
"""Samples on which a change is tried if every answer to it was right."""

MAX_AGAIN = 4
"""Further samples of a suspect that was wrong for some values and right for others."""

MAX_SUSPECTS = 12
"""Suspects that are tried on further samples, the first ones in order."""

Make = Callable[[str, str], Case | None]
"""The case of a part and a sample's key; None if the change leaves the sample as it is."""

Rounds = Generator[Round, Sequence[Judged | None], None]
Sent = Generator[Round, Sequence[Judged | None], list[Judged | None]]


@dataclass(slots=True, kw_only=True)
class Coverage:
    """The state of the test. clean: the first answers to unchanged samples, in the order in which samples are used.

    sensitive: samples that showed that a field matters, by path. not_reached: fields for which no calls were left to
    show it. open_ids: fields in which any id is accepted. unseen: accepted values that no sample has, by path.
    left: calls that may still be sent; spare: calls beyond these, for suspects. order: the names of all changes, in the
    order in which they are tried.
    """

    fields: Sequence[CoveredField]
    make: Make
    clean: Mapping[str, Judged]
    left: int
    spare: int
    order: Sequence[str]
    controls: list[Judged] = dataclass_field(default_factory=list)
    unsteady: set[str] = dataclass_field(default_factory=set)
    sensitive: dict[str, list[str]] = dataclass_field(default_factory=dict)
    not_reached: set[str] = dataclass_field(default_factory=set)
    open_ids: list[str] = dataclass_field(default_factory=list)
    unseen: dict[str, list[str]] = dataclass_field(default_factory=dict)
    tried: list[Tried] = dataclass_field(default_factory=list)

    def ask(self, name: str, cases: Sequence[Case], repeat: int = 0) -> Sent:
        """Send the cases and give their replies."""
        if not cases:
            return []
        self.left -= len(cases)
        return list((yield Round(name=name, asks=tuple((case, repeat) for case in cases))))

    def control(self, keys: Sequence[str], repeat: int) -> Rounds:
        """Send samples unchanged, and note which answers do not repeat themselves."""
        cases = [case for key in keys if (case := self.make(UNCHANGED, key)) is not None]
        rows = yield from self.ask("unchanged", cases, repeat)
        for case, row in zip(cases, rows, strict=True):
            if row is not None and answered(row):
                self.controls.append(row)
                key = case.tags["sample"]
                self.unsteady |= {key} if _differs(row, self.clean[key]) else set()

    def counted(self) -> Count:
        """How many of the unchanged samples were accepted and wrong."""
        return Count(sum(row.silent_error for row in self.controls), len(self.controls))

    def find_sensitive(self) -> Rounds:
        """Another valid value in each field, on up to MAX_TRIES samples, until the answer changes.

        A field with one value in every sample has no other valid one, and on a text every answer depends: all of their
        changes are tried.
        """
        self.sensitive = {one.path: [] for one in self.fields if not one.others or len({*one.values.values()}) == 1}
        for turn in range(MAX_TRIES):
            open_ = [one for one in self.fields if one.path not in self.sensitive]
            found = [(one, case) for one in open_ if (case := self._other(one, turn)) is not None]
            self.not_reached |= {one.path for one, _ in found[max(0, self.left) :]}
            found = found[: max(0, self.left)]
            rows = yield from self.ask("which fields matter", [case for _, case in found])
            for (one, case), row in zip(found, rows, strict=True):
                key = case.tags["sample"]
                if row is not None and answered(row) and _differs(row, self.clean[key]):
                    self.sensitive.setdefault(one.path, []).append(key)

    def _other(self, one: CoveredField, turn: int) -> Case | None:
        """The field with another valid value, on a sample that was not used for it before."""
        names = [*one.others][turn:] + [*one.others][:turn]
        keys = [key for key in self.steady() if key in one.values]
        for key in keys[turn::MAX_TRIES] or keys:
            for name in names:
                if one.others[name] != one.values[key] and (case := self.make(part_of(name, one.path), key)):
                    return case
        return None

    def steady(self) -> list[str]:
        """The samples whose answers repeat themselves."""
        return [key for key in self.clean if key not in self.unsteady]

    def screen(self) -> Rounds:
        """Each change once for each field that matters; again on other samples if the first answer can be luck."""
        covered = [one for one in self.fields if one.path in self.sensitive]
        yield from self._find_open_ids(covered)
        every = [Tried(field=one, change=name) for name in self.order for one in covered if name in one.changes]
        self.tried = [one for one in every if one.kind != "identity" or one.field.path not in self.open_ids]
        self.tried = [one for one in self.tried if one.change != NEW_ID]
        for _ in range(MAX_SCREENED):
            yield from self._try("each change once", [(one, 1) for one in self.tried if one.open])
        self.tried = [one for one in self.tried if one.cases or any(self._cases(one, again=False))]

    def find_unseen(self) -> Rounds:
        """Values that no sample has. No truth says the answer to an accepted one, so it can only be named."""
        sent: list[tuple[str, str, Case]] = []
        for one in self.fields:
            key = next((key for key in self.steady() if key in one.values), "")
            for name, value in one.unseen.items() if key and one.path in self.sensitive else ():
                if (case := self.make(part_of(name, one.path), key)) is not None:
                    sent.append((one.path, value, case))
        sent = sent[: max(0, self.left)]
        rows = yield from self.ask("values that no sample has", [case for _, _, case in sent])
        for (path, value, _), row in zip(sent, rows, strict=True):
            if row is not None and row.disposition == "accepted":
                self.unseen.setdefault(path, []).append(value)

    def _find_open_ids(self, covered: Sequence[CoveredField]) -> Rounds:
        """A made-up id in each field of ids. If it is accepted, another form of an id may be just another id."""
        tried = [Tried(field=one, change=NEW_ID) for one in covered if NEW_ID in one.changes]
        yield from self._try("made-up ids", [(one, 1) for one in tried])
        rows = ((one.field.path, row) for one in tried for row in one.rows.values())
        self.open_ids = [path for path, row in rows if row.disposition == "accepted"]

    def confirm(self) -> Rounds:
        """The changes that were accepted with a wrong answer on further samples, and unchanged ones as control."""
        suspects = [one for one in self.tried if one.wrong][:MAX_SUSPECTS]
        self.left += self.spare
        yield from self._try("suspects on further samples", [(one, MAX_SAMPLES - len(one.rows)) for one in suspects])
        mixed = [one for one in suspects if 1 < len(one.wrong) < len(one.rows)]
        yield from self._try("suspects on values that were wrong", [(one, MAX_AGAIN) for one in mixed], again=True)
        yield from self._try_beside([one for one in suspects if one.rare])
        suspects = [one for one in suspects if len(one.wrong) >= MIN_WRONG]
        keys, repeat = [*self.clean][:CONTROLS], 1
        while self.left >= len(keys) and repeat <= MAX_SAMPLES and any(self._undecided(one) for one in suspects):
            yield from self.control(keys, repeat)
            repeat += 1

    def _try_beside(self, rare: Sequence[Tried]) -> Rounds:
        """Other values by the same op on the pages that were wrong: misread print does not repeat, a weakness does."""
        found = {
            (other.change, other.field.path, key): (other, case)
            for one in rare
            for other in self.tried
            for key in one.wrong
            if one.is_beside(other) and key not in other.cases
            if (case := self.make(part_of(other.change, other.field.path), key)) is not None
        }
        yield from self._send("other values on the same pages", [*found.values()])

    def stray(self, one: Tried) -> bool:
        """Whether so few pages were read wrong, with this value only, that it is not what was changed."""
        others = [other for other in self.tried if one.is_beside(other)]
        alone = all(any(key in other.rows for other in others) for key in one.wrong)
        return one.rare and alone and not any(key in other.wrong for other in others for key in one.wrong)

    def _try(self, name: str, wanted: Sequence[tuple[Tried, int]], *, again: bool = False) -> Rounds:
        """So many further samples for each of these changes, while calls are left."""
        chosen = [(one, case) for one, count in wanted for case in islice(self._cases(one, again=again), count)]
        yield from self._send(name, chosen)

    def _send(self, name: str, chosen: Sequence[tuple[Tried, Case]]) -> Rounds:
        """Each change with its case, while calls are left."""
        chosen = chosen[: max(0, self.left)]
        rows = yield from self.ask(name, [case for _, case in chosen])
        for (one, case), row in zip(chosen, rows, strict=True):
            one.note(case, row)

    def _cases(self, one: Tried, *, again: bool) -> Iterator[Case]:
        """The change on further samples, the most telling first. again: only values that were wrong before.

        Values that were tried come last, unless one was wrong; before them values that a default would hit by luck.
        Each value comes once, then again; among equal ones the samples that showed that the field matters come first.
        Of numbers in another form the smallest come first, because another reading of a large one is out of any range.
        """
        values, shown = one.field.values, self.sensitive[one.field.path]
        wrong, used = {values[key] for key in one.wrong}, {values[key] for key in one.cases}
        keys = [*shown, *(key for key in self.steady() if key in values and key not in shown)]
        keys = [] if one.change == TWO_ORDERS else keys  # that is tried on its own
        times = {key: [values[other] for other in keys[:place]].count(values[key]) for place, key in enumerate(keys)}
        lucky = one.lucky
        small = one.kind == "format"

        def rank(key: str) -> tuple[bool, bool, int, float]:
            value = values[key]
            worn = value in used and not wrong
            return worn, value in lucky and value not in wrong, times[key], size(value) if small else 0.0

        for key in sorted(keys, key=rank):
            if key in one.cases or (again and values[key] not in wrong):
                continue
            if (case := self.make(part_of(one.change, one.field.path), key)) is not None:
                yield case

    def _undecided(self, one: Tried) -> bool:
        """Whether more unchanged samples that are all right could still decide the change."""
        counted = self.counted()
        return one.chance(counted, len(self.tried)) > ALPHA >= one.chance(Count(counted.hits, 200), len(self.tried))

    def failed(self) -> list[Tried]:
        """The changes that make answers wrong, beyond chance."""
        counted = self.counted()
        return [
            one for one in self.tried if len(one.wrong) >= MIN_WRONG and one.chance(counted, len(self.tried)) <= ALPHA
        ]


def _differs(row: Judged, other: Judged) -> bool:
    return (row.disposition, dict(row.answer)) != (other.disposition, dict(other.answer))
