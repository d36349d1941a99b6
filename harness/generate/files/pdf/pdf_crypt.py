"""PDFs with a password: the standard security handler, revision 3 (RC4) and 4 (AES), 128 bits.

Source: PDF 1.7 (ISO 32000-1), section 7.6, algorithms 1 to 5.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import md5

from harness.core.seed import Stream
from harness.generate.files.ciphers import aes_cbc, rc4
from harness.generate.files.pdf.pdf_objects import Pdf, write_pdf
from harness.generate.files.pdf.pdf_syntax import head_of, map_strings, stream_of, with_stream

PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
PERMITTED = -3904
"""Permission bits: viewing only, no printing, copying or changing."""

USER, OWNER = b"Invoice2024", b"owner of it"
"""User and owner password, documented here but unknown to the service."""

MAX_AES_BYTES = 60_000
"""Maximum size in bytes for AES; larger files use RC4, which takes a sixth of the time here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """The encryption of one file. key: of the file. aes: else RC4. entries: of its encryption dictionary."""

    key: bytes
    aes: bool
    entries: bytes

    def of(self, number: int) -> bytes:
        """The key of one object."""
        salted = self.key + struct.pack("<L", number)[:3] + b"\0\0" + (b"sAlT" if self.aes else b"")
        return _md5(salted)[:16]


def encrypt(pdf: Pdf, user: bytes, owner: bytes, draw: Stream) -> bytes:
    """The file encrypted under these passwords. If `user` is empty, it opens without a password."""
    identity = draw.array_bytes(16).tobytes()
    size = sum(map(len, pdf.objects.values()))
    lock = _lock(user, owner, identity, aes=size <= MAX_AES_BYTES and bool(draw.below(2)))
    starts = draw.child("vectors")
    locked = {n: _locked(body, _cipher(lock, n, starts)) for n, body in sorted(pdf.objects.items())}
    number = max(locked) + 1
    entry = identity.hex().encode()
    trailer = b"/Encrypt %d 0 R /ID [<%s><%s>]" % (number, entry, entry)
    return write_pdf(Pdf(objects={**locked, number: lock.entries}, root=pdf.root), trailer)


def _cipher(lock: Lock, number: int, starts: Stream) -> Callable[[bytes], bytes]:
    key = lock.of(number)
    if lock.aes:
        return lambda data: aes_cbc(key, starts.array_bytes(16).tobytes(), data)
    return lambda data: rc4(key, data)


def _locked(body: bytes, cipher: Callable[[bytes], bytes]) -> bytes:
    head, data = map_strings(head_of(body), cipher), stream_of(body)
    return head if data is None else with_stream(head, cipher(data))


def _lock(user: bytes, owner: bytes, identity: bytes, *, aes: bool) -> Lock:
    entry = _owner_entry(user, owner)
    key = _fifty_times(_md5(_padded(user) + entry + struct.pack("<l", PERMITTED) + identity))
    check = _nineteen_more(key, _md5(PAD + identity)) + bytes(16)
    form = b"/V 2 /R 3 /Length 128"
    if aes:
        form = (
            b"/V 4 /R 4 /Length 128 /StmF /StdCF /StrF /StdCF "
            b"/CF <</StdCF <</AuthEvent /DocOpen /CFM /AESV2 /Length 16>>>>"
        )
    shown = [text.hex().encode() for text in (entry, check)]
    entries = b"<</Filter /Standard %s /P %d /O <%s> /U <%s>>>" % (form, PERMITTED, shown[0], shown[1])
    return Lock(key=key, aes=aes, entries=entries)


@lru_cache(maxsize=4)
def _owner_entry(user: bytes, owner: bytes) -> bytes:
    """The entry for the owner's password. Source: algorithm 3."""
    return _nineteen_more(_fifty_times(_md5(_padded(owner))), _padded(user))


def _nineteen_more(key: bytes, data: bytes) -> bytes:
    """RC4 with the key, then with the key combined with each number from 1 to 19."""
    for number in range(20):
        data = rc4(bytes(byte ^ number for byte in key), data)
    return data


def _fifty_times(digest: bytes) -> bytes:
    for _ in range(50):
        digest = _md5(digest)
    return digest


def _padded(password: bytes) -> bytes:
    return (password + PAD)[:32]


def _md5(data: bytes) -> bytes:
    return md5(data, usedforsecurity=False).digest()
