"""Changes that are known to be regressions or not, planted into a baseline to test the gate."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from harness.core.regression.baseline import CaseResult, Repeat
from harness.core.seed import Stream
from harness.core.verdict import SIGNIFICANT

Must = Literal["no-go", "not go", "not no-go"]
"""The expected outcome of the gate: "not go" is no-go or undecided, "not no-go" is go or undecided."""

Change = Callable[[CaseResult], CaseResult | None]
"""The change of a case; None if the case is no longer sent."""

REDRAWN = 20
MAX_ALARMS = 3
"""Maximum number of false alarms in 20 unchanged services; at a rate of 5 %, more occur in 1.6 % of self-tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """The side after with one change. slice: where it was planted, "" for everywhere. what: its description."""

    slice: str
    what: str
    expected: Must
    cases: tuple[CaseResult, ...]


def fewest(slices: int, cases: int, limit: float) -> int:
    """The minimum number of samples that must fall for a no-go: significant in a sign test, and above the limit.

    >>> fewest(2, 24, 0.05)
    6
    """
    return max(math.ceil(math.log2(max(1, slices) / SIGNIFICANT)), math.floor(limit * cases + 1e-9) + 1)


def regressions(name: str, cases: Sequence[CaseResult], slices: int, limit: float) -> Iterator[Mutation]:
    """Changes that the gate must detect in the slice `name`; none if too few samples passed."""
    inside = [case for case in cases if name in case.slices()]
    k = fewest(slices, len(inside), limit)
    holding = _holding(inside)
    asking = [case for case in holding if case.asks]
    planted: tuple[tuple[str, Must, Change, Sequence[CaseResult]], ...] = (
        ("accepted and wrong", "no-go", _all(_WRONG), holding),
        # Where no answer is asked for, a person is as good as a refusal.
        ("handed over", "no-go", _all(_HANDED_OVER), asking),
        ("not sent", "not go", lambda _: None, holding),
        ("without an answer", "not no-go", _all(_UNANSWERED), holding),
    )
    for what, expected, change, of in planted:
        if len(of) >= k:
            chosen = {case.address for case in of[:k]}
            description = f"{k} of {len(inside)} cases {what}"
            yield Mutation(slice=name, what=description, expected=expected, cases=_changed(cases, chosen, change))


def too_few(name: str, cases: Sequence[CaseResult], slices: int, limit: float) -> str:
    """Why nothing can be planted in the slice, "" if it can."""
    inside = [case for case in cases if name in case.slices()]
    k, holding = fewest(slices, len(inside), limit), len(_holding(inside))
    return f"only {holding} samples of it hold, and a drop shows from {k}" if holding < k else ""


def non_changes(cases: Sequence[CaseResult], seed: int) -> Iterator[Mutation]:
    """Changes that the gate must not report, in any slice."""
    everything = {case.address for case in cases}
    yield Mutation(slice="", what="nothing: the same answers again", expected="not no-go", cases=tuple(cases))
    yield Mutation(
        slice="",
        what="every confidence up to 0.01 off",
        expected="not no-go",
        cases=_changed(cases, everything, lambda case: _less_sure(case, seed)),
    )
    broken, mended = _exchange(cases)
    if broken:
        both = {case.address for case in (*broken, *mended)}
        swapped = _changed(cases, both, lambda case: _all(_WRONG if case in broken else _RIGHT)(case))
        yield Mutation(
            slice="", what=f"{len(broken)} cases broken, {len(mended)} mended", expected="not no-go", cases=swapped
        )


def redrawn(cases: Sequence[CaseResult], seed: int) -> Iterator[tuple[CaseResult, ...]]:
    """REDRAWN samples of an unchanged service: each reply is drawn from those that the case had before."""
    for time in range(REDRAWN):
        yield tuple(_again(case, Stream(seed, "selftest", case.address, time)) for case in cases)


def _again(case: CaseResult, draw: Stream) -> CaseResult:
    return replace(case, repeats=tuple(draw.choice(case.repeats) for _ in case.repeats)) if case.repeats else case


def _holding(cases: Sequence[CaseResult]) -> list[CaseResult]:
    """Cases that passed in every repeat, one per sample."""
    found: dict[str, CaseResult] = {}
    for case in cases:
        passed = case.known()
        if passed and all(passed) and len(passed) == len(case.repeats):
            found.setdefault(_sample(case), case)
    return list(found.values())


def _exchange(cases: Sequence[CaseResult]) -> tuple[list[CaseResult], list[CaseResult]]:
    """Equally many passing and failing cases in each pack, which expect an answer, each of another sample."""
    failing: dict[str, CaseResult] = {}
    for case in cases:
        if case.asks and case.known() and not any(case.known()):
            failing.setdefault(_sample(case), case)
    broken, mended = [], []
    for pack in dict.fromkeys(case.pack for case in failing.values()):
        fail = [case for case in failing.values() if case.pack == pack]
        hold = [
            case for case in _holding([c for c in cases if c.pack == pack and c.asks]) if _sample(case) not in failing
        ]
        pairs = min(len(fail), len(hold))
        broken += hold[:pairs]
        mended += fail[:pairs]
    return broken, mended


def _sample(case: CaseResult) -> str:
    return case.tags.get("sample") or case.address


def _changed(cases: Sequence[CaseResult], chosen: set[str], change: Change) -> tuple[CaseResult, ...]:
    after = (change(case) if case.address in chosen else case for case in cases)
    return tuple(case for case in after if case is not None)


def _all(reply: Repeat) -> Callable[[CaseResult], CaseResult]:
    return lambda case: replace(case, repeats=(reply,) * len(case.repeats))


def _less_sure(case: CaseResult, seed: int) -> CaseResult:
    draw = Stream(seed, "selftest", case.address)

    def moved(repeat: Repeat) -> Repeat:
        if repeat.confidence is None:
            return repeat
        return replace(repeat, confidence=min(1.0, max(0.0, repeat.confidence + 0.02 * draw.uniform() - 0.01)))

    return replace(case, repeats=tuple(map(moved, case.repeats)))


_RIGHT = Repeat(disposition="accepted", judgement="right")
_WRONG = Repeat(disposition="accepted", judgement="wrong")
_HANDED_OVER = Repeat(disposition="handed_over", judgement="right")
_UNANSWERED = Repeat(disposition="timeout", judgement="unscored")
