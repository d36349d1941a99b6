"""Services that repeat the id of the request in the reply, some of them changed."""

import json
import unicodedata
from collections.abc import Callable
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from tests.endpoints.orders import write_pilot
from tests.endpoints.server import Answer

Keep = Callable[[Any], Any]
"""Returns the id as the service keeps it."""


def repeating(answer: Answer, keep: Keep = lambda value: value, field: str = "order_id") -> Answer:
    """As `answer`, but an accepted reply repeats the id as the service keeps it."""

    def repeated(body: bytes) -> tuple[int, object]:
        status, reply = answer(body)
        if status != 200 or not isinstance(reply, dict):
            return status, reply
        return status, {**reply, "meta": {"id": keep(json.loads(body)[field])}}

    return repeated


def as_number(value: Any) -> Any:
    """Whatever reads as a whole number is one, so leading zeros are lost."""
    return int(value) if isinstance(value, str) and value.strip().isdigit() else value


def as_double(value: Any) -> Any:
    """Every number is a double, so what is above 2^53 is rounded."""
    return int(float(value)) if isinstance(value, int) else value


def composed(value: Any) -> Any:
    """Letters and accents are composed (NFC)."""
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def trimmed(value: Any) -> Any:
    """Surrounding blanks are removed."""
    return value.strip() if isinstance(value, str) else value


def of_the_last(answer: Answer, every: int) -> Answer:
    """Every `every`-th reply carries the id of the previous request."""
    numbers, lock = count(1), Lock()
    last: list[Any] = [None]

    def keep(value: Any) -> Any:
        with lock:
            before, last[0] = last[0], value
            return before if next(numbers) % every == 0 and before is not None else value

    return repeating(answer, keep)


def write_numbered(folder: Path) -> Path:
    """The pilot's orders with ids that are numbers."""
    path = write_pilot(folder) / "orders.jsonl"
    orders = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines = [json.dumps({**order, "order_id": 100_000 + int(order["order_id"])}) for order in orders]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
