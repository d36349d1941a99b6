"""Draw the cases of a run: addresses and plans. Each is a pure function of the seed and its own address."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from harness.core.case import CLEAN_PAPERS, DECODES, Case, Expect, Plan, Step
from harness.core.errors import PackError, did_you_mean
from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases, first_ranked, is_made, rank, shifted_base
from harness.generate.body import fair_expectation
from harness.generate.coverage import COVERAGE, covered_fields, draw_coverage
from harness.generate.draw_robustness import (
    AS_THEY_ARE,
    FAULT,
    ROUND_TRIP,
    UNANSWERABLE,
    draw_for_robustness,
    draw_odd_id,
    draw_unanswerable,
    draw_under_fault,
)
from harness.generate.drawn import Drawn, pilot_address, pilot_case
from harness.generate.ops import get_op
from harness.generate.pages.made.paper_kinds import KINDS
from harness.generate.payloads import JSON
from harness.generate.recipes.packs import PILOT, Pack, Scenario, read_pack
from harness.generate.registry import Op
from harness.generate.render import render
from harness.generate.unanswerable import find_unanswerable

PAPERS = ("invoices", *KINDS)
"""Kinds of made papers, which are bases of scenarios."""

PROBE = "probe"
"""First part of the addresses of probe cases, `probe/OP@SEVERITY#SAMPLE`; `~k` is added for the k-th other noise."""


def draw_pilot(samples: Samples, most: int, seed: int) -> list[Drawn]:
    """The samples unchanged, one case each. If there are more than `most`, that many are drawn at random."""
    chosen = samples.items
    if len(chosen) > most:
        kept = sorted(chosen, key=lambda s: rank(seed, "pilot", s.key))[:most]
        chosen = tuple(sorted(kept, key=lambda s: s.key))
    return [pilot_case(sample) for sample in chosen]


def draw_pack(pack: Pack, scenarios: Sequence[Scenario], samples: Samples, n: int, seed: int) -> Iterator[Drawn]:
    """`n` cases, the scenarios in turn. The i-th case of a scenario is the same for every `n`."""
    drawn: Counter[str] = Counter()
    for scenario in islice(in_turn(scenarios), n):
        yield draw_case(pack, scenario, drawn[scenario.id], samples, seed)
        drawn[scenario.id] += 1


def in_turn(scenarios: Sequence[Scenario]) -> Iterator[Scenario]:
    """The scenarios in an endless sequence, each as often as its weight says and spread evenly."""
    credit = [0] * len(scenarios)
    total = sum(scenario.weight for scenario in scenarios)
    while scenarios:
        credit = [have + scenario.weight for have, scenario in zip(credit, scenarios, strict=True)]
        chosen = max(range(len(scenarios)), key=lambda k: (credit[k], -k))
        credit[chosen] -= total
        yield scenarios[chosen]


def draw_case(pack: Pack, scenario: Scenario, index: int, samples: Samples, seed: int) -> Drawn:
    """The case `pack/scenario#index`: its sample, and a severity for each op."""
    address = f"{pack.name}/{scenario.id}#{index}"
    draw = Stream(seed, address)
    steps = tuple(
        Step(op=r.op.name, severity=_severity(r.op.kind, r.low, r.high, draw), site=_site(r.op, place, draw))
        for place, r in enumerate(scenario.ops)
    )
    base, clean_twin, sample = _base(scenario, address, index, samples, seed)
    if not steps and clean_twin.startswith(f"{CLEAN_PAPERS}/") and scenario.encode == "as_is":
        clean_twin = address  # the case is the clean paper
    return Drawn(
        address=address,
        plan=Plan(base=base, steps=steps, encode=scenario.encode, stream=address),
        expect=scenario.expect or "answer",
        tags={"scenario": scenario.id, "sample": sample},
        clean_twin=clean_twin,
    )


def clean_paper(address: str) -> Drawn:
    """The clean made paper with this address, `made/KIND#INDEX`."""
    base = f"made:{address.partition('/')[2]}"
    plan = Plan(base=base, stream=address)
    return Drawn(address=address, plan=plan, expect="answer", tags={"sample": base}, clean_twin=address)


def draw_probe(op: str, severity: int, key: str, noise: int, encode: str, expect: Expect = "answer") -> Drawn:
    """One op at one severity on one sample. The random draws are the same at every severity of the op."""
    suffix = f"~{noise}" if noise else ""
    stream = f"{PROBE}/{op}#{key}{suffix}"
    return Drawn(
        address=f"{PROBE}/{op}@{severity}#{key}{suffix}",
        plan=Plan(base=f"sample:{key}", steps=(Step(op=op, severity=severity),), encode=encode, stream=stream),
        expect=expect,
        tags={"op": op, "severity": str(severity), "sample": key},
        clean_twin=pilot_address(key),
    )


def find_case(address: str, samples: Samples, seed: int, packs: Sequence[Pack] = ()) -> Drawn:
    """The case with this address. PackError with the nearest name if there is none."""
    pack_name, slash, rest = address.partition("/")
    scenario_id, hash_, index = rest.partition("#")
    if not slash or not hash_ or not index:
        raise PackError(
            f'"{address}" is not an address\n  write pack/scenario#index; the addresses of a run are in its cases.jsonl'
        )
    if special := _besides_packs(pack_name, scenario_id, index, samples):
        return special
    pack = next((p for p in packs if p.name == pack_name), None) or read_pack(pack_name)
    scenario = next((s for s in pack.scenarios if s.id == scenario_id), None)
    if scenario is None:
        known = [s.id for s in pack.scenarios]
        raise PackError(
            f'pack "{pack_name}" has no scenario "{scenario_id}"\n{did_you_mean(scenario_id, known, ", ".join(known))}'
        )
    if not index.isdigit():
        raise PackError(f'"{index}" in "{address}" is not an index: write a whole number from 0 on')
    return draw_case(pack, scenario, int(index), samples, seed)


def _besides_packs(first: str, part: str, index: str, samples: Samples) -> Drawn | None:
    """A case of the pilot, a fault, a test or a probe, or a clean paper; None for the address of a pack's case."""
    if first == PILOT:
        return pilot_case(_sample(index, samples))
    if first == CLEAN_PAPERS:
        return _find_paper(part, index)
    return _find_of_test(first, part, index, samples)


