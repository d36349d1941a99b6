"""Every op on files, on a PNG, a PDF and a text, opened by readers of others: what each op says of itself is so.

Python's zipfile, gzip and email, PDFium and Pillow everywhere; file, poppler-utils and unzip where they are installed.
"""

import gzip
import io
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

from harness.core.seed import Stream
from harness.generate.files import archives
from harness.generate.files.pdf.pdf_crypt import USER
from harness.generate.ops import all_ops
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.payloads import Document, File

FAMILIES = ("pdf", "zip", "gzip", "mail", "office", "file")
TOOLS = {"file": "file", "pdfinfo": "poppler-utils", "pdftotext": "poppler-utils", "pdfdetach": "poppler-utils"}
TOOLS |= {"unzip": "unzip"}
SCALE, LONGEST = 1.0, 60
NEAR = 1.5
"""Mean distance of grey levels; a turned page is at 10 and more, a blank one at 5."""

SECRET = archives.PASSWORD.decode()

Claim = Callable[[Path, File, File], bool]
"""Whether it is so: the file as it was written, the sample, and the file."""


def said(*command: str) -> str:
    """Exit code and what a tool says, errors too."""
    done = subprocess.run(command, capture_output=True, timeout=LONGEST, check=False)
    return f"{done.returncode} " + (done.stdout + done.stderr).decode("utf-8", "replace")


def pixels(file: File, password: str | None = None) -> list[np.ndarray]:
    """The pages as PDFium or Pillow shows them."""
    if b"%PDF" in file.content[:1024]:
        pdf = pypdfium2.PdfDocument(file.content, password=password)
        shown = [page.render(scale=SCALE, grayscale=True).to_numpy().copy() for page in pdf]
        pdf.close()
        return shown
    with Image.open(io.BytesIO(file.content)) as image:
        return [np.asarray(image.convert("L"))]


def alike(sample: File, file: File) -> bool:
    """Whether the same pages are shown, at the size that they have in the file."""
    one, other = pixels(sample), pixels(file)
    return len(one) == len(other) and all(distance(a, b) < NEAR for a, b in zip(one, other, strict=True))


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """Mean distance of grey levels, the first page brought to the size of the second."""
    small = Image.fromarray(one).resize(other.shape[::-1], Image.Resampling.BOX)
    return float(np.abs(np.asarray(small).astype(int) - other).mean())


def entries(file: File) -> list[zipfile.ZipInfo]:
    return zipfile.ZipFile(io.BytesIO(file.content)).infolist()


def attached(file: File) -> list[bytes]:
    parts = [part for part in message_from_bytes(file.content).walk() if part.get_filename()]
    return [whole for part in parts if isinstance(whole := part.get_payload(decode=True), bytes)]


def holds(path: Path, sample: File, file: File) -> bool:
    """Whether a mail has the sample as an attachment, or as what it says."""
    own = attached(file)
    if sample.media_type.startswith("text/"):
        texts = [part.get_payload(decode=True) for part in message_from_bytes(file.content).walk()]
        return any(b"has not arrived" in one for one in texts if isinstance(one, bytes))
    return sample.content in own


def unpacked(path: Path, sample: File, file: File) -> bool:
    with zipfile.ZipFile(path) as archive:
        return archive.testzip() is None and any(archive.read(one) == sample.content for one in archive.infolist())


