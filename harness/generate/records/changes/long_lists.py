"""A list of a record in reverse order, and four times as long as the longest in two orders."""

from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from typing import Any

TIMES = 4
"""Items of a long list, in lengths of the longest list of the samples."""

REVERSED, LONG, LONG_BACK = "reversed", "long_list", "long_list_back"
WAYS = (REVERSED, LONG, LONG_BACK)


def list_value(way: str, key: str, lists: Mapping[str, Sequence[Any]]) -> list[Any]:
    """The list of the sample `key` after the change. lists: those of all samples, by key.

    The further items are those of the other samples, so that each of them is valid.
    """
    own = list(lists[key])
    if way == REVERSED:
        return own[::-1]
    keys = [*lists]
    after = [*keys[keys.index(key) + 1 :], *keys[: keys.index(key)]]
    others = [item for other in after for item in lists[other]] or own
    count = TIMES * max(map(len, lists.values())) - len(own)
    more = list(islice(cycle(others), count))
    return [*own, *more] if way == LONG else [*more, *own]
