"""The commit that a restructuring must not change: its digests and figures are kept as text in tests/golden.

To write such a file anew, run the show on the code of that commit:

    git worktree add ../base e30854f
    PYTHONPATH=../base:. python tests/shows/48_case_digests.py --write tests/golden/case_digests.txt
"""

import argparse
import platform
import subprocess
import zlib
from importlib.metadata import version
from pathlib import Path

import harness

COMMIT = "e30854f"
GOLDEN = Path(__file__).resolve().parents[1] / "golden"
LIBRARIES = ("msgspec", "numpy", "pillow", "pypdfium2")
"""Packages that take part in the making of bytes and figures."""


def imported_commit() -> str:
    """The commit of the imported harness, with `-dirty` if its files were edited since; "" outside a git checkout."""
    folder = Path(harness.__file__).parent
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=7", "--exclude=*"]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


def environment() -> str:
    """The versions of all that may change a byte without any change of our code."""
    packages = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"python {platform.python_version()}, {packages}, zlib {zlib.ZLIB_RUNTIME_VERSION}, {platform.machine()}"


def file_to_write(description: str | None) -> Path | None:
    """The argument of `--write`; SystemExit if the imported harness is not that of the frozen commit."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--write", type=Path, metavar="FILE", help=f"write the reference, on the code of {COMMIT}")
    path: Path | None = parser.parse_args().write
    if path and (commit := imported_commit() or "unknown") != COMMIT:
        parser.error(f"--write: {Path(harness.__file__).parent} is of commit {commit}, not {COMMIT}\n{__doc__}")
    return path
