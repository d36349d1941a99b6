"""The same case on both sides: what became of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.core.baseline import CaseResult, Change, Results
from harness.diff.exact import Paired


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One case on both sides. before: None for a case that is new. after: None for one that was not sent."""

    address: str
    before: CaseResult | None
    after: CaseResult | None
    change: Change

    @property
    def case(self) -> CaseResult:
        """The case as either side knows it."""
        found = self.before or self.after
        assert found is not None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """All cases of two sides in the order of their addresses.

    other_bytes: addresses that both sides have, with different bytes: not the same case, so counted as missing.
    """

    pairs: tuple[Pair, ...]
    other_bytes: tuple[str, ...] = field(default_factory=tuple)

    def by_slice(self, names: Iterable[str]) -> dict[str, list[Pair]]:
        """Those of each of these slices."""
        found: dict[str, list[Pair]] = {name: [] for name in names}
        for pair in self.pairs:
            for name in pair.case.slices() & found.keys():
                found[name].append(pair)
        return found


def pair_up(before: Results, after: Results) -> Pairs:
    """Each case of either side, paired by its address where its bytes are the same."""
    pairs, other = [], []
    for address in sorted({**before.cases, **after.cases}):
        old, new = before.cases.get(address), after.cases.get(address)
        if old and new and old.sha256 != new.sha256:
            other.append(address)
            new = None
        pairs.append(Pair(address=address, before=old, after=new, change=classify(old, new)))
    return Pairs(pairs=tuple(pairs), other_bytes=tuple(other))


def classify(before: CaseResult | None, after: CaseResult | None) -> Change:
    """What became of a case.

    missing: it was not sent again (or not with the same bytes). unanswered: a side has no reply that says anything of
    its quality. flaky: its repeats disagree on a side. newly_*: it held before, or does now. Where neither or both
    held, the right fields decide, and that a silent error is worse than an answer that was handed over.
    """
    if before is None or after is None:
        return "new" if before is None else "missing"
    held = [known(before), known(after)]
    if not held[0] or not held[1]:
        return "unanswered"
    if any(len(set(side)) > 1 for side in held):
        return "flaky"
    if held[0][0] and not held[1][0]:
        return "newly_handed_over" if _handed_over(after) else "newly_failing"
    if held[1][0] and not held[0][0]:
        return "newly_passing"
    old, new = _standing(before), _standing(after)
    return "same" if old == new else "improved" if new > old else "regressed"


def known(case: CaseResult) -> list[bool]:
    """Whether each repeat held, of those that say anything of the service's quality."""
    return [held for repeat in case.repeats if (held := repeat.held(asks=case.asks)) is not None]


def _handed_over(case: CaseResult) -> bool:
    return all(repeat.disposition == "handed_over" for repeat in case.repeats if not repeat.integration_error)


def _standing(case: CaseResult) -> tuple[float, float]:
    """How good a case is among those that held, or failed, alike; larger is better."""
    rows = [repeat for repeat in case.repeats if not repeat.integration_error]
    silent = sum(repeat.disposition == "accepted" and repeat.judgement == "wrong" for repeat in rows)
    verdicts = [verdict for repeat in rows for verdict in repeat.fields.values()]
    right = verdicts.count("right") / len(verdicts) if verdicts else 0.0
    return (-silent / len(rows), round(right, 9))


def paired(pairs: Iterable[Pair]) -> tuple[list[Paired], list[tuple[float, float]]]:
    """The pairs that can be compared, and the least and largest drop of each of those that were sent but cannot be."""
    compared: list[Paired] = []
    unknown: list[tuple[float, float]] = []
    for pair in pairs:
        if pair.before is None or pair.after is None:
            continue
        old, new = known(pair.before), known(pair.after)
        if old and new:
            compared.append(
                Paired(
                    before=len(old),
                    before_held=sum(old),
                    after=len(new),
                    after_held=sum(new),
                    base=pair.case.tags.get("sample", ""),
                )
            )
        else:
            (old_low, old_high), (new_low, new_high) = _reach(old), _reach(new)
            unknown.append((old_low - new_high, old_high - new_low))
    return compared, unknown


def _reach(held: Sequence[bool]) -> tuple[float, float]:
    return (sum(held) / len(held),) * 2 if held else (0.0, 1.0)


def counted(pairs: Iterable[Pair]) -> dict[Change, int]:
    """How many cases are of each class; classes without a case are left out."""
    return dict(Counter(pair.change for pair in pairs).most_common())


WORSE: Mapping[Change, int] = {"newly_failing": 0, "newly_handed_over": 1, "flaky": 2, "regressed": 3, "missing": 4}
"""The classes that a person should look at, the most urgent first."""


def worst(pairs: Iterable[Pair], most: int) -> tuple[str, ...]:
    """Addresses of the cases that became worse: by class, those that fail silently first, then the most confident."""
    fell = [pair for pair in pairs if pair.change in WORSE and _fell(pair)]
    return tuple(pair.address for pair in sorted(fell, key=_urgency)[:most])


def _fell(pair: Pair) -> bool:
    if pair.change != "flaky" or pair.before is None or pair.after is None:
        return True
    old, new = known(pair.before), known(pair.after)
    return sum(new) / len(new) < sum(old) / len(old)


def _urgency(pair: Pair) -> tuple[int, int, float, str]:
    rows = pair.after.repeats if pair.after else ()
    silent = [row for row in rows if row.disposition == "accepted" and row.judgement == "wrong"]
    return WORSE[pair.change], -len(silent), -max((row.confidence or 0.0 for row in silent), default=0.0), pair.address
