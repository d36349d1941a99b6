"""Named random streams. Everything random in the harness is drawn from one of them, by name.

A stream is addressed by the run's seed and a path of names, and by nothing else. Two steps with different names
never share a number, so adding a step does not change the draws of the others, on any number of workers.
"""

from collections.abc import Sequence
from hashlib import blake2b
from struct import Struct
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
_WORDS = Struct("<8Q")
_EMPTY = blake2b(digest_size=32, person=b"golive-harness")
MAX_NAMES = 1024


class Stream:
    """Reproducible random numbers for one named purpose.

    Single numbers come from blake2b in counter mode, arrays from the raw bits of numpy's Philox. numpy promises stable
    bits of a generator, but not its distributions, so the harness maps bits to numbers itself.
    """

    __slots__ = ("_arrays", "_count", "_key", "_words")

    def __init__(self, seed: int, *path: str | int) -> None:
        """Open the stream of `seed` and `path`; the same arguments give the same numbers everywhere."""
        self._key = _digest(seed, path)
        self._count = 0
        self._arrays = 0
        self._words: list[int] = []

    def child(self, *path: str | int) -> "Stream":
        """An independent stream below this one. It takes nothing from this one and does not depend on its draws."""
        return Stream(int.from_bytes(self._key, "little"), *path)

    def bits(self) -> int:
        """The next 64 random bits as an integer."""
        return (self._words or self._more()).pop()

    def _more(self) -> list[int]:
        block = blake2b(self._count.to_bytes(8, "little"), key=self._key).digest()
        self._words = list(_WORDS.unpack(block))
        self._count += 1
        return self._words

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """A number in [low, high)."""
        return low + (high - low) * ((self.bits() >> 11) * 2.0**-53)

    def below(self, n: int) -> int:
        """An integer in 0..n-1; n is at least 1. Its bias is under n / 2**64."""
        return (self._words or self._more()).pop() * n >> 64

    def between(self, low: int, high: int) -> int:
        """An integer in low..high, both included."""
        return low + self.below(high - low + 1)

    def choice(self, items: Sequence[T]) -> T:
        """One of `items`, which is not empty."""
        return items[self.below(len(items))]

    def order(self, n: int) -> list[int]:
        """The numbers 0..n-1 in random order."""
        return sorted(range(n), key=self.words(n).__getitem__)

    def words(self, n: int) -> list[int]:
        """The next `n` numbers of 64 random bits."""
        found: list[int] = []
        while (missing := n - len(found)) > 0:
            words = self._words or self._more()
            found += words[: -missing - 1 : -1]
            del words[-missing:]
        return found

    def array_bytes(self, n: int) -> NDArray[np.uint8]:
        """`n` random bytes. Each call returns the next block of its own."""
        raw = self._philox().random_raw((n + 7) // 8)
        return np.asarray(raw, dtype="<u8").view(np.uint8)[:n]

    def array_uniform(self, n: int) -> NDArray[np.float64]:
        """`n` numbers in [0, 1). Each call returns the next block of its own."""
        raw = np.asarray(self._philox().random_raw(n), dtype=np.uint64)
        return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def _philox(self) -> np.random.Philox:
        key = blake2b(self._arrays.to_bytes(8, "little"), key=self._key, digest_size=16).digest()
        self._arrays += 1
        return np.random.Philox(key=int.from_bytes(key, "little"))


def _digest(seed: int, path: tuple[str | int, ...]) -> bytes:
    hasher = _EMPTY.copy()
    hasher.update(b"".join(map(_PART_OF, map(str, (seed, *path)))))
    return hasher.digest()


class _Parts(dict[str, bytes]):
    """Names as they are hashed, after their length. Some are cached, because steps share most names."""

    def __missing__(self, name: str) -> bytes:
        if len(self) >= MAX_NAMES:
            self.clear()
        text = name.encode("utf-8", "surrogatepass")
        part = self[name] = len(text).to_bytes(4, "little") + text
        return part


_PART_OF = _Parts().__getitem__
