"""Starts a variant of a service and checks it, in this process, as `harness check` does."""

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from harness.core.integration.upstreams import Upstream
from harness.demo.__main__ import free_port
from harness.run.check import run_check
from harness.run.events import Event, Finished
from harness.run.promote import Wish, promote
from harness.run.setup.configure import RunRequest
from tests.endpoints.command import ROOT
from tests.endpoints.server import Answer, serving
from tests.zoo import pilots
from tests.zoo.defects import Defect, Wrap
from tests.zoo.document import Document
from tests.zoo.record import Customers, Scorer
from tests.zoo.ticket import Ticket

WARMING = json.dumps({"text": "I want to cancel my subscription today."}).encode()
PATHS = {"document": "/extract", "ticket": "/route", "record": "/score"}
CALLS = {"document": 1000, "ticket": 760, "record": 760}
"""Documents have ten packs beside the pilot, tickets six, records two: each has the 60 cases that a go needs, the pilot
its 180 replies, and every test its calls."""


def _itself(service: Any) -> Any:
    return service


@contextmanager
def built(service: str, wrap: Wrap = _itself, customers: str = "") -> Iterator[Any]:
    """The service, or what a wrapper makes of it. customers: the record service's upstream."""
    if service != "record":
        yield wrap({"document": Document, "ticket": Ticket}[service]())
        return
    upstream = Customers(customers)
    try:
        yield wrap(Scorer(lookup=upstream.told))
    finally:
        upstream.close()


@dataclass(slots=True, kw_only=True)
class Place:
    """Where one service's runs with one seed stand: its pilot, its baseline, and a folder a run.

    calls: those of CALLS when 0.
    """

    service: str
    folder: Path
    seed: int
    calls: int = 0

    def check(self, name: str, wrap: Wrap = _itself, *, around: Any = None, start: str = "", warm: int = 0) -> Finished:
        """One check of a variant.

        The record service's upstream stands behind a relay, and has the usual faults after the rest. around: laid on
        the finished service. start: what starts another instance. warm: requests that the service has had before.
        """
        out = self.folder / name.replace("/", "-")
        upstreams: tuple[Upstream, ...] = ()
        with ExitStack() as stack:
            customers = ""
            if self.service == "record":
                pages = stack.enter_context(serving(_nothing, "/", documents=pilots.customers()))
                listen = f"127.0.0.1:{free_port(self.seed)}"
                upstreams = (Upstream(name="customers", url=pages.removesuffix("/"), listen=listen),)
                customers = f"http://{listen}"
            one = stack.enter_context(built(self.service, wrap, customers))
            answer = cast("Answer", around(one, pilots.TARGETS[self.service].flag_below or 0.0) if around else one)
            also = {"/score/batch": one.batch} if self.service == "record" else None
            url = stack.enter_context(serving(answer, PATHS[self.service], also=also))
            settings = replace(pilots.settings_of(self.service, url, self.folder), upstream=upstreams)
            settings = replace(settings, budget=replace(settings.budget, calls=self.calls or CALLS[self.service]))
            settings = replace(settings, target=replace(settings.target, start=start))
            for _ in range(warm):
                answer(WARMING)
            asked = RunRequest(seed=self.seed, out=str(out))
            ended: list[Event] = []
            run_check(asked, ended.append, settings)
        return next(event for event in ended if isinstance(event, Finished))

    def approve(self, run: Finished) -> None:
        """Make this run the baseline of all that follow."""
        wish = Wish(
            name="pilot", why="the correct service", until="2099-12-31", approver="the zoo", accept_no_go="the zoo"
        )
        promote(run.folder, wish, str(self.folder / "baseline"))


def _nothing(_: bytes) -> tuple[int, object]:
    return 404, {"detail": "not found"}


def check_defect(place: Place, defect: Defect) -> Finished:
    """One check of the service with this defect."""
    start = starting(defect.name) if defect.asleep_after else ""
    return place.check(defect.name, defect.wrap, start=start, warm=defect.asleep_after)


def starting(name: str) -> str:
    """The `[target] start` of the ticket service with that defect, or of the correct one."""
    return shlex.join(["env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "tests.zoo.started", name, "{port}"])
