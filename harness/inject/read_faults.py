"""Reads faults.toml strictly: every mistake is an error with file and line, before anything is sent."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from harness.core.errors import ConfigError, did_you_mean
from harness.core.integration.fault import NO_FAULT, TARGET, Fault
from harness.core.integration.kinds import KINDS
from harness.core.integration.upstreams import Upstream
from harness.core.loading.toml import Keys, Toml, parse_toml, read_toml

_EXPECTED = ("expect", "max_requests", "recovers_within")
_COMMON = ("kind", "where", "name", "path", "method", "share", "window", "every", "ramp", *_EXPECTED)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsFile:
    """The content of a faults.toml.

    fault: the faults, in their order. A request meets the first one that matches it.
    about: what happens in it, in one or two sentences.
    source: address of the public page that tells it.
    checked: the day on which somebody read that page.
    """

    fault: tuple[Fault, ...] = ()
    about: str = ""
    source: str = ""
    checked: date | None = None


def read_file(path: Path) -> tuple[Toml, FaultsFile]:
    """The file as it is written. ConfigError for an unknown key or a value of a wrong type."""
    toml = read_toml(path, ConfigError)
    return toml, toml.load(FaultsFile)


def read_faults(path: Path, upstreams: Sequence[Upstream], at: str = "") -> tuple[Fault, ...]:
    """The faults of the file in its order, each with a name. at: the upstream that "*" stands for, in a profile.

    Raises ConfigError for an unknown key, kind or place, a key that its kind does not use, a window that ends before it
    starts, a duplicate name, and a file without a fault.
    """
    return checked_faults(*read_file(path), upstreams, at)


def faults_in(text: str, upstreams: Sequence[Upstream]) -> tuple[Fault, ...]:
    """The faults in the text of a faults.toml. ConfigError as for `read_faults`."""
    toml = parse_toml(Path("faults.toml"), text, ConfigError)
    return checked_faults(toml, toml.load(FaultsFile), upstreams)


def checked_faults(toml: Toml, file: FaultsFile, upstreams: Sequence[Upstream], at: str = "") -> tuple[Fault, ...]:
    """The faults of a file, checked, each with a name. at: as for `read_faults`."""
    found = tuple(replace(one, where=at, name=f"{at}.{one.name}") if at else one for one in file.fault)
    if not found:
        raise toml.wrong((), "contains no [[fault]]", "  [[fault]]\n  kind = 'status'\n  where = 'target'")
    taken: set[str] = set()
    named = []
    for i, fault in enumerate(found):
        written = toml.data["fault"][i]
        _check(toml, i, fault, written, upstreams)
        named.append(replace(fault, name=_name(toml, i, fault, taken)))
    return tuple(named)


def _check(toml: Toml, i: int, fault: Fault, written: Collection[str], upstreams: Sequence[Upstream]) -> None:
    at: Keys = ("fault", i)
    if fault.kind not in KINDS:
        hint = did_you_mean(fault.kind, KINDS, f"faults: {', '.join(KINDS)}")
        raise toml.wrong((*at, "kind"), f'unknown fault "{fault.kind}"', hint)
    places = (TARGET, *(one.name for one in upstreams))
    if fault.where not in places:
        hint = did_you_mean(fault.where, places, f"places: {', '.join(places)}")
        more = "" if upstreams else "\n  a system that the service calls needs an [[upstream]] in harness.toml"
        raise toml.wrong((*at, "where"), f'unknown place "{fault.where}"', hint + more)
    for key in written:
        if key not in (*_COMMON, *KINDS[fault.kind].keys):
            known = ", ".join(KINDS[fault.kind].keys) or "none besides the common ones"
            raise toml.wrong(
                (*at, key), f'a fault of kind "{fault.kind}" does not use the key "{key}"', f"  its keys: {known}"
            )
    _check_expected(toml, at, fault)
    if any(one.tcp for one in upstreams if one.name == fault.where):
        _check_tcp(toml, at, fault)
    _check_times(toml, at, fault)
    _check_words(toml, at, fault)


def _check_expected(toml: Toml, at: Keys, fault: Fault) -> None:
    for key in _EXPECTED:
        if fault.where == TARGET and getattr(fault, key):
            said = f"{key} is for faults of an upstream: a service cannot prevent what happens to its own replies"
            raise toml.wrong((*at, key), said, "  remove it")


def _check_tcp(toml: Toml, at: Keys, fault: Fault) -> None:
    if not KINDS[fault.kind].tcp:
        able = ", ".join(name for name, kind in KINDS.items() if kind.tcp)
        said = f'a fault of kind "{fault.kind}" needs HTTP, and the url of "{fault.where}" is tcp://'
        raise toml.wrong((*at, "kind"), said, f"  over TCP: {able}")
    for key in ("path", "method"):
        if getattr(fault, key):
            raise toml.wrong((*at, key), f'requests to "{fault.where}" have no {key}, since its url is tcp://', "")


def _check_times(toml: Toml, at: Keys, fault: Fault) -> None:
    for key in ("every", "ramp"):
        if getattr(fault, key) and fault.window is None:
            raise toml.wrong((*at, key), f"{key} needs a window", "  write the first one: window = [10, 20]")
    if fault.window is None:
        return
    if not 0 <= fault.window[0] < fault.window[1]:
        start, end = fault.window
        hint = "  write [from, until] in seconds, as in [0, 30]"
        raise toml.wrong((*at, "window"), f"the window ends ({end:g} s) before it starts ({start:g} s)", hint)
    length = fault.window[1] - fault.window[0]
    if fault.every and fault.every <= length:
        said = f"the window lasts {length:g} s and would begin again before it ends (every = {fault.every:g})"
        raise toml.wrong((*at, "every"), said, "  write a longer `every`, or leave it out")
    if fault.ramp > length:
        said = f"the ramp ({fault.ramp:g} s) is longer than the window ({length:g} s)"
        raise toml.wrong((*at, "ramp"), said, "  write a shorter one: the share is reached at its end")


def _check_words(toml: Toml, at: Keys, fault: Fault) -> None:
    if fault.to and fault.to == fault.field:
        raise toml.wrong((*at, "to"), f'"{fault.to}" is already the name of the field', "  write another name")
    for key in ("body", "media_type"):
        if not str(getattr(fault, key)).isprintable() and (key == "media_type" or "\x00" in fault.body):
            raise toml.wrong((*at, key), f"{key} contains a control character", "")


def _name(toml: Toml, i: int, fault: Fault, taken: set[str]) -> str:
    name = fault.name or f"{fault.where}.{fault.kind}"
    if not _NAME.fullmatch(name) or name == NO_FAULT:
        hint = f'  letters, digits, dot, hyphen and underscore, and not "{NO_FAULT}": it becomes part of addresses'
        raise toml.wrong(("fault", i, "name"), f'"{name}" is not a valid name of a fault', hint)
    if name in taken:
        key: Keys = ("fault", i, "name") if fault.name else ("fault", i)
        raise toml.wrong(key, f'two faults are called "{name}"', "  give each its own name: name = ...")
    taken.add(name)
    return name
