"""Small services that take a PDF, each as one would write it in an afternoon, and right on a plain PDF."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from PIL import Image

from harness.generate.payloads import File
from tests.endpoints.openers import (
    DPI,
    MEMORY,
    MM,
    NARROW,
    OTHER,
    POINTS,
    REFUSED,
    Opener,
    in_pdf,
    read,
    rendered,
    shown,
)


def on_narrow_sheets(file: File) -> str:
    """Reads till receipts, and sends wider paper to another desk: by the right edge, as the left one is at zero."""
    right = in_pdf(file.content, lambda pdf: pdf[0].get_mediabox()[2])
    return shown(file.content) if right / POINTS * MM < NARROW else OTHER


def first_page(file: File) -> str:
    """The first page as PDFium shows it, whatever else is in the file."""
    return read(rendered(file.content))


def last_page(file: File) -> str:
    """Reads the total from the last page of a PDF."""
    return read(rendered(file.content, -1))


def text_layer(file: File) -> str:
    """Trusts the text layer of a PDF, and renders the page only if there is none."""
    text: str = in_pdf(file.content, lambda pdf: pdf[0].get_textpage().get_text_range())
    return text.strip() or shown(file.content)


def none_encrypted(file: File) -> str:
    """Refuses every encrypted PDF, as if all of them needed a password."""
    return REFUSED if b"/Encrypt" in file.content else shown(file.content)


def attached_first(file: File) -> str:
    """Reads electronic invoices, whose figures are attached to the PDF; other PDFs as they look."""
    if b"/Names" not in file.content:
        return shown(file.content)
    if b"/EmbeddedFiles" not in file.content:
        raise KeyError("/EmbeddedFiles")  # as a PDF dictionary does for a missing key
    return shown(in_pdf(file.content, lambda pdf: bytes(pdf.get_attachment(0).get_data())))


def all_pages_first(file: File) -> str:
    """Renders every page before it reads the first, in the sizes that the file states."""
    sizes = in_pdf(file.content, lambda pdf: [pdf.get_page_size(k) for k in range(len(pdf))])
    if sum(width * height for width, height in sizes) * (DPI / POINTS) ** 2 > MEMORY:
        raise MemoryError
    return shown(file.content)


def laid_flat(file: File) -> str:
    """All slips are wide, so it turns those that stand: by the sheet, before the turn that the page asks for."""
    left, below, right, above = in_pdf(file.content, lambda pdf: pdf[0].get_mediabox())
    picture = rendered(file.content)
    return read(picture.transpose(Image.Transpose.ROTATE_90) if above - below > right - left else picture)


def by_page_tree(file: File) -> str:
    """Walks the tree itself to see that the first sheet is narrow; an object is where it is first found."""
    found: dict[int, bytes] = {}
    for one in re.finditer(rb"(?<!\d)(\d+) 0 obj(.*?)endobj", file.content, re.DOTALL):
        found.setdefault(int(one[1]), one[2])
    sheets = list(_sheets(found, int(re.findall(rb"/Pages (\d+) 0 R", file.content)[-1])))
    return shown(file.content) if sheets[0] / POINTS * MM < NARROW else OTHER


def _sheets(found: dict[int, bytes], number: int) -> Iterator[float]:
    kids = re.search(rb"/Kids ?\[(.*?)\]", found[number], re.DOTALL)
    if box := re.search(rb"/MediaBox ?\[ ?\S+ \S+ (\S+)", found[number]):
        yield float(box[1])
    for kid in re.findall(rb"(\d+) 0 R", kids[1] if kids else b""):
        yield from _sheets(found, int(kid))


def by_table(file: File) -> str:
    """Goes to the catalogue by the table of objects, as the file says where they are."""
    start = int(re.findall(rb"startxref\s+(\d+)", file.content)[-1])
    places = re.findall(rb"(\d{10}) \d{5} n", file.content[start:])
    if not all(re.match(rb"\d+ 0 obj", file.content[int(place) :]) for place in places):
        raise ValueError("no object where one should be")
    return shown(file.content)


PDF_OPENERS: Mapping[Opener, str] = MappingProxyType(
    dict.fromkeys(
        (
            on_narrow_sheets,
            first_page,
            last_page,
            text_layer,
            none_encrypted,
            attached_first,
            all_pages_first,
            laid_flat,
            by_page_tree,
            by_table,
        ),
        "pdf",
    )
)
"""The services, with the kind of file that each one is for."""
