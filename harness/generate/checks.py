"""Problems with pages that are found before anything is sent or written."""

from collections.abc import Iterable, Iterator

from harness.core.case import Plan
from harness.core.errors import PackError
from harness.core.sample import Sample
from harness.generate.bases import Bases, document_of, is_made
from harness.generate.ops import get_op
from harness.generate.pages.codecs.decode import count_pages
from harness.generate.pages.codecs.encode import ENCODERS
from harness.generate.payloads import File
from harness.generate.render import encoder_for, needs_pixels, render

MORE_PAGES = ("meaning", "document")
"""Layers whose ops may turn one page into two."""


def check_pages(plans: Iterable[Plan], pilot: Iterable[Plan], bases: Bases) -> None:
    """SampleError for the first sample whose pixels are needed but cannot be decoded; then as `check_encoders`.

    pilot: the samples that are sent unchanged. If any plan needs pixels, probes may need those of every sample.
    """
    plans = list(plans)
    drawn = [plan for plan in plans if not is_made(plan.base) and needs_pixels(plan)]
    if bases.samples.kind == "page" and drawn:
        for plan in (*drawn, *pilot):
            document_of(bases.sample(plan.base))
    check_encoders(plans, bases)


def check_encoders(plans: Iterable[Plan], bases: Bases) -> None:
    """PackError for the first plan whose pages do not fit into one file of its encoder.

    The number of pages is known only after rendering. One plan of each scenario and initial page number is rendered.
    """
    for plan in _one_of_each(plans, bases):
        try:
            render(plan, bases)
        except PackError as reason:
            raise PackError(f"{_scenario(plan)}: {reason}") from None


def _one_of_each(plans: Iterable[Plan], bases: Bases) -> Iterator[Plan]:
    """Plans that may have several pages while their encoder holds one: one per scenario and page number."""
    seen = set()
    for plan in plans:
        encoder = _encoder(plan, bases)
        if not encoder or ENCODERS[encoder].many or ENCODERS[encoder].several:
            continue
        pages = 1 if is_made(plan.base) else _pages_of(bases.sample(plan.base))
        more = any(step.severity and get_op(step.op).layer in MORE_PAGES for step in plan.steps)
        key = (_scenario(plan), encoder, pages)
        if (more or pages > 1) and key not in seen:
            seen.add(key)
            yield plan


def _encoder(plan: Plan, bases: Bases) -> str:
    """The encoder of the plan's pages; "" if it has none, or if the number of pages selects it."""
    if is_made(plan.base):
        return "" if plan.encode == "as_is" else plan.encode
    return encoder_for(plan, bases.sample(plan.base)) if bases.samples.kind == "page" and needs_pixels(plan) else ""


def _pages_of(sample: Sample) -> int:
    return count_pages(File(content=sample.content, media_type=sample.media_type, filename=sample.key))


def _scenario(plan: Plan) -> str:
    return plan.stream.partition("#")[0]
