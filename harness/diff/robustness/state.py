"""Whether answers depend on earlier requests: later in the run, among look-alikes, after a start, across customers."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from harness.core.case import Kind
from harness.core.decide import status_of
from harness.core.finding import Circumstance
from harness.core.finding_kinds import Why
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult, RobustnessTest, Round
from harness.diff.explain.contrast import mixed
from harness.diff.robustness.afterwards import MIN_CALLS, MIN_SAMPLES, Before, afterwards
from harness.diff.robustness.both_orders import EACH, Make, Order
from harness.diff.robustness.cold_start import AFTER_START, FIRST, START, WhyNotStarted, cold_start
from harness.diff.robustness.identities import CALLS, OTHER_CUSTOMER, OTHER_HEADERS, ReplyValues, identities
from harness.diff.robustness.openings import BUT_FOR_AN_ACCENT, SAME, couples_of, in_common, openings
from harness.diff.robustness.state_parts import CallBudget, StatePart, untested, worst_of

OPENINGS_OF = 3
"""One call in this many is for similar samples."""

ROOM_TO_START = 40
"""Calls reserved for a configured start command, however many calls the other parts need to confirm a change."""

ALWAYS = MIN_CALLS + 2 * EACH
"""Calls of the parts that need no setting: later, look-alikes, and those that differ by an accent."""

Parts = Generator[Round, Sequence[Judged | None], list[StatePart]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSetup:
    """What this run can test.

    kind: of the samples. alike: whether two samples can be made alike. accents: and then differ by an accent alone.
    make: the case of a sample in a part of the robustness test. why_not_started: why an instance of that number could
    not be reached, "" if it could; None without a start command. reply_values: all values of the reply behind a row, by
    path; None without a second identity.
    """

    kind: Kind
    make: Make
    alike: bool = True
    accents: bool = True
    why_not_started: WhyNotStarted | None = None
    reply_values: ReplyValues | None = None


def state(before: Before, setup: StateSetup, *, calls: int, most: int, spare: int, run: str) -> RobustnessTest:
    """The test: yields what to send, is sent the judged replies, returns its criterion and findings.

    calls: at most, while nothing differs. most: requests with one answer in a row. spare: more calls, to confirm what
    was noticed. run: its label, for the commands.
    """
    here = _State(before=before, setup=setup, budget=CallBudget(left=calls + spare), calls=calls, run=run)
    parts = yield from here.parts(most)
    criteria, findings = worst_of(parts)
    not_tested = tuple(part.untested for part in parts if part.untested)
    return RobustnessResult(criteria=criteria, findings=(*findings, *not_tested))


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """calls: at most, while nothing differs."""

    before: Before
    setup: StateSetup
    budget: CallBudget
    calls: int
    run: str

    def parts(self, most: int) -> Parts:
        """The results of all parts. most: requests with one answer in a row.

        The first two parts leave the calls of the others if that leaves their own minimum; else those are spare calls.
        """
        setup, budget = self.setup, self.budget
        answered = self.before.answered_alone()
        enough = self.calls >= MIN_CALLS + EACH
        couples = couples_of(answered, self.before.alone) if setup.alike and enough else []
        leaks = CALLS if setup.reply_values else 0
        accents = EACH if couples and setup.accents else 0
        later = accents + calls_of_settings(start=bool(setup.why_not_started), other=bool(leaks))
        own = self.calls - (later if self.calls - later >= MIN_CALLS + EACH else 0)
        room = min(EACH * len(couples), EACH * max(1, own // OPENINGS_OF // EACH))
        to_start = min(ROOM_TO_START, max(FIRST, budget.left - own - leaks - accents)) if setup.why_not_started else 0
        kept = leaks + to_start + accents
        spare = budget.left - own - kept
        part = afterwards(self.before, budget, calls=own - room, most=most, spare=spare, run=self.run)
        parts = [(yield from budget.spend_on(part))]
        parts += (yield from self._look_alikes(couples, room, kept)) if couples else [self._no_look_alikes(enough)]
        parts += yield from self._cold_start(leaks)
        parts += yield from self._identities()
        return parts

    def _look_alikes(self, couples: Sequence[Order], room: int, kept: int) -> Parts:
        """Couples that differ by an accent first: a cache key without accents would confuse the others as well."""
        setup, budget = self.setup, self.budget
        first, spare = StatePart(), budget.left - room - kept
        if setup.accents and spare < 0:
            why = untested(in_common(setup.kind, BUT_FOR_AN_ACCENT), Why.TOO_FEW_CALLS, numbers={"needed": EACH})
            first = StatePart(untested=why)
        elif setup.accents:
            part = openings(
                couples,
                setup.kind,
                BUT_FOR_AN_ACCENT,
                setup.make,
                budget,
                alone=self.before.by_sample(),
                calls=EACH,
                spare=spare,
                run=self.run,
            )
            first = yield from budget.spend_on(part)
        if first.criterion and status_of(first.criterion) == "failed":
            return [first]
        spare = budget.left - room - kept + (EACH if setup.accents else 0)
        alone = self.before.by_sample()
        part = openings(
            couples, setup.kind, SAME, setup.make, budget, alone=alone, calls=room, spare=spare, run=self.run
        )
        return [first, (yield from budget.spend_on(part))]

    def _no_look_alikes(self, enough: bool) -> StatePart:
        """Why no look-alikes were sent. enough: whether there were calls for them."""
        where = in_common(self.setup.kind, SAME)
        if not self.setup.alike:
            return StatePart(untested=untested(where, Why.NO_FIELD))
        if not enough:
            numbers = {"calls": self.calls, "needed": MIN_CALLS + EACH}
            return StatePart(untested=untested(where, Why.TOO_FEW_CALLS, numbers=numbers))
        samples = len(self.before.answered_alone())
        if samples < MIN_SAMPLES:
            numbers = {"samples": samples, "needed": MIN_SAMPLES}
            return StatePart(untested=untested(where, Why.TOO_FEW_SAMPLES, numbers=numbers))
        return StatePart(untested=untested(where, Why.SAME_ANSWERS))

    def _cold_start(self, kept: int) -> Parts:
        """The first answers after a start. kept: calls that are left for what comes after."""
        why = self.setup.why_not_started
        if not why:
            return [_not_configured(AFTER_START, START)]
        cases = mixed(self.before.answered_alone(), self.before.alone)
        part = cold_start(cases, self.before.alone, self.budget, why, spare=self.budget.left - kept, run=self.run)
        return [(yield from self.budget.spend_on(part))]

    def _identities(self) -> Parts:
        """The same bytes from two customers."""
        values = self.setup.reply_values
        if not values:
            return [_not_configured(OTHER_CUSTOMER, OTHER_HEADERS)]
        cases = mixed(self.before.answered_alone(), self.before.alone)
        part = identities(cases, self.setup.make, values, self.budget, spare=self.budget.left, run=self.run)
        return [(yield from self.budget.spend_on(part))]


def calls_of_settings(*, start: bool, other: bool) -> int:
    """The minimum calls of the parts that need a setting. start: another instance. other: a second identity."""
    return (FIRST if start else 0) + (CALLS if other else 0)


def _not_configured(where: Circumstance, setting: str) -> StatePart:
    return StatePart(untested=untested(where, Why.NOT_CONFIGURED, subject=setting))
