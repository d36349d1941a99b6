"""Families of production inputs, and sending them one by one or at the same moment."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Reply = tuple[int, Any]
"""Status and content."""
Answer = Callable[[bytes], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Inputs of one kind. names: words by which a reason names it. groups: bodies that are sent at the same moment."""

    name: str
    names: tuple[str, ...]
    groups: tuple[tuple[bytes, ...], ...]


def replies(answer: Answer, groups: Sequence[Sequence[bytes]]) -> list[Reply]:
    """The replies, those of a group sent at the same moment. A service that raises answers with 500."""
    found: list[Reply] = []
    for group in groups:
        found += [_one(answer, group[0])] if len(group) == 1 else _together(answer, group)
    return found


def _one(answer: Answer, body: bytes) -> Reply:
    try:
        return answer(body)
    except Exception as error:  # a mutant may fail in any way, and then it does not fail silently
        return 500, {"detail": repr(error)}


def _together(answer: Answer, group: Sequence[bytes]) -> list[Reply]:
    found: list[Reply] = [(0, None)] * len(group)
    gate = threading.Barrier(len(group))

    def send(place: int) -> None:
        gate.wait()
        found[place] = _one(answer, group[place])

    threads = [threading.Thread(target=send, args=(place,)) for place in range(len(group))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
