"""Samples returned by a function of the team, for example from a data warehouse or a labelling tool."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from harness.core.errors import SampleError
from harness.core.loading.imported import named_object
from harness.core.sample import Sample
from harness.generate.samples.raw_samples import MEDIA_TYPES, Raw
from harness.generate.samples.truth import parse_object

GIVES = "it must take no arguments and return records (dicts), or files as pairs (name, bytes)"


def call_samples(where: str) -> Iterator[Raw]:
    """The samples that the function returns, in its order: a dict is a record, a pair (name, bytes) is a file.

    It must return the same samples each time, because `harness show` and `--resume` read them again. Raises SampleError
    if the function cannot be imported, raises an error, or returns something else.
    """
    function = where.partition(":")[2]
    for number, given in enumerate(_given(where), 1):
        at = f"{where}: sample {number}"
        if isinstance(given, Mapping):
            yield _record(given, f"{function}#{number}", f"{function}.json", at)
        elif isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], str):
            yield _file(*given, at)
        else:
            raise SampleError(f"{at}: is of type {type(given).__name__}\n  {GIVES}")


def _given(where: str) -> Iterator[Any]:
    function = named_object(where, SampleError, use="the samples", noun="function", hint=GIVES)
    try:
        yield from function()
    except (Exception, SystemExit) as reason:
        raise SampleError(f"{where}: raised {type(reason).__name__}: {reason}\n  {GIVES}") from None


def _record(given: Mapping[Any, Any], key: str, filename: str, where: str) -> Raw:
    record = dict(given)
    written, reason = _written(record)
    if reason:
        what = next((f'"{name}"' for name, value in record.items() if _written({name: value})[1]), "it")
        hint = "  return dates and bytes as text, decimals as float or text, and None for missing values"
        raise SampleError(f"{where}: JSON cannot hold {what}: {reason}\n{hint}")
    sample = Sample(key=key, kind="record", content=b"", media_type="application/json", filename=filename)
    return Raw(sample=sample, make=partial(parse_object, written, where), where=where)


def _written(record: dict[Any, Any]) -> tuple[str, str]:
    """The record as JSON. SampleError if it cannot be written."""
    try:
        return json.dumps(record, default=_plain), ""
    except (TypeError, ValueError, RecursionError) as reason:
        return "", str(reason)


def _plain(value: object) -> int | float:
    """A numpy number as in a file, where 0.1 of 32 bits is 0.1."""
    if isinstance(value, np.integer | np.bool_):
        return value.item()
    if isinstance(value, np.floating):
        return float(str(value))
    raise TypeError(f"it is of type {type(value).__name__}")


def _file(name: str, content: Any, where: str) -> Raw:
    kind, media_type = MEDIA_TYPES.get(PurePosixPath(name).suffix.lower(), ("record", ""))
    if kind == "record" or not isinstance(content, bytes):
        files = ", ".join(sorted(suffix for suffix, (of, _) in MEDIA_TYPES.items() if of != "record"))
        raise SampleError(f"{where}: {name!r} is not a file of bytes of type {files}\n  {GIVES}")
    sample = Sample(key=name, kind=kind, content=content, media_type=media_type, filename=PurePosixPath(name).name)
    return Raw(sample=sample, make=dict, where=where)
