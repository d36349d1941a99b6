"""Makes the unanswerable inputs of a run and hands them to their robustness test."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.core.case import Case
from harness.core.errors import SampleError
from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.reply import Judged
from harness.core.robustness import STREAMS, RobustnessResult, RobustnessTest
from harness.core.seed import Stream
from harness.diff.gate.papers import kind_of, papers_of
from harness.diff.gate.worst import show
from harness.diff.robustness.unanswerable import UNANSWERABLE, unanswerable
from harness.generate.bases import made_fields
from harness.generate.draw_robustness import draw_unanswerable
from harness.generate.drawn import pilot_address
from harness.generate.recipes.packs import PILOT
from harness.generate.samples.matched_fields import matched_fields
from harness.generate.unanswerable import UnanswerableInput, unanswerable_inputs
from harness.run.phases.robustness.context import RobustnessContext
from harness.run.setup.prepare import Run
from harness.run.setup.robustness_tests import robustness_test

INVOICES = "invoices"
"""The kind of made paper of which a field can be torn off."""

TEARABLE = ("total", "invoice_number", "invoice_date", "vendor", "currency")
"""Fields that can be removed from a made invoice, the most revealing first."""


@dataclass(slots=True, kw_only=True)
class _Maker:
    """Makes unanswerable inputs.

    keys: samples, in the order in which they are used. papers: bases of made invoices that the service reads when they
    are clean. made: inputs by address.
    """

    run: Run
    keys: Sequence[str]
    papers: Sequence[str]
    made: dict[str, UnanswerableInput] = field(default_factory=dict)

    def case(self, kind: UnanswerableInput, turn: int) -> Case | None:
        """The input made from the sample of this turn; None if the sample does not change or cannot be read."""
        keys = self.papers if kind.made else self.keys
        key = keys[turn % len(keys)]
        drawn = draw_unanswerable(kind, key)
        try:
            (case,) = self.run.make([drawn])
        except SampleError:
            return None  # a page that the service can read and the harness cannot; other samples will do
        self.made[case.address] = kind
        return case if case.changed else None

    def first(self, kinds: Sequence[UnanswerableInput], count: int) -> list[Case]:
        """Up to `count` cases: the kinds of inputs in turn, each on the next sample."""
        turns = range(min(count, len(kinds) * len(self.keys)))
        found = (self.case(kinds[k % len(kinds)], k) for k in turns)
        return list({case.address: case for case in found if case}.values())

    def more(self, like: Case, count: int) -> list[Case]:
        """The same kind of input on up to `count` other samples."""
        kind = self.made[like.address]
        found = (self.case(kind, turn) for turn in range(len(self.keys)))
        return [case for case in found if case and case.address != like.address][:count]


@robustness_test("unanswerable", min_calls=4, weight=4)
def unanswerable_of(context: RobustnessContext) -> RobustnessTest:
    """The test with unanswerable inputs; it sends nothing if the samples have no field that can hold one."""
    run, judged, label = context.run, context.judged, context.label
    fields = tuple(run.profile.paths.fields) if run.profile else ()
    packs = {part.pack for part in run.settings.mix} - {PILOT}
    of_packs = [case for case in run.cases.values() if case.pack in packs and case.changed]
    papers = papers_of(of_packs, judged)
    read = [address.replace("/", ":") for address in papers.read() if kind_of(address) == INVOICES]
    shown = matched_fields(run.samples, made_fields())
    not_torn = [name for name in fields if name not in shown] if run.samples.kind == "page" else []
    judged_here = {shown[name] for name in fields if name in shown}
    torn = [name for name in TEARABLE if name in judged_here] if read and not not_torn else ()
    kinds = unanswerable_inputs(run.samples, torn, run.bases.seed)
    if not kinds:
        return _none(label)
    maker = _Maker(run=run, keys=_accepted_first(run, judged), papers=read)
    ordinary = {case.address for case in of_packs if papers.counts(case)}
    rows = [row for row in judged if row.address in ordinary]
    return unanswerable(
        maker.first(kinds, context.calls),
        maker.more,
        calls=context.calls,
        spare=max(0, context.spare),
        damaged=Count(sum(row.silent_error for row in rows), len(rows)),
        not_torn=not_torn,
        unread=run.samples.kind == "page" and not read,
        run=label,
    )


def _accepted_first(run: Run, judged: Sequence[Judged]) -> list[str]:
    """The samples in an order from the seed; those that the service accepts unmodified come first."""
    accepted = {row.address for row in judged if row.disposition == "accepted"}
    items = run.samples.items
    keys = [items[i].key for i in Stream(run.bases.seed, STREAMS[UNANSWERABLE]).order(len(items))]
    return sorted(keys, key=lambda key: pilot_address(key) not in accepted)


def _none(label: str) -> RobustnessTest:
    yield from ()
    finding = Finding(kind=FindingKind.NOT_TESTED, test=UNANSWERABLE, why=Why.NO_FIELD, show=show((), label))
    return RobustnessResult(findings=(finding,))
