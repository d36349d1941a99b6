"""Arrivals as a log has them: at its times, and with its mix."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from harness.core.errors import ConfigError, did_you_mean
from harness.replay.schedules.shapes import Floats

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Trace:
    """At the times of a log: `file` is JSONL or CSV, `time` its column with ISO 8601 or seconds since 1970.

    `speed` replays it faster. `pack`, if it is written, is the column with the pack of each arrival.
    """

    file: str = ""
    time: str = "time"
    pack: str = ""
    speed: float = 1.0

    @cached_property
    def rows(self) -> tuple[tuple[float, str], ...]:
        """Seconds since the first arrival and the pack of each row. ConfigError with the line for a bad one."""
        found: list[tuple[float, str]] = []
        for line, row in _read(Path(self.file)):
            at = _seconds(self._value(row, self.time, line), self.file, line)
            if found and at < found[-1][0]:
                raise ConfigError(
                    f"{self.file}:{line}: {self.time} is earlier than in the line before\n  sort the log by time"
                )
            found.append((at, str(self._value(row, self.pack, line)) if self.pack else ""))
        if not found:
            raise ConfigError(f"{self.file}: contains no request\n  write one line for each: a {self.time} in it")
        return tuple((at - found[0][0], pack) for at, pack in found)

    @property
    def packs(self) -> tuple[str, ...]:
        """The pack of each arrival; empty if no column has it."""
        return tuple(pack for _, pack in self.rows) if self.pack else ()

    def planned(self, rate: float, duration: float) -> int:
        """All of the log, which must fit into the duration."""
        last = self.rows[-1][0] / self.speed
        if last >= duration:
            hint = f"  give it more: --duration {int(last) + 1}s, or a higher speed in the schedule"
            raise ConfigError(
                f"{self.file}: lasts {last:.4g} s at speed {self.speed:g}, the load {duration:g} s\n{hint}"
            )
        return len(self.rows)

    def highest(self, rate: float, duration: float) -> float:
        """Requests of its busiest second."""
        return float(np.bincount(self.moments(0, duration, 0).astype(int)).max())

    def moments(self, count: int, duration: float, seed: int) -> Floats:
        """The times of the log."""
        return np.array([at for at, _ in self.rows]) / self.speed

    def _value(self, row: Row, name: str, line: int) -> Any:
        if row.get(name) in (None, ""):
            hint = did_you_mean(name, map(str, row), f"its columns: {', '.join(map(str, row))}")
            raise ConfigError(f'{self.file}:{line}: has no value in "{name}"\n{hint}')
        return row[name]


def _read(path: Path) -> Iterator[tuple[int, Row]]:
    """Every row with the number of its line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as reason:
        raise ConfigError(f"{path}: cannot be read: {reason.strerror}\n  name the log: trace(file=...)") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8\n  convert it first") from None
    if path.suffix.lower() == ".csv":
        reader = csv.DictReader(text.splitlines())
        yield from ((reader.line_num, row) for row in reader)
        return
    for line, written in enumerate(text.splitlines(), start=1):
        if written.strip():
            try:
                row = json.loads(written)
            except ValueError:
                row = None
            if not isinstance(row, dict):
                raise ConfigError(f"{path}:{line}: is no JSON object\n  a trace is JSONL or CSV, one request a line")
            yield line, row


def _seconds(value: Any, file: str, line: int) -> float:
    """Seconds since 1970; a time without an offset is taken as UTC."""
    try:
        return float(value)
    except (TypeError, ValueError):
        pass
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        hint = "  write ISO 8601, as 2026-03-29T02:15:00Z, or seconds since 1970"
        raise ConfigError(f'{file}:{line}: "{value}" is no time\n{hint}') from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
