# slow: a hundred and twenty cases are drawn, and 260 sent
"""Ten PDFs of another library through every page pack: all drawn, all sent, none lost, and a verdict that means it.

The service reads the text layer of PDFs and hands over what has none, so the pilot is mostly right and no fax is: no-go
for its straight-through rate. An eleventh PDF that asks for a password is told with its name before anything is sent.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

from harness.cli.main import run
from harness.generate.recipes.pack_folders import shipped_packs
from harness.generate.recipes.packs import PILOT, Pack, read_pack
from harness.generate.samples.read_samples import read_samples
from harness.generate.usable import usable
from tests.endpoints.pdf_pilot import FIELDS, KINDS, read_text_layer, truth_of, write_pdf, write_pilot
from tests.endpoints.server import Heard, serving

EXEMPT = "giant_files"
"""Of 900 million pixels each; asked only where it is named."""

CALLS = 260


def packs_for(folder: Path) -> Iterator[tuple[Pack, int]]:
    """Every pack with a scenario for these samples, and how many cases are one turn of its scenarios."""
    samples = read_samples(str(folder), str(folder / "truth.csv"))
    for name in shipped_packs():
        pack = read_pack(name)
        weights = [one.weight for one in pack.scenarios if not usable(one, samples, FIELDS)]
        if weights and name not in (PILOT, EXEMPT):
            yield pack, sum(weights)


def draw(pack: Pack, count: int, pilot: Path, out: Path) -> Counter[str]:
    """Cases of each scenario that were drawn with their files."""
    asked = ["packs", "draw", pack.name, "-n", str(count), "--out", str(out), *samples_of(pilot)]
    if code := run(asked):
        raise RuntimeError(f"packs draw {pack.name}: exit {code}")
    lines = [json.loads(line) for line in (out / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    missing = [line["file"] for line in lines if not (out / line["file"]).is_file()]
    if missing or len(lines) != count:
        raise RuntimeError(f"{pack.name}: {len(lines)} of {count} cases, without a file: {missing}")
    return Counter(line["tags"]["scenario"] for line in lines)


def samples_of(pilot: Path) -> list[str]:
    return ["--samples", str(pilot), "--truth", str(pilot / "truth.csv")]


def check(url: str, packs: list[Pack], pilot: Path, folder: Path) -> tuple[int, Path]:
    """Exit code and run folder of a check with all of these packs in the mix."""
    parts = [(PILOT, 0.6), *((pack.name, 0.4 / len(packs)) for pack in packs)]
    config = folder / "harness.toml"
    mix = [f'[[mix]]\npack = "{name}"\nshare = {share:.6f}\n' for name, share in parts]
    config.write_text("\n".join([*mix, "[gate]", "unknown = 1.0", "[budget]", "robustness = []\n"]), encoding="utf-8")
    out = folder / "run"
    return run(
        ["check", url, "--config", str(config), "--calls", str(CALLS), "--out", str(out), *samples_of(pilot)]
    ), out


def rows(folder: Path, names: str) -> list[dict[str, object]]:
    return [
        json.loads(line)
        for path in sorted(folder.glob(names))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def lost(out: Path) -> list[str]:
    """What was planned and has no reply, has two, or was not judged."""
    replies = Counter((row["address"], row["repeat"]) for row in rows(out, "replies*.jsonl"))
    judged = Counter((row["address"], row["repeat"]) for row in rows(out, "judged.jsonl"))
    planned = {row["address"] for row in rows(out, "cases.jsonl")}
    found = [f"{address} was not sent" for address in planned - {address for address, _ in replies}]
    found += [f"{key} stands {n} times" for key, n in (replies + judged).items() if n != 2]
    return found


def refused(pilot: Path, folder: Path) -> list[str]:
    """What is not as it should be where one more PDF asks for a password."""
    (pilot / "locked.pdf").write_bytes(write_pdf("text_layer", truth_of(10), "secret"))
    with (pilot / "truth.csv").open("a", encoding="utf-8") as table:
        table.write(",".join(("locked.pdf", *truth_of(10).values())) + "\n")
    heard: list[Heard] = []
    told = StringIO()
    with redirect_stderr(told), serving(read_text_layer, "/read", heard=heard) as url:
        codes = (
            run(["check", url, "--calls", "40", "--out", str(folder / "never"), *samples_of(pilot)]),
            run(["packs", "draw", "scanned_faxes", "-n", "60", "--out", str(folder / "empty"), *samples_of(pilot)]),
            run(["packs", "lint", "pilot", *samples_of(pilot)]),
        )
    sentence = "locked.pdf: the PDF is encrypted with a password"
    checks = {
        f"exit codes {codes}": codes == (4, 4, 4),
        told.getvalue(): told.getvalue().count(sentence) == 3,
        f"{len(heard)} requests were sent": not heard,
    }
    return [what for what, right in checks.items() if not right]


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder, pilot = Path(name), Path(name, "pilot")
        write_pilot(pilot)
        found = list(packs_for(pilot))
        drawn = {pack.name: draw(pack, count, pilot, folder / pack.name) for pack, count in found}
        with serving(read_text_layer, "/read") as url:
            code, out = check(url, [pack for pack, _ in found], pilot, folder)
        verdict = json.loads((out / "verdict.json").read_text(encoding="utf-8"))
        faults = [*lost(out), *refused(pilot, folder)]
        sent = Counter(str(row["address"]).partition("/")[0] for row in rows(out, "judged.jsonl"))
        dispositions = Counter(str(row["disposition"]) for row in rows(out, "judged.jsonl"))
    faults += [f"nothing of {name} was sent" for name in drawn if not sent[name]]
    faults += [] if verdict["valid"] and code == verdict["exit_code"] == 1 else [f"exit {code}: {verdict['problems']}"]
    faults += [f"{dispositions['error']} errors"] if dispositions["error"] else []
    print("\n".join(faults))
    print(
        f"{len(KINDS)} PDFs, {len(drawn)} packs, {sum(map(len, drawn.values()))} scenarios:"
        f" {sum(one.total() for one in drawn.values())} cases drawn, {sum(sent.values())} sent ({dict(dispositions)}),"
        f" exit {code}; {len(faults)} faults"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
