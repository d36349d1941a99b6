"""The request schema that the service publishes: what breaks it may be refused, and nothing else changes."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.store.folder import RunFolder
from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import honest, in_range, liar, price, write_pilot
from tests.endpoints.server import Answer, serving

TYPES: Mapping[str, dict[str, Any]] = {
    "order_id": {"type": "string"},
    "country": {"type": "string", "enum": ["DE", "FR", "PL", "SE"]},
    "quantity": {"type": "integer", "minimum": 1, "maximum": 10_000},
    "unit_price": {"type": "number", "minimum": 0, "maximum": 100_000},
    "discount": {"anyOf": [{"type": "number", "minimum": 0, "maximum": 0.5}, {"type": "null"}]},
    "express": {"type": "boolean"},
    "note": {"type": "string", "maxLength": 200},
}
ORDER: dict[str, Any] = {
    "type": "object",
    "required": list(TYPES),
    "properties": dict(TYPES),
    "additionalProperties": False,
}
REF = {"$ref": "#/components/schemas/Order"}
TOLD = "refusals: a body that breaks the request schema in /openapi.json may be refused"
IGNORED = "refusals: the request schema in /openapi.json is ignored: "
TEMPLATE = 'request = { source = "crm", order = "{*}" }\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))


def openapi(body: object = REF, order: object = ORDER) -> dict[str, Any]:
    content = {"application/json": {"schema": body}}
    paths = {"/score": {"post": {"requestBody": {"content": content}}}}
    return {"openapi": "3.1.0", "paths": paths, "components": {"schemas": {"Order": order}}}


def strict(inside: Callable[[Any], Any] = lambda body: body) -> Answer:
    """Prices an order that has exactly its fields. inside: finds the order in the body."""

    def answer(body: bytes) -> tuple[int, object]:
        try:
            order = inside(json.loads(body))
            if set(order) != set(TYPES) or not isinstance(order["quantity"], int):
                raise ValueError("not these fields")
            result = price(order)
            in_range(order)
        except (ValueError, KeyError, TypeError, IndexError) as reason:
            return 422, {"detail": str(reason)}
        return 200, {"result": result, "needs_review": False}

    return answer


def check(
    answer: Answer,
    published: object = None,
    *,
    out: str = "run",
    target: str = "",
    calls: int = 200,
) -> CommandResult:
    """published: the document at /openapi.json; None: there is none. target: lines of `[target]`."""
    text = f"[target]\nrate = 200\n{target}[budget]\nrobustness = []\n[gate]\nsilent_errors = 0.1\nerrors = 0.1\n"
    Path("harness.toml").write_text(text, encoding="utf-8")
    documents = {} if published is None else {"/openapi.json": published}
    with serving(answer, documents=documents) as url:
        asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", str(calls), "--out", out)
        return harness("check", url, *asked)


def rates(run: str = "run") -> tuple[float, float]:
    """The gap and straight-through."""
    headline = json.loads(Path(run, "verdict.json").read_text(encoding="utf-8"))["headline"]
    return headline["gap"]["value"], headline["straight_through"]["value"]


def test_a_strict_service_has_the_gap_of_a_lenient_one_if_it_publishes_what_it_takes() -> None:
    assert check(honest, out="lenient").code == 0
    said = check(strict(), openapi())
    assert TOLD in said.err
    assert rates() == rates("lenient") == (0.0, 1.0)
    assert said.code == 0
    assert re.search(r"Assumed: what /openapi.json forbids may be refused \((\d+) of \1 inputs were\)", said.out)


def test_without_the_published_schema_the_same_service_has_a_gap() -> None:
    said = check(strict())
    assert "refusals: " not in said.err
    assert rates()[0] > 0.01
    assert rates()[1] < 0.99


@pytest.mark.parametrize(
    ("target", "body", "inside"),
    [
        ('protocol = "json"\n', REF, lambda body: body),
        (
            TEMPLATE,
            {
                "allOf": [
                    {"type": "object", "required": ["source"], "properties": {"source": {"const": "crm"}}},
                    {"type": "object", "required": ["order"], "properties": {"order": REF}},
                ]
            },
            lambda body: body["order"],
        ),
        (
            'request = { orders = ["{*}"] }\n',
            {"properties": {"orders": {"items": REF}}},
            lambda body: body["orders"][0],
        ),
    ],
    ids=["protocol written", "template", "list in a template"],
)
def test_the_schema_describes_the_body_as_it_is_sent(target: str, body: object, inside: Callable[[Any], Any]) -> None:
    said = check(strict(inside), openapi(body), target=target)
    assert TOLD in said.err
    assert (said.code, rates()) == (0, (0.0, 1.0))


def test_a_wrapper_in_which_the_samples_arrive_is_part_of_the_body() -> None:
    lines = Path("pilot/orders.jsonl").read_text(encoding="utf-8").splitlines()
    Path("pilot/orders.jsonl").unlink()
    wrapped = []
    for order in map(json.loads, lines):
        truth = {"total": order.pop("total"), "carrier": order.pop("carrier")}
        wrapped.append(json.dumps({"orders": [order], **truth}))
    Path("pilot/bodies.jsonl").write_text("\n".join(wrapped) + "\n", encoding="utf-8")
    body = {"type": "object", "required": ["orders"], "properties": {"orders": {"type": "array", "items": REF}}}
    said = check(strict(lambda body: body["orders"][0]), openapi(body))
    assert TOLD in said.err
    assert (said.code, rates()) == (0, (0.0, 1.0))


def test_a_published_schema_changes_neither_the_cases_nor_their_bytes() -> None:
    check(honest, out="without")
    check(honest, openapi(), out="with")
    heads = [RunFolder.read(Path(out)) for out in ("without", "with")]
    assert heads[0].head.digests == heads[1].head.digests
    sent = [[(line.address, line.sha256, line.tags) for line in folder.read_cases()] for folder in heads]
    assert sent[0] == sent[1]
    asks = [{line.address for line in folder.read_cases() if line.asks} for folder in heads]
    assert asks[1] < asks[0]
    assert {address.partition("#")[0] for address in asks[0] - asks[1]} == {"malformed_records/more_fields"}


def test_a_wrong_answer_to_a_body_that_breaks_the_schema_is_still_a_silent_error() -> None:
    def careless(body: bytes) -> tuple[int, object]:
        status, reply = honest(body)
        try:
            more = bool(set(json.loads(body)) - set(TYPES))
        except (ValueError, TypeError):
            more = False
        return (
            (200, {"result": {"total": 1.0, "carrier": "parcel"}, "needs_review": False}) if more else (status, reply)
        )

    check(careless, openapi())
    folder = RunFolder.read(Path("run"))
    asks = {line.address: line.asks for line in folder.read_cases()}
    silent = [row.address for row in folder.read_judged() if row.silent_error]
    assert {"malformed_records/more_fields"} <= {address.partition("#")[0] for address in silent}
    assert not any(asks[address] for address in silent)
    headline = json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))["headline"]
    assert headline["silent_errors_other"]["value"] > 0


def test_a_service_that_makes_values_up_is_found_although_it_publishes_a_strict_schema() -> None:
    assert check(liar, openapi()).code == 1


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (openapi(order={**ORDER, "properties": {**TYPES, "order_id": {"type": "integer"}}}), "the pilot's sample "),
        (openapi(order={**ORDER, "required": [*TYPES, "tenant"]}), "tenant is required, but missing"),
        (openapi({"type": "array", "items": REF}), "the body is an object, but not of type array"),
        (openapi({"$ref": "#/components/schemas/Odrer"}), '#/components/schemas/Odrer: there is no "Odrer"'),
        (openapi(order={"type": "objekt"}), '#/components/schemas/Order/type: "objekt" is not a JSON type'),
        (openapi(order={"properties": {"note": {"maxLength": float("inf")}}}), "cannot be read: cannot convert"),
        (openapi({"$ref": "other.json#/Order"}), "points outside the file"),
    ],
    ids=["type", "required", "list", "no component", "no type", "infinite", "other file"],
)
def test_a_schema_that_is_not_true_or_cannot_be_read_is_ignored_and_told(document: object, says: str) -> None:
    said = check(honest, document, calls=40)
    line = next(line for line in said.err.splitlines() if IGNORED in line)
    assert says in line
    assert said.code == 5
    assert RunFolder.read(Path("run")).head.request_schema == ""


@pytest.mark.parametrize(
    "document",
    [b"<html>", [], {"paths": []}, openapi([]), openapi({}), {"paths": {"/other": {"post": {}}}}, b"[" * 50_000],
)
def test_a_service_without_a_schema_of_this_path_is_checked_as_before(document: object) -> None:
    said = check(honest, document, calls=40)
    assert "refusals: " not in said.err
    assert said.code == 5


def test_an_unread_keyword_of_the_published_schema_is_told() -> None:
    said = check(honest, openapi(order={**ORDER, "minProperties": 2}), calls=40)
    assert "refusals: the request schema in /openapi.json has minProperties, which is ignored" in said.err


def test_a_resumed_run_keeps_the_schema_of_its_start() -> None:
    address = ""
    text = "[target]\nrate = 200\n[budget]\nrobustness = []\n[gate]\nsilent_errors = 0.1\nerrors = 0.1\n"
    Path("harness.toml").write_text(text, encoding="utf-8")
    asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "200", "--out", "run")
    with serving(strict(), documents={"/openapi.json": openapi()}) as url:
        address = url
        assert harness("check", url, *asked).code == 0
    before = rates()
    rows = Path("run/replies.jsonl").read_bytes().splitlines(keepends=True)
    Path("run/replies.jsonl").write_bytes(b"".join(rows[:60]))
    for name in ("cases.jsonl", "judged.jsonl", "verdict.json", "findings.json"):
        Path("run", name).unlink()
    port = int(address.rpartition(":")[2].partition("/")[0])
    with serving(strict(), port=port):
        said = harness("check", address, *asked, "--resume")
    assert TOLD in said.err
    assert (said.code, rates()) == (0, before)
