"""Whether a row is answered in a batch as it is alone: among others, in another order, twice, and beside a bad row.

Services drop bad rows before they score and put the results beside the rows that were sent: everything after a bad row
gets its neighbour's answer, with status 200. Others give results in another order, or one of two rows that are alike.
"""

from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.case import Case
from harness.core.decide import judge_line
from harness.core.reply import Judged
from harness.core.seed import Stream
from harness.core.stage import ALPHA, BATCH, ROW_REFUSED, Round, Stage, StageResult, in_stage, stage_line
from harness.core.verdict import Answer, Finding, Line
from harness.diff.batch_words import beside_bad, changed_when
from harness.diff.contrast import Contrast, Seen, answered, mixed, suspect
from harness.diff.lines import show
from harness.diff.look_again import AGAIN, LOOKS, looks_again, verdict_on

LEAST, MOST = 4, 20
"""Rows of a batch."""

CANDIDATES = 4
"""Records that are asked alone in order to find some that the service cannot read."""

FRESH_BATCHES = 2
"""At least so many batches of one look: what became of one batch is one event, however many rows it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One kind of group. name: of its addresses. words: what is odd, as a finding says it. usual: what is not."""

    name: str
    words: str
    usual: str


MIXED = Part(name=f"{BATCH}mixed", words="records come in one batch", usual="asked alone")
PERMUTED = Part(name=f"{BATCH}permuted", words="the rows of a batch come in another order", usual="in the first order")
REPEATED = Part(name=f"{BATCH}repeated", words="a row stands in a batch twice", usual="without its repetition")
BAD_ROW = Part(name=f"{BATCH}bad_row", words="a row of the batch cannot be read", usual="without it")
ALONE, BAD_ROWS = "row_alone", ("row_dropped", "row_retyped")
"""Parts that are asked alone: records as they are, with a field left out, and with a field of another type."""

CALLS = CANDIDATES + 3 + len(BAD_ROWS)
"""What it takes while nothing differs."""

RANK: tuple[Answer, ...] = ("no-go", "undecided", "go")

Asks = Generator[Round, Sequence[Judged | None], Contrast]
Make = Callable[[str, str], Case]
"""Part and sample to the case."""


