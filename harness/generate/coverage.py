"""The fields of the samples' records, or their text, which change fits which, and the cases of the coverage test."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.core.case import Plan, Step
from harness.core.errors import PackError, did_you_mean
from harness.core.robustness import (
    SENT,
    TWO_ORDERS,
    UNCHANGED,
    WAS,
    CoveredField,
    robustness_address,
    robustness_stream,
)
from harness.core.sample import Sample, Samples
from harness.core.settings import RobustnessName
from harness.generate.bases import record_of
from harness.generate.coverage_pages import draw_page, page_fields
from harness.generate.drawn import Drawn, pilot_case
from harness.generate.records.changes.field_ways import GONE, SKIP
from harness.generate.records.changes.long_lists import WAYS as LIST_WAYS
from harness.generate.records.changes.long_lists import list_value
from harness.generate.records.changes.one_field import CHANGES, changed_value
from harness.generate.records.changes.placing import IS
from harness.generate.records.changes.sites import Site, path_text, sites_of
from harness.generate.records.json_text.numbers import read_value
from harness.generate.records.json_text.write import write_value
from harness.generate.records.unseen import unseen_values
from harness.generate.text.sized import SIZE, WAYS, longest_of, ways_of

COVERAGE: RobustnessName = "coverage"
TEXT = "text"
"""Path of the only field of a text."""

OF_LISTS = ("missing", "null")
"""Changes of a list: whether an empty one or another type is wrong depends on what it means."""

MAX_SAMPLES = 200
"""Samples whose values are looked at, the first of the file; enough to know the smallest, largest and rarest value."""

MAX_SENT = 80
"""Characters of a changed value that are shown."""

LIST_CALLS = 12
"""Calls for the orders and lengths of a list: four samples in reverse order, and long in two orders."""

MAX_FIELDS = 200
"""Fields that are looked at. A wider record would need more calls than any budget has."""


def covered_fields(samples: Samples, promised: int = 0) -> tuple[CoveredField, ...]:
    """The fields of records, in the order of the first one that has each; the text of a text; what pages show.

    promised: characters of the longest text that the service takes, 0 if it does not say.
    """
    if samples.kind == "text":
        # A service that overlooks the text gives its most frequent answer, so the value of a sample is its truth.
        values = {sample.key: json.dumps([*sample.truth.values()]) for sample in samples.items[:MAX_SAMPLES]}
        return (CoveredField(path=TEXT, changes=dict.fromkeys(ways_of(promised), "size"), values=values, others={}),)
    if samples.kind == "page":
        return page_fields(samples)
    found: dict[str, dict[str, Site]] = {}
    for sample in samples.items[:MAX_SAMPLES]:
        for site in sites_of(replace(record_of(sample), schema=samples.schema)):
            if not isinstance(site.value, tuple):
                found.setdefault(path_text(site.path), {})[sample.key] = site
    return tuple(_field(path, sites) for path, sites in list(found.items())[:MAX_FIELDS])


def _field(path: str, sites: Mapping[str, Site]) -> CoveredField:
    values = {key: write_value(site.value) for key, site in sites.items()}
    seen = set(values.values())
    lists = {key: site.value for key, site in sites.items() if isinstance(site.value, list)}

    def fits(name: str) -> bool:
        results = (changed_value(name, site) for site in sites.values())
        return any(one is not SKIP and (not _is_plain(one) or write_value(one) not in seen) for one in results)

    usual = OF_LISTS if lists else CHANGES
    changes: dict[str, str] = {name: change.kind for name, change in CHANGES.items() if name in usual and fits(name)}
    if any(len(set(map(write_value, one))) > 1 for one in lists.values()):
        changes[TWO_ORDERS] = "size"
    others, unseen = _others(sites.values()), unseen_values(sites.values())
    return CoveredField(path=path, changes=changes, values=values, others=others, unseen=unseen)


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def _others(sites: Iterable[Site]) -> dict[str, str]:
    """The smallest, the largest and the rarest value, as JSON; of words and flags only the rarest."""
    known = [site.value for site in sites if site.value is not None]
    if not known:
        return {}
    counts = Counter(map(write_value, known))
    ordered = sorted(known, key=lambda value: (str(type(value)), len(value) if isinstance(value, list) else value))
    ends = {"smallest": write_value(ordered[0]), "largest": write_value(ordered[-1])}
    return {**ends, "rarest": min(counts, key=lambda text: (counts[text], text))}


def draw_coverage(part: str, sample: Sample, samples: Samples, fields: Sequence[CoveredField]) -> Drawn:
    """The sample with one change of one of its fields, or unchanged. PackError if there is no such part."""
    clean = pilot_case(sample)
    drawn = replace(
        clean,
        address=robustness_address(COVERAGE, part, sample.key),
        tags={**clean.tags, "robustness": COVERAGE},
        clean_twin=clean.address,
    )
    if part == UNCHANGED:
        return drawn
    name, _, path = part.partition(":")
    if path == TEXT and samples.kind == "text":
        return _draw_sized(drawn, name, part, sample, samples)
    if samples.kind == "page":
        return draw_page(drawn, name, path, sample)
    field = _field_at(path, fields)
    others = {**field.others, **field.unseen, **_other_lists(field, sample.key)}
    if name not in others and name not in CHANGES:
        known = [*others, *CHANGES]
        raise PackError(f'no change "{name}" of a field\n{did_you_mean(name, known, ", ".join(known))}')
    site = part + (f"{IS}{others[name]}" if name in others else "")
    step = Step(op="record.one_field", severity=10, site=site)
    plan = Plan(base=clean.plan.base, steps=(step,), stream=robustness_stream(COVERAGE, part, sample.key))
    if name in LIST_WAYS:
        sizes = {WAS: _items(field.values[sample.key]), SENT: _items(others[name])}
        return replace(drawn, plan=plan, tags={**drawn.tags, **sizes})
    sent = others[name][:MAX_SENT] if name in others else _sent(name, path, sample, samples)
    return replace(drawn, plan=plan, tags={**drawn.tags, SENT: sent})


def _other_lists(field: CoveredField, key: str) -> dict[str, str]:
    """The sample's list after each change of its order and length, as JSON; nothing for other fields."""
    if TWO_ORDERS not in field.changes or key not in field.values:
        return {}
    lists = {other: read_value(text.encode(), object_pairs_hook=tuple) for other, text in field.values.items()}
    lists = {other: value for other, value in lists.items() if isinstance(value, list)}
    return {way: write_value(list_value(way, key, lists)) for way in LIST_WAYS} if key in lists else {}


