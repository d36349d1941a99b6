"""Services that take many orders in one request. Some of them are wrong."""

import json
from collections.abc import Callable
from typing import Any

from tests.endpoints.orders import honest
from tests.endpoints.server import Answer

Rows = list[Any]
Results = list[dict[str, Any]]


def one_row(row: object) -> dict[str, Any]:
    """The reply of a single request for the row, or an error in its place."""
    status, reply = honest(json.dumps(row).encode())
    assert isinstance(reply, dict)
    return reply if status == 200 else {"error": reply["detail"]}


def each(rows: Rows) -> Results:
    """Right: each row is answered by itself."""
    return [one_row(row) for row in rows]


def misaligned(rows: Rows) -> Results:
    """Drops unreadable rows before it scores, and joins the results with the first ids that were sent."""
    results = [result for result in each(rows) if "error" not in result]
    return [{"order_id": row.get("order_id"), **result} for row, result in zip(rows, results, strict=False)]


def padded(rows: Rows) -> Results:
    """As `misaligned`, but repeats the last result so that the number of rows is right."""
    results = misaligned(rows)
    return results + results[-1:] * (len(rows) - len(results))


def sorted_by_id(rows: Rows) -> Results:
    """Returns the rows in the order of their ids, as after a join."""
    return each(sorted(rows, key=lambda row: str(row.get("order_id"))))


def in_first_order(seen: list[str]) -> Callable[[Rows], Results]:
    """Returns the rows in the order in which it first saw them. seen: their ids in that order, empty at the start."""

    def results(rows: Rows) -> Results:
        seen.extend(str(row.get("order_id")) for row in rows if str(row.get("order_id")) not in seen)
        return each(sorted(rows, key=lambda row: seen.index(str(row.get("order_id")))))

    return results


def without_repetitions(rows: Rows) -> Results:
    """Treats rows with the same id as one row."""
    return each(list({str(row.get("order_id")): row for row in rows}.values()))


def taking(results: Callable[[Rows], Results], items: str = "", into: str = "") -> Answer:
    """A service of batches. items: key of the list in the body. into: key of the list in the reply."""

    def answer(body: bytes) -> tuple[int, object]:
        asked = json.loads(body)
        found = results(asked[items] if items else asked)
        return 200, {into: found} if into else found

    return answer


def all_or_nothing(body: bytes) -> tuple[int, object]:
    """Refuses the whole batch if one row cannot be read."""
    found = each(json.loads(body))
    bad = [result["error"] for result in found if "error" in result]
    return (422, {"detail": bad}) if bad else (200, found)


def says(reply: object, status: int = 200) -> Answer:
    """Returns always the same reply."""
    return lambda body: (status, reply)
