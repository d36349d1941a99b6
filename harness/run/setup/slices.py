"""Slices of a run by columns of the samples, and names in `[gate] critical` that no case can belong to."""

from collections.abc import Collection, Iterable

from harness.core.case import Case
from harness.core.errors import ConfigError, did_you_mean
from harness.core.sample import Sample, Samples
from harness.core.settings import Settings
from harness.diff.gate.criteria import in_slice
from harness.generate.bases import record_of

MAX_SHOWN = 12
"""Maximum number of slices that an error lists."""


def slice_of(sample: Sample, column: str) -> str:
    """The sample's value of a column of its truth or of its record, as text; "" if it has none."""
    value = sample.truth.get(column)
    if value is None and sample.kind == "record":
        value = dict(record_of(sample).pairs).get(column)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or isinstance(value, list | tuple) else str(value)


def check_columns(settings: Settings, samples: Samples) -> None:
    """ConfigError if `[pilot] slice` names a column that neither the truth nor a record has."""
    known = [*samples.columns, *_columns(samples)]
    for name in settings.pilot.slice:
        if name not in known:
            hint = did_you_mean(name, known) or f"  columns: {', '.join(known[:MAX_SHOWN])}"
            raise ConfigError(f'pilot.slice: the samples have no column "{name}"\n{hint}')


def _columns(samples: Samples) -> Iterable[str]:
    if samples.kind == "record":
        yield from dict.fromkeys(name for item in samples.items for name, _ in record_of(item).pairs)


def check_critical(settings: Settings, samples: Samples, cases: Collection[Case]) -> None:
    """ConfigError if `[gate] critical` names something to which no case of a whole run belongs.

    A pack of the mix without a case is no error: the budget may be too small for it, which leaves it undecided.
    """
    packs = [part.pack for part in settings.mix]
    for name in settings.gate.critical:
        if name in packs or any(in_slice(case, name) for case in cases):
            continue
        found = [f"{column}={value}" for column in settings.pilot.slice for value in _values(samples, column)]
        known = [*packs, *found]
        more = f" and {len(known) - MAX_SHOWN} more" if len(known) > MAX_SHOWN else ""
        hint = did_you_mean(name, known, f"slices: {', '.join(known[:MAX_SHOWN])}{more}")
        raise ConfigError(f'gate.critical: no case of this run is in the slice "{name}"\n{hint}')


def _values(samples: Samples, column: str) -> list[str]:
    return sorted({value for item in samples.items if (value := slice_of(item, column))})
