"""Whether a service fills in what is not there: inputs that hold nothing to answer, and what it answers to them.

A model asked for a field gives one, also for a blank page, and nothing in its reply says so. Ordinary test data never
ask this, since each of them has an answer.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

from harness.core.case import Case, Scalar
from harness.core.reply import Judged
from harness.core.robustness import MIN_CASES, RobustnessResult, RobustnessTest, Round, robustness_criterion
from harness.core.verdict import Criterion, Finding
from harness.diff.explain.contrast import answered
from harness.diff.gate.criteria import WORST, show
from harness.diff.scoring.field_types import empty

MORE = 4
"""Other samples on which the one anchor that was filled in is tried again, at most."""

NAMED = 2
"""Fields of an answer that stand in a sentence."""

LETTERS = 30
"""Of a value that stands in a sentence."""

SAYS_NOTHING = frozenset(
    ("unknown", "other", "others", "none", "n/a", "na", "nan", "null", "unclear", "undefined", "unclassified", "-")
)
"""Answers that own up to knowing nothing; a class of that name is the right one for a text without a matter."""

Rows = Mapping[str, Judged]


def unanswerable(
    cases: Sequence[Case],
    more: Callable[[Case, int], Sequence[Case]],
    *,
    calls: int,
    spare: int,
    damaged: tuple[int, int],
    run: str,
    left_out: str = "",
) -> RobustnessTest:
    """The test: yields what to send, is sent the judged replies, ends with its line and findings.

    cases: the unanswerable, in the order in which they tell most; as many are sent as the calls allow. more: the same
    anchor as a case, on so many other samples; they are asked where one alone was filled in, from the spare calls.
    damaged: of the ordinary damaged cases of the run, how many were accepted and wrong, and how many there are. run:
    its label. left_out: what could not be made and why.
    """
    chosen = list(cases[:calls])
    if not chosen:
        says = f"unanswerable: not asked, {calls} calls are too few; inputs with nothing in them may be filled in"
        return RobustnessResult(lines=(robustness_criterion("unanswerable", says, run=show((), run)),))
    rows = yield from _ask("nothing to answer", chosen)
    filled = [case for case in chosen if case.address in rows and filled_in(case, rows[case.address])]
    if len(filled) == 1 and (again := more(filled[0], min(MORE, spare))):
        rows |= yield from _ask("the same on other samples", again)
        chosen += again
    told = (Finding(kind="no_torn_page", text=left_out, show=show((), run)),) if left_out else ()
    line = _line(chosen, rows, damaged, run)
    return RobustnessResult(lines=(line,), findings=(*_failed(chosen, rows, run), *told))


def _ask(name: str, cases: Sequence[Case]) -> Generator[Round, Sequence[Judged | None], dict[str, Judged]]:
    rows = yield Round(name=name, asks=tuple((case, 0) for case in cases))
    return {row.address: row for row in rows if row is not None}


def filled_in(case: Case, row: Judged) -> dict[str, Scalar]:
    """What an accepted answer holds that cannot be known; nothing for one that was refused or handed over.

    Where an answer was asked for, a field that is true by chance does not count, nor does one that was not destroyed.
    """
    if row.disposition != "accepted":
        return {}
    said = {name: value for name, value in row.answer.items() if not _says_nothing(value)}
    if case.expect == "hand_over":
        return said
    wrong = {scored.name for scored in row.fields if scored.verdict != "right"}
    return {name: value for name, value in said.items() if name in wrong and case.effect(name) == "destroyed"}


def _says_nothing(value: Scalar) -> bool:
    return empty(value) or (isinstance(value, str) and value.strip().casefold() in SAYS_NOTHING)


def _line(cases: Sequence[Case], rows: Rows, damaged: tuple[int, int], run: str) -> Criterion:
    seen = [case for case in cases if case.address in rows and answered(rows[case.address])]
    if not seen:
        says = "unanswerable: none of them was answered, refused or handed over"
        return robustness_criterion("unanswerable", says, run=show((), run))
    filled = sorted((case for case in seen if filled_in(case, rows[case.address])), key=lambda c: _sureness(c, rows))
    kinds = ", ".join(dict.fromkeys(case.tags["unanswerable"] for case in seen))
    if not filled:
        says = f"unanswerable: 0 of {len(seen)} were answered with something filled in ({kinds})"
        return robustness_criterion("unanswerable", says, value=0.0, n=len(seen), run=show((), run))
    worst = tuple(case.address for case in filled)[:WORST]
    several = len(filled) >= MIN_CASES
    return robustness_criterion(
        "unanswerable",
        _sentence(filled, seen, rows, damaged),
        value=len(filled) / len(seen),
        high=None if several else 1.0,
        n=len(seen),
        worst=worst,
        run=show(worst, run),
        q=0.0 if several else 1.0,
    )


def _sureness(case: Case, rows: Rows) -> tuple[float, int]:
    """The surest first, then the one with the most filled in, then the most telling."""
    row = rows[case.address]
    return -(row.confidence or 0.0), -len(filled_in(case, row))


def _sentence(filled: Sequence[Case], seen: Sequence[Case], rows: Rows, damaged: tuple[int, int]) -> str:
    worst, row = filled[0], rows[filled[0].address]
    said = list(filled_in(worst, row).items())
    fields = ", ".join(f"{name} {_short(value)}" for name, value in said[:NAMED])
    sure = f" and confidence {row.confidence:.2f}" if row.confidence is not None else ""
    others = dict.fromkeys(
        case.tags["unanswerable"] for case in filled if case.tags["unanswerable"] != worst.tags["unanswerable"]
    )
    also = f"; also {', '.join(list(others)[:NAMED])}" + (" and more" if len(others) > NAMED else "") if others else ""
    wrong, n = damaged
    usual = f"; of ordinary damaged input {wrong} of {n} are accepted and wrong" if n else ""
    alone = "; one alone is no finding yet" if len(filled) < MIN_CASES else ""
    head = f"fills in what is not there: {worst.tags['unanswerable']} answered with {fields}{sure}"
    return f"{head} ({len(filled)} of {len(seen)} unanswerable){also}{usual}{alone}"


def _short(value: Scalar) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LETTERS else f"{text[:LETTERS]}..."


def _failed(cases: Sequence[Case], rows: Rows, run: str) -> Iterable[Finding]:
    """Anchors that got no answer: no invention, and no clear refusal either."""
    lost = [case for case in cases if case.address in rows and not answered(rows[case.address])]
    if lost:
        causes = Counter(rows[case.address].cause or rows[case.address].disposition for case in lost)
        told = ", ".join(f"{cause} {n}" for cause, n in causes.most_common(3))
        words = ", ".join(dict.fromkeys(case.tags["unanswerable"] for case in lost))
        text = f"{len(lost)} of {len(cases)} inputs with nothing to answer were not refused but broke: {words} ({told})"
        named = tuple(case.address for case in lost)[:WORST]
        yield Finding(kind="anchors_broke", text=text, count=len(lost), cases=named, show=show(named, run))