PDF: dict[str, tuple[str, Claim]] = {
    "pdf.encrypted": (
        "pdfinfo",
        lambda path, _, __: (
            "Incorrect password" in said("pdfinfo", str(path))
            and "Encrypted:       yes" in said("pdfinfo", "-upw", USER.decode(), str(path))
        ),
    ),
    "pdf.owner_locked": (
        "pdfinfo",
        lambda path, _, __: (
            re.search(r"^0[\s\S]*Encrypted: +yes \(print:no copy:no", said("pdfinfo", str(path))) is not None
        ),
    ),
    "pdf.xref_off": ("pdfinfo", lambda path, _, __: "Error" in said("pdfinfo", str(path))),
    "pdf.xref_gone": ("pdfinfo", lambda path, _, __: "Couldn't find trailer" in said("pdfinfo", str(path))),
    "pdf.no_pages": ("pdfinfo", lambda path, _, __: "page count 0" in said("pdfinfo", str(path))),
    "pdf.page_loop": (
        "pdfinfo",
        lambda path, sample, file: alike(sample, file) and said("pdfinfo", str(path)).startswith("0 "),
    ),
    "pdf.script": ("pdfinfo", lambda path, _, __: "JavaScript:      yes" in said("pdfinfo", str(path))),
    "pdf.turned": (
        "pdfinfo",
        lambda path, sample, file: (
            re.search(r"Page rot: +[1-9]", said("pdfinfo", str(path))) is not None and alike(sample, file)
        ),
    ),
    "pdf.odd_boxes": (
        "pdfinfo",
        lambda path, sample, file: boxes(path)["CropBox"] != boxes(path)["MediaBox"] and alike(sample, file),
    ),
    "pdf.large_sheet": (
        "pdfinfo",
        lambda path, _, __: float(re.findall(r"Page size: +([\d.]+)", said("pdfinfo", str(path)))[0]) > 900,
    ),
    "pdf.hidden_text": (
        "pdftotext",
        lambda path, sample, file: "INV-" in said("pdftotext", str(path), "-") and alike(sample, file),
    ),
    "pdf.attached_other": (
        "pdfdetach",
        lambda path, sample, file: "1 embedded files" in said("pdfdetach", "-list", str(path)) and alike(sample, file),
    ),
    "pdf.many_pages": (
        "pdfinfo",
        lambda path, *_: re.search(r"Pages: +1201\b", said("pdfinfo", str(path))) is not None,
    ),
    "pdf.updated": ("", lambda _, sample, file: file.content.count(b"%%EOF") == 2 and alike(sample, file)),
    "pdf.stream_cut": ("", lambda _, sample, file: not alike(sample, file)),
}


def boxes(path: Path) -> dict[str, str]:
    """The boxes of the first page, as pdfinfo tells them."""
    return dict(re.findall(r"(\w+Box): +(.+)", said("pdfinfo", "-box", str(path))))


ARCHIVES: dict[str, tuple[str, Claim]] = {
    **{f"zip.{name}": ("", unpacked) for name in ("alone", "with_junk", "other_first", "many")},
    "zip.nested": ("", lambda _, __, file: [one.filename.endswith(".zip") for one in entries(file)] == [True]),
    "zip.one_name_twice": (
        "",
        lambda _, sample, file: [one.filename for one in entries(file)] == [sample.filename] * 2,
    ),
    "zip.leads_out": (
        "unzip",
        lambda path, _, __: re.search(r"\.\./|\.\.\\|^/|C:", said("unzip", "-Z1", str(path))[2:], re.M) is not None,
    ),
    "zip.link": ("unzip", lambda path, _, __: "\nlrwxrwxrwx" in said("unzip", "-Z", str(path))),
    "zip.locked": (
        "unzip",
        lambda path, _, __: (
            not said("unzip", "-P", "wrong", "-t", str(path)).startswith("0 ")
            and said("unzip", "-P", SECRET, "-t", str(path)).startswith("0 ")
        ),
    ),
    "zip.bomb": ("", lambda _, __, file: max(one.file_size for one in entries(file)) == 100 << 20),
    "zip.nested_bomb": ("", lambda _, __, file: max(one.file_size for one in entries(file)) < 1 << 20),
    "gzip.alone": ("", lambda _, sample, file: gzip.decompress(file.content) == sample.content),
}

MAIL: dict[str, tuple[str, Claim]] = {
    **{f"mail.{name}": ("", holds) for name in ("attached", "odd_names", "nested", "logo_first", "inline_twice")},
    **{f"mail.{name}": ("", holds) for name in ("html_only", "signed", "several", "older_attached", "quoted_figures")},
    "mail.other_charset": ("", holds),
    "mail.winmail": (
        "",
        lambda _, sample, file: attached(file)[0][:4] == b"\x78\x9f\x3e\x22" and sample.content in attached(file)[0],
    ),
    "mail.nothing_attached": ("", lambda _, __, file: attached(file) == []),
    "mail.broken_off": (
        "",
        lambda path, sample, file: not holds(path, sample, file) or sample.filename.endswith(".txt"),
    ),
}


