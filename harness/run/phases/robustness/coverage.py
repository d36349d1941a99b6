"""Makes the cases of the coverage test: each field of the samples' records, each change alone; texts in long ones."""

from dataclasses import dataclass, field, replace

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.robustness import SENT, STREAMS, TWO_ORDERS, UNCHANGED, WAS, CoveredField, RobustnessTest
from harness.core.sample import Sample
from harness.core.seed import Stream
from harness.diff.robustness.fields.coverage import coverage
from harness.diff.robustness.fields.rounds import COVERAGE
from harness.generate.coverage import covered_fields, draw_coverage
from harness.generate.coverage_pages import PAGE_CHANGES
from harness.generate.drawn import pilot_address
from harness.generate.records.changes.one_field import CHANGES
from harness.generate.text.sized import ways_of
from harness.generate.value_changes import changes_of
from harness.run.phases.robustness.context import RobustnessContext
from harness.run.setup.prepare import Run
from harness.run.setup.published import promised_length
from harness.run.setup.robustness_tests import robustness_test


@dataclass(slots=True, kw_only=True)
class _Maker:
    """Makes cases by part and key of the sample."""

    run: Run
    fields: tuple[CoveredField, ...]
    samples: dict[str, Sample] = field(init=False)

    def __post_init__(self) -> None:
        self.samples = {sample.key: sample for sample in self.run.samples.items}

    def case(self, part: str, key: str) -> Case | None:
        """The case; None if the change leaves the body as it was."""
        (case,) = self.run.make([draw_coverage(part, self.samples[key], self.run.samples, self.fields)])
        if part == UNCHANGED or not case.changed:
            return case if part == UNCHANGED else None
        changes = changes_of(case, self.run.bases)
        if not changes:
            return case
        if not self.run.legible(case):
            return None
        return replace(case, tags={**case.tags, WAS: changes[0].place.text, SENT: changes[0].text})


@robustness_test(COVERAGE, min_calls=0, weight=0, kinds=("record", "text", "page"))
def coverage_of(context: RobustnessContext) -> RobustnessTest:
    """The coverage test of this run, over the samples that were accepted and right as they are."""
    run = context.run
    promised = promised_length(run.published, run.bases.wrapping)
    fields = covered_fields(run.samples, promised)
    return coverage(
        fields,
        (*CHANGES, *ways_of(promised), *PAGE_CHANGES, TWO_ORDERS),
        _Maker(run=run, fields=fields).case,
        _right(context),
        calls=context.calls,
        spare=max(0, context.spare),
        run=context.label,
    )


def _right(context: RobustnessContext) -> dict[str, Judged]:
    """The first answers to samples that were accepted and right, by key, in an order from the seed."""
    rows = context.answered_first()
    items = context.run.samples.items
    keys = [items[i].key for i in Stream(context.run.bases.seed, STREAMS[COVERAGE]).order(len(items))]
    found = {key: row for key in keys if (row := rows.get(pilot_address(key))) is not None}
    return {key: row for key, row in found.items() if row.straight_through}
