"""`harness show ADDRESS`: --save-bytes makes the exact bytes again, and --curl works when it is pasted."""

import contextlib
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from harness.cli.main import run
from tests.endpoints.orders import liar, write_pilot
from tests.endpoints.server import serving


def pasted(address: str, out: str) -> dict[str, object]:
    """The reply to the command that --curl prints, run by a shell."""
    screen = io.StringIO()
    with contextlib.redirect_stdout(screen):
        run(["show", address, "--run", out, "--curl"])
    command = next(line for line in screen.getvalue().splitlines() if line.startswith("curl "))
    reply = json.loads(subprocess.run(["sh", "-c", command], capture_output=True, check=True, text=True).stdout)
    assert isinstance(reply, dict)
    return reply


def main() -> int:
    if not shutil.which("curl"):
        print("skipped: curl is not installed")
        return 77
    same = replied = 0
    with tempfile.TemporaryDirectory() as name, serving(liar) as url:
        write_pilot(Path(name, "pilot"))
        out = f"{name}/run"
        run(["check", url, "--samples", f"{name}/pilot", "--truth", "total,carrier", "--out", out, "--calls", "120"])
        cases = [json.loads(line) for line in Path(out, "cases.jsonl").read_text().splitlines()]
        for case in cases:
            run(["show", case["address"], "--run", out, "--save-bytes", f"{name}/bytes"])
            same += hashlib.sha256(Path(name, "bytes").read_bytes()).hexdigest() == case["sha256"]
        chosen = cases[:: max(1, len(cases) // 6)]
        replied = sum("result" in pasted(case["address"], out) for case in chosen)
    print(
        f"{same} of {len(cases)} cases made again to the byte; {replied} of {len(chosen)} pasted curl commands answered"
    )
    return 0 if same == len(cases) and replied == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
