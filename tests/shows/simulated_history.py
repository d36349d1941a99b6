"""How often chance alone decides the state criterion: simulated services that return another label now and then.

    python -m tests.shows.simulated_history [RUNS]

Each run is the robustness test without a connection, 24 samples and 400 calls as `check` would allot them.
"""

import sys
from collections import Counter

from harness.core.decide import status_of
from tests.diff.robustness.test_state_by_chance import Unsteady, carried_out


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1500
    print(f"{runs} runs each   failed  undecided, and with [target] start and other_headers: failed  undecided")
    for right in (1.0, 0.99, 0.98, 0.95, 0.9, 0.7, 0.4):
        shares = []
        for declared in (False, True):
            results = (carried_out(Unsteady(right, number), declared=declared) for number in range(runs))
            statuses = Counter(status_of(result.criteria[0]) for result in results)
            shares += [statuses["failed"] / runs, statuses["undecided"] / runs]
        print(f"the same in {right:.2f}   " + "  ".join(f"{100 * share:.1f} %" for share in shares), flush=True)


if __name__ == "__main__":
    main()
