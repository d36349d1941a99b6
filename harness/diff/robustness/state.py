"""Whether answers depend on what was asked before: later in the run, behind the same opening, right after a start."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from harness.core.case import Kind
from harness.core.decide import judge_line
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult, RobustnessTest, Round
from harness.core.verdict import Finding
from harness.diff.gate.criteria import show
from harness.diff.robustness.afterwards import MIN_CALLS, Before, afterwards
from harness.diff.robustness.both_orders import EACH, Make, Order
from harness.diff.robustness.cold_start import Why, cold_start
from harness.diff.robustness.identities import CALLS, Values, identities
from harness.diff.robustness.openings import BUT_FOR_AN_ACCENT, SAME, couples_of, openings
from harness.diff.robustness.state_parts import CallBudget, StatePart, mixed, worst_of

OPENINGS_OF = 3
"""The part of the calls, one in so many, that texts with one opening get."""

ROOM_TO_START = 40
"""Calls that are kept for a start command that was declared, whatever is looked at again before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the run can do.

    kind: of the samples. twins: whether two of them can be made alike. accents: and then differ by an accent alone.
    make: the case of a sample in a part of the robustness test. started: why an instance of that number could not be
    asked, "" where it could; None where there is no start command. values: of the reply behind a row, by path; None
    where there is no second identity.
    """

    kind: Kind
    make: Make
    twins: bool = True
    accents: bool = True
    started: Why | None = None
    values: Values | None = None


def state(before: Before, means: Means, *, calls: int, most: int, spare: int, run: str) -> RobustnessTest:
    """The test: yields what to send, is sent the judged replies, ends with its line and findings.

    calls: at most, while nothing differs. most: requests of one answer in a row. spare: more calls, to ask again where
    something differs. run: its label, for the commands.
    """
    purse = CallBudget(left=calls + spare)
    parts = yield from _parts(before, means, purse, calls, most, run)
    lines, findings = worst_of(parts)
    unasked = [part.unasked for part in parts if part.unasked]
    note = Finding(kind="not_asked", text=f"state: nothing is known of {'; of '.join(unasked)}", show=show((), run))
    return RobustnessResult(lines=lines, findings=(*findings, *((note,) if unasked else ())))


def _parts(
    before: Before, means: Means, purse: CallBudget, calls: int, most: int, run: str
) -> Generator[Round, Sequence[Judged | None], list[StatePart]]:
    couples = couples_of(before.asked_alone(), before.alone) if means.twins and calls >= MIN_CALLS + EACH else []
    room = min(EACH * len(couples), EACH * max(1, calls // OPENINGS_OF // EACH))
    later = calls - room
    leaks = CALLS if means.values else 0
    kept = leaks + (ROOM_TO_START if means.started else 0) + (EACH if couples and means.accents else 0)
    part = afterwards(before, purse, calls=later, most=most, spare=purse.left - calls - kept, run=run)
    parts = [(yield from purse.pay(part))]
    parts += yield from _near_twins(couples, means, purse, room, kept, run)
    cases = mixed(before.asked_alone(), before.alone)
    if means.started:
        part = cold_start(cases, before.alone, purse, means.started, spare=purse.left - leaks, run=run)
        parts.append((yield from purse.pay(part)))
    else:
        parts.append(StatePart(unasked="answers right after a start (no [target] start)"))
    if means.values:
        part = identities(cases, means.make, means.values, purse, spare=purse.left, run=run)
        parts.append((yield from purse.pay(part)))
    else:
        parts.append(StatePart(unasked="leaks between customers (no [target] other_headers)"))
    return parts


def _near_twins(
    couples: Sequence[Order], means: Means, purse: CallBudget, room: int, kept: int, run: str
) -> Generator[Round, Sequence[Judged | None], list[StatePart]]:
    """Those that differ by an accent first: to a key without accents the others would be twins as well."""
    if not couples:
        return [StatePart(unasked=_no_twins(means.kind, twins=means.twins))]
    first, spare = StatePart(), purse.left - room - kept
    if means.accents and spare < 0:
        first = StatePart(unasked=f"{means.kind}s that are alike but for an accent (no calls are left)")
    elif means.accents:
        part = openings(couples, means.kind, BUT_FOR_AN_ACCENT, means.make, purse, calls=EACH, spare=spare, run=run)
        first = yield from purse.pay(part)
    if first.line and judge_line(first.line) == "no-go":
        return [first]
    spare = purse.left - room - kept + (EACH if means.accents else 0)
    part = openings(couples, means.kind, SAME, means.make, purse, calls=room, spare=spare, run=run)
    return [first, (yield from purse.pay(part))]


def _no_twins(kind: Kind, *, twins: bool) -> str:
    """Why none were asked: what makes two samples alike, or that they could not be told apart."""
    what = {"text": "", "page": "no file name is sent", "record": "no field is named as an id"}
    return f"near-twins of {kind}s ({'too few calls, or all have one answer' if twins else what[kind]})"
