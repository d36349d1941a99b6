"""How many malformed records one core draws and writes in a second, against Faker and a bare json.dumps in one run.

    python tests/speed/records.py [CASES]

Each case is one of the pack malformed_records, in turn as the pack weighs them, on a claim of 13 fields or an order
with an inner object and a list: its stream is opened, its op applied, its record written as JSON. The plan, the truth
and the body around it are told apart (`as requests`). Best of five, in processor time. Faker makes a claim of as many
fields, if it is installed; json.dumps writes the same records as they are.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.draw import draw_case, in_turn, make_case
from harness.generate.payloads import Record
from harness.generate.recipes.packs import Scenario, read_pack
from harness.generate.records.json_text.write import write_json
from harness.generate.records.made.kinds import made_samples
from harness.generate.samples.read_samples import read_samples
from harness.generate.usable import usable

GOAL = 60_000
CASES = 12_000
PACK = read_pack("malformed_records")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """One case: its op at a severity on a record, under an address."""

    run: Callable[..., Any]
    severity: int
    record: Record
    address: str


def bases_of(kind: str) -> Bases:
    return Bases(seed=1, samples=read_samples(*made_samples(kind)))


def scenarios_of(bases: Bases) -> list[Scenario]:
    """Those with one op on records; what breaks off is bytes."""
    found = [one for one in PACK.scenarios if one.ops and one.ops[0].op.layer == "structure"]
    return [one for one in found if not usable(one, bases.samples, bases.samples.columns)]


def asked(bases: Bases, n: int) -> Iterator[RunRequest]:
    samples = cycle(bases.samples.items)
    for k, scenario in enumerate(islice(in_turn(scenarios_of(bases)), n)):
        (one,) = scenario.ops
        record = bases.record(next(samples))
        if one.op.borrows:
            record = Record(pairs=record.pairs, beside=bases.beside(bases.samples.items[0], "s"), schema=record.schema)
        severity = one.high if one.op.kind == "binary" else one.low + k % (one.high - one.low + 1)
        yield RunRequest(run=one.op.run, severity=severity, record=record, address=f"speed/{scenario.id}#{k}")


def draw_and_write(cases: list[RunRequest]) -> int:
    """Draw and write all of them; gives their bytes, so that nothing can be left out."""
    total = 0
    for case in cases:
        total += len(write_json(case.run(case.record, case.severity, Stream(1, case.address))))
    return total


def as_requests(bases: Bases, n: int) -> None:
    counts: dict[str, int] = {}
    for scenario in islice(in_turn(scenarios_of(bases)), n):
        index = counts.setdefault(scenario.id, 0)
        counts[scenario.id] += 1
        make_case(draw_case(PACK, scenario, index, bases.samples, bases.seed), bases)


def dump(records: list[dict[str, Any]]) -> int:
    return sum(len(json.dumps(record).encode()) for record in records)


def best(run: Callable[..., object], *given: object) -> float:
    times = []
    for _ in range(5):
        started = time.process_time()
        run(*given)
        times.append(time.process_time() - started)
    return min(times)


def by_faker(n: int) -> float:
    """Claims a second with Faker; 0 where it is not installed."""
    try:
        from faker import Faker  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return 0.0
    fake = Faker()

    def claims() -> None:
        for k in range(n):
            fake.seed_instance(k)
            json.dumps(
                {
                    "claim_id": fake.bothify("K-######"),
                    "kind": fake.random_element(("water", "glass", "theft")),
                    "region": fake.state(),
                    "amount": fake.pyfloat(min_value=0, max_value=9000, right_digits=2),
                    "currency": fake.currency_code(),
                    "deductible": fake.pyint(0, 300),
                    "insured_sum": fake.pyint(1000, 30000),
                    "happened": fake.date(),
                    "reported": fake.date(),
                    "years_insured": fake.pyint(0, 40),
                    "prior_claims": fake.pyint(0, 6),
                    "channel": fake.random_element(("web", "agent", "phone")),
                    "note": fake.sentence(),
                }
            )

    return n / best(claims)


def main() -> int:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    print(f"{number} cases; load {os.getloadavg()[0]:.1f}")
    rates = {}
    for kind in ("claims", "orders"):
        bases = bases_of(kind)
        cases = list(asked(bases, number))
        draw_and_write(cases)  # what is worked out once for a sample is no part of a case
        rates[kind] = number / best(draw_and_write, cases)
        plain = [json.loads(item.content) for item in bases.samples.items]
        bare = len(plain) / best(dump, plain)
        told = f"{rates[kind]:,.0f} drawn and written/s, {rates[kind] / bare:.2f}x a bare json.dumps ({bare:,.0f}/s)"
        print(f"{kind}: {told}; as requests {min(number, 2000) / best(as_requests, bases, min(number, 2000)):,.0f}/s")
    if faker := by_faker(300):
        print(f"claims by Faker, reseeded for each: {faker:,.0f}/s; ours are {rates['claims'] / faker:.0f}x as many")
    else:
        print("Faker is not installed: pip install faker")
    print(f"claims {'reach' if rates['claims'] >= GOAL else 'miss'} {GOAL:,}/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
