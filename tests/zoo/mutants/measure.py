"""How many mutants the default check finds: no-go, or undecided and its first reason names the right field or place.

Criteria that the original fails too do not count: a defect is not found by a false cause.
"""

import resource
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

from harness.core.settings import Batch, Budget, Gate
from harness.core.verdict import CriterionResult
from harness.report.causes import explain
from harness.report.criteria import words_of
from harness.run.check import run_check
from harness.run.events import Event, Finished
from harness.run.setup.configure import RunRequest
from tests.endpoints.server import serving
from tests.zoo import pilots
from tests.zoo.mutants.keeping import Mutant, mutants
from tests.zoo.mutants.stream import Answer
from tests.zoo.mutants.subjects import SUBJECTS
from tests.zoo.running import PATHS

MAX_DOCUMENTS = 5
"""Mutants of the document service for each seed; one of its checks takes as long as ten others."""
RATE = 200.0
MAX_MEMORY = 6 * 2**30
"""Bytes of address space of a process of the measure."""
Outcome = Literal["no-go", "undecided, named", "undecided", "go"]
FOUND: tuple[Outcome, ...] = ("no-go", "undecided, named")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One mutant and what the check said of it. reason: the first reason, in words."""

    mutant: Mutant
    outcome: Outcome
    reason: str


def measure(count: int, seed: int) -> int:
    """Print the score of so many mutants, and of each missed one the input that would have shown it."""
    documents = min(MAX_DOCUMENTS, count // 3)
    tickets = (count - documents) // 2
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=_limit_memory) as pool:
        first = [pool.submit(_service, name, n, seed) for name, n in (("document", documents), ("ticket", tickets))]
        done = [job.result() for job in first]
        records = count - sum(len(found) for found, _ in done)  # they have the most mutants, and fill up
        done.append(pool.submit(_service, "record", records, seed).result())
    for _, control in done:
        print(control)
    for line in _report([row for found, _ in done for row in found], seed):
        print(line)
    return 0


def _limit_memory() -> None:
    """A mutant that asks for too much memory gets a MemoryError, and does not take the measure with it."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def _service(name: str, number: int, seed: int) -> tuple[list[Scored], str]:
    """The scored mutants of one service, and what the check says of the original."""
    with tempfile.TemporaryDirectory() as folder:
        control = _check(name, SUBJECTS[name].original(), Path(folder), seed, "original")
        own = {(one.criterion, one.slice) for one in control.verdict.reasons if one.status == "failed"}
        found = []
        for place, mutant in enumerate(islice(mutants(name, seed), number)):
            answer = SUBJECTS[name].mutant(mutant.mutation, mutant.module)
            run = _check(name, answer, Path(folder), seed, str(place))
            found.append(_scored(mutant, run, own))
    reasons = "; ".join(_sentence(one) for one in control.verdict.reasons[:3])
    return found, f"original {name}: {control.verdict.verdict}{f' ({reasons})' if reasons else ''}"


def _check(name: str, answer: Answer, folder: Path, seed: int, out: str) -> Finished:
    """One check with the default packs, limits and calls, of a service in this process."""
    with ExitStack() as stack:
        url = stack.enter_context(serving(answer, PATHS[name]))
        settings = pilots.settings_of(name, url, folder)
        target = replace(settings.target, batch=Batch(), rate=0.0 if name == "document" else RATE)
        settings = replace(settings, target=target, mix=(), gate=Gate(), budget=Budget())
        ended: list[Event] = []
        run_check(RunRequest(seed=seed, out=str(folder / out)), ended.append, settings)
    return next(event for event in ended if isinstance(event, Finished))


def _scored(mutant: Mutant, run: Finished, own: set[tuple[str, str]]) -> Scored:
    reasons = [one for one in run.verdict.reasons if (one.criterion, one.slice) not in own]
    first = _sentence(reasons[0]) if reasons else ""
    outcome: Outcome = "go"
    if any(one.status == "failed" for one in reasons):
        outcome = "no-go"
    elif reasons:
        outcome = "undecided, named" if _names(mutant, first) else "undecided"
    return Scored(mutant=mutant, outcome=outcome, reason=first)


def _names(mutant: Mutant, sentence: str) -> bool:
    """Whether the sentence has the field or the circumstance of a family in which the mutant is wrong."""
    names = {name for one in mutant.wrong for name in one.family.names}
    return any(name in sentence.lower() for name in names)


def _sentence(reason: CriterionResult) -> str:
    own, why = words_of(reason).headline, explain(reason).headline
    return own if own == why else f"{own}: {why}"


def _report(rows: Sequence[Scored], seed: int) -> Iterator[str]:
    for row in rows:
        yield f"{'found ' if row.outcome in FOUND else 'MISSED'} {row.outcome:<16} {row.mutant.name}"
        yield f"       wrong in {100 * row.mutant.share:.0f} % of the stream; first reason: {row.reason or '-'}"
        if row.outcome not in FOUND:
            for wrong in row.mutant.wrong[:3]:
                yield f"       {wrong.family.name}: {wrong.hits} of {wrong.n}; {wrong.example}"
    missed = Counter(row.mutant.wrong[0].family.name for row in rows if row.outcome not in FOUND)
    yield f"missed by family: {', '.join(f'{name} {n}' for name, n in missed.most_common()) or 'none'}"
    for service in dict.fromkeys(row.mutant.service for row in rows):
        own = [row for row in rows if row.mutant.service == service]
        yield f"{service}: {sum(row.outcome in FOUND for row in own)} of {len(own)} found"
    found = sum(row.outcome in FOUND for row in rows)
    outside = sum(row.mutant.outside for row in rows if row.outcome not in FOUND)
    yield f"missed, but wrong only on values that no sample has: {outside}"
    yield f"seed {seed}: {found} of {len(rows)} mutants found"
