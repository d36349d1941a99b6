from collections.abc import Callable, Iterable, Sequence

from harness.core.case import Case, Plan, Step
from harness.core.reply import Judged
from harness.core.verdict import BreakingPoint
from harness.generate.drawn import Drawn
from harness.generate.ops import get_op
from harness.run.phases.probing import by_failures, find_all
from harness.run.setup.probeable import Probeable


def case(i: int, *ops: str) -> Case:
    steps = tuple(Step(op=name, severity=3, site="") for name in ops)
    return Case(
        address=f"scanned_faxes/any#{i}",
        plan=Plan(base="made:invoices#1", steps=steps),
        content=b"a page",
        media_type="image/tiff",
        filename="a.tif",
        truth={"total": "1.00"},
    )


def order(ops: Iterable[str], told: Iterable[tuple[Case, Judged]]) -> list[str]:
    cases, judged = zip(*told, strict=True)
    asked = [Probeable(op=get_op(name), expect="answer") for name in ops]
    return [one.op.name for one in by_failures(asked, {one.address: one for one in cases}, judged)]


def silent(one: Case) -> tuple[Case, Judged]:
    return one, Judged(address=one.address, repeat=0, disposition="accepted", judgement="wrong")


def handed_over(one: Case) -> tuple[Case, Judged]:
    return one, Judged(address=one.address, repeat=0, disposition="handed_over", judgement="wrong")


def right(one: Case) -> tuple[Case, Judged]:
    return one, Judged(address=one.address, repeat=0, disposition="accepted", judgement="right")


def test_what_is_silent_is_probed_before_what_is_handed_over_however_often() -> None:
    told = [silent(case(0, "fax.cut_off")), *(handed_over(case(i, "page.skew")) for i in range(1, 9))]
    assert order(["page.skew", "fax.cut_off"], told) == ["fax.cut_off", "page.skew"]


def test_an_op_that_stands_in_most_recipes_is_not_blamed_for_what_another_does() -> None:
    both = [silent(case(i, "page.blur", "fax.cut_off")) for i in range(3)]
    told = [*both, *(right(case(i, "page.blur")) for i in range(3, 40))]
    assert order(["page.blur", "fax.cut_off"], told) == ["fax.cut_off", "page.blur"]


def test_nine_silent_of_ten_come_before_one_of_one() -> None:
    nine = [silent(case(i, "page.blur")) for i in range(9)]
    told = [*nine, right(case(9, "page.blur")), silent(case(10, "fax.superfine"))]
    assert order(["fax.superfine", "page.blur"], told) == ["page.blur", "fax.superfine"]


def test_ops_without_a_failure_are_in_the_order_of_their_names() -> None:
    assert order(["page.skew", "fax.fine", "page.blur"], [right(case(0, "page.skew"))]) == [
        "fax.fine",
        "page.blur",
        "page.skew",
    ]


def probed(op: str, budget: int, fails: Callable[[int, int], bool]) -> tuple[BreakingPoint, list[int]]:
    """The point of one op, and the severities of the probes. fails: whether a probe does, by severity and its turn."""
    sent: list[int] = []

    def ask(name: str, drawn: Sequence[Drawn]) -> list[tuple[Case, Judged | None]]:
        answers: list[tuple[Case, Judged | None]] = []
        for one in drawn:
            (step,) = one.plan.steps
            sent.append(step.severity)
            told = silent if fails(step.severity, len(sent)) else right
            answers.append(told(case(len(sent), name)))
        return answers

    (point,) = find_all([Probeable(op=get_op(op), expect="answer")], [f"sample {k}" for k in range(8)], budget, ask)
    return point, sent


def test_an_op_that_fails_at_its_lowest_severity_is_held_against_the_clean_samples_of_the_same_phase() -> None:
    point, sent = probed("page.skew", 100, lambda severity, _: severity >= 1)
    assert (point.severity, point.how, point.confirmed) == (1, "silent", True)
    assert sent[-6:] == [0] * 6


def test_a_service_that_fails_on_everything_by_then_is_not_blamed_on_an_op() -> None:
    for op in ("page.skew", "fax.superfine"):
        point, sent = probed(op, 100, lambda severity, _: True)
        assert (point.severity, point.how) == (None, "not probed")
        assert sent[-6:] == [0] * 6


def test_a_severity_below_that_passes_is_the_control_and_costs_no_more() -> None:
    point, sent = probed("page.skew", 100, lambda severity, _: severity >= 5)
    assert (point.severity, point.confirmed) == (5, True)
    assert 0 not in sent


def test_without_calls_for_the_control_a_breaking_point_is_not_confirmed() -> None:
    point, sent = probed("fax.superfine", 6, lambda severity, _: True)
    assert (point.severity, point.confirmed, sent) == (10, False, [10] * 6)
