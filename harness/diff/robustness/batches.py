"""Whether a row is answered in a batch as it is alone: among others, in another order, twice, and beside a bad row.

Services drop bad rows before they score and put the results beside the rows that were sent: everything after a bad row
gets its neighbour's answer, with status 200. Others give results in another order, or one of two rows that are alike.
"""

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace

from harness.core.case import Case
from harness.core.decide import judge_line
from harness.core.reply import Judged
from harness.core.robustness import ALPHA, RobustnessResult, RobustnessTest, Round, robustness_criterion
from harness.core.verdict import Criterion, Decision, Finding
from harness.diff.explain.contrast import Contrast, answered, mixed, suspect
from harness.diff.gate.criteria import WORST, show
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
from harness.diff.robustness.batch_words import Head, beside_bad, changed_when
from harness.diff.robustness.look_again import AGAIN, LOOKS, looks_again, verdict_on

MIN_ROWS, MAX_ROWS = 4, 20
"""Rows of a batch."""

BAD_BATCHES = 2
"""Batches with a bad row at the first look."""

CALLS = CANDIDATES + 3 + BAD_BATCHES
"""What it takes while nothing differs."""

FRESH_BATCHES = 2
"""At least so many batches of one look, and with changes: what befell one is one event, however many rows it has."""

RANK: tuple[Decision, ...] = ("no-go", "undecided", "go")


def batches(
    clean: Sequence[Case], alone: Mapping[str, Judged], make: Make, *, calls: int, spare: int, seed: int, run: str
) -> RobustnessTest:
    """The groups: yields what to send, is sent the judged replies, ends with the line of company and findings.

    clean: cases of the pilot. alone: answers of those that were asked one at a time, by address. make: a record that
    is damaged as a part says. calls, spare: requests, for the first look and to look again. run: its label.
    """
    usable = [case for case in clean if (row := alone.get(case.address)) and answered(row) and row.answer][:MAX_ROWS]
    if why := _too_few(usable, calls):
        says = f"company: batches were not asked, {why}; rows may get the answers of others there"
        return RobustnessResult(lines=(robustness_criterion("concurrency", says, run=show((), run)),))
    here = Groups(rows=mixed(usable, alone), alone=alone, seed=seed)
    seen = {MIXED: (yield from here.ask(MIXED))}
    if not seen[MIXED].sendings:
        return _not_read(here.lost[MIXED], run)
    yield from here.find_bad_rows(make)
    for part in (PERMUTED, REPEATED):
        seen[part] = yield from here.ask(part)
    if here.bad:
        both = yield from here.ask(BAD_ROW, BAD_BATCHES)
        seen |= {BAD_ROW: beside_bad_rows(both), ANSWERED: of_bad_rows(both)}
    notes = tuple(_notes(here, run))
    odd = suspect(seen)
    if odd is None:
        return RobustnessResult(lines=(_all_as_alone(here, seen, run),), findings=notes)
    again, usual = yield from _again(here, odd, spare)
    if again.changed and here.batches_with_changes(again) < FRESH_BATCHES:
        return RobustnessResult(lines=(_one_event(again, odd, run),), findings=notes)
    line, noise = verdict_on("concurrency", odd.words, odd.usual, seen[odd], again, usual, run)
    if line.q is not None and line.q <= ALPHA:
        head = beside_bad(again, here.after) if odd is BAD_ROW else changed_when(again, odd.words)
        head = (
            Head(words="a row that is refused alone is answered in a batch", among=again) if odd is ANSWERED else head
        )
        kept = f"{odd.same} in {usual.compared - usual.changed} of {usual.compared} {odd.usual}"
        line = replace(line, says=f"{head.words} ({head.among.short()}; {kept})")
    return RobustnessResult(lines=(line,), findings=(*noise, *notes))


