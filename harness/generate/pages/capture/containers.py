"""The same page in a file that readers seldom meet: turned by a tag, in other colours, with other claims about itself.

What a viewer shows stays the page. A file of several pages, and one that cannot be read, stays as it is.
"""

from collections.abc import Callable
from dataclasses import replace

from harness.core.errors import SampleError
from harness.core.seed import Stream
from harness.generate.pages.codecs import odd_files
from harness.generate.pages.codecs.decode import decode
from harness.generate.payloads import File, Page
from harness.generate.registry import op

Write = Callable[[Page], odd_files.Written]


@op("container.exif_turned", layer="serialise", kind="switch")
def exif_turned(file: File, severity: int, draw: Stream) -> File:
    """Store the page on its side or on its head as a JPEG, with the tag that tells a viewer to turn it back.

    severity: a switch, 10 alone; the orientation is 3, 6 or 8, as telephones write them.
    Source: EXIF 2.32, tag 0x0112; a page of orientation 6 was read with 91 % of its characters wrong and without an
    error by a reader that looks at pixels alone (our own measurement with Tesseract 5.3).
    """
    orientation = draw.choice((3, 6, 8))
    return _rewritten(file, lambda page: odd_files.oriented(page, orientation))


@op("container.exif_mirrored", layer="serialise", kind="switch")
def exif_mirrored(file: File, severity: int, draw: Stream) -> File:
    """Store the page mirrored as a JPEG, with the tag that tells a viewer to mirror it back.

    severity: a switch, 10 alone; the orientation is 2, 4, 5 or 7, as front cameras and scanners write them.
    Source: EXIF 2.32, tag 0x0112.
    """
    orientation = draw.choice((2, 4, 5, 7))
    return _rewritten(file, lambda page: odd_files.oriented(page, orientation))


@op("container.cmyk", layer="serialise", kind="switch")
def cmyk(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a JPEG in the four colours of print, as publishing software exports it.

    severity: a switch, 10 alone.
    Source: ITU T.872 (JPEG for print); readers that take three channels for granted fail on the fourth (our own).
    """
    return _rewritten(file, odd_files.four_colours)


@op("container.progressive", layer="serialise", kind="switch")
def progressive(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a progressive JPEG, as web services do to make files smaller.

    severity: a switch, 10 alone.
    Source: ITU T.81, annex G.
    """
    return _rewritten(file, odd_files.progressive)


@op("container.deep", layer="serialise", kind="switch")
def deep(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a PNG with 16 bits a pixel, as scanners for archives do.

    severity: a switch, 10 alone.
    Source: PNG (third edition) 11.2.1; who takes the first byte of each pair for a pixel sees noise (our own).
    """
    return _rewritten(file, odd_files.deep)


@op("container.bilevel", layer="serialise", kind="switch")
def bilevel(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a PNG with one bit a pixel, split in the middle between ink and paper.

    severity: a switch, 10 alone.
    Source: PNG (third edition) 11.2.1; scanners in their setting for text.
    """
    return _rewritten(file, odd_files.one_bit)


@op("container.interlaced", layer="serialise", kind="switch")
def interlaced(file: File, severity: int, draw: Stream) -> File:
    """Write the page as an interlaced PNG, in the seven passes of Adam7.

    severity: a switch, 10 alone.
    Source: PNG (third edition) 8.2.
    """
    return _rewritten(file, odd_files.interlaced)


@op("container.palette", layer="serialise", kind="switch")
def palette(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a PNG with a palette of 16 greys, its paper transparent.

    severity: a switch, 10 alone.
    Source: PNG (third edition) 11.3.1; on black, where a reader drops the transparency, nothing is left (our own).
    """
    return _rewritten(file, odd_files.with_palette)


@op("container.transparent", layer="serialise", kind="switch")
def transparent(file: File, severity: int, draw: Stream) -> File:
    """Write the page as black ink on transparent paper, as signing and whiteboard apps export it.

    severity: a switch, 10 alone.
    Source: PNG (third edition) 13.16; a reader that drops the alpha channel sees a black page (our own).
    """
    return _rewritten(file, odd_files.ink_alone)


@op("container.inverted", layer="serialise", kind="switch")
def inverted(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a TIFF in which white is zero.

    severity: a switch, 10 alone.
    Source: TIFF 6.0, PhotometricInterpretation; readers ignore it (image-rs/image-tiff#229).
    """
    return _rewritten(file, odd_files.inverted)


@op("container.no_dpi", layer="serialise", kind="switch")
def no_dpi(file: File, severity: int, draw: Stream) -> File:
    """Write the page without its resolution, as messengers and web forms do.

    severity: a switch, 10 alone.
    Source: pages without a resolution were read as empty (tesseract-ocr/tesseract#756).
    """
    return _rewritten(file, odd_files.without_dpi)


@op("container.wrong_dpi", layer="serialise", kind="switch")
def wrong_dpi(file: File, severity: int, draw: Stream) -> File:
    """Write the page with 72 dots an inch, whatever it has.

    severity: a switch, 10 alone.
    Source: the same as without one (tesseract-ocr/tesseract#756); 72 is what software writes that knows none.
    """
    return _rewritten(file, odd_files.with_dpi_of_a_screen)


@op("container.preview_first", layer="serialise", kind="switch")
def preview_first(file: File, severity: int, draw: Stream) -> File:
    """Put a small preview of the page before it into a TIFF, marked as one.

    severity: a switch, 10 alone.
    Source: TIFF 6.0, NewSubfileType 1; cameras and scanners write it, and who opens the first frame reads a stamp.
    """
    return _rewritten(file, odd_files.after_a_preview)


@op("container.animated", layer="serialise", kind="switch")
def animated(file: File, severity: int, draw: Stream) -> File:
    """Write the page as the first frame of an animated PNG whose second is white.

    severity: a switch, 10 alone.
    Source: PNG (third edition) 4.9; screen recorders and messengers write them.
    """
    return _rewritten(file, odd_files.then_white)


@op("container.giant", layer="serialise", kind="switch", effect="destroyed")
def giant(file: File, severity: int, draw: Stream) -> File:
    """Put the page into the corner of a white PNG of 30,000 x 30,000 pixels: small as a file, 900 MB when it is opened.

    severity: a switch, 10 alone.
    Source: scans of that size stop document stores (paperless-ngx/paperless-ngx#5955, ocrmypdf/OCRmyPDF#1104).
    """
    return _rewritten(file, odd_files.giant)


def _rewritten(file: File, write: Write) -> File:
    try:
        pages = decode(file).pages
    except SampleError:
        return file
    if len(pages) != 1:
        return file
    content, suffix = write(pages[0])
    stem = file.filename.rpartition(".")[0] or file.filename
    return replace(file, content=content, media_type=odd_files.MEDIA_TYPES[suffix], filename=f"{stem}{suffix}")
