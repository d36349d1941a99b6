"""The speed of the gate: a million cases a side, a thousand slices, texts against jiwer, and what starting costs."""
# slow: writes and compares a million cases a side

import subprocess
import sys

FIGURES = ("slices_1000", "error_rate", "startup", "diff_1m")


def figure(name: str) -> tuple[int, str]:
    """What the benchmark exits with, and its last line."""
    done = subprocess.run([sys.executable, f"tests/speed/{name}.py"], check=False, capture_output=True, text=True)
    print(done.stdout + done.stderr, flush=True)
    return done.returncode, (done.stdout.strip().splitlines() or ["no figure"])[-1]


def main() -> int:
    shown = [figure(name) for name in FIGURES]
    print("; ".join(text if code in (0, 77) else f"SHORT: {text}" for code, text in shown))
    return 0 if all(code in (0, 77) for code, _ in shown) else 1


if __name__ == "__main__":
    sys.exit(main())
