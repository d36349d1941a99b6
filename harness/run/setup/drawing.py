"""Which cases a run draws, and how its calls are spent on them."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from harness.core.case import Case
from harness.core.integration.fault import TARGET, Fault
from harness.core.sample import Samples
from harness.core.settings import Settings
from harness.generate.draw import draw_pack
from harness.generate.drawn import Drawn
from harness.generate.recipes.packs import PILOT
from harness.run.setup.budget import Allotment, allot
from harness.run.setup.fill_in import Playable
from harness.run.setup.probeable import probeable
from harness.run.setup.robustness_tests import robustness_asked

SPARE, MIN_SPARE = 3, 240
"""Cases that are drawn for each one that is sent, and further ones: some test nothing, some are equal to others."""

DrawnMix = Mapping[str, Sequence[Drawn]]
"""By pack of the mix without the pilot, its allotted cases and as many spare ones for cases that test nothing."""


def draw_and_allot(
    settings: Settings,
    samples: Samples,
    playable: Mapping[str, Playable],
    faults: Sequence[Fault] = (),
    *,
    coverage: int,
    seed: int,
    part: bool = False,
    load: bool = False,
) -> tuple[Allotment, DrawnMix]:
    """How the calls are spent, and the cases of the packs.

    Clean papers are paid before the rest. coverage: calls that the coverage test can use. part: only a part of the mix
    is sent. load: the cases are those of a load run, which has neither robustness tests, nor a fault phase,
    nor clean papers.
    """
    whole = _allot(settings, samples, playable, faults, coverage=coverage, load=load)
    whole = part_of(whole, playable) if part else whole
    drawn = draw_mix(playable, whole, samples, seed)
    papers = 0 if load else len(planned_papers(drawn, whole.packs))
    if papers and not part:
        whole = allot_again(settings, samples, playable, faults, coverage=coverage, papers=papers)
        papers = len(planned_papers(drawn, whole.packs))
    return replace(whole, controls=papers), drawn


def allot_again(
    settings: Settings,
    samples: Samples,
    playable: Mapping[str, Playable],
    faults: Sequence[Fault],
    *,
    coverage: int,
    papers: int,
) -> Allotment:
    """How the calls of the settings are spent beside that many clean papers."""
    budget = replace(settings.budget, calls=max(1, settings.budget.calls - papers))
    whole = _allot(replace(settings, budget=budget), samples, playable, faults, coverage=coverage)
    return replace(whole, controls=papers)


def part_of(whole: Allotment, packs: Container[str]) -> Allotment:
    """The calls of a run of these packs only: each pack as in the whole run, the pilot once, no probes."""
    kept = {name: n for name, n in whole.packs.items() if name in packs}
    return replace(whole, repeats=1, once_more=0, packs=kept, robustness={}, probes=0)


def draw_mix(
    playable: Mapping[str, Playable], allotment: Allotment, samples: Samples, seed: int
) -> dict[str, list[Drawn]]:
    """More than the allotted cases of every pack except the pilot, before their bytes are made."""
    drawn = {name: SPARE * count + MIN_SPARE if (count := allotment.packs.get(name, 0)) else 0 for name in playable}
    return {
        name: list(draw_pack(playing.pack, playing.scenarios, samples, drawn[name], seed))
        for name, playing in playable.items()
        if name != PILOT
    }


def planned_papers(drawn: Mapping[str, Iterable[Drawn]], counts: Mapping[str, int]) -> tuple[str, ...]:
    """The clean papers of the first `counts` cases of each pack."""
    return controls_of(one for name, cases in drawn.items() for one in islice(cases, counts.get(name, 0)))


def controls_of(cases: Iterable[Drawn | Case]) -> tuple[str, ...]:
    """Addresses of the clean papers that these cases need besides themselves, each once."""
    return tuple(dict.fromkeys(one.control for one in cases if one.control and one.control != one.address))


def _allot(
    settings: Settings,
    samples: Samples,
    playable: Mapping[str, Playable],
    faults: Sequence[Fault],
    *,
    coverage: int,
    load: bool = False,
) -> Allotment:
    probing = bool(probeable(s for one in playable.values() for s in one.scenarios))
    return allot(
        settings.budget.calls,
        len(samples.items),
        settings.mix,
        probing=probing,
        faults=0 if load else len(faults),
        recovering=0 if load else sum(fault.where != TARGET for fault in faults),
        repeats=settings.budget.repeats,
        robustness=() if load else robustness_asked(settings, samples),
        coverage=coverage,
        target=settings.target,
    )
