"""Are the declared effects about upstreams and columns that exist?"""

import json
from collections.abc import Mapping

from harness.core.case import Scalar
from harness.core.errors import ConfigError, did_you_mean
from harness.core.integration.exchange import WRITES
from harness.core.sample import Sample, Samples
from harness.core.settings import Settings
from harness.replay.reading import compiled


def check_effects(settings: Settings, samples: Samples) -> None:
    """ConfigError for an `[[effect]]` of an unknown upstream, method, column or path."""
    known = list(dict.fromkeys(name for sample in samples.items for name in columns_of(sample)))
    for one in settings.effect:
        about = f"[[effect]] upstream = {json.dumps(one.upstream)}"
        _check_upstream(one.upstream, settings, about)
        if one.method not in WRITES:
            raise ConfigError(f"{about}: {one.method} writes nothing\n  methods that do: {', '.join(WRITES)}")
        if not one.path.startswith("/"):
            raise ConfigError(f'{about}: the path "{one.path}" does not start with a slash\n  write "/{one.path}"')
        for name, path in one.fields.items():
            if name not in known:
                hint = did_you_mean(name, known, f"known: {', '.join(known)}")
                raise ConfigError(f"{about}: no sample has a column {json.dumps(name)}\n{hint}")
            compiled(path)
        if one.key and one.key not in one.fields:
            hint = did_you_mean(one.key, one.fields, f'or say where it stands in the body: {one.key} = "..." in fields')
            raise ConfigError(f"{about}: key = {json.dumps(one.key)} is none of its fields\n{hint}")


def _check_upstream(name: str, settings: Settings, about: str) -> None:
    upstreams = {one.name: one for one in settings.upstream}
    if name not in upstreams:
        hint = did_you_mean(name, upstreams, "name the system in [[upstream]] first")
        raise ConfigError(f"{about}: there is no such [[upstream]]\n{hint}")
    if upstreams[name].tcp:
        raise ConfigError(f"{about}: writes are read in HTTP requests only, and its url is tcp://\n  remove it")


def columns_of(sample: Sample) -> Mapping[str, Scalar]:
    """The columns of the sample's truth, and those of a record that stand in its input."""
    if sample.kind != "record":
        return sample.truth
    record = json.loads(sample.content)
    own = record if isinstance(record, dict) else {}
    return {name: value for name, value in own.items() if not isinstance(value, dict | list)} | dict(sample.truth)
