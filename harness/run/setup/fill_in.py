"""Derive the settings that are left open before the first case: the protocol, and the packs that fit the samples."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from harness.core.errors import ConfigError
from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.sample import Samples
from harness.core.settings import Budget, Protocol, Settings, Target
from harness.generate.fill import Wrapping, joined
from harness.generate.recipes.pack_folders import shipped_packs
from harness.generate.recipes.packs import PILOT, Pack, Scenario, read_pack
from harness.generate.usable import lacking_fields, usable
from harness.replay.probe_target import Described, describe
from harness.run.events import Emit, Noted
from harness.run.setup.budget import CASES_A_PACK
from harness.run.setup.configure import even_mix
from harness.run.setup.robustness_tests import calls_for_coverage

USUAL_CALLS = 480
MORE_FOR_PILOT = 130
"""Calls of the pilot beyond the first 50; what packs do not need of their calls goes to probes and robustness tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playable:
    """A pack with those of its scenarios that fit these samples."""

    pack: Pack
    scenarios: tuple[Scenario, ...]


def describe_target(target: Target, headers: Sequence[tuple[str, str]]) -> Described:
    """What /openapi.json says of the target. Nothing is fetched for a function, or if no body can be JSON."""
    if "://" not in target.url or target.protocol not in ("", "json"):
        return Described()
    return describe(target.url, headers)


def fill_in_target(target: Target, samples: Samples, described: Described, emit: Emit) -> Target:
    """The target with its protocol: as configured, from /openapi.json, or by the kind of the samples."""
    if target.protocol:
        return target
    if "://" not in target.url:
        emit(Noted(about="target", text=f"Python function {target.url}"))
        return replace(target, protocol="python")
    if described.path and urljoin(target.url, described.path) != target.url and described.protocol:
        target = replace(target, url=urljoin(target.url, described.path))
    if described.protocol:
        field = described.field or target.field
        emit(
            Noted(
                about="target", text=f"{described.protocol}{_in_field(described.protocol, field)} (from /openapi.json)"
            )
        )
        return replace(target, protocol=described.protocol, field=field)
    protocol: Protocol = "multipart" if samples.kind == "page" else "json"
    why = f"{samples.kind} samples; /openapi.json does not describe it"
    emit(Noted(about="target", text=f"{protocol}{_in_field(protocol, target.field)} ({why})"))
    return replace(target, protocol=protocol)


def _in_field(protocol: str, field: str) -> str:
    return f', file in the form field "{field}"' if protocol == "multipart" else ""


def wrapping_of(target: Target, samples: Samples) -> Wrapping:
    """How records and texts become bodies under the target's protocol."""
    return Wrapping(request=joined(target.request, samples.wrapper), text_as_json=target.protocol == "json")


def fill_in_mix(settings: Settings, samples: Samples, emit: Emit) -> tuple[Settings, dict[str, Playable]]:
    """The settings with a mix, and its packs.

    If no mix is declared, all shipped packs that fit are assumed, except opt-in packs: the pilot 0.70,
    the rest in equal parts. A declared pack without a fitting scenario is an error.
    """
    fields = judged_columns(samples, settings)
    papers, lacking = packs_without_fields(samples, fields)
    if papers:
        what = f"{', '.join(papers)} do not apply: made invoices have no {', '.join(lacking)}"
        emit(Noted(about="packs", text=f"{what}; if they have, say so in [pilot] fields"))
    if settings.mix:
        playable = {part.pack: _playable(part.pack, samples, fields, emit) for part in settings.mix}
        for name, one in playable.items():
            if not one.scenarios:
                why = usable(one.pack.scenarios[0], samples, fields)
                hint = "  remove it from the mix, or use samples that fit"
                raise ConfigError(f'pack "{name}" of the mix has no scenario for these samples: {why}\n{hint}')
    else:
        found = {name: _playable(name, samples, fields, None) for name in (PILOT, *shipped_packs())}
        playable = {name: one for name, one in found.items() if one.scenarios and not one.pack.opt_in}
        settings = replace(settings, mix=even_mix(tuple(playable)))
        shares = ", ".join(f"{part.pack} {part.share:.2f}" for part in settings.mix)
        emit(Noted(about="mix", text=f"assumed: {shares}; declare yours in [[mix]]"))
    # Addresses contain the name in the pack file, which equals the name in the mix unless that was a path.
    renamed = tuple(replace(part, pack=playable[part.pack].pack.name) for part in settings.mix)
    settings = replace(settings, mix=renamed, budget=_with_calls(settings.budget, len(renamed), samples, emit))
    return settings, {one.pack.name: one for one in playable.values()}


