"""One change of one field in the coverage test: where it was tried, and what became of it."""

from collections import Counter
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from harness.core.case import Case
from harness.core.finding import Count
from harness.core.reply import Judged
from harness.core.robustness import CoveredField
from harness.core.statistics.fisher import by_chance

LUCKY = ("0", "0.0", '""', "false", "null", "1", "[]")
"""Values that a default would hit by luck."""

STRAY = 0.25
"""Largest share of wrong answers to a change of a page that is taken for misread print."""


@dataclass(slots=True, kw_only=True)
class Tried:
    """One change of one field. cases: what was sent, by key of the sample; rows: the replies."""

    field: CoveredField
    change: str
    cases: dict[str, Case] = dataclass_field(default_factory=dict)
    rows: dict[str, Judged] = dataclass_field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of the change."""
        return self.field.changes[self.change]

    @property
    def wrong(self) -> list[str]:
        """Keys of the samples with an accepted wrong answer."""
        return [key for key, row in self.rows.items() if row.silent_error]

    @property
    def open(self) -> bool:
        """Whether another sample could show more: all answers were right, or one form of a value was refused."""
        if not self.cases:
            return True
        right = all(row.straight_through for row in self.rows.values())
        return not self.wrong and (right or (self.kind == "format" and len(self.cases) == 1))

    @property
    def rare(self) -> bool:
        """Whether few pages of many were read wrong, as a reader of print misreads a letter now and then.

        Only of pages: a record is read or not.
        """
        return self.change.startswith("field.") and 0 < len(self.wrong) <= STRAY * len(self.rows)

    def is_beside(self, other: "Tried") -> bool:
        """Whether the other changes the same field by the same op, to another value."""
        same = self.field.path == other.field.path and self.change.split("@")[0] == other.change.split("@")[0]
        return same and self.change != other.change

    def note(self, case: Case, row: Judged | None) -> None:
        """Record what was sent and what came back. A crash is no answer, and no silent error either."""
        self.cases[case.tags["sample"]] = case
        if row is not None:
            self.rows[case.tags["sample"]] = row

    def chance(self, controls: Count, tried: int) -> float:
        """The p-value against unchanged samples, times the number of changes that were tried."""
        return by_chance(len(self.wrong), len(self.rows), controls.hits, controls.n) * tried

    @property
    def lucky(self) -> tuple[str, ...]:
        """Values for which a guess is likely right: the most frequent one and usual defaults, or true for a flag."""
        if self.kind not in ("presence", "size"):
            return ("true",)
        counts = Counter(self.field.values.values())
        return (max(counts, key=lambda text: (counts[text], text)), *LUCKY)


def size(text: str) -> float:
    """The size of a number, written as JSON or as a text; 0.0 for anything else."""
    try:
        return abs(float(text.strip('"')))
    except ValueError:
        return 0.0
