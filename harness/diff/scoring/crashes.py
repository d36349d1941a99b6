"""Crashes on damaged input, blamed on the damage only against untouched samples of the same phase."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from harness.core.case import Case
from harness.core.finding import Circumstance, Where
from harness.core.reply import Judged
from harness.core.statistics.fisher import by_chance
from harness.diff.scoring.judge import TOO_MANY

ALPHA = 0.01
"""Maximum p-value at which damage is blamed, times the number of ops or packs with crashes."""

Pairs = Sequence[tuple[Judged, Case]]


def blamed_on_input(rows: Sequence[Judged], cases: Mapping[str, Case]) -> list[Judged]:
    """The rows of a load, in which `crashed_on_input` stands only if the damage is to blame; else it is a plain error.

    The control are the rows of untouched samples under the same load: a service that fails on them as well is
    overloaded, or down.
    """
    groups = proven_crashes([(row, cases[row.address]) for row in rows])
    proven = {_key(row) for found in groups.values() for row in found}
    return [row if not row.crashed_on_input or _key(row) in proven else _plain_error(row) for row in rows]


def proven_crashes(pairs: Pairs) -> dict[Circumstance, list[Judged]]:
    """The crashes on damaged input by the op that is to blame, or by the pack if only all of its cases show it."""
    control = [row for row, case in pairs if not case.changed]
    failed = sum(map(broke, control))
    damaged = [(row, case) for row, case in pairs if case.changed]
    found = _proven(_grouped(damaged, made_by), failed, len(control))
    known = {_key(row) for rows in found.values() for row in rows}
    rest = [(row, case) for row, case in damaged if _key(row) not in known]
    return {**found, **_proven(_grouped(rest, _pack_of), failed, len(control))}


def crashes_by_op(pairs: Pairs) -> dict[Circumstance, list[Judged]]:
    """The crashes on damaged input by op, each with a clean twin that was answered."""
    return _crashes(_grouped([pair for pair in pairs if pair[0].crashed_on_input], made_by))


def made_by(case: Case) -> tuple[Circumstance, ...]:
    """The ops of a case; its pack if it has none."""
    return tuple(dict.fromkeys(Circumstance(Where.OP, step.op) for step in case.plan.steps)) or _pack_of(case)


def _pack_of(case: Case) -> tuple[Circumstance, ...]:
    return (Circumstance(Where.PACK, case.pack),)


Groups = Mapping[Circumstance, Sequence[Judged]]


def _grouped(pairs: Pairs, of: Callable[[Case], tuple[Circumstance, ...]]) -> Groups:
    groups: dict[Circumstance, list[Judged]] = {}
    for row, case in pairs:
        for one in of(case):
            groups.setdefault(one, []).append(row)
    return groups


def _crashes(groups: Groups) -> dict[Circumstance, list[Judged]]:
    crashes = {one: [row for row in sent if row.crashed_on_input] for one, sent in groups.items()}
    return {one: rows for one, rows in crashes.items() if rows}


def _proven(groups: Groups, failed: int, n: int) -> dict[Circumstance, list[Judged]]:
    """The groups that crash more often than `failed` of `n` untouched samples, by Fisher's exact test."""
    crashes = _crashes(groups)
    return {
        one: rows
        for one, rows in crashes.items()
        if n and by_chance(len(rows), len(groups[one]), failed, n) * len(crashes) <= ALPHA
    }


def broke(row: Judged) -> bool:
    """Whether the row shows what a crash shows: an error or a lost connection. A quota is none."""
    return row.disposition in ("error", "dropped") and row.cause != TOO_MANY


def _plain_error(row: Judged) -> Judged:
    return replace(row, crashed_on_input=False)


def _key(row: Judged) -> tuple[str, int]:
    return row.address, row.repeat
