"""Each op on records breaks at least one of the small services that are right on the order as it was written."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import pytest

from harness.core.schema import Field, JsonType, Schema, Shape
from harness.core.seed import Stream
from harness.generate.ops import all_ops
from harness.generate.payloads import File, Record
from harness.generate.records.forms.encode import write_record
from harness.generate.registry import Op
from tests.endpoints.raters import ORDER, RATERS, REFUSED, Rater

OF_STAGES = {"record.nudge"}
"""What the robustness tests send, whose own tests show what it finds."""

OPS = [one for one in all_ops().values() if one.name.startswith("record.") and one.name not in OF_STAGES]
NOISES = range(16)
TEXT, NUMBER = frozenset[JsonType]({"string"}), frozenset[JsonType]({"number"})
STATED = {
    "id": Shape(types=TEXT, shortest=8, longest=8, pattern=r"^\d{6}-[A-Z]$"),
    "name": Shape(types=TEXT, shortest=1, longest=40),
    "amount": Shape(types=NUMBER, low=0, high=10_000),
    "age": Shape(types=frozenset[JsonType]({"integer"}), low=18, high=110),
    "country": Shape(types=TEXT, words=("GB", "IE", "FR")),
    "channel": Shape(types=TEXT, words=("web", "broker")),
    "opened": Shape(types=TEXT, format="date"),
    "due": Shape(types=TEXT, format="date"),
}


@lru_cache(maxsize=1)
def order() -> Record:
    """The order under a schema that states most of its fields, beside another one."""
    fields = tuple(Field(name=name, shape=shape, required=True) for name, shape in STATED.items())
    schema = Schema(root=Shape(types=frozenset[JsonType]({"object"}), fields=fields), where="order.schema.json")
    pairs = tuple((name, _held(value)) for name, value in ORDER.items())
    beside = (("id", "905128-C"), ("name", "Bramley"), ("amount", 80.0), ("age", 23), ("country", "IE"))
    return Record(pairs=pairs, schema=schema, beside=(Record(pairs=beside),))


def _held(value: Any) -> Any:
    """As records hold it: objects are pairs."""
    if isinstance(value, Mapping):
        return tuple((name, _held(inner)) for name, inner in value.items())
    return [_held(item) for item in value] if isinstance(value, list) else value


def written(form: str, record: Record | None = None) -> File:
    return write_record(record or order(), "as_is" if form == "json" else form, "order.json")


def made(one: Op, form: str, severity: int, noise: int) -> File:
    """What the op makes of the order in that form."""
    draw = Stream(noise, "breaks", one.name)
    if one.layer == "structure":
        return written(form, one.run(order(), severity, draw))
    file: File = one.run(written(form), severity, draw)
    return file


def breaks(one: Op, rate: Rater, form: str, severity: int, noise: int) -> bool:
    """Whether the service answers otherwise than before, a refusal of what is destroyed apart, or falls over."""
    before, after = written(form), made(one, form, severity, noise)
    right = rate(before)
    try:
        said = rate(after)
    except Exception:  # whatever it is, it would be a crash
        return after != before
    return said not in (right, REFUSED if one.effect == "destroyed" else right)


def tried(one: Op) -> Iterator[str]:
    """Every service that the op breaks, once for each severity at which it does."""
    for form in (one.form,) if one.form else RATERS:
        for name, rate in RATERS[form].items():
            for severity in (10,) if one.kind == "binary" else (2, 5, 10):
                if any(breaks(one, rate, form, severity, noise) for noise in NOISES):
                    yield name


@pytest.mark.parametrize("form", RATERS)
def test_every_service_rates_the_order_as_it_is(form: str) -> None:
    for rate in RATERS[form].values():
        assert rate(written(form)) not in ("", REFUSED, "none", "new")


@pytest.mark.parametrize("one", OPS, ids=lambda o: o.name)
def test_an_op_on_records_breaks_somebody(one: Op) -> None:
    assert next(tried(one), None)


if __name__ == "__main__":
    for one in OPS:
        print(one.name, ", ".join(sorted(set(tried(one)))))