def _find_paper(kind: str, index: str) -> Drawn:
    if kind not in PAPERS or not index.isdigit():
        hint = f"  write {CLEAN_PAPERS}/KIND#NUMBER; kinds: {', '.join(PAPERS)}"
        raise PackError(f'"{CLEAN_PAPERS}/{kind}#{index}" is not the address of a made paper\n{hint}')
    return clean_paper(f"{CLEAN_PAPERS}/{kind}#{index}")


def _find_of_test(first: str, part: str, index: str, samples: Samples) -> Drawn | None:
    if first == FAULT:
        return draw_under_fault(part, _sample(index, samples).key)
    if first in AS_THEY_ARE:
        return draw_for_robustness(first, part, _sample(index, samples))
    if first == UNANSWERABLE:
        key = index if is_made(index) else _sample(index, samples).key
        return draw_unanswerable(find_unanswerable(part, samples), key)
    if first == ROUND_TRIP:
        kind, _, path = part.partition(":")
        return draw_odd_id(kind, path, _sample(index, samples).key)
    if first == COVERAGE:
        return draw_coverage(part, _sample(index, samples), samples, covered_fields(samples))
    return _find_probe(part, index, samples) if first == PROBE else None


def make_case(drawn: Drawn, bases: Bases) -> Case:
    """The case with its bytes."""
    made = render(drawn.plan, bases)
    return Case(
        address=drawn.address,
        plan=drawn.plan,
        content=made.file.content,
        media_type=made.file.media_type,
        filename=made.file.filename,
        expect=fair_expectation(drawn.expect, drawn.plan.steps, made.tags.get(DECODES)),
        truth=made.truth,
        effects=made.effects,
        tags={**drawn.tags, **made.tags},
        changed=made.changed,
        clean_twin=drawn.clean_twin,
    )


def probe_encoder(op: str) -> str:
    """The encoder of a probe: the record form of the op, a fax file for pages from `fax.` ops, else the sample's."""
    one = get_op(op)
    if one.form not in ("", JSON):
        return one.form
    return "tiff-g4" if op.startswith("fax.") and one.layer in ("page", "document") else "as_is"


def _find_probe(name: str, index: str, samples: Samples) -> Drawn:
    op, at, severity = name.rpartition("@")
    if not at or not severity.isdigit():
        raise PackError(f'"{PROBE}/{name}#{index}" is not the address of a probe\n  write {PROBE}/op@severity#sample')
    get_op(op)
    key, tilde, noise = index.rpartition("~")
    if tilde and noise.isdigit() and key:
        return draw_probe(op, int(severity), _sample(key, samples).key, int(noise), probe_encoder(op))
    return draw_probe(op, int(severity), _sample(index, samples).key, 0, probe_encoder(op))


def _sample(key: str, samples: Samples) -> Sample:
    for item in samples.items:
        if item.key == key:
            return item
    raise PackError(f'no sample "{key}" in this run\n{did_you_mean(key, [s.key for s in samples.items])}')


def _base(scenario: Scenario, address: str, index: int, samples: Samples, seed: int) -> tuple[str, str, str]:
    """Base, clean twin and sample name of a case."""
    if scenario.base == "tickets":
        base = f"made:tickets#{index}"
        return base, "", base
    made_pages = scenario.base == "pages" and samples.kind != "page"
    if scenario.base in PAPERS or made_pages:
        paper = f"{'invoices' if made_pages else scenario.base}#{index}"
        return f"made:{paper}", f"{CLEAN_PAPERS}/{paper}", f"made:{paper}"
    if scenario.base == "shifted_records":
        base = shifted_base(samples, index)
        return base, "", base
    # The sample with the greatest rank: a new sample in the folder changes only the cases that it wins.
    sample = first_ranked(seed, address, samples)
    return f"sample:{sample.key}", pilot_address(sample.key), sample.key


def _site(op: Op, place: int, draw: Stream) -> str:
    """The site that the op gets, or "" if it has no named sites. Drawn from its own stream, apart from severities."""
    return draw.child("site", place).choice(op.sites()) if op.sites else ""


def _severity(kind: str, low: int, high: int, draw: Stream) -> int:
    return high if kind == "binary" else draw.between(low, high)
