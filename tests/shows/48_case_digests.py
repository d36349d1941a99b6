"""The cases of all packs are those of commit e30854f: their addresses, bytes, media types, expectations and truths.

`harness packs draw` draws each scenario of each shipped pack from the samples that it takes if none are named. Packs
of records are drawn from orders too. The shipped pilot has more invoices now; those of the reference are its first. The
few scenarios that the shipped samples do not fit are drawn from texts. The reference holds one digest for each of these
draws, so that a difference names pack and scenario. The name under which a file is uploaded is not compared, because
cases.jsonl does not hold it. Scenarios that are newer than the reference, or were changed on purpose since then, are
not in it: they are counted, and do not fail.

    python tests/shows/48_case_digests.py [--write FILE]

compares with tests/golden/case_digests.txt, or writes it (see tests/shows/frozen.py).
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.endpoints.command import harness
from tests.shows.frozen import COMMIT, GOLDEN, environment, file_to_write

REFERENCE = GOLDEN / "case_digests.txt"
CASES_PER_DRAW, PILOT_CASES, MIN_CASES = 7, 24, 2_000
SEED, PROCESSES = 48, 2
DOES_NOT_FIT = 4
"""Exit code of `packs draw` if no sample fits the scenario: bad usage."""

ORDERS = GOLDEN.parents[1] / "fixtures" / "records" / "orders.jsonl"
PILOT, INVOICES = GOLDEN.parents[1] / "fixtures" / "pilot", 24
"""The shipped pilot, and how many of its invoices the reference has."""

INVOICE_PACKS = (
    *("fax_gateways", "giant_files", "handwritten_notes", "hostile_files", "mailed_files", "malformed_uploads"),
    *("odd_containers", "odd_pdfs", "packed_files", "photographed_documents", "pilot", "scanned_faxes"),
)
RECORD_PACKS = ("doubtful_records", "malformed_json", "malformed_records", "population_shift", "record_formats")
COMPARED = ("address", "media_type", "expect", "truth")
"""Keys of a case in cases.jsonl. The digest of its bytes is added to them."""


@dataclass(frozen=True, slots=True, order=True)
class Draw:
    """What one command draws. scenario: `PACK/SCENARIO`. samples: `shipped`, `orders` or `texts`."""

    scenario: str
    samples: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a draw came to. digest: of all its cases. code: exit code of the command."""

    cases: int = 0
    digest: str = "none"
    code: int = 0


def draw(what: Draw) -> Drawn:
    """Run one command and digest its cases."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name, "out")
        count = PILOT_CASES if what.scenario.startswith("pilot/") else CASES_PER_DRAW
        options = ["-n", str(count), "--seed", str(SEED), "--out", str(out)]
        said = harness("packs", "draw", what.scenario, *options, *sample_options(what, Path(name)))
        if said.code == DOES_NOT_FIT and what.samples == "shipped":  # its papers are made, not taken from the pilot
            said = harness("packs", "draw", what.scenario, *options)
        if said.code:
            return Drawn(code=said.code)
        lines = (out / "cases.jsonl").read_text(encoding="utf-8").splitlines()
        texts = [case_text(json.loads(line), out) for line in lines]
    return Drawn(cases=len(texts), digest=sha256("\n".join(texts).encode()).hexdigest()[:16])


def case_text(case: Mapping[str, Any], out: Path) -> str:
    """What must not change of a case; the digest is that of the bytes that were written."""
    content = sha256((out / case["file"]).read_bytes()).hexdigest()
    if content != case["sha256"]:
        raise SystemExit(f"{case['address']}: cases.jsonl says sha256 {case['sha256']}, the file has {content}")
    return json.dumps([case[name] for name in COMPARED] + [content], sort_keys=True)


def sample_options(what: Draw, folder: Path) -> list[str]:
    """The options that name the samples of a draw."""
    if what.samples == "texts":
        return write_texts(folder / "texts")
    if what.samples == "orders":
        schema = ORDERS.with_suffix(".schema.json")
        return ["--samples", str(ORDERS), "--truth", "total,carrier,leaves", "--schema", str(schema)]
    return write_invoices(folder / "invoices") if what.scenario.startswith(INVOICE_PACKS) else []


def write_invoices(folder: Path) -> list[str]:
    """Copy the first invoices of the shipped pilot with their truth; the options that name them."""
    folder.mkdir()
    rows = (PILOT / "truth.csv").read_text(encoding="utf-8").splitlines()[: 1 + INVOICES]
    (folder / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for row in rows[1:]:
        shutil.copy(PILOT / row.partition(",")[0], folder)
    return ["--samples", str(folder), "--truth", str(folder / "truth.csv")]


def write_texts(folder: Path) -> list[str]:
    """Write texts with their labels; the options that name them."""
    folder.mkdir()
    rows = ["file,label"]
    for number, label in enumerate(("billing", "delivery", "login", "refund") * 2):
        text = f"Hello,\nI wrote on 3 May about {label} {number}; nobody has answered.\nZoë Müller, +49 221 4710 8825\n"
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        rows.append(f"{number}.txt,{label}")
    (folder / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return ["--samples", str(folder), "--truth", str(folder / "truth.csv")]


def draw_all(asked: list[Draw]) -> dict[Draw, Drawn]:
    """What each draw came to."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        return dict(zip(asked, pool.map(draw, asked), strict=True))


