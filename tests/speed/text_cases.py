"""How many three-op cases of a text of 500 characters one core writes in a second.

    python tests/speed/text_cases.py [CASES]

Each case draws three of the ops on texts that keep the request and a severity for each, opens a stream for each step
as `render` does, and applies them; making the plan and the request's body is not in it, and told apart. Best of five.
"""

import os
import sys
import time
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from harness.core.case import Plan, Step
from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.fill import Wrapping
from harness.generate.ops import all_ops
from harness.generate.payloads import SampleText
from harness.generate.registry import Op
from harness.generate.render import render
from harness.generate.text.tickets import made_samples

TEXT = (
    "Dear Sir or Madam, please find enclosed the corrected invoice INV-2024-0017 of 3 March over 1,284.50 EUR. "
    "Our former bookkeeper will confirm that all columns were filled in clearly; the rest is due in June. "
    "I've written to your colleague twice, and nobody has answered so far. Could you look into it, and tell me by "
    "Friday whether anything is missing? If so, I'll send it at once. Please use the address below, since the old one "
    "isn't read any more. Kind regards, Zoë Müller, Returns and Claims."
)
GOAL = 15_000
CASES = 3_000


def ops() -> list[Op]:
    """Ops that hit words of a text rather than put more beside it, so that 500 characters stay what is measured."""
    return [one for one in all_ops().values() if one.layer == "field" and one.kind == "nested"]


def plans(n: int) -> list[tuple[str, tuple[tuple[Op, int], ...]]]:
    """Address and steps of the cases, each pure in its number."""
    trios, found = list(combinations(ops(), 3)), []
    for k in range(n):
        draw = Stream(1, "speed", k)
        found.append((f"speed/texts#{k}", tuple((one, draw.between(1, 10)) for one in draw.choice(trios))))
    return found


def write(cases: list[tuple[str, tuple[tuple[Op, int], ...]]], texts: Sequence[str] = (TEXT,)) -> int:
    """Write all of them, from the texts in turn; gives their characters, so that nothing can be left out."""
    total = 0
    for number, (address, steps) in enumerate(cases):
        text: str = SampleText(texts[number % len(texts)])
        for place, (one, severity) in enumerate(steps):
            text = one.run(text, severity, Stream(1, address, place, one.name))
        total += len(text)
    return total


def different(number: int) -> list[str]:
    """So many texts as long as TEXT, each of made tickets after one another."""
    samples = [item.content.decode() for item in made_samples(8 * number, 1).items]
    texts = [" ".join(samples[8 * k : 8 * k + 8])[: len(TEXT)] for k in range(number)]
    return [text for text in texts if len(text) == len(TEXT)]


def rendered(cases: list[tuple[str, tuple[tuple[Op, int], ...]]], bases: Bases) -> None:
    """The same as whole requests: plan, steps, truth and the body as JSON."""
    for address, steps in cases:
        taken = tuple(Step(op=one.name, severity=severity) for one, severity in steps)
        render(Plan(base="sample:a.txt", steps=taken, stream=address), bases)


def best(run: object, *given: object) -> float:
    times = []
    for _ in range(5):
        started = time.process_time()
        run(*given)  # type: ignore[operator]
        times.append(time.process_time() - started)
    return min(times)


def main() -> int:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    cases = plans(number)
    sample = Sample(
        key="a.txt", kind="text", content=TEXT.encode(), media_type="text/plain", filename="a.txt", truth={"label": "x"}
    )
    bases = Bases(
        seed=1, samples=Samples(items=(sample,), kind="text", columns=("label",)), wrapping=Wrapping(text_as_json=True)
    )
    write(cases[:200])
    print(f"{len(TEXT)} characters, {number} cases of three of {len(ops())} ops; load {os.getloadavg()[0]:.1f}")
    steps = number / best(write, cases)
    print(f"steps alone: {steps:,.0f} cases/s of processor time ({'reaches' if steps >= GOAL else 'misses'} {GOAL:,})")
    print(
        f"of 200 texts: {number / best(write, cases, different(200)):,.0f} cases/s, as a pilot of 200 samples has them"
    )
    print(f"as requests: {number / best(rendered, cases, bases):,.0f} cases/s")
    for one in ops():
        alone = [(f"speed/{one.name}#{k}", ((one, 1 + k % 10),)) for k in range(400)]
        print(f"  {one.name:<22} {1e6 * best(write, alone) / len(alone):6.1f} us")
    return 0


if __name__ == "__main__":
    sys.exit(main())
