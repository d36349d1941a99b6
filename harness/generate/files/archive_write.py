"""ZIP and gzip archives with the same bytes everywhere: no clock, no user, no order except the given one.

Source: APPNOTE 6.3.10, 4.3.7 to 4.3.16 (records), 4.4.15 (modes of Unix) and 6.1 (the traditional cipher).
"""

import gzip
import stat
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO

from harness.core.seed import Stream
from harness.generate.files.ciphers import zip_cipher
from harness.generate.payloads import File

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
UNIX, VERSION, DEFLATED = 3, 20, 8
LOCKED, UTF8 = 0x0001, 0x0800
DAY_ONE = 33
"""1 January 1980 in the date format of ZIP."""

MEGABYTE = 1 << 20
LEVEL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file in an archive. link: the content is the name of another file to which the link points."""

    name: str
    content: bytes
    link: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A packed file. check: CRC-32 of the unpacked content, which has `size` bytes."""

    name: bytes
    data: bytes
    check: int
    size: int
    mode: int = stat.S_IFREG | 0o644
    flags: int = 0


def write_zip(entries: Iterable[Entry | Packed]) -> bytes:
    """An archive of the entries in this order, deflated. A name may appear twice and may point anywhere."""
    out, central, count = bytearray(), b"", 0
    for count, entry in enumerate(entries, 1):  # noqa: B007
        one = pack(entry) if isinstance(entry, Entry) else entry
        header = _header(one)
        mode = struct.pack("<3H2L", 0, 0, 0, one.mode << 16, len(out))
        central += CENTRAL + struct.pack("<H", UNIX << 8 | VERSION) + header + mode + one.name
        out += LOCAL + header + one.name + one.data
    return bytes(out) + central + END + struct.pack("<4H2LH", 0, 0, count, count, len(central), len(out), 0)


def _header(one: Packed) -> bytes:
    """The header fields that the local header and the directory share."""
    sizes = (one.check, len(one.data), one.size, len(one.name), 0)
    return struct.pack("<5H3L2H", VERSION, one.flags, DEFLATED, 0, DAY_ONE, *sizes)


def pack(entry: Entry) -> Packed:
    """The entry deflated."""
    name = entry.name.encode("utf-8", "replace")
    return Packed(
        name=name,
        data=zlib.compress(entry.content, LEVEL)[2:-4],  # without the header and checksum of zlib
        check=zlib.crc32(entry.content),
        size=len(entry.content),
        mode=stat.S_IFLNK | 0o777 if entry.link else stat.S_IFREG | 0o644,
        flags=0 if name.isascii() else UTF8,
    )


@lru_cache(maxsize=8)
def packed(file: File) -> Packed:
    """A file as an entry under its own name. Cached, because the same file accompanies many samples."""
    return pack(Entry(name=file.filename, content=file.content))


def called(one: Packed, names: Iterable[str]) -> list[Packed]:
    """The same file once under each of these ASCII names."""
    return [replace(one, name=name.encode("ascii")) for name in names]


def lock(one: Packed, password: bytes, draw: Stream) -> Packed:
    """The file under the traditional cipher, after the twelve bytes that verify a password."""
    start = draw.array_bytes(11).tobytes() + bytes([one.check >> 24])
    return replace(one, data=zip_cipher(password, start + one.data), flags=one.flags | LOCKED)


@lru_cache(maxsize=1)
def zeros(megabytes: int) -> Packed:
    """`megabytes` of zeros, compressed to a thousandth. Created once, on first use."""
    return pack(Entry(name="rest.bin", content=bytes(megabytes * MEGABYTE)))


def write_gzip(name: str, content: bytes) -> bytes:
    """The file compressed by gzip, with its name."""
    out = BytesIO()
    with gzip.GzipFile(name, "wb", LEVEL, out, mtime=0) as packed:
        packed.write(content)
    return out.getvalue()
