"""Requests of a load run that are sent one at a time: the control of its answers, and whether a cache answers them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from harness.core.case import Case
from harness.core.reply import Judged, Reply
from harness.core.under_load.load import Load
from harness.core.under_load.results import Cached
from harness.diff.under_load.cached import Sendings, cached
from harness.diff.under_load.in_flight import needed_alone
from harness.replay.codecs import Request
from harness.replay.salt import salted
from harness.run.events import Noted
from harness.run.outcome.judge import Judge
from harness.run.phases.load_quality import loaded_of
from harness.run.sending.sender import Ask, unchanged
from harness.run.setup.prepare import Run
from harness.run.setup.price import alone_calls, cache_cases, most_more
from harness.store.rows import Key

BESIDE = 0.125
"""Longest time of each part that is sent alone, as a share of the load; there are three."""

TOGETHER = 2
"""Requests before the first look at the time that they take."""


def good_cases(arrivals: Iterable[Case]) -> list[Case]:
    """The cases that ask for an answer, each once, in the order in which they are due."""
    return list({case.address: case for case in arrivals if case.asks_for_answer()}.values())


def send_alone(run: Run, cases: Sequence[Case], count: int, seconds: float, phase: str = "without load") -> None:
    """Send these cases one at a time, over and over: `count` requests, no more than fit into so many seconds."""
    sent = _sent(run)
    asks = []
    for k in range(count if cases else 0):
        case = cases[k % len(cases)]
        asks.append((case, sent[case.address]))
        sent[case.address] += 1
    _within(run, phase, asks, seconds)


@dataclass(slots=True, kw_only=True)
class Control:
    """What a load run sends one at a time beside its load.

    cases: those that ask for an answer. looked: cases that were sent three times.
    """

    run: Run
    load: Load
    cases: Sequence[Case]
    looked: list[str] = field(default_factory=list)

    def before(self) -> None:
        """Look for a cache; then the control of the load, which also gives the latency without load."""
        self._look_for_cache(BESIDE * self.load.duration)
        send_alone(self.run, self.cases, alone_calls(self.load.planned), BESIDE * self.load.duration)

    def after(self, judge: Judge, in_windows: frozenset[Key]) -> tuple[Judge, list[Judged]]:
        """The control once more, and more of it if that tells chance from a cause. The judge knows it then.

        in_windows: requests of the load that were under way while a fault was in force.
        """
        judge, judged = self._more(judge, alone_calls(self.load.planned), BESIDE * self.load.duration)
        here = loaded_of(self.run, replace(judge, in_windows=in_windows), judged, self.run.cases)
        if more := needed_alone(here, most_more(self.load.planned)):
            text = f"up to {more} more requests, sent alone, tell wrong answers under load from chance"
            self.run.sender.emit(Noted(about="load", text=text))
            judge, judged = self._more(judge, more, self.load.duration)
        return judge, judged

    def _more(self, judge: Judge, count: int, seconds: float) -> tuple[Judge, list[Judged]]:
        send_alone(self.run, self.cases, count, seconds, "after the load")
        replies = self.run.sender.folder.replies
        judge = replace(judge, unloaded=frozenset(key for key, one in replies.items() if not one.worker))
        return judge, judge.judge(self.run.cases)

    def cached(self) -> Cached | None:
        """What the service answers from a cache. The first case is left out: it may have opened the connection."""
        replies = self.run.sender.folder.replies
        found: list[Sendings] = []
        for address in self.looked[1:]:
            three = [one for repeat in range(3) if (one := replies.get((address, repeat))) and one.status == 200]
            if len(three) == 3:
                first, again, other = map(_took, three)
                found.append((first, again, other))
        return cached(found, [_took(one) for one in replies.values() if one.worker and one.repeat and not one.error])

    def _look_for_cache(self, seconds: float) -> None:
        """Send cases for the first time, again at once, and again in other bytes with the same meaning."""
        sent = _sent(self.run)
        new = [case for case in self.cases if not sent[case.address]][: cache_cases(self.load.planned)]
        asks = [(case, repeat) for case in new for repeat in (0, 1)]
        _within(self.run, "the same twice", asks, seconds * 2 / 3)
        twice = [case for case in new if (case.address, 1) in self.run.sender.folder.replies]
        _within(self.run, "the same in other bytes", [(case, 2) for case in twice], seconds / 3, salted)
        self.looked = [case.address for case in twice]


def _took(reply: Reply) -> float:
    return reply.done - reply.sent


def _sent(run: Run) -> Counter[str]:
    return Counter(address for address, _ in run.sender.folder.replies)


def _within(
    run: Run, phase: str, asks: Sequence[Ask], seconds: float, change: Callable[[Request], Request] = unchanged
) -> None:
    """Send the first few, then as many as fit into the time at the pace of those."""
    clock = run.sender.clock
    began, k, size = clock.now(), 0, TOGETHER
    while k < len(asks) and clock.now() - began < seconds and not run.sender.stopped:
        run.sender.ask(phase, asks[k : k + size], 0.0, change=change)
        k += size
        took = clock.now() - began
        size = max(TOGETHER, int((seconds - took) / took * k))
