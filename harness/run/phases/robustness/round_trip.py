"""Inputs of the round-trip test: fields that replies repeat, the exchanges so far, and records with unusual ids."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.core.case import Case
from harness.core.figures.dates import read_dates
from harness.core.reply import Judged
from harness.core.robustness import STREAMS, RobustnessResult, RobustnessTest
from harness.core.sample import Sample
from harness.core.seed import Stream
from harness.core.values import leaves_of
from harness.diff.robustness.echoes import Echo, Exchange, declared, find_echoes
from harness.diff.robustness.round_trip import ROUND_TRIP, round_trip
from harness.diff.scoring.judge import ANSWERED
from harness.generate.draw_robustness import draw_odd_id
from harness.generate.drawn import pilot_address
from harness.generate.fill import WHOLE, lone
from harness.generate.recipes.packs import PILOT
from harness.generate.records.changes.placing import named_as_id
from harness.replay.reading import parse, search
from harness.run.events import Noted
from harness.run.outcome.judge import Judge
from harness.run.phases.robustness.context import RobustnessContext
from harness.run.setup.prepare import Run
from harness.run.setup.requested import requested
from harness.run.setup.robustness_tests import robustness_test

LETTERS, ACCENT = "letters", "accent"
TEXT_KINDS = ("zeros", "large", "exponent", "decomposed", LETTERS, ACCENT, "long", "blanks")
NUMBER_KINDS = ("large",)
"""Changes to ids that are texts, and to ids that are numbers; the most revealing first."""

MAX_REPLIES = 200
"""Maximum replies to pilot samples that are searched for repeated values."""

MAX_ODD_IDS = 10
"""Maximum number of unusual ids to send first."""


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Reads the exchanges of the run: what was sent and what was received."""

    run: Run
    samples: Mapping[str, Sample] = field(init=False)

    def __post_init__(self) -> None:
        self.samples = {sample.key: sample for sample in self.run.samples.items}

    def exchange(self, row: Judged) -> Exchange | None:
        """The exchange of a judged row; None if the request or the reply cannot be read."""
        folder = self.run.sender.folder
        reply, case = folder.replies.get((row.address, row.repeat)), self.run.cases[row.address]
        sent = requested(case, self.samples)
        if reply is None or not sent:
            return None
        try:
            received = parse(folder.body(reply))
        except ValueError:
            return None
        return Exchange(address=row.address, sent=sent, received=received, test=case.tags.get("robustness", ""))


@robustness_test("round_trip", min_calls=3, weight=3, kinds=("record",))
def round_trip_of(context: RobustnessContext) -> RobustnessTest:
    """The round-trip test over all replies so far; it ends at once if it is switched off. Odd ids need records."""
    run, judge = context.run, context.judge
    if run.settings.answer.echoes == {}:
        return _switched_off()
    reader, rows = _Reader(run=run), judge.judge(run.cases)
    clean = [row for row in rows if row.repeat == 0 and run.cases[row.address].pack == PILOT]
    answered = [row for row in clean if row.disposition in ANSWERED][:MAX_REPLIES]
    pilot = [one for row in answered if (one := reader.exchange(row)) is not None]
    echoes = _echoes(run, judge, pilot)
    packs = {part.pack for part in run.settings.mix} | {PILOT, "concurrency", "state"}
    accepted = [row for row in rows if row.disposition == "accepted" and run.cases[row.address].pack in packs]
    maker = _Maker(run=run, accepted=[row.address for row in accepted], echoes=[e for e in echoes if _is_id(e, pilot)])
    return round_trip(
        echoes,
        (one for row in accepted if (one := reader.exchange(row)) is not None),
        maker.first(min(context.calls, MAX_ODD_IDS)),
        maker.more,
        reader.exchange,
        search,
        calls=min(context.calls, MAX_ODD_IDS),
        spare=max(0, context.spare),
        run=context.label,
    )


def _switched_off() -> RobustnessTest:
    yield from ()
    return RobustnessResult()


