"""Reads `winmail.dat` as Outlook's correspondents do. Source: [MS-OXTNEF], sections 2.1.3.1 to 2.1.3.3."""

import struct

from harness.generate.files.mail.tnef import SIGNATURE


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
