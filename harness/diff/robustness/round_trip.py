"""Whether what was sent comes back as sent, where the reply carries it: over all replies of a run, and with odd ids."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from unicodedata import combining

from harness.core.case import Case
from harness.core.reply import Judged
from harness.core.robustness import ALPHA, MIN_CASES, RobustnessResult, RobustnessTest, Round, robustness_criterion
from harness.core.statistics.fisher import by_chance
from harness.core.verdict import Criterion, Finding
from harness.diff.gate.criteria import WORST, show
from harness.diff.robustness.echoed import Echo, Exchange, Find
from harness.diff.scoring.id_kinds import kind_of

MORE = 3
"""Other samples on which a kind of id is tried again where one alone came back otherwise."""

LETTERS = 40
"""Of a value that stands in a sentence."""

TRIMMED = "with blanks around them"
"""Blanks around an id are trimmed on purpose as often as by mistake: told, and no line hangs on it."""

IN_TEST = {"concurrency": "when other requests are in flight"}
"""How a finding says in which robustness test a request was sent that is like any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """One value that was sent and what came back. group: what is special about it, "" for nothing.

    theirs: it is what another request sent, so that the answer is that request's.
    """

    address: str
    echo: Echo
    sent: object
    got: object
    group: str = ""
    theirs: bool = False

    @property
    def otherwise(self) -> bool:
        """Whether it came back as another value."""
        return not self.echo.same(self.sent, self.got)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suspect:
    """What came back otherwise in one group of one echo, held against the others of the same echo.

    mixed: these are answers that carry what another request sent, whatever is special about their own ids.
    """

    group: str
    odd: tuple[Back, ...]
    compared: int
    others_odd: int = 0
    others: int = 0
    mixed: bool = False

    @property
    def cases(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(back.address for back in self.odd))

    @property
    def chance(self) -> float:
        """How likely it is that so many fall into this group by chance; 0 where no other differs."""
        return by_chance(len(self.odd), self.compared, self.others_odd, self.others) if self.others_odd else 0.0

    @property
    def proven(self) -> bool:
        """Whether it is a finding: several cases, and told from the others unless it is another request's value."""
        told = self.mixed or (bool(self.group) and self.chance <= ALPHA)
        return len(self.cases) >= MIN_CASES and told


