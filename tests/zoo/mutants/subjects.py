"""The three services that are mutated: how each is built from its modules, and which replies count as answers."""

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from types import CodeType, FunctionType, MappingProxyType, ModuleType
from typing import Any

from harness.demo.text import Piece
from tests.zoo import document, pilots
from tests.zoo.mutants import document_stream, record_stream, ticket_stream
from tests.zoo.mutants.mutations import Mutation, mutations
from tests.zoo.mutants.stream import Answer, Family, Reply

FRONT = "tests.zoo.mutants.front"
SURE = 0.8
"""Confidence of the ticket service from which an answer counts as accepted, as for a classifier without a flag."""
OPENING = ("LARGEST_FILE", "MAX_PIXELS", "open_pages", "upright", "squared", "dots_of")
"""What opens a file in the module of the document service."""
READING = ("MAX_KEPT", "pieces_of")
"""What reads a page there."""
MAX_OPENED = 200
"""Files whose pages are kept: those of the pilot and of a stream, 4 MB each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One service. module: of its steps, before which the front stands.

    build: the service from its module. accepted: whether a reply is an answer that nobody looks at. values: of the
    answer that are compared. max_tried: mutations that are tried for each seed. outside: whether a request has a value
    that nothing in the pilot tells the right answer to.
    """

    name: str
    module: str
    build: Callable[[ModuleType], Answer]
    stream: Callable[[Random], Iterator[Family]]
    accepted: Callable[[Any], bool]
    values: Callable[[Any], object]
    max_tried: int = 2000
    outside: Callable[[bytes, Sequence[bytes]], bool] = lambda body, pilot: False

    def original(self) -> Answer:
        """The service as it is."""
        return self._joined({})

    def mutant(self, mutation: Mutation, module: str) -> Answer:
        """The service with this mutation of one of its modules. Raises whatever the changed module raises."""
        return self._joined({module: mutation.source})

    def mutations(self) -> list[tuple[str, Mutation]]:
        """Every mutation of its modules."""
        found = []
        for module in (FRONT, self.module):
            file = importlib.import_module(module).__file__ or ""
            with open(file, encoding="utf-8") as source:
                found += [(module, one) for one in mutations(source.read())]
        return found

    def alike(self, right: Reply, given: Reply) -> bool:
        """Whether the reply is the same to a caller: its values, and whether they are accepted."""
        (status, expected), (other, reply) = right, given
        if status != other or not isinstance(reply, Mapping):
            return False
        return (self.values(expected), self._accepts(expected)) == (self.values(reply), self._accepts(reply))

    def silently_wrong(self, right: Reply, given: Reply) -> bool:
        """Whether the reply is accepted and says something else than the original."""
        status, reply = given
        if status != 200 or not isinstance(reply, Mapping) or not self._accepts(reply):
            return False
        return right[0] != 200 or self.values(reply) != self.values(right[1])

    def _accepts(self, reply: Any) -> bool:
        try:
            return self.accepted(reply)
        except TypeError:  # such as a confidence that is no number
            return False

    def _joined(self, sources: Mapping[str, str]) -> Answer:
        front, steps = (_load(name, sources.get(name)) for name in (FRONT, self.module))
        answer: Answer = front.Front(self.build(steps))
        return answer


def _load(name: str, source: str | None) -> ModuleType:
    """The module, or one of that source in its place."""
    if source is None:
        return importlib.import_module(name)
    module = ModuleType(f"{name}_mutant")
    module.__file__ = importlib.import_module(name).__file__
    sys.modules[module.__name__] = module
    exec(compile(source, module.__file__ or name, "exec"), module.__dict__)
    return module


def _document(steps: ModuleType) -> Answer:
    # What pages hold is read once for all mutants: reading is no step of theirs, and takes nearly all of the time.
    vars(steps)["_read"] = vars(document)["_read"]
    opened = steps.open_pages
    if all(_same(vars(steps).get(name), vars(document)[name]) for name in OPENING):
        opened, vars(steps)["RefusedError"] = _opened, document.RefusedError
        if steps is not document and all(_same(vars(steps).get(name), vars(document)[name]) for name in READING):
            vars(steps)["pieces_of"] = _pieces_of
    answer: Answer = steps.Document(open=opened)
    return answer


def _same(one: Any, other: Any) -> bool:
    """Whether two constants are equal, or two functions do the same."""
    return bool(_done(one.__code__) == _done(other.__code__) if isinstance(other, FunctionType) else one == other)


def _done(code: CodeType) -> tuple[object, ...]:
    constants = tuple(_done(one) if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.co_code, code.co_names, constants


@lru_cache(maxsize=MAX_OPENED)
def _opened(content: bytes) -> list[document.Pixels]:
    """The pages of a file, kept for the mutants that open files as the original does: most of the others' time."""
    return document.open_pages(content)


_pieces: dict[int, tuple[document.Pixels, tuple[Piece, ...]]] = {}


def _pieces_of(page: document.Pixels) -> tuple[Piece, ...]:
    """The text on a page; a page that is kept is not made a digest of again, which takes most of the rest."""
    if id(page) not in _pieces or _pieces[id(page)][0] is not page:
        if len(_pieces) >= MAX_OPENED:
            _pieces.clear()
        _pieces[id(page)] = page, document.pieces_of(page)
    return _pieces[id(page)][1]


def _scorer(steps: ModuleType) -> Answer:
    answer: Answer = steps.Scorer(lookup=pilots.customer)
    return answer


SUBJECTS: Mapping[str, Subject] = MappingProxyType(
    {
        "record": Subject(
            name="record",
            module="tests.zoo.record",
            build=_scorer,
            stream=record_stream.stream,
            accepted=lambda reply: reply.get("degraded") is False and reply.get("decision") != "review",
            values=lambda reply: (reply.get("decision"), reply.get("score")),
            outside=record_stream.outside,
        ),
        "ticket": Subject(
            name="ticket",
            module="tests.zoo.ticket",
            build=lambda steps: steps.Ticket(),
            stream=ticket_stream.stream,
            accepted=lambda reply: (reply.get("confidence") or 0) >= SURE,
            values=lambda reply: reply.get("label"),
        ),
        "document": Subject(
            name="document",
            module="tests.zoo.document",
            build=_document,
            stream=document_stream.stream,
            accepted=lambda reply: (reply.get("confidence") or 0) >= pilots.FLAG_BELOW,
            values=lambda reply: reply.get("fields"),
            max_tried=150,  # one that opens files in another way takes seconds, and few are wrong in silence
        ),
    }
)
