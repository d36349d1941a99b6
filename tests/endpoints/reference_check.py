"""Draw text and record cases from all packs, and judge the replies of the reference service."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

import msgspec

from harness.core.case import Case
from harness.core.reply import Judged, Outcome, Reply
from harness.core.sample import Samples
from harness.core.settings import Target
from harness.diff.scoring.field_types import FieldType, field_type
from harness.diff.scoring.judge import judge_reply
from harness.generate.bases import Bases
from harness.generate.draw import draw_pack, make_case
from harness.generate.drawn import Drawn, pilot_case
from harness.generate.fill import Wrapping
from harness.generate.recipes.pack_folders import shipped_packs
from harness.generate.recipes.packs import Scenario, read_pack
from harness.generate.usable import usable
from harness.replay.reading import AnswerPaths, read_outcome
from tests.endpoints.reference import Answered

TARGET = Target(url="http://127.0.0.1/", protocol="json", hand_over="needs_review")
Answer = Callable[[str, bytes], Answered]
"""Returns status and reply for a media type and a body."""

WRAPPING = Wrapping(text_as_json=True)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of the cases. wrong: the addresses of those that were judged wrong, or refused though asked."""

    cases: int = 0
    asked: int = 0
    through: int = 0
    handed: int = 0
    vacuous: int = 0
    decodes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, case: Case, row: Judged) -> None:
        self.cases += 1
        self.vacuous += not case.changed
        self.decodes[case.tags.get("decodes", "none")] += 1
        asks = case.asks_for_answer()
        self.asked += asks
        self.through += asks and row.straight_through
        self.handed += asks and row.disposition == "handed_over"
        if row.judgement == "wrong" or (asks and row.disposition not in ("accepted", "handed_over")):
            self.wrong.append(f"{case.address}: {row.disposition}, {row.reason}, expect {case.expect}")


def drawn(samples: Samples, most: int, seed: int) -> Iterator[Drawn]:
    """`most` cases in all, in equal parts from every pack that fits."""
    fitting = [
        (pack, [s for s in pack.scenarios if not usable(s, samples, samples.columns) and _reaches(s, samples)])
        for pack in map(read_pack, shipped_packs())
    ]
    fitting = [(pack, scenarios) for pack, scenarios in fitting if scenarios and pack.name != "pilot"]
    for k, (pack, scenarios) in enumerate(fitting):
        own = most // len(fitting) + (k < most % len(fitting))
        yield from draw_pack(pack, scenarios, samples, own, seed)


def _reaches(scenario: Scenario, samples: Samples) -> bool:
    """Whether it can change anything: texts travel in a body of JSON here, and a mail is put around files."""
    return samples.kind != "text" or any(one.op.layer != "envelope" for one in scenario.ops)


def judged(case: Case, status: int, body: bytes, types: Mapping[str, FieldType]) -> Judged:
    """The judgement of one reply."""
    reply = Reply(address=case.address, repeat=0, due=0, sent=0, first=0, done=0, status=status)
    outcome = read_outcome(reply, body.decode(), _paths(tuple(types)), TARGET)
    return judge_reply(case, outcome, types, Outcome(disposition="accepted"), reply)


def tally(samples: Samples, answer: Answer, most: int, seed: int = 1) -> Tally:
    """The pilot and `most` cases of the packs, asked in this process."""
    bases, found = Bases(seed=seed, samples=samples, wrapping=WRAPPING), Tally()
    types = types_of(samples)
    for one in chain(map(pilot_case, samples.items), drawn(samples, most, seed)):
        case = make_case(one, bases)
        status, reply = answer(case.media_type, case.content)
        found.add(case, judged(case, status, msgspec.json.encode(reply), types))
    return found


@lru_cache(maxsize=4)
def _paths(columns: tuple[str, ...]) -> AnswerPaths:
    return AnswerPaths(fields={name: f"fields.{name}" for name in columns}, hand_over="needs_review")


def types_of(samples: Samples) -> dict[str, FieldType]:
    """The type of each labelled column."""
    return {name: field_type([item.truth[name] for item in samples.items]) for name in samples.columns}
