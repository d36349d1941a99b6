"""Families of production inputs, and sending them one by one or at the same moment."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Reply = tuple[int, Any]
"""Status and content."""
Answer = Callable[[bytes], Reply]
PAUSE = 0.001
"""Seconds of a pause of a request that is sent to a running service."""


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
        found += [_alone(answer, group[0])] if len(group) == 1 else _together(answer, group)
    return found


def _alone(answer: Answer, body: bytes) -> Reply:
    """Nobody else has a turn, so the request does not wait in its pause: thousands of mutants are tried."""
    _turns.mine = _Turns(1), 0
    try:
        return _one(answer, body)
    finally:
        _turns.mine = None


def _one(answer: Answer, body: bytes) -> Reply:
    try:
        status, reply = answer(body)
    except Exception as error:  # a mutant may fail in any way, and then it does not fail silently
        return 500, {"detail": repr(error)}
    else:
        return status, reply


def _together(answer: Answer, group: Sequence[bytes]) -> list[Reply]:
    """Each request gets as far as its pause, then each goes on to its end: what comes between is no chance."""
    found: list[Reply] = [(0, None)] * len(group)
    turns = _Turns(len(group))

    def send(place: int) -> None:
        _turns.mine = turns, place
        turns.take(place)
        found[place] = _one(answer, group[place])
        turns.leave(place)

    threads = [threading.Thread(target=send, args=(place,)) for place in range(len(group))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


class _Turns:
    """One thread goes on at a time, in the order of their places."""

    def __init__(self, count: int) -> None:
        self._waiting = list(range(count))
        self._changed = threading.Condition()

    def take(self, place: int) -> None:
        """Wait until it is the turn of this place."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting[0] == place)

    def leave(self, place: int) -> None:
        """Give the turn to the next place."""
        with self._changed:
            self._waiting.remove(place)
            self._changed.notify_all()

    def pause(self, place: int) -> None:
        """Give the turn to the next place, and wait for the next own one."""
        with self._changed:
            self._waiting.append(self._waiting.pop(0))
            self._changed.notify_all()
        self.take(place)


_turns = threading.local()


def pause() -> None:
    """What a request waits for what it needs from elsewhere, in which another one may come in."""
    mine = getattr(_turns, "mine", None)
    if mine:
        turns, place = mine
        turns.pause(place)
    else:
        time.sleep(PAUSE)
