"""Which mutants are kept: right on the whole pilot, and silently wrong on what production sends."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.zoo.mutants.mutations import Mutation, in_turns
from tests.zoo.mutants.stream import Answer, Family, Reply, replies
from tests.zoo.mutants.subjects import SUBJECTS, Subject
from tests.zoo.triggers import pilot_bodies

MIN_OVERALL, MIN_FAMILY = 0.05, 0.20
"""Shares of the whole stream, and of one family of it, that a mutant answers silently wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A family in which answers are silently wrong: how many of how many, and the first such input.

    effect: every wrong answer, and to which input. outside: how many of these inputs nothing in the pilot tells the
    right answer to.
    """

    family: Family
    hits: int
    n: int
    example: str
    effect: str
    outside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A mutant that is kept. module: which of the service's is changed. wrong: the worst family first."""

    service: str
    module: str
    mutation: Mutation
    share: float
    wrong: tuple[Wrong, ...]

    @property
    def outside(self) -> bool:
        """Whether it is wrong only where nothing in the pilot tells the right answer."""
        return all(one.outside == one.hits for one in self.wrong)

    @property
    def name(self) -> str:
        """As "record: off by one, line 96: `age < 25` becomes `age <= 25`"."""
        one = self.mutation
        return f"{self.service}: {one.operator}, line {one.line}: `{one.was}` becomes `{one.now}`"


def mutants(service: str, seed: int) -> Iterator[Mutant]:
    """The mutants of a service that are kept, in an order of chance. Of those with the same wrong answers only one."""
    subject = SUBJECTS[service]
    rng = Random(f"{seed} {service}")
    pairs = subject.mutations()
    modules = {id(one): module for module, one in pairs}
    families = list(subject.stream(Random(f"{seed} {service} stream")))
    right = [_of(subject.original(), family) for family in families]
    known: list[list[tuple[str, str]]] = []
    for one in islice(in_turns([one for _, one in pairs], rng.shuffle), subject.max_tried):
        kept = _tried(subject, modules[id(one)], one, families, right)
        effect = [(one.family.name, one.effect) for one in kept.wrong] if kept else []
        if kept and effect not in known:
            known.append(effect)
            yield kept


def _of(answer: Answer, family: Family) -> list[Reply]:
    return replies(answer, family.groups)


def _tried(
    subject: Subject, module: str, one: Mutation, families: Sequence[Family], right: Sequence[Sequence[Reply]]
) -> Mutant | None:
    try:
        answer = subject.mutant(one, module)
    except Exception:  # what cannot even start is no silent defect
        return None
    expected = zip(pilot(subject.name), _right_on_pilot(subject.name), strict=True)
    if not all(subject.alike(right, replies(answer, [(body,)])[0]) for body, right in expected):
        return None
    found = [_wrong(subject, family, truth, _of(answer, family)) for family, truth in zip(families, right, strict=True)]
    share = sum(one.hits for one in found) / sum(one.n for one in found)
    worst = sorted((one for one in found if one.hits), key=lambda one: -one.hits / one.n)
    if share < MIN_OVERALL or worst[0].hits < MIN_FAMILY * worst[0].n:
        return None
    return Mutant(service=subject.name, module=module, mutation=one, share=share, wrong=tuple(worst))


def _wrong(subject: Subject, family: Family, truth: Sequence[Reply], given: Sequence[Reply]) -> Wrong:
    bodies = [body for group in family.groups for body in group]
    wrong = [place for place in range(len(bodies)) if subject.silently_wrong(truth[place], given[place])]
    example = ""
    if wrong:
        body, (_, reply) = bodies[wrong[0]][:160], given[wrong[0]]
        told, due = (json.dumps(one, default=str)[:120] for one in (reply, truth[wrong[0]][1]))
        example = f"{body!r} is answered with {told}, not {due}"
    effect = repr([(place, subject.values(given[place][1])) for place in wrong])
    outside = sum(truth[place][0] == 200 and subject.outside(bodies[place], pilot(subject.name)) for place in wrong)
    return Wrong(family=family, hits=len(wrong), n=len(bodies), example=example, effect=effect, outside=outside)


@lru_cache(maxsize=3)
def pilot(service: str) -> tuple[bytes, ...]:
    """The requests of the service's pilot."""
    with TemporaryDirectory() as folder:
        return tuple(pilot_bodies(service, Path(folder)))


@lru_cache(maxsize=3)
def _right_on_pilot(service: str) -> tuple[Reply, ...]:
    return tuple(replies(SUBJECTS[service].original(), [(body,) for body in pilot(service)]))
