"""The judgement of one reply: what the service did, compared with what was expected."""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from harness.core.case import Case, Effect, Expect, Scalar
from harness.core.reply import Disposition, FieldScore, Judged, Outcome, Reply
from harness.diff.scoring.field_types import FieldType, empty, field_type
from harness.diff.scoring.scoring import MISSING, NO_TRUTH, score

Judgement = Literal["right", "wrong", "unscored"]
Field = tuple[Effect, FieldScore]
"""The effect of the ops on a field, and the score of its answer."""

ANSWERED = ("accepted", "handed_over")
NOTHING_TO_CHECK = "nothing to check"
TOO_MANY = "too_many_requests"
"""The cause of a refusal by a quota."""

_NAMED = 3


def judge(expect: Expect, disposition: Disposition, fields: Sequence[Field] = ()) -> tuple[Judgement, str]:
    """The judgement of one reply and its reason; the table of docs/reference is made from this function.

    A field without truth is ignored. One wrong field makes the case wrong; else one field that cannot be compared
    makes it unscored; else it is right if any field has a truth.
    """
    if expect in ("reject", "hand_over"):
        return _refusal(disposition)
    if disposition not in ANSWERED:
        return "unscored", f"no answer: {disposition}"
    verdicts = [field_judgement(effect, disposition, scored) for effect, scored in fields if asked(scored)]
    for verdict in ("wrong", "unscored"):
        named = [_named(scored) for scored in verdicts if scored.verdict == verdict]
        if named:
            return verdict, ", ".join(named[:_NAMED]) + (f" and {len(named) - _NAMED} more" * (len(named) > _NAMED))
    return ("right", "") if verdicts else ("unscored", NOTHING_TO_CHECK)


def _refusal(disposition: Disposition) -> tuple[Judgement, str]:
    if disposition == "accepted":
        return "wrong", "accepted what should be refused or handed over"
    return ("right", "") if disposition in ("rejected", "handed_over") else ("unscored", f"no answer: {disposition}")


def field_judgement(effect: Effect, disposition: Disposition, scored: FieldScore) -> FieldScore:
    """A field's score given the effect of the ops: a destroyed field is right if empty, handed over or true."""
    if effect != "destroyed" or scored.verdict == "right" or not asked(scored):
        return scored
    if scored.reason == MISSING or disposition == "handed_over":
        why = "destroyed, left empty" if scored.reason == MISSING else "destroyed, handed over"
        return FieldScore(name=scored.name, verdict="right", reason=why)
    return scored


def asked(scored: FieldScore) -> bool:
    """Whether the field has a truth to be compared with."""
    return not (scored.verdict == "unscored" and scored.reason == NO_TRUTH)


def _named(scored: FieldScore) -> str:
    return f"{scored.name}: {scored.reason}" if scored.reason else scored.name


def judge_reply(
    case: Case, outcome: Outcome, types: Mapping[str, FieldType], twin_outcome: Outcome | None, reply: Reply
) -> Judged:
    """The judged row of one reply.

    types: the type of each labelled column. twin_outcome: the outcome of the clean twin; for a case without one, of
    any clean case: it shows that the service answers at all, and `same` is never compared with it.
    """
    fields = _fields(case, outcome, types, twin_outcome)
    judgement, reason = judge(case.expect, outcome.disposition, fields)
    lonely = case.expect == "same" and _answered(outcome) and not (case.clean_twin and _answered(twin_outcome))
    if lonely:
        judgement, reason = "unscored", "its twin was not answered"
    return Judged(
        address=case.address,
        repeat=reply.repeat,
        disposition=outcome.disposition,
        judgement=judgement,
        reason=reason,
        cause=outcome.cause,
        answer=outcome.answer,
        confidence=outcome.confidence,
        fields=tuple(_field_scores(case, outcome, fields)),
        quality=None if lonely else _quality(case, outcome.disposition, outcome.cause, fields),
        crashed_on_input=_crashed(case, outcome, twin_outcome, reply.status),
        latency=reply.latency,
        due=reply.due,
        invalid=outcome.invalid,
    )


