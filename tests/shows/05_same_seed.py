"""The same check twice with one seed: the same cases to the byte, and the same dispositions and judgements.

Before, cases of every pack in this process, and backwards by two others with another PYTHONHASHSEED each.
"""

import json
import sys
import tempfile
from pathlib import Path

from harness.cli.main import run
from tests.endpoints.orders import liar, write_pilot
from tests.endpoints.server import serving
from tests.generate.test_same_everywhere import EVERY, cases, digests, elsewhere


def rows(path: Path, *names: str) -> list[tuple[object, ...]]:
    return sorted(tuple(row[n] for n in names) for row in map(json.loads, path.read_text().splitlines()))


def everywhere() -> bool:
    """Whether three processes make the same bytes, by the kind of samples."""
    same = []
    for kind in EVERY:
        here = digests(kind, cases(kind))
        there = elsewhere(kind, 0, 2) | elsewhere(kind, 1, 2)
        same.append(here == there)
        print(f"{kind}: {len(here)} cases, digests {'equal' if same[-1] else 'DIFFER'} in three processes")
    return all(same)


def main() -> int:
    alike = everywhere()
    with tempfile.TemporaryDirectory() as name, serving(liar) as url:
        folder = Path(name)
        write_pilot(folder / "pilot")
        for out in ("a", "b"):
            run(["check", url, "--samples", f"{name}/pilot", "--truth", "total,carrier", "--out", f"{name}/{out}"])
        told = [rows(folder / out / "cases.jsonl", "address", "sha256") for out in ("a", "b")]
        judged = [
            rows(folder / out / "judged.jsonl", "address", "repeat", "disposition", "judgement") for out in ("a", "b")
        ]
    same = told[0] == told[1] and judged[0] == judged[1]
    print(f"{len(told[0])} cases, {len(judged[0])} replies: digests and dispositions {'equal' if same else 'DIFFER'}")
    return 0 if alike and same and len(told[0]) > 200 else 1


if __name__ == "__main__":
    sys.exit(main())
