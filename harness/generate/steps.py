"""Apply the steps of a plan, layer by layer, and record their effect on each labelled field."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from harness.core.case import Effect, Plan, Step
from harness.core.errors import PackError
from harness.core.seed import Stream
from harness.generate.ops import get_op
from harness.generate.pages.made.invoice_data import FOLLOWS
from harness.generate.pages.printed.changing import ChangedField, ShownField, change_field
from harness.generate.pages.typesetting.type import OwnFace
from harness.generate.payloads import Document, Page, Record
from harness.generate.registry import Layer, Op

T = TypeVar("T")
Show = Callable[[ChangedField, Stream], T | None]
"""Makes the pages with a changed field; the stream is for the paper behind it."""

_STRENGTH: Mapping[Effect, int] = {"kept": 0, "renormalised": 1, "destroyed": 2}


@dataclass(slots=True)
class Steps:
    """The steps of one plan, applied layer by layer. Records which of them changed anything.

    words_known: whether the base knows where its fields are. lost: fields with words that the pages no longer show.
    hands: those of the team's own fonts.
    harmless: the number of last steps that did not change what a JSON body says. refusable: whether a standard or the
    written schema allows a service to refuse the body now, and did not before. changed_field: path of the only field of
    a record, or name of the field of a page, that the steps changed; "" if there is none or there are several.
    """

    plan: Plan
    seed: int
    changed_by: list[tuple[Op, Step]]
    words_known: bool = False
    lost: frozenset[str] = frozenset()
    hands: Sequence[OwnFace] = ()
    harmless: int = 0
    refusable: bool = False
    changed_field: str = ""

    def apply(self, layer: Layer, payload: Any, part: int = 0) -> Any:
        """The payload after the steps of this layer. part: the page, so that two pages have different noise."""
        for place, step in enumerate(self.plan.steps):
            if get_op(step.op).layer == layer and step.severity:
                payload = self._apply(place, step, payload, part)
        return payload

    def apply_to_pages(self, document: Document) -> Document:
        """The document after the steps on its pages and on the whole document, in the plan's order."""
        self.words_known = any(word.field for page in document.pages for word in page.words)
        for place, step in enumerate(self.plan.steps):
            layer = get_op(step.op).layer
            if layer == "document" and step.severity:
                document = self._apply(place, step, document, 0)
            elif layer == "page" and step.severity:
                pages = enumerate(document.pages)
                document = Document(pages=tuple(self._apply(place, step, page, part) for part, page in pages))
        self.lost = lost_fields(document)
        return document

    def change_value(self, shown: Sequence[ShownField], show: Show[T]) -> tuple[ChangedField, T] | None:
        """The first field, in an order drawn for the case, that the plan's op on values changes; None if there is none.

        The step's site is the field, "" for any.
        show: makes the pages with the change, or None if they cannot show it: then another field is taken.
        """
        step = value_step(self.plan)
        if step is None:
            return None
        draw = Stream(self.seed, self.plan.stream)
        shown = [one for one in shown if one.value.field == (step.site or one.value.field)]
        for i in draw.child("field").order(len(shown)):
            changed = change_by_plan(self.plan, self.seed, shown[i])
            if changed is not None and (after := show(changed, draw.child("paper"))) is not None:
                self.changed_field = shown[i].value.field
                self.changed_by.append((get_op(step.op), replace(step, site=self.changed_field)))
                return changed, after
        return None

    def _apply(self, place: int, step: Step, payload: Any, part: int) -> Any:
        one = get_op(step.op)
        after = _run(one, payload, step, self.stream(step, place, part), self.hands)
        if not _same(payload, after):
            self.changed_by.append((one, step))
        return after

    def stream(self, step: Step, place: int, part: int) -> Stream:
        stream = Stream(self.seed, self.plan.stream, place, step.op)
        return stream.child(part) if part else stream


def value_step(plan: Plan) -> Step | None:
    """The step of the plan on a value, if it has one."""
    return next((step for step in plan.steps if get_op(step.op).layer == "value" and step.severity), None)


def change_by_plan(plan: Plan, seed: int, shown: ShownField) -> ChangedField | None:
    """The field as the plan's step on a value writes it; None if it writes nothing else."""
    step = value_step(plan)
    if step is None:
        return None
    one, draw = get_op(step.op), Stream(seed, plan.stream, step.op)
    return change_field(shown, lambda value: _run(one, value, step, draw.child("value"), ()))


def _run(one: Op, payload: Any, step: Step, draw: Stream, hands: Sequence[OwnFace]) -> Any:
    if not 0 <= step.severity <= 10:
        raise PackError(f'severity {step.severity} of op "{one.name}" is outside 0..10')
    if one.by_hand:
        return one.run(payload, step.severity, draw, hands=hands)
    return one.run(payload, step.severity, draw, step.site) if one.sited else one.run(payload, step.severity, draw)


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, Document):
        pages = zip(before.pages, after.pages, strict=False)
        return len(before.pages) == len(after.pages) and all(_same(one, other) for one, other in pages)
    if isinstance(before, Page):
        return before.dpi == after.dpi and np.array_equal(before.pixels, after.pixels)
    if isinstance(before, Record):  # true and 1 are equal in Python, but not in JSON
        return before == after and repr(before.pairs) == repr(after.pairs)
    return bool(before == after)


def lost_fields(document: Document) -> frozenset[str]:
    """The fields with words on the pages for which no page shows all words legibly."""
    shown: dict[str, list[bool]] = {}
    for page in document.pages:
        on_page: dict[str, bool] = {}
        for word in page.words:
            on_page[word.field] = on_page.get(word.field, True) and word.legible
        for name, whole in on_page.items():
            shown.setdefault(name, []).append(whole)
    return frozenset(name for name, pages in shown.items() if name and not any(pages))


def effects_of(steps: Steps, names: Collection[str]) -> dict[str, Effect]:
    """The strongest effect of the ops that changed something, for each labelled field, without `kept`.

    The value of a JSON body decides: if it is unchanged, its new form had no effect; if it may be refused, no field has
    to be answered. An op that got a field as its site affects only that field. If word positions are known, they show
    which field was affected.
    """
    follow = {name for name, printed in FOLLOWS.items() if printed in steps.lost}
    found: dict[str, Effect] = dict.fromkeys(names if steps.refusable else steps.lost | follow, "destroyed")
    for one, step in steps.changed_by[: len(steps.changed_by) - steps.harmless]:
        if one.by_word and steps.words_known:
            continue
        hit = [step.site] if one.layer in ("page", "value") and step.site else names
        for name in hit:
            found[name] = max(found.get(name, "kept"), one.effect, key=_STRENGTH.__getitem__)
    return {name: effect for name, effect in found.items() if effect != "kept" and name in names}
