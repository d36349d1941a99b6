"""The locustfile of `harness load`: one user per worker, which sends the worker's share of the arrivals.

The workers start together: every worker prepares its requests and reports that it is ready. Then the master sends a
start time on the run's clock, a little ahead, and each worker counts its due times from it. A worker writes its rows
and its report to the run folder before it reports that it is done. Only then does the master quit, because Locust
itself waits only half a second for the workers' last messages.
"""

import logging
import os
from typing import Any

import gevent
from gevent.event import AsyncResult, Event
from gevent.socket import wait_read
from locust import User, events, runners, task
from locust.runners import LocalRunner, MasterRunner, Runner, WorkerRunner

from harness.core.clock import Clock
from harness.core.errors import HarnessError
from harness.core.under_load.load import WorkerEnd
from harness.load.client import Gevent
from harness.load.worker import Worker
from harness.run.tools.locust import Handed, handed
from harness.store.folder import write_end, write_start

AHEAD = 0.3
"""Seconds from the last worker's readiness to the common start; more than a message takes."""

PATIENCE = 60
"""Seconds without a message until a worker counts as lost while requests are made, because reading samples or drawing a
page may delay its messages. After the start Locust's own limit of three seconds applies."""

READY, GO, STOP, DONE = "harness_ready", "harness_go", "harness_stop", "harness_done"
logger = logging.getLogger(__name__)


class Foreman:
    """Starts all workers at the same moment, and ends Locust when each of them is done or lost."""

    def __init__(self, runner: Runner, given: Handed) -> None:
        """Listen to the workers."""
        self._runner, self._given = runner, given
        self._usual, runners.HEARTBEAT_LIVENESS = runners.HEARTBEAT_LIVENESS, PATIENCE
        self._clock = Clock.of(given.zero)
        self._ready: set[str] = set()
        self._done: set[str] = set()
        runner.register_message(READY, self._is_ready)
        runner.register_message(DONE, self._is_done)
        gevent.spawn(self._watch)

    def _is_ready(self, msg: Any, **_: Any) -> None:
        self._ready.add(msg.node_id)
        if len(self._ready) == self._given.workers:
            self._be_impatient()
            start = self._clock.now() + AHEAD
            write_start(self._given.path, start)
            self._runner.send_message(GO, {"start": start})

    def _be_impatient(self) -> None:
        """From now on a worker without messages for three seconds counts as lost."""
        runners.HEARTBEAT_LIVENESS = self._usual
        for client in self._runner.clients.all if isinstance(self._runner, MasterRunner) else ():
            client.heartbeat = min(client.heartbeat, self._usual)

    def _is_done(self, msg: Any, **_: Any) -> None:
        self._done.add(msg.node_id)
        if msg.data["stopped"]:
            self._runner.send_message(STOP)

    def _watch(self) -> None:
        stopped = False
        while len(self._done | self._lost()) < self._given.workers:
            if self._lost() and not stopped:
                # The remaining workers no longer reach the requested rate.
                stopped = True
                self._runner.send_message(STOP)
            gevent.sleep(0.05)
        self._runner.quit()

    def _lost(self) -> set[str]:
        """Workers that have become silent without reporting that they are done."""
        if not isinstance(self._runner, MasterRunner):
            return set()
        present = {one.id for one in self._runner.clients.all if one.state != "missing"}
        return set(self._runner.worker_indexes) - present - self._done


class Hand:
    """Runs the worker of this process and exchanges messages with the master."""

    def __init__(self, runner: "LocalRunner | WorkerRunner", given: Handed) -> None:
        """Listen to the master."""
        self._runner, self._given = runner, given
        self._go = AsyncResult()
        self._worker: Worker | None = None
        self._began = False
        runner.register_message(GO, lambda msg, **_: self._go.set(msg.data["start"]))
        runner.register_message(STOP, lambda **_: self._stop())

    def work(self) -> None:
        """Send the whole share, once. A second user in this process has nothing to do."""
        if self._began:
            return
        self._began = True
        try:
            end = self._send()
        except HarnessError as reason:
            end = self._failed(str(reason))
        except Exception as bug:
            logger.exception("a bug in the harness")
            end = self._failed(f"a bug in the harness: {type(bug).__name__}: {bug}")
        try:
            write_end(self._given.path, end)
        except HarnessError as reason:
            logger.error(reason)  # without its report the worker counts as lost
        self._runner.send_message(DONE, {"stopped": end.stopped})

    def _send(self) -> WorkerEnd:
        worker = self._worker = Worker(self._given, self._runner.worker_index, Gevent())
        worker.prepare()
        self._runner.send_message(READY)
        return worker.run(self._go.get())

    def _stop(self) -> None:
        self._go.set(0.0)
        if self._worker is not None:
            self._worker.stop()

    def _failed(self, why: str) -> WorkerEnd:
        if self._worker is not None:
            return self._worker.end(why)
        return WorkerEnd(worker=self._runner.worker_index + 1, planned=0, recorded=0, stopped=why)


class Arrivals(User):
    """The one user of a worker. It does all its work in one task."""

    @task
    def send(self) -> None:
        """Work, then wait for the master to quit."""
        _hands[0].work()
        Event().wait()


_hands: list[Hand] = []
_given = handed()
os.chdir(_given.here)


def _begin(runner: Runner, **_: Any) -> None:
    gevent.spawn(_end_with_the_harness)
    if not isinstance(runner, WorkerRunner):
        Foreman(runner, _given)
    if isinstance(runner, LocalRunner | WorkerRunner):
        _hands.append(Hand(runner, _given))


def _end_with_the_harness() -> None:
    """Stop the load when standard input ends. Nothing is ever written to it: its end means the harness is gone."""
    wait_read(0)
    os._exit(1)


events.init.add_listener(_begin)  # type: ignore[no-untyped-call]
