"""Criteria in words and in columns: the value, its interval, its limit and its counts."""

from collections.abc import Mapping

from harness.core.verdict import CriterionResult
from harness.report.findings.registry import Words
from harness.report.words import criterion_name

OVER_THE_MIX = ("straight_through", "silent_errors", "silent_errors_other", "gap", "errors")
"""Criteria whose value is weighted by the shares of the mix."""

POINTS = ("gap", "regress")
"""Criteria whose value is a difference of shares."""

STATUS: Mapping[str, str] = {"passed": "passed", "failed": "FAILED", "undecided": "UNDECIDED"}

BY_TEST = ("coverage", "concurrency", "state", "round_trip", "unanswerable", "effects", "expected")
"""Criteria decided by a test; they have no interval to show."""

IN_MS = 0.1
"""Limit in seconds below which a time of less than a second is shown in milliseconds."""

ROUNDED = 1e-6
"""Tolerance for rounding errors: a count this close to a whole number is a whole number."""


def name_of(result: CriterionResult) -> str:
    """As "silent errors in scanned_faxes"."""
    return criterion_name(result.criterion, result.slice)


def measured(result: CriterionResult) -> str:
    """The value with its unit, with enough digits to differ from the limit; "-" if nothing was measured."""
    return "-" if result.value is None else _quantity(result, result.value)


def interval(result: CriterionResult) -> str:
    """The 90 % interval in the unit of the value; "-" if there is none."""
    if result.value is None or result.high - result.low < ROUNDED or result.criterion in BY_TEST:
        return "-"
    factor = _scale(result)[0]
    between = "to" if result.low < 0 else "-"
    return f"{factor * result.low:.1f} {between} {factor * result.high:.1f}"


def limit(result: CriterionResult) -> str:
    """As "<= 2 %" or ">= 70 %"; "-" for the question who looks at an answer."""
    if result.criterion == "hand_over":
        return "-"
    return f"{'>=' if result.at_least else '<='} {result.limit * _scale(result)[0]:g}{_scale(result)[1]}"


def _scale(result: CriterionResult) -> tuple[float, str]:
    """The factor and the unit in which the criterion is shown."""
    if result.unit == "seconds" and result.limit < IN_MS and (result.value or 0.0) < 1.0:
        return 1000.0, " ms"
    if result.criterion in POINTS:
        return 100.0, " pts"
    return {"share": (100.0, " %"), "cases": (1.0, ""), "seconds": (1.0, " s"), "per_second": (1.0, "/s")}[result.unit]


def counts(result: CriterionResult) -> str:
    """Numerator and denominator of a plain rate; for a weighted rate, the word and the number of cases."""
    if result.value is None:
        return "not written" if result.criterion == "hand_over" else "not measured"
    if result.unit != "share" or not result.n or result.criterion == "unknown":
        return ""
    if result.criterion in OVER_THE_MIX and not result.per_request:
        if result.hits is None or result.criterion in POINTS:
            return f"weighted, n {result.n}"
        return f"weighted {round(result.hits, 1):g}/{result.n}"
    if result.finding and result.finding.count and result.criterion not in ("regress", "effects"):
        return f"{result.finding.count.hits} of {result.finding.count.n}"
    if result.criterion in POINTS:
        return f"n {result.n}"
    hits = result.value * result.n if result.hits is None else result.hits
    return f"{round(hits, 1):g} of {result.n}"


def words_of(result: CriterionResult) -> Words:
    """A criterion without a finding in words: value, interval, limit, and what would decide it."""
    name = name_of(result)
    if result.value is None:
        return Words(f"Not measured: {name}")
    figure = f"{measured(result)}, limit {limit(result)[3:]}"
    if result.status == "undecided":
        headline = f"Not enough evidence: {name} {figure}"
    else:
        headline = f"{name[:1].upper()}{name[1:]}: {figure}"
    evidence = [_interval_line(result)] if interval(result) != "-" else []
    return Words(headline, tuple(evidence), tuple(_what_decides(result)))


def _interval_line(result: CriterionResult) -> str:
    counted = counts(result)
    return f"90 % interval {interval(result)}{_scale(result)[1]}" + (f"; {counted}" if counted else "")


def _what_decides(result: CriterionResult) -> list[str]:
    if result.more_cases is None:
        return []
    if result.unit == "cases":
        return [f"{result.more_cases} more would decide this."]
    step = 10 ** max(0, len(str(result.more_cases)) - 2)
    about = -(-result.more_cases // step) * step
    return [f"About {about} more case{'' if about == 1 else 's'} would decide this."]


def _quantity(result: CriterionResult, value: float) -> str:
    if result.unit == "cases":
        return f"{value:g}"
    (factor, unit), digits = _scale(result), 2 if result.unit in ("seconds", "per_second") else 1
    while (
        digits < 6 and value != result.limit and round(value * factor, digits) == round(result.limit * factor, digits)
    ):
        digits += 1
    return f"{round(value * factor, digits) + 0.0:.{digits}f}{unit}"
