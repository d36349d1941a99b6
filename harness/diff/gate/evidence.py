"""The cases behind the rates with their replies, how each case ended, and the figures of one reply."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.verdict import EndClass

PILOT = "pilot"


Figure = Literal["accepted_right", "accepted_wrong", "quality", "errors"]
"""A figure of one reply that a criterion is about."""


Inputs = Sequence[Case]
"""Cases that are one and the same input."""


CLASSES: tuple[EndClass, ...] = get_args(EndClass)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The cases behind the rates, and their judged replies by address; a case may have none."""

    cases: Mapping[str, Case]
    rows: Mapping[str, Sequence[Judged]]

    def of_all(self, cases: Iterable[Case]) -> list[Judged]:
        """The judged replies of several cases."""
        return [row for case in cases for row in self.of(case)]

    def of(self, case: Case) -> Sequence[Judged]:
        """The judged replies of one case, one per repeat."""
        return self.rows.get(case.address, ())


def gather(cases: Mapping[str, Case], judged: Iterable[Judged]) -> Evidence:
    """The cases with their judged replies."""
    rows: dict[str, list[Judged]] = {}
    for row in judged:
        if row.address in cases:
            rows.setdefault(row.address, []).append(row)
    return Evidence(cases=cases, rows=rows)


def vacuous(case: Case) -> bool:
    """Whether the case tests nothing: its steps left the base as it was."""
    return not case.changed and case.pack != PILOT


def distinct(cases: Iterable[Case]) -> list[Inputs]:
    """The cases, those together that are the same input with the same expectation: it counts once."""
    found: dict[tuple[str, bool], list[Case]] = {}
    for case in cases:
        found.setdefault((case.sha256, case.asks_for_answer()), []).append(case)
    return list(found.values())


def class_of(row: Judged) -> EndClass:
    """How the reply ended the case."""
    if row.disposition == "accepted":
        ends: Mapping[str, EndClass] = {"right": "accepted_right", "wrong": "accepted_wrong"}
        return ends.get(row.judgement, "accepted_unscored")
    return row.disposition if row.disposition in ("handed_over", "rejected") else "error"


def is_of(one: EndClass, row: Judged) -> float | None:
    """1 if the reply is of the class, else 0; None if an answer that cannot be scored may be of it."""
    found = class_of(row)
    if found == "accepted_unscored" and one in ("accepted_right", "accepted_wrong"):
        return None
    return float(found == one)


def _error(row: Judged) -> float:
    return float(class_of(row) == "error" and not row.crashed_on_input)


Measure = Callable[[Judged], float | None]


FIGURES: Mapping[Figure, Measure] = {
    "accepted_right": lambda row: is_of("accepted_right", row),
    "accepted_wrong": lambda row: is_of("accepted_wrong", row),
    "quality": lambda row: row.quality,
    "errors": _error,
}
"""The value of one reply for each figure; None if it is unknown."""