def _echoes(run: Run, judge: Judge, pilot: Sequence[Exchange]) -> tuple[Echo, ...]:
    """The echoes of the settings, else those that the pilot's replies show; each is noted in the output."""
    paths = judge.paths
    taken = {*paths.fields.values(), paths.hand_over, paths.confidence}
    settings = run.settings.answer.echoes
    found = declared(settings, pilot, search) if settings else find_echoes(pilot, taken)
    for echo in found:
        run.sender.emit(Noted(about="answer", text=f"echo = {echo.reply} <- {echo.request}"))
    return found


def _is_id(echo: Echo, pilot: Sequence[Exchange]) -> bool:
    """Whether unusual ids may be sent: all values differ, and neither name nor digits suggest a quantity or date."""
    values = [one.sent[echo.request] for one in pilot if echo.request in one.sent]
    if not echo.identity or echo.loose or "[" in echo.request or "(" in echo.request:
        return False
    if not echo.text:
        return named_as_id(echo.request) and all(isinstance(value, int) for value in values)
    texts = [str(value) for value in values]
    if any(read_dates(text) or re.search(r"\s|^-?\d+[.,]\d+$", text) for text in texts):
        return False
    return named_as_id(echo.request) or 2 * sum(any(map(str.isdigit, text)) for text in texts) > len(texts)


@dataclass(slots=True, kw_only=True)
class _Maker:
    """Makes cases with unusual ids. accepted: addresses of accepted cases, whose samples come first."""

    run: Run
    accepted: Sequence[str]
    echoes: Sequence[Echo]
    made: dict[str, tuple[str, str]] = field(default_factory=dict)

    def first(self, count: int) -> list[Case]:
        """Each kind of change for each repeated id, each on the next sample; ACCENT uses the sample of LETTERS."""
        turns = {pair: turn for turn, pair in enumerate(dict.fromkeys(self._kinds_and_paths()))}
        cases = (
            self._case(kind, path, turns[(LETTERS, path)] if kind == ACCENT else turn)
            for (kind, path), turn in turns.items()
        )
        return [case for case in cases if case][:count]

    def more(self, like: Case, count: int) -> list[Case]:
        """The same kind of id on up to `count` other samples; an id with an accent follows the same id without."""
        kind, path = self.made[like.address]
        kinds = (LETTERS, ACCENT) if kind == ACCENT else (kind,)
        sent = set(self.made)
        cases = (self._case(one, path, k) for k in range(len(self.run.samples.items)) for one in kinds)
        return [case for case in cases if case and case.address not in sent][: count * len(kinds)]

    def _kinds_and_paths(self) -> Iterable[tuple[str, str]]:
        columns = [(echo, column) for echo in self.echoes if (column := self._column(echo.request))]
        for kind in TEXT_KINDS:
            yield from ((kind, column) for echo, column in columns if echo.text or kind in NUMBER_KINDS)

    def _column(self, path: str) -> str:
        """The path of the sample that fills this path of the body; "" if it fills only a part of the value."""
        template = self.run.bases.wrapping.request
        if template is None:
            return path if self.run.samples.kind == "record" else ""
        filled = {leaf.path: lone(leaf.value) for leaf in leaves_of(template)}
        whole = next((f"{one}." for one, name in filled.items() if name == WHOLE and path.startswith(f"{one}.")), "")
        return path.removeprefix(whole) if whole else filled.get(path, "")

    def _case(self, kind: str, path: str, turn: int) -> Case | None:
        keys = self._keys()
        (case,) = self.run.make([draw_odd_id(kind, path, keys[turn % len(keys)])])
        self.made[case.address] = kind, path
        return case if case.changed else None

    def _keys(self) -> list[str]:
        items, accepted = self.run.samples.items, set(self.accepted)
        keys = [items[i].key for i in Stream(self.run.bases.seed, STREAMS[ROUND_TRIP]).order(len(items))]
        return sorted(keys, key=lambda key: pilot_address(key) not in accepted)
