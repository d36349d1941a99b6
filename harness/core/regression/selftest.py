"""What the gate said to changes of which it is known whether they are regressions."""

from dataclasses import dataclass

from harness.core.verdict import EXIT_CODES


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One planted change. slice: where, "" for everywhere. must: what the gate has to say; said: what it said."""

    slice: str
    what: str
    must: str
    said: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """All of them. baseline: the one they were planted into. blind: critical slices in which nothing can be planted,
    with the reason.
    """

    baseline: str
    cases: int
    limit: float
    tried: tuple[Tried, ...]
    blind: tuple[str, ...] = ()

    @property
    def failed(self) -> int:
        """How many changes the gate judged wrongly."""
        return sum(not one.held for one in self.tried)

    @property
    def exit_code(self) -> int:
        """1 when the gate judged one wrongly, 5 when it is blind somewhere, else 0."""
        if self.failed:
            return EXIT_CODES["no-go"]
        return EXIT_CODES["undecided" if self.blind else "go"]