def round_trip(
    found: Sequence[Echo],
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
    """The test: yields what to send, is sent the judged replies, ends with its line and findings.

    found: what the replies repeat. exchanges: every accepted answer of the run with its request. odd: cases with an odd
    id, the most telling first. more: the same kind of id on so many other samples. exchange: reads what was said to a
    case that this robustness test sent. find: reads a path of a reply. run: its label, for the commands.
    """
    if not found:
        text = "the reply repeats nothing of the request, so mixed-up answers cannot be told by it"
        return RobustnessResult(findings=(Finding(kind="no_echo", text=text, show=show((), run)),))
    seen = _Seen(find=find, found=found)
    for one in exchanges:
        seen.add(one)
    asked = yield from seen.ask("odd ids", odd[:calls], exchange)
    if alone := [case for case in asked if len(seen.odd_like(case)) == 1]:
        again = [case for one in alone for case in more(one, MORE)][: max(0, spare)]
        asked += yield from seen.ask("odd ids on other samples", again, exchange)
    backs = seen.backs()
    trimmed = tuple(_trimmed(backs, run))
    return RobustnessResult(lines=(_line(found, backs, len(asked), len(odd[:calls]), run),), findings=trimmed)


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What came back so far: of each reply only the values that repeat something, since replies may be large."""

    find: Find
    found: Sequence[Echo]
    back: list[Back] = field(default_factory=list)

    def add(self, one: Exchange) -> None:
        """Note what came back of what was sent, wherever the reply carries it."""
        for echo in self.found:
            sent, got = one.sent.get(echo.request), self.find(echo.reply, one.said)
            if echo.carries(sent) and got is not None:
                group = ("" if echo.loose else kind_of(sent)) or IN_TEST.get(one.test, "")
                self.back.append(Back(address=one.address, echo=echo, sent=sent, got=got, group=group))

    def ask(
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

    def odd_like(self, case: Case) -> list[Back]:
        """What came back otherwise in the group of this case's id; nothing where its own came back as sent."""
        odd = [back for back in self.back if back.otherwise and back.group != TRIMMED]
        own = next((back for back in odd if back.address == case.address), None)
        return [back for back in odd if own and (back.echo, back.group) == (own.echo, own.group)]

    def backs(self) -> list[Back]:
        """All of it; of what came back otherwise it is known whether another request sent it."""
        whose: dict[tuple[Echo, object], str] = {}
        for back in self.back:
            whose.setdefault((back.echo, _key(back.sent)), _sample(back.address))
        return [replace(back, theirs=_theirs(back, whose)) if back.otherwise else back for back in self.back]


def _theirs(back: Back, whose: Mapping[tuple[Echo, object], str]) -> bool:
    """Whether the value is an id that another sample was sent with."""
    owner = whose.get((back.echo, _key(back.got)))
    return back.echo.identity and owner is not None and owner != _sample(back.address)


def _sample(address: str) -> str:
    return address.partition("#")[2]


def _key(value: object) -> object:
    return value if isinstance(value, str | int | float) else str(value)


def _suspects(backs: Sequence[Back]) -> list[_Suspect]:
    """What came back otherwise, group by group; what is proven first, mixed-up answers before all."""
    suspects = []
    for echo in dict.fromkeys(back.echo for back in backs):
        mine = [back for back in backs if back.echo == echo and back.group != TRIMMED]
        theirs = tuple(back for back in mine if back.theirs)
        if theirs:
            suspects.append(_Suspect(group="", odd=theirs, compared=len(mine), mixed=True))
        suspects += _by_group([back for back in mine if not back.theirs])
    return sorted(suspects, key=lambda one: (not one.proven, not one.mixed, one.chance, -len(one.cases)))


def _by_group(backs: Sequence[Back]) -> Iterable[_Suspect]:
    for group in dict.fromkeys(back.group for back in backs if back.otherwise):
        inside = [back for back in backs if back.group == group]
        others = [back for back in backs if back.group != group]
        yield _Suspect(
            group=group,
            odd=tuple(back for back in inside if back.otherwise),
            compared=len(inside),
            others_odd=sum(back.otherwise for back in others),
            others=len(others),
        )


def _line(found: Sequence[Echo], backs: Sequence[Back], accepted: int, asked: int, run: str) -> Criterion:
    if not backs:
        says = "round_trip: no accepted answer carries what was sent"
        return robustness_criterion("round_trip", says, run=show((), run))
    suspects = _suspects(backs)
    if not suspects:
        names = ", ".join(echo.reply for echo in found)
        ids = f"; {accepted} of {asked} odd ids were accepted" if asked else "; no odd ids were sent"
        says = f"round_trip: {names} came back as sent in {len(backs)} of {len(backs)} answers{ids}"
        return robustness_criterion("round_trip", says, value=0.0, n=len(backs), run=show((), run))
    worst = suspects[0]
    cases = worst.cases[:WORST]
    return robustness_criterion(
        "round_trip",
        _sentence(worst, suspects),
        value=len(worst.odd) / worst.compared,
        high=None if worst.proven else 1.0,
        n=worst.compared,
        worst=cases,
        run=show(cases, run),
        q=worst.chance if worst.proven else 1.0,
    )


def _sentence(worst: _Suspect, suspects: Sequence[_Suspect]) -> str:
    first = worst.odd[0]
    also = list(dict.fromkeys(one.group for one in suspects if one.proven and one.group not in ("", worst.group)))
    more = f"; also otherwise {', '.join(also)}" if also else ""
    if worst.mixed:
        alone = "" if worst.proven else ", and one alone is no finding yet"
        head = (
            f"answers carry what another request sent: {first.echo.reply} {_short(first.got)} for {_short(first.sent)}"
        )
        return f"{head} ({len(worst.odd)} of {worst.compared} answers{alone}){more}"
    count = f"in {len(worst.odd)} of {worst.compared} {worst.group or 'answers to ordinary requests'}"
    others = f"; as sent in {worst.others - worst.others_odd} of {worst.others} others" if worst.others else ""
    doubt = "" if worst.proven else "; too few, or too many of the others too, to tell it from chance"
    changed = f"{_short(first.sent)} became {_short(first.got)}"
    return f"{first.echo.reply} comes back otherwise than it was sent: {changed} ({count}{others}){more}{doubt}"


def _trimmed(backs: Sequence[Back], run: str) -> Iterable[Finding]:
    odd = [back for back in backs if back.group == TRIMMED and back.otherwise]
    if odd:
        text = f"{odd[0].echo.reply} comes back without the blanks around it: two ids that differ by these are one"
        cases = tuple(dict.fromkeys(back.address for back in odd))[:WORST]
        yield Finding(kind="echo_trimmed", text=text, count=len(odd), cases=cases, show=show(cases, run))


def _short(value: object) -> str:
    """The value in a sentence; what cannot be seen, or told from another form of the same letter, by its number."""
    seen = (char if char.isprintable() and not combining(char) else f"\\u{ord(char):04x}" for char in str(value))
    text = "".join(seen)
    text = f'"{text}"' if text != text.strip() else text
    return text if len(text) <= LETTERS else f"{text[:LETTERS]}..."
