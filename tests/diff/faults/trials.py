"""Faults that were tried, made up: what became of each case under the fault, without it and after it."""

from collections.abc import Sequence

from harness.core.integration.fault import Fault
from harness.core.reply import FieldScore, Judged
from harness.diff.faults.trials import Arm, Recovery, Trial

Outcome = str
"""`right`, `silent`, `handed over`, `error`, or `unscored`."""

RIGHT = ["right"] * 9


def row(name: str, k: int, what: Outcome, repeat: int = 0) -> Judged:
    disposition = {"handed over": "handed_over", "error": "error"}.get(what, "accepted")
    return Judged(
        address=f"fault/{name}#{k}",
        repeat=repeat,
        disposition=disposition,  # type: ignore[arg-type]
        judgement="unscored" if what in ("error", "unscored") else "wrong" if what == "silent" else "right",
        cause="server_error" if what == "error" else "",
        answer={"total": 0 if what == "silent" else 7},
        confidence=0.99,
        fields=(FieldScore(name="total", verdict="wrong" if what == "silent" else "right"),),
    )


def trial(
    under: Sequence[Outcome],
    clean: Sequence[Outcome],
    after: Sequence[Outcome] = (),
    kind: str = "status",
    met: bool = True,
) -> Trial:
    name = f"erp.{kind}"
    rows = tuple(row(name, k, what) for k, what in enumerate(under))
    again = tuple(row(name, k, what, 1) for k, what in enumerate(after))
    return Trial(
        fault=Fault(kind=kind, where="erp", name=name),
        arm=Arm(
            name=name,
            rows=rows,
            met={one.address: (name,) for one in rows} if met else {},
            truths={one.address: {"total": 7} for one in rows},
            after=Recovery(rows=again, tried=0.6),
        ),
        clean=Arm(name="clean", rows=tuple(row("clean", k, what) for k, what in enumerate(clean))),
    )
