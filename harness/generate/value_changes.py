"""What a case prints instead of a value of its sample, and where."""

from harness.core.case import CHANGED_FIELD, Case
from harness.generate.bases import Bases, is_made
from harness.generate.pages.printed.pdf_edit import Change
from harness.generate.steps import change_by_plan, value_step


def changes_of(case: Case, bases: Bases) -> tuple[Change, ...]:
    """The places of the sample that the case shows with another text; none if it changes no value."""
    if is_made(case.plan.base) or value_step(case.plan) is None:
        return ()
    fields = bases.shown(bases.sample(case.plan.base))
    shown = next((one for one in fields if one.value.field == case.tags.get(CHANGED_FIELD)), None)
    changed = change_by_plan(case.plan, bases.seed, shown) if shown else None
    return changed.changes if changed else ()