def _items(text: str) -> str:
    return f"{len(json.loads(text)):,} items"


def _draw_sized(drawn: Drawn, name: str, part: str, sample: Sample, samples: Samples) -> Drawn:
    way, _, size = name.partition(SIZE)
    if way not in WAYS or (size and not size.isdecimal()):
        raise PackError(f'no change "{name}" of a text\n{did_you_mean(way, WAYS, ", ".join(WAYS))}')
    most = int(size) if size else longest_of([len(one.content) for one in samples.items])
    step = Step(op="text.sized", severity=10, site=f"{way}:{most}")
    plan = Plan(base=drawn.plan.base, steps=(step,), stream=robustness_stream(COVERAGE, part, sample.key))
    sent = f"{int(WAYS[way][0] * most):,} characters"
    return replace(drawn, plan=plan, tags={**drawn.tags, WAS: _characters(sample), SENT: sent})


def _characters(sample: Sample) -> str:
    return f"{len(sample.content.decode('utf-8', 'replace')):,} characters"


def _field_at(path: str, fields: Sequence[CoveredField]) -> CoveredField:
    by_path = {field.path: field for field in fields}
    if path not in by_path:
        raise PackError(f'no field "{path}" in these samples\n{did_you_mean(path, by_path, ", ".join(by_path))}')
    return by_path[path]


def _sent(name: str, path: str, sample: Sample, samples: Samples) -> str:
    """The field's value after the change, as JSON and not longer than MAX_SENT; "" if it is left out."""
    sites = sites_of(replace(record_of(sample), schema=samples.schema))
    after = next((changed_value(name, one) for one in sites if path_text(one.path) == path), SKIP)
    text = "" if after is SKIP or after is GONE else write_value(after)
    return text if len(text) <= MAX_SENT else f"{text[:MAX_SENT]}..."


def calls_for(fields: Iterable[CoveredField], besides: int) -> int:
    """Calls for all changes of all fields. besides: calls for unchanged samples and for suspects."""
    every = list(fields)
    lists = sum(TWO_ORDERS in one.changes for one in every)
    return besides + sum(2 + len(one.changes) + len(one.unseen) for one in every) + LIST_CALLS * lists if every else 0
