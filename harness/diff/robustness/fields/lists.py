"""Lists longer than any of the pilot: does all of a list count?

Nobody knows the right answer to a longer list. But if a list in reverse order gets the same answer, then a long list in
two orders must get one answer as well. A service that reads only the first or the last items gives two.
"""

from dataclasses import replace
from itertools import islice

from harness.core.case import Case
from harness.core.reply import FieldScore, Judged
from harness.core.robustness import TWO_ORDERS, CoveredField, part_of
from harness.diff.explain.contrast import answered
from harness.diff.robustness.fields.rounds import Coverage, Rounds
from harness.diff.robustness.fields.tried import Tried
from harness.diff.scoring.judge import Judgement

REVERSED, LONG, LONG_BACK = "reversed", "long_list", "long_list_back"
SAMPLES = 4
"""Samples whose lists are sent in other orders and lengths."""


def try_lists(state: Coverage) -> Rounds:
    """Each list that matters: reversed, and if that changes nothing, long in two orders."""
    for one in state.fields:
        if TWO_ORDERS in one.changes and one.path in state.sensitive:
            yield from _try_list(state, one)


def _try_list(state: Coverage, one: CoveredField) -> Rounds:
    keys = [key for key in state.steady() if key in one.values]
    turned = ((key, case) for key in keys if (case := state.make(part_of(REVERSED, one.path), key)))
    chosen = list(islice(turned, min(SAMPLES, max(0, state.left // 3))))
    rows = yield from state.ask("lists in reverse order", [case for _, case in chosen])
    if not chosen or not all(row is not None and row.straight_through for row in rows):
        return
    ways = [[state.make(part_of(way, one.path), key) for key, _ in chosen] for way in (LONG, LONG_BACK)]
    pairs = [(a, b) for a, b in zip(*ways, strict=True) if a is not None and b is not None]
    rows = yield from state.ask("long lists in two orders", [case for pair in pairs for case in pair])
    tried = Tried(field=one, change=TWO_ORDERS)
    for (_, case), first, second in zip(pairs, rows[::2], rows[1::2], strict=True):
        if first is not None and second is not None:
            tried.note(*_as_first(case, first, second))
    if tried.cases:
        state.tried.append(tried)


def _as_first(case: Case, first: Judged, second: Judged) -> tuple[Case, Judged]:
    """The second order, judged by the answer to the first one, if both were accepted."""
    names = [name for name, one in first.answer.items() if second.answer.get(name) != one]
    compared = answered(first) and answered(second)
    judgement: Judgement = "unscored" if not compared else "wrong" if names else "right"
    fields = tuple(FieldScore(name=name, verdict="wrong") for name in names if compared)
    row = replace(second, judgement=judgement, fields=fields)
    return replace(case, truth=dict(first.answer)), row
