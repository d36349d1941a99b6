"""Find the baseline of a run, check that it can be used, and compare the run with it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from harness.core.clock import today
from harness.core.decide import status_of
from harness.core.errors import BaselineError
from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.regression.columns import Promoted, Results
from harness.core.settings import Baseline, Settings
from harness.core.statistics.power import DropPowerEstimate
from harness.core.verdict import Criterion
from harness.diff.explain.handing_over import handing_findings
from harness.diff.gate.evidence import PILOT
from harness.diff.gate.worst import WORST, RunContext
from harness.diff.regression.drop_power import estimate_drop_power, planned
from harness.diff.regression.pairs import Pairs, pair_up
from harness.diff.regression.regress import regression_criteria, slice_drops, unjudged_criteria
from harness.run.baseline.results import FAULTS, FONTS, SAMPLES, slices_of
from harness.store.baseline import is_baseline, read_baseline, recover

DEFAULT_SEED = 1

NAMED = 3
"""Maximum number of addresses in an error message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineStatus:
    """A baseline, and why nothing can be concluded from it: "expired on 2026-01-31"; "" if it can be used."""

    baseline: Promoted
    flaws: str = ""

    @property
    def trouble(self) -> str:
        """The flaws with the name of the baseline before them; "" if there are none."""
        return f'baseline "{self.baseline.head.name}" {self.flaws}' if self.flaws else ""

    def described(self) -> str:
        """Its name, its approver and its last day."""
        return described(self.baseline)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRun:
    """Another service that got the same cases side by side, in place of a baseline.

    url: its address, without a password. folder: its own run. stopped: why it did not get all cases, "" if it did.
    """

    url: str
    folder: str
    results: Results
    stopped: str = ""


def described(baseline: Promoted) -> str:
    """The name of the baseline, its approver and its last day; that it was a no-go, if it was."""
    head = baseline.head
    accepted = ", a no-go that was accepted" if head.verdict == "no-go" else ""
    return f'"{head.name}" (approved by {head.approver}, until {head.until}{accepted})'


def find_baseline(settings: Settings) -> tuple[Promoted | None, str]:
    """The baseline of `[baseline] path`, or None; and a message for the user, "" if there is none."""
    path = settings.baseline.path
    if path:
        recover(Path(path))
    if not path or (Path(path).name == Baseline().path and not Path(path).exists()):
        return None, ""
    if not is_baseline(Path(path)):
        return None, f"there is none in {path}/, so regressions are not tested; make one: harness promote RUN"
    return read_baseline(Path(path)), ""


def seed_of(requested: int | None, baseline: Promoted | None) -> int:
    """The seed of a run: that of the baseline if there is one. BaselineError if another one is requested."""
    if baseline is None:
        return DEFAULT_SEED if requested is None else requested
    if requested not in (None, baseline.head.seed):
        raise BaselineError(
            f"--seed {requested}: the baseline {described(baseline)} in {baseline.path}/ was drawn with seed "
            f"{baseline.head.seed}, and other cases cannot be compared with it\n"
            '  leave --seed out; or compare with no baseline: [baseline] path = ""'
        )
    return baseline.head.seed


def hold(baseline: Promoted, digests: Mapping[str, str]) -> BaselineStatus:
    """The baseline, and what is wrong with it for a run over these samples and packs."""
    return BaselineStatus(baseline=baseline, flaws=flaws_of(baseline, digests, today()))


def flaws_of(baseline: Promoted, digests: Mapping[str, str], day: date) -> str:
    """Why nothing can be concluded from the baseline: edited, expired, or of other samples or packs; "" if it can."""
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
    """The inputs of both sides that differ: `samples`, packs by name, and `fonts`, also if one side has none."""
    changed = [name for name in old if name not in (FAULTS, FONTS) and new.get(name, old[name]) != old[name]]
    fonts = [FONTS] if old.get(FONTS, "") != new.get(FONTS, "") else []
    return [*(name if name == SAMPLES else f"pack {name}" for name in changed), *fonts]


