"""Detect the protocol of a service by GET on its metadata only: on some servers any other method runs the model."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from harness.core.errors import TargetError
from harness.core.settings import Protocol
from harness.replay.tls import trusted

PATIENCE = 4.0
"""Timeout of one metadata request, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """The description of the path in /openapi.json. protocol: multipart, json or raw; "" if it is not described.

    field: the form field for a file. paths: every path with a POST. path: the described path. schema: of its JSON body,
    with the components that it may refer to, as the text of one JSON document; "" if it has none.
    """

    protocol: Protocol = ""
    field: str = ""
    path: str = ""
    paths: tuple[str, ...] = ()
    schema: str = ""


def describe(url: str, headers: Sequence[tuple[str, str]]) -> Described:
    """The description of `url` in the service's /openapi.json; empty if there is none. TargetError if it is dead."""
    document = get_json(urljoin(url, "/openapi.json"), headers)
    paths = document.get("paths") if isinstance(document, dict) else None
    if not isinstance(paths, dict):
        return Described()
    posts = {path: item["post"] for path, item in paths.items() if isinstance(item, dict) and "post" in item}
    path = urlsplit(url).path
    if path in ("", "/") and path not in posts and len(posts) == 1:
        path = next(iter(posts))
    body = _resolve(posts.get(path), document).get("requestBody")
    contents = _resolve(_resolve(body, document).get("content"), document)
    protocol, field = _protocol(contents, document)
    schema = _schema_text(contents, document)
    return Described(protocol=protocol, field=field, path=path, paths=tuple(posts), schema=schema)


def get_json(url: str, headers: Sequence[tuple[str, str]]) -> Any:
    """The JSON at `url`, or None if there is none. TargetError if nobody listens there."""
    try:
        with httpx.Client(verify=trusted(), timeout=PATIENCE, trust_env=False, headers=list(headers)) as client:
            reply = client.get(url)
    except httpx.ConnectError as reason:
        raise TargetError(unreachable(url, str(reason))) from None
    except httpx.InvalidURL as reason:
        raise TargetError(
            f"{urlsplit(url).netloc.rpartition('@')[2]}: is not the address of a service: {reason}"
        ) from None
    except httpx.HTTPError:
        return None
    try:
        return reply.json() if reply.status_code == 200 else None
    except (ValueError, RecursionError):
        return None


def check_health(url: str, headers: Sequence[tuple[str, str]]) -> None:
    """TargetError unless the service's own health page answers with 2xx."""
    try:
        with httpx.Client(verify=trusted(), timeout=PATIENCE, trust_env=False, headers=list(headers)) as client:
            status = client.get(url).status_code
    except httpx.HTTPError as reason:
        raise TargetError(unreachable(url, str(reason))) from None
    if not 200 <= status < 300:
        raise TargetError(
            f"{url}: the service reports that it is not ready (status {status})\n  wait, or look at its log"
        )


def unreachable(url: str, reason: str) -> str:
    """The message for a target that does not answer at the start."""
    host = urlsplit(url).netloc.rpartition("@")[2]
    return f"nothing answers at {host}: {reason}\n  is the service started, and is this its port?"


def _protocol(contents: Mapping[str, Any], document: Any) -> tuple[Protocol, str]:
    if "multipart/form-data" in contents:
        schema = _resolve(_resolve(contents["multipart/form-data"], document).get("schema"), document)
        properties = _resolve(schema.get("properties"), document)
        files = [name for name, item in properties.items() if _is_file(_resolve(item, document))]
        return "multipart", (files or list(properties) or ["file"])[0]
    if "application/json" in contents:
        return "json", ""
    return ("raw", "") if contents else ("", "")


def _schema_text(contents: Mapping[str, Any], document: Any) -> str:
    schema = _resolve(contents.get("application/json"), document).get("schema")
    try:
        parts = {"schema": schema, "components": document.get("components")}
        return json.dumps(parts) if isinstance(schema, dict) else ""
    except RecursionError:
        return ""


def _is_file(schema: Mapping[str, Any]) -> bool:
    return schema.get("format") == "binary" or "contentMediaType" in schema


def _resolve(item: Any, document: Any) -> dict[str, Any]:
    """The item itself, or the target of its `$ref` in the same document."""
    for _ in range(8):
        if not isinstance(item, dict) or "$ref" not in item:
            break
        target: Any = document
        for part in str(item["$ref"]).removeprefix("#/").split("/"):
            target = target.get(part, {}) if isinstance(target, dict) else {}
        item = target
    return item if isinstance(item, dict) else {}
