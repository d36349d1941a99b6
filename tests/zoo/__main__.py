"""The zoo: whether the check finds planted defects by the right reason, and lets benign changes be.

    python -m tests.zoo [NAME ...] [--seeds N] [--harmless N] [--documents N]
    python -m tests.zoo --mutants N --seed S

NAME: rows whose name has it; one that waits is run when it is named. Exits 1 when fewer than 95 % of the reachable
defects are found, a benign change is flagged, or a correct service is no-go. With --mutants: how many of N mutants of
the correct services the default check finds; a seed that was used to mend something is spent.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.zoo.matrix import Seeds, head, tell_rows, total
from tests.zoo.mutants.measure import measure
from tests.zoo.pilots import MIXES


def main(asked: Seeds | None = None) -> int:
    """Print the matrix. asked: with which seeds; None for what the command line says."""
    names: Sequence[str] = ()
    if not asked:
        given = _asked()
        if given.mutants:
            return measure(given.mutants, given.seed)
        names, asked = given.names, Seeds(defects=given.seeds, harmless=given.harmless, documents=given.documents)
    print(head(), flush=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(len(MIXES), mp_context=get_context("spawn")) as pool,
    ):
        done = list(pool.map(partial(tell_rows, Path(folder), names, asked), MIXES))
    text, held = total([row for rows in done for row in rows])
    print(text)
    return 0 if held else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.zoo", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows whose name has it; all when none is given")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="each defect with the seeds 1 to N")
    parser.add_argument("--harmless", type=int, default=1, metavar="N", help="benign and correct ones with so many")
    parser.add_argument("--documents", type=int, default=1, metavar="N", help="the same of the document service")
    parser.add_argument("--mutants", type=int, default=0, metavar="N", help="score the check on N mutants instead")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the mutants and of their checks")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
