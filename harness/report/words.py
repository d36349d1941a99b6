"""How figures are written in all reports."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line imports this module for its help, which needs no verdict
    from harness.core.verdict import BreakingPoint, Estimate, Verdict


CRITERIA: Mapping[str, str] = {
    "straight_through": "straight-through (answerable cases)",
    "silent_errors": "silent errors (answerable cases)",
    "silent_errors_other": "silent errors (other cases)",
    "silent_errors_pack": "silent errors",
    "hand_over": "confidence threshold for hand-over",
    "gap": "pilot-to-production gap",
    "errors": "errors on good input",
    "regress": "regression",
    "unknown": "undescribed traffic",
    "samples": "pilot samples",
    "upstream": "silent errors under faults",
    "expected": "unexpected conduct under faults",
    "effects": "wrong or repeated writes",
    "invalid_replies": "invalid JSON replies",
    "rate": "sustained rate",
    "limit": "rate that the service holds",
    "p95": "latency, 95th percentile",
    "coverage": "changes of single fields",
    "concurrency": "concurrency",
    "state": "dependence on earlier requests",
    "round_trip": "round trip of values",
    "unanswerable": "unanswerable inputs",
}
"""The name of each criterion."""


def heading(verdict: "Verdict") -> str:
    """The verdict in one line, as "NO-GO   2 criteria failed, 1 undecided, 9 passed"."""
    failed = sum(reason.status == "failed" for reason in verdict.reasons)
    undecided = len(verdict.reasons) - failed
    parts = [f"{count(failed, 'criterion', 'criteria')} failed"] if failed else []
    parts += [f"{undecided} undecided"] if undecided or failed else []
    parts += [f"{len(verdict.passed)} passed"]
    if verdict.verdict == "go":
        parts = [f"all {len(verdict.passed)} criteria passed"]
    return f"{verdict.verdict.upper()}   {', '.join(parts)}"


def criterion_name(criterion: str, slice_: str) -> str:
    """As "silent errors in scanned_faxes"."""
    name = CRITERIA.get(criterion, criterion.replace("_", " "))
    if not slice_:
        return name
    between = {"upstream": "of", "expected": "of", "effects": "to"}.get(criterion, "in")
    return f"{name} {between} {slice_}"


def count(n: int, noun: str, many: str = "") -> str:
    """As "1 line", "2 lines". many: the plural if it is not the noun with an s."""
    return f"{n} {noun if n == 1 else many or f'{noun}s'}"


WIDTH = 29
"""Columns of the left-hand side of the screen."""


def percent(value: float | None, digits: int = 1) -> str:
    """A share as "18.4 %"; "-" if nothing was measured."""
    return "-" if value is None else f"{100 * value:.{digits}f} %"


def points(value: float | None) -> str:
    """A difference of shares as "12.3 points"."""
    return "-" if value is None else f"{100 * value:.1f} points"


def span(estimate: "Estimate") -> str:
    """The two one-sided 95 % bounds; empty if they are equal."""
    if estimate.value is None:
        return "not measured"
    if estimate.high - estimate.low < 1e-9:
        return ""
    return f"{100 * estimate.low:.1f} to {100 * estimate.high:.1f}"


def broken(point: "BreakingPoint") -> str:
    """One breaking point as "fax.line_loss from 4 (silent)"."""
    if point.how == "not probed":
        return f"{point.op} not probed"
    if point.severity is None:
        return f"{point.op} holds up to 10"
    words = {"silent": "silent", "handed_over": "handed over", "rejected": "refused", "error": "error"}
    return f"{point.op} from {point.severity} ({words.get(point.how, point.how)})"


def duration(seconds: float) -> str:
    """As "48 s", "3 min" or "1.5 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def printable(text: str) -> str:
    """The text without control characters: an answer may contain escape sequences for the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def visible(text: str) -> str:
    r"""The text on one line; invisible characters and those that change the direction of text are shown as code points.

    >>> visible("total\u202e5")
    'total[U+202E]5'
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(c: str) -> str:
    if c.isprintable():
        return c
    return "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}" if c == "\n" else f"[U+{ord(c):04X}]"


def row(label: str, figure: str, beside: str) -> str:
    """One figure of the screen."""
    return f"{label:<{WIDTH}}{figure:<38}{beside}".rstrip()
