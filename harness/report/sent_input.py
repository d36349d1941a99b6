"""What a case sends, for a reader: each changed value before and after, or the text with its changes marked."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from harness.report.marks import lines_of

MAX_CHANGES = 8
"""Maximum number of changed values that are listed; a body with more is shown as marked text."""

MAX_TOKENS = 4_000
"""Maximum number of words that are compared one by one; of longer texts the part that differs is marked as a whole."""

MAX_VALUE = 48
"""Maximum characters of a value in a column."""

MIN_WIDTHS = (16, 24)
"""Widths of the columns of names and of values, as in the table of truth and answer."""

MAX_WHOLE = 2_000
"""Characters up to which an unchanged part of a text is shown whole."""

MAX_CONTEXT = 400
"""Characters up to which an unchanged part of a body is shown whole."""

WIDTH = 94
"""Columns of a line of the text."""

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChange:
    """One value of the input that the steps changed.

    path: the field, or the path in the body.
    before: the value as JSON, or as the page prints it. Empty: there was none.
    after: the value that was sent. Empty: it was left out.
    """

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentInput:
    """The input of one case.

    changes: the values that the steps changed.
    before: the text before the steps. Empty: the input is not shown as a text.
    after: the text that was sent.
    whole: the text is what a person wrote, so all of it is shown.
    unknown: why the input cannot be made again. Empty: it can.
    """

    changes: tuple[ValueChange, ...] = ()
    before: str = ""
    after: str = ""
    whole: bool = False
    unknown: str = ""


def input_lines(sent: SentInput) -> Iterator[str]:
    """The input as lines of the screen; none for a sample as it is, unless it is a text."""
    if sent.changes:
        yield from _table([("changed", "before", "sent"), *(_cells(one) for one in sent.changes)])
    if sent.before or sent.after:
        changed = sent.before != sent.after
        yield "  sent, changes marked as [-removed-] and {+added+}:" if changed else "  sent:"
        most = MAX_WHOLE if sent.whole else MAX_CONTEXT
        yield from _wrapped(marked(sent.before, sent.after, most))
    if sent.unknown:
        yield f"  the input cannot be made again: {sent.unknown}"


def _cells(one: ValueChange) -> tuple[str, str, str]:
    before, after = (lines_of(_short(text or "absent")) for text in (one.before, one.after))
    return one.path, before, after


def _table(rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    name, value = (max(least, *(len(row[k]) for row in rows)) for k, least in enumerate(MIN_WIDTHS))
    for path, before, after in rows:
        yield f"    {path:<{name}}  {before:<{value}}  {after}"


def _short(text: str) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 3]}..."


def _wrapped(text: str) -> Iterator[str]:
    for line in lines_of(text).split("\n"):
        parts = textwrap.wrap(line, WIDTH, replace_whitespace=False, drop_whitespace=False)
        yield from (f"    {part}".rstrip() for part in parts or [""])


def marked(before: str, after: str, most: int) -> str:
    """The text after the steps, with what they removed and added. most: characters of an unchanged part.

    >>> marked("pay the total now", "pay the tota1", 100)
    'pay the [-total now-]{+tota1+}'
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    return "".join(_part(tag, left, right, most) for tag, left, right in _joined(_edits(old, new)))


def _edits(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    """Whether a part is the same on both sides, and its text before and after."""
    start = next((k for k, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    shorter = min(len(old), len(new)) - start
    backwards = zip(reversed(old), reversed(new), strict=False)
    end = min(shorter, next((k for k, (a, b) in enumerate(backwards) if a != b), shorter))
    inner_old, inner_new = old[start : len(old) - end], new[start : len(new) - end]
    yield True, "".join(old[:start]), "".join(new[:start])
    if max(len(inner_old), len(inner_new)) > MAX_TOKENS:
        yield False, "".join(inner_old), "".join(inner_new)
    else:
        for edit in Levenshtein.opcodes(inner_old, inner_new):
            left, right = inner_old[edit.src_start : edit.src_end], inner_new[edit.dest_start : edit.dest_end]
            yield edit.tag == "equal", "".join(left), "".join(right)
    yield True, "".join(old[len(old) - end :]), "".join(new[len(new) - end :])


def _joined(edits: Iterator[tuple[bool, str, str]]) -> list[tuple[bool, str, str]]:
    """The edits, those with only spaces between them as one."""
    found: list[tuple[bool, str, str]] = []
    for same, left, right in edits:
        if not left and not right:
            continue
        if len(found) > 1 and not same and found[-1][0] and not found[-1][1].strip() and not found[-2][0]:
            space, edit = found.pop()[1], found.pop()
            found.append((False, edit[1] + space + left, edit[2] + space + right))
        elif found and found[-1][0] == same:
            found[-1] = (same, found[-1][1] + left, found[-1][2] + right)
        else:
            found.append((same, left, right))
    return found


def _part(same: bool, left: str, right: str, most: int) -> str:
    if same:
        return _cut(left, most)
    removed = f"[-{_cut(left, MAX_WHOLE)}-]" if left else ""
    return removed + (f"{{+{_cut(right, MAX_WHOLE)}+}}" if right else "")


def _cut(text: str, most: int) -> str:
    """The text without its middle, if it is longer than `most`."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]} ... {len(text) - 2 * half:,} characters ... {text[-half:]}"
