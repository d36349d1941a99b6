"""The faults in force. Every injector reads them for each request; they are replaced as a whole."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from harness.core.integration.fault import Fault, share_at


class Active:
    """The faults in force, and the clock of their windows. Several threads read it."""

    __slots__ = ("_clock", "_state", "phase", "seed")

    def __init__(self, seed: int, clock: Callable[[], float], faults: Sequence[Fault] = ()) -> None:
        """clock: seconds on the clock of the run; `faults` are in force from its zero."""
        self.seed = seed
        self.phase = 0
        self._clock = clock
        self._state: tuple[tuple[Fault, ...], float] = (tuple(faults), 0.0)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults in force now."""
        return self._state[0]

    def now(self) -> float:
        """Seconds on the clock of the windows."""
        return self._clock() - self._state[1]

    def in_force(self, moment: float) -> bool:
        """Whether any fault is in force at that moment, in seconds on the clock of the run."""
        faults, start = self._state
        return any(share_at(fault, moment - start) > 0 for fault in faults)

    def begin(self, faults: Sequence[Fault], start: float) -> None:
        """Put these faults in force; their windows count from `start`, in seconds on the clock of the run."""
        self._state = (tuple(faults), start)

    @contextmanager
    def only(self, fault: Fault) -> Iterator[None]:
        """Keep only this fault in force while the block runs; windows count from its start."""
        before = self._state
        self.phase += 1
        self._state = ((fault,), self._clock())
        try:
            yield
        finally:
            self._state = before
            self.phase += 1