def against_other(
    reference: ReferenceRun, after: Results, settings: Settings, about: RunContext
) -> tuple[tuple[Criterion, ...], tuple[Finding, ...]]:
    """The regression criteria of a run compared with another service, and the findings of the comparison."""
    critical, _ = slices_of(settings)
    pairs, drops = slice_drops(reference.results, after, critical)
    criteria = regression_criteria(drops, settings.gate.regress, about.run)
    compared = Finding(
        kind=FindingKind.REFERENCE,
        subject=reference.url,
        parts=_outcome(criteria),
        show=f"harness diff {reference.folder} {about.run}",
    )
    return criteria, (compared, *handing_findings(pairs, about.run))


def against(
    baseline_status: BaselineStatus, after: Results, settings: Settings, about: RunContext
) -> tuple[tuple[Criterion, ...], tuple[Finding, ...]]:
    """The regression criteria of a run compared with its baseline, and the findings of the comparison."""
    critical, _ = slices_of(settings, baseline_status.baseline.head.digests)
    limit, before = settings.gate.regress, side_of(baseline_status.baseline)
    if baseline_status.flaws:
        unusable = _finding(baseline_status, pair_up(before, after), about)
        return unjudged_criteria(critical, limit, about.run, unusable), (unusable,)
    pairs, drops = slice_drops(before, after, critical)
    criteria = regression_criteria(drops, limit, about.run)
    compared = replace(_finding(baseline_status, pairs, about), parts=_outcome(criteria))
    return criteria, (compared, *handing_findings(pairs, about.run))


def estimate_drop_powers(
    baseline_status: BaselineStatus, settings: Settings, pilot_repeats: int, samples: int
) -> list[DropPowerEstimate]:
    """The drop that the planned run can detect in each critical slice. samples: number of pilot samples."""
    critical, _ = slices_of(settings, baseline_status.baseline.head.digests)
    found = []
    for name in critical:
        cases = [case for case in baseline_status.baseline.cases if name in case.slices()]
        before = [planned(case, pilot_repeats if case.pack == PILOT else 1) for case in cases]
        exact = len(cases) == samples and all(case.pack == PILOT for case in cases)
        found.append(estimate_drop_power(name, before, len(critical), settings.gate.regress, exact=exact))
    return found


def side_of(baseline: Promoted) -> Results:
    """The results of the baseline, as one side of a comparison."""
    return Results(label=baseline.head.name, cases=baseline.cases, sketches=baseline.sketches)


def named_cases(addresses: Sequence[str]) -> str:
    """A count and the first few addresses, as "12 cases (a, b, c, ...)"."""
    more = ", ..." if len(addresses) > NAMED else ""
    return f"{len(addresses)} case{'' if len(addresses) == 1 else 's'} ({', '.join(addresses[:NAMED])}{more})"


def _outcome(criteria: Sequence[Criterion]) -> dict[str, Count]:
    """How many of the critical slices failed, and how many are undecided."""
    counts = Counter(status_of(criterion) for criterion in criteria)
    return {status: Count(counts[status], len(criteria)) for status in ("failed", "undecided")}


def _finding(baseline_status: BaselineStatus, pairs: Pairs, about: RunContext) -> Finding:
    """What the run was compared with, or why it could not be; the count is of cases with other bytes."""
    head = baseline_status.baseline.head
    kind, subject = (
        (FindingKind.BASELINE_UNUSABLE, baseline_status.flaws)
        if baseline_status.flaws
        else (FindingKind.BASELINE, head.name)
    )
    names = (head.approver, head.until)
    return Finding(
        kind=kind,
        subject=subject,
        names=(head.name, *names) if baseline_status.flaws else names,
        count=Count(len(pairs.other_bytes), len(baseline_status.baseline.cases)),
        cases=tuple(pairs.other_bytes)[:WORST],
        show=f"harness diff {baseline_status.baseline.path} {about.run}",
    )
