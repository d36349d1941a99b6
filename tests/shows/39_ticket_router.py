# slow: installs scikit-learn in an environment of its own
"""A scikit-learn router of tickets, fitted on English ones and right on its pilot: with its confidence, and without.

It stands in an environment of its own, which is made first.
"""

import json
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from harness.cli.main import run
from harness.core.sample import Samples
from harness.generate.text.tickets import made_samples, ticket_of

ROUTER = Path(__file__).resolve().parents[1] / "endpoints" / "trained_router.py"
PILOT, SEED, WORST = 160, 3, 3
FITTED_ON, FIT_SEED = 600, 77
SHOWN, RIGHT = 160, 0.95


def english(number: int, seed: int) -> Samples:
    """The English ones of so many made tickets: the pilot was run in one country."""
    samples = made_samples(number, seed)
    language = [ticket_of(seed, f"made:tickets#{k}").language for k in range(number)]
    kept = tuple(item for item, of in zip(samples.items, language, strict=True) if of == "en")
    return Samples(kind="text", items=kept, columns=samples.columns)


def write_tickets(path: Path, number: int, seed: int) -> int:
    """Tickets as one table, `text` and `label`; gives how many they are."""
    items = english(number, seed).items
    rows = [{"text": item.content.decode(), **item.truth} for item in items]
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    return len(items)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def worst(out: Path) -> list[tuple[str, int, int, str]]:
    """The ops with the largest share of answers accepted and wrong: name, wrong ones, cases, and one address."""
    judged = {row["address"]: (row["disposition"], row["judgement"]) for row in lines(out / "judged.jsonl")}
    cases, wrong, example = Counter[str](), Counter[str](), dict[str, str]()
    for case in lines(out / "cases.jsonl"):
        address = str(case["address"])
        for step in case.get("steps", []):  # type: ignore[attr-defined]
            if address in judged and step["severity"] and not address.startswith(("unanswerable/", "state/")):
                cases[step["op"]] += 1
                if judged[address] == ("accepted", "wrong"):
                    wrong[step["op"]] += 1
                    example.setdefault(step["op"], address)
    shares = sorted(wrong, key=lambda op: (-wrong[op] / cases[op], op))
    return [(op, wrong[op], cases[op], example[op]) for op in shares if cases[op] >= 5][:WORST]


@contextmanager
def routing(folder: Path) -> Iterator[str]:
    """The address of the router, in an environment with scikit-learn."""
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "scikit-learn"], check=True)
    said = subprocess.run([python, "-c", "import sklearn; print(sklearn.__version__)"], capture_output=True, check=True)
    print(f"scikit-learn {said.stdout.decode().strip()}")
    write_tickets(folder / "fitted_on.jsonl", FITTED_ON, FIT_SEED)
    with subprocess.Popen([python, ROUTER, folder / "fitted_on.jsonl"], stdout=subprocess.PIPE, text=True) as router:
        try:
            assert router.stdout
            yield router.stdout.readline().strip()
        finally:
            router.terminate()


def check(url: str, what: str, folder: Path, out: Path) -> tuple[int, dict[str, Any]]:
    """Exit code and verdict of the one-line check; the four figures are printed."""
    asked = ["check", url, "--samples", str(folder / "tickets.jsonl"), "--truth", "label"]
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        code = run([*asked, "--out", str(out)])
    verdict = json.loads((out / "verdict.json").read_text(encoding="utf-8"))
    print(f"\n{what}\nverdict {verdict['verdict']}, exit {code}; the four figures:")
    for figure in ("pilot", "projected", "gap", "silent_errors", "straight_through"):
        value = verdict["headline"][figure]
        print(f"  {figure:<18}{value['value']:.3f}  {value['low']:.3f} to {value['high']:.3f}  n {value['n']}")
    points = [f"{p['op']} {p['severity']}" for p in verdict["headline"]["breaking_points"] if p["severity"]]
    print(f"  breaking points   {', '.join(points) or 'none found'}")
    return code, verdict


def show(address: str, out: Path) -> str:
    """The text of a case, as it was sent."""
    with redirect_stdout(StringIO()):
        run(["show", address, "--run", str(out), "--save-bytes", str(out / "case")])
    return str(json.loads((out / "case").read_bytes().decode("utf-8", "replace"))["text"])


def main() -> int:
    with tempfile.TemporaryDirectory() as name, routing(Path(name)) as url:
        folder = Path(name)
        number = write_tickets(folder / "tickets.jsonl", PILOT, SEED)
        print(f"harness check URL --samples tickets.jsonl --truth label   ({number} tickets, all English)")
        sure, _ = check(f"{url}/route", "with its confidence", folder, folder / "sure")
        alone, verdict = check(f"{url}/label", "with the label alone", folder, folder / "alone")
        found = worst(folder / "alone")
        print("\nthe worst ops of the second, each with an example:")
        for op, wrong, cases, address in found:
            print(f"  {op}: {wrong} of {cases} accepted and wrong; {address}")
            print(f"    {show(address, folder / 'alone')[:SHOWN]!r}")
    silent = verdict["headline"]["silent_errors"]["value"]
    print(
        f"exit {sure} with its confidence; exit {alone} with the label alone, {100 * silent:.1f} % accepted and wrong, "
        f"most by {', '.join(op for op, *_ in found)}"
    )
    right = verdict["headline"]["pilot"]["value"] > RIGHT
    return 0 if right and sure != 1 and alone == 1 and len(found) == WORST else 1


if __name__ == "__main__":
    sys.exit(main())
