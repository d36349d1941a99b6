"""JSON lines and documents on disk: lines are appended, documents are replaced atomically."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec
import numpy as np

from harness.core.case import Scalar
from harness.core.errors import RunError

T = TypeVar("T")

TOGETHER = 10_000
"""Lines that are encoded at once: a million would take the memory of the run once more."""


def write_json(path: Path, value: object) -> None:
    """Replace the file by `value` as indented JSON. After a crash it is the old or the new one, never half."""
    _replace(path, [json_text(value), b"\n"])


def json_text(value: object) -> bytes:
    """The value as indented JSON. Lone surrogates, which a reply may contain but no file can hold, become U+FFFD."""
    try:
        encoded = msgspec.json.encode(value, enc_hook=_plain)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_whole(msgspec.to_builtins(value, enc_hook=_plain)))
    return msgspec.json.format(encoded, indent=2)


def _plain(value: object) -> object:
    """A number of numpy as Python's, so that a run never ends for the type of a figure."""
    if isinstance(value, np.generic):
        return value.item()
    raise NotImplementedError(f"no form in JSON for {type(value).__name__}")


def _whole(value: object) -> object:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return {_whole(name): _whole(inner) for name, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, list | tuple) else value


def storable(values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The values as JSON on disk can hold them: integers beyond 64 bits as text, lone surrogates as U+FFFD."""
    return {_text(name): _storable(value) for name, value in values.items()}


def _storable(value: Scalar) -> Scalar:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return str(value)
    return value


def _text(text: str) -> str:
    """The text without lone surrogates, which no encoding can hold."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def write_lines(path: Path, values: Iterator[object]) -> None:
    """Replace the file by one line per value, atomically."""
    encoder, left = msgspec.json.Encoder(), iter(values)
    _replace(path, (encoder.encode_lines(some) for some in iter(lambda: list(islice(left, TOGETHER)), [])))


def read_json(path: Path, schema: type[T]) -> T:
    """The document as `schema`. RunError with the file and the reason if it is invalid."""
    content = read_bytes(path)
    try:
        return msgspec.json.decode(content, type=schema)
    except msgspec.MsgspecError as reason:
        raise RunError(f"{path}: is damaged: {reason}\n  restore it, or start a new run in another folder") from None


def read_bytes(path: Path) -> bytes:
    """The bytes of the file. RunError if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as reason:
        raise RunError(f"{path}: cannot be read: {reason.strerror}") from None


def read_lines(path: Path, schema: type[T], *, cut_torn: bool = False) -> Iterator[T]:
    """Each line as `schema`. cut_torn: cut off a last line without an end. Other damage is an error."""
    if not path.exists():
        return
    decoder, whole = msgspec.json.Decoder(schema), 0
    with _opened(path) as file:
        for number, line in enumerate(file, 1):
            if line.endswith(b"\n"):
                whole += len(line)
                yield decoded(path, decoder, number, line)
    if cut_torn and whole < path.stat().st_size:
        with path.open("r+b") as file:
            file.truncate(whole)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The file, to read. RunError if it cannot be read."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as reason:
        raise RunError(f"{path}: cannot be read: {reason.strerror}") from None


def decoded(path: Path, decoder: msgspec.json.Decoder[T], number: int | None, line: bytes) -> T:
    """One line. RunError with the file and, if known, the line number if it is damaged."""
    try:
        return decoder.decode(line)
    except msgspec.MsgspecError as reason:
        where = "" if number is None else f":{number}"
        raise RunError(
            f"{path}{where}: is damaged: {reason}\n"
            "  a run is evidence: restore the file, or start a new run in another folder"
        ) from None


class Appender:
    """Appends rows to a file. Each row is passed to the system before `add` returns."""

    def __init__(self, path: Path) -> None:
        """Open (or create) the file for appending."""
        self._path = path
        self._encoder = msgspec.json.Encoder()
        self._file = _guarded(path, lambda: path.open("ab", buffering=0))

    def add(self, row: Any) -> None:
        """Write one row in one piece. RunError if there is no room for it; then none of it stays."""
        line = self._encoder.encode(row) + b"\n"
        try:
            written = self._file.write(line)
        except OSError as reason:
            raise RunError(_no_room(self._path, reason.strerror or str(reason))) from None
        if written != len(line):
            # Other replies are on their way: a row after half a row would be damage in the middle.
            _guarded(self._path, lambda: self._file.truncate(self._file.tell() - written))
            raise RunError(_no_room(self._path, "only part of a row was written"))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def write_bytes(path: Path, content: bytes) -> None:
    """Replace the file by `content`, atomically. Creates its folder if it is missing."""
    _guarded(path, lambda: path.parent.mkdir(exist_ok=True))
    _replace(path, [content])


def _replace(path: Path, parts: Iterable[bytes]) -> None:
    # Two workers of a load run may write the same body at once.
    part = path.with_name(f"{path.name}.{os.getpid()}.part")

    def write() -> None:
        with part.open("wb") as file:
            file.writelines(parts)
        os.replace(part, path)

    _guarded(path, write)


def _guarded(path: Path, write: Any) -> Any:
    try:
        return write()
    except OSError as reason:
        raise RunError(_no_room(path, reason.strerror or str(reason))) from None


def _no_room(path: Path, reason: str) -> str:
    hint = f"  the rows so far are kept: free disk space, then continue with --resume --out {path.parent}"
    return f"{path}: cannot be written: {reason}\n{hint}"
