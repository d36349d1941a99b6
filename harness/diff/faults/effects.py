"""What the service wrote to an upstream for each case: once and right, or lost, doubled, altered, or for no answer."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.core.case import Scalar
from harness.core.finding import Count, Example, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.integration.exchange import IDEMPOTENT, Exchange
from harness.core.integration.fault import Fault
from harness.core.integration.upstreams import Effect, Upstream
from harness.core.statistics.shares import share_bounds
from harness.core.verdict import Criterion, Estimate, Status
from harness.diff.faults.sendings import Sending
from harness.diff.faults.upstream import NOTHING
from harness.diff.gate.worst import WORST, show
from harness.diff.scoring.field_types import FieldType, empty
from harness.diff.scoring.scoring import score

TEST = "effects"
MAX_SEEN = 3
"""Maximum requests that a finding names because no effect is about them."""

ANSWERED = ("accepted", "handed_over", "rejected")
"""What the service did with a case when the caller knows it; after anything else the caller has to ask."""

KNOWN = (409, 412)
"""Status codes by which an upstream refuses what it has already. Source: RFC 9110, sections 15.5.10 and 15.5.13."""

Types = Mapping[str, FieldType]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flaw:
    """What is wrong with the writes of one sending. writes: how many there were."""

    kind: FindingKind
    sending: Sending
    writes: int
    example: Example | None = None


def effects_criterion(
    upstream: Upstream,
    effects: Mapping[int, Effect],
    sendings: Sequence[Sending],
    faults: Mapping[str, Fault],
    types: Types,
    run: str,
    *,
    stray: bool = False,
) -> Criterion | None:
    """The criterion of one upstream; None if nothing is known about its writes, or they change nothing.

    effects: of this upstream, by number. sendings: in the order of time. faults: by name. types: of the columns.
    stray: of some writes the case is not known.

    A declared effect fails by any flaw: a write is a fact, and no sample of them. Without one, requests that are sent
    twice fail if the upstream says that each made something new; else it is not known whether they harm.
    """
    own = [here for one in sendings if (here := one.at(upstream.name))]
    if not effects:
        return None if upstream.writes is False else _undeclared(upstream.name, own, faults, run)
    if not any(write.effect is not None for one in own for write in one.writes):
        if stray:
            return _undecided(FindingKind.EFFECT_NOT_ATTRIBUTED, upstream.name, run)
        asked = ", ".join(f"{one.method} {one.path}" for one in effects.values())
        seen = sorted({f"{write.method} {write.path}" for one in own for write in one.writes})
        return _undecided(FindingKind.EFFECT_NOT_SEEN, upstream.name, run, asked, seen[:MAX_SEEN])
    flaws = [flaw for number, effect in effects.items() for flaw in _flaws(number, effect, own, types)]
    flawed = {id(flaw.sending) for flaw in flaws}
    counted = [one for one in own if one.row.disposition in ANSWERED or id(one) in flawed]
    if not flaws and 2 * len(own) < len(sendings):  # too little is known for a pass
        return _undecided(FindingKind.EFFECT_NOT_ATTRIBUTED, upstream.name, run)
    return _criterion(upstream.name, flaws, counted, faults, run, "failed" if flaws else "passed")


def _flaws(number: int, effect: Effect, sendings: Iterable[Sending], types: Types) -> Iterator[_Flaw]:
    """A service may recognize an input that it had before, and need not write it again; or the upstream does."""
    written: set[Scalar] = set()
    for one in sendings:
        tried = [write for write in one.writes if write.effect == number]
        done = distinct(write for write in tried if write.done)
        inputs = {one.columns.get(effect.key), one.case.tags.get("sample", one.case.address)} - {None}
        if len(done) > 1:
            yield _Flaw(kind=FindingKind.EFFECT_DOUBLED, sending=one, writes=len(done))
        elif one.row.disposition == "accepted":
            if not done and (tried or not written & inputs) and not any(write.answered in KNOWN for write in tried):
                yield _Flaw(kind=FindingKind.EFFECT_LOST, sending=one, writes=len(tried))
            elif done and (example := _altered(effect, one, done[0], types)):
                yield _Flaw(kind=FindingKind.EFFECT_ALTERED, sending=one, writes=1, example=example)
        elif done and one.row.disposition in ANSWERED:
            yield _Flaw(kind=FindingKind.EFFECT_ORPHANED, sending=one, writes=len(done))
        written |= inputs if done else set()


def distinct(writes: Iterable[Exchange]) -> list[Exchange]:
    """The writes without repeats that change nothing: of a PUT or DELETE, or with the same idempotency key."""
    found: dict[tuple[str, ...], Exchange] = {}
    for k, one in enumerate(writes):
        same = (one.method, one.path) if one.method in IDEMPOTENT else ("token", one.token)
        found.setdefault(same if all(same) else ("each", str(k)), one)
    return list(found.values())


def _altered(effect: Effect, sending: Sending, write: Exchange, types: Types) -> Example | None:
    """The first field that is written otherwise than it was answered; without an answer, than the truth of a sample."""
    row, case = sending.row, sending.case
    for name in effect.fields:
        given: Scalar
        if name in row.answer:
            given = row.answer[name]
        elif not case.plan.steps and name in sending.columns:
            given = sending.columns[name]
        else:
            continue
        got = write.values.get(name)
        if not _same(name, given, got, types):
            return Example(address=row.address, field=name, expected=given, got=got, given=case.filename)
    return None


def _same(name: str, given: Scalar, got: Scalar, types: Types) -> bool:
    if given == got or name not in types:
        return given == got
    return empty(got) if empty(given) else score(name, given, got, types[name]).verdict != "wrong"


def _undeclared(name: str, sendings: Sequence[Sending], faults: Mapping[str, Fault], run: str) -> Criterion | None:
    """What comes in the same form for several samples, as a heartbeat, belongs to none of them."""
    if not any(write.done for one in sendings for write in one.writes):
        return None
    flaws: list[_Flaw] = []
    whose: defaultdict[str, set[str]] = defaultdict(set)
    for one in sendings:
        for write in one.writes:
            whose[write.content].add(one.case.tags.get("sample", one.case.address))
    for one in sendings:
        own = (write for write in one.writes if write.done and len(whose[write.content]) == 1)
        groups = Counter(write.content for write in distinct(own))
        most, count = max(groups.items(), key=lambda item: item[1], default=("", 0))
        if count > 1:
            made = all(write.created for write in one.writes if write.done and write.content == most)
            kind = FindingKind.WRITES_REPEATED if made else FindingKind.WRITES_MAYBE_REPEATED
            flaws.append(_Flaw(kind=kind, sending=one, writes=count))
    sure = [one for one in flaws if one.kind is FindingKind.WRITES_REPEATED]
    counted = [one for one in sendings if any(write.done for write in one.writes)]
    status: Status = "failed" if sure else "undecided" if flaws else "passed"
    return _criterion(name, sure or flaws, counted, faults, run, status)


def _criterion(
    name: str, flaws: Sequence[_Flaw], counted: Sequence[Sending], faults: Mapping[str, Fault], run: str, status: Status
) -> Criterion:
    kinds = [kind for kind, _ in Counter(flaw.kind for flaw in flaws).most_common()]
    found = [_finding(name, [flaw for flaw in flaws if flaw.kind is kind], counted, faults, run) for kind in kinds]
    hits, n = len({id(flaw.sending) for flaw in flaws}), max(len(counted), len(flaws), 1)
    low, high = share_bounds(hits, n)
    cases = tuple(dict.fromkeys(flaw.sending.row.address for flaw in flaws))[:WORST]
    passed = Finding(kind=FindingKind.EFFECTS_PASSED, test=TEST, slice=name, count=Count(0, n), show=show((), run))
    return Criterion(
        name=TEST,
        slice=name,
        estimate=Estimate(value=hits / n, low=low, high=high, n=n),
        limit=0.0,
        worst=cases,
        show=show(cases, run),
        scalable=False,
        outcome=status,
        finding=found[0] if found else passed,
        notes=tuple(found[1:]),
    )


def _finding(
    name: str, flaws: Sequence[_Flaw], counted: Sequence[Sending], faults: Mapping[str, Fault], run: str
) -> Finding:
    """numbers: the most writes of one sending. names: the requests. A fault is named if most of the cases met it."""
    hit = {id(flaw.sending) for flaw in flaws}
    requests = Counter(f"{w.method} {w.path}" for flaw in flaws for w in flaw.sending.writes)
    met = Counter(name for flaw in flaws for name in {w.fault for w in flaw.sending.writes} if name in faults)
    fault, with_it = met.most_common(1)[0] if met else ("", 0)

    def among(inside: Callable[[Sending], bool]) -> Count:
        some = [one for one in counted if inside(one)]
        return Count(sum(id(one) in hit for one in some), max(len(some), 1))

    def under(one: Sending) -> bool:
        return any(write.fault == fault for write in one.writes)

    named = bool(fault) and 2 * with_it > len(flaws)
    cases = tuple(dict.fromkeys(flaw.sending.row.address for flaw in flaws))[:WORST]
    return Finding(
        kind=flaws[0].kind,
        test=TEST,
        slice=name,
        subject=fault if named else "",
        fault=faults[fault] if named else None,
        count=among(under) if named else among(lambda _: True),
        control=among(lambda one: not under(one)) if named else None,
        numbers={"writes": max(flaw.writes for flaw in flaws)},
        names=tuple(one for one, _ in requests.most_common(MAX_SEEN)),
        example=next((flaw.example for flaw in flaws if flaw.example), None),
        cases=cases,
        show=show(cases, run),
    )


def _undecided(kind: FindingKind, name: str, run: str, subject: str = "", names: Sequence[str] = ()) -> Criterion:
    finding = Finding(kind=kind, test=TEST, slice=name, subject=subject, names=tuple(names), show=show((), run))
    return Criterion(name=TEST, slice=name, estimate=NOTHING, limit=0.0, scalable=False, finding=finding)
