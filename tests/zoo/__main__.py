"""The zoo: whether the check finds planted defects by the right reason, and lets benign changes be.

    python -m tests.zoo [NAME ...] [--seeds N] [--harmless N] [--documents N]

NAME: rows whose name has it; one that waits is run when it is named. Exits 1 when fewer than 95 % of the reachable
defects are found, a benign change is flagged, or a correct service is no-go.
"""

import argparse
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.zoo.matrix import Seeds, head, tell_rows, total
from tests.zoo.pilots import MIXES


def main(asked: Seeds | None = None) -> int:
    """Print the matrix. asked: with which seeds; None for what the command line says."""
    names, seeds = ((), asked) if asked else _asked()
    print(head(), flush=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(len(MIXES), mp_context=get_context("spawn")) as pool,
    ):
        done = list(pool.map(partial(tell_rows, Path(folder), names, seeds), MIXES))
    text, held = total([row for rows in done for row in rows])
    print(text)
    return 0 if held else 1


def _asked() -> tuple[list[str], Seeds]:
    parser = argparse.ArgumentParser(prog="python -m tests.zoo", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows whose name has it; all when none is given")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="each defect with the seeds 1 to N")
    parser.add_argument("--harmless", type=int, default=1, metavar="N", help="benign and correct ones with so many")
    parser.add_argument("--documents", type=int, default=1, metavar="N", help="the same of the document service")
    asked = parser.parse_args()
    return asked.names, Seeds(defects=asked.seeds, harmless=asked.harmless, documents=asked.documents)


if __name__ == "__main__":
    sys.exit(main())
