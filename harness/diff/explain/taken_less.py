"""Whether changed inputs are handed over, or refused, more often than the same samples without the change."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.core.case import Case
from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Disposition
from harness.diff.explain.handing_over import ALPHA, sign_test
from harness.diff.explain.noticed import noticed
from harness.diff.gate.evidence import PILOT, Evidence, vacuous

ENDS: tuple[Disposition, ...] = ("handed_over", "rejected")
"""The ways in which a service leaves a case to people; a finding for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A case, and whether all replies to it, and to its clean twin, ended in that way."""

    case: Case
    ended: bool
    twin_ended: bool


def taken_less_findings(evidence: Evidence, run: str) -> Iterator[Finding]:
    """One finding for each way, over the packs in which it is significant.

    Only cases of which every field can still be answered count, each beside its own clean twin. It is a sign test over
    the samples, because the cases of one sample change together, corrected for the number of packs and ways.
    """
    tried = [(end, pack, pairs) for end in ENDS for pack, pairs in _by_pack(evidence, end).items()]
    chances = [_chance(pairs) * len(tried) for _, _, pairs in tried]
    for end in ENDS:
        found = [
            (pack, pairs, p) for (one, pack, pairs), p in zip(tried, chances, strict=True) if one == end and p <= ALPHA
        ]
        if found:
            yield _finding(end, {pack: pairs for pack, pairs, _ in found}, max(p for *_, p in found), run)


def _by_pack(evidence: Evidence, end: Disposition) -> dict[str, list[_Pair]]:
    packs: defaultdict[str, list[_Pair]] = defaultdict(list)
    for case in evidence.cases.values():
        twin = evidence.cases.get(case.clean_twin)
        if case.pack == PILOT or vacuous(case) or not twin or not _whole(case):
            continue
        rows, before = evidence.of(case), evidence.of(twin)
        if rows and before:
            ended = all(row.disposition == end for row in rows)
            twin_ended = all(row.disposition == end for row in before)
            packs[case.pack].append(_Pair(case=case, ended=ended, twin_ended=twin_ended))
    return packs


def _whole(case: Case) -> bool:
    """Whether nothing of the answer was destroyed, so that the clean answer is still the right one."""
    return case.asks_for_answer() and all(case.effect(name) != "destroyed" for name in case.truth)


def _chance(pairs: Iterable[_Pair]) -> float:
    moved: defaultdict[str, int] = defaultdict(int)
    for pair in pairs:
        moved[pair.case.clean_twin] += pair.ended - pair.twin_ended
    return sign_test(sum(step > 0 for step in moved.values()), sum(step < 0 for step in moved.values()))


def _finding(end: Disposition, packs: Mapping[str, Sequence[_Pair]], p: float, run: str) -> Finding:
    """p: corrected, of the pack where chance explains most."""
    whole = [pair for pairs in packs.values() for pair in pairs]
    newly = [pair.case.address for pair in whole if pair.ended and not pair.twin_ended]
    return noticed(
        FindingKind.TAKEN_LESS,
        newly,
        run,
        n=len(whole),
        subject=end,
        count=Count(sum(pair.ended for pair in whole), len(whole)),
        control=Count(sum(pair.twin_ended for pair in whole), len(whole)),
        parts={pack: Count(sum(pair.ended for pair in pairs), len(pairs)) for pack, pairs in packs.items()},
        numbers={"p": p},
    )
