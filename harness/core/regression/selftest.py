"""The outcome of the gate for planted changes that are known to be regressions, or known not to be."""

from dataclasses import dataclass

from harness.core.verdict import EXIT_CODES


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One planted change.

    slice: where it was planted. Empty: everywhere.
    what: what was changed.
    expected: the outcome that is right.
    outcome: the outcome of the gate.
    passed: the gate was right.
    """

    slice: str
    what: str
    expected: str
    outcome: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """The outcomes of the gate for changes that are known to be regressions, or known not to be.

    baseline: the baseline that the changes were planted into.
    cases: number of its cases.
    limit: the limit `[gate] regress`.
    tried: each planted change.
    blind: critical slices in which no change can be planted, with the reason.
    """

    baseline: str
    cases: int
    limit: float
    tried: tuple[Tried, ...]
    blind: tuple[str, ...] = ()

    @property
    def failed(self) -> int:
        """The number of changes that the gate judged wrongly."""
        return sum(not one.passed for one in self.tried)

    @property
    def exit_code(self) -> int:
        """1 if the gate judged a change wrongly, 5 if it is blind somewhere, else 0."""
        if self.failed:
            return EXIT_CODES["no-go"]
        return EXIT_CODES["undecided" if self.blind else "go"]
