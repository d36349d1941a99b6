"""Without any configuration: an honest service is go, a liar and a timid one are no-go, twenty calls are undecided."""

import json
import sys
import tempfile
from pathlib import Path

from harness.cli.main import run
from tests.endpoints.orders import MANNERS, write_pilot
from tests.endpoints.server import serving


def check(manner: str, folder: Path, *more: str) -> tuple[int, dict[str, object]]:
    out = folder / f"{manner}{len(more)}"
    with serving(MANNERS[manner]) as url:
        code = run(
            ["check", url, "--samples", str(folder / "pilot"), "--truth", "total,carrier", "--out", str(out), *more]
        )
    return code, json.loads((out / "verdict.json").read_text())


def failed(verdict: dict[str, object]) -> set[str]:
    """The names of the criteria that failed."""
    reasons = verdict["reasons"]
    assert isinstance(reasons, list)
    return {reason["criterion"] for reason in reasons if reason["status"] == "failed"}


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pilot(folder / "pilot")
        honest, liar, timid = (check(manner, folder) for manner in ("honest", "liar", "timid"))
        few = check("honest", folder, "--calls", "20")
    more = [reason["more_cases"] for reason in few[1]["reasons"]]  # type: ignore[attr-defined]
    held = (
        honest[0] == 0
        and liar[0] == 1
        and "silent_errors_pack" in failed(liar[1])
        and timid[0] == 1
        and failed(timid[1]) == {"straight_through"}
        and few[0] == 5
        and any(more)
    )
    print(f"exit codes: honest {honest[0]}, liar {liar[0]}, timid {timid[0]}, 20 calls {few[0]} (more cases: {more})")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
