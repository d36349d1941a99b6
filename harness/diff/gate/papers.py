"""Which cases on made papers count: those whose clean paper the service answers right.

A paper of the harness looks like no paper of the team. A service that cannot read the clean one shows nothing about
what was done to it, so neither its right nor its wrong answers enter rates, findings or causes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.core.case import Case
from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Judged
from harness.diff.gate.evidence import vacuous
from harness.diff.gate.worst import WORST, show

ENOUGH = 2 / 3
"""Minimum share of the clean papers of one kind that must be right, as 8 of 12, and of a pack's cases that count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """The clean papers that were sent.

    right: whether every answer to it was right, also one that was handed over, by address. wrong: the other replies.
    unread: kinds of paper that the service does not read. not_judged: packs that mainly have cases on such papers.
    """

    right: Mapping[str, bool] = field(default_factory=dict)
    wrong: tuple[Judged, ...] = ()
    unread: tuple[str, ...] = ()
    not_judged: tuple[str, ...] = ()

    def counts(self, case: Case) -> bool:
        """Whether the case enters rates; it does if its clean paper was not sent."""
        if case.pack in self.not_judged or kind_of(case.control) in self.unread:
            return False
        return self.right.get(case.control, True)

    def read(self) -> tuple[str, ...]:
        """Addresses of the clean papers that were answered right."""
        return tuple(address for address, held in self.right.items() if held)

    def count(self, kinds: Iterable[str]) -> Count:
        """How many clean papers of these kinds were answered right."""
        held = [held for address, held in self.right.items() if kind_of(address) in kinds]
        return Count(sum(held), len(held))


NO_PAPERS = Papers()


def papers_of(cases: Sequence[Case], judged: Iterable[Judged]) -> Papers:
    """The clean papers of these cases, with the packs that cannot be judged."""
    rows: defaultdict[str, list[Judged]] = defaultdict(list)
    wanted = {case.control for case in cases if case.control}
    for row in judged:
        if row.address in wanted:
            rows[row.address].append(row)
    right = {address: all(row.judgement == "right" for row in sent) for address, sent in rows.items()}
    tried, read = Counter(map(kind_of, right)), Counter(kind_of(address) for address, held in right.items() if held)
    unread = tuple(kind for kind, count in tried.items() if read[kind] < ENOUGH * count)
    return Papers(
        right=right,
        wrong=tuple(row for sent in rows.values() for row in sent if row.judgement != "right"),
        unread=unread,
        not_judged=_not_judged([case for case in cases if not vacuous(case)], unread),
    )


def not_judged_finding(papers: Papers, run: str) -> Finding:
    """The packs that cannot be judged, with how many of the clean papers were right."""
    worst = tuple(row.address for row in papers.wrong if kind_of(row.address) in papers.unread)[:WORST]
    return Finding(
        kind=FindingKind.PACKS_NOT_JUDGED,
        names=papers.not_judged,
        count=papers.count(papers.unread),
        cases=worst,
        show=show(worst, run),
    )


def kind_of(address: str) -> str:
    """`invoices` of `made/invoices#3`, and `claim_form` of `papers_from_abroad/claim_form#3`."""
    return address.partition("#")[0].rpartition("/")[2]


def _not_judged(cases: Sequence[Case], unread: Sequence[str]) -> tuple[str, ...]:
    whole = Counter(case.pack for case in cases)
    lost = Counter(case.pack for case in cases if kind_of(case.control) in unread)
    return tuple(pack for pack, count in lost.items() if count > (1 - ENOUGH) * whole[pack])
