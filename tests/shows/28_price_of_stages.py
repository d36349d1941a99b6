"""What the tests cost: their share of the calls at several budgets, and which of them are left with 100 calls."""

import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from harness.core.settings import ROBUSTNESS
from harness.store.folder import RunFolder
from tests.endpoints.command import harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import serving

BUDGETS = (100, 200, 400, 600)
MAX_SHARE = 0.25
"""What the robustness tests may take of a budget; and what `coverage` may, which has calls of its own."""


def main() -> int:
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_pilot(Path("pilot"))
        for calls in BUDGETS:
            with serving(honest) as url:
                asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", str(calls), "--out", f"{calls}")
                said = harness("check", url, *asked)
            print(next(line for line in said.err.splitlines() if line.startswith("price: ")))
            sent = Counter(address.partition("/")[0] for address, _ in RunFolder.read(Path(f"{calls}")).replies)
            reasons = json.loads(Path(f"{calls}", "verdict.json").read_text(encoding="utf-8"))["reasons"]
            left_out = [one["criterion"] for one in reasons if one["criterion"] in ROBUSTNESS]
            parts.append((calls, {name: sent[name] for name in ROBUSTNESS if sent[name]}, left_out, sum(sent.values())))
        os.chdir("/")
    for calls, robustness, left_out, total in parts:
        share = 100 * sum(robustness.values()) / total
        print(f"{calls} calls: {robustness}, {share:.0f} % of {total}; undecided: {', '.join(left_out) or 'none'}")
    covered = max(robustness.get("coverage", 0) / total for _, robustness, _, total in parts)
    worst = max((sum(tests.values()) - tests.get("coverage", 0)) / total for _, tests, _, total in parts)
    complete = [calls for calls, _, left_out, _ in parts if not left_out]
    print(
        f"robustness tests take at most {100 * worst:.0f} % of the calls, coverage {100 * covered:.0f} %; "
        f"all of them fit from {min(complete, default=0)} calls on; "
        f"with 100 calls undecided: {', '.join(parts[0][2]) or 'none'}"
    )
    return 0 if max(worst, covered) <= MAX_SHARE and complete and 400 in complete else 1


if __name__ == "__main__":
    sys.exit(main())
