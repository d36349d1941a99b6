# slow: fifty whole checks, some minutes
"""Correct services, strict and lenient within the standard, are a go; or undecided by the number of samples alone.

Ten variants that answer the same orders, tickets or records: JSON that is read strictly or leniently, bodies with and
without a template or a wrapper, with and without a written schema; five seeds each. A no-go is a false one.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.endpoints.command import harness
from tests.endpoints.orders import honest, in_range, price, write_pilot
from tests.endpoints.remembering import route, write_texts
from tests.endpoints.server import Answer, serving
from tests.zoo import pilots
from tests.zoo.record import Scorer

SEEDS = range(1, 6)
FIELDS = ("order_id", "country", "quantity", "unit_price", "discount", "express", "note")
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": list(FIELDS),
    "properties": {
        "order_id": {"type": "string"},
        "country": {"type": "string", "enum": ["DE", "FR", "PL", "SE"]},
        "quantity": {"type": "integer", "minimum": 1, "maximum": 10_000},
        "unit_price": {"type": "number", "minimum": 0, "maximum": 100_000},
        "discount": {"type": "number", "minimum": 0, "maximum": 0.5},
        "express": {"type": "boolean"},
        "note": {"type": "string"},
    },
}
Read = Callable[[bytes], Any]


def strictly(body: bytes) -> Any:
    """The body, if no key stands twice and every number is one."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a key stands twice")
        return dict(pairs)

    def constant(name: str) -> float:
        raise ValueError(name)

    return json.loads(body, object_pairs_hook=once, parse_constant=constant)


def pricing(read: Read, *, unknown: bool = True, inside: str = "") -> Answer:
    """Prices an order. unknown: further fields are ignored, else refused. inside: key of the body with the order."""

    def answer(body: bytes) -> tuple[int, object]:
        try:
            order = read(body)
            order = order[inside][0] if inside == "orders" else order[inside] if inside else order
            if not unknown and set(order) != set(FIELDS):
                raise ValueError("unknown or missing fields")
            result = price(order)
            in_range(order)
        except (ValueError, KeyError, TypeError, IndexError) as reason:
            return 422, {"detail": str(reason)}
        return 200, {"result": result, "needs_review": False}

    return answer


def routing(body: bytes) -> tuple[int, object]:
    """Routes a text by its words, and refuses a body without one."""
    try:
        text = json.loads(body)["text"]
    except (ValueError, KeyError, TypeError):
        return 422, {"detail": "no text"}
    return route(body) if isinstance(text, str) and text.strip() else (422, {"detail": "no text"})


@dataclass(frozen=True)
class Variant:
    """One correct service. write: its pilot. truth: names of columns, or a table of the folder. settings: TOML."""

    answer: Answer
    write: Callable[[Path], object] = write_pilot
    truth: str = "total,carrier"
    settings: str = ""
    files: Mapping[str, object] = field(default_factory=dict)


def wrapped(folder: Path) -> None:
    """The orders as their system sends them: a list of one under a key, beside their truth."""
    write_pilot(folder)
    orders = [json.loads(line) for line in (folder / "orders.jsonl").read_text(encoding="utf-8").splitlines()]
    (folder / "orders.jsonl").unlink()
    lines = []
    for order in orders:
        body = {"orders": [{name: order[name] for name in FIELDS}]}
        lines.append(json.dumps({**body, "total": order["total"], "carrier": order["carrier"]}))
    (folder / "bodies.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def records(folder: Path) -> None:
    folder.mkdir()
    pilots.write_records(folder)


CLOSED = 'schema = "schema.json"\n'
VARIANTS: Mapping[str, Variant] = {
    "lenient": Variant(honest),
    "strict JSON": Variant(pricing(strictly)),
    "strict JSON and fields": Variant(pricing(strictly, unknown=False)),
    "strict fields, written schema": Variant(
        pricing(strictly, unknown=False), settings=f"[pilot]\n{CLOSED}", files={"schema.json": SCHEMA}
    ),
    "lenient, written schema": Variant(honest, settings=f"[pilot]\n{CLOSED}", files={"schema.json": SCHEMA}),
    "templated whole, strict": Variant(
        pricing(strictly, inside="order"), settings='[target]\nrequest = { order = "{*}", source = "crm" }\n'
    ),
    "templated by column, lenient": Variant(
        pricing(json.loads, inside="order"),
        settings="[target.request.order]\n" + "".join(f'{name} = "{{{name}}}"\n' for name in FIELDS),
    ),
    "wrapped, strict": Variant(pricing(strictly, inside="orders"), write=wrapped),
    "texts": Variant(routing, write=lambda folder: write_texts(folder, 60), truth="truth.csv"),
    "strict records with an upstream": Variant(
        Scorer(lookup=pilots.customer), write=records, truth="decision,score", settings="[target]\nflag_below = 0.8\n"
    ),
}


def check(name: str, folder: Path) -> list[tuple[str, list[str]]]:
    """The verdict with each seed, and the criteria that did not pass."""
    one = VARIANTS[name]
    found: list[tuple[str, list[str]]] = []
    one.write(folder / "pilot")
    for file, content in one.files.items():
        (folder / file).write_text(json.dumps(content), encoding="utf-8")
    settings = one.settings.replace("schema.json", str(folder / "schema.json"))
    (folder / "harness.toml").write_text(settings, encoding="utf-8")
    truth = str(folder / "pilot" / one.truth) if one.truth.endswith(".csv") else one.truth
    for seed in SEEDS:
        out = folder / f"run{seed}"
        with serving(one.answer) as url:
            said = harness(
                *("check", url, "--samples", str(folder / "pilot"), "--truth", truth, "--out", str(out)),
                *("--seed", str(seed), "--config", str(folder / "harness.toml")),
            )
        if not (out / "verdict.json").exists():
            return [*found, (f"exit {said.code}", [said.err.strip().splitlines()[-1]])]
        verdict = json.loads((out / "verdict.json").read_text(encoding="utf-8"))
        reasons = [f"{reason['criterion']} {reason['slice']}" for reason in verdict["reasons"]]
        found.append((verdict["verdict"], reasons))
    return found


def main() -> int:
    totals, false = {"go": 0, "undecided": 0, "no-go": 0}, 0
    for name in sys.argv[1:] or VARIANTS:
        with tempfile.TemporaryDirectory() as folder:
            for verdict, reasons in check(name, Path(folder)):
                totals[verdict] = totals.get(verdict, 0) + 1
                wrong = verdict != "go" and not (verdict == "undecided" and set(reasons) == {"samples "})
                false += wrong
                print(f"{name}: {verdict} {', '.join(reasons)}{'  FALSE' if wrong else ''}", flush=True)
    counted = ", ".join(f"{count} {name}" for name, count in totals.items())
    print(f"53: {sum(totals.values())} checks of correct services: {counted}; {false} false")
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main())
