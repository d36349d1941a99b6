"""Draw the cases outside packs: under a fault, and in the robustness tests of a check."""

from collections.abc import Mapping
from dataclasses import replace

from harness.core.case import Kind, Plan, Step
from harness.core.robustness import BATCH, BY_ITSELF, OTHER, robustness_address, robustness_stream
from harness.core.sample import Sample
from harness.core.settings import RobustnessName
from harness.generate.bases import is_made
from harness.generate.drawn import Drawn, pilot_address, pilot_case
from harness.generate.ops import get_op
from harness.generate.unanswerable import UnanswerableInput

FAULT = "fault"
"""First part of the addresses of cases under a fault: `fault/NAME#SAMPLE`."""

UNANSWERABLE: RobustnessName = "unanswerable"
ROUND_TRIP: RobustnessName = "round_trip"

AS_THEY_ARE: tuple[RobustnessName, ...] = ("concurrency", "state")
"""Robustness tests that send the pilot's samples unchanged, or nearly so; their names are first in the addresses."""

OPENING, PLAIN, ACCENTED, VARIANT = "opening_", "plain_", "accented_", "variant_"
"""Prefixes of parts: the same opening and ending, equal except for an accent; never sent before. `concurrency` has only
the last."""

BAD_ROWS: Mapping[str, Step] = {
    "row_dropped": Step(op="record.drop", severity=1),
    "row_retyped": Step(op="record.retype", severity=1),
}
"""Parts of `concurrency` with an invalid record; the same bytes are sent alone and as a row of a batch."""

COMMENT = Step(op="file.comment", severity=10)

ALIKE: Mapping[Kind, tuple[Step, ...]] = {
    "text": (Step(op="text.opening", severity=5), Step(op="text.ending", severity=5)),
    "page": (COMMENT, Step(op="file.name", severity=10)),
    "record": (Step(op="record.id_new", severity=10),),
}
"""Steps that make two samples equal in what a cache may use as key. Opening and ending are longer than usual parts of a
text in keys, and short enough not to dominate the text."""

ACCENT: Mapping[Kind, Step] = {
    "text": Step(op="text.accent", severity=10),
    "page": Step(op="file.name_accent", severity=10),
    "record": Step(op="record.id_accent", severity=10),
}
"""Steps that make two such samples differ, except for a service that drops accents."""

LETTER = Step(op="record.id_letters", severity=10)
"""The step that puts a letter into an id, because only letters have accents."""

NEVER_SENT: Mapping[Kind, tuple[Step, ...]] = {
    "text": ALIKE["text"],
    "record": (Step(op="record.nudge", severity=10),),
    "page": (COMMENT,),
}
"""Steps that give a sample bytes that were never sent before, with the same answer or nearly the same."""

OTHER_BYTES: Mapping[Kind, tuple[Step, ...]] = {
    **NEVER_SENT,
    "record": (*NEVER_SENT["record"], Step(op="record.key_order", severity=10)),
}
"""Steps of the request that a variant in flight is compared with: it has other bytes, as a service may have kept the
wrong answer to the first ones, and the same answer. Texts and pages get another number, records another order."""


def draw_under_fault(name: str, key: str) -> Drawn:
    """The sample unchanged, sent while the fault is active. `clean`: the control without a fault."""
    stream = pilot_address(key)
    return Drawn(
        address=f"{FAULT}/{name}#{key}",
        plan=Plan(base=f"sample:{key}", stream=stream),
        expect="answer",
        tags={"fault": name, "sample": key},
        clean_twin=pilot_address(key),
    )


def draw_for_robustness(test: RobustnessName, part: str, sample: Sample) -> Drawn:
    """The sample as a robustness test sends it again, in one of its parts."""
    clean = pilot_case(sample)
    tags = {**clean.tags, "robustness": test}
    drawn = replace(clean, address=robustness_address(test, part, sample.key), tags=tags, clean_twin=clean.address)
    if test == "concurrency" and (bad := part.removeprefix(BATCH)) in BAD_ROWS:
        stream = robustness_stream(test, bad, sample.key)
        return replace(drawn, plan=replace(clean.plan, steps=(BAD_ROWS[bad],), stream=stream), expect="reject")
    steps = _never_sent(sample.kind, part) if test == "state" or part.startswith(VARIANT) else ()
    # The stream has no sample name: two samples of a part get the same opening, ending or file name.
    own = part.removesuffix(BY_ITSELF) if sample.kind == "record" else part
    stream = robustness_stream(test, own.removesuffix(OTHER).replace(ACCENTED, PLAIN))
    return replace(drawn, plan=replace(clean.plan, steps=steps, stream=stream)) if steps else drawn


def _never_sent(kind: Kind, part: str) -> tuple[Step, ...]:
    """The steps for a sample of that kind in this part of `state`; none if it is sent unchanged."""
    if part.startswith(VARIANT):
        return OTHER_BYTES[kind] if part.endswith(BY_ITSELF) else NEVER_SENT[kind]
    if part.startswith(OPENING):
        return ALIKE[kind]
    plain = (*ALIKE[kind], LETTER) if kind == "record" else ALIKE[kind]
    return {PLAIN: plain, ACCENTED: (*plain, ACCENT[kind])}.get(part.rstrip("0123456789"), ())


def draw_unanswerable(anchor: UnanswerableInput, key: str) -> Drawn:
    """The sample `key` (or the made invoice of that name) without any answerable content."""
    base = key if is_made(key) else f"sample:{key}"
    address = robustness_address(UNANSWERABLE, anchor.part, key)
    return Drawn(
        address=address,
        plan=Plan(
            base=base,
            steps=(Step(op=anchor.op, severity=10, site=anchor.site),),
            stream=robustness_stream(UNANSWERABLE, anchor.part, key),
        ),
        expect=anchor.expect,
        tags={"robustness": UNANSWERABLE, "unanswerable": anchor.words, "sample": key},
        clean_twin="" if is_made(key) else pilot_address(key),
    )


def draw_odd_id(kind: str, path: str, key: str) -> Drawn:
    """The sample with an odd id at that path. Whether the id is known is not judged, so no answer is expected.

    An id with an accent equals that of `letters` of the same sample, except for the accent.
    """
    kinds = ("letters", kind) if kind == "accent" else (kind,)
    steps = tuple(Step(op=get_op(f"record.id_{one}").name, severity=10, site=path) for one in kinds)
    address = robustness_address(ROUND_TRIP, f"{kind}:{path}", key)
    return Drawn(
        address=address,
        plan=Plan(base=f"sample:{key}", steps=steps, stream=robustness_stream(ROUND_TRIP, f"{kinds[0]}:{path}", key)),
        expect="answer",
        tags={"robustness": ROUND_TRIP, "sample": key},
        clean_twin=pilot_address(key),
    )
