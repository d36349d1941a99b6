"""The baseline that a run is held against: found, looked at, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from harness.core.clock import today
from harness.core.decide import judge_line
from harness.core.errors import BaselineError
from harness.core.regression.columns import Promoted, Results
from harness.core.settings import Baseline, Settings
from harness.core.verdict import Criterion, Finding
from harness.diff.explain.handing_over import handing_findings
from harness.diff.gate.criteria import WORST, RunContext
from harness.diff.gate.rates import PILOT
from harness.diff.regression.drop_power import DropPowerEstimate, estimate_drop_power, planned
from harness.diff.regression.pairs import Pairs, pair_up
from harness.diff.regression.regress import regress_lines, slice_drops, told, unjudged_lines
from harness.run.baseline.results import FAULTS, FONTS, SAMPLES, slices_of
from harness.store.baseline import is_baseline, read_baseline, recover

DEFAULT_SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineStatus:
    """A baseline, and why nothing can be concluded from it: "expired on 2026-01-31", "" when it can."""

    baseline: Promoted
    flaws: str = ""

    @property
    def trouble(self) -> str:
        """The same as a sentence with its name."""
        return f'baseline "{self.baseline.head.name}" {self.flaws}' if self.flaws else ""

    def described(self) -> str:
        """Its name, who stands for it and until when."""
        return described(self.baseline)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRun:
    """Another service that was asked the same cases side by side, in place of a baseline.

    url: its address, without a password. folder: its own run. stopped: why it was not asked to the end, "" when it was.
    """

    url: str
    folder: str
    results: Results
    stopped: str = ""


def described(baseline: Promoted) -> str:
    """The baseline's name, who stands for it and until when."""
    head = baseline.head
    return f'"{head.name}" (approved by {head.approver}, until {head.until})'


def find_baseline(settings: Settings) -> tuple[Promoted | None, str]:
    """The baseline of `[baseline] path`, or None with what a person should know of that; "" where it is plain."""
    path = settings.baseline.path
    if path:
        recover(Path(path))
    if not path or (Path(path).name == Baseline().path and not Path(path).exists()):
        return None, ""
    if not is_baseline(Path(path)):
        return None, f"none in {path}/, so regressions are not judged; make one: harness promote RUN"
    return read_baseline(Path(path)), ""


def seed_of(asked: int | None, baseline: Promoted | None) -> int:
    """The seed of a run: the baseline's when it has one. BaselineError when another was asked for."""
    if baseline is None:
        return DEFAULT_SEED if asked is None else asked
    if asked not in (None, baseline.head.seed):
        raise BaselineError(
            f"--seed {asked}: the baseline {described(baseline)} in {baseline.path}/ was drawn with seed "
            f"{baseline.head.seed}, and other cases cannot be compared with it\n"
            '  leave --seed out; or hold the run against none: [baseline] path = ""'
        )
    return baseline.head.seed


def hold(baseline: Promoted, digests: Mapping[str, str]) -> BaselineStatus:
    """The baseline with what is wrong with it for a run over these samples and packs."""
    return BaselineStatus(baseline=baseline, flaws=flaws_of(baseline, digests, today()))


def flaws_of(baseline: Promoted, digests: Mapping[str, str], day: date) -> str:
    """Why nothing can be concluded from the baseline: edited, expired, or of other samples or packs; "" when it can."""
    head = baseline.head
    found = ["was edited by hand since it was promoted"] if baseline.edited else []
    found += [f"expired on {head.until}"] if _expired(head.until, day) else []
    changed = changed_digests(head.digests, digests)
    found += [f"is of other {', '.join(changed)}"] if changed else []
    return " and ".join(found)


def _expired(until: str, day: date) -> bool:
    try:
        return date.fromisoformat(until) < day
    except ValueError:
        return True


def changed_digests(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """What both sides have and is not the same: `samples`, and packs by name; and `fonts`, none of one's own too."""
    changed = [name for name in old if name not in (FAULTS, FONTS) and new.get(name, old[name]) != old[name]]
    fonts = [FONTS] if old.get(FONTS, "") != new.get(FONTS, "") else []
    return [*(name if name == SAMPLES else f"pack {name}" for name in changed), *fonts]


def against_other(
    beside: ReferenceRun, after: Results, settings: Settings, about: RunContext
) -> tuple[tuple[Criterion, ...], tuple[Finding, ...]]:
    """The regression lines of a run against what another service said to the same cases."""
    critical, _ = slices_of(settings)
    pairs, drops = slice_drops(beside.results, after, critical)
    lines = regress_lines(drops, settings.gate.regress, about.run)
    show = f"harness diff {beside.folder} {about.run}"
    said = Finding(kind="baseline", text=f"{beside.url}, asked side by side: {_outcome(lines)}", show=show)
    return lines, (said, *handing_findings(pairs, about.run))


def against(
    held: BaselineStatus, after: Results, settings: Settings, about: RunContext
) -> tuple[tuple[Criterion, ...], tuple[Finding, ...]]:
    """The regression lines of a run, one sentence on the baseline and what came of it, and what rose beside."""
    critical, _ = slices_of(settings, held.baseline.head.digests)
    limit, before = settings.gate.regress, side_of(held.baseline)
    if held.trouble:
        pairs = pair_up(before, after)
        lines = unjudged_lines(critical, limit, about.run, held.trouble)
        return lines, (_finding(held, f"not judged, it {held.flaws}{_changed(pairs)}", pairs.other_bytes, about),)
    pairs, drops = slice_drops(before, after, critical)
    lines = regress_lines(drops, limit, about.run)
    said = _finding(held, _outcome(lines) + _changed(pairs), pairs.other_bytes, about)
    return lines, (said, *handing_findings(pairs, about.run))


def sights(held: BaselineStatus, settings: Settings, pilot_repeats: int, samples: int) -> list[DropPowerEstimate]:
    """What the planned run can see in each critical slice. samples: how many the pilot has."""
    critical, _ = slices_of(settings, held.baseline.head.digests)
    found = []
    for name in critical:
        cases = [case for case in held.baseline.cases if name in case.slices()]
        before = [planned(case, pilot_repeats if case.pack == PILOT else 1) for case in cases]
        exact = len(cases) == samples and all(case.pack == PILOT for case in cases)
        found.append(estimate_drop_power(name, before, len(critical), settings.gate.regress, exact=exact))
    return found


def side_of(baseline: Promoted) -> Results:
    """The baseline as a side of a comparison."""
    return Results(label=baseline.head.name, cases=baseline.cases, sketches=baseline.sketches)


def _outcome(lines: Sequence[Criterion]) -> str:
    answers = [(judge_line(line), line.slice) for line in lines]
    fell = [name for answer, name in answers if answer == "no-go"]
    open_ = [name for answer, name in answers if answer == "undecided"]
    if not fell and not open_:
        return "no regression"
    parts = [f"regression in {', '.join(fell)}"] if fell else []
    return "; ".join([*parts, f"undecided in {', '.join(open_)}"] if open_ else parts)


def _changed(pairs: Pairs) -> str:
    return f"; other bytes in {told(pairs.other_bytes)}" if pairs.other_bytes else ""


def _finding(held: BaselineStatus, text: str, cases: Iterable[str], about: RunContext) -> Finding:
    named = tuple(cases)
    show = f"harness diff {held.baseline.path} {about.run}"
    told = f"{held.described()}: {text}"
    return Finding(kind="baseline", text=told, count=len(named), cases=named[:WORST], show=show)
