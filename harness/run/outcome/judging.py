"""Replies become judgements, rates, findings and the verdict; derived from the evidence at any time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.core.case import Case
from harness.core.decide import decide, judge_line
from harness.core.reply import Judged, Outcome, Reply
from harness.core.robustness import NOTES, RobustnessResult, in_batch
from harness.core.settings import Settings
from harness.core.verdict import BreakingPoint, Criterion, Finding, Verdict
from harness.diff.explain.causes import with_causes
from harness.diff.explain.findings import findings
from harness.diff.explain.unsteady import without_second
from harness.diff.gate.criteria import RunContext, gate_lines, headline, listed_lines
from harness.diff.gate.rates import PILOT, Rates, measure
from harness.diff.scoring.field_types import FieldType
from harness.diff.scoring.judge import ANSWERED, judge_reply
from harness.replay.pace import parse_seconds
from harness.replay.reading import AnswerPaths, read_outcome
from harness.replay.rows import read_row
from harness.run.baseline.results import results_of
from harness.run.baseline.status import BaselineStatus, ReferenceRun, against, against_other
from harness.store.files import case_line
from harness.store.folder import RunFolder

LATE = 0.05
"""Seconds at the 99th percentile between due and sent; beyond, the generator was the bottleneck, not the target."""


NO_ROBUSTNESS = RobustnessResult()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Everything that turns a reply into a judged row. types: one a field that the reply carries."""

    settings: Settings
    paths: AnswerPaths
    types: Mapping[str, FieldType]
    folder: RunFolder

    def outcome(self, reply: Reply) -> Outcome:
        """What the service did and answered."""
        read = read_row if in_batch(reply.address) else read_outcome
        return read(reply, self.folder.body(reply), self.paths, self.settings.target)

    def judge(self, cases: Mapping[str, Case]) -> list[Judged]:
        """Every stored reply of `cases`, judged, in the order of their addresses and repeats."""
        replies = [reply for _, reply in sorted(self.folder.replies.items()) if reply.address in cases]
        outcomes = {(reply.address, reply.repeat): self.outcome(reply) for reply in replies}
        answered = next((o for (a, _), o in outcomes.items() if _is_pilot(a) and o.disposition in ANSWERED), None)
        rows = []
        for reply in replies:
            case = cases[reply.address]
            # A made base has no clean twin of its own: that the service answers at all is known from the pilot.
            twin = outcomes.get((case.twin, 0)) if case.twin else answered
            rows.append(judge_reply(case, outcomes[(reply.address, reply.repeat)], self.types, twin, reply))
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What a run comes to. lines: every gate line, those that are go too."""

    verdict: Verdict
    lines: tuple[Criterion, ...]
    findings: tuple[Finding, ...]
    rates: Rates


def conclude(
    judge: Judge,
    cases: Mapping[str, Case],
    judged: Sequence[Judged],
    breaking_points: Sequence[BreakingPoint],
    about: RunContext,
    problems: Sequence[str],
    held: BaselineStatus | ReferenceRun | None = None,
    robustness: RobustnessResult = NO_ROBUSTNESS,
) -> Conclusion:
    """Rates, lines and findings of the mix, and the one verdict over them.

    held: what it is held against. robustness: what was asked besides the packs.
    """
    gate, mix = judge.settings.gate, judge.settings.mix
    evidence, rates = measure(cases, judged, mix, pilot_complete=about.pilot_complete)
    listed = listed_lines(evidence, rates, gate, mix, about)
    of_mix = [_with_breaking(line, cases, breaking_points) for line in gate_lines(evidence, rates, gate, mix, about)]
    regress, on_baseline = _against(held, judge.settings, cases, judged, about)
    can_hand_over = bool(judge.paths.hand_over or judge.paths.confidence)
    found = findings(
        evidence,
        rates,
        gate,
        can_hand_over=can_hand_over,
        run=about.run,
        listed=listed,
        moments={key: reply.due for key, reply in judge.folder.replies.items()},
        unsteady=_unsteady(robustness),
    )
    lines = with_causes([*of_mix, *robustness.lines, *regress], evidence, judged, cases, judge.types)
    return Conclusion(
        verdict=decide(lines, headline(rates, breaking_points, about.samples), problems),
        lines=lines,
        findings=(
            *on_baseline,
            *without_second([one for one in robustness.findings if one.kind not in NOTES], found),
            *found,
            *(one for one in robustness.findings if one.kind in NOTES),
        ),
        rates=rates,
    )


def _unsteady(robustness: RobustnessResult) -> bool:
    """Whether a robustness test has told already that answers change by themselves, or has found what changes them."""
    blamed = any(judge_line(line) != "go" for line in robustness.lines if line.name in ("concurrency", "state"))
    return blamed or any(finding.kind == "noise" for finding in robustness.findings)


def _against(
    held: BaselineStatus | ReferenceRun | None,
    settings: Settings,
    cases: Mapping[str, Case],
    judged: Sequence[Judged],
    about: RunContext,
) -> tuple[tuple[Criterion, ...], tuple[Finding, ...]]:
    """The lines against the baseline or the other service, and what is told of it."""
    if held is None:
        return (), ()
    sent = map(case_line, cases.values())
    after = results_of(sent, judged, settings, about.run, complete=about.pilot_complete)
    if isinstance(held, ReferenceRun):
        lines, told = against_other(held, after, settings, about)
    else:
        lines, told = against(held, after, settings, about)
    return lines, told


def _with_breaking(line: Criterion, cases: Mapping[str, Case], found: Sequence[BreakingPoint]) -> Criterion:
    """A pack's line of silent errors with the op of that pack that makes them first, for who has to mend it."""
    if line.name != "silent_errors_pack":
        return line
    ops = {step.op for case in cases.values() if case.pack == line.slice for step in case.plan.steps}
    breaks = [point for point in found if point.op in ops and point.severity is not None and point.how == "silent"]
    if not breaks:
        return line
    first = min(breaks, key=lambda point: (point.severity, -point.low))
    told = f"{first.op} breaks it from severity {first.severity} (silent)"
    return replace(line, note=f"{line.note}; {told}" if line.note else told)


def circumstances(
    settings: Settings, replies: Iterable[Reply], *, run: str, samples: int, untimed: str, pilot_complete: bool
) -> RunContext:
    """What the lines need to know beside the rates. untimed: why latency cannot be judged, as far as is known."""
    lags = sorted(reply.sent - reply.due for reply in replies)
    if not untimed and lags and lags[int(0.99 * (len(lags) - 1))] > LATE:
        untimed = "the generator fell behind its schedule"
    return RunContext(
        run=run,
        samples=samples,
        deadline=parse_seconds(settings.target.deadline),
        untimed=untimed,
        pilot_complete=pilot_complete,
    )


def _is_pilot(address: str) -> bool:
    return address.startswith(f"{PILOT}/")
