"""Lists longer than any of the pilot: a service that reads a part is found, though nobody knows the right answer."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.endpoints.command import harness
from tests.endpoints.server import serving

Items = list[dict[str, Any]]
MIX = "".join(
    f'[[mix]]\npack = "{name}"\nshare = {share}\n' for name, share in (("pilot", 0.9), ("malformed_records", 0.1))
)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def total(items: Items) -> int:
    return sum(item["quantity"] * item["cents"] for item in items)


def strict(answer: Callable[[Items], int]) -> Callable[[bytes], tuple[int, object]]:
    """A service that refuses what is not an order, and answers by its items."""

    def reply(body: bytes) -> tuple[int, object]:
        try:
            record = json.loads(body)
            items = record["items"]
            sound = isinstance(items, list) and bool(items) and isinstance(record["customer"], str)
            sound = sound and bool(record["customer"])
            for item in items:
                sound = sound and all(type(item[name]) is int and item[name] > 0 for name in ("quantity", "cents"))
                sound = sound and item.keys() == {"quantity", "cents"}
            sound = sound and record.keys() == {"customer", "items"}
        except (ValueError, TypeError, KeyError):
            sound = False
        return (200, {"total": answer(items)}) if sound else (422, {"detail": "not an order"})

    return reply


def write_orders(answer: Callable[[Items], int]) -> str:
    lines = []
    for number in range(40):
        draw = Random(number)
        items = [{"quantity": draw.randrange(1, 9), "cents": draw.randrange(100, 9_000)} for _ in range(2 + number % 7)]
        lines.append(
            json.dumps({"customer": f"C-{draw.randrange(1000, 9999)}", "items": items, "total": answer(items)})
        )
    Path("orders.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return "orders.jsonl"


def checked(answer: Callable[[Items], int], truth: Callable[[Items], int] = total) -> dict[str, Any]:
    samples = write_orders(truth)
    Path("harness.toml").write_text(MIX, encoding="utf-8")
    with serving(strict(answer), "/price") as url:
        said = harness("check", url, "--samples", samples, "--truth", "total", "--calls", "500", "--out", "run")
    assert said.code in (0, 1, 5), said.err
    found: dict[str, Any] = json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))
    return found


def coverage_of(verdict: dict[str, Any]) -> str:
    rows = [*verdict["passed"], *verdict["reasons"]]
    return str(next(one for one in rows if one["criterion"] == "coverage"))


def test_a_service_that_adds_all_items_passes() -> None:
    verdict = checked(total)
    assert "coverage" in [one["criterion"] for one in verdict["passed"]], verdict["reasons"]
    cases = Path("run/cases.jsonl").read_text(encoding="utf-8")
    assert '"sent":"32 items"' in cases


@pytest.mark.parametrize(
    "part",
    [lambda items: items[:10], lambda items: items[-12:], lambda items: items[:8] if len(items) > 20 else items],
    ids=["the first ten", "the last twelve", "less of very long ones"],
)
def test_a_service_that_adds_a_part_of_a_long_list_is_found(part: Callable[[Items], Items]) -> None:
    verdict = checked(lambda items: total(part(items)))
    assert verdict["verdict"] == "no-go"
    assert "two_orders" in coverage_of(verdict)
    assert "items" in coverage_of(verdict)


def test_a_service_whose_answer_depends_on_the_order_is_not_blamed() -> None:
    def first(items: Items) -> int:
        return int(items[0]["cents"])

    verdict = checked(first, first)
    assert "two_orders" not in coverage_of(verdict)
    assert verdict["verdict"] != "no-go", verdict["reasons"]


def test_a_service_that_refuses_long_lists_passes() -> None:
    def refusing(items: Items) -> int:
        if len(items) > 10:
            raise ValueError("too many")
        return total(items)

    samples = write_orders(total)
    Path("harness.toml").write_text(MIX, encoding="utf-8")

    def reply(body: bytes) -> tuple[int, object]:
        try:
            return strict(refusing)(body)
        except ValueError:
            return 422, {"detail": "too many items"}

    with serving(reply, "/price") as url:
        harness("check", url, "--samples", samples, "--truth", "total", "--calls", "500", "--out", "run")
    verdict = json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))
    assert "coverage" in [one["criterion"] for one in verdict["passed"]], verdict["reasons"]
