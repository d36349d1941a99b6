"""Gate lines as the sentences that the verdict tells them in."""

from harness.core.decide import first_line, judge_line, more_cases
from harness.core.verdict import Line


def sentence(line: Line) -> str:
    """A gate line, go or not, in one sentence."""
    answer = judge_line(line)
    return first_line(line, answer, more_cases(line) if answer == "undecided" else None)