def type_of(path: Path) -> str:
    return said("file", "-b", "--mime-type", str(path))[2:].strip()


OTHERS: dict[str, tuple[str, Claim]] = {
    **{f"office.{name}": ("file", lambda path, _, file: type_of(path) == file.media_type) for name in ("docx", "xlsx")},
    **{
        f"office.{name}": ("file", lambda path, _, file: type_of(path) == file.media_type)
        for name in ("deleted_text", "hidden_sheet")
    },
    "office.html": ("file", lambda path, _, __: type_of(path) == "text/html"),
    "office.rtf": ("file", lambda path, _, __: type_of(path) == "text/rtf"),
    "file.gif_note": ("file", lambda path, _, __: type_of(path) == "image/gif"),
    "file.other_label": ("file", lambda path, _, file: type_of(path) != file.media_type),
    "file.no_label": ("file", lambda path, _, file: type_of(path) != file.media_type),
    "file.blank": (
        "file",
        lambda path, _, __: type_of(path).startswith("text/") or type_of(path) == "application/octet-stream",
    ),
    "file.empty": ("file", lambda path, _, __: type_of(path) == "inode/x-empty"),
    "file.wrong_type": ("file", lambda path, _, __: type_of(path) == "text/html"),
    "file.also_zip": ("", lambda _, __, file: zipfile.ZipFile(io.BytesIO(file.content)).testzip() is None),
}
CLAIMS = {**PDF, **ARCHIVES, **MAIL, **OTHERS}


def samples() -> dict[str, File]:
    """One of each kind that a team may have."""
    page = render_invoice(draw_invoice(Stream(1, "show of files")))
    document = Document(pages=(page,))
    text = File(content=b"My parcel has not arrived.\n", media_type="text/plain; charset=utf-8", filename="ticket.txt")
    return {"PNG": encode(document, "png", "scan"), "PDF": encode(document, "pdf", "scan"), "text": text}


def outcome(op: str, sample: File, folder: Path, missing: set[str]) -> str:
    """One cell of the table: what file says that it is, and whether the op's claim holds."""
    one = all_ops()[op]
    file = one.run(sample, 10 if one.kind == "binary" else 6, Stream(1, "show", op))
    if file == sample:
        return "as it was"
    path = folder / "it"
    path.write_bytes(file.content)
    kind = type_of(path) if "file" not in missing else file.media_type
    tool, claim = CLAIMS.get(op, ("", None))
    if claim is None:
        return kind
    if tool in missing:
        return f"{kind}, {tool} skipped"
    return f"{kind}, {'holds' if claim(path, sample, file) else 'DOES NOT HOLD'}"


def main() -> int:
    """Print the table; 1 where a claim does not hold."""
    warnings.simplefilter("ignore")
    missing = {tool for tool in TOOLS if not shutil.which(tool)}
    for tool in sorted(missing):
        print(f"skipped where it is asked: {tool} is not installed (apt-get install {TOOLS[tool]})")
    names, cells = [name for name in all_ops() if name.split(".")[0] in FAMILIES], list[str]()
    kinds = samples()
    with tempfile.TemporaryDirectory() as folder:
        for op in names:
            row = [outcome(op, sample, Path(folder), missing) for sample in kinds.values()]
            print(f"{op:22} " + " | ".join(f"{cell[-46:]:46}" for cell in row))
            cells += row
    wrong, held = sum("DOES NOT" in cell for cell in cells), sum("holds" in cell for cell in cells)
    skipped = sum("skipped" in cell for cell in cells)
    print(f"{len(names)} ops on files, {held} claims hold before readers of others, {wrong} do not, {skipped} skipped")
    return 1 if wrong or not held else 0


if __name__ == "__main__":
    sys.exit(main())
