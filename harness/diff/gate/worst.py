"""What criteria need to know of a run, and the worst cases of a criterion with the command that shows them."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from shlex import quote

from harness.core.case import Case
from harness.core.reply import Judged
from harness.diff.gate.evidence import Evidence, vacuous

WORST = 10
"""Maximum number of addresses in a criterion."""


Badness = Callable[[Case, Sequence[Judged]], tuple[float, ...] | None]
"""Sort key of a case for a criterion, larger is worse; None if the case does not count against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """What the criteria need from a run besides its rates.

    run: its label, for the commands. samples: number of pilot samples. deadline: longest wait for a reply, in seconds.
    untimed: why latency cannot be judged ("the generator fell behind"), "" if it can. pilot_complete: as in `rate`.
    under_load: a load run, which judges rates over the mix and no single packs. p95: limit of the latency in seconds
    for a run without `[gate] p95`; 0: it is not judged.
    """

    run: str
    samples: int
    deadline: float = 30.0
    untimed: str = ""
    pilot_complete: bool = False
    under_load: bool = False
    p95: float = 0.0


def show(worst: Sequence[str], run: str) -> str:
    """The command that shows it again: the worst case, or the run if there is no worst case."""
    return f"harness show {in_shell(worst[0])} --run {in_shell(run)}" if worst else f"harness show {in_shell(run)}"


def in_shell(word: str) -> str:
    """The word, quoted for a shell if it needs quotes."""
    return word if re.fullmatch(r"[\w@%+=:,./#~-]+", word) else quote(word)


def worst_cases(evidence: Evidence, cases: Iterable[Case], badness: Badness) -> tuple[str, ...]:
    """Addresses of the worst cases of those that were sent and count, worst first, then in order of address."""
    counted = ((case, evidence.of(case)) for case in cases if not vacuous(case))
    rated = [(badness(case, rows), case.address) for case, rows in counted if rows]
    bad = [(tuple(-part for part in how), address) for how, address in rated if how is not None]
    return tuple(address for _, address in sorted(bad)[:WORST])
