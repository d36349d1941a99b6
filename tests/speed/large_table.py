"""How much memory and time it takes to read samples from a very large CSV.

    python tests/speed/large_table.py [MEGABYTES]

Writes the file (2,000 MB when no size is given) into a temporary folder and reads it as `--samples` does.
"""

import resource
import sys
import tempfile
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from harness.generate.samples.read_samples import read_samples

MEGABYTES = 2000
BLOCK = 100_000
MAX_MEGABYTES = 200
"""Megabytes at the peak; the file would be ten times as much."""


def write_table(path: Path, size: int) -> int:
    """The number of rows."""
    rows = 0
    with path.open("w", encoding="utf-8") as file:
        written = file.write("id,customer,amount,channel,note,at,total\n")
        while written < size:
            written += file.write("".join(map(_row, range(rows, rows + BLOCK))))
            rows += BLOCK
    return rows


def _row(k: int) -> str:
    amount = f"C-{k % 99991:05d},{k % 9000 / 4:.2f}"
    return f"{k:08d},{amount},web,please deliver to dock {k % 7} before noon,2025-01-01T12:00:00Z,{k % 9000 / 2:.2f}\n"


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    size = int(sys.argv[1] if len(sys.argv) > 1 else MEGABYTES) * 10**6
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "orders.csv")
        rows = write_table(path, size)
        before, started = _peak(), process_time()
        kept = len(read_samples(str(path), "total").items)
        seconds, peak = process_time() - started, _peak()
        print(f"{path.stat().st_size:,} bytes, {rows:,} rows: {kept:,} kept in {seconds:.0f} s of one core")
    print(f"at most {peak:.0f} MB, {before:.0f} MB of it before the first line was read")
    return 0 if peak < MAX_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
