"""Refuse an invalid request. The command line checks its options, but a program may pass anything."""

import math
from dataclasses import fields

from harness.core.errors import ConfigError
from harness.run.setup.configure import RunRequest

CHECK_ONLY = ("against", "resume", "save")
"""Fields of a request that only a check supports, not a load run."""


def check_request(request: RunRequest) -> None:
    """ConfigError for a value of the wrong type or out of range."""
    for one in fields(request):
        value = getattr(request, one.name)
        if one.default == "" and not isinstance(value, str):
            raise ConfigError(f"{one.name}: expected a text, not {value!r}\n  write: {one.name}={str(value)!r}")
        if one.default == () and isinstance(value, str):
            raise ConfigError(f"{one.name}: expected a tuple of names, not a text\n  write: {one.name}=({value!r},)")
    _check_whole("calls", request.calls, 1)
    _check_whole("seed", request.seed, 0)
    _check_positive("rate", "requests per second", request.rate)


def check_load_request(request: RunRequest, duration: float | None, schedule: str | None, workers: int) -> None:
    """ConfigError for options that a load run does not support."""
    check_request(request)
    _check_positive("duration", "seconds", duration)
    _check_whole("workers", workers, 1)
    if schedule is not None and not isinstance(schedule, str):
        raise ConfigError(f"schedule: expected a text, not {schedule!r}\n  write: schedule='poisson'")
    wrong = [name for name in CHECK_ONLY if getattr(request, name)]
    if wrong:
        raise ConfigError(f"a load run does not support {', '.join(wrong)}\n  remove it, or run a check instead")


def _check_whole(name: str, value: object, minimum: int) -> None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < minimum):
        raise ConfigError(f"{name}: expected a whole number of at least {minimum}, not {value!r}")


def _check_positive(name: str, unit: str, value: object) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf
    if value is not None and not number:
        raise ConfigError(f"{name}: expected a number of {unit} above 0, not {value!r}")
