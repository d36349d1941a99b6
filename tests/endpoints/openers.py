"""Small services that take an uploaded page or text, each as one would write it in an afternoon.

Each is right on plain files of its kind. The ops on files are tested against these services, and against those of
`openers_pdf` and `openers_wrapped`. An op that breaks none of them is of no use.
"""

import posixpath
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from io import BytesIO
from types import MappingProxyType
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageOps, ImageSequence

from harness.generate.pages.codecs.decode import PDFIUM
from harness.generate.payloads import File, Pixels
from tests.generate.sample_files import page

Opener = Callable[[File], str]
"""Returns the content of a file. It may raise, as a service would crash, and may refuse."""

REFUSED, OTHER = "refused", "other"
LINE = "Total due 119.00"
"""The text on the page of the samples."""

THUMBNAIL, NEAR, LEAST, WHITE = (25, 10), 1.0, 100, 250
DPI, POINTS, MM, NARROW = 200, 72, 25.4, 80
MEMORY = 64 << 20
"""Bytes that the machine of such a service gives it. Nothing larger is opened: what a service would have to allocate
is worked out from the sizes that the file states, and MemoryError stands for the end of the process."""

PNG, PDF = b"\x89PNG\r\n\x1a\n", b"%PDF"
ANNOUNCED = ("scan.png", "scan.jpg", "scan.tif", "scan.pdf", "ticket.txt")
FOLDER, LONGEST = "/srv/uploads", 255


def read(image: Image.Image) -> str:
    """What stands there, in place of OCR: the line where the page looks as it does, too small is read as nothing."""
    if image.height < LEAST:
        return ""
    look = _look(image)
    if look.min() > WHITE:
        return ""
    return LINE if np.abs(look - _known()).mean() < NEAR else OTHER


def _look(image: Image.Image) -> Any:
    return np.asarray(image.resize(THUMBNAIL, Image.Resampling.BOX), dtype=float)


@lru_cache(maxsize=1)
def _known() -> Any:
    return _look(Image.fromarray(page().pixels))


def rendered(content: bytes, number: int = 0) -> Image.Image:
    """Render a page of a PDF."""
    picture: Image.Image = in_pdf(content, lambda pdf: _picture(pdf[number % max(1, len(pdf))]))
    return picture


def _picture(one: Any) -> Any:
    return one.render(scale=DPI / POINTS, grayscale=True).to_pil().copy()


def in_pdf(content: bytes, ask: Callable[[Any], Any]) -> Any:
    with PDFIUM:
        pdf = pypdfium2.PdfDocument(content)
        try:
            return ask(pdf)
        finally:
            pdf.close()


def shown(content: bytes) -> str:
    """A page as it should be opened, for services whose habit lies elsewhere."""
    if content.startswith(PDF):
        return read(rendered(content))
    with Image.open(BytesIO(content)) as image:
        largest = max(ImageSequence.all_frames(image), key=lambda frame: frame.width)
    return read(_in_grey(ImageOps.exif_transpose(largest)))


def _in_grey(image: Image.Image) -> Image.Image:
    """On white where it is transparent, with the upper byte where it has 16 bits."""
    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    return image.convert("L")


def words(content: bytes) -> str:
    """A text as it stands there."""
    return content.decode("utf-8").strip()


OPENING: dict[str, Callable[[bytes], str]] = {
    **dict.fromkeys(("png", "jpg", "tif", "pdf"), shown),
    **dict.fromkeys(("image/png", "image/jpeg", "image/tiff", "application/pdf"), shown),
    **dict.fromkeys(("txt", "text/plain"), words),
}
"""Functions that open a file, by suffix and by media type."""


def by_pillow(file: File) -> str:
    """Pillow alone, in grey: no tag that turns, no transparency, the first frame."""
    return read(Image.open(BytesIO(file.content)).convert("L"))


def as_array(file: File) -> str:
    """The array as it comes, taken for 0 to 255; of several channels the mean of the first three."""
    array = np.asarray(Image.open(BytesIO(file.content)))
    levels: Pixels = (array if array.ndim == 2 else array[..., :3].mean(axis=2)).astype(np.uint8)
    return read(Image.fromarray(levels))


def last_frame(file: File) -> str:
    """Reads the total from the last page."""
    image = Image.open(BytesIO(file.content))
    image.seek(getattr(image, "n_frames", 1) - 1)
    return read(image.convert("L"))


