"""kill -9 in the middle of a check, then --resume: every planned case has exactly one row a repeat."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import serving

COMMAND = [sys.executable, "-c", "from harness.cli.main import main; main()", "check"]


def slow(body: bytes) -> tuple[int, object]:
    time.sleep(0.01)
    return honest(body)


def rows(path: Path) -> list[dict[str, object]]:
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [json.loads(line) for line in lines]


def kill_in_the_middle(command: list[str], replies: Path) -> int:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(rows(replies)) < 120 and process.poll() is None:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return len(rows(replies))


def main() -> int:
    with tempfile.TemporaryDirectory() as name, serving(slow) as url:
        write_pilot(Path(name, "pilot"))
        asked = [*COMMAND, url, "--samples", f"{name}/pilot", "--truth", "total,carrier"]
        whole = subprocess.run([*asked, "--out", f"{name}/whole"], capture_output=True, check=False)
        cut = [*asked, "--out", f"{name}/cut", "--resume"]
        before = kill_in_the_middle(cut, Path(name, "cut", "replies.jsonl"))
        with Path(name, "cut", "replies.jsonl").open("ab") as file:
            file.write(b'{"address":"pilot/samp')
        code = subprocess.run(cut, capture_output=True, check=False).returncode
        keys = [
            Counter((row["address"], row["repeat"]) for row in rows(Path(name, out, "replies.jsonl")))
            for out in ("whole", "cut")
        ]
    once = set(keys[1].values()) == {1}
    print(
        f"killed after {before} rows (one more torn), resumed: {len(keys[1])} of {len(keys[0])} planned rows, "
        f"{'each once' if once else 'SOME TWICE'}, exit {code} and {whole.returncode}"
    )
    return 0 if once and keys[0] == keys[1] and code == whole.returncode == 0 and 0 < before < len(keys[0]) else 1


if __name__ == "__main__":
    sys.exit(main())
