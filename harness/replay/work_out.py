"""Derive the paths of the answer in a reply from the pilot's truth, so that nobody writes them by hand."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.fuzz import ratio

from harness.core.case import Scalar
from harness.core.errors import ConfigError, TargetError, did_you_mean
from harness.core.settings import Target
from harness.core.values import Leaf, leaves_of, plain_name, quoted
from harness.replay.reading import AnswerPaths, compiled, confidence_of, search, stated

HAND_OVER_NAMES = (
    *("needs_review", "requires_review", "review_required", "human_review", "manual_review", "review", "needs_human"),
    *("hand_over", "handover", "handed_over", "flagged", "abstain", "escalate"),
)
CONFIDENCE_NAMES = ("confidence", "score", "probability")
SCALES = (1.0, 10.0, 100.0, 1000.0)
"""Values that may stand for certainty: the smallest one that no reply exceeds does."""

ANY_SCALE = ("confidence", "probability")
"""Names that mean a confidence on any scale; a score beyond 1 is more likely a part of the answer."""

USUAL_THRESHOLD = 0.80
"""The confidence below which a person would look, if nobody has written it."""
NEAR_NAME = 88.0
"""Minimum similarity, 0..100, of a name in the reply to a name in the truth ("invoice_no" and "invoice_nr")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The derived paths. spare: truth columns without a path in the reply. how: a sentence for each path."""

    paths: AnswerPaths
    spare: tuple[str, ...]
    how: tuple[str, ...]


def work_out(target: Target, replies: Sequence[tuple[Mapping[str, Scalar], Any]]) -> Found:
    """Paths for the truth's fields, the hand-over flag and the confidence.

    replies: truth and parsed reply of each case seen so far, at least one. Configured paths are used as
    they are. A field is found by its name; or by its value, if no name fits and at least two replies agree.
    Raises TargetError if no field of the truth is found, and ConfigError if a path has a value in none of the replies.
    """
    columns = tuple(dict.fromkeys(name for truth, _ in replies for name in truth))
    leaves = [list(leaves_of(reply)) for _, reply in replies]
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
    confidence = target.confidence or _confidence(leaves, set(fields.values()))
    scale = _scale([reply for _, reply in replies], confidence) if confidence else 1.0
    paths = AnswerPaths(fields=fields, hand_over=flag, confidence=confidence, confidence_scale=scale)
    _check_found(fields, [pair for pair in replies if not _handed_over(pair[1], paths, target)])
    how += [*_hand_over(paths, target), *_never_there(target, [reply for _, reply in replies])]
    return Found(
        paths=paths,
        spare=tuple(name for name in columns if name not in fields),
        how=tuple(how),
    )


def _hand_over(paths: AnswerPaths, target: Target) -> list[str]:
    """What hands a case over to a person, in words."""
    how = [f"hand-over = {paths.hand_over}"] if paths.hand_over else []
    if not paths.confidence:
        return how if how else ["nothing hands a case over: the replies have no flag and no confidence"]
    on_scale = f" on a scale to {paths.confidence_scale:g}, converted" if paths.confidence_scale != 1 else ""
    if target.flag_below:
        rule = f"handed over below {target.flag_below:g}"
    elif target.flag_below is not None or paths.hand_over:
        rule = "hands nothing over"
    else:
        rule = f"[target] flag_below is not set, so the verdict must hold with 0 and with {USUAL_THRESHOLD:g}"
    return [*how, f"confidence = {paths.confidence}{on_scale}; {rule}"]


def _never_there(target: Target, replies: Sequence[Any]) -> Iterator[str]:
    """The configured paths of the hand-over that no reply has, or that are null in all of them, in words."""
    for key, path in (("hand_over", target.hand_over), ("confidence", target.confidence)):
        if path and all(search(path, reply) is None for reply in replies):
            there = any(leaf.path == path for reply in replies for leaf in leaves_of(reply))
            state = "is null in all" if there else "is in none of"
            yield f"[target] {key}: {path} {state} {len(replies)} replies, so it hands nothing over; another path?"


def _handed_over(reply: Any, paths: AnswerPaths, target: Target) -> bool:
    """Whether the reply may leave the case to a person; then its fields may be empty."""
    sure = confidence_of(reply, paths.confidence, paths.confidence_scale) if paths.confidence else None
    threshold = USUAL_THRESHOLD if target.flag_below is None else target.flag_below
    unsure = sure is not None and sure < threshold
    return unsure or bool(paths.hand_over and search(paths.hand_over, reply))


def _check_found(fields: Mapping[str, str], pairs: Sequence[tuple[Mapping[str, Scalar], Any]]) -> None:
    """ConfigError for a path without a value in any reply that has a truth: it would compare nothing with the truth."""
    for name, path in fields.items():
        replies = [reply for truth, reply in pairs if truth.get(name) not in ("", None)]
        if replies and all(search(path, reply) is None for reply in replies):
            if any(leaf.path == path for reply in replies for leaf in leaves_of(reply)):
                raise ConfigError(
                    f"answer.{name}: {path} is null in all {len(replies)} replies to pilot samples that have a truth\n"
                    f"  is another path meant in [target] answer, or does the service not fill {name} yet?"
                )
            known = list(dict.fromkeys(leaf.path for reply in replies for leaf in leaves_of(reply)))
            hint = did_you_mean(path, known, f"reply: {', '.join(known[:8]) or 'nothing'}")
            raise ConfigError(
                f"answer.{name}: {path} has a value in none of {len(replies)} replies to pilot samples\n{hint}\n"
                f"  correct its path in [target] answer, or leave {name} out of the truth"
            )


def _declared(
    target: Target, columns: Sequence[str], replies: Sequence[tuple[Mapping[str, Scalar], Any]]
) -> tuple[dict[str, str], list[str]]:
    """The configured paths. Under one configured path, the names of the truth are used."""
    if isinstance(target.answer, Mapping):
        for path in target.answer.values():
            compiled(path)
        fields = {name: path for name, path in target.answer.items() if name in columns}
        return fields, [f"{name} = {path}" for name, path in fields.items()]
    below = [search(target.answer, reply) for _, reply in replies]
    objects = [value for value in below if isinstance(value, dict)]
    if objects:
        names = [n for n in columns if any(n in value for value in objects)]
        fields = {name: f"{target.answer}.{quoted(name)}" for name in names}
    elif any(value is not None for value in below) and len(columns) == 1:
        fields = {columns[0]: target.answer}
    else:
        fields = {}
    return fields, [f"{name} = {path}" for name, path in fields.items()]


def _by_name(columns: Sequence[str], leaves: Sequence[Sequence[Leaf]]) -> tuple[dict[str, str], list[str]]:
    """Each column's path by the last name in it: an equal name first, then the nearest name that is still free."""
    known = list({leaf.path: leaf for reply in leaves for leaf in reply}.values())
    fields: dict[str, str] = {}
    how = []
    for name in columns:
        same = [leaf for leaf in known if plain_name(leaf.name) == plain_name(name)]
        if same:
            fields[name] = min(same, key=lambda leaf: leaf.path.count(".")).path
            how.append(f"{name} = {fields[name]}")
    for name in columns:
        free = [leaf for leaf in known if leaf.path not in fields.values() and leaf.name]
        near = [(ratio(plain_name(leaf.name), plain_name(name)), leaf.path) for leaf in free]
        if name not in fields and near and max(near)[0] >= NEAR_NAME:
            fields[name] = max(near)[1]
            how.append(f"{name} = {fields[name]} (nearest name)")
    return fields, how


