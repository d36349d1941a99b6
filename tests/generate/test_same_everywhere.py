"""Cases of the page packs are the same bytes in any process, in any order, and shared among any number of workers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from itertools import chain
from pathlib import Path

from harness.core.shipped import shipped
from harness.generate.bases import Bases, usable
from harness.generate.draw import draw_case, make_case
from harness.generate.drawn import Drawn
from harness.generate.packs import read_pack, shipped_packs
from harness.generate.samples import read_samples

EVERY = 7
"""Of all scenarios, one in so many: every pack has one, and every seventh of a long one."""


@cache
def bases() -> Bases:
    pilot = shipped("fixtures") / "pilot"
    return Bases(seed=3, samples=read_samples(str(pilot), str(pilot / "truth.csv")))


def cases() -> Iterator[Drawn]:
    """The second case of some scenarios of every page pack; of giant files none."""
    for name in shipped_packs():
        pack = read_pack(name)
        fitting = [one for one in pack.scenarios if not usable(one, bases().samples, ())]
        for scenario in fitting[::EVERY] if name != "giant_files" else ():
            yield draw_case(pack, scenario, 1, bases().samples, bases().seed)


def digests(drawn: Iterator[Drawn]) -> dict[str, str]:
    return {one.address: sha256(make_case(one, bases()).content).hexdigest() for one in drawn}


def elsewhere(worker: int, workers: int) -> dict[str, str]:
    """What one of so many processes makes: its share of the cases, the last one first."""
    environment = os.environ | {"PYTHONHASHSEED": str(worker + 1), "PYTHONPATH": str(Path(__file__).parents[2])}
    asked = [sys.executable, __file__, str(worker), str(workers)]
    done = subprocess.run(asked, env=environment, capture_output=True, check=True)
    made: dict[str, str] = json.loads(done.stdout)
    return made


def test_cases_are_the_same_however_many_workers_share_them_and_in_whatever_order() -> None:
    alone = digests(cases())
    assert len(alone) > 12
    assert dict(chain.from_iterable(elsewhere(k, 2).items() for k in range(2))) == alone


if __name__ == "__main__":
    which, of = map(int, sys.argv[1:])
    print(json.dumps(digests(reversed(list(cases())[which::of]))))
