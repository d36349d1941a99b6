"""Records as rows of batches, compared with the answers that they get alone."""

from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.case import Case
from harness.core.finding import Circumstance, Where
from harness.core.reply import Judged
from harness.core.robustness import BATCH, ROW_REFUSED, Round, in_robustness_test
from harness.core.seed import Stream
from harness.diff.explain.contrast import Contrast, Observation

CANDIDATES = 4
"""Number of damaged records sent alone to find some that the service refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchArrangement:
    """One kind of batch. name: first part of the addresses of its rows. where: what sets it apart."""

    name: str
    where: Circumstance


MIXED = BatchArrangement(name=f"{BATCH}mixed", where=Circumstance(Where.IN_BATCH))
PERMUTED = BatchArrangement(name=f"{BATCH}permuted", where=Circumstance(Where.BATCH_ORDER))
REPEATED = BatchArrangement(name=f"{BATCH}repeated", where=Circumstance(Where.REPEATED_ROW))
BAD_ROW = BatchArrangement(name=f"{BATCH}bad_row", where=Circumstance(Where.BAD_ROW))
ANSWERED = BatchArrangement(name=f"{BATCH}bad_row", where=Circumstance(Where.IN_BATCH))
"""The bad row itself, not the rows next to it; it is sent with `BAD_ROW`."""

ALONE, BAD_ROWS = "row_alone", ("row_dropped", "row_retyped")
"""Parts that are sent alone: unchanged records, records without a field, and records with a field of another type."""

Asks = Generator[Round, Sequence[Judged | None], Contrast]
Make = Callable[[str, str], Case]
"""Makes the case of a sample in a part of the test, from the part and the sample's key."""


