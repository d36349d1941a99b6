"""The only place that says go, no-go or undecided."""

import math
from collections.abc import Sequence
from statistics import NormalDist

from harness.core.statistics.shares import share_bounds
from harness.core.verdict import EXIT_CODES, Criterion, Decision, Estimate, Headline, Reason, Verdict

FORMAT = 1
TOLERANCE = 1e-9
"""Rounding of floats; two figures nearer than that are the same figure."""

MAX_CASES = 1_000_000
"""A line that would need more cases than this is not decided by more cases."""

NAMES = {
    "straight_through": "straight-through",
    "silent_errors": "silent errors",
    "silent_errors_pack": "silent errors",
    "gap": "pilot-to-production gap",
    "errors": "errors on good input",
    "regress": "drop against the baseline",
    "unknown": "share of the mix that nobody described",
    "samples": "pilot samples",
    "upstream": "silent errors under upstream faults",
    "p95": "95th percentile of the latency",
    "concurrency": "answers that change in company",
    "state": "answers that depend on what was asked before",
    "round_trip": "values that come back otherwise than they were sent",
    "unanswerable": "inputs with nothing to answer that were filled in",
}
_OVER_THE_MIX = ("straight_through", "silent_errors", "errors")
_DIFFERENCES = ("gap", "regress")


def decide(lines: Sequence[Criterion], headline: Headline, problems: Sequence[str] = ()) -> Verdict:
    """The verdict on a run: no-go if a line is, go if every line is, else undecided.

    `problems` says why the run itself cannot be trusted, one sentence each; such a run decides nothing, whatever its
    lines show, and they are listed all the same. A run without a line has shown nothing and is not valid either.
    """
    said = tuple(problems) if lines else (*problems, "no gate line was judged")
    judged = [(line, judge_line(line)) for line in lines]
    answers = {answer for _, answer in judged}
    verdict: Decision = "undecided" if said else _joined(answers)
    short = [pair for pair in judged if pair[1] != "go"]
    return Verdict(
        format=FORMAT,
        verdict=verdict,
        exit_code=EXIT_CODES[verdict],
        valid=not said,
        problems=said,
        headline=headline,
        reasons=tuple(_reason(line, answer) for line, answer in sorted(short, key=_worst_first)),
    )


def _joined(answers: set[Decision]) -> Decision:
    if "no-go" in answers:
        return "no-go"
    return "undecided" if "undecided" in answers else "go"


def judge_line(line: Criterion) -> Decision:
    """What one line says: beyond its limit with its whole interval, inside with its whole interval, or undecided.

    Too few cases are missing evidence, never evidence against the service: such a line is undecided at worst. A line
    that is a test is beyond its limit when the value is and the test rejects (docs/decisions/0019).
    """
    estimate, limit = line.estimate, line.limit
    if estimate.value is None:
        return "undecided"
    inside = estimate.low >= limit - TOLERANCE if line.at_least else estimate.high <= limit + TOLERANCE
    if inside:
        return "go" if line.complete else "undecided"
    return "no-go" if _beyond(line) and line.unit != "cases" else "undecided"


def _beyond(line: Criterion) -> bool:
    """Whether the whole interval is beyond the limit; of a test, the value, with enough evidence of any change."""
    estimate, limit = line.estimate, line.limit
    if line.q is not None:
        return line.q <= line.alpha and estimate.value is not None and estimate.value > limit + TOLERANCE
    return estimate.high < limit - TOLERANCE if line.at_least else estimate.low > limit + TOLERANCE


def _worst_first(pair: tuple[Criterion, Decision]) -> tuple[bool, float]:
    return pair[1] != "no-go", -_excess(pair[0])


def _excess(line: Criterion) -> float:
    """How far the value is on the wrong side, in limits.

    A line without a value is the worst of its kind, but a robustness test that was not asked the least of all.
    """
    value = line.estimate.value
    if value is None:
        return -math.inf if line.says else math.inf
    beyond = line.limit - value if line.at_least else value - line.limit
    return beyond / max(abs(line.limit), TOLERANCE)


def _reason(line: Criterion, answer: Decision) -> Reason:
    more = more_cases(line) if answer == "undecided" else None
    return Reason(
        line=line.name,
        verdict=answer,
        first_line=_writable(first_line(line, answer, more)),
        value=line.estimate.value,
        low=line.estimate.low,
        high=line.estimate.high,
        limit=line.limit,
        slice=line.slice,
        more_cases=more,
        cases=line.worst,
        show=line.show,
        cause=_writable(line.cause),
    )