def shipped_scenarios() -> list[str]:
    """`PACK/SCENARIO` of every shipped pack."""
    packs = json.loads(harness("packs", "list", "--json").out)
    return [f"{pack['pack']}/{scenario}" for pack in packs for scenario in pack["scenarios"]]


def measure_reference() -> dict[Draw, Drawn]:
    """Every draw that fits; SystemExit if a scenario fits no samples or a command fails for another reason."""
    scenarios = shipped_scenarios()
    drawn = draw_all([Draw(name, "shipped") for name in scenarios])
    drawn |= draw_all([Draw(name, "orders") for name in scenarios if name.startswith(RECORD_PACKS)])
    missing = set(scenarios) - {what.scenario for what, one in drawn.items() if not one.code}
    drawn |= draw_all([Draw(name, "texts") for name in sorted(missing)])
    missing -= {what.scenario for what, one in drawn.items() if not one.code}
    failed = {what.scenario for what, one in drawn.items() if one.code not in (0, DOES_NOT_FIT)}
    if missing or failed:
        raise SystemExit(f"no samples fit {sorted(missing)}; packs draw failed for {sorted(failed)}")
    return {what: one for what, one in sorted(drawn.items()) if not one.code}


def write(path: Path) -> None:
    """The reference: what it was made by, then one line for each draw."""
    lines = [f"# {COMMIT}, seed {SEED}; {environment()}"]
    lines += [f"{what.scenario} {what.samples} {one.cases} {one.digest}" for what, one in measure_reference().items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(path: Path) -> tuple[str, dict[Draw, Drawn]]:
    """What the reference was made by, and its draws."""
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines]
    return head.removeprefix("# "), {Draw(row[0], row[1]): Drawn(cases=int(row[2]), digest=row[3]) for row in rows}


def differences(drawn: Mapping[Draw, Drawn], reference: Mapping[Draw, Drawn]) -> Iterator[str]:
    """A line for each draw that differs."""
    for what, one in drawn.items():
        before = reference[what]
        if one != before:
            now = f"exit code {one.code}" if one.code else f"{one.cases} cases, digest {one.digest}"
            yield f"{what.scenario} of {what.samples}: {now}; {COMMIT}: {before.cases} cases, digest {before.digest}"


def main() -> int:
    if path := file_to_write(__doc__):
        write(path)
    made_by, reference = read(path or REFERENCE)
    drawn = draw_all(list(reference))
    different = list(differences(drawn, reference))
    for line in different:
        print(line)
    if different:
        print(f"reference: {made_by}\nhere:      {environment()}")
    cases = sum(one.cases for one in drawn.values())
    new = set(shipped_scenarios()) - {what.scenario for what in reference}
    packs = {what.scenario.partition("/")[0] for what in reference}
    print(
        f"{cases} cases of {len(packs)} packs, {len(drawn)} draws: {len(different)} draws differ from {COMMIT};"
        f" {len(new)} newer or changed scenarios not compared"
    )
    return 1 if different or cases < MIN_CASES else 0


if __name__ == "__main__":
    sys.exit(main())
