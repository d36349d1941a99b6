"""Makes the unanswerable of a run and hands them to their robustness test."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.core.case import Case
from harness.core.errors import SampleError
from harness.core.reply import Judged
from harness.core.robustness import STREAMS, RobustnessResult, RobustnessTest
from harness.core.seed import Stream
from harness.core.verdict import Finding
from harness.diff.gate.criteria import show
from harness.diff.robustness.unanswerable import unanswerable
from harness.generate.bases import made_serve
from harness.generate.draw_robustness import UNANSWERABLE, draw_unanswerable
from harness.generate.drawn import pilot_address
from harness.generate.packs import PILOT
from harness.generate.unanswerable import UnanswerableInput, unanswerable_inputs
from harness.run.setup.prepare import Run

TEARABLE = ("total", "invoice_number", "invoice_date", "vendor", "currency")
"""Fields of a made invoice, the most telling first."""


@dataclass(slots=True, kw_only=True)
class _Maker:
    """Makes unanswerable inputs. keys: samples, in the order in which they are used. made: inputs by address."""

    run: Run
    keys: Sequence[str]
    made: dict[str, UnanswerableInput] = field(default_factory=dict)

    def case(self, anchor: UnanswerableInput, turn: int) -> Case | None:
        """The anchor on the sample of that turn; None where it left the sample as it was or cannot be made of it."""
        key = f"made:invoices#{turn}" if anchor.made else self.keys[turn % len(self.keys)]
        drawn = draw_unanswerable(anchor, key)
        try:
            (case,) = self.run.make([drawn])
        except SampleError:
            return None  # a page that the service reads and we cannot: other samples serve as well
        self.made[case.address] = anchor
        return case if case.changed else None

    def first(self, several: Sequence[UnanswerableInput], count: int) -> list[Case]:
        """So many cases: the unanswerable in turn, each time on the next sample."""
        turns = range(min(count, len(several) * len(self.keys)))
        found = (self.case(several[k % len(several)], k) for k in turns)
        return list({case.address: case for case in found if case}.values())

    def more(self, like: Case, count: int) -> list[Case]:
        """The same anchor on so many other samples."""
        anchor = self.made[like.address]
        found = (self.case(anchor, turn) for turn in range(len(self.keys)))
        return [case for case in found if case and case.address != like.address][:count]


def unanswerable_of(run: Run, judged: Sequence[Judged], calls: int, spare: int) -> RobustnessTest:
    """The test with unanswerable inputs; it sends nothing if the samples have no field that can hold one."""
    label = str(run.asker.folder.path)
    fields = tuple(run.seen.paths.fields) if run.seen else ()
    untorn = made_serve(fields) if run.samples.kind == "page" else ""
    torn = () if untorn else [name for name in TEARABLE if name in fields]
    several = unanswerable_inputs(run.samples, torn, run.bases.seed)
    if not several:
        return _none(label)
    maker = _Maker(run=run, keys=_accepted_first(run, judged))
    packs = {part.pack for part in run.settings.mix} - {PILOT}
    ordinary = {case.address for case in run.cases.values() if case.pack in packs and case.changed}
    rows = [row for row in judged if row.address in ordinary]
    return unanswerable(
        maker.first(several, calls),
        maker.more,
        calls=calls,
        spare=max(0, spare),
        damaged=(sum(row.silent_error for row in rows), len(rows)),
        left_out=f"no page was torn where a field stood: {untorn}" if untorn else "",
        run=label,
    )


def _accepted_first(run: Run, judged: Sequence[Judged]) -> list[str]:
    """The samples in an order of the seed's; those first that the service accepts as they are."""
    accepted = {row.address for row in judged if row.disposition == "accepted"}
    items = run.samples.items
    keys = [items[i].key for i in Stream(run.bases.seed, STREAMS[UNANSWERABLE]).order(len(items))]
    return sorted(keys, key=lambda key: pilot_address(key) not in accepted)


def _none(label: str) -> RobustnessTest:
    yield from ()
    text = "the records have no number with a range and no field of few words, so none was made that must be flagged"
    return RobustnessResult(findings=(Finding(kind="no_anchors", text=text, show=show((), label)),))
