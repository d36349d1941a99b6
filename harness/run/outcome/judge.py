"""Turn replies into judged rows. They can be derived again from the run folder at any time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.core.case import Case
from harness.core.reply import Judged, Outcome, Reply
from harness.core.robustness import in_batch
from harness.core.settings import Settings
from harness.diff.scoring.crashes import blamed_on_input
from harness.diff.scoring.field_types import FieldType
from harness.diff.scoring.judge import ANSWERED, judge_reply
from harness.generate.recipes.packs import PILOT
from harness.replay.reading import AnswerPaths, read_outcome
from harness.replay.rows import read_row
from harness.store.folder import RunFolder
from harness.store.rows import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Everything that turns a reply into a judged row.

    types: one for each field that the reply carries. unloaded: replies of a load run that were sent before the load or
    after it; None: a check.
    in_windows: replies of a load run to requests that were due while a fault was in force.
    """

    settings: Settings
    paths: AnswerPaths
    types: Mapping[str, FieldType]
    folder: RunFolder
    unloaded: frozenset[Key] | None = None
    in_windows: frozenset[Key] = frozenset()

    def outcome(self, reply: Reply) -> Outcome:
        """The disposition and the answer that the reply shows."""
        read = read_row if in_batch(reply.address) else read_outcome
        return read(reply, self.folder.body(reply), self.paths, self.settings.target)

    def by_itself(self, case: Case, reply: Reply) -> Judged:
        """One reply without its clean twin, for a first look while others are still to come."""
        return judge_reply(case, self.outcome(reply), self.types, None, reply)

    def judge(self, cases: Mapping[str, Case]) -> list[Judged]:
        """Every stored reply to `cases`, judged, in the order of addresses and repeats."""
        replies = [reply for _, reply in sorted(self.folder.replies.items()) if reply.address in cases]
        outcomes = dict(self._outcomes(replies))
        answered = next((o for (a, _), o in outcomes.items() if _is_pilot(a) and o.disposition in ANSWERED), None)
        rows: list[Judged] = []
        known: dict[tuple[str, int, int], Judged] = {}  # a load repeats its cases, and answers repeat themselves
        for reply in replies:
            case, outcome = cases[reply.address], outcomes[(reply.address, reply.repeat)]
            same = (reply.address, id(outcome), reply.status)
            if same not in known:
                # A made base has no clean twin. An answered pilot case shows that the service answers at all.
                clean_twin = outcomes.get((case.clean_twin, 0)) if case.clean_twin else answered
                known[same] = judge_reply(case, outcome, self.types, clean_twin, reply)
            rows.append(known[same].of(reply))
        return rows if self.unloaded is None else self._blamed(rows, cases)

    def _outcomes(self, replies: Iterable[Reply]) -> Iterator[tuple[Key, Outcome]]:
        """The outcome of each reply; the same object for replies that say the same."""
        known: dict[tuple[object, ...], Outcome] = {}
        for reply in replies:
            said = (in_batch(reply.address), reply.status, reply.body, reply.body_file, reply.error)
            if said not in known:
                known[said] = self.outcome(reply)
            yield (reply.address, reply.repeat), known[said]

    def _blamed(self, rows: Sequence[Judged], cases: Mapping[str, Case]) -> list[Judged]:
        """The rows of a load run, with crashes blamed on the input only against untouched samples under the load."""
        unloaded = [row for row in rows if (row.address, row.repeat) in (self.unloaded or ())]
        return sorted(
            [*unloaded, *blamed_on_input(self.under_load(rows), cases)],
            key=lambda row: (row.address, row.repeat),
        )

    def under_load(self, rows: Iterable[Judged]) -> list[Judged]:
        """The rows of the load itself, outside of the windows of faults; in a check all of them."""
        apart = (self.unloaded or frozenset()) | self.in_windows
        return [row for row in rows if (row.address, row.repeat) not in apart]


def _is_pilot(address: str) -> bool:
    return address.startswith(f"{PILOT}/")
