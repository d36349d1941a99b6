"""Inputs without an answer, derived from the samples. The service must flag or reject them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from harness.core.case import Expect
from harness.core.errors import PackError, did_you_mean
from harness.core.robustness import STREAMS
from harness.core.sample import Samples
from harness.core.seed import Stream
from harness.core.values import leaves_of
from harness.generate.records.changes.placing import IS, named_as_id
from harness.generate.records.changes.unanswerable import (
    DAY,
    FAR,
    NO_DAY,
    NO_NUMBER,
    NO_WORD,
    far,
    is_number,
    strange_word,
)
from harness.generate.text.message.nothing import foreign_to

FEW = 3
"""A field is an enumeration if it has at most 1/3 as many distinct words as there are samples."""

LARGEST = 1e300
"""A larger number may not fit into a JSON number."""

PAGES = {
    "blank": ("page.blank", "a blank page"),
    "noise": ("page.noise", "a page of random noise"),
    "black": ("page.black", "a black page"),
    "one_pixel": ("page.one_pixel", "a page of one pixel"),
}
TEXTS = {
    "empty": ("text.empty", "an empty text"),
    "emoji": ("text.emoji_only", "a text of emoji only"),
    "digits": ("text.digits_only", "a text of ten digits"),
    "blanks": ("text.blanks", "a text of blanks only"),
}
"""By the name in the address: the op, and what the input was, as in "The input was ..."; the clearest case first."""

RECORDS = {
    "unknown": ("record.unknown_word", "an unknown word"),
    "far": ("record.out_of_range", f"{FAR} times the largest"),
    "sentinel": ("record.sentinel", "a placeholder"),
    "negative": ("record.out_of_range", "below zero"),
}
"""By the name in the address: the op, and what is wrong with the value."""

TORN, FOREIGN = "torn", "foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnanswerableInput:
    """One kind of input without an answer. part: as in the address. words: a short noun phrase for it.

    made: it needs a made invoice, because the field positions on a sample's page are unknown.
    """

    part: str
    op: str
    words: str
    site: str = ""
    expect: Expect = "hand_over"
    made: bool = False


def unanswerable_inputs(samples: Samples, torn: Sequence[str], seed: int) -> tuple[UnanswerableInput, ...]:
    """The unanswerable inputs of these samples. Each kind appears once before one is repeated with another field.

    torn: fields that can be torn off a made invoice; empty if made invoices do not have the fields of the samples.
    """
    if samples.kind == "page":
        blank, *others = (_whole(part, PAGES, "answer") for part in PAGES)
        return (blank, *(_torn(name) for name in torn[:1]), *others)
    if samples.kind == "text":
        empty, *others = (_whole(part, TEXTS, "hand_over") for part in TEXTS)
        scripts = foreign_to(sample.content.decode("utf-8", "replace") for sample in samples.items)
        return (empty, _foreign(Stream(seed, STREAMS["unanswerable"], "script").choice(scripts)), *others)
    return tuple(_of_records(samples, seed))


def find_unanswerable(part: str, samples: Samples) -> UnanswerableInput:
    """The unanswerable input with this name for these samples. PackError if there is none."""
    name, _, field = part.partition(":")
    whole: Mapping[str, tuple[str, str]] = {"page": PAGES, "text": TEXTS}.get(samples.kind, {})
    if part in whole:
        return _whole(part, whole, "answer" if samples.kind == "page" else "hand_over")
    if name == TORN and samples.kind == "page":
        return _torn(field)
    if name == FOREIGN and samples.kind == "text":
        return _foreign(field)
    found = {one.part: one for one in _of_records(samples, 0)} if samples.kind == "record" else {}
    if part not in found:
        known = [*whole, *found]
        raise PackError(
            f'no unanswerable input "{part}" for these samples\n{did_you_mean(part, known, ", ".join(known[:8]))}'
        )
    return found[part]


def _whole(part: str, table: Mapping[str, tuple[str, str]], expect: Expect) -> UnanswerableInput:
    op, words = table[part]
    return UnanswerableInput(part=part, op=op, words=words, expect=expect)


def _torn(field: str) -> UnanswerableInput:
    words = f"a page with {field} torn off"
    return UnanswerableInput(
        part=f"{TORN}:{field}", op="page.torn_field", words=words, site=field, expect="answer", made=True
    )


def _foreign(script: str) -> UnanswerableInput:
    words = f"a text in {script.capitalize()} script"
    return UnanswerableInput(part=f"{FOREIGN}:{script}", op="text.foreign_script", words=words, site=script)


def _of_records(samples: Samples, seed: int) -> Iterator[UnanswerableInput]:
    """The kinds in turn, each over the fields that it fits, in an order drawn from the seed."""
    columns = _columns(tuple(sample.content for sample in samples.items))
    kinds = [list(_of_kind(kind, columns, len(samples.items), seed)) for kind in RECORDS]
    for turn in zip_longest(*kinds):
        yield from (one for one in turn if one)


def _of_kind(kind: str, columns: Mapping[str, list[Any]], n: int, seed: int) -> Iterator[UnanswerableInput]:
    names = sorted(name for name in columns if IS not in name and "#" not in name)
    for i in Stream(seed, STREAMS["unanswerable"], kind).order(len(names)):
        value = _value(kind, names[i], columns[names[i]], n)
        if value is not None:
            text = json.dumps(value, ensure_ascii=False)
            op, what = RECORDS[kind]
            words = f"a record with {names[i]} {value} ({what})"
            yield UnanswerableInput(part=f"{kind}:{names[i]}", op=op, words=words, site=f"{names[i]}{IS}{text}")


def _value(kind: str, name: str, values: Sequence[Any], n: int) -> Any:
    """The value that this kind puts into the field, or None if it does not fit. Ids and prose are never changed."""
    known = [value for value in values if value is not None]
    if len({str(value) for value in known}) < 2:
        return None
    if all(map(is_number, known)):
        value = None if named_as_id(name) else _number(kind, known)
        return value if value is not None and abs(value) < LARGEST else None
    if not all(isinstance(value, str) and value and not re.search(r"\s", value) for value in known):
        return None
    if all(map(DAY.match, known)):
        return NO_DAY + known[0][len(NO_DAY) :] if kind == "sentinel" and max(known) < "9000" else None
    if len(set(known)) > n / FEW:
        return None
    words = tuple(sorted(set(known)))
    return {"unknown": strange_word(words), "sentinel": NO_WORD if NO_WORD not in words else None}.get(kind)


def _number(kind: str, known: Sequence[Any]) -> Any:
    largest, smallest = max(known), min(known)
    far_out = far(largest) if largest > 0 else None
    below = {"sentinel": NO_NUMBER, "negative": -largest if largest > 1 else None} if smallest >= 0 else {}
    return {"far": far_out, **below}.get(kind)


@lru_cache(maxsize=4)
def _columns(contents: tuple[bytes, ...]) -> dict[str, list[Any]]:
    """The values of each field that every sample has, by path, without fields inside lists."""
    columns: dict[str, list[Any]] = {}
    for content in contents:
        for leaf in leaves_of(json.loads(content)):
            if "[" not in leaf.path:
                columns.setdefault(leaf.path, []).append(leaf.value)
    return {path: values for path, values in columns.items() if len(values) == len(contents)}
