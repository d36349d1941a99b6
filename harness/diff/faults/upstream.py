"""The gate line of what the service calls: silent errors while it fails, and after it, beyond those without a fault."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.fault import KINDS, Fault
from harness.core.reply import Judged
from harness.core.robustness import ALPHA, MIN_CASES
from harness.core.statistics.shares import share_bounds
from harness.core.verdict import Criterion, Estimate
from harness.diff.faults.fault_words import changes
from harness.diff.faults.under_fault import Trial, sample_of
from harness.diff.gate.criteria import WORST, show

NOTHING = Estimate(value=None, low=0.0, high=1.0, n=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """One fault. silent: accepted and wrong under it, or only after it; right without it. n: cases that met it.

    share: of silent errors, minus the share without the fault. p: how likely that many are by chance alone.
    """

    fault: Fault
    silent: tuple[Judged, ...]
    lasting: bool
    n: int
    share: float
    p: float


def upstream_line(name: str, trials: Sequence[Trial], run: str, why: str) -> Criterion:
    """The line of one upstream. trials: of its faults. why: what kept it from being judged.

    No-go when silent errors under its worst fault exceed those of fresh clean sendings: Fisher's exact test, the
    smallest p times the number of faults (Bonferroni) at most 0.01, and two cases at least. Go when none of its cases
    shows any beyond them, so that its interval is that of these very cases and not of all that might have been sent.
    What no reply shows (`Kind.noticeable`) is no evidence.
    """
    found = [_evidence(trial) for trial in trials if KINDS[trial.fault.kind].noticeable]
    met = sorted((one for one in found if one.n), key=lambda one: (one.p, -len(one.silent)))
    if not met:
        reason = why or "no case met any of its faults (does the service keep what it was told before?)"
        return Criterion(
            name="upstream", slice=name, estimate=NOTHING, limit=0.0, scalable=False, note=reason, alpha=ALPHA
        )
    worst = met[0]
    silent = sorted((one for one in met if one.silent), key=lambda one: one is not worst)
    cases = tuple(dict.fromkeys(row.address for one in silent for row in one.silent))[:WORST]
    return Criterion(
        name="upstream",
        slice=name,
        estimate=_estimate(worst, sum(one.n for one in met)),
        limit=0.0,
        worst=cases,
        note=_note(worst, silent) if silent else _held(met),
        show=show(cases, run),
        q=min(1.0, worst.p * len(met)),
        alpha=ALPHA,
    )


def _evidence(trial: Trial) -> _Evidence:
    """Errors under the fault; where there are none, those that began once it was over, as with a fallback kept."""
    rows, right = trial.arm.surely(), trial.right()
    lasting = [row for row in trial.arm.after.rows if row.silent_error]
    counted = [row for row in rows if row.silent_error] or lasting
    silent = tuple(row for row in counted if sample_of(row.address) in right)
    clean = trial.clean.rows
    share = len(counted) / len(rows) - sum(row.silent_error for row in clean) / len(clean) if silent else 0.0
    return _Evidence(
        fault=trial.fault,
        silent=silent,
        lasting=bool(lasting),
        n=len(rows),
        share=max(0.0, share),
        p=trial.by_chance(len(counted)) if len(silent) >= MIN_CASES else 1.0,
    )


def _estimate(worst: _Evidence, n: int) -> Estimate:
    if not worst.share:
        return Estimate(value=0.0, low=0.0, high=0.0, n=n)
    low, high = share_bounds(len(worst.silent), worst.n)
    return Estimate(value=worst.share, low=min(low, worst.share), high=high, n=worst.n)


def _held(met: Sequence[_Evidence]) -> str:
    return f"none under {', '.join(one.fault.name for one in met)}"


def _note(worst: _Evidence, silent: Sequence[_Evidence]) -> str:
    """The worst fault with what became of the answer, then what else there is to know, in one clause."""
    parts = [f"{worst.fault.name}: {changes(worst.silent)}, right without it"]
    lasting = [one.fault.name for one in silent if one.lasting]
    if lasting:
        parts.append(f"wrong during the fault and after it, does not recover ({', '.join(lasting)})")
    others = [one.fault.name for one in silent if one is not worst]
    if others:
        parts.append(f"also under {', '.join(others)}")
    return "; ".join(parts)
