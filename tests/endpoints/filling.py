"""Services that know their pilot, and return nothing, a default or another class for anything else."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from harness.core.case import Scalar
from harness.core.seed import Stream
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.made.invoice import draw_invoice, invoice_truth, render_invoice
from harness.generate.payloads import Document
from tests.endpoints.server import Answer

Rest = Mapping[str, object]
"""The reply to everything that is not in the pilot."""

WORDS = ("invoice", "reminder", "complaint")


def write_texts(folder: Path, count: int = 12) -> tuple[str, str]:
    """Mails of three kinds, and their truth."""
    folder.mkdir()
    rows = ["file,label"]
    for k in range(count):
        label = WORDS[k % len(WORDS)]
        (folder / f"{k}.txt").write_text(f"Hello, this is the {label} number {k} of our order, please look at it")
        rows.append(f"{k}.txt,{label}")
    (folder / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(folder / "*.txt"), str(folder / "truth.csv")


def by_words(rest: Rest) -> Answer:
    """Returns the label of the first known word; any other text gets the reply `rest`."""

    def label(body: bytes) -> tuple[int, object]:
        text = json.loads(body)["text"]
        found = [word for word in WORDS if word in text]
        return 200, {"label": found[0], "confidence": 0.95} if found else rest

    return label


def write_pages(folder: Path, encoder: str, names: Sequence[str], count: int = 10) -> tuple[str, str, Answer]:
    """Invoices, their truth, and a service that knows only these; it hands over the rest, empty."""
    folder.mkdir()
    known: dict[str, Mapping[str, Scalar]] = {}
    rows = [f"file,{','.join(names)}"]
    for k in range(count):
        invoice = draw_invoice(Stream(5, "filling", k))
        file = encode(Document(pages=(render_invoice(invoice),) * (1 + k % 3 * (encoder == "pdf"))), encoder, f"{k}")
        (folder / file.filename).write_bytes(file.content)
        truth = {name: invoice_truth(invoice)[name] for name in names}
        known[sha256(file.content).hexdigest()] = truth
        rows.append(",".join([file.filename, *map(str, truth.values())]))
    (folder / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")

    def answer(body: bytes) -> tuple[int, object]:
        found = known.get(sha256(body.partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0]).hexdigest())
        if found is None:
            return 200, {"fields": dict.fromkeys(names), "confidence": 0.1}
        return 200, {"fields": found, "confidence": 0.97}

    return str(folder), str(folder / "truth.csv"), answer


def filling(answer: Answer, rest: Rest) -> Answer:
    """The same service, but it answers with `rest` if it is not sure."""

    def filled(body: bytes) -> tuple[int, object]:
        status, reply = answer(body)
        sure = isinstance(reply, dict) and reply["confidence"] >= 0.8
        return status, reply if sure else rest

    return filled
