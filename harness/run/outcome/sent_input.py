"""What one case of a run sent, made again: its changed values, or its text before and after the steps."""

from collections.abc import Iterator
from typing import Any

from harness.core.case import CHANGED_FIELD, Case
from harness.core.errors import HarnessError
from harness.core.robustness import SENT, WAS
from harness.generate.records.changes.sites import Path, path_text
from harness.generate.records.json_text.numbers import read_value
from harness.generate.records.json_text.write import write_value
from harness.generate.value_changes import changes_of
from harness.report.sent_input import MAX_CHANGES, MAX_VALUE, SentInput, ValueChange
from harness.run.outcome.replay_case import Remaker, remaker
from harness.store.files import CaseLine
from harness.store.folder import RunFolder

GONE = object()
"""In place of a value that one side does not have."""


def sent_input(folder: RunFolder, line: CaseLine) -> SentInput:
    """The input of that case; without the samples of the run, what the run folder itself tells."""
    try:
        maker = remaker(folder)
        kind = maker.samples.kind
        if kind == "page":
            return _page(maker, line)
        case, before = maker.case(line.address), maker.untouched(line.address)
    except HarnessError as reason:
        return SentInput(changes=_recorded(line), unknown=str(reason).partition("\n")[0])
    return _text(before, case) if kind == "text" else _record(before, case)


def _recorded(line: CaseLine) -> tuple[ValueChange, ...]:
    """The changed value that the tags of a case hold."""
    if SENT not in line.tags:
        return ()
    path = line.tags.get(CHANGED_FIELD) or line.address.partition("#")[0].partition(":")[2]
    return (ValueChange(path=path, before=line.tags.get(WAS, "?"), after=line.tags[SENT]),)


def _page(maker: Remaker, line: CaseLine) -> SentInput:
    """The values that the pages print instead of others. Pixels are not made: they cannot be shown here."""
    changes = changes_of(maker.planned(line), maker.bases)
    field = line.tags.get(CHANGED_FIELD, "")
    told = tuple(ValueChange(path=field, before=one.place.text, after=one.text) for one in changes)
    return SentInput(changes=tuple(dict.fromkeys(told)) or _recorded(line))


def _text(before: Case, case: Case) -> SentInput:
    """The text of a ticket or message, out of the body that carries it."""
    path = _longest(before.content)
    old, new = (_decoded(one.content) if path is None else _at(one.content, path) for one in (before, case))
    if new is None:
        old, new = _decoded(before.content), _decoded(case.content)
    return SentInput(before=str(old), after=new, whole=True)


def _record(before: Case, case: Case) -> SentInput:
    """The changed values of a record; the body as a text if it is no JSON, or if its values alone do not differ."""
    if before.content == case.content:
        return SentInput()
    try:
        changes = tuple(_changes(_parsed(before.content), _parsed(case.content), ()))
    except (ValueError, RecursionError):
        changes = ()
    long = any(max(len(one.before), len(one.after)) > MAX_VALUE for one in changes)
    if 0 < len(changes) <= MAX_CHANGES and not long:
        return SentInput(changes=changes)
    return SentInput(before=_decoded(before.content), after=_decoded(case.content))


def _parsed(content: bytes) -> Any:
    return read_value(content, object_pairs_hook=_without_repeats)


def _without_repeats(pairs: list[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key is there twice")
    return tuple(pairs)


def _changes(old: Any, new: Any, at: Path) -> Iterator[ValueChange]:
    if isinstance(old, tuple) and isinstance(new, tuple):
        for name in dict.fromkeys([*dict(old), *dict(new)]):
            yield from _changes(dict(old).get(name, GONE), dict(new).get(name, GONE), (*at, name))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _changes(one, other, (*at, number))
    elif (left := _written(old)) != (right := _written(new)):
        yield ValueChange(path=path_text(at) if at else "body", before=left, after=right)


def _written(value: Any) -> str:
    return "" if value is GONE else write_value(value)


def _longest(content: bytes) -> Path | None:
    """The path of the longest text in a JSON body; None if the body is none."""
    try:
        texts = dict(_texts(_parsed(content), ()))
    except (ValueError, RecursionError):
        return None
    return max(texts, key=lambda path: len(texts[path]), default=None)


def _texts(value: Any, at: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, tuple):
        for name, inner in value:
            yield from _texts(inner, (*at, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*at, number))


def _at(content: bytes, path: Path) -> str | None:
    try:
        return dict(_texts(_parsed(content), ())).get(path)
    except (ValueError, RecursionError):
        return None


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "backslashreplace")
