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
from harness.generate.registry import OpRow, Run, op, op_table

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


def _writing(write: Write) -> Run:
    return lambda file, severity, draw: _rewritten(file, write)


op_table(
    layer="serialise",
    kind="binary",
    scale="binary, 0 or 10.",
    rows=(
        OpRow(
            name="container.cmyk",
            summary="Write the page as a CMYK JPEG, as publishing software exports it.",
            source="ITU T.872 (JPEG for print); readers that assume three channels fail on the fourth (our own).",
            run=_writing(odd_files.four_colours),
        ),
        OpRow(
            name="container.progressive",
            summary="Write the page as a progressive JPEG, as web services do to make files smaller.",
            source="ITU T.81, annex G.",
            run=_writing(odd_files.progressive),
        ),
        OpRow(
            name="container.deep",
            summary="Write the page as a PNG with 16 bits per pixel, as archive scanners do.",
            source=(
                "PNG (third edition) 11.2.1; a reader that takes the first byte of each pair for a pixel sees"
                " noise (our own)."
            ),
            run=_writing(odd_files.deep),
        ),
        OpRow(
            name="container.bilevel",
            summary="Write the page as a PNG with one bit per pixel, split in the middle between ink and paper.",
            source="PNG (third edition) 11.2.1; the text mode of scanners.",
            run=_writing(odd_files.one_bit),
        ),
        OpRow(
            name="container.interlaced",
            summary="Write the page as an interlaced PNG, in the seven passes of Adam7.",
            source="PNG (third edition) 8.2.",
            run=_writing(odd_files.interlaced),
        ),
        OpRow(
            name="container.palette",
            summary="Write the page as a PNG with a palette of 16 greys and transparent paper.",
            source="PNG (third edition) 11.3.1; a reader that drops the transparency sees nothing on black (our own).",
            run=_writing(odd_files.with_palette),
        ),
        OpRow(
            name="container.transparent",
            summary="Write the page as black ink on transparent paper, as signing and whiteboard apps export it.",
            source="PNG (third edition) 13.16; a reader that drops the alpha channel sees a black page (our own).",
            run=_writing(odd_files.ink_alone),
        ),
        OpRow(
            name="container.inverted",
            summary="Write the page as a TIFF in which white is zero.",
            source="TIFF 6.0, PhotometricInterpretation; readers ignore it (image-rs/image-tiff#229).",
            run=_writing(odd_files.inverted),
        ),
        OpRow(
            name="container.no_dpi",
            summary="Write the page without its resolution, as messengers and web forms do.",
            source="pages without a resolution were read as empty (tesseract-ocr/tesseract#756).",
            run=_writing(odd_files.without_dpi),
        ),
        OpRow(
            name="container.wrong_dpi",
            summary="Write the page with 72 dpi, whatever its true resolution is.",
            source=(
                "the same as without a resolution (tesseract-ocr/tesseract#756); software writes 72 if it knows none."
            ),
            run=_writing(odd_files.with_dpi_of_a_screen),
        ),
        OpRow(
            name="container.preview_first",
            summary="Put a small preview of the page, marked as such, before it into a TIFF.",
            source=(
                "TIFF 6.0, NewSubfileType 1; cameras and scanners write it; a reader that opens the first "
                "frame gets a thumbnail."
            ),
            run=_writing(odd_files.after_a_preview),
        ),
        OpRow(
            name="container.animated",
            summary="Write the page as the first frame of an animated PNG with a white second frame.",
            source="PNG (third edition) 4.9; screen recorders and messengers write them.",
            run=_writing(odd_files.then_white),
        ),
        OpRow(
            name="container.giant",
            effect="destroyed",
            summary=(
                "Put the page into the corner of a white PNG of 30,000 x 30,000 pixels: a small file, 900 MB "
                "when decoded."
            ),
            source=(
                "scans of that size stop document stores (paperless-ngx/paperless-ngx#5955, ocrmypdf/OCRmyPDF#1104)."
            ),
            run=_writing(odd_files.giant),
        ),
    ),
)
