"""What a service says of itself, asked by GET alone."""

import json
import socket
from typing import Any

import pytest

from harness.core.errors import TargetError
from harness.replay.probe_target import Described, describe, get_json
from tests.endpoints.server import Heard, serving

FILE = {"type": "string", "format": "binary"}
UPLOAD: dict[str, Any] = {
    "paths": {
        "/extract": {
            "post": {
                "requestBody": {"content": {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/Body"}}}}
            }
        },
        "/health": {"get": {}},
    },
    "components": {"schemas": {"Body": {"properties": {"lang": {"type": "string"}, "document": FILE}}}},
}


def described(document: object, path: str = "/extract", ask: str = "") -> Described:
    with serving(lambda body: (200, {}), path, documents={"/openapi.json": document}) as url:
        return describe(url.removesuffix(path) + ask if ask else url, ())


def post(content: object) -> dict[str, Any]:
    return {"paths": {"/extract": {"post": {"requestBody": {"content": content}}}}}


def test_the_file_field_is_found_behind_references() -> None:
    assert described(UPLOAD) == Described(protocol="multipart", field="document", path="/extract", paths=("/extract",))


def test_the_only_path_with_a_post_is_meant_when_none_is_named() -> None:
    assert described(UPLOAD, ask="/").path == "/extract"


def test_a_path_that_the_document_does_not_have_says_nothing_but_lists_the_others() -> None:
    assert described(UPLOAD, path="/other") == Described(path="/other", paths=("/extract",))


@pytest.mark.parametrize(
    ("content", "protocol", "field"),
    [
        ({"application/json": {}}, "json", ""),
        ({"application/pdf": {}}, "raw", ""),
        ({"multipart/form-data": {}}, "multipart", "file"),
        ({"multipart/form-data": {"schema": {"properties": {"a": {"contentMediaType": "x/y"}}}}}, "multipart", "a"),
        ({}, "", ""),
    ],
)
def test_the_protocol_follows_from_the_media_type(content: object, protocol: str, field: str) -> None:
    got = described(post(content))
    assert (got.protocol, got.field) == (protocol, field)


def test_the_schema_of_a_json_body_is_kept_with_the_components_that_it_may_refer_to() -> None:
    document = post({"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}})
    document["components"] = {"schemas": {"Order": {"type": "object"}}}
    assert json.loads(described(document).schema) == {
        "schema": {"$ref": "#/components/schemas/Order"},
        "components": {"schemas": {"Order": {"type": "object"}}},
    }
    assert described(UPLOAD).schema == ""


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"paths": []},
        {"paths": {"/extract": []}},
        {"paths": {"/extract": {"post": None}}},
        post([]),
        post(None),
        post({"multipart/form-data": None}),
        post({"multipart/form-data": {"schema": {"properties": ["a"]}}}),
        {"paths": {"/extract": {"post": {"$ref": "#/paths/~1extract/post"}}}},
        {"paths": {"/extract": {"post": {"requestBody": {"$ref": "#/x"}}}}, "x": {"$ref": "#/x"}},
        b"<html>",
        b"[" * 50_000,
        b"\xff\xfe",
    ],
)
def test_no_document_however_odd_stops_the_harness(document: object) -> None:
    assert described(document).protocol in ("", "multipart")


def test_a_dead_port_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(TargetError, match=f"nothing answers at 127.0.0.1:{port}: .*\n  is the service started"):
        describe(f"http://127.0.0.1:{port}/x", ())


def test_an_address_with_a_control_character_is_refused_in_words() -> None:
    with pytest.raises(TargetError, match="is not the address of a service"):
        get_json("http://127.0.0.1:1/\x00", ())


def test_probing_sends_get_alone_with_the_headers_of_the_target() -> None:
    heard: list[Heard] = []
    with serving(lambda body: (200, {}), "/x", documents={"/openapi.json": UPLOAD}, heard=heard) as url:
        describe(url, (("Authorization", "token"),))
    assert heard == []
