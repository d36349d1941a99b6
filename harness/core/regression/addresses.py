"""The addresses of many cases as one text. They are looked up by numbers and become strings one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from harness.core.regression.arrays import Bools, Ints

WORD = 8
"""Bytes that are hashed into a key in one step."""

ODD, HALF = np.uint64(0x9E37_79B9_7F4A_7C15), np.uint64(32)
"""The multiplier of a key after each word, and the shift in bits that mixes its upper half into the lower."""


AT_ONCE = 1 << 14
"""Maximum number of addresses compared at once, so that they fit into the processor's cache."""


class Twice(Exception):
    """A case, or a repeat of a case (else None), that appears twice."""

    def __init__(self, address: str, repeat: int | None = None) -> None:
        """Its name in an error."""
        super().__init__(address)
        self.what = address if repeat is None else f"{address} repeat {repeat}"


@dataclass(frozen=True, eq=False)  # without slots, because derived values are cached
class Addresses:
    """Addresses in order. text: all of them, in UTF-8, one after the other; sizes: the bytes of each."""

    text: bytes
    sizes: Ints

    @classmethod
    def of(cls, addresses: Sequence[str]) -> "Addresses":
        """These addresses."""
        whole = "".join(addresses)
        if whole.isascii():
            return cls(whole.encode(), np.fromiter(map(len, addresses), np.int32, len(addresses)))
        texts = [one.encode("utf-8", "surrogatepass") for one in addresses]
        return cls(b"".join(texts), np.fromiter(map(len, texts), np.int32, len(texts)))

    @classmethod
    def joined(cls, parts: Sequence["Addresses"]) -> "Addresses":
        """All of the parts, one after the other. If each has its keys, they are reused."""
        sizes = np.concatenate([np.zeros(0, np.int32), *(part.sizes for part in parts)])
        whole = cls(b"".join(part.text for part in parts), sizes)
        if parts and all("keys" in vars(part) for part in parts):
            vars(whole)["keys"] = np.concatenate([part.keys for part in parts])
        return whole

    def __len__(self) -> int:
        """The number of addresses."""
        return len(self.sizes)

    def __getitem__(self, place: int) -> str:
        """The address at an index, from 0."""
        return self.at(np.array([place]))[0]

    def __iter__(self) -> Iterator[str]:
        """Each of them."""
        return iter(self.at(np.arange(len(self))))

    def at(self, places: Ints) -> list[str]:
        """The addresses at these indexes."""
        starts = self.starts[places]
        cuts = zip(starts.tolist(), (starts + self.sizes[places]).tolist(), strict=True)
        return [self.text[start:end].decode("utf-8", "surrogatepass") for start, end in cuts]

    @cached_property
    def starts(self) -> Ints:
        """The offset of each in the text."""
        return np.cumsum(self.sizes, dtype=np.int64) - self.sizes

    @cached_property
    def keys(self) -> NDArray[np.uint64]:
        """64 bits of each, the same in every process. Equal keys almost always mean equal addresses."""
        keys = (
            self.sizes.astype(np.uint64) + np.uint64(1)
        ) * ODD  # otherwise the empty address and a lone \x01 would share a key
        for size, of in _by_size(self.sizes):
            words = -(-size // WORD)
            letters = np.zeros((len(of), words * WORD), np.uint8)
            letters[:, :size] = self._cut(of, size)
            key = keys[of]
            for word in letters.view(np.uint64).T:
                key = (key ^ word) * ODD
                key ^= key >> HALF
            keys[of] = key
        return keys

    def keyed(self) -> "Addresses":
        """The same with their keys computed, so that another process gets the keys too."""
        assert len(self.keys) == len(self)
        return self

    @cached_property
    def _in_order(self) -> tuple[Ints, NDArray[np.uint64]]:
        """The indexes in the order of the keys, and the keys in that order."""
        order = np.argsort(self.keys)
        return order, self.keys[order]

    def _cut(self, places: Ints, size: int) -> NDArray[np.uint8]:
        """The characters of the addresses at these indexes, which are all of one size."""
        windows = np.ndarray((len(self.text) - size + 1,), f"V{size}", self.text, strides=(1,))
        return windows[self.starts[places]].view(np.uint8).reshape(len(places), size)

    def chosen(self, which: Bools) -> "Addresses":
        """Those of them."""
        if which.all():
            return self
        letters = np.frombuffer(self.text, np.uint8)[np.repeat(which, self.sizes)]
        return Addresses(letters.tobytes(), self.sizes[which])

    def same_as(self, others: "Addresses") -> bool:
        """Whether they are the same in the same order."""
        return self.text == others.text and np.array_equal(self.sizes, others.sizes)

    def refuse_doubles(self) -> None:
        """Twice if one of them appears here several times."""
        order, keys = self._in_order
        alike = np.flatnonzero(keys[1:] == keys[:-1])
        met: set[str] = set()
        for place in sorted({*order[alike].tolist(), *order[alike + 1].tolist()}):
            address = self[place]
            if address in met:
                raise Twice(address)
            met.add(address)

    def places_of(self, others: "Addresses") -> Ints:
        """The index here of each of the others, -1 if there is none. None may appear here twice."""
        if self.same_as(others):
            return np.arange(len(self))
        (order, keys), (other_order, other_keys) = self._in_order, others._in_order
        places = np.full(len(others), -1)
        if np.array_equal(keys, other_keys):
            places[other_order] = order
        elif len(keys):
            near = np.minimum(np.searchsorted(keys, other_keys), len(keys) - 1)
            met = keys[near] == other_keys
            places[other_order[met]] = order[near[met]]
        there = np.flatnonzero(places >= 0)
        if (keys[1:] == keys[:-1]).any() or not self._alike(places[there], others, there):
            return self._looked_up(others)
        return places

    def _alike(self, here: Ints, others: "Addresses", there: Ints) -> bool:
        """Whether those at these indexes are equal, pair by pair."""
        some = [slice(at, at + AT_ONCE) for at in range(0, len(here), AT_ONCE)]
        return all(self._alike_at_once(here[at], others, there[at]) for at in some)

    def _alike_at_once(self, here: Ints, others: "Addresses", there: Ints) -> bool:
        sizes = self.sizes[here]
        return np.array_equal(sizes, others.sizes[there]) and all(
            np.array_equal(self._cut(here[of], size), others._cut(there[of], size)) for size, of in _by_size(sizes)
        )

    def _looked_up(self, others: "Addresses") -> Ints:
        """The same if different addresses share a key."""
        place = {address: place for place, address in enumerate(self)}
        return np.fromiter((place.get(address, -1) for address in others), np.int64, len(others))


def _by_size(sizes: Ints) -> Iterator[tuple[int, Ints]]:
    """The existing sizes except 0, and the indexes of each."""
    for size in np.flatnonzero(np.bincount(sizes)).tolist():
        if size:
            yield size, np.flatnonzero(sizes == size)
