"""What is told of answers that change between sendings of the same case."""

from harness.core.reply import Judged
from harness.diff.explain.contrast import Contrast, Observation


def said(label: str, repeat: int) -> Judged:
    return Judged(
        address="pilot/samples#a", repeat=repeat, disposition="accepted", judgement="right", answer={"label": label}
    )


def test_one_odd_first_answer_is_one_unusual_answer_however_often_the_case_was_sent_after_it() -> None:
    first, later = said("odd", 0), [said("usual", k) for k in range(1, 10)]
    contrast = Contrast(tuple(Observation(before=first, now=row) for row in later))
    assert contrast.changed == 9
    assert contrast.unusual() == ([first], 10)


def test_one_odd_later_answer_is_unusual_too() -> None:
    rows = [said("usual", k) for k in range(9)] + [said("odd", 9)]
    contrast = Contrast(tuple(Observation(before=rows[0], now=row) for row in rows[1:]))
    assert contrast.unusual() == ([rows[9]], 10)
