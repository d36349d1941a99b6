"""What people get wrong about pages: told where packs and samples are read, before anything is sent or written."""

from pathlib import Path

import pytest

from harness.core.seed import Stream
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.made.invoice import draw_invoice, invoice_truth, render_invoice
from harness.generate.payloads import Document
from tests.cli.test_bad_input import refused
from tests.endpoints.server import Heard, serving
from tests.generate.pages.test_encode_decode import ENCRYPTED

PACK = 'pack = "ours"\nversion = "1.0.0"\n[[scenario]]\nid = "one"\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write_pilot(encoder: str, pages: int = 1) -> list[Path]:
    """Two invoices with their truth in pilot/."""
    Path("pilot").mkdir()
    rows, files = ["file,invoice_number"], []
    for number in range(2):
        invoice = draw_invoice(Stream(1, "bad pages", number))
        file = encode(Document(pages=(render_invoice(invoice),) * pages), encoder, f"scan_{number}")
        files.append(Path("pilot", file.filename))
        files[-1].write_bytes(file.content)
        rows.append(f"{file.filename},{invoice_truth(invoice)['invoice_number']}")
    Path("pilot/truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return files


SAMPLES = ("--samples", "pilot", "--truth", "pilot/truth.csv")


def refused_unsent(*more: str, says: str) -> None:
    """`check` and `draw` say so; not one case is sent, and not one file is written."""
    heard: list[Heard] = []
    with serving(lambda body: (200, {"invoice_number": "1"}), heard=heard) as url:
        refused("check", url, *SAMPLES, *more, "--calls", "20", "--out", "run", says=says)
    assert (heard, Path("run").exists()) == ([], False)
    refused("packs", "draw", more[1] if more else "scanned_faxes", "--out", "out", *SAMPLES, says=says)
    assert not list(Path("out").glob("*"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            'base = "texts"\nops = [{ op = "page.skew", severity = 3 }]',
            'own/pack.toml:6: op "page.skew" does not work on base "texts" of scenario "one"\n  its layer is page',
        ),
        (
            'base = "invoices"\nops = [{ op = "page.skew" }, { op = "invoice.native" }]',
            'own/pack.toml:6: op "invoice.native" comes after "page.skew" in scenario "one", but is applied before it: '
            'meaning comes before page\n  write "invoice.native" first',
        ),
        (
            'base = "pages"\nops = [{ op = "file.truncate" }, { op = "fax.cover_sheet", severity = 10 }]',
            'op "fax.cover_sheet" comes after "file.truncate"',
        ),
        ('base = "pages"\nops = [{ op = "page.skew", severity = 11 }]', 'pack.toml:6: severity "11" of op "page.skew"'),
        ('base = "pages"\nops = [{ op = "page.skew", severity = -1 }]', '  write "1..4" or 3: whole numbers from 0 to'),
        (
            'base = "pages"\nops = [{ op = "page.skew", severity = 1.5 }]',
            'severity "1.5" of op "page.skew" in scenario',
        ),
        (
            'base = "invoices"\nlanguage = "tlh"',
            'own/pack.toml:6: unknown key "language"\n  keys: id, base, ops, encode, expect, weight',
        ),
        (
            'base = "pages"\nencode = "png"\nops = [{ op = "fax.cover_sheet", severity = 10 }]',
            'own/pack.toml: ours/one: encoder "png" holds one page, "invoice_11" has 2\n  write encode = "tiff-g4"',
        ),
        (
            'base = "invoices"\nencode = "jpeg"\nops = [{ op = "invoice.cover_letter", severity = 10 }]',
            'own/pack.toml: ours/one: encoder "jpeg" holds one page, "invoice" has 2',
        ),
    ],
)
def test_a_recipe_that_cannot_be_is_told_by_lint(text: str, says: str) -> None:
    Path("own").mkdir()
    Path("own/pack.toml").write_text(f"{PACK}{text}\n", encoding="utf-8")
    refused("packs", "lint", "own", says=says)


@pytest.mark.parametrize(
    ("encoder", "content", "says"),
    [
        ("png", b"GIF89a or so", "scan_1.png: the image cannot be read: not a PNG, JPEG or TIFF\n"),
        ("png", None, "scan_1.png: the image cannot be read: image file is truncated"),
        ("png", b"", "scan_1.png: is empty\n  replace it, or remove it from the samples"),
        ("pdf", ENCRYPTED, "scan_1.pdf: the PDF is encrypted with a password\n  save it without a password, or remove"),
        ("pdf", b"%PDF-1.7 and no more", "scan_1.pdf: the PDF cannot be read: Failed to load document"),
    ],
    ids=["no image", "cut", "empty", "encrypted", "no pdf"],
)
def test_a_sample_without_pixels_is_told_before_anything_is_sent(
    encoder: str, content: bytes | None, says: str
) -> None:
    file = write_pilot(encoder)[1]
    file.write_bytes(file.read_bytes()[:4000] if content is None else content)
    refused_unsent(says=says)
    refused("packs", "lint", "pilot", *SAMPLES, says=says)


def test_samples_of_several_pages_for_which_the_encoder_has_no_place_are_told_before_anything_is_sent() -> None:
    write_pilot("pdf", pages=2)
    Path("own").mkdir()
    text = f'{PACK}base = "pages"\nencode = "png"\nops = [{{ op = "page.skew", severity = 3 }}]\n'
    Path("own/pack.toml").write_text(text, encoding="utf-8")
    refused_unsent("--pack", "own", says='ours/one: encoder "png" holds one page, "scan_')
