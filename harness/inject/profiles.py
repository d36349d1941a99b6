"""Profiles: what went wrong at a kind of upstream, as a public source tells it, ready to be caused."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.core.errors import ConfigError, did_you_mean
from harness.core.integration.fault import Fault
from harness.core.integration.upstreams import Upstream
from harness.core.loading.shipped import shipped
from harness.inject.read_faults import FaultsFile, read_faults, read_file


def profiles() -> dict[str, FaultsFile]:
    """The shipped profiles by name."""
    return {path.stem: read_file(path)[1] for path in sorted(_folder().glob("*.toml"))}


def faults_named(named: str, upstreams: Sequence[Upstream], *, alone: bool) -> tuple[Fault, ...]:
    """The faults of a file, or of a profile at an upstream: "erp_night_batch@crm"; without @ at the only upstream.

    alone: each fault gets a phase of its own, so that the faults of a profile hit each request and their windows do not
    count. Raises ConfigError.
    """
    name, at, where = named.partition("@")
    known = {one.stem: one for one in sorted(_folder().glob("*.toml"))}
    if Path(named).exists() or name not in known:
        if not Path(named).exists() and not named.endswith(".toml"):
            hint = did_you_mean(name, known, f"profiles: {', '.join(known)}")
            raise ConfigError(f'--faults {named}: there is no such file, and no profile "{name}"\n{hint}')
        return read_faults(Path(named), upstreams)
    places = [one.name for one in upstreams]
    if not at and len(places) == 1:
        where = places[0]
    if where not in places:
        hint = f"name the system that fails in it: --faults {name}@{places[0] if places else 'NAME'}"
        what = f'there is no [[upstream]] "{where}"' if where else f"{len(places)} systems have an [[upstream]]"
        raise ConfigError(f"--faults {named}: {what}\n{did_you_mean(where, places, hint)}")
    found = read_faults(known[name], upstreams, at=where)
    return tuple(replace(one, share=1.0, window=None, every=0.0, ramp=0.0) for one in found) if alone else found


def _folder() -> Path:
    return shipped("fixtures") / "profiles"
