"""Whether values that the reply repeats come back as they were sent: in all replies of a run, and with unusual ids."""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field

from harness.core.case import Case, Scalar
from harness.core.finding import Circumstance, Count, Example, Finding, Where
from harness.core.finding_kinds import FindingKind, Why
from harness.core.reply import Judged
from harness.core.robustness import RobustnessResult, RobustnessTest, Round, robustness_criterion
from harness.core.settings import RobustnessName
from harness.core.verdict import Criterion
from harness.diff.gate.worst import WORST, show
from harness.diff.robustness.echoes import Echo, Exchange, Find
from harness.diff.robustness.repeated_values import WITH_BLANKS, Repeated, Suspect, find_suspects, with_owners
from harness.diff.scoring.id_kinds import kind_of

ROUND_TRIP: RobustnessName = "round_trip"

MAX_MORE = 3
"""Maximum number of further samples to try a kind of id on, if only one value of it came back changed."""

MAX_CHARACTERS = 200
"""Maximum number of characters of a value in an example; repeated values may be long prose."""

CIRCUMSTANCE_OF_TEST = {"concurrency": Circumstance(Where.IN_FLIGHT)}
"""The circumstance of an ordinary value that this robustness test sent."""


def round_trip(
    echoes: Sequence[Echo],
    exchanges: Iterable[Exchange],
    odd: Sequence[Case],
    more: Callable[[Case, int], Sequence[Case]],
    exchange: Callable[[Judged], Exchange | None],
    find: Find,
    *,
    calls: int,
    spare: int,
    run: str,
) -> RobustnessTest:
    """The test: yields what to send, is sent the judged replies, ends with its criterion and findings.

    echoes: what the replies repeat. exchanges: every accepted answer of the run with its request. odd: cases with an
    unusual id, the most telling first. more: the same kind of id on so many other samples. exchange: the request and
    the reply of a case that this test sent. find: reads a path of a reply. run: its label, for the commands.
    """
    if not echoes:
        return RobustnessResult(findings=(_not_tested(Why.NO_FIELD, run),))
    seen = _Seen(find=find, echoes=echoes)
    for one in exchanges:
        seen.add(one)
    accepted = yield from seen.send("unusual ids", odd[:calls], exchange)
    if alone := [case for case in accepted if len(seen.changed_like(case)) == 1]:
        again = [case for one in alone for case in more(one, MAX_MORE)][: max(0, spare)]
        accepted += yield from seen.send("unusual ids on other samples", again, exchange)
    values, sent = with_owners(seen.repeated), Count(len(accepted), len(odd[:calls]))
    return RobustnessResult(criteria=(_criterion(echoes, values, sent, run),), findings=tuple(_trimmed(values, run)))


@dataclass(slots=True, kw_only=True)
class _Seen:
    """The values that came back so far; only these are kept, since replies may be large."""

    find: Find
    echoes: Sequence[Echo]
    repeated: list[Repeated] = field(default_factory=list)

    def add(self, one: Exchange) -> None:
        """Note each value of the request that the reply repeats."""
        for echo in self.echoes:
            sent, received = one.sent.get(echo.request), self.find(echo.reply, one.received)
            if echo.carries(sent) and received is not None:
                about = _circumstance(echo, sent) or CIRCUMSTANCE_OF_TEST.get(one.test)
                value = Repeated(address=one.address, echo=echo, sent=sent, received=received, circumstance=about)
                self.repeated.append(value)

    def send(
        self, name: str, cases: Sequence[Case], exchange: Callable[[Judged], Exchange | None]
    ) -> Generator[Round, Sequence[Judged | None], list[Case]]:
        """Send the cases; gives those that were accepted."""
        if not cases:
            return []
        rows = yield Round(name=name, asks=tuple((case, 0) for case in cases))
        accepted = set()
        for row in rows:
            if row is not None and row.disposition == "accepted" and (one := exchange(row)) is not None:
                accepted.add(row.address)
                self.add(one)
        return [case for case in cases if case.address in accepted]

    def changed_like(self, case: Case) -> list[Repeated]:
        """The changed values in the circumstance of this case; empty if its own value came back as sent."""
        changed = [value for value in self.repeated if value.changed and value.circumstance != WITH_BLANKS]
        own = next((value for value in changed if value.address == case.address), None)
        same = (own.echo, own.circumstance) if own else None
        return [value for value in changed if (value.echo, value.circumstance) == same]


