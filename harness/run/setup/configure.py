"""Settings from harness.toml (or `[tool.harness]` of pyproject.toml) and the command line; written back by `--save`."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from harness.core.errors import ConfigError
from harness.core.loading.imported import is_named
from harness.core.loading.toml import Toml, read_toml
from harness.core.settings import Mix, Settings
from harness.replay.pace import parse_seconds
from harness.replay.reading import compiled
from harness.replay.schedules.grammar import read_schedule

FILE = "harness.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """The command line. None and "" leave the value of the file or the default.

    only: the scenarios (`pack/scenario`) to send, besides the pilot; empty for all. against: a second service that gets
    the same cases and is the reference.
    """

    url: str = ""
    samples: str = ""
    truth: str = ""
    font_dir: str = ""
    config: str = ""
    packs: tuple[str, ...] = ()
    calls: int | None = None
    rate: float | None = None
    seed: int | None = None
    out: str = ""
    resume: bool = False
    save: str = ""
    only: tuple[str, ...] = ()
    faults: str = ""
    against: str = ""


def configure(asked: RunRequest) -> Settings:
    """The settings of a run. Raises ConfigError. Nothing has been connected to yet."""
    toml = _find(asked.config)
    settings = _load(toml) if toml else Settings()
    settings = _overridden(settings, asked)
    if not settings.target.url:
        raise ConfigError(
            f"no endpoint given\n  give it after the command: http://127.0.0.1:8000/path, or [target] url in {FILE}"
        )
    if not settings.pilot.samples:
        raise ConfigError(
            "no pilot samples given\n  give them: --samples FOLDER --truth TABLE, or [pilot] in harness.toml"
        )
    check_settings(settings, toml)
    return settings


def written(config: str) -> Settings:
    """The settings of the configuration file only; the defaults if there is no file."""
    toml = _find(config)
    return _load(toml) if toml else Settings()


def baseline_path(config: str = "") -> str:
    """The path of the baseline: `[baseline] path` of the file, or the default."""
    return written(config).baseline.path


def _find(given: str) -> Toml | None:
    if given:
        return read_toml(Path(given), ConfigError)
    if Path(FILE).is_file():
        return read_toml(Path(FILE), ConfigError)
    project = Path("pyproject.toml")
    if project.is_file():
        toml = read_toml(project, ConfigError)
        return toml if "harness" in toml.data.get("tool", {}) else None
    return None


def _load(toml: Toml) -> Settings:
    """The file's settings. Its paths are relative to its own folder."""
    settings = toml.load(Settings, ("tool", "harness") if "harness" in toml.data.get("tool", {}) else ())
    here = toml.path.parent
    pilot = settings.pilot
    truth = str(here / pilot.truth) if pilot.truth and (here / pilot.truth).is_file() else pilot.truth
    samples = str(here / pilot.samples) if pilot.samples and not is_named(pilot.samples, here) else pilot.samples
    file, hash_, pointer = pilot.schema.partition("#")
    schema = f"{here / file}{hash_}{pointer}" if file and (here / file).is_file() else pilot.schema
    mix = tuple(replace(m, pack=str(here / m.pack)) if _is_pack(here / m.pack) else m for m in settings.mix)
    base = settings.baseline
    baseline = replace(base, path=str(here / base.path)) if base.path else base
    font_dir = str(here / pilot.font_dir) if pilot.font_dir else ""
    pilot = replace(pilot, samples=samples, truth=truth, schema=schema, font_dir=font_dir)
    return replace(settings, pilot=pilot, mix=mix, baseline=baseline)


def _is_pack(path: Path) -> bool:
    return path.is_file() or (path / "pack.toml").is_file()


def _overridden(settings: Settings, asked: RunRequest) -> Settings:
    target, pilot, budget, mix = settings.target, settings.pilot, settings.budget, settings.mix
    if asked.url:
        target = replace(target, url=asked.url)
    if asked.rate is not None:
        target = replace(target, rate=asked.rate)
    if asked.samples:
        pilot = replace(pilot, samples=asked.samples)
    if asked.truth:
        pilot = replace(pilot, truth=asked.truth)
    if asked.font_dir:
        pilot = replace(pilot, font_dir=asked.font_dir)
    if asked.calls is not None:
        budget = replace(budget, calls=asked.calls)
    if asked.packs:
        mix = even_mix(asked.packs)
    return replace(settings, target=target, pilot=pilot, budget=budget, mix=mix)


