"""The self-test of the gate holds on the demo's baseline, and a gate that compares a run with itself fails it."""
# slow: a whole demo, a minute and more

import json
import os
import sys
import tempfile
from pathlib import Path

from harness.core.regression.columns import Results
from harness.core.settings import Settings
from harness.core.verdict import Criterion
from harness.diff.gate.criteria import RunContext
from harness.run.baseline.status import BaselineStatus, against, side_of
from harness.run.selftest import run_selftest
from tests.endpoints.command import harness


def with_itself(held: BaselineStatus, after: Results) -> tuple[Criterion, ...]:
    """What a well-known tool once did, and no test of it noticed: the model compared with itself."""
    return against(held, side_of(held.baseline), Settings(), RunContext(run="", samples=0))[0]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        harness("demo")
        (run,) = [path.parent for path in Path("reports").glob("*/run.json")]
        promoted = harness(
            "promote", str(run), "--as", "demo", "--why", "the demo", "--until", "2099-12-31", "--approver", "show"
        )
        print(promoted.out, promoted.err)
        said = harness("check", "--selftest")
        print(said.out, said.err)
        told = json.loads(harness("check", "--selftest", "--json").out)
        broken = run_selftest(gate=with_itself)
        os.chdir("/")
    planted = [one for one in told["tried"] if one["must"] == "no-go"]
    seen = sum(one["said"] == "no-go" for one in planted)
    print(
        f"self-test on the demo's baseline: exit {said.code}, {seen} of {len(planted)} planted regressions seen, "
        f"{sum(one['held'] for one in told['tried'])} of {len(told['tried'])} changes judged rightly; "
        f"the gate that compares a run with itself: {broken.failed} judged wrongly, exit {broken.exit_code}"
    )
    return 0 if said.code == 0 and planted and seen == len(planted) and broken.exit_code == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