def white_set_right(file: File) -> str:
    """Turns a TIFF over whose tag says that white is zero, though Pillow has done so."""
    image = Image.open(BytesIO(file.content))
    grey = image.convert("L")
    return read(ImageOps.invert(grey) if getattr(image, "tag_v2", {}).get(262) == 0 else grey)


def on_narrow_paper(file: File) -> str:
    """Reads till receipts, and sends wider paper to another desk: by the resolution that the file states."""
    image = Image.open(BytesIO(file.content))
    return shown(file.content) if image.width / image.info["dpi"][0] * MM < NARROW else OTHER


def without_a_limit(file: File) -> str:
    """Opens a PNG of any size, at a byte a pixel; the size is the one that it states."""
    width, height = (int.from_bytes(file.content[at : at + 4], "big") for at in (16, 20))
    if width * height > MEMORY:
        raise MemoryError
    return shown(file.content)


def straight_into_a_pdf(file: File) -> str:
    """Copies the compressed bytes into a PDF as some writers of PDFs do, so it takes the simple forms alone."""
    if file.content.startswith(PNG):
        depth, colours, _, _, interlaced = file.content[24:29]
        return REFUSED if depth > 8 or colours > 3 or interlaced else shown(file.content)
    file.content.index(b"\xff\xc0")  # where a JPEG says how large it is, as most do
    return shown(file.content)


def by_first_bytes(file: File) -> str:
    """What it is by the bytes at fixed places, as imghdr did; a text otherwise."""
    page_like = (PNG, PDF, b"II*\0", b"MM\0*", b"GIF8")
    is_page = file.content.startswith(page_like) or file.content[6:10] in (b"JFIF", b"Exif")
    return (shown if is_page else words)(file.content)


def come_through(file: File) -> str:
    """Refuses a file without the usual end, as after an upload that broke off."""
    ends = (b"\xaeB`\x82", b"\xff\xd9", b"%%EOF", b"%%EOF\n")
    return shown(file.content) if file.content.endswith(ends) else REFUSED


def by_suffix(file: File) -> str:
    """Decides by the text behind the first dot of the name."""
    opening = OPENING.get(file.filename.split(".")[1].lower())
    return opening(file.content) if opening else REFUSED


def by_type(file: File) -> str:
    """Decides by the media type that the sender declares."""
    opening = OPENING.get(file.media_type.split(";")[0])
    return opening(file.content) if opening else REFUSED


def by_last_suffix(file: File) -> str:
    """Decides by the last suffix of the name; anything that is not a page is a text."""
    suffix = file.filename[file.filename.rindex(".") + 1 :]
    return OPENING.get(suffix, words)(file.content)


def sniffing(file: File) -> str:
    """Treats a file with an HTML tag near its start as a web page, as browsers did."""
    if re.search(rb"<(html|script)", file.content[:1024], re.IGNORECASE):
        return re.sub(r"<[^>]*>", "", file.content.decode("latin-1")).strip()
    return shown(file.content)


def announced(file: File) -> str:
    """Accepts only the files on a list of expected names."""
    return by_type(file) if file.filename in ANNOUNCED else REFUSED


def put_into_a_folder(file: File) -> str:
    """Keeps uploads under the names they come with (in a dict here), as a user who may write nowhere else."""
    path, folder = posixpath.normpath(posixpath.join(FOLDER, file.filename)), dict[str, File]()
    check_path(path)
    folder[path] = file
    return by_type(folder[path])


def check_path(path: str) -> None:
    """Raise the error that the system would raise for an invalid path."""
    if "\0" in path:
        raise ValueError("embedded null byte")
    if not path.startswith(f"{FOLDER}/"):
        raise PermissionError(path)
    if len(posixpath.basename(path).encode("utf-8", "surrogatepass")) > LONGEST:
        raise OSError("File name too long")


IMAGES, PAGES = "png jpeg tiff", "png jpeg tiff pdf"
OPENERS: Mapping[Opener, str] = MappingProxyType(
    {
        by_pillow: f"{IMAGES} gif",
        as_array: IMAGES,
        last_frame: IMAGES,
        white_set_right: IMAGES,
        on_narrow_paper: IMAGES,
        without_a_limit: "png",
        straight_into_a_pdf: "png jpeg",
        by_first_bytes: f"{PAGES} gif text",
        come_through: "png jpeg pdf",
        by_suffix: f"{PAGES} text",
        by_type: f"{PAGES} text",
        by_last_suffix: f"{PAGES} text",
        sniffing: f"{PAGES} gif",
        announced: f"{PAGES} text",
        put_into_a_folder: f"{PAGES} text",
    }
)
"""The services, with the kinds of files that each one is for."""
