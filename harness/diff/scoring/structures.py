"""Comparison of lists, tables and objects."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["right", "wrong", "unscored"]
Compare = Callable[[Any, Any], Verdict]
"""Compares one part of the truth with the same part of the answer."""

Row = Mapping[str, Any]
_NAMED = 3


def compare_sets(truth: Sequence[Any], answer: Sequence[Any], same: Compare) -> str:
    """What is wrong with the answer, "" if it has the same items as the truth, in any order."""
    left = list(answer)
    missing = []
    for wanted in truth:
        place = next((i for i, got in enumerate(left) if same(wanted, got) == "right"), None)
        if place is None:
            missing.append(wanted)
        else:
            del left[place]
    parts = [_list("missing", missing), _list("too many", left)]
    return "; ".join(part for part in parts if part)


def compare_ranked(truth: Sequence[Any], answer: Sequence[Any], same: Compare, top: int) -> str:
    """What is wrong with the first `top` items (0: all), "" if each equals that of the truth at the same place."""
    wanted, got = (list(items[:top]) if top else list(items) for items in (truth, answer))
    if len(wanted) != len(got):
        return f"{len(got)} of {len(wanted)} places"
    wrong = [place for place, pair in enumerate(zip(wanted, got, strict=True), 1) if same(*pair) != "right"]
    return f"place {wrong[0]}" + (f" and {len(wrong) - 1} more" if len(wrong) > 1 else "") if wrong else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What a comparison of tables found: what is wrong, and cells that cannot be judged."""

    wrong: str = ""
    unsure: str = ""


def compare_tables(
    truth: Sequence[Row], answer: Sequence[Row], columns: Sequence[str], same: Callable[[str, Any, Any], Verdict]
) -> Rows:
    """Compare tables: every row and every cell of the truth must be in the answer.

    Rows keep their order: they are paired so that as many cells as possible agree (the alignment of S. B. Needleman
    and C. D. Wunsch, Journal of Molecular Biology 48 (1970), 443-453, with gaps that cost nothing), and a row without
    a partner is missing or too many. columns: those of the truth; other columns of an answer are not judged.
    """
    cells = [[[same(name, t.get(name), a.get(name)) for name in columns] for a in answer] for t in truth]
    pairs = _align([[verdicts.count("right") for verdicts in row] for row in cells])
    paired = {i for i, _ in pairs}
    extra = len(answer) - len(pairs)
    wrong = [f"row {i + 1} missing" for i in range(len(truth)) if i not in paired]
    wrong += _cells(cells, pairs, columns, "wrong")
    wrong += [f"{extra} row{'s' * (extra != 1)} too many"] if extra else []
    return Rows(wrong=_few(wrong), unsure=_few(_cells(cells, pairs, columns, "unscored")))


def _cells(
    cells: Sequence[Sequence[Sequence[Verdict]]],
    pairs: Iterable[tuple[int, int]],
    columns: Sequence[str],
    kind: Verdict,
) -> list[str]:
    return [
        f"row {i + 1} {name}" for i, j in pairs for name, got in zip(columns, cells[i][j], strict=True) if got == kind
    ]


def _align(worth: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Pairs (i, j), both increasing, with the largest sum of worth; pairs worth 0 are left out."""
    rows, columns = len(worth), len(worth[0]) if worth else 0
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], worth[i][j] + best[i + 1][j + 1])
    pairs, i, j = [], 0, 0
    while i < rows and j < columns:
        if worth[i][j] and best[i][j] == worth[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def compare_json(truth: Any, answer: Any, path: str = "") -> str:
    """Where the answer first differs from the truth, "" if nowhere; key order and 1 for 1.0 make no difference."""
    if isinstance(truth, dict) and isinstance(answer, dict):
        keys = sorted({*truth, *answer})
        lacking = [key for key in keys if (key in truth) != (key in answer)]
        if lacking:
            return f"{path}.{lacking[0]} {'missing' if lacking[0] in truth else 'too many'}".lstrip(".")
        return _first(compare_json(truth[key], answer[key], f"{path}.{key}") for key in keys)
    if isinstance(truth, list) and isinstance(answer, list):
        if len(truth) != len(answer):
            return f"{path} has {len(answer)} items, not {len(truth)}".lstrip(". ")
        return _first(compare_json(t, a, f"{path}[{i}]") for i, (t, a) in enumerate(zip(truth, answer, strict=True)))
    return "" if _same_leaf(truth, answer) else path.lstrip(".") or "another value"


def _same_leaf(truth: Any, answer: Any) -> bool:
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (truth, answer))
    if numbers:
        return math.isclose(truth, answer, rel_tol=1e-9) if _finite(truth) and _finite(answer) else False
    return type(truth) is type(answer) and bool(truth == answer)


def _finite(value: float) -> bool:
    # A whole number beyond the range of floats is finite all the same; it is compared as it is.
    return isinstance(value, int) or math.isfinite(value)


def has_not_finite(value: Any) -> bool:
    """Whether the value contains a NaN or an infinity."""
    if isinstance(value, dict):
        return any(map(has_not_finite, value.values()))
    if isinstance(value, list):
        return any(map(has_not_finite, value))
    return isinstance(value, float) and not math.isfinite(value)


def _first(found: Iterable[str]) -> str:
    return next((where for where in found if where), "")


def _list(what: str, items: Sequence[Any]) -> str:
    if not items:
        return ""
    return f"{what} {_few([str(item)[:40] for item in items])}"


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
