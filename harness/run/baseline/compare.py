"""`harness diff`: compare two runs, or a baseline and a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.core.decide import decide
from harness.core.errors import BaselineError
from harness.core.regression.columns import Promoted, Results
from harness.core.regression.comparison import Comparison
from harness.diff.regression.compare import compare
from harness.diff.regression.pairs import pair_up
from harness.run.baseline.results import results_reading, slices_of
from harness.run.baseline.status import changed_digests, described, hold, named_cases, side_of
from harness.store.baseline import baseline_reading, is_baseline
from harness.store.files import RunHead
from harness.store.folder import RunFolder, read_head, read_verdict
from harness.store.spread import ReadPlan

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One side of a comparison. trouble: of a baseline. problems: why a run cannot be trusted."""

    label: str
    results: Results
    evidence: str
    seed: int
    digests: Mapping[str, str]
    trouble: str = ""
    problems: tuple[str, ...] = ()


def compare_paths(before: Path, after: Path, *, most: int | None = None) -> Comparison:
    """Compare the finished run `after` with `before`, by the limits and critical slices of `after`.

    most: maximum number of cases to list, the most urgent first; None lists all.
    BaselineError if the two cannot be compared: a baseline that was edited, expired or is of other samples or packs;
    other seeds; or the same run twice.
    """
    if is_baseline(after):
        raise BaselineError(f"{after}: is a baseline; it comes first\n  harness diff {after} RUN")
    head = read_head(after)
    new, old = _run(after, head).beside(_before(before, head.digests)).now()
    _comparable(old, new)
    settings = head.settings
    critical, others = slices_of(settings, old.digests)
    difference, criteria = compare(
        old.results, new.results, critical, others, settings.gate.regress, str(after), most=most
    )
    problems = tuple(f"{side.label}: {problem}" for side in (old, new) for problem in side.problems)
    return Comparison(
        format=FORMAT,
        before=old.label,
        after=new.label,
        verdict=decide(criteria, read_verdict(after, head).headline, problems),
        difference=difference,
    )


def _before(path: Path, digests: Mapping[str, str]) -> ReadPlan[_Side]:
    """The side `before`. digests: those of the side `after`; a baseline must have the same."""
    if is_baseline(path):
        return baseline_reading(path).then(lambda baseline: _baseline(baseline, digests))
    if not (path / "run.json").is_file():
        hint = "  runs of this folder: ls reports/; make a baseline: harness promote RUN"
        raise BaselineError(f"{path}: there is neither a run nor a baseline\n{hint}")
    return _run(path, read_head(path))


def _run(path: Path, head: RunHead) -> ReadPlan[_Side]:
    problems = read_verdict(path, head).problems

    def side(both: tuple[RunFolder, Results]) -> _Side:
        folder, results = both
        return _Side(
            label=results.label,
            results=results,
            evidence=folder.evidence(),
            seed=head.seed,
            digests=head.digests,
            problems=problems,
        )

    return RunFolder.reading(path).beside(results_reading(path, head, str(path))).then(side)


def _baseline(baseline: Promoted, digests: Mapping[str, str]) -> _Side:
    return _Side(
        label=f"baseline {described(baseline)}",
        results=side_of(baseline),
        evidence=baseline.head.evidence,
        seed=baseline.head.seed,
        digests=baseline.head.digests,
        trouble=hold(baseline, digests).trouble,
    )


def _comparable(old: _Side, new: _Side) -> None:
    if old.evidence == new.evidence:
        raise BaselineError(
            f"{new.label} and {old.label} are the same run: a run compared with itself shows nothing\n"
            "  name two runs, or make another one: harness check"
        )
    changed = changed_digests(old.digests, new.digests)
    trouble = old.trouble or (f"{old.label} is of other {', '.join(changed)}" if changed else "")
    if trouble:
        other = pair_up(old.results, new.results).other_bytes
        cases = f"; other bytes in {named_cases(other)}" if other else ""
        raise BaselineError(
            f"{trouble}{cases}\n  compare runs over the same cases; make a new baseline: harness promote RUN"
        )
    if old.seed != new.seed:
        what = f"was drawn with seed {old.seed}, {new.label} with seed {new.seed}: other cases"
        raise BaselineError(f"{old.label} {what}\n  run the check with the same --seed")
