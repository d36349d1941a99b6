"""A target that refuses requests with 429: wait as long as it asks, then send at half the rate."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from harness.core.clock import seconds_to_wait
from harness.core.errors import TargetError
from harness.replay.send import Received, Stop

TOO_MANY = 429

MIN_RATE = 0.1
"""Lowest rate that is tried, in requests per second."""

MAX_WAIT = 120.0
"""Longest wait that the target may ask for, in seconds."""

FIRST_WAIT = 1.0
"""Wait in seconds if the target does not ask for any; it doubles with each further refusal in a row."""


@dataclass(slots=True, kw_only=True)
class Quota:
    """What was learned of the target's rate limit. rate: highest rate to send at. refused: requests refused so far.

    sleep: waits for so many seconds.
    """

    rate: float = inf
    refused: int = 0
    in_a_row: int = 0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def limited(self, rate: float) -> float:
        """The rate to send at instead."""
        return min(rate, self.rate)

    def problem(self, declared: float) -> str:
        """Why the run cannot show that the service sustains its declared rate; "" if it can, or if none is declared."""
        if not self.refused or not declared or declared <= self.rate:
            return ""
        return (
            f"the service refused {self.refused} requests (429) at the declared rate of {declared:g}/s;"
            f" the rest were sent at {self.rate:.3g}/s"
        )

    def lower(self, turn: "Turn", rate: float) -> str:
        """Wait, and halve the rate. rate: at which the turn was sent. Returns what was done, in words.

        Raises TargetError if the target refuses at the lowest rate, or asks for too long a wait.
        """
        self.in_a_row = self.in_a_row + 1 if not turn.answered else 1
        self.refused += turn.refused
        self.rate = min(self.rate, rate) / 2
        if self.rate < MIN_RATE:
            raise TargetError(
                f"the service refuses requests (429) even at {2 * self.rate:.2g} requests per second\n"
                "  set [target] rate to what its quota allows, or raise the quota"
            )
        wait = seconds_to_wait(turn.retry_after)
        if wait is None:
            wait = min(MAX_WAIT, FIRST_WAIT * 2 ** (self.in_a_row - 1))
        if wait > MAX_WAIT:
            raise TargetError(
                f"the service refuses requests (429) and asks to wait {wait:.0f} seconds\n"
                "  run the check again later, with a lower [target] rate or fewer --calls"
            )
        self.sleep(wait)
        return f"{turn.refused} requests refused (429): waited {wait:.3g} s, and go on at {self.rate:.3g}/s"


@dataclass(slots=True, kw_only=True)
class Turn:
    """One sending of several requests: it stops at the first refusal. inner: what else may stop it."""

    inner: Stop
    refused: int = 0
    answered: int = 0
    retry_after: str = ""

    @property
    def open(self) -> bool:
        """Whether sending has to stop."""
        return self.inner.open or self.refused > 0

    def saw(self, got: Received) -> None:
        """One more reply has come."""
        self.inner.saw(got)
        if self.refuses(got):
            self.refused += 1
            self.retry_after = got.retry_after or self.retry_after
        else:
            self.answered += 1

    def refuses(self, got: Received) -> bool:
        """Whether the target refused the request because of its quota; an injected fault is no refusal of its own."""
        return got.reply.status == TOO_MANY and not got.reply.faults
