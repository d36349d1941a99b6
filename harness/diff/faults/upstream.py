"""The criterion of an upstream: no silent errors beyond those of the clean arm while a fault lasts, nor after it.

Counts of its finding. count: silent errors under the worst fault, of the cases that met it. control: silent errors of
the clean arm. parts: `during` are those while the fault lasted, `after` those of the cases sent again once it was over;
`field:NAME` are the cases in which that field is wrong as its mode says. The name of each further fault with silent
errors has its count, and `after:` with that name the count after it. names: the further faults with silent errors; of a
criterion without silent errors, all faults that were met; of an upstream without requests, the address of its relay.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.integration.fault import Fault
from harness.core.integration.kinds import KINDS
from harness.core.reply import Judged
from harness.core.robustness import ALPHA, MIN_CASES
from harness.core.statistics.shares import share_bounds
from harness.core.verdict import Criterion, Estimate
from harness.diff.faults.trials import Trial
from harness.diff.faults.under_fault import TEST
from harness.diff.faults.wrong_answers import example_of, field_counts, modes_of, sample_of
from harness.diff.gate.worst import WORST, show

NOTHING = Estimate(value=None, low=0.0, high=1.0, n=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """One fault. silent: silent errors under it, or only after it, of samples that were right without it.

    during, after: silent errors while it lasted, and once it was over. n: cases that met it. share: of silent errors,
    minus the share without the fault. p: how likely that many are by chance alone.
    """

    trial: Trial
    silent: tuple[Judged, ...]
    during: Count
    after: Count
    n: int
    share: float
    p: float

    @property
    def fault(self) -> Fault:
        return self.trial.fault


def upstream_criterion(name: str, trials: Sequence[Trial], run: str, why: Why | None, relay: str = "") -> Criterion:
    """The criterion of one upstream.

    trials: of its faults. why: what kept it from being judged; None if nothing did. relay: the address of its relay, if
    that got no request.

    It fails if silent errors under the worst fault exceed those of fresh clean sendings: Fisher's exact test, the
    smallest p times the number of faults (Bonferroni) at most 0.01, and at least two cases. It passes if none of its
    cases shows more silent errors than without the fault: its interval covers these very cases, not all that could have
    been sent. A fault that no reply shows (`FaultKind.noticeable`) is no evidence.
    """
    found = [_evidence(trial) for trial in trials if KINDS[trial.fault.kind].noticeable]
    met = sorted((one for one in found if one.n), key=lambda one: (one.p, -len(one.silent)))
    if not met:
        return _not_judged(name, why, relay, run)
    silent = sorted((one for one in met if one.silent), key=lambda one: one is not met[0])
    cases = tuple(dict.fromkeys(row.address for one in silent for row in one.silent))[:WORST]
    q = min(1.0, met[0].p * len(met))
    return Criterion(
        name=TEST,
        slice=name,
        estimate=_estimate(met[0], sum(one.n for one in met), q),
        limit=0.0,
        worst=cases,
        show=show(cases, run),
        q=q,
        alpha=ALPHA,
        finding=_silent(name, silent, q, cases, run) if met[0].share else _passed(name, met, run),
    )


def _not_judged(name: str, why: Why | None, relay: str, run: str) -> Criterion:
    kind, names = FindingKind.UPSTREAM_NOT_JUDGED, (relay,) if relay else ()
    finding = Finding(kind=kind, test=TEST, slice=name, why=why, names=names, show=show((), run))
    return Criterion(name=TEST, slice=name, estimate=NOTHING, limit=0.0, scalable=False, finding=finding, alpha=ALPHA)


def _evidence(trial: Trial) -> _Evidence:
    """Silent errors under the fault; if there are none, those that began after it, as with a cached fallback."""
    rows, after, right = trial.arm.surely_met(), trial.arm.after.rows, trial.right_without()
    during, lasting = ([row for row in some if row.silent_error] for some in (rows, after))
    counted = during or lasting
    silent = tuple(row for row in counted if sample_of(row.address) in right)
    share = len(counted) / len(rows) - trial.silent_without().share if silent else 0.0
    return _Evidence(
        trial=trial,
        silent=silent,
        during=Count(len(during), len(rows)),
        after=Count(len(lasting), len(after)),
        n=len(rows),
        share=max(0.0, share),
        p=trial.by_chance(len(counted)) if len(silent) >= MIN_CASES else 1.0,
    )


def _estimate(worst: _Evidence, n: int, q: float) -> Estimate:
    """The interval reaches down to 0 as long as the silent errors may be due to chance."""
    if not worst.share:
        return Estimate(value=0.0, low=0.0, high=0.0, n=n)
    low, high = share_bounds(len(worst.silent), worst.n)
    return Estimate(value=worst.share, low=min(low, worst.share) if q <= ALPHA else 0.0, high=high, n=worst.n)


def _silent(name: str, silent: Sequence[_Evidence], q: float, cases: tuple[str, ...], run: str) -> Finding:
    """The worst fault, the outcomes under it, and further faults with the same effect."""
    worst, *further = silent
    modes = modes_of(worst.silent)
    parts = {"during": worst.during} | ({"after": worst.after} if worst.after.n else {})
    return Finding(
        kind=FindingKind.UPSTREAM_FAILS_SILENTLY if q <= ALPHA else FindingKind.UPSTREAM_UNCONFIRMED,
        test=TEST,
        slice=name,
        subject=worst.fault.name,
        fault=worst.fault,
        modes=modes,
        count=Count(len(worst.silent), worst.n),
        control=worst.trial.silent_without(),
        parts=parts | field_counts(worst.silent, modes, worst.n) | _further(further),
        names=tuple(one.fault.name for one in further),
        example=example_of(worst.silent, modes, worst.trial.arm.truths),
        cases=cases,
        show=show(cases, run),
    )


def _further(evidence: Sequence[_Evidence]) -> dict[str, Count]:
    own = {one.fault.name: Count(len(one.silent), one.n) for one in evidence}
    return own | {f"after:{one.fault.name}": one.after for one in evidence if one.after.hits}


def _passed(name: str, met: Sequence[_Evidence], run: str) -> Finding:
    """No more silent errors than without a fault."""
    clean = max((one.trial.silent_without() for one in met), key=lambda count: count.n)
    return Finding(
        kind=FindingKind.UPSTREAM_PASSED,
        test=TEST,
        slice=name,
        count=Count(sum(len(one.silent) for one in met), sum(one.n for one in met)),
        control=clean,
        names=tuple(one.fault.name for one in met),
        show=show((), run),
    )
