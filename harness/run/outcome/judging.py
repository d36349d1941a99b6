"""Turn replies into judgements, rates, findings and the verdict. All can be derived again from the run folder."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.core.case import Case
from harness.core.decide import decide, status_of
from harness.core.finding import Circumstance, Finding, Where
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged, Reply
from harness.core.robustness import RobustnessResult
from harness.core.settings import Settings
from harness.core.verdict import BreakingPoint, Criterion, Verdict
from harness.diff.explain.causes import with_causes
from harness.diff.explain.clean_papers import paper_findings
from harness.diff.explain.findings import findings
from harness.diff.explain.unsteady import without_second
from harness.diff.gate.criteria import gate_criteria, headline, listed_criteria
from harness.diff.gate.rates import Rates, measure
from harness.diff.gate.worst import RunContext
from harness.replay.pace import parse_seconds
from harness.run.baseline.results import results_of
from harness.run.baseline.status import BaselineStatus, ReferenceRun, against, against_other
from harness.run.outcome.judge import Judge
from harness.run.outcome.threshold import handed_over, undecided_between, with_usual_threshold
from harness.store.files import case_line

LATE = 0.05
"""Maximum send lag p99, in seconds. Beyond it the generator was the bottleneck, not the target."""

NO_ROBUSTNESS = RobustnessResult()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """The results of a run. criteria: every criterion, also those that passed."""

    verdict: Verdict
    criteria: tuple[Criterion, ...]
    findings: tuple[Finding, ...]
    rates: Rates


def conclude(
    judge: Judge,
    cases: Mapping[str, Case],
    judged: Sequence[Judged],
    breaking_points: Sequence[BreakingPoint],
    about: RunContext,
    problems: Sequence[str],
    compared_with: BaselineStatus | ReferenceRun | None = None,
    robustness: RobustnessResult = NO_ROBUSTNESS,
) -> Conclusion:
    """Rates, criteria and findings of the mix, and the verdict over them.

    compared_with: what the run is compared with. robustness: what the robustness tests found. If it is not known from
    which confidence on nobody looks at an answer, the verdict is the one that holds either way, or it is undecided.
    """

    def with_judge(judge: Judge, rows: Sequence[Judged], tested: RobustnessResult) -> Conclusion:
        return _conclude(judge, cases, rows, breaking_points, about, problems, compared_with, tested)

    end = with_judge(judge, judged, robustness)
    target = with_usual_threshold(judge.settings.target, judge.paths)
    if target is None or problems:
        return end
    careful = replace(judge, settings=replace(judge.settings, target=target))
    rows = careful.under_load(careful.judge(cases))
    other = with_judge(careful, rows, replace(robustness, criteria=handed_over(robustness.criteria, rows)))
    if other.verdict.verdict == end.verdict.verdict:
        return end
    verdict, finding = undecided_between(end.verdict, other.verdict, about.run)
    return replace(end, verdict=verdict, findings=(finding, *end.findings))


def _conclude(
    judge: Judge,
    cases: Mapping[str, Case],
    judged: Sequence[Judged],
    breaking_points: Sequence[BreakingPoint],
    about: RunContext,
    problems: Sequence[str],
    compared_with: BaselineStatus | ReferenceRun | None,
    robustness: RobustnessResult,
) -> Conclusion:
    gate, mix = judge.settings.gate, judge.settings.mix
    evidence, rates = measure(cases, judged, mix, pilot_complete=about.pilot_complete)
    listed = listed_criteria(evidence, rates, gate, mix, about)
    of_mix = [_with_breaking(one, cases, breaking_points) for one in gate_criteria(evidence, rates, gate, mix, about)]
    regress, on_baseline = _against(compared_with, judge.settings, cases, judged, about)
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
        under_load=about.under_load,
    )
    criteria = with_causes(
        [*of_mix, *robustness.criteria, *regress],
        evidence,
        judged,
        cases,
        judge.types,
        about.run,
        beside=robustness.findings,
    )
    tested = [one for one in robustness.findings if one.kind is not FindingKind.NOT_TESTED]
    return Conclusion(
        verdict=decide(criteria, headline(rates, breaking_points, about.samples), problems),
        criteria=criteria,
        findings=(
            *on_baseline,
            *without_second(tested, found),
            *found,
            *paper_findings(rates.papers, cases, about.run),
            *(one for one in robustness.findings if one.kind is FindingKind.NOT_TESTED),
        ),
        rates=rates,
    )


def _unsteady(robustness: RobustnessResult) -> bool:
    """Whether a robustness test found that answers are not repeatable, or the circumstance in which they change."""
    blamed = any(status_of(one) == "failed" for one in robustness.criteria if one.name in ("concurrency", "state"))
    return blamed or any(finding.kind is FindingKind.NOT_REPEATABLE for finding in robustness.findings)


def _against(
    compared_with: BaselineStatus | ReferenceRun | None,
    settings: Settings,
    cases: Mapping[str, Case],
    judged: Sequence[Judged],
    about: RunContext,
) -> tuple[tuple[Criterion, ...], tuple[Finding, ...]]:
    """The criteria of the comparison with the baseline or the other service, and its findings."""
    if compared_with is None:
        return (), ()
    sent = map(case_line, cases.values())
    after = results_of(sent, judged, settings, about.run, complete=about.pilot_complete)
    if isinstance(compared_with, ReferenceRun):
        return against_other(compared_with, after, settings, about)
    return against(compared_with, after, settings, about)


def _with_breaking(criterion: Criterion, cases: Mapping[str, Case], found: Sequence[BreakingPoint]) -> Criterion:
    """The criterion of silent errors in a pack, with the op of the pack that causes them at the lowest severity."""
    if criterion.name != "silent_errors_pack":
        return criterion
    ops = {step.op for case in cases.values() if case.pack == criterion.slice for step in case.plan.steps}
    breaks = [point for point in found if point.op in ops and point.severity is not None and point.how == "silent"]
    if not breaks:
        return criterion
    first = min(breaks, key=lambda point: (point.severity, -point.low))
    return replace(criterion, notes=(*criterion.notes, _breaking_note(criterion, first)))


def _breaking_note(criterion: Criterion, point: BreakingPoint) -> Finding:
    """numbers: the severity, the exact lower bound of the failing share there, and the number of probes."""
    return Finding(
        kind=FindingKind.FIRST_BREAKING_OP,
        test=criterion.name,
        slice=criterion.slice,
        subject=point.op,
        circumstances=(Circumstance(Where.OP, point.op),),
        numbers={"severity": point.severity or 0, "low": point.low, "n": point.n},
    )


def circumstances(
    settings: Settings, replies: Iterable[Reply], *, run: str, samples: int, untimed: str, pilot_complete: bool
) -> RunContext:
    """What the criteria need besides the rates. untimed: why latency cannot be judged, if known."""
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
