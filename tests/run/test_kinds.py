"""A whole check for every kind of sample and every protocol, without configuration."""

import json
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from harness.core.case import Scalar
from harness.core.finding_kinds import FindingKind
from harness.core.seed import Stream
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.made.invoice import draw_invoice, invoice_truth, render_invoice
from harness.generate.payloads import Document
from tests.dose import most_in_full
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Answer, serving
from tests.generate.pages.test_encode_decode import ENCRYPTED

CALLS = ("--calls", "60", "--out", "run")
FIELDS = ("invoice_number", "total")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def pages(encoder: str, count: int = 10) -> Answer:
    """Writes a pilot of pages; gives a service that knows exactly these files and hands every other one over."""
    known: dict[str, Mapping[str, Scalar]] = {}
    rows = [f"file,{','.join(FIELDS)}"]
    Path("pilot").mkdir()
    for k in range(count):
        invoice = draw_invoice(Stream(5, "kinds", k))
        file = encode(Document(pages=(render_invoice(invoice),)), encoder, f"page_{k}")
        Path("pilot", file.filename).write_bytes(file.content)
        truth = {name: invoice_truth(invoice)[name] for name in FIELDS}
        known[sha256(file.content).hexdigest()] = truth
        rows.append(f"{file.filename},{truth['invoice_number']},{truth['total']}")
    Path("pilot/truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")

    def answer(body: bytes) -> tuple[int, object]:
        content = body.partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0] if body.startswith(b"--") else body
        found = known.get(sha256(content).hexdigest())
        return 200, {"fields": found or dict.fromkeys(FIELDS), "needs_review": found is None}

    return answer


def verdict() -> dict[str, object]:
    written = json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))
    assert isinstance(written, dict)
    return written


def finding_kinds() -> set[str]:
    return {finding["kind"] for finding in json.loads(Path("run/findings.json").read_text(encoding="utf-8"))}


def dispositions(pack: str) -> set[tuple[str, str]]:
    rows = [json.loads(line) for line in Path("run/judged.jsonl").read_text(encoding="utf-8").splitlines()]
    return {(row["disposition"], row["judgement"]) for row in rows if row["address"].startswith(f"{pack}/")}


@pytest.mark.parametrize("encoder", most_in_full(["png", "pdf", "jpeg", "tiff-g4"], quick=2))
def test_pages_go_out_as_multipart_and_their_faxes_are_told_apart(encoder: str) -> None:
    with serving(pages(encoder), "/read") as url:
        result = harness("check", url, "--samples", "pilot", "--truth", "pilot/truth.csv", *CALLS)
    assert 'multipart, file in the form field "file" (page samples; /openapi.json does not describe it)' in result.err
    assert dispositions("pilot") == {("accepted", "right")}
    assert {did for did, _ in dispositions("scanned_faxes")} == {"handed_over"}
    assert (result.code, verdict()["valid"]) in ((1, True), (5, True))


def test_a_service_that_declares_a_raw_body_gets_the_bytes_alone() -> None:
    document: dict[str, object] = {"paths": {"/read": {"post": {"requestBody": {"content": {"image/png": {}}}}}}}
    with serving(pages("png"), "/read", documents={"/openapi.json": document}) as url:
        result = harness("check", url, "--samples", "pilot", "--truth", "pilot/truth.csv", *CALLS)
    assert "target: raw (from /openapi.json)" in result.err
    assert dispositions("pilot") == {("accepted", "right")}


def test_the_form_field_and_the_only_path_are_read_from_what_the_service_declares() -> None:
    file = {"type": "object", "properties": {"lang": {"type": "string"}, "scan": {"$ref": "#/components/File"}}}
    document: dict[str, object] = {
        "components": {"File": {"type": "string", "format": "binary"}},
        "paths": {"/read": {"post": {"requestBody": {"content": {"multipart/form-data": {"schema": file}}}}}},
    }
    with serving(pages("png"), "/read", documents={"/openapi.json": document}) as url:
        base = url.removesuffix("/read")
        result = harness("check", base, "--samples", "pilot", "--truth", "pilot/truth.csv", *CALLS)
    assert 'multipart, file in the form field "scan" (from /openapi.json)' in result.err
    assert dispositions("pilot") == {("accepted", "right")}


