# slow: two whole checks of pages, some minutes
"""Packs on made papers are judged for a reader of such papers, and not for one that reads only its own.

Both read pages with Tesseract. The first looks for the words that made invoices carry beside their values. The second
reads its team's own papers, which were set with another library and other fonts and carry other words; it takes the
largest amount and the first number for the rest. Both get the pilot of the team whose words they know. Then: which
packs are judged, whether the verdict rests on packs that are not, and whether any cause names how pages travel.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.endpoints.command import harness
from tests.endpoints.ocr import read_invoice
from tests.endpoints.own_papers import read_own_paper, write_own_papers
from tests.endpoints.server import Answer, serving

MADE = {"multilingual_documents", "unfamiliar_invoices", "wrong_paper"}
CALLS, SAMPLES = "400", 30
CARRIERS = ("media_type", "min_bytes")


def checked(answer: Answer, samples: str, truth: str, folder: Path) -> dict[str, Any]:
    """What one check came to: verdict, reasons and findings."""
    out = folder / "run"
    with serving(answer, "/extract") as url:
        said = harness("check", url, "--samples", samples, "--truth", truth, "--calls", CALLS, "--out", str(out))
    if said.code not in (0, 1, 5):
        raise SystemExit(said.err)
    verdict = json.loads((out / "verdict.json").read_text(encoding="utf-8"))
    findings = json.loads((out / "findings.json").read_text(encoding="utf-8"))
    return {"verdict": verdict, "findings": findings}


def not_judged(run: dict[str, Any]) -> set[str]:
    return {name for one in run["findings"] if one["kind"] == "packs_not_judged" for name in one["names"]}


def blamed_on_made(run: dict[str, Any]) -> list[str]:
    """Reasons whose slice is a pack on made papers, or whose cases are mainly of such packs."""
    reasons = run["verdict"]["reasons"]
    return [
        f"{one['criterion']} {one['slice']}".strip()
        for one in reasons
        if one["slice"] in MADE or sum(case.split("/")[0] in MADE for case in one["cases"]) * 2 > len(one["cases"]) > 0
    ]


def carriers(run: dict[str, Any]) -> list[str]:
    """Causes that name how pages travel."""
    causes = [one["cause"] for one in run["verdict"]["reasons"] if one["cause"]]
    named = [about for cause in causes for about in cause["circumstances"] if about["where"] in CARRIERS]
    return [f"{about['where']} {about['value']}" for about in named]


def shipped_pilot(folder: Path) -> tuple[str, str]:
    """Pages and truth of the shipped pilot, whose papers the first reader knows."""
    folder.mkdir()
    pilot = Path(__file__).parents[2] / "fixtures" / "pilot"
    rows = (pilot / "truth.csv").read_text(encoding="utf-8").splitlines()
    names = rows[0].split(",")
    places = [names.index(name) for name in ("file", "invoice_number", "total")]
    kept = [",".join(row.split(",")[place] for place in places) for row in rows[: SAMPLES + 1]]
    (folder / "truth.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    for row in kept[1:]:
        shutil.copy(pilot / row.split(",")[0], folder)
    return str(folder), str(folder / "truth.csv")


def main() -> int:
    if not shutil.which("tesseract"):
        print("56: skipped: Tesseract is not installed (apt-get install tesseract-ocr)")
        return 0
    version = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        able = checked(read_invoice, *shipped_pilot(folder / "shipped"), folder / "able")
        own = checked(read_own_paper, *write_own_papers(folder / "own", SAMPLES), folder / "unable")
    faults = []
    if not_judged(able):
        faults.append(f"not judged for the reader of made papers: {sorted(not_judged(able))}")
    if not_judged(own) != MADE:
        faults.append(f"not judged for the reader of its own papers: {sorted(not_judged(own))}")
    faults += [f"blamed on a pack that is not judged: {one}" for one in blamed_on_made(own)]
    faults += [f"a cause names {one}" for run in (able, own) for one in carriers(run)]
    for one in faults:
        print(one)
    print(
        f"56: Tesseract {version}: reader of made papers {able['verdict']['verdict']}, {len(not_judged(able))} packs"
        f" not judged; of its own: {own['verdict']['verdict']}, {len(not_judged(own))} of {len(MADE)} not judged;"
        f" {len(faults)} not as they should be"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
