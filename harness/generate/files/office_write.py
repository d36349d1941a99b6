"""The smallest files that a word processor and a spreadsheet accept.

Source: ECMA-376, part 1 (WordprocessingML 17, SpreadsheetML 18, DrawingML 20.4 and 20.5) and part 2 (packages).
"""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from harness.generate.files.archive_write import Entry, write_zip

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
MAIN = "application/vnd.openxmlformats-officedocument"
WIDTH, HEIGHT = 5_760_000, 8_146_000
"""Size of a page's picture in EMU (360,000 per centimetre)."""

Parts = Mapping[str, tuple[str, bytes]]
"""Maps the name of a part in the package to its content type and content."""


def write_docx(lines: Sequence[str], pictures: Sequence[bytes], deleted: Sequence[str] = ()) -> bytes:
    """A document of these lines and pictures (PNG). deleted: lines that a reviewer deleted, not yet accepted."""
    struck = "".join(
        f'<w:p><w:del w:id="{k}" w:author="reviewer"><w:r><w:delText xml:space="preserve">{_plain(line)}</w:delText>'
        "</w:r></w:del></w:p>"
        for k, line in enumerate(deleted)
    )
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{_plain(line)}</w:t></w:r></w:p>' for line in lines)
    drawn = "".join(
        f'<w:p><w:r><w:drawing><wp:inline><wp:extent {_size()}/><wp:docPr id={quoteattr(str(k))} name="page {k}"/>'
        f"{_picture(k)}</wp:inline></w:drawing></w:r></w:p>"
        for k in range(1, len(pictures) + 1)
    )
    spaces = f'xmlns:w="{WORDS}" xmlns:r="{OFFICE}" xmlns:wp="{DRAWING}/wordprocessingDrawing"'
    document = f"<w:document {spaces}><w:body>{struck}{body}{drawn}</w:body></w:document>"
    media = {f"word/media/image{k}.png": ("image/png", one) for k, one in enumerate(pictures, 1)}
    kind = f"{MAIN}.wordprocessingml.document.main+xml"
    return _package(
        {
            "word/document.xml": (kind, _xml(document)),
            "word/_rels/document.xml.rels": ("", _relations(_images(len(pictures), "media"))),
            **media,
        },
        "word/document.xml",
    )


def write_xlsx(rows: Sequence[str], pictures: Sequence[bytes], hidden: Sequence[str] = ()) -> bytes:
    """A sheet with one line per row and the pictures (PNG). hidden: lines of a hidden sheet in front of it."""
    names = [*(["old"] if hidden else []), "Sheet1"]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{k}"{_state(name)} r:id="rId{k}"/>' for k, name in enumerate(names, 1)
    )
    book = f'<workbook xmlns="{SHEETS}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    parts: dict[str, tuple[str, bytes]] = {"xl/workbook.xml": (f"{MAIN}.spreadsheetml.sheet.main+xml", _xml(book))}
    related = {f"rId{k}": ("worksheet", f"worksheets/sheet{k}.xml") for k in range(1, len(names) + 1)}
    parts["xl/_rels/workbook.xml.rels"] = ("", _relations(related))
    for k, name in enumerate(names, 1):
        shown = name == "Sheet1"
        parts |= _sheet(k, rows if shown else hidden, pictures if shown else ())
    return _package(parts, "xl/workbook.xml")


def _state(name: str) -> str:
    return ' state="hidden"' if name == "old" else ""


def _sheet(number: int, rows: Sequence[str], pictures: Sequence[bytes]) -> Parts:
    cells = "".join(
        f'<row r="{k}"><c r="A{k}" t="inlineStr"><is><t xml:space="preserve">{_plain(row)}</t></is></c></row>'
        for k, row in enumerate(rows, 1)
    )
    drawing = '<drawing r:id="rId1"/>' if pictures else ""
    spaces = f'xmlns="{SHEETS}" xmlns:r="{OFFICE}"'
    sheet = f"<worksheet {spaces}><sheetData>{cells}</sheetData>{drawing}</worksheet>"
    parts = {f"xl/worksheets/sheet{number}.xml": (f"{MAIN}.spreadsheetml.worksheet+xml", _xml(sheet))}
    if not pictures:
        return parts
    related = {"rId1": ("drawing", "../drawings/drawing1.xml")}
    placed = "".join(_placed(k) for k in range(1, len(pictures) + 1))
    drawn = f'<xdr:wsDr xmlns:xdr="{DRAWING}/spreadsheetDrawing" xmlns:r="{OFFICE}">{placed}</xdr:wsDr>'
    return {
        **parts,
        f"xl/worksheets/_rels/sheet{number}.xml.rels": ("", _relations(related)),
        "xl/drawings/drawing1.xml": (f"{MAIN}.drawing+xml", _xml(drawn)),
        "xl/drawings/_rels/drawing1.xml.rels": ("", _relations(_images(len(pictures), "../media"))),
        **{f"xl/media/image{k}.png": ("image/png", one) for k, one in enumerate(pictures, 1)},
    }


def _placed(number: int) -> str:
    return (
        '<xdr:absoluteAnchor><xdr:pos x="0" y="0"/>'
        f"<xdr:ext {_size()}/>{_picture(number, 'xdr')}<xdr:clientData/></xdr:absoluteAnchor>"
    )


def _picture(number: int, prefix: str = "pic") -> str:
    """A picture of the package, by its relation, in its size."""
    named = f'<{prefix}:cNvPr id="{number}" name="page {number}"/><{prefix}:cNvPicPr/>'
    related = f"<{prefix}:nvPicPr>{named}</{prefix}:nvPicPr>"
    fill = f'<{prefix}:blipFill><a:blip r:embed="rId{number}"/><a:stretch><a:fillRect/></a:stretch></{prefix}:blipFill>'
    shape = (
        f'<{prefix}:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {_size()}/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></{prefix}:spPr>'
    )
    drawing = f'xmlns:a="{DRAWING}/main"'
    if prefix == "xdr":
        return f"<xdr:pic {drawing}>{related}{fill}{shape}</xdr:pic>"
    pic = f'<pic:pic xmlns:pic="{DRAWING}/picture">{related}{fill}{shape}</pic:pic>'
    return f'<a:graphic {drawing}><a:graphicData uri="{DRAWING}/picture">{pic}</a:graphicData></a:graphic>'


def _size() -> str:
    return f'cx="{WIDTH}" cy="{HEIGHT}"'


def _images(count: int, folder: str) -> dict[str, tuple[str, str]]:
    return {f"rId{k}": ("image", f"{folder}/image{k}.png") for k in range(1, count + 1)}


def _relations(related: Mapping[str, tuple[str, str]]) -> bytes:
    listed = "".join(
        f'<Relationship Id="{one}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for one, (kind, target) in related.items()
    )
    return _xml(f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>')


def _package(parts: Parts, main: str) -> bytes:
    kinds = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, (kind, _) in parts.items()
        if kind and not name.endswith(".png")
    )
    types = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{kinds}</Types>'
    )
    first = [
        Entry(name="[Content_Types].xml", content=_xml(types)),
        Entry(name="_rels/.rels", content=_relations({"rId1": ("officeDocument", main)})),
    ]
    return write_zip([*first, *(Entry(name=name, content=content) for name, (_, content) in parts.items())])


def _xml(text: str) -> bytes:
    return (HEAD + text).encode("utf-8", "replace")


def _plain(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return escape("".join(c for c in text if c in "\t" or (c >= " " and c not in "\ufffe\uffff")))