def test_texts_go_out_as_json_and_their_labels_are_found() -> None:
    Path("mails").mkdir()
    words = ("invoice", "reminder", "complaint")
    rows = ["file,label"]
    for k in range(12):
        label = words[k % 3]
        Path(f"mails/{k}.txt").write_text(f"Hello, this is the {label} number {k} of our order, please look at it")
        rows.append(f"{k}.txt,{label}")
    Path("truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")

    def classify(body: bytes) -> tuple[int, object]:
        text = json.loads(body)["text"]
        found = [word for word in words if word in text]
        return 200, {"label": found[0] if found else "other", "score": 0.9 if found else 0.3}

    with serving(classify) as url:
        result = harness("check", url, "--samples", "mails", "--truth", "truth.csv", *CALLS)
    assert "target: json (text samples; /openapi.json does not describe it)" in result.err
    assert "answer: confidence = score; [target] flag_below is not set" in result.err
    assert dispositions("pilot") == {("accepted", "right")}


def test_records_of_a_table_are_bodies_without_their_truth() -> None:
    orders = [json.loads(line) for line in (write_pilot(Path("o")) / "orders.jsonl").read_text().splitlines()]
    Path("orders.csv").write_text(
        "\n".join([",".join(orders[0]), *(",".join(str(order[name]) for name in orders[0]) for order in orders)]) + "\n"
    )
    with serving(honest) as url:
        result = harness("check", url, "--samples", "orders.csv", "--truth", "total,carrier", *CALLS)
    assert dispositions("pilot") == {("accepted", "right")}, result.err


def test_a_python_function_is_checked_as_a_service_is(monkeypatch: pytest.MonkeyPatch) -> None:
    write_pilot(Path("pilot"))
    Path("ours.py").write_text(
        "import json\nfrom tests.endpoints.orders import price\n\n\ndef score(body):\n"
        "    try:\n        return {'result': price(json.loads(body))}\n"
        "    except (KeyError, TypeError) as reason:\n        raise ValueError(str(reason)) from None\n"
    )
    monkeypatch.syspath_prepend(str(Path.cwd()))
    result = harness("check", "ours:score", "--samples", "pilot", "--truth", "total,carrier", *CALLS)
    assert "target: Python function ours:score" in result.err
    assert dispositions("pilot") == {("accepted", "right")}
    assert FindingKind.NO_HAND_OVER in finding_kinds()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (ENCRYPTED, "error: page_3.pdf: the PDF is encrypted with a password"),
        (b"%PDF-1.7 nothing else", "error: page_3.pdf: "),
        (b"", "error: page_3.pdf: "),
    ],
    ids=["encrypted", "broken", "empty"],
)
def test_a_pdf_that_cannot_be_read_is_named_before_the_first_call(content: bytes, message: str) -> None:
    answer = pages("pdf")
    Path("pilot/page_3.pdf").write_bytes(content)
    calls: list[bytes] = []

    def counted(body: bytes) -> tuple[int, object]:
        calls.append(body)
        return answer(body)

    with serving(counted, "/read") as url:
        result = harness("check", url, "--samples", "pilot", "--truth", "pilot/truth.csv", *CALLS)
    assert (result.code, calls, Path("run").exists()) == (4, [], False)
    assert message in result.err
    assert result.err.count("error: ") == 1


def test_after_timeouts_the_target_is_left_to_finish_before_the_next_phase() -> None:
    write_pilot(Path("pilot"))
    Path("harness.toml").write_text('[target]\ndeadline = "200ms"\nrate = 50\n')

    def chokes_on_damage(body: bytes) -> tuple[int, object]:
        status, reply = honest(body)
        if status != 200:
            time.sleep(0.5)
        return status, reply

    with serving(chokes_on_damage) as url:
        result: CommandResult = harness("check", url, "--samples", "pilot", "--truth", "total,carrier", *CALLS)
    assert "target: drained after timeouts: a good case had its usual speed again after " in result.err
    assert ("timeout", "unscored") in dispositions("malformed_records") | dispositions("probe")
