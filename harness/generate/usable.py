"""Why a scenario cannot be used with these samples, or that it can."""

from dataclasses import replace
from functools import partial

from harness.core.sample import Samples
from harness.core.seed import Stream
from harness.generate.bases import TRIED, Bases, made_fields, made_kind, record_of
from harness.generate.pages.codecs.decode import may_have_pages
from harness.generate.pages.made.paper_kinds import KINDS, PaperKind
from harness.generate.pages.printed.changing import change_field
from harness.generate.pages.printed.values import FieldValue
from harness.generate.recipes.packs import Scenario
from harness.generate.records.made.kinds import MADE_KINDS
from harness.generate.registry import Op
from harness.generate.samples.matched_fields import matched_fields
from harness.generate.text.tickets import LABELS, RARE


def usable(scenario: Scenario, samples: Samples, fields: tuple[str, ...]) -> str:
    """Why the scenario cannot be used with these samples, or "" if it can.

    fields: the judged fields. Made papers can be used only if they show all of these fields.
    """
    kind = samples.kind
    for paper in KINDS:
        if scenario.base == paper:
            return made_serve(samples, fields, paper) if kind == "page" else f"it needs pages, the samples are {kind}s"
    if scenario.base == "tickets":
        return tickets_serve(samples, fields)
    if scenario.base in ("samples", "pages", "invoices"):
        return _pages_serve(scenario, samples, fields)
    if scenario.base == "shifted_records":
        return (
            ""
            if made_kind(samples)
            else f"no made records have the fields of these (available: {', '.join(MADE_KINDS)})"
        )
    wanted = {"texts": "text", "records": "record", "files": "page"}[scenario.base]
    if kind != wanted:
        return f"it needs {wanted}s, the samples are {kind}s"
    return "" if kind != "record" or finds_place(scenario, samples) else "the ops change nothing in these records"


def _pages_serve(scenario: Scenario, samples: Samples, fields: tuple[str, ...]) -> str:
    of_values, kind = any(one.op.layer == "value" for one in scenario.ops), samples.kind
    if scenario.base == "pages" and kind == "page" and _one_page_each(scenario, samples):
        return "files like these samples hold one page"
    if scenario.base == "samples" or (scenario.base == "pages" and kind == "page" and not of_values):
        return ""
    if kind != "page":
        return f"it needs pages, the samples are {kind}s"
    return values_serve(scenario, samples) if of_values else made_serve(samples, fields)


def _one_page_each(scenario: Scenario, samples: Samples) -> bool:
    """Whether the scenario changes the number of pages or their order, and files like the samples hold one page."""
    of_files = any(one.op.layer == "document" for one in scenario.ops) and scenario.encode == "as_is"
    return of_files and not any(may_have_pages(item.media_type) for item in samples.items)


def values_serve(scenario: Scenario, samples: Samples) -> str:
    """Why the scenario's op on values changes no sample, or "" if it changes one."""
    bases = Bases(seed=0, samples=samples)
    shown = [field for item in samples.items for field in bases.shown(item)]
    if not shown:
        return "no value of the truth was found on the pages"
    entry = next(one for one in scenario.ops if one.op.layer == "value")
    steps = range(max(1, entry.low), entry.high + 1)
    if any(change_field(field, partial(_written, entry.op, severity)) for severity in steps for field in shown):
        return ""
    return "the op changes none of the values that were found on the pages"


def _written(op: Op, severity: int, value: FieldValue) -> FieldValue:
    after: FieldValue = op.run(value, severity, Stream(0, "place", op.name, severity))
    return after


def tickets_serve(samples: Samples, fields: tuple[str, ...]) -> str:
    """Why made tickets cannot replace these samples, or "" if they can: their labels must be the team's."""
    if samples.kind != "text":
        return f"it needs texts, the samples are {samples.kind}s"
    known = {item.truth.get(fields[0]) for item in samples.items} if len(fields) == 1 else set()
    if fields != ("label",) or not known.issuperset((*LABELS, RARE)):
        return f"made tickets have one field, label, with the labels {', '.join((*LABELS, RARE))}"
    return ""


def finds_place(scenario: Scenario, samples: Samples) -> bool:
    """Whether the scenario's ops on records change any of some samples, for example dates in records without dates."""
    ops = [one.op for one in scenario.ops if one.op.layer == "structure"]
    if len(ops) < len(scenario.ops) or not ops:
        return True
    some = samples.items[:: -(-len(samples.items) // TRIED)]
    records = [replace(record_of(item), schema=samples.schema) for item in some]
    for own in records:
        after = replace(own, beside=tuple(other for other in records if other is not own))
        for one in ops:
            after = one.run(after, 10, Stream(0, "place", one.name), *[""][: one.sited])
        if after.pairs != own.pairs:
            return True
    return False


def made_serve(samples: Samples, fields: tuple[str, ...], kind: PaperKind | None = None) -> str:
    """Why made papers (None: invoices) cannot be used when these fields are judged, or "" if they can."""
    missing, noun = lacking_fields(samples, fields, kind), (kind or "invoices").replace("_", " ")
    return f"made {noun} have no {', '.join(missing)} (they have {', '.join(made_fields(kind))})" if missing else ""


def lacking_fields(samples: Samples, fields: tuple[str, ...], kind: PaperKind | None = None) -> tuple[str, ...]:
    """Those of the fields that made papers of this kind (None: invoices) do not show; none for other samples."""
    own = {*made_fields(kind), *matched_fields(samples, made_fields(kind))} if samples.kind == "page" else fields
    return tuple(name for name in fields if name not in own)
