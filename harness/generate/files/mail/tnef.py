"""`winmail.dat`: the form in which Outlook sends what it attached. Source: [MS-OXTNEF], sections 2.1.3.1 to 2.1.3.3."""

import struct
from collections.abc import Iterator

SIGNATURE = 0x223E9F78
MESSAGE, ATTACHMENT = 1, 2
VERSION, CODE_PAGE, CLASS = 0x00089006, 0x00069007, 0x00078008
RENDER, TITLE, DATA = 0x00069002, 0x00018010, 0x0006800F
FILE_BY_VALUE = struct.pack("<HLHHL", 1, 0xFFFFFFFF, 32, 32, 0)


def write_tnef(name: str, content: bytes) -> bytes:
    """A stream that holds one file under its name."""
    return struct.pack("<LH", SIGNATURE, 1) + b"".join(_attributes(name, content))


def read_tnef(stream: bytes) -> dict[int, bytes]:
    """The last value of each attribute, by its id; ValueError where the stream is none or a sum does not fit."""
    if struct.unpack_from("<L", stream)[0] != SIGNATURE:
        raise ValueError("no TNEF")
    found, at = dict[int, bytes](), 6
    while at < len(stream):
        _, attribute, length = struct.unpack_from("<BLL", stream, at)
        value = stream[at + 9 : at + 9 + length]
        if struct.unpack_from("<H", stream, at + 9 + length)[0] != sum(value) & 0xFFFF:
            raise ValueError(f"the sum of {attribute:#010x} does not fit")
        found[attribute], at = value, at + 11 + length
    return found


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
