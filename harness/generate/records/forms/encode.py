"""Write records as files, in the format that a scenario names with `encode`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.core.errors import PackError, did_you_mean
from harness.generate.payloads import File, Record
from harness.generate.records.forms.columns import write_columns
from harness.generate.records.forms.edi import write_edi
from harness.generate.records.forms.table import write_table
from harness.generate.records.forms.xml import write_xml
from harness.generate.records.json_text.write import write_json


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEncoder:
    """How records are written."""

    media_type: str
    suffix: str
    write: Callable[[Record], bytes]


def write_record(record: Record, name: str, filename: str) -> File:
    """The record as a file: JSON under `filename` if no encoder is given, else with the suffix of the format."""
    if name == "as_is":
        return File(content=write_json(record), media_type="application/json", filename=filename)
    if name not in RECORD_ENCODERS:
        known = f"encoders of records: {', '.join(RECORD_ENCODERS)}"
        raise PackError(f'unknown encoder "{name}"\n{did_you_mean(name, RECORD_ENCODERS, known)}')
    encoder = RECORD_ENCODERS[name]
    stem = filename.rpartition(".")[0] or filename
    return File(content=encoder.write(record), media_type=encoder.media_type, filename=f"{stem}{encoder.suffix}")


RECORD_ENCODERS: Mapping[str, RecordEncoder] = MappingProxyType(
    {
        "csv": RecordEncoder(media_type="text/csv; charset=utf-8", suffix=".csv", write=write_table),
        "xml": RecordEncoder(media_type="application/xml", suffix=".xml", write=write_xml),
        "edi": RecordEncoder(media_type="application/edifact", suffix=".edi", write=write_edi),
        "fixed": RecordEncoder(media_type="text/plain; charset=utf-8", suffix=".txt", write=write_columns),
    }
)
"""Encoders by their name in a pack's `encode`. Media types: RFC 4180, RFC 7303, RFC 1767; columns have none."""
