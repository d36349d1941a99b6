"""Three services that price an order. They agree on every order of the pilot and part ways on its tail.

    python -m tests.endpoints.orders honest|liar|timid [--port P] [--pilot FOLDER]

honest: refuses what it cannot read, and what no order has. liar: takes a zero for what is missing and says 200. timid:
right, and hands every case to a person.
"""

import argparse
import json
import math
import time
from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from harness.core.seed import Stream
from tests.endpoints.server import Answer, serving

COUNTRIES = {"DE": 0.19, "FR": 0.20, "PL": 0.23, "SE": 0.25}
RANGES = {"quantity": (1, 10_000), "unit_price": (0, 100_000), "discount": (0, 0.5)}
NOTES = ("leave at the back door please", "call before you deliver it", "no sunday delivery here")


def price(order: Mapping[str, Any]) -> dict[str, object]:
    """Total with discount and tax, and the carrier; KeyError or TypeError if the order cannot be read."""
    quantity, unit = order["quantity"], order["unit_price"]
    for number in (quantity, unit, order["discount"]):
        if not _finite(number):
            raise TypeError("not a number")
    if not isinstance(order["express"], bool) or not isinstance(order["note"], str) or not order["order_id"]:
        raise TypeError("not of its type")
    net = quantity * unit * (1 - order["discount"])
    total = round(net * (1 + COUNTRIES[order["country"]]), 2)
    carrier = "courier" if order["express"] else "pallet" if quantity > 40 else "parcel"
    return {"total": total, "carrier": carrier}


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def in_range(order: Mapping[str, Any]) -> None:
    """ValueError for numbers that are impossible in an order."""
    for name, (least, most) in RANGES.items():
        if not least <= order[name] <= most:
            raise ValueError(f"{name} is not in {least} to {most}")


def honest(body: bytes) -> tuple[int, object]:
    try:
        order = json.loads(body)
        result = price(order)
        in_range(order)
        return 200, {"result": result, "needs_review": False}
    except (KeyError, TypeError, ValueError) as reason:
        return 422, {"detail": f"cannot be read: {reason}"}


def liar(body: bytes) -> tuple[int, object]:
    usual = {"quantity": 1, "unit_price": 0.0, "discount": 0.0, "country": "DE", "express": False, "note": ""}
    try:
        given = {k: v for k, v in json.loads(body).items() if v is not None}
    except ValueError:
        given = {}
    order = {**usual, "order_id": "?", **given}
    for name in ("quantity", "unit_price", "discount"):
        order[name] = order[name] if _finite(order[name]) else 0
    order.update(express=bool(order["express"]), note=str(order["note"]), country=_country(order["country"]))
    return 200, {"result": price(order), "needs_review": False}


def _country(value: object) -> str:
    return value if isinstance(value, str) and value in COUNTRIES else "DE"


def timid(body: bytes) -> tuple[int, object]:
    status, reply = honest(body)
    return status, {**reply, "needs_review": True} if isinstance(reply, dict) else reply


def _other_carrier(reply: object) -> object:
    return json.loads(json.dumps(reply).replace('"parcel"', '"pallet"').replace('"courier"', '"parcel"'))


def unsteady(
    number: int, right: float | Callable[[bytes], float], wrong: Callable[[object], object] = _other_carrier
) -> Answer:
    """Honest with that probability and wrong otherwise, drawn anew in every run (its `number`) and every repeat.

    right: one probability, or one for each order. wrong: makes the wrong reply from the right one.
    """
    sent: Counter[bytes] = Counter()
    lock = Lock()

    def answer(body: bytes) -> tuple[int, object]:
        with lock:
            sent[body] += 1
            draw = Stream(number, sha256(body).hexdigest(), sent[body])
        status, reply = honest(body)
        if status == 200 and draw.uniform() >= (right(body) if callable(right) else right):
            reply = wrong(reply)
        return status, reply

    return answer


MANNERS: dict[str, Answer] = {"honest": honest, "liar": liar, "timid": timid}


def write_pilot(path: Path, count: int = 30) -> Path:
    """Orders with their right answers, one a line: the columns `total` and `carrier` are the truth."""
    lines = []
    for k in range(count):
        draw = Stream(7, "order", k)
        order = {
            "order_id": f"{draw.between(1, 999999):06d}",
            "country": draw.choice(sorted(COUNTRIES)),
            "quantity": draw.between(1, 80),
            "unit_price": draw.between(99, 250000) / 100,
            "discount": draw.choice((0.0, 0.05, 0.1)),
            "express": draw.below(3) == 0,
            "note": draw.choice(
                ("leave at the back door please", "call before you deliver it", "no sunday delivery here")
            ),
        }
        lines.append(json.dumps({**order, **price(order)}))
    path.mkdir(parents=True, exist_ok=True)
    (path / "orders.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manner", choices=MANNERS)
    parser.add_argument("--pilot", type=Path)
    asked = parser.parse_args()
    if asked.pilot:
        write_pilot(asked.pilot)
    with serving(MANNERS[asked.manner]) as url:
        print(url, flush=True)
        while True:
            time.sleep(60)


if __name__ == "__main__":
    main()
