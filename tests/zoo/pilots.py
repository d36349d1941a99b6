"""What each service's pilot was run on: samples with truth, and the settings that all variants of a service share."""

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PIL import Image

from harness.core.seed import Stream
from harness.core.settings import Baseline, Batch, Gate, Mix, Pilot, Settings, Target
from harness.generate.pages.made.invoice import draw_invoice, invoice_truth, render_invoice
from harness.generate.pages.made.invoice_data import Invoice
from tests.zoo import record
from tests.zoo.tickets import draw_ticket

COUNT = 40
SURE = 0.8
"""Confidence of the other two services from which on nobody looks at an answer."""
FLAG_BELOW = 0.93
"""Of the document service: its confidence is that of the weakest field, 0.96 and more on every page of its pilot."""


def write_documents(path: Path) -> tuple[str, str]:
    """Invoices of one locale, all of the 13th or later, so that no day can be taken for a month."""
    rows = []
    for k in range(COUNT):
        invoice = draw_pilot_invoice(k)
        truth = invoice_truth(invoice)
        name = f"invoice_{k:02d}.png"
        Image.fromarray(render_invoice(invoice).pixels).save(path / name, dpi=(200, 200), compress_level=1)
        rows.append({"file": name, **{key: truth[key] for key in DOCUMENT_PATHS}})
    return _write_table(path, rows)


def draw_pilot_invoice(k: int) -> Invoice:
    """The pilot's invoice of that number."""
    invoice = draw_invoice(Stream(11, "zoo document", k))
    return replace(invoice, date=invoice.date.replace(day=13 + k % 16))


def write_tickets(path: Path) -> tuple[str, str]:
    """Tickets of two sentences as text files."""
    rows = []
    for k in range(COUNT):
        label, text = draw_ticket(k)
        (path / f"ticket_{k:02d}.txt").write_text(text + "\n", encoding="utf-8")
        rows.append({"file": f"ticket_{k:02d}.txt", "label": label})
    return _write_table(path, rows)


def write_records(path: Path) -> tuple[str, str]:
    """Records as the pilot's export had them: every field filled and of its type."""
    lines = []
    for k in range(COUNT):
        asked = draw_record(k)
        score, decision, _ = record.rate(asked, risk_points(asked["customer"]))
        lines.append(json.dumps({**asked, "decision": decision, "score": score}))
    (path / "records.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path / "records.jsonl"), "decision,score"


def draw_record(k: int) -> dict[str, Any]:
    """The pilot's record of that number."""
    draw = Stream(11, "zoo record", k)
    day, hour, minute = draw.between(1, 28), draw.between(0, 23), draw.between(0, 59)
    return {
        "customer": f"C-{draw.between(1, 99999):05d}",
        "amount": draw.between(5_000, 1_200_000) / 100,
        "currency": draw.choice(("EUR",) * 9 + ("USD",)),
        "age": draw.between(19, 79),
        "tenure": draw.between(0, 240),
        "claims": draw.choice((0, 0, 0, 1, 1, 2, 4)),
        "channel": draw.choice(tuple(record.CHANNELS)),
        "at": f"2025-{draw.between(1, 12):02d}-{day:02d}T{hour:02d}:{minute:02d}:00Z",
    }


def risk_points(customer: str) -> int:
    """What the upstream says of a customer: 3 to 25."""
    return Stream(11, "risk", customer).between(3, 25)


def customer(name: str) -> dict[str, object]:
    """The upstream's page of a customer."""
    return {"id": name, "risk_points": risk_points(name)}


def customers() -> dict[str, object]:
    """The upstream's pages, by path."""
    names = [draw_record(k)["customer"] for k in range(COUNT)]
    return {f"/customers/{name}": customer(name) for name in names}


def _write_table(path: Path, rows: list[dict[str, Any]]) -> tuple[str, str]:
    with (path / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return str(path), str(path / "truth.csv")


WRITE = MappingProxyType({"document": write_documents, "ticket": write_tickets, "record": write_records})
DOCUMENT_PATHS = MappingProxyType(
    {
        "invoice_number": "fields.invoice_no",
        "invoice_date": "fields.date",
        "vendor": "fields.vendor",
        "total": "fields.total",
        "currency": "fields.currency",
    }
)
TARGETS = MappingProxyType(
    {
        "document": Target(answer=dict(DOCUMENT_PATHS), confidence="confidence", flag_below=FLAG_BELOW),
        "ticket": Target(rate=60.0, flag_below=SURE),
        "record": Target(rate=60.0, flag_below=SURE, batch=Batch(url="/score/batch")),
    }
)
STRICT = Path(__file__).parent / "packs" / "strict_records"
"""What the record service declares: strict JSON, and every field of its type. Anybody's pack is a folder like this."""
ABROAD = Path(__file__).parent / "packs" / "tickets_abroad"
"""What the ticket service says that it serves: six languages besides English."""
TAIL = ("scanned_faxes", "multilingual_text", "noisy_text", "unbriefed_users", "locale_values", str(ABROAD))
MIXES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "document": {},
        "ticket": {"pilot": 0.70, **dict.fromkeys(TAIL, 0.05)},
        "record": {"pilot": 0.90, "malformed_records": 0.05, str(STRICT): 0.05},
    }
)
"""Empty for the assumed mix. Declared for the ticket service to have its languages. Declared for the record service:
strict JSON refuses the key that stands twice, which the assumed 0.30 of malformed records counts as a gap of 30 points.
"""
P95 = "500ms"


def settings_of(service: str, url: str, where: Path) -> Settings:
    """The settings of a service's pilot, whose files are written to `where` on the first call."""
    pilot = where / "pilot"
    if not pilot.is_dir():
        pilot.mkdir(parents=True)
        WRITE[service](pilot)
    single = service == "record"
    return Settings(
        target=replace(TARGETS[service], url=url),
        pilot=Pilot(
            samples=str(pilot / "records.jsonl") if single else str(pilot),
            truth="decision,score" if single else str(pilot / "truth.csv"),
        ),
        mix=tuple(Mix(pack=name, share=share, source="guess") for name, share in MIXES[service].items()),
        gate=Gate(p95="" if service == "document" else P95),
        baseline=Baseline(path=str(where / "baseline")),
    )
