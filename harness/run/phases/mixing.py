"""The cases of the mix with their bytes, in the order in which they are sent."""

from collections.abc import Sequence

from harness.core.case import Case
from harness.core.seed import Stream
from harness.generate.draw import clean_paper, draw_pilot, make_case
from harness.generate.drawn import Drawn
from harness.run.events import Progressed
from harness.run.setup.drawing import controls_of
from harness.run.setup.prepare import Run
from harness.run.setup.slices import check_critical


def mix_of(run: Run) -> list[tuple[Case, int]]:
    """Every pack case once and each pilot case as often as allotted, with its repeat, in a random order.

    The clean papers of the cases are among them, because a control belongs to the same phase. The order depends on the
    seed only. Packs are interleaved, so that no pack is sent as one block. Raises ConfigError if no case belongs to a
    critical slice.
    """
    pilot = run.make(draw_pilot(run.samples, run.allotment.pilot, run.bases.seed))
    asks = [(case, repeat) for repeat in range(run.allotment.repeats) for case in pilot]
    asks += [(case, run.allotment.repeats) for case in pilot[: run.allotment.once_more]]
    asks += [(case, 0) for case in _with_papers(run)]
    if not run.partial:
        check_critical(run.settings, run.samples, run.cases.values())
    return [asks[i] for i in Stream(run.bases.seed, "order").order(len(asks))]


def _with_papers(run: Run) -> list[Case]:
    """The cases of the packs and their clean papers, no more than the calls of both: the last cases are left out."""
    packs = [_telling(run, name, drawn, run.allotment.packs[name]) for name, drawn in run.drawn.items()]
    if not run.allotment.controls:
        return [case for pack in packs for case in pack]
    most = sum(run.allotment.packs.values()) + run.allotment.controls
    while len(cases := [case for pack in packs for case in pack]) + len(papers := controls_of(cases)) > most:
        max(packs, key=lambda pack: len([case for case in pack if case.control])).pop()
    return [*cases, *run.make(map(clean_paper, papers))]


def _telling(run: Run, name: str, drawn: Sequence[Drawn], count: int) -> list[Case]:
    """The first `count` cases of a pack that differ from their base and from each other.

    Unchanged ones are recorded and not sent. An input that was drawn before is left out, and so is a page on which no
    OCR reads the value that was drawn.
    """
    telling: dict[str, Case] = {}
    made = (make_case(one, run.bases) for one in drawn)
    while len(telling) < count and (case := next(made, None)):
        if not case.changed:
            run.keep(case)
        elif case.sha256 not in telling and run.legible(case):
            telling[case.sha256] = run.keep(case)
            run.sender.emit(Progressed(phase=f"making {name}", done=len(telling), of=count))
    return list(telling.values())
