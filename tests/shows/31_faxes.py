# slow: Tesseract reads a page of each scenario, a second or more each
"""Every frame of drawn faxes is what the pack declares, by libtiff's own tool, and Tesseract opens them all."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.cli.main import run
from harness.generate.recipes.packs import read_pack

PACKS = {"scanned_faxes": 100, "fax_gateways": 20}
"""Cases of each."""

LONGEST = 120
"""Seconds for one file."""

COMPRESSION = {"tiff-g3": "CCITT Group 3", "tiff-g3-2d": "CCITT Group 3"}
LOW_BIT_FIRST, BLACK_IS_ZERO = {"tiff-g3", "tiff-g4-lsb"}, {"tiff-g4-black-is-zero"}
OPTIONS = {"tiff-g3": "4", "tiff-g3-2d": "5"}
RESOLUTION = {"fax.fine": "204, 196", "fax.standard": "204, 98", "fax.superfine": "204, 391"}
LINES = {"204, 196": 2287, "204, 98": 1144, "204, 391": 4575}
"""Of a sheet of A4 that nothing made longer or shorter."""

OTHER_LENGTH = {"fax.header_line", "fax.forward", "fax.slip", "fax.cut_off"}
SHEETS_MORE = {"fax.cover_sheet": lambda n: n + 1, "fax.blank_backs": lambda n: 2 * n}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What tiffinfo says of a frame, word for word."""

    compression: str
    photometric: str
    fill_order: str
    options: str
    resolution: str
    length: int
    place: str


def frames_of(file: Path) -> list[Frame]:
    """Each frame of a file, whose pixels are decoded too; RuntimeError where libtiff finds fault with any."""
    told = subprocess.run(["tiffinfo", "-D", str(file)], capture_output=True, text=True, timeout=LONGEST, check=False)
    if told.returncode or told.stderr.strip():
        raise RuntimeError(f"{file.name}: tiffinfo says {told.stderr.strip() or told.returncode}")
    return [_frame(part) for part in told.stdout.split("=== TIFF directory")[1:]]


def _frame(text: str) -> Frame:
    def said(name: str) -> str:
        found = re.search(rf"{name}:? (.+)", text)
        return found[1].strip() if found else ""

    return Frame(
        compression=said("Compression Scheme"),
        photometric=said("Photometric Interpretation"),
        fill_order=said("FillOrder"),
        options="".join(re.findall(r"Group 3 Options: .*\((\d+) =", text)),
        resolution=said("Resolution").removesuffix(" pixels/inch"),
        length=int(said("Image Length")),
        place=said("Page Number"),
    )


def wrong(frames: list[Frame], encoder: str, ops: list[str]) -> list[str]:
    """What is not as declared, for the ops that the case was made with."""
    count = 1
    for op in ops:
        count = SHEETS_MORE.get(op, lambda n: n)(count)
    found = [] if len(frames) == count else [f"{len(frames)} frames, not {count}"]
    if "fax.mixed" in ops and {frame.resolution for frame in frames} != {"204, 196", "204, 98"}:
        found.append(f"resolutions {[frame.resolution for frame in frames]}")
    for number, frame in enumerate(frames):
        expected = {**expected_of(encoder, ops), "place": f"{number}-{count}"}
        if frame.resolution in LINES and not OTHER_LENGTH & set(ops):
            expected["length"] = str(LINES[frame.resolution])
        got = {name: str(getattr(frame, name)) for name in expected}
        found += [f"frame {number}: {name} {got[name]}" for name, value in expected.items() if got[name] != value]
    return found


def expected_of(encoder: str, ops: list[str]) -> dict[str, str]:
    """What each frame of the file has to say."""
    expected = {
        "compression": COMPRESSION.get(encoder, "CCITT Group 4"),
        "photometric": "min-is-black" if encoder in BLACK_IS_ZERO else "min-is-white",
        "fill_order": "lsb-to-msb" if encoder in LOW_BIT_FIRST else "",
        "options": OPTIONS.get(encoder, ""),
    }
    if "fax.mixed" not in ops:
        expected["resolution"] = next((RESOLUTION[op] for op in ops if op in RESOLUTION), "200, 200")
    return expected


def opens(file: Path) -> bool:
    """Whether Tesseract reads the file without an error."""
    asked = ["tesseract", str(file), "-", "--psm", "6"]
    return subprocess.run(asked, capture_output=True, timeout=LONGEST, check=False).returncode == 0


def one_of_each(files: dict[Path, str]) -> list[Path]:
    """The first file of each scenario."""
    firsts = {scenario: file for file, scenario in reversed(files.items())}
    return list(firsts.values())


def check(folder: Path) -> tuple[dict[Path, str], int, list[str]]:
    """The TIFF files with their scenarios, how many frames they have, and what is not as declared."""
    encoders = {scenario.id: scenario.encode for pack in PACKS for scenario in read_pack(pack).scenarios}
    files, count, faults = dict[Path, str](), 0, list[str]()
    for line in (folder / "cases.jsonl").read_text().splitlines():
        case: dict[str, Any] = json.loads(line)
        file, scenario = folder / case["file"], case["tags"]["scenario"]
        if file.suffix == ".tif":
            frames, ops = frames_of(file), [step["op"] for step in case["steps"] if step["severity"]]
            faults += [f"{file.name}: {fault}" for fault in wrong(frames, encoders[scenario], ops)]
            files[file], count = scenario, count + len(frames)
    return files, count, faults


def read_with_tesseract(files: dict[Path, str]) -> tuple[str, list[str]]:
    """What came of it, in words, and the files that it does not open."""
    if not shutil.which("tesseract"):
        return "tesseract is not installed", []
    firsts = one_of_each(files)
    shut = [file.name for file in firsts if not opens(file)]
    return f"tesseract opens {len(firsts) - len(shut)} of {len(firsts)}, one a scenario", shut


def main() -> int:
    if not shutil.which("tiffinfo"):
        print("skipped: tiffinfo is not installed (apt-get install libtiff-tools)")
        return 77
    with tempfile.TemporaryDirectory() as name:
        files, frames, faults = dict[Path, str](), 0, list[str]()
        for pack, cases in PACKS.items():
            if run(["packs", "draw", pack, "-n", str(cases), "--out", str(Path(name, pack))]):
                return 1
            some, more, wrongs = check(Path(name, pack))
            files, frames, faults = files | some, frames + more, faults + wrongs
        words, shut = read_with_tesseract(files)
    print("\n".join([*faults, *(f"{one}: tesseract does not open it" for one in shut)]))
    print(f"{len(files)} faxes, {frames} frames: {len(faults)} not as declared; {words}")
    return 1 if faults or shut or not files else 0


if __name__ == "__main__":
    sys.exit(main())
