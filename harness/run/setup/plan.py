"""How the budget is planned: cases against repeats before a run, and how many calls would decide after it."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from harness.core.decide import judge_line, more_cases
from harness.core.settings import Settings
from harness.core.verdict import Criterion, Finding
from harness.diff.gate.rates import PILOT
from harness.diff.regression.drop_power import MAX_REPEATS, planned, repeats_for
from harness.run.baseline.status import BaselineStatus
from harness.run.setup.budget import TWICE, Allotment

MAX_CALLS = 100_000
"""Beyond, a larger budget is no advice that anybody can follow."""

Allot = Callable[[int], Allotment]
"""How so many calls would be spent."""


def wished_repeats(settings: Settings, held: BaselineStatus | None, most: int) -> int:
    """How often each pilot sample should be sent: as asked, else as the baseline's unsteadiness calls for.

    most: what a quarter of the calls holds.
    """
    if settings.budget.repeats or held is None or held.flaws:
        return settings.budget.repeats or TWICE
    pilot = [planned(case, 1) for case in held.baseline.cases if case.pack == PILOT]
    return repeats_for(pilot, most, settings.gate.regress)


def tell_plan(settings: Settings, held: BaselineStatus | None, allotment: Allotment, samples: int) -> str:
    """Cases against repeats: what was chosen and why, in one sentence; "" where nothing was chosen."""
    parts = []
    if allotment.packs:
        parts.append("each case of a pack once, since other cases tell more than the same again")
    if samples > allotment.pilot:
        return "; ".join([*parts, f"{allotment.pilot} of the {samples} pilot samples once, as a quarter of the calls"])
    times = allotment.repeats
    pilot = f"each of the {samples} pilot samples {_times(times)}"
    asked = settings.budget.repeats
    if asked and times < asked:
        pilot += f" ([budget] repeats asks for {asked}; a quarter of the calls holds no more)"
    elif not asked and times > TWICE and held is not None:
        unsteady = sum(len(set(case.known())) > 1 for case in held.baseline.cases if case.pack == PILOT)
        pilot += f", since {unsteady} of them were unsteady in the baseline and twice could not show that none fell"
    return "; ".join([*parts, pilot])


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def most_repeats(calls: int, samples: int) -> int:
    """How many repeats of the pilot a quarter of the calls holds."""
    return max(1, min(MAX_REPEATS, calls // 4 // samples)) if samples else 1


def more_calls(lines: Sequence[Criterion], packs: Mapping[str, int], calls: int, allot: Allot) -> tuple[Finding, ...]:
    """What budget would decide the undecided lines that more cases decide, if the rates stay what they are.

    packs: cases planned now, by pack. calls: the budget now. allot: how another budget would be spent.
    """
    open_ = [(line, more) for line in lines if judge_line(line) == "undecided" and (more := _cases(line)) is not None]
    needed = [(line, _budget(line, more, packs, calls, allot)) for line, more in open_]
    reached = [(line, budget) for line, budget in needed if budget is not None]
    if not reached:
        return ()
    budget = _rounded(max(budget for _, budget in reached))
    named = _listed(_named(line) for line, _ in reached)
    text = f"about {budget} calls instead of {calls} would decide: {named}"
    if any(line.name == "regress" for line, _ in reached):
        text += "; a drop against the baseline only once the baseline has as many: promote such a run first"
    return (Finding(kind="more_calls", text=text, count=budget, show=f"harness check ... --calls {budget}"),)


def _cases(line: Criterion) -> int | None:
    return more_cases(line) if line.unit == "share" else None


def _budget(line: Criterion, more: int, packs: Mapping[str, int], calls: int, allot: Allot) -> int | None:
    """The smallest budget, to a fiftieth, that gives the line's cases; None beyond what is any use."""
    if line.slice and line.slice not in packs:
        wanted = {name: count * (line.estimate.n + more) / line.estimate.n for name, count in packs.items()}
    elif line.slice:
        wanted = {line.slice: packs[line.slice] + more}
    else:
        factor = (line.estimate.n + more) / max(1, line.estimate.n)
        wanted = {name: count * factor for name, count in packs.items() if name != PILOT}
    budget = float(calls)
    while budget <= MAX_CALLS:
        budget *= 1.02
        got = allot(int(budget))
        given = {PILOT: got.pilot, **got.packs}
        if all(given.get(name, 0) >= count for name, count in wanted.items() if name != PILOT or line.slice == PILOT):
            return int(budget)
    return None


def _named(line: Criterion) -> str:
    return f"{line.name} in {line.slice}" if line.slice else line.name


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _rounded(count: int) -> int:
    step: int = 10 ** max(0, len(str(count)) - 2)
    return -(-count // step) * step
