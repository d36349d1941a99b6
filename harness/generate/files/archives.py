"""The sample in an archive: alone, among others, deep down, locked, twice, or under a name that leads elsewhere.

A service that takes no archives refuses them rightly. The ops whose effect is `kept` are for those that say they do.
"""

from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.files.archive_write import Entry, Packed, called, lock, pack, packed, write_gzip, write_zip, zeros
from harness.generate.files.beside import another_file, is_body, suffix_of, written_as
from harness.generate.payloads import File
from harness.generate.registry import op

ZIP, GZIP = "application/zip", "application/gzip"
PASSWORD = b"Invoice2024"
"""Known to whoever reads this and to no service."""

UNPACKED = 100
"""Megabytes of a bomb when it is unpacked; its archive has about a tenth of one."""

LAYERS = 4
"""Archives around a bomb, each of which holds the next."""

JUNK = (
    ("__MACOSX/._{stem}", b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        "),
    (".DS_Store", b"\x00\x00\x00\x01Bud1"),
    ("Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("desktop.ini", b"[.ShellClassInfo]\r\n"),
)
"""What operating systems put into archives, by its first bytes."""


def _zipped(file: File, entries: list[Entry | Packed]) -> File:
    return file if is_body(file) else written_as(file, write_zip(entries), ZIP, ".zip")


def _own(file: File, folder: str = "") -> Packed:
    return replace(packed(file), name=f"{folder}{file.filename}".encode("utf-8", "replace"))


@op("zip.alone", layer="envelope", kind="switch")
def alone(file: File, severity: int, draw: Stream) -> File:
    """Send the file as the only one in a ZIP archive.

    severity: a switch, 10 alone; at its top or in a folder.
    Source: our own; mail programs and portals pack what they send.
    """
    return _zipped(file, [_own(file, draw.choice(("", "", "invoices/2024/")))])


@op("zip.with_junk", layer="envelope", kind="dose")
def with_junk(file: File, severity: int, draw: Stream) -> File:
    """Send the file in a ZIP archive behind what an operating system added by itself.

    severity: 1 to 10 small files that hold no page: resource forks, folder settings, previews.
    Source: our own; archives from macOS hold a `__MACOSX` entry for each file, with the file's own suffix.
    """
    first = draw.below(len(JUNK))
    junk = [JUNK[(first + k) % len(JUNK)] for k in range(severity)]
    names = [_numbered(name.format(stem=file.filename), k) for k, (name, _) in enumerate(junk)]
    named = [Entry(name=name, content=data) for name, (_, data) in zip(names, junk, strict=True)]
    return _zipped(file, [*named, _own(file)])


def _numbered(name: str, k: int) -> str:
    return name if k < len(JUNK) else f"folder {k // len(JUNK)}/{name}"


@op("zip.nested", layer="envelope", kind="dose")
def nested(file: File, severity: int, draw: Stream) -> File:
    """Send the file in a ZIP archive in a ZIP archive.

    severity: 2 to 11 archives around it.
    Source: our own; people pack what is packed.
    """
    inner = file
    for _ in range(severity + 1):
        inner = _zipped(inner, [Entry(name=inner.filename, content=inner.content)])
    return inner


@op("zip.other_first", layer="envelope", kind="dose", effect="destroyed")
def other_first(file: File, severity: int, draw: Stream) -> File:
    """Send the file in a ZIP archive behind other invoices: older ones in a folder that says so.

    severity: 1 to 10 other invoices, in the order of their names as most programs write them.
    Source: who opens the first entry, or the first that fits, answers for another paper (scireum/sirius-biz#329).
    """
    first = another_file(draw)
    names = [f"archive/2023/{k:02d}-{first.filename}" for k in range(severity)]
    return _zipped(file, [*called(packed(first), names), _own(file)])


@op("zip.one_name_twice", layer="envelope", kind="switch", effect="destroyed")
def one_name_twice(file: File, severity: int, draw: Stream) -> File:
    """Send two files under one name in a ZIP archive, the sample and another invoice, in either order.

    severity: a switch, 10 alone.
    Source: programs take the first or the last of them without a word (microsoft/markitdown#2434, rubyzip/rubyzip#240).
    """
    name = file.filename.encode("utf-8", "replace")
    both: list[Entry | Packed] = [_own(file), replace(packed(another_file(draw)), name=name)]
    return _zipped(file, both[::-1] if draw.below(2) else both)


@op("zip.leads_out", layer="envelope", kind="switch", effect="destroyed")
def leads_out(file: File, severity: int, draw: Stream) -> File:
    """Send the file in a ZIP archive under a name that leads out of the folder it is unpacked to.

    The content is the sample itself: whoever unpacks it there has written a page.
    severity: a switch, 10 alone; upwards, absolute, or with the other slash.
    Source: CWE-22, known as zip slip.
    """
    way = draw.choice(("../../", "../../../../tmp/", "/tmp/", "..\\..\\", "C:\\"))
    return _zipped(file, [_own(file, way)])


@op("zip.link", layer="envelope", kind="switch", effect="destroyed")
def link(file: File, severity: int, draw: Stream) -> File:
    """Put a symbolic link before the file into a ZIP archive; it points to the file beside it and nowhere else.

    severity: a switch, 10 alone.
    Source: APPNOTE 6.3.10 4.4.15 and the mode of Unix in it; who follows links reads files of the server (CWE-61).
    """
    pointing = Entry(name=f"latest{suffix_of(file)}", content=file.filename.encode("utf-8", "replace"), link=True)
    return _zipped(file, [pointing, _own(file)])


@op("zip.many", layer="envelope", kind="dose", effect="destroyed")
def many(file: File, severity: int, draw: Stream) -> File:
    """Send the file in a ZIP archive among many that are empty.

    severity: 100 to 1,000 empty files in ten even steps.
    Source: our own range; folders of a whole year come as one upload.
    """
    at = draw.below(100)
    empty = called(pack(Entry(name="-", content=b"")), [f"notes/{k:04d}.txt" for k in range(100 * severity)])
    return _zipped(file, [*empty[:at], _own(file), *empty[at:]])


@op("zip.locked", layer="envelope", kind="switch", effect="destroyed")
def locked(file: File, severity: int, draw: Stream) -> File:
    """Send the file in a ZIP archive under a password that nobody sent along.

    severity: a switch, 10 alone; the traditional cipher.
    Source: APPNOTE 6.3.10, 6.1; the password comes in another mail, or by telephone.
    """
    return _zipped(file, [lock(_own(file), PASSWORD, draw)])


@op("zip.bomb", layer="envelope", kind="switch", effect="destroyed")
def bomb(file: File, severity: int, draw: Stream) -> File:
    """Put 100 megabytes of zeros beside the file into its archive, packed to a tenth of one.

    severity: a switch, 10 alone.
    Source: CWE-409; the size when unpacked stands in the archive for whoever looks.
    """
    return _zipped(file, [_own(file), zeros(UNPACKED)])


@op("zip.nested_bomb", layer="envelope", kind="switch", effect="destroyed")
def nested_bomb(file: File, severity: int, draw: Stream) -> File:
    """Put the same 100 megabytes five archives deep, so that none but the innermost says how large they are.

    severity: a switch, 10 alone.
    Source: CWE-409; a limit that looks at one archive at a time does not see them.
    """
    content = write_zip([zeros(UNPACKED)])
    for depth in range(LAYERS - 1):
        content = write_zip([Entry(name=f"part{depth}.zip", content=content)])
    return _zipped(file, [_own(file), Entry(name="rest.zip", content=content)])


@op("gzip.alone", layer="envelope", kind="switch")
def gzipped(file: File, severity: int, draw: Stream) -> File:
    """Send the file packed by gzip, under its own name with .gz behind it.

    severity: a switch, 10 alone.
    Source: RFC 1952; exports and logs of other systems come like this.
    """
    if is_body(file):
        return file
    return File(content=write_gzip(file.filename, file.content), media_type=GZIP, filename=f"{file.filename}.gz")
