"""How a finding over cases is made: its sentence, the first cases, and the command that shows the worst one."""

from collections.abc import Iterable, Sequence

from harness.core.case import Scalar
from harness.core.reply import Judged
from harness.core.verdict import Finding
from harness.diff.gate.criteria import show
from harness.diff.gate.rates import Evidence
from harness.diff.scoring.judge import ANSWERED

NAMED = 10
LONGEST = 40
"""Characters of one value in a sentence."""


def noticed(kind: str, text: str, addresses: Sequence[str], run: str, where: str = "") -> Finding:
    """One finding over cases, the worst first; `{n}` in the text is their number."""
    count = len(set(addresses))
    named = tuple(dict.fromkeys(addresses))[:NAMED]
    return Finding(
        kind=kind, text=text.replace("{n}", cases(count)), count=count, slice=where, cases=named, show=show(named, run)
    )


def cases(count: int) -> str:
    """As "1 case", "2 cases"."""
    return f"{count} case{'' if count == 1 else 's'}"


def of_all(count: int, n: int) -> str:
    """As "3 of 20", or "all 20"."""
    return f"{count} of {n}" if count < n else f"all {n}"


def value(one: Scalar) -> str:
    """A value as a sentence has it: on one line, cut where it is long, and "nothing" where it is empty."""
    text = " ".join(str(one).split()) if one is not None else ""
    text = text.encode("utf-8", "replace").decode("utf-8")  # a reply may hold half of a pair, which no file takes
    return (text if len(text) <= LONGEST else f"{text[:LONGEST]}…") or "nothing"


def answered(evidence: Evidence) -> Iterable[Judged]:
    """Every reply with an answer, accepted or handed over."""
    return (row for rows in evidence.rows.values() for row in rows if row.disposition in ANSWERED)
