"""The sample in an archive: alone, among others, nested, locked, twice, or under a name that leaves the folder.

A service that takes no archives is right to reject them. The ops with effect `kept` are for services that take them.
"""

from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.files.archive_write import Entry, Packed, called, lock, pack, packed, write_gzip, write_zip, zeros
from harness.generate.files.beside import another_file, is_body, suffix_of, written_as
from harness.generate.payloads import File
from harness.generate.registry import op

ZIP, GZIP = "application/zip", "application/gzip"
PASSWORD = b"Invoice2024"
"""Documented here, but unknown to the service."""

UNPACKED = 100
"""Unpacked size of a bomb in megabytes; its archive has about 0.1 MB."""

LAYERS = 4
"""Number of nested archives in a nested bomb."""

JUNK = (
    ("__MACOSX/._{stem}", b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        "),
    (".DS_Store", b"\x00\x00\x00\x01Bud1"),
    ("Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("desktop.ini", b"[.ShellClassInfo]\r\n"),
)
"""Files that operating systems add to archives: name and first bytes."""


def _zipped(file: File, entries: list[Entry | Packed]) -> File:
    return file if is_body(file) else written_as(file, write_zip(entries), ZIP, ".zip")


def _own(file: File, folder: str = "") -> Packed:
    return replace(packed(file), name=f"{folder}{file.filename}".encode("utf-8", "replace"))


@op("zip.alone", layer="envelope", kind="binary")
def alone(file: File, severity: int, draw: Stream) -> File:
    """Send the file alone in a ZIP archive.

    severity: binary, 0 or 10; at its top or in a folder.
    Source: our own; mail programs and portals compress what they send.
    """
    return _zipped(file, [_own(file, draw.choice(("", "", "invoices/2024/")))])


@op("zip.with_junk", layer="envelope", kind="graded")
def with_junk(file: File, severity: int, draw: Stream) -> File:
    """Put the files that an operating system adds in front of the file, in one ZIP archive.

    severity: 1 to 10 small files without a page: resource forks, folder settings, previews.
    Source: our own; archives from macOS hold a `__MACOSX` entry for each file, with the file's own suffix.
    """
    first = draw.below(len(JUNK))
    junk = [JUNK[(first + k) % len(JUNK)] for k in range(severity)]
    names = [_numbered(name.format(stem=file.filename), k) for k, (name, _) in enumerate(junk)]
    named = [Entry(name=name, content=data) for name, (_, data) in zip(names, junk, strict=True)]
    return _zipped(file, [*named, _own(file)])


def _numbered(name: str, k: int) -> str:
    return name if k < len(JUNK) else f"folder {k // len(JUNK)}/{name}"


@op("zip.nested", layer="envelope", kind="graded")
def nested(file: File, severity: int, draw: Stream) -> File:
    """Send the file in a ZIP archive inside a ZIP archive.

    severity: 2 to 11 archives around the file.
    Source: our own; people compress files that are already compressed.
    """
    inner = file
    for _ in range(severity + 1):
        inner = _zipped(inner, [Entry(name=inner.filename, content=inner.content)])
    return inner


@op("zip.other_first", layer="envelope", kind="graded", effect="destroyed")
def other_first(file: File, severity: int, draw: Stream) -> File:
    """Put older invoices, in a folder with such a name, in front of the file in a ZIP archive.

    severity: 1 to 10 other invoices, sorted by name as most programs write them.
    Source: a reader that opens the first entry, or the first that fits, reads the wrong paper (scireum/sirius-biz#329).
    """
    first = another_file(draw)
    names = [f"archive/2023/{k:02d}-{first.filename}" for k in range(severity)]
    return _zipped(file, [*called(packed(first), names), _own(file)])


@op("zip.one_name_twice", layer="envelope", kind="binary", effect="destroyed")
def one_name_twice(file: File, severity: int, draw: Stream) -> File:
    """Put the sample and another invoice under the same name into a ZIP archive, in either order.

    severity: binary, 0 or 10.
    Source: programs silently take the first or the last of them (microsoft/markitdown#2434, rubyzip/rubyzip#240).
    """
    name = file.filename.encode("utf-8", "replace")
    both: list[Entry | Packed] = [_own(file), replace(packed(another_file(draw)), name=name)]
    return _zipped(file, both[::-1] if draw.below(2) else both)


@op("zip.leads_out", layer="envelope", kind="binary", effect="destroyed")
def leads_out(file: File, severity: int, draw: Stream) -> File:
    """Send the file in a ZIP archive under a name that points outside the folder of the archive.

    The content is the sample itself. A service that unpacks it to that path writes a page there.
    severity: binary, 0 or 10; a path upwards, an absolute path, or a path with backslashes.
    Source: CWE-22, known as zip slip.
    """
    way = draw.choice(("../../", "../../../../tmp/", "/tmp/", "..\\..\\", "C:\\"))
    return _zipped(file, [_own(file, way)])


@op("zip.link", layer="envelope", kind="binary", effect="destroyed")
def link(file: File, severity: int, draw: Stream) -> File:
    """Put a symbolic link in front of the file in a ZIP archive. It points only to the file itself.

    severity: binary, 0 or 10.
    Source: APPNOTE 6.3.10 4.4.15 with the Unix mode; a service that follows links reads files of its server (CWE-61).
    """
    pointing = Entry(name=f"latest{suffix_of(file)}", content=file.filename.encode("utf-8", "replace"), link=True)
    return _zipped(file, [pointing, _own(file)])


@op("zip.many", layer="envelope", kind="graded", effect="destroyed")
def many(file: File, severity: int, draw: Stream) -> File:
    """Send the file in a ZIP archive among many empty files.

    severity: 100 to 1,000 empty files in ten even steps.
    Source: our own range; people upload the folders of a whole year at once.
    """
    at = draw.below(100)
    empty = called(pack(Entry(name="-", content=b"")), [f"notes/{k:04d}.txt" for k in range(100 * severity)])
    return _zipped(file, [*empty[:at], _own(file), *empty[at:]])


@op("zip.locked", layer="envelope", kind="binary", effect="destroyed")
def locked(file: File, severity: int, draw: Stream) -> File:
    """Send the file in a ZIP archive with a password that the service does not get.

    severity: binary, 0 or 10; the traditional cipher.
    Source: APPNOTE 6.3.10, 6.1; the password comes in another mail, or by phone.
    """
    return _zipped(file, [lock(_own(file), PASSWORD, draw)])


@op("zip.bomb", layer="envelope", kind="binary", effect="destroyed")
def bomb(file: File, severity: int, draw: Stream) -> File:
    """Put 100 megabytes of zeros next to the file in a ZIP archive, compressed to a tenth of a megabyte.

    severity: binary, 0 or 10.
    Source: CWE-409; the archive states the unpacked size.
    """
    return _zipped(file, [_own(file), zeros(UNPACKED)])


@op("zip.nested_bomb", layer="envelope", kind="binary", effect="destroyed")
def nested_bomb(file: File, severity: int, draw: Stream) -> File:
    """Put 100 megabytes of zeros five archives deep. Only the innermost archive states their size.

    severity: binary, 0 or 10.
    Source: CWE-409; a limit that checks one archive at a time does not see them.
    """
    content = write_zip([zeros(UNPACKED)])
    for depth in range(LAYERS - 1):
        content = write_zip([Entry(name=f"part{depth}.zip", content=content)])
    return _zipped(file, [_own(file), Entry(name="rest.zip", content=content)])


@op("gzip.alone", layer="envelope", kind="binary")
def gzipped(file: File, severity: int, draw: Stream) -> File:
    """Send the file compressed by gzip, with .gz after its own name.

    severity: binary, 0 or 10.
    Source: RFC 1952; other systems send exports and logs in this form.
    """
    if is_body(file):
        return file
    return File(content=write_gzip(file.filename, file.content), media_type=GZIP, filename=f"{file.filename}.gz")
