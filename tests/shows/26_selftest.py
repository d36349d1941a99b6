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
from harness.diff.gate.worst import RunContext
from harness.run.baseline.status import BaselineStatus, against, side_of
from harness.run.selftest import run_selftest
from tests.endpoints.command import harness


def with_itself(status: BaselineStatus, after: Results) -> tuple[Criterion, ...]:
    """What a well-known tool once did, and no test of it noticed: it compared the model with itself."""
    return against(status, side_of(status.baseline), Settings(), RunContext(run="", samples=0))[0]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        harness("demo")
        (run,) = [path.parent for path in Path("reports").glob("*/run.json")]
        promoted = harness(
            "promote",
            str(run),
            "--as",
            "demo",
            "--why",
            "the demo",
            "--until",
            "2099-12-31",
            "--approver",
            "show",
            "--accept-no-go",
            "it is a demo",
        )
        print(promoted.out, promoted.err)
        outcome = harness("check", "--selftest")
        print(outcome.out, outcome.err)
        document = json.loads(harness("check", "--selftest", "--json").out)
        broken = run_selftest(gate=with_itself)
        os.chdir("/")
    planted = [one for one in document["tried"] if one["expected"] == "no-go"]
    seen = sum(one["outcome"] == "no-go" for one in planted)
    print(
        f"self-test on the demo's baseline: exit {outcome.code}, {seen} of {len(planted)} planted regressions seen, "
        f"{sum(one['passed'] for one in document['tried'])} of {len(document['tried'])} changes judged rightly; "
        f"the gate that compares a run with itself: {broken.failed} judged wrongly, exit {broken.exit_code}"
    )
    return 0 if outcome.code == 0 and planted and seen == len(planted) and broken.exit_code == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
