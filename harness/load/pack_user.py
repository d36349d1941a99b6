"""`PackUser`: the cases of a pack in your own locustfiles.

Closed loop: a user sends its next case after the last reply and its wait time, so a slow target reduces the
load and hides part of its own latency. Locust's table says `closed` next to each figure; `harness load` is open.
"""

import itertools
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import gevent
from locust import User, task
from locust.env import Environment
from locust.runners import Runner

from harness.core.case import Case
from harness.core.clock import Clock
from harness.core.errors import HarnessError, PackError
from harness.core.sample import Samples
from harness.core.settings import Pilot, Protocol, Settings, Target
from harness.generate.bases import Bases
from harness.generate.draw import draw_pack, draw_pilot, make_case
from harness.generate.drawn import Drawn
from harness.generate.pages.typesetting.fonts import check_fonts, read_fonts
from harness.generate.recipes.packs import PILOT, read_pack
from harness.generate.samples.read_samples import read_samples
from harness.generate.usable import usable
from harness.load.client import Client, Exchanged
from harness.replay.codecs import encode, traceparent
from harness.replay.pace import parse_seconds
from harness.replay.probe_target import Described
from harness.replay.wire import Wire, wire
from harness.run.events import Event, Noted
from harness.run.sending.permission import check_permission, resolve_headers
from harness.run.setup.configure import check_settings
from harness.run.setup.fill_in import describe_target, fill_in_target, wrapping_of
from harness.run.setup.inputs import locate_values

logger = logging.getLogger(__name__)


class PackUser(User):
    """A Locust user that sends the next case of a pack in each task, and fires Locust's `request` event for it.

    host, path: of the service; together they form the address. pack: a name or a folder. samples, truth,
    font_dir, seed: as for `harness check`. cases: number of cases, made before the first is sent and then repeated.
    protocol, field, headers, allow, deadline: as in `[target]`. A host other than this machine must be in `allow`.
    """

    abstract = True
    path: ClassVar[str] = ""
    pack: ClassVar[str] = PILOT
    samples: ClassVar[str] = ""
    truth: ClassVar[str] = ""
    font_dir: ClassVar[str] = ""
    seed: ClassVar[int] = 1
    cases: ClassVar[int] = 50
    protocol: ClassVar[Protocol] = ""
    field: ClassVar[str] = "file"
    headers: ClassVar[Mapping[str, str]] = {}
    allow: ClassVar[Sequence[str]] = ()
    deadline: ClassVar[str] = "30s"
    _deck: "ClassVar[_Deck | None]" = None
    _making: ClassVar[threading.Lock] = threading.Lock()

    def on_start(self) -> None:
        """Make the cases, once per process. If that fails, end the test with one clear message."""
        kind = type(self)
        with PackUser._making:
            try:
                kind._deck = kind._deck or _deal(kind, str(self.host or ""), self.environment)
            except HarnessError as reason:
                logger.error("%s", reason)
                self.environment.process_exit_code = reason.exit_code
                gevent.spawn(_quit, self.environment)
                gevent.sleep(3600)

    @task
    def send_next(self) -> None:
        """One case per task. Override it, or add tasks that call `send_case`."""
        self.send_case()

    def send_case(self) -> Exchanged:
        """Send the next case and report it to Locust; returns the reply for a task of your own."""
        deck = type(self)._deck
        assert deck is not None
        one, repeat = next(deck.turn)
        got = deck.client.exchange(
            one.wire.bytes_of(traceparent(self.seed, one.case.address, repeat)), alone=one.wire.alone
        )
        self.environment.events.request.fire(
            request_type="closed",
            name=one.case.address.partition("#")[0],
            response_time=1000 * (got.done - got.sent),
            response_length=len(got.body),
            exception=_failure(got, deck.target),
            context={"case": one.case.address, "repeat": repeat},
            response=got,
        )
        return got


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    case: Case
    wire: Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deck:
    """The cases of one class of users in this process, and the index of the next one."""

    client: Client
    target: Target
    turn: Iterator[tuple[_Ready, int]]


def _deal(kind: type[PackUser], host: str, environment: Environment) -> _Deck:
    target = Target(
        url=f"{host}{kind.path}",
        protocol=kind.protocol,
        field=kind.field,
        headers=dict(kind.headers),
        allow=tuple(kind.allow),
        deadline=kind.deadline,
    )
    check_settings(Settings(target=target))
    check_permission(target)
    headers = resolve_headers(target)
    samples, fonts = read_samples(kind.samples, kind.truth), read_fonts(kind.font_dir)
    check_fonts(fonts)
    samples = locate_values(samples, Pilot(), [read_pack(kind.pack)]).samples
    own = _own(_draw(kind, samples), environment.runner)
    described = Described() if target.protocol else describe_target(target, headers)
    target = fill_in_target(target, samples, described, _log)
    bases = Bases(seed=kind.seed, samples=samples, wrapping=wrapping_of(target, samples), fonts=fonts)
    ready = []
    for drawn in own:
        case = make_case(drawn, bases)
        ready.append(_Ready(case=case, wire=wire(encode(case, target, kind.seed, 0), headers)))
        gevent.sleep(0)  # Locust's master treats a worker that is silent for three seconds as lost
    clock = Clock()
    turn = ((one, repeat) for repeat in itertools.count() for one in ready)
    return _Deck(client=Client(target.url, parse_seconds(target.deadline), clock), target=target, turn=turn)


def _log(event: Event) -> None:
    if isinstance(event, Noted):
        logger.info("%s: %s", event.about, event.text)


def _draw(kind: type[PackUser], samples: Samples) -> list[Drawn]:
    if kind.pack == PILOT:
        return draw_pilot(samples, kind.cases, kind.seed)
    pack = read_pack(kind.pack)
    why = {one.id: usable(one, samples, samples.columns) for one in pack.scenarios}
    fit = [one for one in pack.scenarios if not why[one.id]]
    if not fit:
        raise PackError(f'pack "{pack.name}" has no scenario for these samples: {next(iter(why.values()))}')
    return list(draw_pack(pack, fit, samples, kind.cases, kind.seed))


def _own(drawn: list[Drawn], runner: Runner | None) -> list[Drawn]:
    """The cases of this worker: every n-th, so that no two workers send the same case if there are enough."""
    options = runner.environment.parsed_options if runner else None
    workers, number = getattr(options, "expect_workers", 1) or 1, getattr(runner, "worker_index", 0)
    return drawn[number % workers :: workers] or drawn


def _failure(got: Exchanged, target: Target) -> Exception | None:
    """What Locust counts as a failure: no reply, or a status that is neither an answer nor a clear rejection."""
    if got.error:
        return RuntimeError(got.error)
    fine = 200 <= got.status < 300 or got.status in target.rejects
    return None if fine else RuntimeError(f"status {got.status}")


def _quit(environment: Environment) -> None:
    runner: Any = environment.runner
    runner.quit()
