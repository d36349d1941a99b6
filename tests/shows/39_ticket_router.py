"""A router of tickets, fitted on English ones and right on its pilot: with its confidence, and with the label alone."""

import json
import sys
import tempfile
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from harness.cli.main import run
from tests.endpoints.server import Answer, serving
from tests.endpoints.trained_router import answer, english, label_alone, weights

PILOT, SEED, WORST = 160, 3, 3
SHOWN, RIGHT = 160, 0.95


def write_tickets(path: Path) -> int:
    """The pilot's tickets as one table, `text` and `label`; gives how many they are."""
    items = english(PILOT, SEED).items
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
            if address in judged and step["severity"] and not address.startswith(("anchors/", "history/")):
                cases[step["op"]] += 1
                if judged[address] == ("accepted", "wrong"):
                    wrong[step["op"]] += 1
                    example.setdefault(step["op"], address)
    shares = sorted(wrong, key=lambda op: (-wrong[op] / cases[op], op))
    return [(op, wrong[op], cases[op], example[op]) for op in shares if cases[op] >= 5][:WORST]


def check(answer: Answer, folder: Path, out: Path) -> tuple[int, dict[str, Any]]:
    """Exit code and verdict of the one-line check; the four figures are printed."""
    with serving(answer, "/route") as url:
        asked = ["check", url, "--samples", str(folder / "tickets.jsonl"), "--truth", "label"]
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            code = run([*asked, "--out", str(out)])
    verdict = json.loads((out / "verdict.json").read_text(encoding="utf-8"))
    print(f"\n{answer.__doc__}\nverdict {verdict['verdict']}, exit {code}; the four figures:")
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
    weights()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        number = write_tickets(folder / "tickets.jsonl")
        print(f"harness check URL --samples tickets.jsonl --truth label   ({number} tickets, all English)")
        sure, _ = check(answer, folder, folder / "sure")
        alone, verdict = check(label_alone, folder, folder / "alone")
        found = worst(folder / "alone")
        print("\nthe worst ops of the second, each with an example:")
        for op, wrong, cases, address in found:
            print(f"  {op}: {wrong} of {cases} accepted and wrong; {address}")
            print(f"    {show(address, folder / 'alone')[:SHOWN]!r}")
    right = verdict["headline"]["pilot"]["value"] > RIGHT
    return 0 if right and sure != 1 and alone == 1 and len(found) == WORST else 1


if __name__ == "__main__":
    sys.exit(main())