def joined(company: RobustnessResult, rows: RobustnessResult) -> RobustnessResult:
    """One line of both: the worse one speaks, and the other is a finding unless it is go."""
    first, second = company.lines[0], rows.lines[0]
    findings = (*company.findings, *rows.findings)
    if judge_line(first) == judge_line(second) == "go":
        both = f"{first.says}; {second.says.removeprefix('company: ')}"
        line = replace(first, says=both, estimate=replace(first.estimate, n=first.estimate.n + second.estimate.n))
        return RobustnessResult(lines=(line,), findings=findings)
    speaks, other = (
        (first, second) if RANK.index(judge_line(first)) <= RANK.index(judge_line(second)) else (second, first)
    )
    if judge_line(other) != "go":
        told = Finding(kind="concurrency", text=other.says, count=len(other.worst), cases=other.worst, show=other.show)
        findings = (told, *findings)
    return RobustnessResult(lines=(speaks,), findings=findings)


def _too_few(usable: Sequence[Case], calls: int) -> str:
    """Why nothing can be told, "" where it can."""
    if len(usable) < MIN_ROWS:
        return f"fewer than {MIN_ROWS} samples are answered alone"
    return f"{max(0, calls)} calls are too few" if calls < CALLS else ""


def _again(
    here: Groups, odd: BatchArrangement, spare: int
) -> Generator[Round, Sequence[Judged | None], tuple[Contrast, Contrast]]:
    """Fresh batches of that kind, and the same rows in the usual circumstance; counted in rows, paid in requests."""
    size = len(here.rows)
    most = max(FRESH_BATCHES, -(-AGAIN // size))
    if odd is ANSWERED:
        return (yield from looks_again(lambda n: _bad_in_batches(here, n), here.ask_bad_alone, spare))
    if odd is MIXED:
        rows = 2 * max(0, spare - LOOKS * most)
        return (yield from looks_again(lambda _: here.ask(odd, most), here.ask_alone, rows))
    looks = min(LOOKS, spare // (2 * most))

    def fresh(_: int) -> Asks:
        both = yield from here.ask(odd, most)
        return beside_bad_rows(both)

    return (yield from looks_again(fresh, lambda _: here.ask(MIXED, most), 2 * AGAIN * looks))


def _bad_in_batches(here: Groups, count: int) -> Asks:
    """So many bad rows, each in a batch of its own."""
    both = yield from here.ask(BAD_ROW, count)
    return of_bad_rows(both)


def _one_event(again: Contrast, odd: BatchArrangement, run: str) -> Criterion:
    """Undecided: all that changed is in one batch, and something may have befallen that one by chance."""
    worst = again.cases()[:WORST]
    says = f"company: {again.short()} when {odd.words}, in one batch only; it takes more calls to tell that from chance"
    command = show(worst, run)
    return robustness_criterion(
        "concurrency", says, value=again.share, high=1.0, n=again.compared, worst=worst, run=command, q=1.0
    )


def _all_as_alone(here: Groups, seen: Mapping[BatchArrangement, Contrast], run: str) -> Criterion:
    compared = sum(contrast.compared for contrast in seen.values())
    count = sum(here.batches.values())
    says = f"company: 0 of {compared} rows changed in {count} batches"
    return robustness_criterion("concurrency", says, value=0.0, n=compared, run=show((), run))


def _not_read(lost: Counter[str], run: str) -> RobustnessResult:
    """Records that are answered alone are not in a batch: whether the service or the settings is wrong is not known."""
    why = ", ".join(lost)
    says = f"company: no batch was answered row by row ({why}), so nothing is known of batches; see [target] batch"
    return RobustnessResult(lines=(robustness_criterion("concurrency", says, run=show((), run)),))


def _notes(here: Groups, run: str) -> Generator[Finding, None, None]:
    """What is no wrong answer and should be known."""
    if not here.bad:
        text = (
            "batches: no bad row was sent, since records with a field left out or of another type are answered alone;"
            " what a bad row does to those beside it is not known"
        )
        yield Finding(kind="no_bad_row", text=text, show=show((), run))
    for part, lost in here.lost.items():
        count, causes = sum(lost.values()), ", ".join(lost)
        text = f"{count} of {here.batches[part]} batches were refused or not answered when {part.words} ({causes})"
        yield Finding(kind="batch_refused", text=text, count=count, show=show((), run))
