"""The zoo: whether the check finds planted defects by the right reason, and lets benign changes be.

    python -m tests.zoo [NAME ...] [--seeds N]

NAME: rows whose name has it; one that waits is run when it is named. Exits 1 when fewer than 95 % of the reachable
defects are found, or a benign change is flagged.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.zoo.matrix import Row, head, rows_of, tell, total


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.zoo", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows whose name has it; all when none is given")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="each row with the seeds 1 to N")
    asked = parser.parse_args()
    print(head(), flush=True)
    done: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for row in rows_of(Path(folder), asked.names, asked.seeds):
            print(tell(row), flush=True)
            done.append(row)
    text, held = total(done)
    print(text)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
