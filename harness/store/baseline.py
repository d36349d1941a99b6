"""A baseline on disk: `baseline.json`, `cases.jsonl` and `sketches.json`, small sorted text for git.

It is replaced as a folder: written next to the old one, then swapped, so that it is never half written.
Default values are omitted. The digest is that of the bytes, and git may change the line ends.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from harness.core.errors import BaselineError, RunError
from harness.core.regression.baseline import BaselineHead, CaseResult, Sketch
from harness.core.regression.columns import Promoted
from harness.store.columns import results_reading
from harness.store.jsonl import read_bytes, read_json
from harness.store.lines import read_blocks, size_of
from harness.store.spread import ReadPlan

FORMAT = 1
HEAD, CASES, SKETCHES = FILES = ("baseline.json", "cases.jsonl", "sketches.json")


def is_baseline(path: Path) -> bool:
    """Whether a baseline exists."""
    return (path / HEAD).is_file()


def recover(path: Path) -> None:
    """Restore the old baseline if a crash interrupted a replacement between its two moves."""
    target, (_, old) = path.resolve(), _beside(path.resolve())
    if not target.exists() and is_baseline(old):
        try:
            os.rename(old, target)
        except OSError as reason:
            what = f"{path}: cannot be restored from {old.name}: {reason.strerror}"
            raise BaselineError(f"{what}\n  move it there by hand") from None


def _beside(target: Path) -> tuple[Path, Path]:
    """The paths of the new and the old baseline during a replacement."""
    return target.with_name(f".{target.name}.part"), target.with_name(f".{target.name}.old")


def read_baseline(path: Path) -> Promoted:
    """The baseline at `path`. BaselineError if there is none, or if it is damaged or of a newer format."""
    return baseline_reading(path).now()


def baseline_reading(path: Path) -> ReadPlan[Promoted]:
    """How it is read, concurrently with something else."""
    if not is_baseline(path):
        raise BaselineError(f"{path}: contains no baseline ({HEAD} is missing)\n  create one: harness promote RUN")
    with _damage_explained():
        head, sketches = _read_head(path), tuple(read_json(path / SKETCHES, list[Sketch]))
    digest: ReadPlan[str] = ReadPlan(tasks=[(_digest, (path,))], size=0, made=lambda found: next(found))
    files = digest.beside(results_reading(path / CASES))

    def made(found: Iterator[Any]) -> Promoted:
        with _damage_explained():
            digest, cases = files.made(found)
        return Promoted(path=str(path), head=head, cases=cases, sketches=sketches, digest=digest)

    return ReadPlan(tasks=files.tasks, size=files.size, made=made)


@contextmanager
def _damage_explained() -> Iterator[None]:
    """BaselineError for a damaged baseline."""
    try:
        yield
    except RunError as damage:
        what = str(damage).partition("\n")[0]
        raise BaselineError(f"{what}\n  restore the baseline from git, or promote a new run") from None


def _read_head(path: Path) -> BaselineHead:
    written = read_json(path / HEAD, dict[str, Any]).get("format")
    if written != FORMAT:
        hint = "  update the harness, or promote a new run"
        raise BaselineError(f"{path}: was written in format {written}, this harness reads {FORMAT}\n{hint}")
    return read_json(path / HEAD, BaselineHead)


def write_baseline(path: Path, head: BaselineHead, cases: Iterable[CaseResult], sketches: Iterable[Sketch]) -> None:
    """Replace the baseline at `path`. Other files stay. BaselineError if it cannot be written."""
    lines = [msgspec.json.encode(_slim(case)) for case in sorted(cases, key=lambda case: case.address)]
    texts = [b"", b"".join(line + b"\n" for line in lines), _indented([_slim(sketch) for sketch in sketches])]
    bare = _indented(replace(head, content=""))
    texts[0] = _indented(replace(head, content=_content(bare, *map(_whole, texts[1:]))))
    target = path.resolve()
    recover(path)
    try:
        _swap(target, dict(zip(FILES, texts, strict=True)))
    except OSError as reason:
        what = f"{path}: cannot be written: {reason.strerror or reason}"
        raise BaselineError(
            f"{what}\n  the old baseline is unchanged; choose another folder: [baseline] path"
        ) from None


def _digest(path: Path) -> str:
    """The digest and sizes of the files on disk, as `_content` computes them, without all cases in memory."""
    head, sketches = read_bytes(path / HEAD), _whole(read_bytes(path / SKETCHES))
    sizes: list[int] = []

    def pieces() -> Iterator[bytes]:
        for piece in _pieces(path / CASES):
            sizes.append(len(piece))
            yield piece

    # The size comes first: it is that of the file, unless line ends have changed.
    digest = _content(head, (size_of(path / CASES), pieces()), sketches)
    size = sum(sizes)
    return digest if size == size_of(path / CASES) else _content(head, (size, _pieces(path / CASES)), sketches)


def _pieces(path: Path) -> Iterator[bytes]:
    """The file without carriage returns before line ends, also at the border of two blocks."""
    kept = b""
    for block in read_blocks(path):
        piece = kept + bytes(block)
        kept = b"\r" if piece.endswith(b"\r") else b""
        yield _plain(piece.removesuffix(kept))
    yield kept


def _plain(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n") if b"\r" in text else text


def _whole(text: bytes) -> tuple[int, Iterable[bytes]]:
    return len(_plain(text)), (_plain(text),)


def _content(head: bytes, *others: tuple[int, Iterable[bytes]]) -> str:
    """The digest of the head without its own digest and of the other files, each with its length before it."""
    head_fields = msgspec.json.decode(head, type=dict[str, Any])
    head_fields.pop("content", None)
    hasher = sha256()
    for size, pieces in (_whole(msgspec.json.encode(head_fields, order="sorted")), *others):
        hasher.update(size.to_bytes(8, "little"))
        for piece in pieces:
            hasher.update(piece)
    return hasher.hexdigest()


def _swap(target: Path, files: dict[str, bytes]) -> None:
    new, old = _beside(target)
    for left_over in (new, old):
        shutil.rmtree(left_over, ignore_errors=True)
    try:
        new.mkdir(parents=True)
        for name, content in files.items():
            _write_through(new / name, content)
        if target.exists():
            _carry_over(target, new)
            os.rename(target, old)
        _put_in_place(new, target, old)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _carry_over(target: Path, new: Path) -> None:
    """Other files that people keep in the folder: a README, attributes for git."""
    for path in target.iterdir():
        if path.name not in FILES:
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            copy(path, new / path.name)


def _put_in_place(new: Path, target: Path, old: Path) -> None:
    try:
        os.rename(new, target)
    except OSError:
        if old.exists():
            os.rename(old, target)
        raise


def _indented(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2) + b"\n"


def _slim(value: Any) -> Any:
    """The dataclass as plain values without defaults."""
    if is_dataclass(value) and not isinstance(value, type):
        slim = {}
        for one in fields(value):
            inner = getattr(value, one.name)
            if inner not in (one.default, (), {}):
                slim[one.name] = _slim(inner)
        return slim
    return [_slim(item) for item in value] if isinstance(value, tuple) else value
