"""One weakness in one field of a strict record service: is the field in the first reason, and is the control a go?

    PYTHONPATH=. python tests/shows/54_single_fields.py [SEED ...]

The weaknesses are those of tests/endpoints/policies.py, written by hand, and mutants of its reading functions that are
right on the pilot and silently wrong on odd values of one field. Each is checked with every seed, alone, through a
request template and as a list of one in turn. Found: no-go, or undecided, and the first reason names the field.
"""
# slow: some two hundred checks, a quarter of an hour

import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random
from types import MappingProxyType, ModuleType
from typing import Any

from tests.endpoints import policies
from tests.endpoints.command import harness
from tests.endpoints.policies import MISSING, READ, WEAKNESSES, Read, pricing, write_policies
from tests.endpoints.server import serving
from tests.zoo.mutants.mutations import in_turns, mutations

SEEDS = (1, 2, 3)
CONTROLS = (1, 2, 3, 4, 5)
FORMS = ("alone", "template", "list of one")
GOAL = 0.9
MUTANTS = 8
TRUTH = ("premium", "class")
ODD: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "amount": (MISSING, None, "", "5000", "5.000,00", [5000], {"value": 5000}, True, -5000, 10**7, 1),
        "rate": (MISSING, None, "", "1,50", "150", 1.5, "1.5", "11.50", ["1.50"], " 1.50 ", "-1.50"),
        "persons": (MISSING, None, "", "3", [3], 3.5, True, 0, -1, 13, 400),
        "start": (MISSING, None, "", "03/04/2026", "2026-02-30", "20260304", 20260304, "1899-01-01", "2026-3-4"),
        "product": (MISSING, None, "", "gold", "PLUS", " plus", ["plus"], 1, True),
        "vip": (MISSING, None, "", "true", "no", 1, 0, [True], "false"),
        "region": (MISSING, None, "", "999", 14, "14", "0140", " 014 ", ["014"]),
        "note": (MISSING, None, "", "   ", 7, ["smoke"], " " * 5000 + "smoke", {"text": "smoke"}),
    }
)
"""Values that a strict service refuses, by field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weak:
    """One service to check. source: that of its module, "" for a weakness of the list, which has this number."""

    field: str
    name: str
    number: int = -1
    source: str = ""

    def reading(self) -> Mapping[str, Read]:
        """The functions that read the fields."""
        if self.source:
            return dict(_module(self.source).READ)
        one = WEAKNESSES[self.number]
        return {**READ, one.field: one.read}


def by_hand() -> list[Weak]:
    return [Weak(field=one.field, name=one.name, number=number) for number, one in enumerate(WEAKNESSES)]


def _module(source: str) -> ModuleType:
    module = ModuleType("tests.endpoints.policies_mutant")
    sys.modules[module.__name__] = module
    exec(compile(source, "policies_mutant", "exec"), module.__dict__)
    return module


def by_mutation(seed: int) -> Iterator[Weak]:
    """Mutants of the reading functions: right on the pilot, silently wrong on a fifth of the odd values of a field."""
    source = Path(policies.__file__).read_text(encoding="utf-8")
    end = next(number for number, line in enumerate(source.splitlines(), 1) if line.startswith("READ:"))
    found = [one for one in mutations(source) if one.line < end]
    seen: set[str] = set()
    for one in in_turns(found, Random(f"54 {seed}").shuffle):
        try:
            read = dict(_module(one.source).READ)
        except Exception:  # what cannot even start is no silent weakness
            continue
        wrong = {name: hits for name in ODD if len(hits := _wrong(name, read)) >= len(ODD[name]) / 5}
        if wrong and repr(wrong) not in seen and all(_answer(read, one) == _answer(READ, one) for one in PILOT):
            seen.add(repr(wrong))
            yield Weak(field=max(wrong, key=lambda name: len(wrong[name])), name=one.now, source=one.source)


PILOT = tuple(policies.policies(40))


def _answer(read: Mapping[str, Read], policy: Mapping[str, Any]) -> object:
    """The answer; None if the policy is refused, or breaks the service."""
    try:
        return policies.priced(dict(policy), read)
    except Exception:  # a mutant may raise anything
        return None


def _wrong(name: str, read: Mapping[str, Read]) -> list[str]:
    """The odd values of the field that are accepted with another answer than that of the policy without them."""
    found = []
    for policy, value in ((policy, value) for policy in PILOT[:4] for value in ODD[name]):
        answer = _answer(read, _with(policy, name, value))
        if answer is not None and answer != _answer(READ, policy) and repr(value) not in found:
            found.append(repr(value))
    return found


def _with(policy: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    changed = json.loads(json.dumps(policy))
    place = changed["holder"] if name in policies.PLACES else changed
    place.pop(name)
    return changed if value is MISSING else {**changed, **_placed(changed, name, value)}


def _placed(policy: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    return {"holder": {**policy["holder"], name: value}} if name in policies.PLACES else {name: value}


def checked(weak: Weak | None, seed: int, form: str) -> tuple[str, str]:
    """The verdict, and the headline and evidence of the first reason."""
    with tempfile.TemporaryDirectory() as folder:
        pilot, inside = write_policies(Path(folder, "pilot")), "" if form == "alone" else "all"
        lines = ["[target]", 'request = { all = ["{*}"] }'] if form == "template" else []
        Path(folder, "harness.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if form == "list of one":
            rows = map(json.loads, (pilot / "policies.jsonl").read_text(encoding="utf-8").splitlines())
            told = [
                {"all": [{k: v for k, v in row.items() if k not in TRUTH}], **{k: row[k] for k in TRUTH}}
                for row in rows
            ]
            (pilot / "policies.jsonl").write_text("\n".join(map(json.dumps, told)) + "\n", encoding="utf-8")
        out = str(Path(folder, "run"))
        with serving(pricing(weak.reading() if weak else READ, inside=inside)) as url:
            asked = ("--samples", str(pilot), "--truth", ",".join(TRUTH), "--config", f"{folder}/harness.toml")
            said = harness("check", url, *asked, "--seed", str(seed), "--out", out)
        first = re.search(r"^1  (.*?)(?=^2  |^Findings|\Z)", said.out, re.MULTILINE | re.DOTALL)
        return {0: "go", 1: "no-go", 5: "undecided"}.get(said.code, said.err), first[1] if first else ""


def _row(task: tuple[Weak | None, int, str]) -> tuple[bool, str]:
    weak, seed, form = task
    verdict, first = checked(weak, seed, form)
    if weak is None:
        return verdict == "go", f"control, seed {seed}, {form}: {verdict}"
    found = verdict in ("no-go", "undecided") and re.search(rf"\b{weak.field}\b", first) is not None
    return found, f"{'found ' if found else 'MISSED'} seed {seed}, {form}: {weak.field}: {weak.name}: {verdict}"


def main(seeds: list[int]) -> int:
    tasks: dict[int, list[tuple[Weak | None, int, str]]] = {}
    for seed in seeds:
        mutants = [weak for weak, _ in zip(by_mutation(seed), range(MUTANTS), strict=False)]
        services = [*by_hand(), *mutants]
        tasks[seed] = [(weak, seed, FORMS[(number + seed) % 3]) for number, weak in enumerate(services)]
    controls: list[tuple[Weak | None, int, str]] = [(None, seed, form) for seed in CONTROLS for form in FORMS]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        rows = {seed: list(pool.map(_row, tasks[seed])) for seed in seeds}
        held = list(pool.map(_row, controls))
    for _, line in (*(row for seed in seeds for row in rows[seed]), *held):
        print(line)
    shares = {seed: sum(found for found, _ in rows[seed]) / len(rows[seed]) for seed in seeds}
    gone = sum(go for go, _ in held)
    told = ", ".join(f"seed {seed}: {sum(f for f, _ in rows[seed])} of {len(rows[seed])}" for seed in seeds)
    print(f"54: weaknesses found with their field: {told} (goal 90 %); controls that go: {gone} of {len(held)}")
    return 0 if min(shares.values()) >= GOAL and gone == len(held) else 1


if __name__ == "__main__":
    sys.exit(main([int(seed) for seed in sys.argv[1:]] or list(SEEDS)))
