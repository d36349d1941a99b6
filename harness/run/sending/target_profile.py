"""The results of discovery for a target."""

from dataclasses import dataclass

from harness.replay.reading import AnswerPaths

MAX_CASES = 10
"""Maximum pilot cases that discovery sends, one at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetProfile:
    """The results of the first look. rate: requests per second from now on. slices: truth columns without an answer."""

    paths: AnswerPaths
    rate: float
    rate_worked_out: bool
    slices: tuple[str, ...] = ()