def _circumstance(echo: Echo, sent: object) -> Circumstance | None:
    kind = "" if echo.loose else kind_of(sent)
    return Circumstance(Where.ID_KIND, kind) if kind else None


def _criterion(echoes: Sequence[Echo], values: Sequence[Repeated], accepted: Count, run: str) -> Criterion:
    if not values:
        finding = _not_tested(Why.NOT_REPEATED, run)
        return robustness_criterion(ROUND_TRIP, finding, "undecided", run=show((), run))
    suspects = find_suspects(values)
    if not suspects:
        finding = _kept(echoes, values, accepted)
        return robustness_criterion(ROUND_TRIP, finding, "passed", value=0.0, n=len(values), run=show((), run))
    worst = suspects[0]
    finding = _not_kept(suspects, run)
    return robustness_criterion(
        ROUND_TRIP,
        finding,
        "failed" if worst.proven else "undecided",
        value=len(worst.changed) / worst.compared,
        high=None if worst.proven else 1.0,
        n=worst.compared,
        worst=finding.cases,
        run=finding.show,
    )


def _kept(echoes: Sequence[Echo], values: Sequence[Repeated], accepted: Count) -> Finding:
    return Finding(
        kind=FindingKind.ROUND_TRIP_KEPT,
        count=Count(sum(not value.changed for value in values), len(values)),
        parts={"odd_ids": accepted} if accepted.n else {},
        names=tuple(echo.reply for echo in echoes),
    )


def _not_kept(suspects: Sequence[Suspect], run: str) -> Finding:
    """The worst suspect, with the further circumstances in which values changed as names."""
    worst, cases = suspects[0], suspects[0].cases[:WORST]
    proven = (one.circumstance for one in suspects if one.proven and one.circumstance != worst.circumstance)
    return Finding(
        kind=FindingKind.ROUND_TRIP_SWAPPED if worst.swapped else FindingKind.ROUND_TRIP_CHANGED,
        subject=worst.changed[0].echo.request,
        circumstances=(worst.circumstance,) if worst.circumstance else (),
        count=Count(len(worst.changed), worst.compared),
        control=worst.others if worst.others.n else None,
        names=tuple(dict.fromkeys(about.value or about.where.value for about in proven if about)),
        example=_example(worst.changed[0]),
        why=worst.why,
        cases=cases,
        show=show(cases, run),
    )


def _trimmed(values: Sequence[Repeated], run: str) -> Iterable[Finding]:
    with_blanks = [value for value in values if value.circumstance == WITH_BLANKS]
    if changed := [value for value in with_blanks if value.changed]:
        cases = tuple(dict.fromkeys(value.address for value in changed))[:WORST]
        yield Finding(
            kind=FindingKind.ROUND_TRIP_TRIMMED,
            test=ROUND_TRIP,
            subject=changed[0].echo.request,
            circumstances=(WITH_BLANKS,),
            count=Count(len(changed), len(with_blanks)),
            example=_example(changed[0]),
            cases=cases,
            show=show(cases, run),
        )


def _example(value: Repeated) -> Example:
    return Example(
        address=value.address,
        field=value.echo.reply,
        given=str(value.sent)[:MAX_CHARACTERS],
        got=_scalar(value.received),
        other=value.owner,
    )


def _scalar(value: object) -> Scalar:
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)[:MAX_CHARACTERS]


def _not_tested(why: Why, run: str) -> Finding:
    return Finding(kind=FindingKind.NOT_TESTED, test=ROUND_TRIP, why=why, show=show((), run))
