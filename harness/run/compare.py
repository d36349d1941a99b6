"""`harness diff`: any two of a run and a run, or a baseline and a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.core.columns import Results
from harness.core.comparison import Comparison
from harness.core.decide import decide
from harness.core.errors import BaselineError
from harness.diff.compare import compare
from harness.diff.pairs import pair_up
from harness.diff.regress import told
from harness.run.held import changed_digests, described, hold, side_of
from harness.run.results import read_results, slices_of
from harness.store.baseline import is_baseline, read_baseline
from harness.store.folder import RunFolder

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One side with what makes it comparable. trouble: of a baseline. problems: why a run cannot be trusted."""

    label: str
    results: Results
    evidence: str
    seed: int
    digests: Mapping[str, str]
    trouble: str = ""
    problems: tuple[str, ...] = ()


def compare_paths(before: Path, after: Path, *, most: int | None = None) -> Comparison:
    """The second, a finished run, held against the first, by the limits and critical slices of the second.

    most: cases that are told one by one, the most urgent; all when None.
    BaselineError when the two cannot be compared: a baseline that was edited, expired or is of other samples or packs;
    other seeds; or one and the same run twice.
    """
    if is_baseline(after):
        raise BaselineError(f"{after}: is a baseline; it comes first\n  harness diff {after} RUN")
    folder = RunFolder.read(after)
    new, verdict = _run(folder), folder.read_verdict()
    old = _baseline(before, new.digests) if is_baseline(before) else _run(_first(before))
    _comparable(old, new)
    settings = folder.head.settings
    critical, others = slices_of(settings, old.digests)
    difference, lines = compare(
        old.results, new.results, critical, others, settings.gate.regress, str(after), most=most
    )
    problems = tuple(f"{side.label}: {problem}" for side in (old, new) for problem in side.problems)
    return Comparison(
        format=FORMAT,
        before=old.label,
        after=new.label,
        verdict=decide(lines, verdict.headline, problems),
        difference=difference,
    )


def _first(path: Path) -> RunFolder:
    if not (path / "run.json").is_file():
        hint = "  runs of this folder: ls reports/; a baseline is made by harness promote"
        raise BaselineError(f"{path}: neither a run nor a baseline is there\n{hint}")
    return RunFolder.read(path)


def _run(folder: RunFolder) -> _Side:
    label = str(folder.path)
    return _Side(
        label=label,
        results=read_results(folder, label),
        evidence=folder.evidence(),
        seed=folder.head.seed,
        digests=folder.head.digests,
        problems=folder.read_verdict().problems,
    )


def _baseline(path: Path, digests: Mapping[str, str]) -> _Side:
    baseline = read_baseline(path)
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
            f"{new.label} and {old.label} are one and the same run: compared with itself, it shows nothing\n"
            "  name two runs, or make another: harness check"
        )
    changed = changed_digests(old.digests, new.digests)
    trouble = old.trouble or (f"{old.label} is of other {', '.join(changed)}" if changed else "")
    if trouble:
        other = pair_up(old.results, new.results).other_bytes
        cases = f"; other bytes in {told(other)}" if other else ""
        raise BaselineError(
            f"{trouble}{cases}\n  compare runs over the same cases; a new baseline: harness promote RUN"
        )
    if old.seed != new.seed:
        what = f"was drawn with seed {old.seed}, {new.label} with seed {new.seed}: other cases"
        raise BaselineError(f"{old.label} {what}\n  run the check with the same --seed")
