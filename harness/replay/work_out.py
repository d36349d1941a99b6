"""Works out where the answer stands in a reply, from the pilot's own truth: nobody writes a path by hand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.fuzz import ratio

from harness.core.case import Scalar
from harness.core.errors import TargetError
from harness.core.settings import Target
from harness.replay.reading import AnswerPaths, compiled, search

HAND_OVER_NAMES = (
    *("needs_review", "requires_review", "review_required", "human_review", "manual_review", "review", "needs_human"),
    *("hand_over", "handover", "handed_over", "flagged", "abstain", "escalate"),
)
CONFIDENCE_NAMES = ("confidence", "score", "probability")
NEAR_NAME = 88.0
"""Least similarity, 0..100, of a reply's name that stands for a truth's name ("invoice_no" and "invoice_nr")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was worked out. spare: truth columns that no path of the reply carries. how: a sentence for each path."""

    paths: AnswerPaths
    spare: tuple[str, ...]
    how: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaf:
    path: str
    name: str
    value: Any


def work_out(target: Target, replies: Sequence[tuple[Mapping[str, Scalar], Any]]) -> Found:
    """Paths for the truth's fields, the hand-over flag and the confidence.

    replies: truth and parsed reply of each case seen so far, at least one. What the target's settings say is taken as
    it is. A field is found by its name; by its value, where the names say nothing and at least two replies agree.
    Raises TargetError when no field of the truth is found.
    """
    columns = tuple(dict.fromkeys(name for truth, _ in replies for name in truth))
    leaves = [list(_leaves(reply, "")) for _, reply in replies]
    fields, how = _declared(target, columns, replies) if target.answer else _by_name(columns, leaves)
    if not target.answer:
        taken = set(fields.values())
        for name in columns:
            if name not in fields and (path := _by_value(name, [t for t, _ in replies], leaves, taken)):
                fields[name] = path
                how.append(f"{name} = {path} (by its values)")
    if not fields:
        raise TargetError(_nothing_found(columns, leaves, target))
    flag = target.hand_over or _flag(leaves)
    confidence = target.confidence or _confidence(leaves)
    how += [f"hand-over = {flag}"] if flag else []
    how += [f"confidence = {confidence}, handed over below {target.flag_below:g}"] if confidence else []
    return Found(
        paths=AnswerPaths(fields=fields, hand_over=flag, confidence=confidence),
        spare=tuple(name for name in columns if name not in fields),
        how=tuple(how),
    )


def _declared(
    target: Target, columns: Sequence[str], replies: Sequence[tuple[Mapping[str, Scalar], Any]]
) -> tuple[dict[str, str], list[str]]:
    """The paths that the configuration gives; below one path the truth's names stand."""
    if isinstance(target.answer, Mapping):
        for path in target.answer.values():
            compiled(path)
        fields = {name: path for name, path in target.answer.items() if name in columns}
        return fields, [f"{name} = {path}" for name, path in fields.items()]
    below = [search(target.answer, reply) for _, reply in replies]
    objects = [value for value in below if isinstance(value, dict)]
    if objects:
        names = [n for n in columns if any(n in value for value in objects)]
        fields = {name: f"{target.answer}.{_quoted(name)}" for name in names}
    elif any(value is not None for value in below) and len(columns) == 1:
        fields = {columns[0]: target.answer}
    else:
        fields = {}
    return fields, [f"{name} = {path}" for name, path in fields.items()]


def _by_name(columns: Sequence[str], leaves: Sequence[Sequence[_Leaf]]) -> tuple[dict[str, str], list[str]]:
    """Each column's path by the last name on it: the same name first, then the nearest that no other column has."""
    known = list({leaf.path: leaf for reply in leaves for leaf in reply}.values())
    fields: dict[str, str] = {}
    how = []
    for name in columns:
        same = [leaf for leaf in known if _plain(leaf.name) == _plain(name)]
        if same:
            fields[name] = min(same, key=lambda leaf: leaf.path.count(".")).path
            how.append(f"{name} = {fields[name]}")
    for name in columns:
        free = [leaf for leaf in known if leaf.path not in fields.values() and leaf.name]
        near = [(ratio(_plain(leaf.name), _plain(name)), leaf.path) for leaf in free]
        if name not in fields and near and max(near)[0] >= NEAR_NAME:
            fields[name] = max(near)[1]
            how.append(f"{name} = {fields[name]} (nearest name)")
    return fields, how


def _by_value(
    name: str, truths: Sequence[Mapping[str, Scalar]], leaves: Sequence[Sequence[_Leaf]], taken: set[str]
) -> str:
    """The path whose values equal the column's most often: in at least two replies with two values, and in 6 of 10."""
    pairs = [(truth.get(name), reply) for truth, reply in zip(truths, leaves, strict=True)]
    pairs = [(value, reply) for value, reply in pairs if value not in ("", None)]
    if len(pairs) < 2 or len({str(value) for value, _ in pairs}) < 2:
        return ""
    hits: dict[str, int] = {}
    for value, reply in pairs:
        for leaf in reply:
            if leaf.path not in taken and _plain(str(leaf.value)) == _plain(str(value)):
                hits[leaf.path] = hits.get(leaf.path, 0) + 1
    best = max(hits, key=lambda path: hits[path], default="")
    return best if best and hits[best] >= max(2, 0.6 * len(pairs)) else ""


def _flag(leaves: Sequence[Sequence[_Leaf]]) -> str:
    return _first(leaves, lambda leaf: isinstance(leaf.value, bool) and leaf.name.lower() in HAND_OVER_NAMES)


def _confidence(leaves: Sequence[Sequence[_Leaf]]) -> str:
    return _first(leaves, _is_confidence)


def _is_confidence(leaf: _Leaf) -> bool:
    number = isinstance(leaf.value, int | float) and not isinstance(leaf.value, bool)
    return number and leaf.name.lower() in CONFIDENCE_NAMES and 0.0 <= leaf.value <= 1.0


def _first(leaves: Sequence[Sequence[_Leaf]], fits: Any) -> str:
    paths = [leaf.path for reply in leaves for leaf in reply if fits(leaf)]
    return min(paths, key=lambda path: (path.count("."), path), default="")


def _leaves(value: Any, path: str, name: str = "") -> Iterator[_Leaf]:
    """Every plain value of the reply with its JMESPath; of a list only the first two items."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{_quoted(key)}" if path else _quoted(key), key)
    elif isinstance(value, list):
        for i, inner in enumerate(value[:2]):
            yield from _leaves(inner, f"{path}[{i}]", name)
    else:
        yield _Leaf(path=path or "@", name=name, value=value)


def _quoted(name: str) -> str:
    return (
        name
        if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII)
        else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    )


def _plain(name: str) -> str:
    """Names as people mean them: invoiceNumber, Invoice-Number and invoice_number are one."""
    return re.sub(r"[\W_]+", "", name).casefold()


def _nothing_found(columns: Sequence[str], leaves: Sequence[Sequence[_Leaf]], target: Target) -> str:
    paths = list(dict.fromkeys(leaf.path for reply in leaves for leaf in reply))
    shown = ", ".join(paths[:8]) + (", ..." if len(paths) > 8 else "") or "nothing"
    said = f' below answer = "{target.answer}"' if isinstance(target.answer, str) and target.answer else ""
    return (
        f"no path of the reply matches the truth{said}\n  truth: {', '.join(columns)}\n  reply: {shown}\n"
        "  say where it stands: [target] answer = { "
        f'{columns[0] if columns else "total"} = "path.in.the.reply" }}'
    )
