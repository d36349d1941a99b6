"""`winmail.dat`, Outlook's format for attachments. Source: [MS-OXTNEF], sections 2.1.3.1 to 2.1.3.3."""

import struct
from collections.abc import Iterator

SIGNATURE = 0x223E9F78
MESSAGE, ATTACHMENT = 1, 2
VERSION, CODE_PAGE, CLASS = 0x00089006, 0x00069007, 0x00078008
RENDER, TITLE, DATA = 0x00069002, 0x00018010, 0x0006800F
FILE_BY_VALUE = struct.pack("<HLHHL", 1, 0xFFFFFFFF, 32, 32, 0)


def write_tnef(name: str, content: bytes) -> bytes:
    """A stream with one file under its name."""
    return struct.pack("<LH", SIGNATURE, 1) + b"".join(_attributes(name, content))


def _attributes(name: str, content: bytes) -> Iterator[bytes]:
    title = name.encode("cp1252", "replace") + b"\0"
    yield _attribute(MESSAGE, VERSION, struct.pack("<L", 0x00010000))
    yield _attribute(MESSAGE, CODE_PAGE, struct.pack("<2L", 1252, 0))
    yield _attribute(MESSAGE, CLASS, b"IPM.Microsoft Mail.Note\0")
    yield _attribute(ATTACHMENT, RENDER, FILE_BY_VALUE)
    yield _attribute(ATTACHMENT, TITLE, title)
    yield _attribute(ATTACHMENT, DATA, content)


def _attribute(level: int, attribute: int, value: bytes) -> bytes:
    return struct.pack("<BLL", level, attribute, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)