def _answered(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.disposition in ANSWERED


def _field_scores(case: Case, outcome: Outcome, fields: Sequence[Field]) -> list[FieldScore]:
    """The fields as judged; none if no answer was expected or given."""
    if case.expect not in ("answer", "same") or not _answered(outcome):
        return []
    return [field_judgement(effect, outcome.disposition, scored) for effect, scored in fields]


def _fields(case: Case, outcome: Outcome, types: Mapping[str, FieldType], clean_twin: Outcome | None) -> list[Field]:
    if case.expect == "same" and case.clean_twin and clean_twin:
        return _fields_as_twin(case, outcome, types, clean_twin)
    return [
        (case.effect(name), score(name, truth, outcome.answer.get(name), types.get(name) or field_type([truth])))
        for name, truth in case.truth.items()
    ]


def _fields_as_twin(case: Case, outcome: Outcome, types: Mapping[str, FieldType], clean_twin: Outcome) -> list[Field]:
    """The fields compared with the clean twin: a field that is empty there must be empty too."""
    fields: list[Field] = []
    for name in case.truth or {**clean_twin.answer, **outcome.answer}:
        wanted, got = clean_twin.answer.get(name), outcome.answer.get(name)
        kind = types.get(name) or field_type([wanted])
        fields.append((case.effect(name), _both_empty(name, got) if empty(wanted) else score(name, wanted, got, kind)))
    return fields


def _both_empty(name: str, got: Scalar) -> FieldScore:
    return FieldScore(name=name, verdict="right" if empty(got) else "wrong", reason="" if empty(got) else "not as twin")


def _quality(case: Case, disposition: Disposition, cause: str, fields: Sequence[Field]) -> float | None:
    """The share of kept fields that are right; no answer is 0.

    None if no kept field can be compared, or if a quota refused the request, which says nothing about answers.
    """
    kept = [scored.verdict for effect, scored in fields if effect != "destroyed" and asked(scored)]
    if case.expect not in ("answer", "same") or not kept:
        return None
    if disposition not in ANSWERED:
        return None if cause == TOO_MANY else 0.0
    known = [verdict for verdict in kept if verdict != "unscored"]
    return known.count("right") / len(known) if known else None


def _crashed(case: Case, outcome: Outcome, clean_twin: Outcome | None, status: int) -> bool:
    """A 5xx or a lost connection on a damaged input whose clean twin was answered."""
    damaged = case.changed or case.expect in ("reject", "hand_over") or "destroyed" in case.effects.values()
    broke = outcome.disposition == "dropped" or (outcome.disposition == "error" and status >= 500)
    return damaged and broke and _answered(clean_twin)


_SITUATIONS: dict[str, tuple[Field, ...]] = {
    "every field right": (("kept", FieldScore(name="a", verdict="right")),),
    "a kept field wrong": (
        ("kept", FieldScore(name="a", verdict="wrong")),
        ("kept", FieldScore(name="b", verdict="unscored", reason="non_finite")),
    ),
    "a kept field missing": (("kept", FieldScore(name="a", verdict="wrong", reason=MISSING)),),
    "a field not comparable, none wrong": (
        ("kept", FieldScore(name="a", verdict="right")),
        ("kept", FieldScore(name="b", verdict="unscored", reason="non_finite")),
    ),
    "destroyed field empty": (("destroyed", FieldScore(name="a", verdict="wrong", reason=MISSING)),),
    "destroyed field true": (("destroyed", FieldScore(name="a", verdict="right")),),
    "destroyed field wrong": (("destroyed", FieldScore(name="a", verdict="wrong")),),
    "destroyed field not comparable": (("destroyed", FieldScore(name="a", verdict="unscored", reason="non_finite")),),
    "no field has a truth": (("kept", FieldScore(name="a", verdict="unscored", reason=NO_TRUTH)),),
}


def judgement_table() -> str:
    """The table of judgements in Markdown, computed by `judge` cell by cell."""
    dispositions: tuple[Disposition, ...] = get_args(Disposition)
    lines = ["| expected | answer | " + " | ".join(dispositions) + " |", "|---" * (len(dispositions) + 2) + "|"]
    for expect in ("answer", "same"):
        for situation, fields in _SITUATIONS.items():
            lines.append(_row(expect, situation, dispositions, fields))
    lines.extend(_row(expect, "any", dispositions, ()) for expect in ("reject", "hand_over"))
    return "\n".join(lines) + "\n"


def _row(expect: Expect, situation: str, dispositions: Sequence[Disposition], fields: Sequence[Field]) -> str:
    cells = [judge(expect, disposition, fields)[0] for disposition in dispositions]
    return f"| {expect} | {situation} | " + " | ".join(cells) + " |"
