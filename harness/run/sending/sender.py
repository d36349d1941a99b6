"""Call the target, once per case and repeat. What the run folder already has is not sent again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import TypeVar

from harness.core.case import Case
from harness.core.clock import Clock
from harness.core.reply import Reply
from harness.core.settings import Settings
from harness.replay.codecs import Request, encode
from harness.replay.pace import due_times
from harness.replay.rows import encode_rows, take_apart
from harness.replay.send import Breaker, Due, Received, send_all
from harness.run.events import Emit, Noted, PhaseStarted, Progressed
from harness.run.sending.drain import DRAIN, Canary, drain
from harness.run.sending.injection import Injection
from harness.run.sending.permission import batch_url
from harness.run.sending.quota import Quota, Turn
from harness.store.folder import RunFolder

T = TypeVar("T")
Ask = tuple[Case, int]
"""A case and the number of its repeat."""


Change = Callable[[Request], Request]
"""What becomes of a request before it is sent."""


def unchanged(request: Request) -> Request:
    """The request as it is."""
    return request


def over_new_connection(request: Request) -> Request:
    """The request over a connection of its own."""
    return replace(request, alone=True)


FIRST_LOOK = "first look"
"""The phase of discovery, which asks what the replies are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another address than the target's, or other headers. Failures there say nothing about the target.

    url: "" for the target's own. headers: None for the target's own.
    """

    url: str = ""
    headers: Sequence[tuple[str, str]] | None = None


# Time to open the first connections before the first request is due.
HEAD_START = 0.05


@dataclass(slots=True, kw_only=True)
class Sender:
    """The only place that sends. sent: replies recorded by this process, one for each row of a batch.

    heads: of the replies of this process in its first phase, the headers that say what they are.
    """

    settings: Settings
    seed: int
    headers: Sequence[tuple[str, str]]
    folder: RunFolder
    clock: Clock
    emit: Emit
    sent: int = 0
    breaker: Breaker = field(default_factory=Breaker)
    out_of_time: bool = False
    canary: Canary | None = None
    injection: Injection | None = None
    quota: Quota = field(default_factory=Quota)
    heads: dict[tuple[str, int], Mapping[str, str]] = field(default_factory=dict)

    @property
    def stopped(self) -> str:
        """Why sending has stopped; "" while it has not."""
        if self.breaker.open:
            return f"the target stopped answering: {self.breaker.limit} requests in a row got no reply"
        if self.out_of_time:
            return f"the budget of {self.settings.budget.seconds:g} seconds ran out"
        return ""

    def ask(
        self,
        phase: str,
        asks: Sequence[Ask],
        rate: float,
        *,
        together: int = 1,
        change: Change = unchanged,
        where: Elsewhere | None = None,
    ) -> list[Reply | None]:
        """The reply to each of `asks` in order; None for requests that could not be sent.

        rate: requests per second, open loop; 0 sends `together` of them at the same moment, and the next ones when all
        of these are back. change: what becomes of each request. where: the destination, if not the target.
        """
        todo = [(case, repeat) for case, repeat in asks if (case.address, repeat) not in self.folder.replies]
        todo = self._within_time(todo, rate)
        if todo and not self.stopped:
            self.emit(PhaseStarted(phase=phase, cases=len(todo), rate=rate, together=together))
            self._send_in_turns(phase, todo, rate, together, change=change, where=where)
            if not (self.injection and self.injection.faulty) and not where:
                self.drain_after(todo)
        return [self.folder.replies.get((case.address, repeat)) for case, repeat in asks]

    def ask_batches(self, phase: str, batches: Sequence[Sequence[Ask]]) -> None:
        """Send each batch as one request, one after another. Each of its rows is recorded as a reply of its own.

        If some rows of a batch are not recorded, the whole batch is sent again, and only those rows are recorded.
        """
        todo = [rows for rows in batches if any((case.address, r) not in self.folder.replies for case, r in rows)]
        todo = self._within_time(todo, 0.0)
        if todo and not self.stopped:
            rows = sum(map(len, todo))
            self.emit(PhaseStarted(phase=phase, cases=rows, rate=0.0, together=len(todo[0])))
            self._send_batches(phase, {(rows[0][0].address, rows[0][1]): rows for rows in todo})
            self.drain_after([ask for rows in todo for ask in rows])

    def _send_batches(self, phase: str, batches: Mapping[tuple[str, int], Sequence[Ask]]) -> None:
        """batches: by address and repeat of the first row. Failures there say nothing about the target's own path."""
        target, done = self.settings.target, 0
        dues = [
            Due(address=address, repeat=repeat, request=self._batch_request(rows))
            for (address, repeat), rows in batches.items()
        ]

        def received(got: Received) -> None:
            nonlocal done
            keys = [(case.address, repeat) for case, repeat in batches[(got.reply.address, got.reply.repeat)]]
            for reply, body in take_apart(got.reply, got.body, keys, target.batch):
                if (reply.address, reply.repeat) not in self.folder.replies:
                    self.folder.add(reply, body)
                    self.sent += 1
            done += len(keys)
            self.emit(Progressed(phase=phase, done=done, of=sum(map(len, batches.values()))))

        try:
            send_all(dues, target, self.headers, self.clock, received, Breaker())
        except BaseExceptionGroup as group:
            raise _first(group) from None

    def _batch_request(self, rows: Sequence[Ask]) -> Request:
        target = self.settings.target
        return encode_rows([case for case, _ in rows], rows[0][1], target, batch_url(target), self.seed)

    def drain_after(self, sent: Sequence[Ask]) -> None:
        """Wait for the target if some requests timed out. Active faults are over by then."""
        replies = [self.folder.replies.get((case.address, repeat)) for case, repeat in sent]
        if self.canary is None or self.stopped or all(r is None or r.error != "timeout" for r in replies):
            return
        before = sum(address.startswith(f"{DRAIN}/") for address, _ in self.folder.replies)
        self.emit(Noted(about="target", text=drain(self.canary, before, self._send_one)))

    def _send_one(self, case: Case, repeat: int) -> Reply | None:
        if not self.stopped:
            self._send(DRAIN, [(case, repeat)], 0.0)
        return self.folder.replies.get((case.address, repeat))

    def _send_in_turns(
        self, phase: str, todo: list[Ask], rate: float, together: int, *, change: Change, where: Elsewhere | None
    ) -> None:
        """Send all; if the target refuses requests because of its quota, wait and send the rest at a lower rate.

        A refused request is sent again, unless it was one of several at the same moment. If others of these were
        answered, the target limits requests in flight, which a lower rate does not change.
        """
        while todo and not self.stopped:
            known = self.quota.rate < inf
            part = todo[:together] if known and together > 1 else todo
            paced = self.quota.limited(rate or inf) if known and together == 1 else rate
            started = self.clock.now()
            turn = self._send(phase, part, paced, together, change=change, where=where)
            todo = [ask for ask in todo if (ask[0].address, ask[1]) not in self.folder.replies]
            if turn.refused and (together == 1 or not turn.answered):
                sent = turn.answered + turn.refused
                text = self.quota.lower(turn, paced or sent / max(1e-3, self.clock.now() - started))
                self.emit(Noted(about="target", text=text))
            elif not turn.refused and (not known or together == 1):
                return
            elif todo and known:
                self.quota.sleep(together / self.quota.rate)

    def _send(
        self,
        phase: str,
        todo: Sequence[Ask],
        rate: float,
        together: int = 1,
        *,
        change: Change = unchanged,
        where: Elsewhere | None = None,
    ) -> Turn:
        target = replace(self.settings.target, url=where.url) if where and where.url else self.settings.target
        headers = self.headers if where is None or where.headers is None else where.headers
        breaker, way = (Breaker(), None) if where and where.url else (self.breaker, self.injection)
        requests = [change(encode(case, target, self.seed, repeat)) for case, repeat in todo]
        dues = due_times(len(todo), rate, self.clock.now() + HEAD_START) if rate else [None] * len(todo)
        batch = [
            Due(address=case.address, repeat=repeat, request=request, due=due, with_last=k % together > 0)
            for k, ((case, repeat), request, due) in enumerate(zip(todo, requests, dues, strict=True))
        ]
        done, turn = 0, Turn(inner=breaker)

        def received(got: Received) -> None:
            nonlocal done
            if turn.refuses(got) and together == 1:
                return  # it says nothing about the case, which is sent again
            self.folder.add(way.landed(got.reply) if way else got.reply, got.body)
            if phase == FIRST_LOOK:
                self.heads[(got.reply.address, got.reply.repeat)] = got.head
            self.sent += 1
            done += 1
            self.emit(Progressed(phase=phase, done=done, of=len(batch)))

        try:
            send_all(batch, target, headers, self.clock, received, turn, way=way)
        except BaseExceptionGroup as group:
            raise _first(group) from None
        return turn

    def _within_time(self, todo: list[T], rate: float) -> list[T]:
        """The first of `todo`, as many as the budget of seconds allows."""
        seconds = self.settings.budget.seconds
        if not seconds or not todo:
            return todo
        left = seconds - self.clock.now()
        room = int(left * rate) if rate else (len(todo) if left > 0 else 0)
        self.out_of_time = self.out_of_time or room < len(todo)
        return todo[: max(0, room)]


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The failure that ended the batch, unwrapped from the groups of asyncio."""
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
