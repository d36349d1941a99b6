"""A finished run as the writers see it, with the same text wherever a service, a sample or a pack may put one."""

from harness.core.case import Step
from harness.core.decide import decide
from harness.core.finding import Circumstance, Count, Example, FailureMode, Finding, How, Where
from harness.core.finding_kinds import FindingKind
from harness.core.reply import Disposition, FieldScore, Judged
from harness.core.settings import Mix
from harness.core.verdict import BreakingPoint, Criterion, Estimate, Headline
from harness.report.view import Excerpt, NoPicture, Pair, Picture, Row, View

PIXEL = bytes.fromhex("89504e470d0a1a0a")


def view(said: str = "plain", *, problems: tuple[str, ...] = (), criteria: tuple[Criterion, ...] | None = None) -> View:
    """said: stands in every text that is not the harness's own."""
    gate = gate_criteria(said) if criteria is None else criteria
    rows = tuple(made_rows(said))
    silent = next(row for row in rows if row.silent)
    looks = (Picture(media_type="image/png", content=PIXEL, width=8, height=8, pages=2, note="8 x 8 pixels"),)
    return View(
        run=f"reports/{said}",
        verdict=decide(gate, headline(said), problems),
        findings=(
            errors(said),
            Finding(kind=FindingKind.NOT_JUDGED, subject=said, count=Count(1, 84)),
        ),
        rows=rows,
        pairs=(
            Pair(row=silent, clean=looks[0], sent=NoPicture(why=f"broken {said}"), show=f"harness show {said}"),
            Pair(row=silent, clean=excerpt(f"a\n{said}"), sent=excerpt(f"b\n{said}{said}"), show="harness show x"),
        ),
        mix=(Mix(pack="pilot", share=0.7), Mix(pack=f"faxes{said}", share=0.2)),
        service=f"http://127.0.0.1:1/{said}",
        harness="0.1.0",
        started="20261124-041500",
        seconds=12.5,
        rate=4.0,
        untimed=f"the run was resumed {said}",
        digests={f"samples{said}": said},
        versions={"python": said},
    )


def excerpt(text: str) -> Excerpt:
    return Excerpt(text=text[:2000], length=len(text))


def share(value: float, low: float, high: float, n: int = 84) -> Estimate:
    return Estimate(value=value, low=low, high=high, n=n)


def errors(said: str) -> Finding:
    return Finding(
        kind=FindingKind.ERRORS,
        subject=said,
        causes={said: 3},
        count=Count(3, 84),
        cases=("a/b#1",),
        show=f"harness show {said}",
    )


def pattern(said: str, show: str = "harness show x") -> Finding:
    """Totals become what was said in 9 of 12 cases with an op, in 0 of 72 others."""
    return Finding(
        kind=FindingKind.FAILURE_PATTERN,
        circumstances=(Circumstance(Where.OP, "fax.refax"),),
        modes=(FailureMode("total", How.CONSTANT, said),),
        count=Count(9, 12),
        control=Count(0, 72),
        example=Example(address=f"faxes/{said}#1", field="total", expected="12.50", got=said, confidence=0.99),
        cases=(f"faxes/{said}#1", "faxes/second#2"),
        show=show,
    )


def gate_criteria(said: str) -> tuple[Criterion, ...]:
    """One that failed, one undecided of the same cause, one undecided for itself, one that passed."""
    worst, show = (f"faxes/{said}#1", "faxes/second#2"), f"harness show 'faxes/{said}#1' --run reports/run"
    cause = pattern(said, show)
    silent, some = share(0.089, 0.065, 0.124), share(0.07, 0.03, 0.14)
    return (
        Criterion(name="silent_errors", estimate=silent, limit=0.02, worst=worst, show=show, cause=cause),
        Criterion(
            name="silent_errors_pack", slice=said, estimate=some, limit=0.05, worst=worst, show=show, cause=cause
        ),
        Criterion(name="gap", estimate=share(0.11, 0.06, 0.18), limit=0.1, show=show),
        Criterion(name="errors", estimate=share(0.0, 0.0, 0.011), limit=0.02),
    )


def headline(said: str) -> Headline:
    return Headline(
        pilot=share(1.0, 1.0, 1.0, 24),
        projected=share(0.858, 0.81, 0.901),
        gap=share(0.142, 0.099, 0.19),
        silent_errors=share(0.089, 0.065, 0.124),
        straight_through=share(0.758, 0.705, 0.807),
        classes={
            "accepted_right": share(0.758, 0.705, 0.807),
            "accepted_wrong": share(0.089, 0.065, 0.124),
            "handed_over": share(0.112, 0.081, 0.151),
            "rejected": share(0.041, 0.02, 0.07),
            "error": share(0.0, 0.0, 0.02),
        },
        silent_errors_other=share(0.012, 0.005, 0.03),
        new_documents=Estimate(value=0.0, low=0.0, high=0.117, n=24, hits=0),
        breaking_points=(
            BreakingPoint(op="page.blur", severity=5, how="silent", low=0.61, n=6),
            BreakingPoint(op="page.skew", severity=None, how="holds", n=6),
            BreakingPoint(op=f"op{said}", severity=None, how="not probed"),
        ),
        samples=24,
    )


def made_rows(said: str) -> list[Row]:
    """Every disposition and judgement, a probe, and a case without a reply."""
    rows = [
        made_row(f"faxes/{said}#1", "accepted", "wrong", said, due=1.0),
        made_row("faxes/second#2", "accepted", "right", said, due=2.0),
        made_row("faxes/second#3", "handed_over", "wrong", said, due=3.0),
        made_row("faxes/second#4", "accepted", "unscored", said, due=4.0),
        made_row("faxes/second#5", "error", "wrong", said, due=5.0),
        made_row("faxes/second#6", "rejected", "wrong", said, due=6.0),
        made_row("probe/page.blur@5#a.png", "accepted", "wrong", said, due=7.0, op="page.blur"),
    ]
    return [*rows, Row(address=f"faxes/unsent#{said}")]


def made_row(
    address: str, disposition: Disposition, judgement: str, said: str, *, due: float, op: str = "fax.line_loss"
) -> Row:
    fields = (
        FieldScore(name="total", verdict="wrong" if judgement == "wrong" else "right", reason=said),
        FieldScore(name=f"v{said}", verdict="right"),
    )
    judged = Judged(
        address=address,
        repeat=0,
        disposition=disposition,
        judgement=judgement,  # type: ignore[arg-type]
        reason=f"total {said}",
        cause=said if disposition == "error" else "",
        answer={"total": f"12.80{said}", f"v{said}": said, "extra": said},
        confidence=0.9967,
        fields=fields,
        quality=0.5,
        latency=0.08 + due / 100,
    )
    return Row(
        address=address,
        steps=(Step(op=op, severity=5), Step(op=f"op{said}", severity=int(due))),
        truth={"total": f"12.50{said}", f"v{said}": said},
        tags={"op": op, "sample": said},
        judged=judged,
        due=due,
        faults=(f"erp: reset {said}",) if disposition == "error" else (),
    )
