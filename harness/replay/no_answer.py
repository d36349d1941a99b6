"""Name a reply that is no answer for what it is: a redirect, a page, a stream, a receipt, or wrongly packed bytes."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.reply import Reply
from harness.core.values import leaves_of, plain_name

HEADERS = ("location", "content-type", "content-encoding")
"""The headers of a reply that say what it is."""

PACKED_WRONGLY = "packed_wrongly"
"""Error of a reply whose bytes are not what its Content-Encoding says."""

RECEIPTS = ("id", "jobid", "taskid", "operationid", "requestid", "job", "task", "operation", "ticket", "statusurl")
"""Names of a field by which the answer is fetched later, as `plain_name` writes them."""

MAX_TITLE = 60
"""Characters of the title of a page that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """What a reply is instead of an answer, and what to do."""

    what: str
    hint: str


def name_no_answer(reply: Reply, body: str, head: Mapping[str, str], columns: Collection[str]) -> NoAnswer | None:
    """What the reply is; None if it may be an answer, or says nothing of itself.

    head: its headers of HEADERS, by their names in small letters. columns: names of the truth, which an answer has.
    """
    if reply.error.startswith(PACKED_WRONGLY):
        packed = head.get("content-encoding", "") or "unknown"
        return NoAnswer(
            what=f"the reply is packed wrongly: its bytes are not {packed}, as its Content-Encoding says",
            hint="mend the service or the proxy before it: it names an encoding that it does not use",
        )
    if 300 <= reply.status < 400:
        return _redirect(reply.status, head.get("location", ""))
    if not 200 <= reply.status < 300:
        return None
    kind = head.get("content-type", "").partition(";")[0].strip().lower()
    return _page(kind, body) or _stream(kind, body) or _receipt(reply.status, body, head, columns)


def _redirect(status: int, location: str) -> NoAnswer:
    hint = "the harness follows no redirect: give the address itself" + (f": {location}" if location else "")
    to = f"to {location}" if location else "but names no address (no Location)"
    return NoAnswer(what=f"the service redirects {to} (status {status})", hint=hint)


def _page(kind: str, body: str) -> NoAnswer | None:
    start = body.lstrip()[:100].lower()
    if kind not in ("text/html", "application/xhtml+xml") and not start.startswith(("<!doctype html", "<html")):
        return None
    title = re.search(r"<title[^>]*>(.*?)</title>", body, re.IGNORECASE | re.DOTALL)
    named = f' with the title "{" ".join(title[1].split())[:MAX_TITLE]}"' if title else ""
    return NoAnswer(
        what=f"the reply is an HTML page{named}, not JSON",
        hint="is this the path that takes a sample, and not a login or the page of a proxy?",
    )


def _stream(kind: str, body: str) -> NoAnswer | None:
    hint = 'ask for one reply, for example with "stream": false in [target] request; or put a function before it'
    if kind == "text/event-stream" or re.match(r"\s*(event|data|id|retry):.*\n", body):
        return NoAnswer(what="the reply is a stream of events (text/event-stream), not one JSON document", hint=hint)
    lines = [line for line in body.splitlines() if line.strip()]
    if len(lines) > 1 and all(isinstance(_json(line), dict | list) for line in lines):
        return NoAnswer(what=f"the reply is a stream of {len(lines)} JSON documents, one a line (NDJSON)", hint=hint)
    return None


def _receipt(status: int, body: str, head: Mapping[str, str], columns: Collection[str]) -> NoAnswer | None:
    """A reply that only says where the answer will be: status 202, or an id and a state and no field of the truth."""
    if status != 202:
        return None
    value = _json(body)
    names = {plain_name(leaf.name) for leaf in leaves_of(value)} if value is not None else set()
    if names & {plain_name(name) for name in columns}:
        return None
    told = ", ".join(_told(value, head))
    return NoAnswer(
        what=f"the service takes the sample and answers later (status 202{f', {told}' if told else ''})",
        hint="the answer must be in the reply: give an address that waits for it, or a Python function that fetches it"
        ' (protocol = "python", url = "module:function")',
    )


def _told(value: Any, head: Mapping[str, str]) -> Iterator[str]:
    if value is not None:
        receipt = next((one for one in leaves_of(value) if plain_name(one.name) in RECEIPTS), None)
        yield from [f"{receipt.path} {str(receipt.value)[:MAX_TITLE]}"] if receipt else []
    if location := head.get("location", ""):
        yield f"at {location}"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
