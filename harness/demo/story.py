"""The demo: a check of the embedded pilot, as a team would run it on its own service."""

from typing import Literal

from harness.core.integration.upstreams import Upstream
from harness.core.loading.shipped import shipped
from harness.core.settings import Baseline, Budget, Gate, Mix, Pilot, Settings, Target
from harness.core.verdict import Verdict
from harness.demo.__main__ import HOST, free_port
from harness.demo.serve import running_pilot
from harness.run.check import run_check
from harness.run.events import Emit
from harness.run.setup.configure import RunRequest

CALLS = 480

MIX = (
    Mix(pack="pilot", share=0.30),
    Mix(pack="scanned_faxes", share=0.55),
    Mix(pack="multilingual_documents", share=0.10),
    Mix(pack="malformed_uploads", share=0.05),
)
"""The production mix that the demo assumes: more than half of the documents arrive by fax."""

GATE = Gate(silent_errors_pack=0.05)
"""Invoices are paid as they are read, so more than 5 % silent errors in any pack are too many."""


FAULTS = "erp_faults.toml"
"""The faults of the demo's ERP, a file among the shipped fixtures."""


def run_demo(emit: Emit, *, calls: int | None, reader: Literal["glyphs", "tesseract"], out: str) -> Verdict:
    """Start the pilot, check it with its shipped samples and a relay for its ERP, stop it; returns the verdict."""
    pilot = shipped("fixtures") / "pilot"
    erp, relay = free_port(), free_port(1)
    upstream = Upstream(name="erp", url=f"http://{HOST}:{erp}", listen=f"{HOST}:{relay}")
    with running_pilot(reader=reader, erp_port=erp, erp_url=f"http://{upstream.listen}") as url:
        settings = Settings(
            target=Target(url=f"{url}/extract"),
            pilot=Pilot(samples=str(pilot), truth=str(pilot / "truth.csv"), ocr="off"),
            mix=MIX,
            gate=GATE,
            budget=Budget(calls=calls or CALLS),
            baseline=Baseline(path=""),  # a baseline in this folder belongs to another service
            upstream=(upstream,),
        )
        faults = str(shipped("fixtures") / FAULTS)
        return run_check(RunRequest(out=out, faults=faults), emit, settings)
