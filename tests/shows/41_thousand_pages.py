# slow: ten thousand pages
"""A thousand cases of every page pack, each pack in a process of its own: no crash, no missing glyph, at most 150 MB.

A character without a glyph is an error, which ends the drawing; so is a sample or page that cannot be made. Pages a
second count the processor time of the whole process, with its start and the writing of its files.

    python tests/shows/41_thousand_pages.py [-n 1000] [PACK ...]
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import SampleError
from harness.core.loading.shipped import shipped
from harness.generate.pages.codecs.decode import count_pages
from harness.generate.payloads import File
from harness.generate.recipes.pack_folders import shipped_packs
from harness.generate.recipes.packs import PILOT, read_pack
from harness.generate.samples.raw_samples import MEDIA_TYPES
from harness.generate.samples.read_samples import read_samples
from harness.generate.usable import usable

MAX_MB = 150
EXEMPT = "giant_files"
"""RunRequest only where it is named: a picture of 900 million pixels is what it is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What became of one pack. seconds: of processor time. megabytes: the most that the process held."""

    pack: str
    code: int
    cases: int
    pages: int
    seconds: float
    megabytes: float
    said: str

    def fault(self, asked: int) -> str:
        """Why the pack did not hold, "" where it did."""
        if self.code or self.cases != asked:
            return f"exit {self.code}, {self.cases} of {asked} cases: {self.said}"
        return f"more than {MAX_MB} MB" if self.megabytes > MAX_MB else ""

    def line(self, asked: int) -> str:
        """As it is printed."""
        figures = f"{self.pages} pages, {self.pages / self.seconds:5.1f} pages/s, {self.megabytes:4.0f} MB"
        return f"{self.pack:<24}{self.cases} cases, {figures}  {self.fault(asked)}".rstrip()


def page_packs() -> list[str]:
    """The shipped packs that are drawn from pages, but for the pilot's own and the exempt one."""
    pilot = shipped("fixtures") / "pilot"
    samples = read_samples(str(pilot), str(pilot / "truth.csv"))
    fitting = (name for name in shipped_packs() if any(not usable(s, samples, ()) for s in read_pack(name).scenarios))
    return [name for name in fitting if name not in (PILOT, EXEMPT)]


def draw(pack: str, count: int) -> Drawn:
    """Draw the pack's cases into a folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name, "out")
        asked = ["packs", "draw", pack, "-n", str(count), "--seed", "1", "--out", str(out)]
        code = "from harness.cli.main import main; main()"
        with Path(name, "said").open("w") as said:
            process = subprocess.Popen([sys.executable, "-c", code, *asked], stderr=said)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        files = [path for path in out.glob("*") if path.name != "cases.jsonl"]
        return Drawn(
            pack=pack,
            code=process.returncode,
            cases=len(files),
            pages=sum(map(pages_in, files)),
            seconds=used.ru_utime + used.ru_stime,
            megabytes=used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
            said=Path(name, "said").read_text(encoding="utf-8").strip()[-400:],
        )


def pages_in(path: Path) -> int:
    """How many pages a file has; one where it is damaged on purpose."""
    _, media_type = MEDIA_TYPES.get(path.suffix.lower(), ("page", "image/png"))
    try:
        return count_pages(File(content=path.read_bytes(), media_type=media_type, filename=path.name))
    except SampleError:
        return 1


def show(packs: Sequence[str], count: int) -> int:
    """Print a line a pack as it is drawn; 1 where one did not hold."""
    found = []
    for pack in packs:
        found.append(draw(pack, count))
        print(found[-1].line(count), flush=True)
    faults = [one.pack for one in found if one.fault(count)]
    cases, pages, seconds = (sum(part) for part in zip(*((o.cases, o.pages, o.seconds) for o in found), strict=True))
    print(
        f"{len(found)} packs, {cases:.0f} cases, {pages:.0f} pages: {pages / seconds:.1f} pages/s of one core, at most"
        f" {max(one.megabytes for one in found):.0f} MB; {len(faults)} packs did not hold; {EXEMPT} is exempt"
    )
    return 1 if faults else 0


def main() -> int:
    if not hasattr(os, "wait4"):
        print("skipped: this system does not tell what a process has used")
        return 77
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packs", nargs="*")
    parser.add_argument("-n", dest="count", type=int, default=1000)
    given = parser.parse_args()
    return show(given.packs or page_packs(), given.count)


if __name__ == "__main__":
    sys.exit(main())