def _by_value(
    name: str, truths: Sequence[Mapping[str, Scalar]], leaves: Sequence[Sequence[Leaf]], taken: set[str]
) -> str:
    """The path whose values equal the column's most often: in two or more replies and 60 %, if the truth varies."""
    pairs = [(truth.get(name), reply) for truth, reply in zip(truths, leaves, strict=True)]
    pairs = [(value, reply) for value, reply in pairs if value not in ("", None)]
    if len(pairs) < 2 or len({str(value) for value, _ in pairs}) < 2:
        return ""
    hits: dict[str, int] = {}
    for value, reply in pairs:
        for leaf in reply:
            if leaf.path not in taken and plain_name(str(leaf.value)) == plain_name(str(value)):
                hits[leaf.path] = hits.get(leaf.path, 0) + 1
    best = max(hits, key=lambda path: hits[path], default="")
    return best if best and hits[best] >= max(2, 0.6 * len(pairs)) else ""


def _flag(leaves: Sequence[Sequence[Leaf]]) -> str:
    return _first(leaves, lambda leaf: isinstance(leaf.value, bool) and leaf.name.lower() in HAND_OVER_NAMES)


def _confidence(leaves: Sequence[Sequence[Leaf]], answers: Collection[str]) -> str:
    """The path of the confidence; a field of the answer is none."""
    return _first(leaves, lambda leaf: leaf.path not in answers and _is_confidence(leaf))


def _is_confidence(leaf: Leaf) -> bool:
    number = stated(leaf.value) if _is_number(leaf.value) else None
    most = SCALES[-1] if leaf.name.lower() in ANY_SCALE else 1.0
    return leaf.name.lower() in CONFIDENCE_NAMES and number is not None and 0.0 <= number <= most


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return value.rstrip().endswith("%")
    return isinstance(value, int | float) and not isinstance(value, bool)


def _scale(replies: Sequence[Any], path: str) -> float:
    """The value that stands for certainty: 100 if percent signs are written, else the smallest that none exceeds."""
    values = [search(path, reply) for reply in replies]
    if any(isinstance(value, str) and value.rstrip().endswith("%") for value in values):
        return 100.0
    most = max((number for value in values if (number := stated(value)) is not None), default=1.0)
    return next((scale for scale in SCALES if most <= scale), SCALES[-1])


def _first(leaves: Sequence[Sequence[Leaf]], fits: Any) -> str:
    paths = [leaf.path for reply in leaves for leaf in reply if fits(leaf)]
    return min(paths, key=lambda path: (path.count("."), path), default="")


def _nothing_found(columns: Sequence[str], leaves: Sequence[Sequence[Leaf]], target: Target) -> str:
    paths = list(dict.fromkeys(leaf.path for reply in leaves for leaf in reply))
    shown = ", ".join(paths[:8]) + (", ..." if len(paths) > 8 else "") or "nothing"
    place = f' below answer = "{target.answer}"' if isinstance(target.answer, str) and target.answer else ""
    return (
        f"no path of the reply matches the truth{place}\n  truth: {', '.join(columns)}\n  reply: {shown}\n"
        "  give its path: [target] answer = { "
        f'{columns[0] if columns else "total"} = "path.in.the.reply" }}'
    )
