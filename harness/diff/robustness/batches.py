"""Whether a row gets the same answer in a batch as alone: among others, in another order, twice, next to a bad row.

Some services drop bad rows before they score and put the results beside the rows that were sent: each row after a bad
one gets its neighbour's answer, with status 200. Others return the results in another order, or one for two equal rows.
"""

from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import replace

from harness.core.case import Case
from harness.core.decide import status_of
from harness.core.finding import Circumstance, Count, Finding, Where
from harness.core.finding_kinds import FindingKind, Why
from harness.core.reply import Judged
from harness.core.robustness import ROW_MISSING, RobustnessResult, RobustnessTest, Round, robustness_criterion
from harness.core.verdict import Criterion, Status
from harness.diff.explain.contrast import Contrast, answered, mixed, suspect
from harness.diff.gate.worst import show
from harness.diff.robustness.batch_groups import (
    ANSWERED,
    BAD_ROW,
    CANDIDATES,
    MIXED,
    PERMUTED,
    REPEATED,
    Asks,
    BatchArrangement,
    Groups,
    Make,
    beside_bad_rows,
    of_bad_rows,
)
from harness.diff.robustness.look_again import AGAIN, LOOKS, change_finding, looks_again, unconfirmed, verdict_on

MIN_ROWS, MAX_ROWS = 4, 20
"""Minimum and maximum number of rows in a batch."""

BAD_BATCHES = 2
"""Number of batches with a bad row in the first round."""

CALLS = CANDIDATES + 3 + BAD_BATCHES
"""Number of requests if no answer changes."""

FRESH_BATCHES = 2
"""Minimum number of fresh batches, and of those with changes: a batch is one event, whatever its number of rows."""

WORST_FIRST: tuple[Status, ...] = ("failed", "undecided", "passed")

AFTER_BAD_ROW = Circumstance(Where.AFTER_BAD_ROW)


def batches(
    clean: Sequence[Case], alone: Mapping[str, Judged], make: Make, *, calls: int, spare: int, seed: int, run: str
) -> RobustnessTest:
    """The batches: yields what to send, is sent the judged replies, ends with the criterion and findings.

    clean: cases of the pilot. alone: answers of those that were sent one at a time, by address. make: a record that is
    damaged as a part names it. calls, spare: requests, for the first look and to look again. run: its label.
    """
    usable = [case for case in clean if (row := alone.get(case.address)) and answered(row) and row.answer][:MAX_ROWS]
    if len(usable) < MIN_ROWS:
        return _not_tested(Why.TOO_FEW_SAMPLES, run, numbers={"samples": len(usable), "needed": MIN_ROWS})
    if calls < CALLS:
        return _not_tested(Why.TOO_FEW_CALLS, run, numbers={"calls": max(0, calls), "needed": CALLS})
    here = Groups(rows=mixed(usable, alone), alone=alone, seed=seed)
    seen = {MIXED: (yield from here.send(MIXED))}
    if not seen[MIXED].sendings:
        return _not_tested(Why.NOT_READABLE, run, subject="[target] batch", causes=here.lost[MIXED])
    yield from here.find_bad_rows(make)
    for part in (PERMUTED, REPEATED):
        seen[part] = yield from here.send(part)
    if here.bad:
        both = yield from here.send(BAD_ROW, BAD_BATCHES)
        seen |= {BAD_ROW: beside_bad_rows(both), ANSWERED: of_bad_rows(both)}
    notes = tuple(_notes(here, run))
    odd = suspect(seen)
    if odd is None:
        return RobustnessResult(criteria=(_all_as_alone(here, seen, run),), findings=notes)
    again, usual = yield from _again(here, odd, spare)
    criterion, noise = _judged(here, odd, seen[odd], again, usual, run)
    return RobustnessResult(criteria=(criterion,), findings=(*noise, *notes))


def joined(requests: RobustnessResult, rows: RobustnessResult) -> RobustnessResult:
    """One criterion of both: the worse one, and the other's finding unless it passed; both counts if both passed."""
    first, second = requests.criteria[0], rows.criteria[0]
    findings = (*requests.findings, *rows.findings)
    if status_of(first) == status_of(second) == "passed":
        return RobustnessResult(criteria=(_both_passed(first, second),), findings=findings)
    worse, other = sorted((first, second), key=lambda one: WORST_FIRST.index(status_of(one)))
    if status_of(other) != "passed" and other.finding:
        findings = (other.finding, *findings)
    return RobustnessResult(criteria=(worse,), findings=findings)


def _both_passed(first: Criterion, second: Criterion) -> Criterion:
    """The criterion of requests with the counts of both; the finding of rows if single requests were not tested."""
    requests, rows = first.finding, second.finding
    merged = replace(first, estimate=replace(first.estimate, n=first.estimate.n + second.estimate.n))
    if not (requests and rows and rows.count):
        return merged
    if requests.count is None:
        return replace(merged, finding=rows, notes=(*first.notes, requests))
    finding = replace(
        requests,
        circumstances=(*requests.circumstances, *rows.circumstances),
        count=Count(requests.count.hits + rows.count.hits, requests.count.n + rows.count.n),
        control=None,
        parts={**requests.parts, **_parts("requests", requests), **_parts("rows", rows)},
        numbers=rows.numbers,
    )
    return replace(merged, finding=finding)


