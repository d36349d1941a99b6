"""Two claim services over one fitted model: the one that takes what it can is no-go, and the report says by which ops.

Both are checked with a CSV of claims, a truth column, a schema and the confidence below which a person looks. Prints
the five figures of each, and of the loose one the three worst ops of the mix with an example. Malformed claims need not
be answered, so what the loose one does with them shows in the silent errors of other cases.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.core.reply import Judged
from harness.generate.records.made.kinds import made_samples
from harness.run.outcome.replay_case import remake
from harness.store.folder import RunFolder
from tests.endpoints.claims import MANNERS
from tests.endpoints.command import harness
from tests.endpoints.server import serving

WORST = 3
FIGURES = ("pilot", "projected", "silent_errors", "silent_errors_other", "straight_through")
SHOWN = 150
"""Characters of a body."""


@dataclass(slots=True, kw_only=True)
class Figures:
    """What a run came to: its exit code, its headline, and of each op how often it was silently wrong.

    examples, bodies: of each op the first case that was, and what was sent.
    """

    code: int
    headline: Mapping[str, Any]
    silent: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    examples: dict[str, Judged] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)


def check(manner: str) -> Figures:
    """Check the service in a folder of its own; claims.csv, its truth, its schema, and who looks."""
    samples, _, schema = made_samples("claims")
    settings = f'[pilot]\nschema = "{schema}"\n[target]\nflag_below = 0.8\n'
    Path("harness.toml").write_text(settings, encoding="utf-8")
    with serving(MANNERS[manner]) as url:
        said = harness(
            "check", url, "--samples", samples, "--truth", "decision,payout,due", "--calls", "500", "--out", manner
        )
    print(said.err if said.code not in (0, 1, 5) else "", end="")
    verdict = json.loads(Path(manner, "verdict.json").read_text(encoding="utf-8"))
    told = Figures(code=said.code, headline=verdict["headline"])
    folder = RunFolder.read(Path(manner))
    lines = {line.address: line for line in folder.read_cases()}
    for row in folder.read_judged():
        line = lines[row.address]
        if row.address.startswith("malformed_records/") and line.steps:
            op = line.steps[0].op
            told.asked[op] += 1
            if row.disposition == "accepted" and row.judgement == "wrong":
                told.silent[op] += 1
                told.examples.setdefault(op, row)
    for op, _ in told.silent.most_common(WORST):
        told.bodies[op] = remake(folder, told.examples[op].address).content.decode()
    return told


def figures(told: Figures) -> str:
    return ", ".join(f"{name} {told.headline[name]['value']:.3f}" for name in FIGURES)


def main() -> int:
    with tempfile.TemporaryDirectory() as name, chdir(name):
        checked, loose = check("checked"), check("loose")
    print(f"checked (exit {checked.code}): {figures(checked)}")
    print(f"loose (exit {loose.code}): {figures(loose)}")
    worst = [op for op, _ in loose.silent.most_common(WORST)]
    for op in worst:
        row = loose.examples[op]
        print(f"  {op}: silently wrong in {loose.silent[op]} of {loose.asked[op]}, as {row.address} ({row.reason})")
        print(f"    sent {loose.bodies[op][:SHOWN]}...")
        print(f"    answered {dict(row.answer)}, sure to {row.confidence}")
    held = (
        checked.code == 0
        and not checked.silent
        and loose.code == 1
        and len(worst) == WORST
        and loose.headline["silent_errors_other"]["value"] > checked.headline["silent_errors_other"]["value"]
    )
    silent = f"{sum(loose.silent.values())} of {sum(loose.asked.values())} malformed silently wrong"
    print(f"exit codes: checked {checked.code}, loose {loose.code} ({silent}; checked {sum(checked.silent.values())})")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
