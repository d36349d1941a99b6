"""The first look of a run, and what follows from it: where answers stand, and how they are judged."""

from dataclasses import replace

from harness.generate.draw import draw_pilot
from harness.run.events import Emit, Noted
from harness.run.outcome.judging import Judge
from harness.run.sending.discovery import Seen, look
from harness.run.setup.answer_types import check_rules, types_of
from harness.run.setup.prepare import Run
from harness.store.files import WorkedOut


def first_look(run: Run, emit: Emit) -> tuple[Seen, Judge]:
    """Look at the target with the pilot's own samples, remember what was found, and be ready to judge.

    Raises ConfigError where the truth is not of the type that was declared, and TargetError when the target does not
    answer as a service would.
    """
    check_rules(run.samples, run.settings.answer.fields)
    pilot = run.make(draw_pilot(run.samples, run.allotment.pilot, run.bases.seed))
    seen = look(run.settings, run.asker, pilot, run.bases.seed, emit)
    run.saw(seen)
    _remember(run, seen)
    types = types_of(run.samples, seen.paths.fields, run.settings.answer.fields)
    compared = ", ".join(f"{name} as {kind.name}" for name, kind in types.items())
    emit(Noted(about="answer", text=f"compared: {compared}"))
    return seen, Judge(settings=run.settings, paths=seen.paths, types=types, folder=run.asker.folder)


def _remember(run: Run, seen: Seen) -> None:
    found = WorkedOut(
        fields=seen.paths.fields,
        hand_over=seen.paths.hand_over,
        confidence=seen.paths.confidence,
        rate=seen.rate,
        rate_worked_out=seen.rate_worked_out,
        slices=seen.slices,
    )
    run.asker.folder.update(replace(run.asker.folder.head, worked_out=found))
