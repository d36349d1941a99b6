"""How many texts of 500 characters nlpaug and Faker write in a second, each in an environment of its own.

    python tests/speed/text_neighbours.py [FOLDER]

The environments are made below FOLDER, or in a folder that is thrown away; nothing is installed beside the harness.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.speed.text_cases import TEXT

TIMED = """
import json, sys, time
text = json.loads(sys.stdin.read())
def per_second(write, n):
    write(); best = 9e9
    for _ in range(3):
        started = time.process_time()
        for _ in range(n):
            write()
        best = min(best, time.process_time() - started)
    return n / best
"""
NLPAUG = (
    TIMED
    + """
import nlpaug.augmenter.char as nac
three = [nac.KeyboardAug(), nac.OcrAug(), nac.RandomCharAug(action="swap")]
def write():
    written = text
    for one in three:
        written = one.augment(written)[0]
print(per_second(write, 100))
"""
)
FAKER = (
    TIMED
    + """
from faker import Faker
fake = Faker("en_US")
fake.seed_instance(1)
print(per_second(lambda: fake.text(500), 200))
"""
)
NEIGHBOURS = {
    "nlpaug: keyboard, OCR and swapped letters": ("nlpaug==1.1.11", NLPAUG),
    "Faker: a text of 500 characters": ("faker", FAKER),
}


def measure(folder: Path) -> dict[str, float]:
    """Texts a second of processor time, by what writes them; one that cannot be installed is left out."""
    found = {}
    for name, (package, code) in NEIGHBOURS.items():
        python = _environment(folder / package.partition("=")[0], package)
        if python is None:
            continue
        done = subprocess.run([python, "-c", code], input=json.dumps(TEXT), capture_output=True, text=True, check=True)
        found[name] = float(done.stdout)
    return found


def _environment(where: Path, package: str) -> Path | None:
    python = where / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", where], check=True)
        done = subprocess.run([python, "-m", "pip", "install", "-q", package], capture_output=True, check=False)
        if done.returncode:
            return None
    return python


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as thrown_away:
        for name, speed in measure(Path(sys.argv[1] if len(sys.argv) > 1 else thrown_away)).items():
            print(f"{name:<44}{speed:>10,.0f}/s")
