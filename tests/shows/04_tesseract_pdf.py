# slow: a page takes Tesseract a second
"""Tesseract behind HTTP with ten PDF samples, no configuration: it runs, and the figures are its own."""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from harness.cli.main import run
from harness.core.seed import Stream
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.made.invoice import draw_invoice, invoice_truth, render_invoice
from harness.generate.payloads import Document
from tests.endpoints.ocr import read_invoice
from tests.endpoints.server import serving

CALLS = 64
FIGURES = {"pilot", "projected", "gap", "silent_errors", "straight_through"}


def write_pilot(folder: Path) -> None:
    rows = ["file,invoice_number,total"]
    for k in range(10):
        invoice = draw_invoice(Stream(11, "tesseract", k))
        file = encode(Document(pages=(render_invoice(invoice),)), "pdf", f"invoice_{k:02}")
        (folder / file.filename).write_bytes(file.content)
        truth = invoice_truth(invoice)
        rows.append(f"{file.filename},{truth['invoice_number']},{truth['total']}")
    (folder / "truth.csv").write_text("\n".join(rows) + "\n")


def main() -> int:
    if not shutil.which("tesseract"):
        print("skipped: tesseract is not installed (apt-get install tesseract-ocr)")
        return 77
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name, "pilot"), Path(name, "run")
        folder.mkdir()
        write_pilot(folder)
        with serving(read_invoice, "/ocr") as url:
            asked = [
                "--samples",
                str(folder),
                "--truth",
                str(folder / "truth.csv"),
                "--calls",
                str(CALLS),
                "--out",
                str(out),
            ]
            code = run(["check", url, *asked])
        verdict = json.loads((out / "verdict.json").read_text())
    head = {name: f"{100 * figure['value']:.1f} %" for name, figure in verdict["headline"].items() if _figure(figure)}
    print(f"tesseract, {CALLS} calls, exit {code}: {head}")
    return 0 if code in (0, 1, 5) and verdict["valid"] and head.keys() >= FIGURES else 1


def _figure(value: object) -> bool:
    return isinstance(value, dict) and value.get("value") is not None


if __name__ == "__main__":
    sys.exit(main())
