"""How many mutants of three correct services the default check finds, on two seeds, and what it misses by family.

    PYTHONPATH=. python tests/shows/50_mutants.py [SEED SEED]

There is no goal yet. It fails if a seed keeps fewer mutants than were asked for.

The score before was measured once, with the check of commit 8b07723 and the operators of its day, which made fewer and
more alike mutants. That check cannot be installed beside today's, so its score is printed only.
"""
# slow: half an hour

import sys

from tests.shows.mutant_score import COUNT, score

UNSEEN = ("105", "106")
"""Seeds of today's score. A seed that was used to mend something is spent: take the next ones."""
BEFORE = "before: 10 of 18 with seed 101, 11 of 27 with seed 102"


def main(seeds: list[str]) -> int:
    rows = [score(seed) for seed in seeds or UNSEEN]
    short = [one.seed for one in rows if one.kept < COUNT]
    told = "; ".join(f"seed {one.seed}: {one.found} of {one.kept} found, missed: {one.missed}" for one in rows)
    print(f"50: {BEFORE}; now: {told}{f'; SHORT: fewer mutants with seed {short[0]}' if short else ''}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
