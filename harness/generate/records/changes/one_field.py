"""Changes of one field: what a service must refuse, flag or read right, and must never answer with a wrong value.

A change has a name and computes its value from the field's own. `harness/generate/coverage.py` chooses which fields get
which change; the order of CHANGES is the order in which they are tried.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from harness.core.robustness import NEW_ID
from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.records.changes import field_ways as ways
from harness.generate.records.changes.field_ways import GONE, SKIP
from harness.generate.records.changes.placing import IS
from harness.generate.records.changes.sites import Site, changed, path_text, set_to, sites_of
from harness.generate.registry import op

Kind = Literal["presence", "type", "format", "vocabulary", "range", "identity", "size"]
Way = Callable[[Site], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One change. same: the value still means the same, so a right answer stays right, whatever a schema says."""

    kind: Kind
    way: Way
    same: bool = False


@op("record.one_field", layer="structure", kind="binary", effect="destroyed", sited=True)
def one_field(record: Record, severity: int, draw: Stream, site: str = "") -> Record:
    """Change one field in one way: missing, null, another type, form, word or length. The site is `change:path`.

    Without a site, the field and the change are drawn. `value:path = JSON` puts a given value into the field.
    severity: binary, 0 or 10.
    Source: one fault at a time, so that no other fault hides it (G. J. Myers, The Art of Software Testing, 1979, on
    equivalence classes of invalid input); the changes are those of RESTler's body schema fuzzer and of published
    incidents.
    """
    if not site:
        fitting = [(name, one) for one in sites_of(record) for name in CHANGES if changed_value(name, one) is not SKIP]
        return _put(record, *draw.choice(fitting)) if fitting else record
    name, _, place = site.partition(":")
    path, given, text = place.partition(IS)
    target = next((one for one in sites_of(record) if path_text(one.path) == path), None)
    if target is None:
        return record
    return (
        changed(record, {target.path: set_to(json.loads(text, object_pairs_hook=tuple))})
        if given
        else _put(record, name, target)
    )


def changed_value(name: str, site: Site) -> Any:
    """The field's value after the change; GONE if it is left out, SKIP if the change does not fit the field."""
    change = CHANGES[name]
    value = change.way(site)
    if value is SKIP or value is GONE:
        return value if value is SKIP or site.required or not site.stated else SKIP
    if type(value) is type(site.value) and value == site.value:
        return SKIP
    return value if change.same or not site.stated or site.breaks(value) else SKIP


def _put(record: Record, name: str, site: Site) -> Record:
    value = changed_value(name, site)
    if value is SKIP:
        return record
    return changed(record, {site.path: (lambda _name, _value: ()) if value is GONE else set_to(value)})


CHANGES: Mapping[str, FieldChange] = {
    NEW_ID: FieldChange(kind="identity", way=ways.new_id, same=True),
    "missing": FieldChange(kind="presence", way=ways.gone),
    "null": FieldChange(kind="presence", way=ways.null),
    "as_text": FieldChange(kind="type", way=ways.as_text, same=True),
    "as_number": FieldChange(kind="type", way=ways.as_number, same=True),
    "in_list": FieldChange(kind="type", way=ways.in_list, same=True),
    "unknown_word": FieldChange(kind="vocabulary", way=ways.unknown_word),
    "decimal_comma": FieldChange(kind="format", way=ways.decimal_comma, same=True),
    "grouped": FieldChange(kind="format", way=ways.grouped, same=True),
    "day_first": FieldChange(kind="format", way=ways.day_first, same=True),
    "no_such_day": FieldChange(kind="format", way=ways.no_such_day),
    "empty": FieldChange(kind="presence", way=ways.empty),
    "other_case": FieldChange(kind="vocabulary", way=ways.other_case, same=True),
    "yes_or_no": FieldChange(kind="vocabulary", way=ways.yes_or_no, same=True),
    "padded": FieldChange(kind="identity", way=ways.padded, same=True),
    "above": FieldChange(kind="range", way=ways.above),
    "below": FieldChange(kind="range", way=ways.below),
    "longer": FieldChange(kind="identity", way=ways.longer),
    "shorter": FieldChange(kind="identity", way=ways.shorter),
    "no_dashes": FieldChange(kind="format", way=ways.no_dashes, same=True),
    "long": FieldChange(kind="size", way=ways.long, same=True),
    "too_long": FieldChange(kind="size", way=ways.too_long),
    "in_object": FieldChange(kind="type", way=ways.in_object, same=True),
}
"""By name. Absent and null values lead, as in the import issues that were counted; then types, words and forms."""
