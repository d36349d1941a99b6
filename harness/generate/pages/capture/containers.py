"""The same page in unusual files: turned by a tag, in other colours, with wrong metadata.

A viewer still shows the page. A file of several pages, or one that cannot be read, stays unchanged.
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


@op("container.exif_turned", layer="serialise", kind="binary")
def exif_turned(file: File, severity: int, draw: Stream) -> File:
    """Store the page sideways or upside down as a JPEG, with the orientation tag that a viewer needs to turn it back.

    severity: binary, 0 or 10; the orientation is 3, 6 or 8, as phones write them.
    Source: EXIF 2.32, tag 0x0112; a reader that ignores the tag got 91 % of the characters wrong on a page of
    orientation 6, without an error (our own measurement with Tesseract 5.3).
    """
    orientation = draw.choice((3, 6, 8))
    return _rewritten(file, lambda page: odd_files.oriented(page, orientation))


@op("container.exif_mirrored", layer="serialise", kind="binary")
def exif_mirrored(file: File, severity: int, draw: Stream) -> File:
    """Store the page mirrored as a JPEG, with the orientation tag that a viewer needs to mirror it back.

    severity: binary, 0 or 10; the orientation is 2, 4, 5 or 7, as front cameras and scanners write them.
    Source: EXIF 2.32, tag 0x0112.
    """
    orientation = draw.choice((2, 4, 5, 7))
    return _rewritten(file, lambda page: odd_files.oriented(page, orientation))


@op("container.cmyk", layer="serialise", kind="binary")
def cmyk(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a CMYK JPEG, as publishing software exports it.

    severity: binary, 0 or 10.
    Source: ITU T.872 (JPEG for print); readers that assume three channels fail on the fourth (our own).
    """
    return _rewritten(file, odd_files.four_colours)


@op("container.progressive", layer="serialise", kind="binary")
def progressive(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a progressive JPEG, as web services do to make files smaller.

    severity: binary, 0 or 10.
    Source: ITU T.81, annex G.
    """
    return _rewritten(file, odd_files.progressive)


@op("container.deep", layer="serialise", kind="binary")
def deep(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a PNG with 16 bits per pixel, as archive scanners do.

    severity: binary, 0 or 10.
    Source: PNG (third edition) 11.2.1; a reader that takes the first byte of each pair for a pixel sees noise (our
    own).
    """
    return _rewritten(file, odd_files.deep)


@op("container.bilevel", layer="serialise", kind="binary")
def bilevel(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a PNG with one bit per pixel, split in the middle between ink and paper.

    severity: binary, 0 or 10.
    Source: PNG (third edition) 11.2.1; the text mode of scanners.
    """
    return _rewritten(file, odd_files.one_bit)


@op("container.interlaced", layer="serialise", kind="binary")
def interlaced(file: File, severity: int, draw: Stream) -> File:
    """Write the page as an interlaced PNG, in the seven passes of Adam7.

    severity: binary, 0 or 10.
    Source: PNG (third edition) 8.2.
    """
    return _rewritten(file, odd_files.interlaced)


@op("container.palette", layer="serialise", kind="binary")
def palette(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a PNG with a palette of 16 greys and transparent paper.

    severity: binary, 0 or 10.
    Source: PNG (third edition) 11.3.1; a reader that drops the transparency sees nothing on black (our own).
    """
    return _rewritten(file, odd_files.with_palette)


@op("container.transparent", layer="serialise", kind="binary")
def transparent(file: File, severity: int, draw: Stream) -> File:
    """Write the page as black ink on transparent paper, as signing and whiteboard apps export it.

    severity: binary, 0 or 10.
    Source: PNG (third edition) 13.16; a reader that drops the alpha channel sees a black page (our own).
    """
    return _rewritten(file, odd_files.ink_alone)


@op("container.inverted", layer="serialise", kind="binary")
def inverted(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a TIFF in which white is zero.

    severity: binary, 0 or 10.
    Source: TIFF 6.0, PhotometricInterpretation; readers ignore it (image-rs/image-tiff#229).
    """
    return _rewritten(file, odd_files.inverted)


@op("container.no_dpi", layer="serialise", kind="binary")
def no_dpi(file: File, severity: int, draw: Stream) -> File:
    """Write the page without its resolution, as messengers and web forms do.

    severity: binary, 0 or 10.
    Source: pages without a resolution were read as empty (tesseract-ocr/tesseract#756).
    """
    return _rewritten(file, odd_files.without_dpi)


@op("container.wrong_dpi", layer="serialise", kind="binary")
def wrong_dpi(file: File, severity: int, draw: Stream) -> File:
    """Write the page with 72 dpi, whatever its true resolution is.

    severity: binary, 0 or 10.
    Source: the same as without a resolution (tesseract-ocr/tesseract#756); software writes 72 if it knows none.
    """
    return _rewritten(file, odd_files.with_dpi_of_a_screen)


@op("container.preview_first", layer="serialise", kind="binary")
def preview_first(file: File, severity: int, draw: Stream) -> File:
    """Put a small preview of the page, marked as such, before it into a TIFF.

    severity: binary, 0 or 10.
    Source: TIFF 6.0, NewSubfileType 1; cameras and scanners write it; a reader that opens the first frame gets a
    thumbnail.
    """
    return _rewritten(file, odd_files.after_a_preview)


@op("container.animated", layer="serialise", kind="binary")
def animated(file: File, severity: int, draw: Stream) -> File:
    """Write the page as the first frame of an animated PNG with a white second frame.

    severity: binary, 0 or 10.
    Source: PNG (third edition) 4.9; screen recorders and messengers write them.
    """
    return _rewritten(file, odd_files.then_white)


@op("container.giant", layer="serialise", kind="binary", effect="destroyed")
def giant(file: File, severity: int, draw: Stream) -> File:
    """Put the page into the corner of a white PNG of 30,000 x 30,000 pixels: a small file, 900 MB when decoded.

    severity: binary, 0 or 10.
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
