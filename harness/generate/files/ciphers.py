"""RC4, AES with 128 bits and the traditional cipher of ZIP. For test files with a password, not for secrets."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

BLOCK = 16
ROUNDS = 10
REDUCED = 0x11B
"""Reduction polynomial of AES."""

CRC = 0xEDB88320
ZIP_KEYS = (0x12345678, 0x23456789, 0x34567890)


def rc4(key: bytes, data: bytes) -> bytes:
    """The bytes under RC4, which is its own inverse."""
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    stream, i, j = bytearray(len(data)), 0, 0
    for place in range(len(data)):
        i = (i + 1) & 255
        one = state[i]
        j = (j + one) & 255
        two = state[j]
        state[i], state[j] = two, one
        stream[place] = state[(one + two) & 255]
    return (np.frombuffer(data, np.uint8) ^ np.frombuffer(stream, np.uint8)).tobytes()


def aes_cbc(key: bytes, start: bytes, data: bytes) -> bytes:
    """The bytes under AES-128 in CBC mode with PKCS #7 padding, after their initialisation vector."""
    fill = BLOCK - len(data) % BLOCK
    padded, words = data + bytes([fill]) * fill, round_keys(key)
    out, last = [start], int.from_bytes(start, "big")
    for at in range(0, len(padded), BLOCK):
        block = encrypt_block(words, last ^ int.from_bytes(padded[at : at + BLOCK], "big"))
        out.append(block.to_bytes(BLOCK, "big"))
        last = block
    return b"".join(out)


def encrypt_block(words: Sequence[int], block: int) -> int:
    """One block of 128 bits. words: the round keys, 32 bits each. Source: FIPS 197, section 5.1."""
    box, (t0, t1, t2, t3) = _box(), _tables()
    a, b, c, d = (block >> shift & 0xFFFFFFFF ^ words[k] for k, shift in enumerate((96, 64, 32, 0)))
    for k in range(4, 4 * ROUNDS, 4):
        a, b, c, d = (
            t0[a >> 24] ^ t1[b >> 16 & 255] ^ t2[c >> 8 & 255] ^ t3[d & 255] ^ words[k],
            t0[b >> 24] ^ t1[c >> 16 & 255] ^ t2[d >> 8 & 255] ^ t3[a & 255] ^ words[k + 1],
            t0[c >> 24] ^ t1[d >> 16 & 255] ^ t2[a >> 8 & 255] ^ t3[b & 255] ^ words[k + 2],
            t0[d >> 24] ^ t1[a >> 16 & 255] ^ t2[b >> 8 & 255] ^ t3[c & 255] ^ words[k + 3],
        )
    done = 0
    for k, (w, x, y, z) in enumerate(((a, b, c, d), (b, c, d, a), (c, d, a, b), (d, a, b, c))):
        word = box[w >> 24] << 24 | box[x >> 16 & 255] << 16 | box[y >> 8 & 255] << 8 | box[z & 255]
        done = done << 32 | word ^ words[4 * ROUNDS + k]
    return done


@lru_cache(maxsize=8)
def round_keys(key: bytes) -> tuple[int, ...]:
    """The round keys of a key of 16 bytes. Source: FIPS 197, section 5.2."""
    box, words, factor = _box(), [int.from_bytes(key[k : k + 4], "big") for k in range(0, BLOCK, 4)], 1
    for k in range(4, 4 * (ROUNDS + 1)):
        word = words[-1]
        if k % 4 == 0:
            turned = (word << 8 | word >> 24) & 0xFFFFFFFF
            word = sum(box[turned >> shift & 255] << shift for shift in (24, 16, 8, 0)) ^ factor << 24
            factor = _times_two(factor)
        words.append(words[-4] ^ word)
    return tuple(words)


@lru_cache(maxsize=1)
def _box() -> tuple[int, ...]:
    """The inverse in the field, then the affine transformation. Source: FIPS 197, section 5.1.1."""
    power, logarithm, one = [0] * 255, [0] * 256, 1
    for k in range(255):
        power[k], logarithm[one] = one, k
        one ^= _times_two(one)
    inverse = [0, 1, *(power[255 - logarithm[n]] for n in range(2, 256))]
    return tuple(n ^ _turned(n, 1) ^ _turned(n, 2) ^ _turned(n, 3) ^ _turned(n, 4) ^ 0x63 for n in inverse)


@lru_cache(maxsize=1)
def _tables() -> tuple[tuple[int, ...], ...]:
    """The S-box and the mixing of columns in one table, for each of the four positions of a byte."""
    first = [_times_two(n) << 24 | n << 16 | n << 8 | n ^ _times_two(n) for n in _box()]
    return tuple(tuple((n >> turn | n << 32 - turn) & 0xFFFFFFFF for n in first) for turn in (0, 8, 16, 24))


def _times_two(n: int) -> int:
    doubled = n << 1
    return doubled ^ REDUCED if doubled & 0x100 else doubled


def _turned(byte: int, by: int) -> int:
    return (byte << by | byte >> 8 - by) & 255


def zip_cipher(password: bytes, data: bytes) -> bytes:
    """The bytes under the traditional cipher of ZIP. Source: APPNOTE 6.3.10, section 6.1."""
    table = _crc_table()
    one, two, three = ZIP_KEYS

    def advance(byte: int) -> None:
        nonlocal one, two, three
        one = one >> 8 ^ table[(one ^ byte) & 255]
        two = ((two + (one & 255)) * 134775813 + 1) & 0xFFFFFFFF
        three = three >> 8 ^ table[(three ^ two >> 24) & 255]

    for byte in password:
        advance(byte)
    out = bytearray(len(data))
    for place, byte in enumerate(data):
        mask = three & 0xFFFF | 2
        out[place] = byte ^ (mask * (mask ^ 1) >> 8 & 255)
        advance(byte)
    return bytes(out)


@lru_cache(maxsize=1)
def _crc_table() -> tuple[int, ...]:
    found = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (CRC if n & 1 else 0)
        found.append(n)
    return tuple(found)