def _parts(name: str, finding: Finding) -> dict[str, Count]:
    """The counts of a finding that is merged with another one."""
    counts = {name: finding.count, f"{name}_without": finding.control}
    return {part: count for part, count in counts.items() if count is not None}


def _again(
    here: Groups, odd: BatchArrangement, spare: int
) -> Generator[Round, Sequence[Judged | None], tuple[Contrast, Contrast]]:
    """Fresh batches of that kind, and the same rows in the usual circumstance; counted in rows, paid in requests."""
    size = len(here.rows)
    most = max(FRESH_BATCHES, -(-AGAIN // size))
    if odd is ANSWERED:
        return (yield from looks_again(lambda n: _bad_in_batches(here, n), here.send_bad_alone, spare))
    if odd is MIXED:
        rows = 2 * max(0, spare - LOOKS * most)
        return (yield from looks_again(lambda _: here.send(odd, most), here.send_alone, rows))
    looks = min(LOOKS, spare // (2 * most))

    def fresh(_: int) -> Asks:
        both = yield from here.send(odd, most)
        return beside_bad_rows(both)

    return (yield from looks_again(fresh, lambda _: here.send(MIXED, most), 2 * AGAIN * looks))


def _bad_in_batches(here: Groups, count: int) -> Asks:
    """Send bad rows, each in a batch of its own."""
    both = yield from here.send(BAD_ROW, count)
    return of_bad_rows(both)


def _judged(
    here: Groups, odd: BatchArrangement, noticed: Contrast, again: Contrast, usual: Contrast, run: str
) -> tuple[Criterion, tuple[Finding, ...]]:
    """Undecided if all changes are in one batch, which may be chance."""
    change = "answered" if odd is ANSWERED else ""
    if again.changed and here.batches_with_changes(again) < FRESH_BATCHES:
        one = unconfirmed("concurrency", odd.where, again, run, control=usual, change=change)
        return replace(one, finding=one.finding and replace(one.finding, numbers={"batches": 1})), ()
    criterion, noise = verdict_on("concurrency", odd.where, noticed, again, usual, run, change=change)
    if odd is BAD_ROW and status_of(criterion) == "failed":
        finding = replace(_beside_bad(again, usual, here.after, run), test="concurrency")
        criterion = replace(criterion, finding=finding)
    return criterion, noise


def _beside_bad(again: Contrast, usual: Contrast, after: Collection[tuple[str, int]], run: str) -> Finding:
    """What happens to the rows beside a bad one, or to those after it if no other changes.

    after: addresses and repeats of the rows after a bad one; their count is a part of the finding.
    """
    behind = Contrast(
        tuple(seen for seen in again.sendings if seen.now and (seen.now.address, seen.now.repeat) in after)
    )
    where = AFTER_BAD_ROW if behind.changed == again.changed else BAD_ROW.where
    missing = sum(seen.now is not None and seen.now.cause == ROW_MISSING for seen in again.changes())
    theirs = again.showing("swapped").hits
    change = "swapped" if theirs and theirs + missing == again.changed else ""
    found = change_finding(FindingKind.ANSWERS_CHANGED, where, again, run, control=usual, change=change)
    return replace(found, parts={**found.parts, Where.AFTER_BAD_ROW.value: behind.count})


def _all_as_alone(here: Groups, seen: Mapping[BatchArrangement, Contrast], run: str) -> Criterion:
    compared = sum(contrast.compared for contrast in seen.values())
    finding = Finding(
        kind=FindingKind.ANSWERS_STABLE,
        circumstances=tuple(dict.fromkeys(part.where for part in seen)),
        count=Count(0, compared),
        numbers={"batches": sum(here.batches.values())},
        show=show((), run),
    )
    return robustness_criterion("concurrency", finding, "passed", value=0.0, n=compared, run=finding.show)


def _not_tested(
    why: Why,
    run: str,
    *,
    subject: str = "",
    numbers: Mapping[str, float] | None = None,
    causes: Mapping[str, int] | None = None,
) -> RobustnessResult:
    """Undecided. NOT_READABLE: records are answered alone and not in a batch; the service or the settings are wrong."""
    finding = Finding(
        kind=FindingKind.NOT_TESTED,
        subject=subject,
        circumstances=(MIXED.where,),
        numbers=numbers or {},
        causes=dict(causes or {}),
        why=why,
        show=show((), run),
    )
    return RobustnessResult(criteria=(robustness_criterion("concurrency", finding, "undecided", run=finding.show),))


def _notes(here: Groups, run: str) -> Generator[Finding, None, None]:
    """Findings that are not about wrong answers."""
    if not here.bad:
        yield Finding(
            kind=FindingKind.NOT_TESTED,
            test="concurrency",
            circumstances=(BAD_ROW.where,),
            numbers={"damaged": here.damaged},
            why=Why.NOTHING_REFUSED,
            show=show((), run),
        )
    for part, lost in here.lost.items():
        yield Finding(
            kind=FindingKind.UNANSWERED_IN_CIRCUMSTANCE,
            test="concurrency",
            subject="batch",
            circumstances=(part.where,),
            count=Count(sum(lost.values()), here.batches[part]),
            causes=dict(lost),
            show=show((), run),
        )
