# slow: three quarters of an hour
"""How many mutants of three correct services the default check finds, on three seeds that nobody has used before.

    PYTHONPATH=. python tests/shows/59_more_mutants.py [SEED ...]

Found is a no-go, or undecided with the right field or circumstance in the first reason. The goal is 80 % of all, and
the services as they are have to go. Printed beside it: the share of the mutants that the pilot can show. With the
seeds 110 to 112, 45 of 90 were missed that are wrong only on values that no sample has, such as the rate of a currency
that is not in the pilot. No truth says there what is right, and a go names these values instead.
"""

import sys

from tests.shows.mutant_score import score

UNSEEN = ("110", "111", "112")
"""A seed that was used to mend something is spent: take the next ones."""
GOAL = 0.80
BEFORE = "issue 08: 12 and 13 of 30 (seeds 105, 106); issue 09: 14 and 15 of 30 (seeds 107, 108)"


def main(seeds: list[str]) -> int:
    rows = [score(seed) for seed in seeds or UNSEEN]
    found, kept, outside = (sum(getattr(one, name) for one in rows) for name in ("found", "kept", "outside"))
    stopped = [f"seed {one.seed}: {said}" for one in rows for said in one.controls if said != "go"]
    within = kept - outside
    told = ", ".join(f"{one.found} of {one.kept} (seed {one.seed})" for one in rows)
    print(
        f"59: {BEFORE}; now {told}: {100 * found / kept:.0f} % of all, goal {100 * GOAL:.0f} %;"
        f" {outside} of the {kept - found} missed are wrong only on values that no sample has;"
        f" of the other {within} mutants {found} are found: {100 * found / within:.0f} %;"
        f" services as they are that do not go: {', '.join(stopped) or 'none'}"
    )
    return 0 if found >= GOAL * kept and not stopped else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
