"""What a run noticed and a person should know, whether or not a gate line hangs on it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from harness.core.case import Case
from harness.core.decide import first_line, judge_line
from harness.core.reply import Judged
from harness.core.settings import Gate
from harness.core.verdict import Criterion, Finding
from harness.diff.explain.concentration import concentration_findings
from harness.diff.explain.confidence import stated, tell
from harness.diff.explain.confidence_sanity import confidence_findings
from harness.diff.explain.noticed import noticed
from harness.diff.explain.places import NO_MOMENTS, Moments
from harness.diff.explain.unsteady import unsteady_findings
from harness.diff.gate.rates import Evidence, Rates


def findings(
    evidence: Evidence,
    rates: Rates,
    gate: Gate,
    *,
    can_hand_over: bool,
    run: str,
    listed: Sequence[Criterion] = (),
    moments: Moments = NO_MOMENTS,
    unsteady: bool = False,
) -> tuple[Finding, ...]:
    """The findings of a run. can_hand_over: the target has a flag or a confidence. listed: lines that do not block.

    moments: when each reply was due, in seconds of the run. unsteady: that answers change has been told, or has a
    reason.
    """
    groups = (
        _hand_over(can_hand_over, evidence, run),
        _unsent(evidence, run),
        concentration_findings(evidence, moments, run),
        unsteady_findings(evidence, moments, run, told=unsteady),
        confidence_findings(evidence, run),
        _confidence(evidence, rates, gate, run),
        _vacuous(evidence, rates, run),
        _crashes(evidence, run),
        _errors(evidence, run),
        _not_judged(evidence, run),
        _beyond(listed),
    )
    return tuple(finding for group in groups for finding in group)


def _hand_over(can: bool, evidence: Evidence, run: str) -> Iterable[Finding]:
    if not can:
        silent = [row.address for row in _rows(evidence) if row.silent_error]
        text = "the service has no way to hand a case over (no flag, no confidence): every wrong answer of it is silent"
        yield noticed("no_hand_over", text, silent, run)


def _confidence(evidence: Evidence, rates: Rates, gate: Gate, run: str) -> Iterable[Finding]:
    """What the confidence is worth, and the surest of the wrong answers."""
    asking = sum(pack.share for pack in rates.packs.values() if pack.asks)
    text = tell(stated(evidence, rates), asking, gate.silent_errors)
    if text:
        silent = sorted((row for row in _rows(evidence) if row.silent_error), key=lambda row: -(row.confidence or 0.0))
        yield noticed("confidence", text, [row.address for row in silent], run)


def _unsent(evidence: Evidence, run: str) -> Iterable[Finding]:
    addresses = [address for address in evidence.cases if not evidence.rows.get(address)]
    if addresses:
        yield noticed("no_reply_row", "{n} planned without a reply on record: they widen every bound", addresses, run)


def _vacuous(evidence: Evidence, rates: Rates, run: str) -> Iterable[Finding]:
    """Cases that changed nothing, per pack; a clean twin of another case is there for that other case."""
    twins = {case.twin for case in evidence.cases.values()}
    for pack, addresses in _by(
        (evidence.cases[address].pack, address) for address in rates.vacuous if address not in twins
    ).items():
        text = f"{{n}} of {pack} left the input as it was: they test nothing and are in no rate"
        yield noticed("vacuous", text, addresses, run, pack)


def _crashes(evidence: Evidence, run: str) -> Iterable[Finding]:
    """Once per op: damaged input that broke the service instead of being refused."""
    crashed = [row.address for row in _rows(evidence) if row.crashed_on_input]
    pairs = ((op, address) for address in crashed for op in _ops(evidence.cases[address]))
    for op, addresses in sorted(_by(pairs).items(), key=lambda group: -len(group[1])):
        text = f"{op} breaks the service: {{n}} ended in a 5xx or a lost connection whose clean twin was answered"
        yield noticed("crashed_on_input", text, addresses, run, op)


def _ops(case: Case) -> list[str]:
    return list(dict.fromkeys(step.op for step in case.plan.steps)) or [case.pack]


def _errors(evidence: Evidence, run: str) -> Iterable[Finding]:
    broken = ("error", "timeout", "dropped")
    rows = [row for row in _rows(evidence) if row.disposition in broken and not row.crashed_on_input]
    for cause, addresses in _by((row.cause or row.disposition, row.address) for row in rows).items():
        yield noticed("errors", f"{{n}} without an answer: {cause}", addresses, run)


def _not_judged(evidence: Evidence, run: str) -> Iterable[Finding]:
    """Answers that came and could not be scored, by reason."""
    rows = [
        row for row in _rows(evidence) if row.judgement == "unscored" and row.disposition in ("accepted", "handed_over")
    ]
    for reason, addresses in _by((_kind_of(row.reason), row.address) for row in rows).items():
        yield noticed("not_judged", f"{{n}} answered but not judged: {reason}", addresses, run)


def _kind_of(reason: str) -> str:
    """`total: non_finite, date: ambiguous date 03/04/2024` -> `total: non_finite`: one group per first field."""
    first = reason.partition(", ")[0]
    return first.partition(" date ")[0] + " date" if "ambiguous date" in first else first


def _beyond(listed: Sequence[Criterion]) -> Iterable[Finding]:
    for line in listed:
        answer = judge_line(line)
        if answer != "go":
            text = f"{answer}: {first_line(line, answer)} (not critical, does not block)"
            yield Finding(
                kind="slice_beyond_limit" if answer == "no-go" else "slice_undecided",
                text=text,
                count=line.estimate.n,
                slice=line.slice,
                cases=line.worst,
                show=line.show,
            )


def _rows(evidence: Evidence) -> Iterable[Judged]:
    return (row for rows in evidence.rows.values() for row in rows)


def _by(pairs: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key, address in pairs:
        groups[key].append(address)
    return groups
