"""The house is in order: contracts, small folders and modules, a documented public API, and types in the wheel."""
# slow: it builds the wheel and installs it

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import harness

ROOT = Path(__file__).resolve().parents[2]
MAX_MODULES, MAX_LINES = 18, 250
API_TESTS = ("tests/docs/test_api.py",)


def carried_out(*command: str) -> tuple[bool, str]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def contracts() -> tuple[int, int]:
    """How many contracts import-linter kept and broke."""
    _, said = carried_out(str(Path(sys.executable).with_name("lint-imports")))
    line = next(line for line in said.splitlines() if line.startswith("Contracts:"))
    kept, broken = (int(word) for word in line.replace(".", "").split() if word.isdigit())
    return kept, broken


def modules() -> list[Path]:
    return sorted((ROOT / "harness").rglob("*.py"))


def wheel_is_typed() -> bool:
    """Build the wheel, install it elsewhere, and let mypy --strict see a team's code against it."""
    with tempfile.TemporaryDirectory() as name:
        built, _ = carried_out(sys.executable, "-m", "build", "--quiet", "--wheel", "--outdir", name)
        wheels = list(Path(name).glob("*.whl"))
        done, said = (
            carried_out("bash", "tests/shows/wheel.sh", str(wheels[0]), f"{name}/elsewhere") if built else (False, "")
        )
    print(said.strip()[-400:])
    return done


def main() -> int:
    kept, broken = contracts()
    folders = Counter(path.parent for path in modules() if path.name != "__init__.py")
    crowded, most = max(folders.items(), key=lambda item: item[1])
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    longest = max(lines, key=lambda path: lines[path])
    documented, said = carried_out(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *API_TESTS)
    print(said.strip().splitlines()[-1])
    typed = wheel_is_typed()
    print(
        f"{kept} contracts kept, {broken} broken; at most {most} modules in a folder ({crowded.relative_to(ROOT)}), "
        f"{lines[longest]} lines in a module ({longest.relative_to(ROOT)}); {len(harness.__all__)} public names, "
        f"{'all documented' if documented else 'NOT as documented'}; "
        f"types of the wheel {'seen' if typed else 'NOT seen'}"
    )
    fits = most <= MAX_MODULES and lines[longest] <= MAX_LINES
    return 0 if kept and not broken and fits and documented and typed else 1


if __name__ == "__main__":
    sys.exit(main())
