"""The same check twice with one seed: the same cases to the byte, and the same dispositions and judgements."""

import json
import sys
import tempfile
from pathlib import Path

from harness.cli.main import run
from tests.endpoints.orders import liar, write_pilot
from tests.endpoints.server import serving


def rows(path: Path, *names: str) -> list[tuple[object, ...]]:
    return sorted(tuple(row[n] for n in names) for row in map(json.loads, path.read_text().splitlines()))


def main() -> int:
    with tempfile.TemporaryDirectory() as name, serving(liar) as url:
        folder = Path(name)
        write_pilot(folder / "pilot")
        for out in ("a", "b"):
            run(["check", url, "--samples", f"{name}/pilot", "--truth", "total,carrier", "--out", f"{name}/{out}"])
        cases = [rows(folder / out / "cases.jsonl", "address", "sha256") for out in ("a", "b")]
        judged = [
            rows(folder / out / "judged.jsonl", "address", "repeat", "disposition", "judgement") for out in ("a", "b")
        ]
    same = cases[0] == cases[1] and judged[0] == judged[1]
    print(f"{len(cases[0])} cases, {len(judged[0])} replies: digests and dispositions {'equal' if same else 'DIFFER'}")
    return 0 if same and len(cases[0]) > 200 else 1


if __name__ == "__main__":
    sys.exit(main())
