"""Search for breaking points: send probes and evaluate the results while the budget lasts."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from harness.core.case import Case, Expect
from harness.core.reply import Judged
from harness.core.seed import Stream
from harness.core.verdict import BreakingPoint
from harness.diff.gate.breaking import PROBES, Probe, Result, calls_of, fails, find_breaking, result_of
from harness.generate.draw import PROBE, draw_probe, probe_encoder
from harness.generate.drawn import Drawn
from harness.run.setup.probeable import Probeable

AskProbes = Callable[[str, Sequence[Drawn]], Sequence[tuple[Case, Judged | None]]]


def answered_right(judged: Iterable[Judged], samples: Mapping[str, str], seed: int) -> list[str]:
    """Keys of the samples that were accepted and right every time they were sent clean, in an order from the seed.

    samples: key by the address of the clean case.
    """
    rows: dict[str, list[bool]] = {}
    for row in judged:
        if row.address in samples:
            rows.setdefault(samples[row.address], []).append(row.straight_through)
    keys = sorted(key for key, good in rows.items() if all(good))
    return [keys[i] for i in Stream(seed, PROBE, "samples").order(len(keys))]


def by_failures(ops: Sequence[Probeable], cases: Mapping[str, Case], judged: Iterable[Judged]) -> list[Probeable]:
    """The ops whose cases of the mix fail silently most often first, then those that fail, then by name.

    Ranked by share, not by count: an op in most recipes is involved in most failures. One passed case is added to each
    op, so that one failure of one case does not rank before nine of ten.
    """
    seen: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    for row in judged:
        if case := cases.get(row.address):
            hit, result = {step.op for step in case.plan.steps if step.severity}, result_of(case, row)
            seen.update(hit)
            failed.update(hit if result not in ("right", None) else ())
            silent.update(hit if result == "silent" else ())

    def share(of: Counter[str], name: str) -> float:
        return of[name] / (seen[name] + 1)

    return sorted(ops, key=lambda one: (-share(silent, one.op.name), -share(failed, one.op.name), one.op.name))


def find_all(ops: Sequence[Probeable], right: Sequence[str], budget: int, ask: AskProbes) -> list[BreakingPoint]:
    """The breaking point of each op while calls of `budget` are left; the others are `not probed`.

    A severity that passes is the control of a higher one that fails. Where none passed, the control is the same samples
    without the op, sent once in this phase: if they fail, too, the op is not to blame and counts as not probed.
    """
    found, left = [], budget
    clean_fail: bool | None = None
    for one in ops:
        spent, point = _search(one, right, min(left, calls_of(one.op.kind).most), ask)
        left -= spent
        if _lacks_control(one, point):
            if clean_fail is None and left >= PROBES:
                left -= PROBES
                clean_fail = _clean_fail(one, right, ask)
            point = replace(point, confirmed=point.confirmed and clean_fail is not None)
            point = BreakingPoint(op=point.op, severity=None, how="not probed") if clean_fail else point
        found.append(point)
    return found


def _lacks_control(one: Probeable, point: BreakingPoint) -> bool:
    """Whether no lower severity of the op passed."""
    return point.severity is not None and (one.op.kind == "binary" or point.severity == 1 or not point.confirmed)


def _clean_fail(one: Probeable, right: Sequence[str], ask: AskProbes) -> bool:
    """Whether samples fail without an op: severity 0 leaves them as they are."""
    turns = (divmod(k, len(right)) for k in range(PROBES))
    clean = [Probe(op=one.op.name, severity=0, base=right[base], base_index=base, noise=n) for n, base in turns]
    return fails([_result(case, row) for case, row in ask(one.op.name, [draw(probe, "answer") for probe in clean])])


def _search(one: Probeable, right: Sequence[str], budget: int, ask: AskProbes) -> tuple[int, BreakingPoint]:
    search = find_breaking(one.op.name, one.op.kind, right, budget)
    spent = 0
    try:
        probes = next(search)
        while True:
            spent += len(probes)
            asked = ask(one.op.name, [draw(probe, one.expect) for probe in probes])
            probes = search.send([_result(case, row) for case, row in asked])
    except StopIteration as stop:
        return spent, stop.value


def draw(probe: Probe, expect: Expect) -> Drawn:
    """The case of a probe."""
    return draw_probe(probe.op, probe.severity, probe.base, probe.noise, probe_encoder(probe.op), expect)


def _result(case: Case, row: Judged | None) -> Result:
    """None if the probe shows nothing: it could not be sent, or it changed nothing at this severity."""
    return result_of(case, row) if row is not None else None
