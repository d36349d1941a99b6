"""Cases of all packs are the same bytes in any process, in any order, and shared among any number of workers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from itertools import chain
from pathlib import Path

import pytest

from harness.core.loading.shipped import shipped
from harness.generate.bases import Bases
from harness.generate.draw import draw_case, make_case
from harness.generate.drawn import Drawn
from harness.generate.fill import Wrapping
from harness.generate.recipes.pack_folders import shipped_packs
from harness.generate.recipes.packs import read_pack
from harness.generate.records.made.kinds import made_samples
from harness.generate.samples.read_samples import read_samples
from harness.generate.text.tickets import made_samples as made_tickets
from harness.generate.usable import usable

EVERY = {"pages": 7, "tickets": 1, "claims": 1, "orders": 1}
"""By the samples, one scenario in so many: every pack of pages has one, and every seventh of a long one."""


@cache
def bases(kind: str) -> Bases:
    pilot = shipped("fixtures") / "pilot"
    if kind == "tickets":
        return Bases(seed=3, samples=made_tickets(24, 3), wrapping=Wrapping(text_as_json=True))
    known = (str(pilot), str(pilot / "truth.csv")) if kind == "pages" else made_samples(kind)
    return Bases(seed=3, samples=read_samples(*known))


def cases(kind: str) -> Iterator[Drawn]:
    """The second case of some scenarios of every pack for such samples; of giant files none."""
    own = bases(kind)
    for name in shipped_packs():
        pack = read_pack(name)
        fitting = [one for one in pack.scenarios if not usable(one, own.samples, ())]
        for scenario in fitting[:: EVERY[kind]] if name != "giant_files" else ():
            yield draw_case(pack, scenario, 1, own.samples, own.seed)


def digests(kind: str, drawn: Iterator[Drawn]) -> dict[str, str]:
    return {one.address: sha256(make_case(one, bases(kind)).content).hexdigest() for one in drawn}


def elsewhere(kind: str, worker: int, workers: int) -> dict[str, str]:
    """What one of so many processes makes: its share of the cases, the last one first."""
    environment = os.environ | {"PYTHONHASHSEED": str(worker + 1), "PYTHONPATH": str(Path(__file__).parents[2])}
    asked = [sys.executable, __file__, kind, str(worker), str(workers)]
    done = subprocess.run(asked, env=environment, capture_output=True, check=True)
    made: dict[str, str] = json.loads(done.stdout)
    return made


@pytest.mark.parametrize("kind", EVERY)
def test_cases_are_the_same_however_many_workers_share_them_and_in_whatever_order(kind: str) -> None:
    alone = digests(kind, cases(kind))
    assert len(alone) > 12
    assert dict(chain.from_iterable(elsewhere(kind, k, 2).items() for k in range(2))) == alone


if __name__ == "__main__":
    samples, which, of = sys.argv[1], *map(int, sys.argv[2:])
    print(json.dumps(digests(samples, reversed(list(cases(samples))[which::of]))))
