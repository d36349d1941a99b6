"""Which fields of a record differ from another version of it."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from harness.generate.records.changes.sites import Pairs, Path, path_text


def only_changed(before: Pairs, after: Pairs) -> str:
    """The path of the one field that was changed or is gone, as JMESPath; "" if there are several or none.

    A field under another name is gone. Further fields do not count: nothing that was there differs.
    """
    found = [path_text(path) for path in islice(_changed(before, after, ()), 2)]
    return found[0] if len(found) == 1 else ""


def _changed(before: Pairs, after: Pairs, at: Path) -> Iterator[Path]:
    now = dict(after)
    for name, value in dict(before).items():
        if name not in now:
            yield (*at, name)
        else:
            yield from _differing(value, now[name], (*at, name))


def _differing(value: Any, now: Any, at: Path) -> Iterator[Path]:
    if isinstance(value, tuple) and isinstance(now, tuple):
        yield from _changed(value, now, at)
    elif isinstance(value, list) and isinstance(now, list) and len(value) == len(now):
        for number, (one, other) in enumerate(zip(value, now, strict=True)):
            yield from _differing(one, other, (*at, number))
    elif type(value) is not type(now) or value != now:
        yield at
