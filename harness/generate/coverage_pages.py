"""The fields whose values pages show, as the coverage test changes them: each alone, in forms that are far apart."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from harness.core.case import Plan, Step
from harness.core.errors import PackError, did_you_mean
from harness.core.robustness import CoveredField, robustness_stream
from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.core.settings import RobustnessName
from harness.generate.bases import Bases
from harness.generate.drawn import Drawn
from harness.generate.ops import get_op
from harness.generate.pages.printed.changing import ShownField, change_field
from harness.generate.pages.printed.values import FieldValue

COVERAGE: RobustnessName = "coverage"
AT = "@"
"""Between the op and its severity in the name of a change: `field.amount_form@6`."""

MAX_SAMPLES = 200
"""Samples whose values are looked at."""

KINDS: Mapping[str, tuple[str, tuple[int, ...]]] = MappingProxyType(
    {
        "field.date_value": ("range", (4, 6, 9, 2, 3)),
        "field.amount_size": ("range", (7, 9, 5, 1)),
        "field.amount_form": ("format", (6, 7, 1, 2, 5)),
        "field.code_form": ("identity", (2, 3, 4, 6, 8)),
        "field.label": ("vocabulary", (2, 5, 3, 1, 4, 6)),
        "field.date_form": ("format", (3, 4, 6, 2)),
        "field.name_form": ("vocabulary", (7, 2, 6, 8)),
    }
)
"""By op, the kind of change and its severities, the most telling first."""

PAGE_CHANGES = tuple(f"{op}{AT}{severity}" for op, (_, severities) in KINDS.items() for severity in severities)
"""The names of all changes in the order in which they are tried."""


def page_fields(samples: Samples) -> tuple[CoveredField, ...]:
    """The fields that some pages show, with the changes that fit them."""
    bases = Bases(seed=0, samples=samples)
    shown: dict[str, dict[str, ShownField]] = {}
    for sample in samples.items[:MAX_SAMPLES]:
        for field in bases.shown(sample):
            shown.setdefault(field.value.field, {})[sample.key] = field
    return tuple(_field(name, found) for name, found in shown.items())


def _field(name: str, shown: Mapping[str, ShownField]) -> CoveredField:
    return CoveredField(
        path=name,
        changes={
            change: KINDS[change.partition(AT)[0]][0]
            for change in PAGE_CHANGES
            if any(change_field(field, partial(_written, change)) for field in shown.values())
        },
        values={key: json.dumps(field.value.text) for key, field in shown.items()},
        others={},
    )


def _written(change: str, value: FieldValue) -> FieldValue:
    op, _, severity = change.partition(AT)
    after: FieldValue = get_op(op).run(value, int(severity), Stream(0, change))
    return after


def draw_page(drawn: Drawn, change: str, path: str, sample: Sample) -> Drawn:
    """The sample with this change of the value of one field. PackError if there is no such change."""
    if change not in PAGE_CHANGES:
        raise PackError(f'no change "{change}" of a value\n{did_you_mean(change, PAGE_CHANGES, ", ".join(KINDS))}')
    op, _, severity = change.partition(AT)
    step = Step(op=op, severity=int(severity), site=path)
    stream = robustness_stream(COVERAGE, f"{change}:{path}", sample.key)
    return replace(drawn, plan=Plan(base=drawn.plan.base, steps=(step,), stream=stream))