@dataclass(slots=True, kw_only=True)
class _Batches:
    """What each record says alone, and what became of the batches.

    rows: records in the order of a batch. refused: what bad records say alone, by their address in a batch. lost:
    batches without answers, by cause. after: addresses and repeats of rows behind a bad one.
    """

    rows: Sequence[Case]
    alone: Mapping[str, Judged]
    seed: int
    bad: list[Case] = field(default_factory=list)
    refused: dict[str, Judged] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    batches: Counter[Part] = field(default_factory=Counter)
    lost: dict[Part, Counter[str]] = field(default_factory=dict)
    after: set[tuple[str, int]] = field(default_factory=set)

    def find_bad_rows(self, make: Make) -> Generator[Round, Sequence[Judged | None], None]:
        """Ask damaged records alone; of each kind the first that is not answered is a bad row."""
        keys = [case.tags["sample"] for case in self.rows]
        tried = [(part, keys[k % len(keys)]) for k in range(CANDIDATES // 2) for part in BAD_ROWS]
        made = [(make(part, key), part, key) for part, key in tried]
        made = [one for one in made if one[0].changed]
        rows = yield Round(name="bad rows alone", asks=tuple((case, 0) for case, _, _ in made))
        found: set[str] = set()
        for row, (_, part, key) in zip(rows, made, strict=True):
            if row is not None and row.disposition in ("rejected", "error") and part not in found:
                found.add(part)
                case = make(f"{BATCH}{part}", key)
                self.bad.append(replace(case, group=f"company/{BAD_ROW.name}"))
                self.refused[case.address] = replace(row, disposition="rejected", answer={})

    def ask(self, part: Part, count: int = 1) -> Asks:
        """So many batches of that kind, each row held against what it says alone."""
        batches = [self._arranged(part) for _ in range(count)]
        asks = tuple(self._next(case) for batch in batches for case in batch)
        rows = yield Round(name=part.name, asks=asks, together=len(batches[0]), batch=True)
        seen: list[Seen] = []
        for begin in range(0, len(rows), len(batches[0])):
            seen += self._seen(part, asks[begin : begin + len(batches[0])], rows[begin : begin + len(batches[0])])
        return Contrast(tuple(seen))

    def ask_alone(self, count: int) -> Asks:
        """So many records one at a time, in turn."""
        cases = [in_stage(self.rows[k % len(self.rows)], "company", ALONE) for k in range(count)]
        rows = yield Round(name="rows alone", asks=tuple(self._next(case) for case in cases))
        pairs = zip(cases, rows, strict=True)
        return Contrast(tuple(Seen(before=self.alone[case.twin], now=row) for case, row in pairs))

    def _next(self, case: Case) -> tuple[Case, int]:
        """The case with its next repeat."""
        self.sent[case.address] += 1
        return case, self.sent[case.address] - 1

    def _arranged(self, part: Part) -> list[Case]:
        """The rows of the next batch of that kind."""
        number, middle = self.batches[part], len(self.rows) // 2
        self.batches[part] += 1
        rows = [replace(in_stage(case, "company", part.name), group=f"company/{part.name}") for case in self.rows]
        if part is PERMUTED:
            order = Stream(self.seed, part.name, number).order(len(rows))
            return [rows[i] for i in (order if order != sorted(order) else order[::-1])]
        if part is REPEATED:
            return [*rows[:middle], rows[0], *rows[middle:]]
        return [*rows[:middle], self.bad[number % len(self.bad)], *rows[middle:]] if part is BAD_ROW else rows

    def _seen(self, part: Part, asks: Sequence[tuple[Case, int]], rows: Sequence[Judged | None]) -> list[Seen]:
        """The rows of one batch; none of one that was not answered row by row."""
        if why := _unread(rows):
            self.lost.setdefault(part, Counter())[why] += 1
            return []
        bad = next((place for place, (case, _) in enumerate(asks) if case.address in self.refused), len(asks))
        self.after |= {(case.address, repeat) for case, repeat in asks[bad + 1 :]}
        clean = [case.twin for case, _ in asks if case.address not in self.refused]
        seen = []
        for (case, _), row in zip(asks, rows, strict=True):
            if case.address in self.refused:
                alone = self.refused[case.address]
                seen.append(Seen(before=alone, now=_as_refused(row, alone)))
            else:
                beside = tuple(self.alone[other] for other in clean if other != case.twin)
                seen.append(Seen(before=self.alone[case.twin], now=row, beside=beside))
        return seen


def _unread(rows: Sequence[Judged | None]) -> str:
    """Why a batch was not answered row by row, "" where it was."""
    known = [row for row in rows if row is not None]
    if len(known) < len(rows):
        return "not_sent"
    whole = next((row for row in known if not _of_its_own(row)), None)
    if whole is not None:
        return whole.cause or whole.disposition
    return "" if any(row.answer for row in known) else "no_answer_in_any_row"


def _of_its_own(row: Judged) -> bool:
    """Whether the row has an outcome of its own, and not that of the whole batch."""
    return row.disposition in ("accepted", "handed_over") or row.cause == ROW_REFUSED


def _as_refused(row: Judged | None, alone: Judged) -> Judged | None:
    """A bad row that has no answer is as good as refused, in whatever form that is said."""
    if row is None or (row.disposition == "accepted" and row.answer):
        return row
    return replace(alone, address=row.address, repeat=row.repeat)


def batches(
    clean: Sequence[Case], alone: Mapping[str, Judged], make: Make, *, calls: int, spare: int, seed: int, run: str
) -> Stage:
    """The groups: yields what to send, is sent the judged replies, ends with the line of company and findings.

    clean: cases of the pilot. alone: answers of those that were asked one at a time, by address. make: a record that
    is damaged as a part says. calls, spare: requests, for the first look and to look again. run: its label.
    """
    usable = [case for case in clean if (row := alone.get(case.address)) and answered(row) and row.answer][:MOST]
    if why := _too_few(usable, calls):
        says = f"company: batches were not asked, {why}; rows may get the answers of others there"
        return StageResult(lines=(stage_line("company", says, run=show((), run)),))
    here = _Batches(rows=mixed(usable, alone), alone=alone, seed=seed)
    seen = {MIXED: (yield from here.ask(MIXED))}
    if not seen[MIXED].sendings:
        return _not_read(here.lost[MIXED], run)
    yield from here.find_bad_rows(make)
    for part in (PERMUTED, REPEATED, BAD_ROW)[: 3 if here.bad else 2]:
        seen[part] = yield from here.ask(part, len(here.bad) if part is BAD_ROW else 1)
    notes = tuple(_notes(here, run))
    odd = suspect(seen)
    if odd is None:
        return StageResult(lines=(_all_as_alone(here, seen, run),), findings=notes)
    again, usual = yield from _again(here, odd, spare)
    line, noise = verdict_on("company", odd.words, odd.usual, seen[odd], again, usual, run)
    if line.q is not None and line.q <= ALPHA:
        head = beside_bad(again, here.after) if odd is BAD_ROW else changed_when(again, odd.words)
        kept = f"as alone in {usual.compared - usual.changed} of {usual.compared} {odd.usual}"
        line = replace(line, says=f"{head.words} ({head.among.short()}; {kept})")
    return StageResult(lines=(line,), findings=(*noise, *notes))


def joined(company: StageResult, rows: StageResult) -> StageResult:
    """One line of both: the worse one speaks, and the other is a finding unless it is go."""
    first, second = company.lines[0], rows.lines[0]
    findings = (*company.findings, *rows.findings)
    if judge_line(first) == judge_line(second) == "go":
        both = f"{first.says}; {second.says.removeprefix('company: ')}"
        line = replace(first, says=both, estimate=replace(first.estimate, n=first.estimate.n + second.estimate.n))
        return StageResult(lines=(line,), findings=findings)
    speaks, other = (
        (first, second) if RANK.index(judge_line(first)) <= RANK.index(judge_line(second)) else (second, first)
    )
    if judge_line(other) != "go":
        told = Finding(kind="company", text=other.says, count=len(other.worst), cases=other.worst, show=other.show)
        findings = (told, *findings)
    return StageResult(lines=(speaks,), findings=findings)


def _too_few(usable: Sequence[Case], calls: int) -> str:
    """Why nothing can be told, "" where it can."""
    if len(usable) < LEAST:
        return f"fewer than {LEAST} samples are answered alone"
    return f"{max(0, calls)} calls are too few" if calls < CALLS else ""


def _again(
    here: _Batches, odd: Part, spare: int
) -> Generator[Round, Sequence[Judged | None], tuple[Contrast, Contrast]]:
    """Fresh batches of that kind, and the same rows in the usual circumstance; counted in rows, paid in requests."""
    size = len(here.rows)
    most = max(FRESH_BATCHES, -(-AGAIN // size))
    if odd is MIXED:
        rows = 2 * max(0, spare - LOOKS * most)
        return (yield from looks_again(lambda n: here.ask(odd, most), here.ask_alone, rows))
    looks = min(LOOKS, spare // (2 * most))
    return (yield from looks_again(lambda n: here.ask(odd, most), lambda n: here.ask(MIXED, most), 2 * AGAIN * looks))


def _all_as_alone(here: _Batches, seen: Mapping[Part, Contrast], run: str) -> Line:
    compared = sum(contrast.compared for contrast in seen.values())
    count = sum(here.batches.values())
    says = f"company: 0 of {compared} rows changed in {count} batches"
    return stage_line("company", says, value=0.0, n=compared, run=show((), run))


def _not_read(lost: Counter[str], run: str) -> StageResult:
    """Records that are answered alone are not in a batch: whether the service or the settings is wrong is not known."""
    why = ", ".join(lost)
    says = f"company: no batch was answered row by row ({why}), so nothing is known of batches; see [target] batch"
    return StageResult(lines=(stage_line("company", says, run=show((), run)),))


def _notes(here: _Batches, run: str) -> Generator[Finding, None, None]:
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
