"""Report what is wrong with a pack before anything is drawn from it."""

from functools import lru_cache

from harness.core.errors import PackError
from harness.core.loading.shipped import shipped
from harness.core.sample import Samples
from harness.generate.bases import Bases
from harness.generate.checks import check_encoders
from harness.generate.draw import draw_case
from harness.generate.recipes.packs import Pack, read_pack
from harness.generate.samples.read_samples import read_samples
from harness.generate.usable import usable


def lint_pack(name: str) -> Pack:
    """The pack of that name or folder. Raises PackError, also if it fails on one of the shipped invoices."""
    pack = read_pack(name)
    bases = Bases(seed=1, samples=_shipped_pilot())
    fitting = [scenario for scenario in pack.scenarios if not usable(scenario, bases.samples, ())]
    try:
        check_encoders((draw_case(pack, scenario, 0, bases.samples, bases.seed).plan for scenario in fitting), bases)
    except PackError as reason:
        raise PackError(f"{pack.path}: {reason}") from None
    return pack


@lru_cache(maxsize=1)
def _shipped_pilot() -> Samples:
    pilot = shipped("fixtures") / "pilot"
    return read_samples(str(pilot), str(pilot / "truth.csv"))