@dataclass(slots=True, kw_only=True)
class Groups:
    """The answer to each record alone, and the results of the batches.

    rows: records in the order of a batch. bad: records that cannot be read, alone and as a row. refused: the replies to
    those alone, by their address in a batch. damaged: how many records were sent alone to find bad ones. lost: batches
    without answers, by cause. after: addresses and repeats of rows behind a bad one. batch_of: the number of the batch
    in which a row was sent, by address and repeat.
    """

    rows: Sequence[Case]
    alone: Mapping[str, Judged]
    seed: int
    bad: list[tuple[Case, Case]] = field(default_factory=list)
    refused: dict[str, Judged] = field(default_factory=dict)
    damaged: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    batches: Counter[BatchArrangement] = field(default_factory=Counter)
    lost: dict[BatchArrangement, Counter[str]] = field(default_factory=dict)
    after: set[tuple[str, int]] = field(default_factory=set)
    batch_of: dict[tuple[str, int], int] = field(default_factory=dict)

    def find_bad_rows(self, make: Make) -> Generator[Round, Sequence[Judged | None], None]:
        """Send damaged records alone; those that are not answered are bad rows."""
        keys = [case.tags["sample"] for case in self.rows]
        tried = [(part, keys[k % len(keys)]) for k in range(CANDIDATES // 2) for part in BAD_ROWS]
        made = [(make(part, key), part, key) for part, key in tried]
        made = [one for one in made if one[0].changed]
        self.damaged = len(made)
        rows = yield Round(name="bad rows alone", asks=tuple(self._next(case) for case, _, _ in made))
        for row, (alone, part, key) in zip(rows, made, strict=True):
            if row is not None and row.disposition in ("rejected", "error"):
                case = make(f"{BATCH}{part}", key)
                self.bad.append((alone, case))
                self.refused[case.address] = replace(row, disposition="rejected", answer={})

    def send(self, part: BatchArrangement, count: int = 1) -> Asks:
        """Send `count` batches of that kind and compare each row with the answer that it gets alone."""
        batches = [self._arranged(part) for _ in range(count)]
        first = sum(self.batches.values()) - count
        numbered = [(first + k, self._next(case)) for k, batch in enumerate(batches) for case in batch]
        asks = tuple(ask for _, ask in numbered)
        self.batch_of |= {(case.address, repeat): number for number, (case, repeat) in numbered}
        rows = yield Round(name=part.name, asks=asks, together=len(batches[0]), batch=True)
        seen: list[Observation] = []
        for begin in range(0, len(rows), len(batches[0])):
            seen += self._seen(part, asks[begin : begin + len(batches[0])], rows[begin : begin + len(batches[0])])
        return Contrast(tuple(seen))

    def batches_with_changes(self, contrast: Contrast) -> int:
        """The number of batches with a changed row. A batch is one event, however many of its rows changed."""
        keys = [(seen.now.address, seen.now.repeat) for seen in contrast.changes() if seen.now]
        return len({self.batch_of[key] for key in keys})

    def send_alone(self, count: int) -> Asks:
        """Send `count` records one at a time, in turn."""
        cases = [in_robustness_test(self.rows[k % len(self.rows)], "concurrency", ALONE) for k in range(count)]
        rows = yield Round(name="rows alone", asks=tuple(self._next(case) for case in cases))
        pairs = zip(cases, rows, strict=True)
        return Contrast(tuple(Observation(before=self.alone[case.clean_twin], now=row) for case, row in pairs))

    def send_bad_alone(self, count: int) -> Asks:
        """Send `count` bad rows one at a time, in turn."""
        pairs = [self.bad[k % len(self.bad)] for k in range(count)]
        rows = yield Round(name="bad rows alone", asks=tuple(self._next(alone) for alone, _ in pairs))
        before = [self.refused[case.address] for _, case in pairs]
        return Contrast(
            tuple(Observation(before=was, now=_as_refused(now, was)) for was, now in zip(before, rows, strict=True))
        )

    def _next(self, case: Case) -> tuple[Case, int]:
        """The case with its next repeat."""
        self.sent[case.address] += 1
        return case, self.sent[case.address] - 1

    def _arranged(self, part: BatchArrangement) -> list[Case]:
        """The rows of the next batch of that kind."""
        number, middle = self.batches[part], len(self.rows) // 2
        self.batches[part] += 1
        rows = [in_robustness_test(case, "concurrency", part.name) for case in self.rows]
        if part is PERMUTED:
            order = Stream(self.seed, part.name, number).order(len(rows))
            return [rows[i] for i in (order if order != sorted(order) else order[::-1])]
        if part is REPEATED:
            return [*rows[:middle], rows[0], *rows[middle:]]
        return [*rows[:middle], self.bad[number % len(self.bad)][1], *rows[middle:]] if part is BAD_ROW else rows

    def _seen(
        self, part: BatchArrangement, asks: Sequence[tuple[Case, int]], rows: Sequence[Judged | None]
    ) -> list[Observation]:
        """The rows of one batch; nothing if it was not answered row by row."""
        if why := _unread(rows):
            self.lost.setdefault(part, Counter())[why] += 1
            return []
        bad = next((place for place, (case, _) in enumerate(asks) if case.address in self.refused), len(asks))
        self.after |= {(case.address, repeat) for case, repeat in asks[bad + 1 :]}
        clean = [case.clean_twin for case, _ in asks if case.address not in self.refused]
        seen = []
        for (case, _), row in zip(asks, rows, strict=True):
            if case.address in self.refused:
                alone = self.refused[case.address]
                seen.append(Observation(before=alone, now=_as_refused(row, alone)))
            else:
                beside = tuple(self.alone[other] for other in clean if other != case.clean_twin)
                seen.append(Observation(before=self.alone[case.clean_twin], now=row, beside=beside))
        return seen


def of_bad_rows(contrast: Contrast) -> Contrast:
    """The replies to the bad rows themselves."""
    return Contrast(tuple(seen for seen in contrast.sendings if seen.before.disposition == "rejected"))


def beside_bad_rows(contrast: Contrast) -> Contrast:
    """The replies to the rows next to them."""
    return Contrast(tuple(seen for seen in contrast.sendings if seen.before.disposition != "rejected"))


def _unread(rows: Sequence[Judged | None]) -> str:
    """Why a batch was not answered row by row, "" if it was."""
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
    """A bad row without an answer counts as refused, in whatever form."""
    if row is None or row.disposition in ("timeout", "dropped") or (row.disposition == "accepted" and row.answer):
        return row
    return replace(alone, address=row.address, repeat=row.repeat)
