"""Reads a schedule as harness.toml and the command line write it: `poisson`, `spike(times=10, seconds=5)`."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from harness.core.errors import ConfigError, did_you_mean
from harness.replay.schedules.shapes import LIMITS, SCHEDULES, Schedule
from harness.replay.schedules.trace import Trace

ALL: Mapping[str, type] = {**SCHEDULES, "trace": Trace}
_WRITTEN = re.compile(r"\s*([\w-]+)\s*(?:\((.*)\))?\s*", re.DOTALL)


@lru_cache(maxsize=32)
def read_schedule(text: str) -> Schedule:
    """The schedule that is written so. ConfigError for an unknown name, option or value."""
    found = _WRITTEN.fullmatch(text)
    if not found:
        raise ConfigError(f'"{text}" is no schedule\n  write its name, and options in parentheses: spike(times=10)')
    name, options = found[1], found[2] or ""
    if name not in ALL:
        hint = did_you_mean(name, ALL, f"schedules: {', '.join(ALL)}")
        raise ConfigError(f'unknown schedule "{name}"\n{hint}')
    known = {one.name: one.default for one in fields(ALL[name])}
    given: dict[str, Any] = {}
    for part in filter(None, (one.strip() for one in options.split(","))):
        key, _, value = (one.strip() for one in part.partition("="))
        if key not in known:
            listed = f"its options: {', '.join(known)}" if known else f"{name} has no options"
            raise ConfigError(f'schedule {name}: unknown option "{key}"\n{did_you_mean(key, known, listed)}')
        given[key] = _value(name, key, value, known[key])
    if name == "trace" and not given.get("file"):
        raise ConfigError("schedule trace: no file given\n  write the log: trace(file=requests.jsonl)")
    schedule: Schedule = ALL[name](**given)
    return schedule


def _value(name: str, key: str, text: str, default: Any) -> Any:
    """The value of an option, of the type of its default."""
    if isinstance(default, tuple):
        return tuple(_zone(name, one.strip()) for one in text.split("+"))
    if isinstance(default, str):
        return text
    try:
        value = date.fromisoformat(text) if isinstance(default, date) else type(default)(text)
    except ValueError:
        raise ConfigError(f'schedule {name}: {key} = "{text}" is not valid\n  write it as {key}={default}') from None
    low, high = LIMITS.get(key, (0.001, 1e6))
    if isinstance(value, int | float) and not low <= value <= high:
        raise ConfigError(f"schedule {name}: {key} = {text} is out of range\n  write {low:g} to {high:g}")
    return value


def _zone(name: str, zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(zone, available_timezones(), "IANA time zones, joined by +: Europe/Berlin+Asia/Tokyo")
        raise ConfigError(f'schedule {name}: unknown time zone "{zone}"\n{hint}') from None
    return zone
