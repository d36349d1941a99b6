"""The type by which each field of an answer is compared, and an error if a declared type does not fit the truth."""

from collections.abc import Iterable, Mapping

from harness.core.answer_settings import FieldRule
from harness.core.errors import ConfigError
from harness.core.sample import Samples
from harness.diff.scoring.field_types import FieldType, field_type, misfit


def check_rules(samples: Samples, rules: Mapping[str, FieldRule]) -> None:
    """ConfigError if `[answer.fields]` has a type that does not fit the truth. Nothing has been sent yet."""
    for name, rule in rules.items():
        value = misfit([sample.truth.get(name) for sample in samples.items], rule)
        if value is not None:
            key = next(sample.key for sample in samples.items if sample.truth.get(name) == value)
            kind = field_type([sample.truth.get(name) for sample in samples.items]).kind
            raise ConfigError(
                f'[answer.fields.{name}] type = "{rule.type}", but the truth of {key} is {str(value)[:40]!r}\n'
                f'  its truth reads as {kind}: type = "{kind}", or remove the type; or correct the truth'
            )


def types_of(samples: Samples, fields: Iterable[str], rules: Mapping[str, FieldRule]) -> dict[str, FieldType]:
    """The type of each judged field: from `[answer.fields]`, else derived from the pilot's truth."""
    return {name: field_type([sample.truth.get(name) for sample in samples.items], rules.get(name)) for name in fields}