def even_mix(packs: tuple[str, ...]) -> tuple[Mix, ...]:
    """The assumed mix if none is declared: the pilot 0.70, the rest in equal parts."""
    others = tuple(name for name in dict.fromkeys(packs) if name != "pilot")
    if not others:
        return (Mix(pack="pilot", share=1.0),)
    each = math.floor(300_000 / len(others)) / 1_000_000
    return (Mix(pack="pilot", share=0.70), *(Mix(pack=name, share=each) for name in others))


def check_settings(settings: Settings, toml: Toml | None = None) -> None:
    """ConfigError for errors that types do not cover. toml: the file with the settings."""
    total = sum(part.share for part in settings.mix)
    if total > 1.000001:
        raise _wrong(toml, ("mix", 0), f"the shares of the mix add up to {total:g}, not to 1", "")
    names = [part.pack for part in settings.mix]
    for i, name in enumerate(names):
        if name in names[:i]:
            raise _wrong(toml, ("mix", i), f'pack "{name}" appears twice in the mix', "  add up its shares")
    target = settings.target
    _check_texts(settings, toml)
    for name in ("rate", "max_rate"):
        if not math.isfinite(getattr(target, name)):
            raise _wrong(toml, ("target", name), f"target.{name}: expected a number of requests per second", "")
    if target.max_rate and target.rate > target.max_rate:
        what = f"rate {target.rate:g}/s is above the declared ceiling max_rate {target.max_rate:g}/s"
        raise _wrong(toml, ("target", "max_rate"), what, "")


def _check_texts(settings: Settings, toml: Toml | None) -> None:
    """Durations and paths into the reply. Their errors are reported before the first connection."""
    target, p95 = settings.target, settings.gate.p95
    answers = target.answer if isinstance(target.answer, Mapping) else {"": target.answer}
    texts: list[tuple[tuple[str, ...], str, Callable[[str], object]]] = [
        (("target", "deadline"), target.deadline, parse_seconds),
        (("load", "duration"), settings.load.duration, parse_seconds),
        (("load", "schedule"), settings.load.schedule, read_schedule),
        *([(("gate", "p95"), p95, parse_seconds)] if p95 else []),
        *(
            (("target", "answer", name) if name else ("target", "answer"), path, compiled)
            for name, path in answers.items()
        ),
        *((("answer", "round_trip", path), path, compiled) for path in settings.answer.echoes or ()),
        (("target", "hand_over"), target.hand_over, compiled),
        (("target", "confidence"), target.confidence, compiled),
        (("target", "batch"), target.batch.results, compiled),
    ]
    for keys, text, read in texts:
        try:
            _ = read(text) if text or read is parse_seconds or len(keys) > 2 else None
        except (ValueError, ConfigError) as reason:
            raise _wrong(toml, keys, f"{'.'.join(keys)}: {reason}", "") from None


def _wrong(toml: Toml | None, keys: tuple[str | int, ...], what: str, hint: str) -> ConfigError:
    if toml is None:
        return ConfigError(f"{what}\n{hint}".rstrip())
    return ConfigError(str(toml.wrong(keys, what, hint)))


def save(settings: Settings, path: Path) -> None:
    """Write the settings as TOML: values that differ from the defaults, and the whole gate. Never replaces a file."""
    if path.exists():
        raise ConfigError(f"{path}: already exists, and --save never replaces it\n  move it, or edit it")
    parts = ["# Written by harness check --save: the derived settings. You may edit it; unknown keys are errors."]
    for section in fields(settings):
        value = getattr(settings, section.name)
        for one in value if isinstance(value, tuple) else (value,):
            head = f"[[{section.name}]]" if isinstance(value, tuple) else f"[{section.name}]"
            lines = [f"{k} = {_toml(v)}" for k, v in _entries(one, whole=section.name in ("gate", "mix", "budget"))]
            parts += ["", head, *lines] if lines else []
    try:
        path.write_text("\n".join(parts) + "\n", encoding="utf-8")
    except OSError as reason:
        raise ConfigError(f"{path}: cannot be written: {reason.strerror}") from None


def _entries(value: Any, *, whole: bool) -> list[tuple[str, Any]]:
    default = type(value)(pack="", share=0.0) if isinstance(value, Mix) else type(value)()
    pairs = [(f.name, getattr(value, f.name), getattr(default, f.name)) for f in fields(value)]
    return [(k, v) for k, v, usual in pairs if v is not None and (v != usual or (whole and v not in ("", ())))]


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_string(str(k))} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if is_dataclass(value):
        return _toml(dict(_entries(value, whole=False)))
    return _string(str(value))


def _string(text: str) -> str:
    # Every JSON string is a TOML basic string, except DEL, which TOML requires escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