def _writable(text: str) -> str:
    """The text without halves of pairs, which a reply may hold and no file takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def more_cases(line: Criterion) -> int | None:
    """About how many more cases decide the line if the rate stays what it is; None when no number does."""
    estimate, value = line.estimate, line.estimate.value
    if value is None or not line.scalable or abs(value - line.limit) <= TOLERANCE:
        return None
    if line.unit == "cases":
        return math.ceil(line.limit - value)
    needed = estimate.n * _multiple(line, value)
    return max(1, math.floor(needed - estimate.n) + 1) if needed - estimate.n <= MAX_CASES else None


def _multiple(line: Criterion, value: float) -> float:
    """By what factor the cases must grow until the bound between the value and the limit's far side is at the limit.

    A difference, or a time, narrows with the square root of its cases. A share over a mix is taken as one share of as
    many cases as would give it the same bound, and so is a difference to which no case contributes: its bound is that
    of a share of none. A test on the far side of its limit has to reject: its q, as a point of the normal distribution,
    grows with the square root too.
    """
    side = int(value < line.limit)
    if line.q is not None and not side:
        return (NormalDist().inv_cdf(line.alpha) / NormalDist().inv_cdf(line.q)) ** 2 if 0 < line.q < 0.5 else math.inf
    bound = line.estimate.high if side else line.estimate.low
    if line.unit != "share" or (line.name in _DIFFERENCES and not _none_moved(line.estimate)):
        return ((bound - value) / (line.limit - value)) ** 2
    if not (0.0 < bound < 1.0 and 0.0 < line.limit < 1.0):
        return math.inf
    target = line.limit - math.copysign(2 * TOLERANCE, line.limit - value)
    return _cases_for(value, target, side) / _cases_for(value, bound, side)


def _none_moved(estimate: Estimate) -> bool:
    """Whether a difference has the bounds that no loss and no gain in its cases leave."""
    none = share_bounds(0, estimate.n)[1]
    return estimate.value == 0 and abs(estimate.high - none) <= TOLERANCE and abs(estimate.low + none) <= TOLERANCE


def _cases_for(value: float, target: float, side: int) -> float:
    """How many cases with the share `value` have their low (0) or high (1) bound at `target`."""
    few, many = 1e-6, 10.0 * MAX_CASES
    for _ in range(50):
        middle = math.sqrt(few * many)
        bound = share_bounds(value * middle, middle)[side]
        wide = bound > target if side else bound < target
        few, many = (middle, many) if wide else (few, middle)
    return many


def first_line(line: Criterion, answer: Decision, more: int | None = None) -> str:
    """The sentence for a tired person: what, how much, how sure, against which limit; writers put the answer first."""
    if line.says:
        return f"{line.says}; {line.note}" if line.note else line.says
    where = f" in {line.slice}" if line.slice else " over the mix" if line.name in _OVER_THE_MIX else ""
    subject = NAMES.get(line.name, line.name.replace("_", " ")) + where
    limit = f"{'needs' if line.at_least else 'limit'} {_limit(line)}"
    end = _more(line, more) if answer == "undecided" else ""
    return f"{subject}: {_figure(line, answer)}, {limit}{end}" + (f"; {line.note}" if line.note else "")


def _figure(line: Criterion, answer: Decision) -> str:
    estimate, value = line.estimate, line.estimate.value
    if value is None:
        return "not measured"
    high = value < line.limit if answer == "undecided" else line.at_least
    bound = estimate.high if high else estimate.low
    text, bound_text = _quantity(line, value), _quantity(line, bound)
    if text == bound_text or line.unit == "cases":
        return text
    if answer == "undecided":
        return f"{text}, could be as {'high' if high else 'low'} as {bound_text}"
    return f"{text} (at {'most' if high else 'least'} {bound_text})"


def _quantity(line: Criterion, value: float) -> str:
    """`value` in the line's unit, with as many digits as keep it apart from the limit."""
    if line.unit == "cases":
        return f"{value:g}"
    factor, unit, digits = (100.0, "%", 1) if line.unit == "share" else (1.0, "s", 2)
    while digits < 6 and value != line.limit and round(value * factor, digits) == round(line.limit * factor, digits):
        digits += 1
    return f"{round(value * factor, digits) + 0.0:.{digits}f} {unit}"


def _limit(line: Criterion) -> str:
    factor, unit = {"share": (100.0, " %"), "cases": (1.0, ""), "seconds": (1.0, " s")}[line.unit]
    return f"{line.limit * factor:g}{unit}"


def _more(line: Criterion, more: int | None) -> str:
    if more is None:
        return ""
    if line.unit == "cases":
        return f"; {more} more would decide"
    step = 10 ** max(0, len(str(more)) - 2)
    about = -(-more // step) * step
    return f"; about {about} more case{'' if about == 1 else 's'} would decide"
