"""What a budget can detect, as figures: silent errors, and a drop against a baseline."""

from dataclasses import dataclass

SURE = 0.8
"""Minimum power at which a rate or a drop counts as detectable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerEstimate:
    """The rates that the criterion of silent errors can detect with `cases` cases.

    slice: a pack, "" for the mix. limit: of the criterion. shows: the upper bound if there is no silent error at all;
    above `limit`, the criterion cannot pass. bad: a rate that must be found, power: the chance that the criterion
    fails at it. found: the smallest rate at which it fails with power 0.8, None if there is none. good: a harmless
    rate, passes: the chance that the criterion passes at it. The last five are set for packs only.
    """

    slice: str
    cases: int
    limit: float
    shows: float
    bad: float | None = None
    power: float | None = None
    found: float | None = None
    good: float | None = None
    passes: float | None = None

    @property
    def go_possible(self) -> bool:
        """Whether a service without silent errors can be shown to be inside the limit."""
        return self.shows <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class DropPowerEstimate:
    """The drop that a regression criterion can detect.

    falls: the fewest of `cases` that make it fail, each right before, wrong in every repeat now and of a sample of its
    own (variants of one sample count as one); None if not even all of them do. found: the smallest drop, 0..1, at which
    it fails with chance 0.8; None if there is none. go_possible: it passes if nothing drops.
    """

    slice: str
    cases: int
    falls: int | None
    found: float | None
    go_possible: bool
