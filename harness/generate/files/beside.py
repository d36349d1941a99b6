"""What accompanies a sample in a mail or an archive: other papers, and the sample's own pages and name."""

from dataclasses import replace
from functools import lru_cache

from harness.core.errors import SampleError
from harness.core.seed import Stream
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.payloads import Document, File, Page

OTHERS = 6
"""Number of other papers: too many for a constant answer to be right, few enough to be rendered only once."""

KEPT = 4
"""Number of samples whose last generated form is cached."""

BODY = "application/json"
"""Media type of a record, or of a text in a request: the body itself, not a file that could be attached or archived."""


def another_page(draw: Stream) -> Page:
    """An invoice other than the sample, with a box for every word."""
    return other_page(draw.below(OTHERS))


def another_file(draw: Stream) -> File:
    """The invoice as a PNG."""
    return other_file(draw.below(OTHERS))


@lru_cache(maxsize=OTHERS)
def other_page(number: int) -> Page:
    """The paper with this number."""
    return render_invoice(draw_invoice(Stream(0, "another paper", number)))


@lru_cache(maxsize=OTHERS)
def other_file(number: int) -> File:
    """The paper as a PNG."""
    return encode(Document(pages=(other_page(number),)), "png", f"{20230000 + 417 * (number + 1)}")


def lines_of(page: Page) -> list[str]:
    """The words of a page line by line, as a person would copy them."""
    lines: list[tuple[float, list[str]]] = []
    for word in page.words:
        if not lines or abs(lines[-1][0] - word.quad[1]) > 4:
            lines.append((word.quad[1], []))
        lines[-1][1].append(word.text)
    return [" ".join(words) for _, words in lines]


@lru_cache(maxsize=KEPT)
def pages_of(file: File) -> tuple[Page, ...]:
    """The pages of the file; none if it cannot be read or has no pages. Cached, because many cases use one sample."""
    try:
        return decode(file).pages
    except SampleError:
        return ()


def stem_of(file: File) -> str:
    """The name without its suffix."""
    return file.filename.rpartition(".")[0] or file.filename


def suffix_of(file: File) -> str:
    """The suffix with its dot, or "" if there is none."""
    return file.filename.removeprefix(stem_of(file))


def is_body(file: File) -> bool:
    """Whether the file is a request body, which cannot be embedded."""
    return file.media_type == BODY


def is_text(file: File) -> bool:
    """Whether the file is text and not pages."""
    return file.media_type.startswith("text/plain")


def written_as(file: File, content: bytes, media_type: str, suffix: str) -> File:
    """The file with other bytes, its own name and this suffix."""
    return replace(file, content=content, media_type=media_type, filename=f"{stem_of(file)}{suffix}")
