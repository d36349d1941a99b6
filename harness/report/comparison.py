"""The screen of `harness diff`: the answer, each slice before and after, which cases changed, and the rest."""

from collections.abc import Iterator, Mapping, Sequence

from harness.core.regression.baseline import Change, Repeat
from harness.core.regression.comparison import (
    CaseChange,
    Comparison,
    Errors,
    FieldChange,
    LatencyChange,
    SilentRise,
    SliceDrop,
)
from harness.core.verdict import Estimate
from harness.report.terminal import answer_lines, cause_lines
from harness.report.words import percent, printable

MAX_CASES = 10
"""Maximum number of cases on the screen; `--json` lists all."""

WORDS: Mapping[Change, str] = {
    "same": "same",
    "improved": "improved",
    "regressed": "regressed",
    "newly_failing": "newly failing",
    "newly_silent": "newly silent",
    "newly_passing": "newly passing",
    "newly_handed_over": "newly handed over",
    "flaky": "flaky",
    "unanswered": "without an answer on a side",
    "missing": "missing",
    "new": "new",
}


def comparison_screen(found: Comparison) -> str:
    """The whole screen as plain text."""
    difference = found.difference
    moved = [case for case in difference.cases if case.change != "new"]
    total = sum(count for change, count in difference.changes.items() if change not in ("same", "new"))
    lines = [
        *answer_lines(found.verdict),
        f"before  {found.before}",
        f"after   {found.after}",
        "",
        *_slices(difference.slices),
        "",
        "cases     " + ", ".join(f"{count} {WORDS[change]}" for change, count in difference.changes.items()),
        *(_moved(case) for case in moved[:MAX_CASES]),
        *([f"  and {total - MAX_CASES} more: --json"] if total > MAX_CASES else []),
        "",
        *_fields(difference.fields),
        *_latencies(difference.latency),
        f"errors    {_errors(difference.errors[0])} -> {_errors(difference.errors[1])}, not counted as quality",
        "",
        *cause_lines(found.verdict.reasons, verbose=True),
    ]
    return printable("\n".join(lines).rstrip() + "\n")


def _slices(slices: Sequence[SliceDrop]) -> Iterator[str]:
    width = max([len("slice"), *(len(one.slice) for one in slices)]) + 2
    yield f"{'slice':<{width}}{'before':>9}{'after':>9}   {'drop, points':<28}{'q':<9}cases"
    for one in slices:
        beside = "" if one.critical else "   (not critical, does not block)"
        yield f"{one.slice:<{width}}{_sides(one, one.drop)}{beside}"
    if any(one.silent for one in slices):
        yield f"{'slice':<{width}}{'before':>9}{'after':>9}   {'rise of silent errors':<28}{'q':<9}cases"
    for one in slices:
        if one.silent:
            yield f"{one.slice:<{width}}{_sides(one.silent, one.silent.rise)}"


def _sides(one: SliceDrop | SilentRise, change: Estimate) -> str:
    """The shares on both sides, their difference with its interval, its significance and the cases."""
    span = "not measured" if change.value is None else f"{100 * change.value:.1f}"
    if change.value is not None and change.high - change.low > 1e-9:
        span += f" ({100 * change.low:.1f} to {100 * change.high:.1f})"
    q = "-" if one.q is None else f"{one.q:.2g}"
    return f"{percent(one.before):>9}{percent(one.after):>9}   {span:<28}{q:<9}{change.n}"


def _moved(case: CaseChange) -> str:
    before, after = (_did(side) for side in (case.before, case.after))
    return f"  {WORDS[case.change]:<18}{case.address}   {before} -> {after}"


def _did(repeats: Sequence[Repeat]) -> str:
    """The result of one case, each different repeat once: "accepted wrong (total)"."""
    answers = dict.fromkeys(_one(repeat) for repeat in repeats)
    return " and ".join(answers) or "not sent"


def _one(repeat: Repeat) -> str:
    wrong = [name for name, verdict in repeat.fields.items() if verdict == "wrong"]
    judged = f" {repeat.judgement}" if repeat.judgement != "unscored" else ""
    return f"{repeat.disposition}{judged}" + (f" ({', '.join(wrong)})" if wrong else "")


def _fields(fields: Sequence[FieldChange]) -> Iterator[str]:
    """The fields that changed."""
    moved = [one for one in fields if one.fell or one.rose]
    if not moved:
        return
    width = max(len("field"), *(len(one.name) for one in moved)) + 2
    yield f"{'field':<{width}}{'before':>9}{'after':>9}   {'cases that fell':<18}{'rose':<7}differs between repeats"
    for one in moved[:MAX_CASES]:
        noise = "not repeated" if one.noise is None else percent(one.noise)
        fell = f"{one.fell} of {one.cases}"
        yield f"{one.name:<{width}}{percent(one.before):>9}{percent(one.after):>9}   {fell:<18}{one.rose:<7}{noise}"
    yield ""


def _latencies(latency: Sequence[LatencyChange]) -> Iterator[str]:
    label = "latency"
    for one in latency:
        (old, new), (old_tail, new_tail) = one.median, one.p95
        medians, tails = f"{_ms(old)} -> {_ms(new)}", f"{_ms(old_tail)} -> {_ms(new_tail)}"
        yield f"{label:<10}{one.slice}: median {medians}, 95th percentile {tails}"
        label = ""


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"


def _errors(side: Errors) -> str:
    causes = ", ".join(f"{cause} {count}" for cause, count in side.causes.items())
    return f"{sum(side.causes.values())} of {side.replies} replies" + (f" ({causes})" if causes else "")