def _with_calls(budget: Budget, packs: int, samples: Samples, emit: Emit) -> Budget:
    """The budget with its calls (decisions 0039, 0069 and 0070).

    They are for the pilot, for each pack twice the cases of a go, and for each change of each field of records.
    """
    if budget.calls:
        return budget
    changes = calls_for_coverage(budget, samples)
    calls = max(USUAL_CALLS, MORE_FOR_PILOT + 2 * CASES_A_PACK * (packs - 1)) + changes
    if calls > USUAL_CALLS:
        parts = [f"{CASES_A_PACK} cases in each of {packs - 1} packs"] if calls - changes > USUAL_CALLS else []
        parts += [f"{changes} changes of single fields"] if changes else []
        emit(Noted(about="calls", text=f"{calls}, for {' and '.join(parts)}; use --calls N for fewer"))
    return replace(budget, calls=calls)


def packs_left_out(playable: Collection[str], samples: Samples, settings: Settings) -> tuple[Finding, ...]:
    """The shipped packs that take no part in the run: first those that do not apply, then those that were not drawn."""
    fields = judged_columns(samples, settings)
    others = [name for name in shipped_packs() if name not in playable]
    fitting = [name for name in others if _playable(name, samples, fields, None).scenarios]
    papers, lacking = packs_without_fields(samples, fields)
    rest = tuple(name for name in others if name not in fitting and name not in papers)
    found = (
        Finding(kind=FindingKind.PACKS_WITHOUT_FIELDS, names=papers, causes=dict.fromkeys(lacking, 1)),
        Finding(kind=FindingKind.PACKS_NOT_APPLICABLE, names=rest),
        Finding(kind=FindingKind.PACKS_NOT_DRAWN, names=tuple(fitting)),
    )
    return tuple(one for one in found if one.names)


def judged_columns(samples: Samples, settings: Settings) -> tuple[str, ...]:
    """The columns of the truth that are answers and not slices."""
    return tuple(name for name in samples.columns if name not in settings.pilot.slice)


def packs_without_fields(samples: Samples, fields: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The usual packs on made invoices that do not apply, and the columns that made invoices do not show."""
    lacking = lacking_fields(samples, fields)
    if not lacking:
        return (), ()
    packs = (_playable(name, samples, fields, None) for name in shipped_packs())
    usual = (one.pack for one in packs if not one.scenarios and not one.pack.opt_in)
    return tuple(pack.name for pack in usual if any(s.base == "invoices" for s in pack.scenarios)), lacking


def narrowed(playable: Mapping[str, Playable], only: Collection[str]) -> dict[str, Playable]:
    """The packs with the scenarios of `only` (`pack/scenario`), and the pilot; all packs if it is empty."""
    if not only:
        return dict(playable)
    left = {
        name: replace(one, scenarios=tuple(s for s in one.scenarios if name == PILOT or f"{name}/{s.id}" in only))
        for name, one in playable.items()
    }
    return {name: one for name, one in left.items() if one.scenarios}


def own_packs(playable: Mapping[str, Playable]) -> dict[str, str]:
    """The paths of the team's own packs, by name."""
    shipped = shipped_packs()
    return {name: str(one.pack.path) for name, one in playable.items() if name not in shipped}


def _playable(name: str, samples: Samples, fields: tuple[str, ...], emit: Emit | None) -> Playable:
    pack = read_pack(name)
    why = {s.id: usable(s, samples, fields) for s in pack.scenarios}
    left_out = [f"{scenario} ({reason})" for scenario, reason in why.items() if reason]
    if emit and left_out and len(left_out) < len(why):
        emit(Noted(about="mix", text=f"{pack.name} without {'; '.join(left_out)}"))
    return Playable(pack=pack, scenarios=tuple(s for s in pack.scenarios if not why[s.id]))
