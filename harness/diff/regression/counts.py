"""Counts over the replies to each case of one side. Cases with the same counts are of one kind."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from harness.core.regression.arrays import Floats, Ints, alike, looked_up
from harness.core.regression.baseline import Repeat
from harness.core.regression.columns import Cases
from harness.core.regression.gathering import Coding


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Counts over the replies to a case, for each kind of case.

    known: repeats that count for quality; passed: those of them that passed. rows: repeats that are no
    integration error; handed, silent: those of them handed over, and accepted and wrong. fields, right: verdicts on
    fields, and those that are right.
    """

    known: Ints
    passed: Ints
    rows: Ints
    handed: Ints
    silent: Ints
    fields: Ints
    right: Ints

    def of(self, kinds: Ints) -> "Counts":
        """The counts of these kinds; -1 is a side without the case, which has counts of 0."""
        return Counts(*(np.append(getattr(self, one.name), 0)[kinds] for one in fields(self)))


def counts_of(cases: Cases) -> tuple[Ints, Counts]:
    """The kind of each case, and the counts of each kind."""
    reply, adds = _replies(cases)
    if cases.sent_once:
        kind, one_of_each = alike(reply)
        return kind, Counts(*adds[:, reply[one_of_each]])
    sums = [cases.of_cases(looked_up(column, reply)) for column in adds]
    kind, one_of_each = alike(*sums)
    return kind, Counts(*(column[one_of_each] for column in sums))


def _replies(cases: Cases) -> tuple[Ints, NDArray[np.int64]]:
    """The kind of each reply, and what a reply of each kind adds to each count.

    Replies of one kind have the same outcome and numbers of fields, and their cases expect an answer, or none does.
    """
    verdicts = [list(one.values()) for one in cases.verdicts]
    right_counts = Coding()
    of_verdict = right_counts.of((len(one), one.count("right")) for one in verdicts)
    kind = (cases.outcome * 2 + cases.of_replies(cases.asks)) * len(right_counts) + looked_up(of_verdict, cases.verdict)
    added = [_added(one, asks, *key) for one in cases.outcomes for asks in (False, True) for key in right_counts]
    return kind, np.array(added, np.int64).reshape(len(added), len(fields(Counts))).T


def _added(one: Repeat, asks: bool, verdicts: int, right: int) -> tuple[int, ...]:
    """What such a reply adds to each count."""
    passed, came = one.passed(asks=asks), not one.integration_error
    handed, silent = came and one.disposition == "handed_over", is_silent(one)
    return passed is not None, bool(passed), came, handed, silent, came * verdicts, came * right


def is_silent(one: Repeat) -> bool:
    """Accepted and wrong."""
    return one.disposition == "accepted" and one.judgement == "wrong"


def surest(cases: Cases) -> Floats:
    """The highest confidence of a silent error for each case; 0 without one."""
    silent = cases.where(is_silent)
    found = np.zeros(len(cases))
    owner = cases.of_replies(np.arange(len(cases)))[silent]
    np.maximum.at(found, owner, np.nan_to_num(cases.confidence[silent]))
    return found
