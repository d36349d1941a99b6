"""What discovery found out about a target."""

from dataclasses import dataclass

from harness.replay.reading import AnswerPaths

MAX_CASES = 10
"""Pilot cases that discovery sends, one at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetProfile:
    """What the first look found. rate: requests a second from now on. slices: truth columns that are no answer."""

    paths: AnswerPaths
    rate: float
    rate_worked_out: bool
    slices: tuple[str, ...] = ()
